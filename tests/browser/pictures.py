"""Takes the pictures of all pages that the documents show.

python -m tests.browser.pictures [docs/images]
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from sim.web.words import WORDS
from tests.browser.harness import Browser, Class, chromium, serving

CHANGED = "/scenarios/senkaku?treaties.us_japan.trigger=grey_zone"
REASONS = {
    "japan": "To give way once invites the next time.",
    "china": "Below the trigger nobody is obliged to come.",
    "united_states": "Our word is worth more than this.",
}
EXPECTED = {
    "japan": "They stop at the first resistance.",
    "china": "They protest, and leave it at that.",
    "united_states": "Neither side wants more.",
}
NAMES = {"Japan": "japan", "China": "china", "United States": "united_states"}


def explorer(browser: Browser) -> Iterator[str]:
    """Show the explorer page by page; yield what each is called, and where it is looked at."""
    browser.go("/")
    yield "explorer_start"
    browser.go(CHANGED)
    yield "explorer"
    browser.go(f"{CHANGED.replace('?', '/story?')}&run=3")
    browser.wait("main form[method=post] button").click()
    browser.wait("#theatre svg", 90)
    for _ in range(6):
        browser.driver.find_element("xpath", f"//button[.='{WORDS['step_on']}']").click()
    yield "explorer_theatre #theatre"
    browser.go(f"{CHANGED.replace('?', '/many?')}&runs=200")
    browser.wait("main form[method=post] button").click()
    browser.wait("figure img", 300)
    yield "explorer_many"
    browser.go("/lessons")
    yield "lessons"
    browser.go("/lessons/grey_zone")
    browser.wait("textarea").send_keys("More is lost where the trigger is high: it goes below it.")
    browser.wait("main form button").click()
    browser.wait("figure img", 300)
    yield "lesson"


def classroom(browser: Browser) -> Iterator[str]:
    """Show a class that is asked one by one, from the door to the debrief."""
    room = Class(browser)
    browser.go("/rooms")
    yield "classroom_door"
    code = room.open_room()
    room.join(code, "japan", "Ann and Bo")
    room.join(code, "china", "Cy")
    browser.driver.switch_to.new_window("tab")
    browser.go(f"/rooms/{code}")
    yield "classroom_seats"
    browser.driver.close()
    room.turn_to("teacher")
    room.join(code, "united_states", "Dee")
    pictured = False
    while (seat := room.play_on(NAMES)) is not None:
        room.turn_to(seat)
        options = browser.wait("#asked form").find_elements("css selector", "input[type=radio]")
        if len(options) > 4 and not pictured:
            yield "classroom_seat"
            room.turn_to("teacher")
            yield "classroom_teacher"
            room.turn_to(seat)
            pictured = True
        first = options[0].get_attribute("value")
        options[4 if first == "rest" else int(first in ("yield", "stand_aside", "leave"))].click()
        browser.all("#asked input[name=reason]")[0].send_keys(REASONS[seat])
        browser.all("#asked input[name=expects]")[0].send_keys(EXPECTED[seat])
        browser.all("#asked form button")[0].click()
        room.settle()
    room.turn_to("teacher")
    browser.go(browser.all("a[target=_blank]")[0].get_attribute("href"))
    browser.wait("#story li")
    yield "classroom_screen"
    browser.driver.back()
    browser.wait("#people li")
    room.do("end")
    browser.wait("#status a").click()
    browser.wait("table tbody tr")
    browser.all("#paths button")[0].click()
    browser.wait("#compared table", 120)
    yield "classroom_debrief table"


def sealed(browser: Browser) -> Iterator[str]:
    """Show a class that orders at once."""
    room = Class(browser)
    code = room.open_room("sealed")
    for name, seat in NAMES.items():
        room.join(code, seat, f"Team of {name}")
    while room.phase() != "act":
        room.do("go", 12)
    room.turn_to("china")
    browser.wait("#sheet form .order")
    yield "classroom_orders"


def take(browser: Browser, pages: Any, folder: Path) -> None:
    """Keep a picture of each page, as much of it as is worth showing."""
    for wanted in pages:
        name, _, selector = wanted.partition(" ")
        wide = 1100
        tall = browser.driver.execute_script("return document.documentElement.scrollHeight")
        browser.driver.set_window_size(wide, min(max(tall, 500), 1100) + 140)
        script = "document.querySelector(arguments[0]).scrollIntoView()"
        browser.driver.execute_script(script, selector or "body")
        picture = Image.open(io.BytesIO(browser.driver.get_screenshot_as_png())).convert("RGB")
        picture.quantize(64).save(folder / f"{name}.png", optimize=True)
        browser.driver.set_window_size(wide, 900)
        print(name)


def main(folder: Path) -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as rooms, serving(Path(rooms)) as server:
        for pages in (explorer, classroom, sealed):
            with chromium() as driver:
                browser = Browser(driver, server)
                take(browser, pages(browser), folder)


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or ["docs/images"]))
