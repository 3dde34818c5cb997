"""The pages in a real browser: the explorer, a whole class, the report."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.harness import Class

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
    browser.all("[data-step=all]")[0].click()
    browser.wait(".story summary").click()
    assert browser.serious_faults() == []
    browser.wait("form[action$='/tree'] button").click()
    browser.wait("figure img", 60)
    wide = "return document.querySelector('figure img').naturalWidth"
    assert browser.driver.execute_script(wide) > 300
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


REACHED = """
const seen = (node) => node.checkVisibility() && node.offsetWidth > 0;
const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
const name = (node) => node.type === 'radio' ? 'radio ' + node.name : node.dataset.tab;
"""


def reach_by_tab(browser: Any) -> None:
    """Go through a page by Tab alone; fail if something cannot be reached or is not seen to be."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.keys import Keys

    run = browser.driver.execute_script
    wanted = set(
        run(
            REACHED
            + """
            document.querySelectorAll(wanted).forEach((node, i) => { node.dataset.tab = i; });
            return [...document.querySelectorAll(wanted)].filter(seen).map(name);
            """
        )
    )
    run("document.activeElement.blur(); window.scrollTo(0, 0);")
    reached, unseen = set(), set()
    for _ in range(len(wanted) + 20):
        ActionChains(browser.driver).send_keys(Keys.TAB).perform()
        at, shows, html = run(
            REACHED
            + """
            const node = document.activeElement, style = getComputedStyle(node);
            return [name(node), style.outlineStyle !== 'none', node.outerHTML.slice(0, 80)];
            """
        )
        reached.add(at)
        if at is not None and not shows:
            unseen.add(html)
    assert wanted - reached == set()
    assert unseen == set()


@pytest.mark.parametrize("page", PAGES[:-1])
def test_all_of_a_page_is_reached_by_keyboard(browser: Any, page: str) -> None:
    browser.go(page)
    reach_by_tab(browser)


def press(browser: Any, *keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(browser.driver).send_keys(*keys).perform()


def focus(browser: Any, selector: str) -> Any:
    element = browser.wait(selector)
    browser.driver.execute_script("arguments[0].focus()", element)
    return element


def test_the_explorer_by_keyboard_alone(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.go("/scenarios/senkaku")
    focus(browser, "form.clauses summary")
    press(browser, Keys.ENTER)
    slider = focus(browser, "[id='treaties.us_japan.clarity']")
    press(browser, Keys.HOME)
    assert slider.get_attribute("value") == "0"
    focus(browser, "[id='treaties.us_japan.trigger']")
    press(browser, "g")  # grey zone, the first that begins so
    focus(browser, "form.clauses p > button")
    press(browser, Keys.ENTER)
    browser.wait("aside.changes")
    assert "treaties.us_japan.clarity = 0" in browser.text
    assert "treaties.us_japan.trigger = g" in browser.text
    focus(browser, "form[action$='/story'] button")
    press(browser, Keys.ENTER)
    focus(browser, "main form[method=post] button")
    press(browser, Keys.ENTER)
    browser.wait("#theatre svg", 90)
    before = browser.wait("#theatre").text
    focus(browser, ".steps button:last-of-type")
    press(browser, Keys.ENTER)
    reach_by_tab(browser)
    assert browser.serious_faults() == []
    assert before


# --- a class -----------------------------------------------------------------------------------------


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

    screen = browser.all("a[target=_blank]")[0].get_attribute("href")
    browser.driver.switch_to.new_window("tab")
    for address, shown in ((f"/rooms/{code}", "input[name=name]"), (screen, "#places li")):
        browser.go(address)
        browser.wait(shown)
        assert browser.serious_faults() == []
        reach_by_tab(browser)
    browser.driver.close()

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


def test_a_class_orders_at_once_by_keyboard_alone(browser: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    room = Class(browser)
    code = room.open_room("sealed")
    room.join(code, "china", "Bo")
    room.join(code, "japan", "Ann")
    browser.wait("#sheet form")
    focus(browser, "input[name=says]")
    press(browser, "we are <b>ready</b>", Keys.ENTER)
    browser.wait("#done p")
    assert "ready" not in browser.wait("#places").text
    room.turn_to("china")
    assert not browser.all("#said:not([hidden])"), "sealed until the phase is closed"
    while room.phase() != "act":
        room.do("go", 12)
    assert "Nobody is done yet." in browser.text
    assert browser.serious_faults() == []
    room.turn_to("china")
    browser.wait("#sheet .order")
    reach_by_tab(browser)
    assert browser.serious_faults() == []
    focus(browser, "[data-line='move senkaku'] select")
    press(browser, "blo", Keys.TAB, "to see", Keys.TAB)
    focus(browser, "input[name=expects]")
    press(browser, "they yield", Keys.TAB, Keys.ENTER)
    browser.wait("#done p")
    assert "You are done" in browser.text
    room.turn_to("japan")
    assert "to see" not in browser.driver.page_source
    focus(browser, "#sheet form > button")
    press(browser, Keys.ENTER)
    for _ in range(100):
        if room.phase() == "signal":
            break
        time.sleep(0.05)
    room.do("end")
    browser.wait("#status a").click()
    browser.wait("table tbody tr")
    assert "they yield" in browser.text
    assert "blockade" in browser.text


def test_orders_are_left_for_when_one_is_away(browser: Any) -> None:
    room = Class(browser)
    code = room.open_room()
    room.join(code, "china", "Bo")
    browser.wait("#away summary").click()
    browser.wait("#sheet .order")
    assert browser.serious_faults() == []
    select = browser.all("[data-line='move senkaku'] select")[0]
    select.send_keys("prot")
    browser.wait("#sheet form > button").click()
    browser.wait("#done p")
    assert room.play_on({"China": "china"}) == "china"
    room.do("model")
    room.turn_to("china")
    browser.wait("#story .when")
    assert "China protests" in browser.text
