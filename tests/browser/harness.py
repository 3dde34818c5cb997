"""A server of its own, Chromium that tells what went wrong on a page, and a class in its windows."""

from __future__ import annotations

import contextlib
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


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def serving(rooms: Path) -> Iterator[str]:
    """Start `deter serve`; give its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "serve", "--port", str(port), "--rooms", str(rooms)],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()  # it listens
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Start Chromium without a screen; give its driver."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for argument in (
        "headless=new",
        "no-sandbox",
        "disable-gpu",
        "hide-scrollbars",
        "window-size=1100,900",
    ):
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = shutil.which("chromedriver") or os.environ.get("CHROMEDRIVER", "chromedriver")
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(found))
    driver.implicitly_wait(0)
    driver.set_script_timeout(180)  # axe takes its time over a page of a thousand fields
    try:
        yield driver
    finally:
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


class Class:
    """A teacher and students, each in a window of their own."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.windows = browser, {"teacher": browser.driver.current_window_handle}

    def turn_to(self, who: str) -> None:
        self.browser.driver.switch_to.window(self.windows[who])

    def open_room(self, way: str = "asked") -> str:
        browser = self.browser
        browser.go("/rooms")
        browser.all(f"input[value={way}]")[0].click()
        seconds = browser.all("input[name=seconds]")[0]
        seconds.clear()
        seconds.send_keys("0")
        browser.all("form[action='/rooms/open'] button")[0].click()
        return str(browser.wait(".code").text)

    def join(self, code: str, seat: str, name: str) -> None:
        browser = self.browser
        browser.driver.switch_to.new_window("tab")
        self.windows[seat] = browser.driver.current_window_handle
        browser.go("/rooms")
        browser.all("input[name=code]")[0].send_keys(code.lower())
        browser.all("form[action='/rooms/find'] button")[0].click()
        browser.wait("input[name=name]").send_keys(name)
        browser.all(f"input[value={seat}]")[0].click()
        browser.all("main form button")[0].click()
        browser.wait("#role h2")

    def do(self, what: str, turns: int = 0) -> None:
        self.turn_to("teacher")
        more = f"[data-turns='{turns}']" if turns else ""
        room = self.browser.all("#room")[0]
        before = room.get_attribute("data-version")
        self.browser.all(f"[data-do={what}]{more}")[0].click()
        if what == "end":
            self.browser.driver.switch_to.alert.accept()
        for _ in range(200):
            if room.get_attribute("data-version") != before:
                return
            time.sleep(0.05)
        raise AssertionError(f"{what} changes nothing: {self.browser.text}")

    def waits_for(self) -> str | None:
        """Return the seat that is asked now, by its state's name; None if none is."""
        self.turn_to("teacher")
        text = self.browser.wait("#waits").text
        return None if "Nobody" in text else text.removeprefix("The room waits for ").split(" (")[0]

    def settle(self) -> None:
        """Wait until an order that was sent is taken."""
        self.turn_to("teacher")
        time.sleep(0.4)

    def phase(self) -> str:
        """Return the phase of a room in which all order at once."""
        self.turn_to("teacher")
        return str(self.browser.all("#room")[0].get_attribute("data-phase"))

    def play_on(self, seats: dict[str, str]) -> str | None:
        """Play on until one of the seats is asked; return it, or None at the end of the run."""
        for _ in range(12):
            if (name := self.waits_for()) is not None:
                return seats[name]
            if "Turn 48 of 48" in self.browser.all("#clock")[0].text:
                return None
            self.do("go", 12)
        return None
