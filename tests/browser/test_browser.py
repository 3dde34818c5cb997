"""The pages in a real browser: the explorer, a whole class, the report."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/rooms",
    "/lessons",
    "/lessons/grey_zone",
    "/scenarios/senkaku",
    "/scenarios/indo_pacific_2024",
    "/nowhere",
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_shut_nobody_out(browser: Any, page: str) -> None:
    browser.go(page)
    assert browser.serious_faults() == []
    if page == "/nowhere":
        assert [w for w in browser.wrongs() if "404" not in w] == []


@pytest.mark.parametrize("width", [390, 1600])
def test_pages_fit_phones_and_projectors(browser: Any, width: int) -> None:
    browser.driver.set_window_size(max(width, 500), 900)
    for page in ("/", "/rooms", "/scenarios/senkaku"):
        browser.go(page)
        wide, shown = browser.driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= shown, page
    browser.driver.set_window_size(1100, 900)


def test_the_explorer_from_a_change_to_its_picture(browser: Any) -> None:
    browser.go("/scenarios/senkaku?treaties.us_japan.trigger=grey_zone&runs=40")
    assert "grey zone" in browser.text
    browser.all("form[action$='/many'] button")[0].click()
    for button in browser.all("main form[method=post] button"):
        if button.is_displayed():
            button.click()
            break
    browser.wait("figure img", 120)
    assert browser.serious_faults() == []
    read_every_chart(browser)
    browser.go("/scenarios/senkaku/story?run=3")
    browser.wait("main form[method=post] button").click()
    browser.wait(".story", 60)
    assert browser.serious_faults() == []


def test_a_lesson_from_the_question_to_the_finding(browser: Any) -> None:
    browser.go("/lessons")
    browser.driver.find_element("link text", "The grey zone: where the trigger is drawn").click()
    assert "What came out" not in browser.text, "first a prediction"
    browser.wait("textarea").send_keys("below the trigger")
    browser.wait("main form button").click()
    browser.wait("figure img", 120)
    assert "The higher the trigger, the more is lost below it." in browser.text
    assert browser.serious_faults() == []


def test_a_report_stands_alone(browser: Any, report: Path) -> None:
    browser.go(report.as_uri())
    assert "forecast" in browser.text
    assert browser.serious_faults() == []
    read_every_chart(browser)


def read_every_chart(browser: Any) -> None:
    from selenium.webdriver.support.ui import Select

    choice = Select(browser.wait("#readings select"))
    assert len(choice.options) >= 4
    drawn = set()
    for option in choice.options:
        choice.select_by_visible_text(option.text)
        script = "return document.querySelector('.reading canvas').toDataURL()"
        drawn.add(browser.driver.execute_script(script))
    assert len(drawn) == len(choice.options)


# --- a class -----------------------------------------------------------------------------------------


class Class:
    """A teacher and students, each in a window of their own."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.windows = browser, {"teacher": browser.driver.current_window_handle}

    def turn_to(self, who: str) -> None:
        self.browser.driver.switch_to.window(self.windows[who])

    def open_room(self) -> str:
        browser = self.browser
        browser.go("/rooms")
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

    def play_on(self, seats: dict[str, str]) -> str | None:
        """Play on until one of the seats is asked; return it, or None at the end of the run."""
        for _ in range(12):
            if (name := self.waits_for()) is not None:
                return seats[name]
            if "Turn 48 of 48" in self.browser.all("#clock")[0].text:
                return None
            self.do("go", 12)
        return None


def test_a_class_plays_with_a_reconnect_a_rewind_and_a_debrief(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    room = Class(browser)
    code = room.open_room()
    assert browser.serious_faults() == []
    names = {"Japan": "japan", "China": "china", "United States": "united_states"}
    for name, seat in names.items():
        room.join(code, seat, f"plays <i>{name}</i>")
        assert "Your state: " + name in browser.text
    room.turn_to("teacher")
    browser.wait("#people li:nth-child(3)")
    assert "plays <i>Japan</i>: Japan" in browser.text, "what is typed is text"

    seat = room.play_on(names)
    assert seat is not None
    for other in names.values():
        room.turn_to(other)
        browser.wait("#asked > *")
        assert bool(browser.all("#asked form")) == (other == seat), "only who is asked is asked"
    room.turn_to(seat)
    browser.driver.refresh()  # the connection is lost and found again
    form = browser.wait("#asked form")
    assert browser.serious_faults() == []
    # by keyboard alone: to the first option, on to the second, the reason, and send
    first = form.find_elements("css selector", "input[type=radio]")[0]
    browser.driver.execute_script("arguments[0].focus()", first)
    first.send_keys(Keys.SPACE, Keys.ARROW_DOWN, Keys.TAB)
    browser.driver.switch_to.active_element.send_keys("it had to be", Keys.TAB)
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    browser.driver.implicitly_wait(0)

    room.turn_to("teacher")
    after = room.play_on(names)
    assert after is not None
    room.do("rewind")
    assert room.play_on(names) is not None
    room.do("pause")
    room.turn_to(after)
    browser.wait("#status:not([hidden])")
    assert "paused" in browser.text
    room.do("resume")
    for _ in range(4):
        if room.play_on(names) is None:
            break
        room.do("model")
    room.turn_to("teacher")
    room.do("end")
    browser.wait("#status a").click()
    browser.wait("table tbody tr")
    assert "it had to be" in browser.text or "the model" in browser.text
    browser.all("#paths button")[0].click()
    browser.wait("#compared table", 60)
    assert browser.serious_faults() == []
    room.turn_to("china")
    browser.wait("#status a").click()
    assert "was" in browser.wait("main ul").text
