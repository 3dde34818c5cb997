"""The explorer from page to page: what is read, changed, played and taken away."""

from __future__ import annotations

import html
import io
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sim.engines.chunks import Player
from sim.files.check import load_scenario
from sim.files.packaged import list_scenarios
from sim.outcomes.columns import RUN_COLUMNS
from sim.web.app import create_app
from sim.web.desk import MOST_WAITING
from sim.web.guard import hosts

HOST = "127.0.0.1:8090"
OWN = {"origin": f"http://{HOST}"}
SMALL = """\
extends: senkaku
name: small
title: A small case of <b>two</b>
turns: 6
events:
  - {turn: 0, redraw: [japan], why: "A <i>new</i> government takes office in Japan."}
"""


@pytest.fixture
def small(tmp_path: Path) -> str:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return str(file)


@pytest.fixture
def client(small: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    # what the server starts plays in plain Python, so that nothing waits for a compiler
    # what is compiled here has to be before: Numba looks at its settings again while it compiles
    Player(load_scenario("senkaku"), 5).rows(0, 1)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    app = create_app(hosts("127.0.0.1", 8090), [small])
    with TestClient(app, base_url=f"http://{HOST}", headers=OWN) as made:
        yield made


def key_in(page: str) -> str:
    found = re.search(r"/jobs/([0-9a-f]{20})", page)
    assert found is not None, page
    return found[1]


def played(client: TestClient, where: str, data: dict[str, str]) -> tuple[str, str]:
    """Ask for work, wait for it; return the page that shows it, and its key."""
    answer = client.post(where, data=data)
    assert answer.status_code == 200
    key = key_in(answer.text)
    for _ in range(600):
        told = client.get(f"/jobs/{key}").json()
        if told["ended"]:
            assert told["state"] == "done", told
            return client.get(str(answer.url)).text, key
        time.sleep(0.2)
    raise AssertionError(told)


def test_every_scenario_has_a_page_with_its_sources(client: TestClient) -> None:
    first = client.get("/").text
    for item in list_scenarios():
        assert f'href="/scenarios/{item.name}"' in first
    page = client.get("/scenarios/indo_pacific_2024").text
    assert "SIPRI Yearbook 2024" in page
    assert "no forecast" in page


def test_text_of_a_scenario_is_never_markup(client: TestClient) -> None:
    page = client.get("/scenarios/small").text
    assert "A small case of &lt;b&gt;two&lt;/b&gt;" in page
    assert "<b>two" not in page
    page = client.get("/scenarios/small?treaties.us_japan.trigger=<script>alert(1)</script>")
    assert page.status_code == 400
    assert "<script>alert" not in page.text


def test_a_form_becomes_an_address_that_holds_what_was_changed(client: TestClient) -> None:
    page = client.get("/scenarios/senkaku").text
    fields = dict(
        re.findall(r'<input type="range" id="[^"]*" name="([^"]*)" [^>]* value="([^"]*)"', page)
    )
    assert len(fields) > 10
    fields |= {"treaties.us_japan.trigger": "blockade", "treaties.us_japan.enabled": "true"}
    answer = client.post("/scenarios/senkaku", data=fields)
    assert str(answer.url).endswith("/scenarios/senkaku?treaties.us_japan.trigger=blockade")
    assert '<option value="blockade" selected>' in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "treaties.us_japan.clarity=7", "treaties.nato.clarity=1", "seed=-1", "runs=1000000",
        "run=99999999999999", "turns=1e9", "treaties=1",
    ],
)  # fmt: skip
def test_a_wrong_address_says_what_is_wrong(client: TestClient, query: str) -> None:
    answer = client.get(f"/scenarios/senkaku?{query}")
    assert answer.status_code == 400
    assert "That cannot be played" in answer.text
    assert query.split("=")[0].split(".")[-1] in answer.text


def test_one_run_is_told_as_a_story(client: TestClient) -> None:
    page, _ = played(client, "/scenarios/small/story", {"run": "3", "seed": "7"})
    assert "run 3" in page
    assert "April 2024" in page
    assert "A &lt;i&gt;new&lt;/i&gt; government takes office in Japan." in page
    assert "Control of Senkaku / Diaoyu Islands by Japan" in page


def test_a_decision_of_a_run_is_shown_as_a_tree(client: TestClient) -> None:
    data = {"run": "3", "seed": "7", "flashpoints.senkaku.opportunity": "1"}
    page, _ = played(client, "/scenarios/small/story", data)
    assert 'name="decision" value="1"' in page
    page, key = played(client, "/scenarios/small/tree", {**data, "decision": "2"})
    assert "decision 2" in page
    assert "decision=1" in page
    assert "decision=3" in page
    drawn = client.get(f"/jobs/{key}/tree.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "In this model" in drawn.text
    answer = client.post("/scenarios/small/tree", data={**data, "decision": "4000"})
    for _ in range(300):
        told = client.get(f"/jobs/{key_in(answer.text)}").json()
        if told["ended"]:
            break
        time.sleep(0.2)
    assert told["state"] == "failed"
    assert "decisions" in told["why"]


def test_many_runs_come_to_what_the_engine_says(client: TestClient, small: str) -> None:
    where = "/scenarios/small/many"
    changes = {"treaties.us_japan.trigger": "show_of_force"}
    page, key = played(client, where, {"runs": "30", "seed": "5", **changes})
    rows = Player(load_scenario(small).set(changes), 5).rows(0, 30)
    crises = rows[:, list(RUN_COLUMNS).index("crises")].mean()
    shown = re.search(r"Crises per run</th><td>([0-9.]+)", page)
    assert shown is not None
    assert float(shown[1]) == pytest.approx(crises, rel=0.01)
    assert "us_japan.trigger=show_of_force" in html.unescape(page)
    assert client.get(f"/jobs/{key}/results/escalation.svg").text.startswith("<?xml")
    assert client.get(f"/jobs/{key}/compared/differences.svg").status_code == 200
    assert client.get(f"/jobs/{key}/report.html").headers["content-disposition"]
    names = zipfile.ZipFile(io.BytesIO(client.get(f"/jobs/{key}/results.zip").content)).namelist()
    assert {"results/runs.parquet", "results/report.html", "compared/report.html"} <= set(names)
    # asked for again it is at hand
    assert client.post(where, data={"runs": "30", "seed": "5", **changes}).text == page


def test_work_can_be_cancelled_and_asked_for_again(client: TestClient) -> None:
    page = client.post("/scenarios/small/many", data={"runs": "5000"})
    key = key_in(page.text)
    back = "/scenarios/small/many?runs=5000"
    answer = client.post(f"/jobs/{key}/cancel", data={"back": back})
    assert client.get(f"/jobs/{key}").json()["state"] == "cancelled"
    assert str(answer.url).endswith(back)
    assert "Play it" in answer.text
    elsewhere = client.post(f"/jobs/{key}/cancel", data={"back": "//evil.example/"})
    assert str(elsewhere.url) == f"http://{HOST}/"


def test_what_waits_is_bounded(client: TestClient) -> None:
    for run in range(MOST_WAITING):
        client.post("/scenarios/small/many", data={"runs": str(4000 + run)})
    full = client.post("/scenarios/small/many", data={"runs": "9"})
    assert full.status_code == 503


@pytest.mark.parametrize(
    "path",
    ["/jobs/none", "/jobs/none/report.html", "/scenarios/none", "/static/../pages.py",
     "/jobs/none/results/escalation.svg", "/scenarios/..%2f..%2fetc%2fpasswd"],
)  # fmt: skip
def test_there_is_nothing_elsewhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
