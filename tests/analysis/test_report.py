"""The report: one file, nothing loaded, everything escaped; and the commands that write it."""

from __future__ import annotations

import io
import json
import re
import shutil
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from sim.analysis.draw import draw_all, draw_report
from sim.analysis.figures import FIGURES, draw
from sim.analysis.findings import busiest, findings, meaning
from sim.analysis.frames import load_results
from sim.analysis.headline import headline
from sim.analysis.terminal import print_headline
from sim.cli.app import main
from tests.analysis.synthetic import write_folder

ENSEMBLES = ("results", "quiet", "single", "brief", "long", "summary", "large")
SHOWN = [name for name in FIGURES if name not in ("ties", "two_fronts")]
"""What there is to show of a scenario with one flashpoint and without ties."""
VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Collects tags with their attributes, and checks that they are closed in order."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def drawn(folder, tmp_path_factory):
    """A folder with figures and report."""
    place = shutil.copytree(folder, tmp_path_factory.mktemp("drawn") / "r")
    told = []
    files = draw_all(place, told=told.append)
    assert told == [*SHOWN, "report"]
    assert len(files) == 2 * len(SHOWN) + 3
    return place


@pytest.fixture(scope="module")
def page(drawn):
    return Page((drawn / "report.html").read_text(encoding="utf-8"))


