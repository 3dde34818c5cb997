"""What browser tests share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.harness import Browser, chromium, serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `deter serve`; return its address."""
    with serving(tmp_path_factory.mktemp("rooms")) as address:
        yield address


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    """Start Chromium without a screen."""
    with chromium() as driver:
        yield driver


@pytest.fixture
def browser(driver: Any, server: str) -> Iterator[Browser]:
    """Give a browser, and fail if anything went wrong on the pages it showed."""
    one = Browser(driver, server)
    one.wrongs()
    yield one
    assert one.wrongs() == []
    first, *others = driver.window_handles
    for handle in others:
        driver.switch_to.window(handle)
        driver.close()
    driver.switch_to.window(first)


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a few runs; return their report."""
    folder = tmp_path_factory.mktemp("report") / "r"
    command = [sys.executable, "-m", "sim", "run", "senkaku", "--runs", "40", "--quiet"]
    subprocess.run([*command, "--out", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder / "report.html"
