"""A server of its own, and Chromium that tells what went wrong on a page."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `deter serve`; return its address."""
    port, rooms = free_port(), tmp_path_factory.mktemp("rooms")
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "serve", "--port", str(port), "--rooms", str(rooms)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(timeout=20)
    process.stdout.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Start Chromium without a screen."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for argument in ("headless=new", "no-sandbox", "disable-gpu", "window-size=1100,900"):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = shutil.which("chromedriver") or os.environ.get("CHROMEDRIVER", "chromedriver")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(found))
    driver.implicitly_wait(0)
    yield driver
    driver.quit()


class Browser:
    """Chromium with what a test needs."""

    def __init__(self, driver: Any, server: str) -> None:
        self.driver, self.server = driver, server

    def go(self, address: str) -> None:
        """Open a page, by its path or whole address."""
        self.driver.get(address if "://" in address else self.server + address)

    def all(self, selector: str) -> list[Any]:
        """Return all elements of a selector."""
        found: list[Any] = self.driver.find_elements("css selector", selector)
        return found

    def wait(self, selector: str, seconds: float = 20.0) -> Any:
        """Return the first element of a selector that is shown, once there is one."""
        from selenium.common.exceptions import StaleElementReferenceException

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                for element in self.all(selector):
                    if element.is_displayed():
                        return element
            except StaleElementReferenceException:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{selector} is not shown at {self.driver.current_url}: {self.text}")

    @property
    def text(self) -> str:
        """Return what the page says."""
        return str(self.driver.find_element("css selector", "body").text)

    def serious_faults(self) -> list[str]:
        """Return what axe-core finds that shuts some readers out."""
        from axe_core_python.selenium import Axe

        found = Axe().run(self.driver)["violations"]
        return [
            f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]

    def wrongs(self) -> list[str]:
        """Return errors on the console, breaches of the policy, and requests to elsewhere."""
        found = [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" or "Content Security Policy" in entry["message"]
        ]
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith((self.server, "data:", "file:", "about:", "blob:", "chrome")):
                    found.append(f"asks for {url}")
        return found


@pytest.fixture
def browser(chromium: Any, server: str) -> Iterator[Browser]:
    """Give a browser, and fail if anything went wrong on the pages it showed."""
    one = Browser(chromium, server)
    one.wrongs()
    yield one
    assert one.wrongs() == []
    first, *others = chromium.window_handles
    for handle in others:
        chromium.switch_to.window(handle)
        chromium.close()
    chromium.switch_to.window(first)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a few runs; return their report."""
    folder = tmp_path_factory.mktemp("report") / "r"
    command = [sys.executable, "-m", "sim", "run", "senkaku", "--runs", "40", "--quiet"]
    subprocess.run([*command, "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder / "report.html"