def test_nothing_is_loaded_from_anywhere(page, drawn):
    loads = ("src", "href", "srcset", "action", "data", "poster", "background", "xlink:href")
    for tag, attributes in page.tags:
        assert tag not in {"link", "iframe", "object", "embed", "base", "form", "a"}
        for name in loads:
            value = attributes.get(name)
            assert value is None or value.startswith("data:image/svg+xml;base64,")
        assert not any(name.startswith("on") for name in attributes)
    style = re.search(r"<style>(.*?)</style>", (drawn / "report.html").read_text(), re.DOTALL)[1]
    assert "url(" not in style
    assert "@import" not in style
    [policy] = [m for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    rules, allowed = policy["content"].split("; script-src ")
    assert rules == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert re.fullmatch(r"'sha256-[\w+/=]{44}' 'sha256-[\w+/=]{44}'", allowed)
    data, *codes = re.findall(
        r"<script[^>]*>(.*?)</script>", (drawn / "report.html").read_text("utf-8"), re.DOTALL
    )
    assert json.loads(data)
    for code in codes:
        assert b64encode(sha256(code.encode()).digest()).decode() in allowed


def test_the_page_can_be_read_by_anyone(page):
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    images = page.all("img")
    assert len(images) == len(SHOWN)
    assert all(len(image["alt"]) > 40 for image in images)
    assert any(m.get("name") == "viewport" for m in page.all("meta"))


def test_it_holds_what_a_reader_asks_for(page, results):
    text = page.text
    table = headline(results)
    for sentence in (*findings(results, table), *meaning(results, table)):
        assert sentence in text
    for row in table.rows:
        assert f"{row.measure.label} {row.measure.sentence} {row.value}" in text
    for name in ("US-Japan Treaty of Mutual Cooperation and Security", "clarity 0.75", "ATOP 3375"):
        assert name in text
    assert results.scenario.question in text
    assert results.manifest["scenario_hash"] in text
    assert "philox4x32-10/1" in text
    assert "In this model, not a forecast." in text


def test_drawing_again_gives_the_same_bytes(drawn, tmp_path):
    before = {p.name: p.read_bytes() for p in drawn.rglob("*") if p.is_file()}
    draw_all(drawn)
    assert {p.name: p.read_bytes() for p in drawn.rglob("*") if p.is_file()} == before


def test_text_of_the_scenario_is_never_markup(tmp_path, scenario):
    bad = "<script>alert(1)</script><img src=http://x.test/y> & \"quotes'"
    odd = scenario.set(
        {
            "title": bad,
            "question": bad,
            "flashpoints.senkaku.name": bad,
            "states.china.name": bad,
            "treaties.us_japan.name": bad,
            "treaties.us_japan.source": bad,
        }
    )
    place = write_folder(tmp_path / "r", odd, runs=4, chance=0.3)
    text = draw_report(place).read_text(encoding="utf-8")
    page = Page(text)
    assert [s.get("type") for s in page.all("script")] == ["application/json", None, None]
    assert "<script>alert" not in text
    assert all(image["src"].startswith("data:") for image in page.all("img"))
    assert bad in page.text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_sentences_of_every_kind_of_ensemble(ensemble, request):
    results = request.getfixturevalue(ensemble)
    table = headline(results)
    sentences = [*findings(results, table), *meaning(results, table)]
    assert len(sentences) >= 3
    for sentence in sentences:
        assert "nan" not in sentence
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")


def test_findings_give_the_numbers(results):
    told = " ".join(findings(results, headline(results)))
    runs = results.outcomes()
    assert f"War in {100 * runs['war'].mean():.0f} % of 60 runs (95 % interval " in told
    assert f"How {runs['crises'].sum()} crises ended: " in told
    assert f"of {runs['general_deterrence_tested'].sum()} times" in told
    assert "Senkaku / Diaoyu Islands is in crisis" in told


def test_the_place_most_often_in_crisis_has_most_crises(large):
    """Where every place sees a crisis in every run, only their number tells places apart."""
    most = list(large.scenario.flashpoints)[2]
    table = large.outcomes().assign(
        **{f"{key}_highest_rung": 3 for key in large.scenario.flashpoints},
        **{f"{key}_crises": 4 + (key == most) for key in large.scenario.flashpoints},
    )
    changed = replace(large, runs=table)
    assert busiest(changed) == (most, 3, 1.0)
    name = large.scenario.flashpoints[most].name
    told = " ".join(findings(changed, headline(changed)))
    assert f"{name} is the place most often in crisis, 5.00 times a run" in told
    assert name in draw("escalation", changed).title


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_the_table_fits_a_terminal_and_is_plain_elsewhere(ensemble, request):
    stream = io.StringIO()
    print_headline(request.getfixturevalue(ensemble), stream=stream)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("\x1b" in line or line != line.rstrip() for line in lines)
    assert any(line.startswith(" General deterrence held") for line in lines)


@pytest.mark.parametrize(("events", "runs"), [(99_950, 100_000), (1, 100_000), (0, 20)])
def test_no_number_of_the_table_is_broken_over_lines(results, events, runs):
    table = (
        results.outcomes()
        .iloc[np.arange(runs) % len(results)]
        .assign(war=np.arange(runs) < events, highest_rung=np.arange(runs) % 2 + 5)
    )
    stream = io.StringIO()
    many = replace(results, runs=table)
    print_headline(many, stream=stream)
    lines = stream.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    for row in headline(many).rows:
        if row.measure.unit != "rung":
            wanted = [row.measure.label, row.value, row.interval, row.counted]
            pattern = r"\s+".join(map(re.escape, wanted))
            assert any(re.fullmatch(" " + pattern, line) for line in lines), wanted


# The commands


def test_plot_draws_what_is_asked_for(folder, tmp_path, capsys):
    place = shutil.copytree(folder, tmp_path / "r")
    assert main(["plot", str(place), "--figure", "risk", "--figure", "risk"]) == 0
    assert capsys.readouterr().out.split() == [
        str(place / "figures" / "risk.png"),
        str(place / "figures" / "risk.svg"),
    ]
    assert {p.name for p in (place / "figures").iterdir()} == {"risk.png", "risk.svg"}
    assert main(["plot", str(place), "--figure", "risk", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_plot_knows_its_figures(folder, capsys):
    assert main(["plot", str(folder), "--figure", "escalaton"]) == 2
    assert "did you mean 'escalation'?" in capsys.readouterr().err
    main(["plot", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"one of {', '.join(FIGURES)}." in told


@pytest.mark.parametrize("command", ["plot", "report"])
def test_a_broken_folder_is_one_message(command, folder, tmp_path, capsys):
    assert main([command, str(tmp_path / "none")]) == 1
    place = shutil.copytree(folder, tmp_path / "r")
    (place / "runs.parquet").write_bytes(b"PAR1")
    assert main([command, str(place)]) == 1
    said = capsys.readouterr().err
    assert "none: there is no such folder" in said
    assert "runs.parquet: it cannot be read" in said
    assert "Traceback" not in said


def test_report_writes_its_file(drawn, capsys):
    before = (drawn / "report.html").read_bytes()
    (drawn / "report.html").unlink()
    assert main(["report", str(drawn)]) == 0
    assert capsys.readouterr().out.strip() == str(drawn / "report.html")
    assert (drawn / "report.html").read_bytes() == before


def test_results_of_a_folder_are_found_by_name(folder):
    assert len(load_results(str(folder))) == 60
