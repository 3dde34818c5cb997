"""Pages written by commands: parameters and validation, and what they say of how they were made."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import __version__
from sim.analysis.intervals import Estimate
from sim.compiled import rules_hash
from sim.evidence.calibration.comparison import VERDICTS, Compared, differences
from sim.evidence.calibration.gates import GATES, Recorded, record
from sim.evidence.calibration.rates import RATES
from sim.evidence.parameters import __main__ as write_parameters
from sim.evidence.parameters.language import (
    default_of,
    parameters,
    parts_in,
    range_of,
    source_of,
)
from sim.evidence.parameters.measure import Measured, arms_of, measured, start_of, until_clear
from sim.evidence.parameters.page import COMMAND, page, sourced, told
from sim.evidence.parameters.rows import LABELS, NAMES, ROWS, Row
from sim.evidence.parameters.units import UNITS, unit_of
from sim.evidence.provenance import RULES, Made, made, made_by
from sim.evidence.validation import __main__ as write_validation
from sim.evidence.validation import summaries
from sim.evidence.validation.page import page as validation_page
from sim.evidence.validation.page import prose
from sim.evidence.validation.summaries import READERS, Unreadable, tables
from sim.experiments.arms import Arm, Difference
from sim.world.fitted import fitted
from sim.world.shape import options
from tests.test_docs import leads_somewhere

LANGUAGE = {p.field: p for p in parameters()}


# --- how a page was made ------------------------------------------------------------------------------


def test_a_page_says_how_it_was_made_and_can_be_asked() -> None:
    line = made_by("python -m somewhere")
    assert made(f"# A page\n\n{line}\n") == Made("python -m somewhere", __version__, rules_hash())
    broken = line.replace(" ", "\n", 6)
    assert made(broken) == made(line), "a line break is no difference"
    assert made("# A page made by hand\n") is None


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("parameters.md", "parameters"), ("validation.md", "validation"),
        ("stylised_facts.md", "facts"), ("history.md", "history"),
    ],
)  # fmt: skip
def test_pages_name_their_command_and_the_rules(project: Path, name: str, package: str) -> None:
    found = made((project / "docs" / name).read_text(encoding="utf-8"))
    assert found is not None
    assert found.command == f"python -m sim.evidence.{package}"
    assert found.version == __version__


def assert_well_formed(text: str) -> None:
    assert not re.search(r"\bnan\b|\{|\}|\$\w", text)
    widths: list[int] = []
    for line in text.splitlines():
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", line)))
            assert widths[-1] == widths[0], line
        else:
            assert len(line) <= 100, line
            widths = []


@pytest.mark.parametrize("name", ["parameters.md", "validation.md"])
def test_pages_are_well_formed(project: Path, name: str) -> None:
    assert_well_formed((project / "docs" / name).read_text(encoding="utf-8"))


# --- parameters: read off the models -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "path", "range_", "default", "source", "unit"),
    [
        ("Rules.chi", None, None, None, None, None),
        ("Rules.settlement", "rules.settlement", "0 to 1", "0.5", "judgement", "share"),
        ("Rules.lambda", "rules.lambda", "0 to 1,000", None, "fitted", "1 / utility"),
        ("Rules.cognition", "rules.cognition", "bayes, myopic, mirror", "bayes", "judgement", ""),
        ("Rules.distance_scale", "rules.distance_scale", "0 to 20,040", "1500", "judgement", "km"),
        ("Scenario.turns", "turns", "1 to 1,200", "", "the scenario file", "turns"),
        ("State.capability", "states.STATE.capability", "0 to 1,000", "", "the scenario file", "capability"),
        ("Type.prior", "states.STATE.types.TYPE.prior", "0 to 1", "", "the scenario file", "chance"),
        ("State.political_position", "states.STATE.political_position", "-10 to 10", "0", "judgement", "UN ideal point"),
        ("Arms.fatigue", "states.STATE.arms.fatigue", "0 to 10", "0", "judgement", "share a year"),
        ("Flashpoint.opportunity", "flashpoints.FLASHPOINT.opportunity", "0 to 1", "0.08", "judgement", "chance a month"),
        ("Treaty.umbrella", "treaties.TREATY.umbrella", "true, false", "false", "judgement", ""),
        ("Treaty.access", "treaties.TREATY.access", "0 to 20,040", "none", "the scenario file", "km"),
        ("InForce.from", "treaties.TREATY.in_force.from", "a word", "none", "the scenario file", ""),
        ("Rung.war", "ladder.RUNG.war", "true, false", "ladder: from major_war", "judgement", ""),
        ("Event.scale", "events.EVENT.scale", "0 to 1,000", "none", "the scenario file", "factor"),
    ],
)  # fmt: skip
def test_what_a_parameter_can_hold_is_read_off_its_model(
    field: str, path: str | None, range_: str, default: str | None, source: str, unit: str
) -> None:
    if path is None:
        assert field not in LANGUAGE
        return
    p = LANGUAGE[field]
    assert (p.path, range_of(p.info), source_of(p), unit_of(p)) == (path, range_, source, unit)
    if default is not None:
        assert default_of(p) == default
    assert p.meaning


def test_the_default_of_a_fitted_value_is_the_fitted_value() -> None:
    for path, value in fitted()["values"].items():
        (p,) = (p for p in LANGUAGE.values() if p.path == path)
        assert (default_of(p), source_of(p)) == (f"{value['value']:g}", "fitted")


def test_every_path_leads_to_its_field_and_every_number_has_a_unit() -> None:
    for p in LANGUAGE.values():
        assert leads_somewhere(p.path), p.path
        unit_of(p)
    assert set(UNITS) <= set(LANGUAGE), "units of fields that are gone"


def test_a_number_without_a_unit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(UNITS, "State.capability")
    with pytest.raises(KeyError, match=r"State\.capability has no unit"):
        unit_of(LANGUAGE["State.capability"])


def test_sources_in_packaged_files_are_counted() -> None:
    found = sourced()
    assert found["State.capability"]["sourced"] > 20
    assert found["State.capability"]["judged"] > 0
    assert "Rules.lambda" not in found or found["Rules.lambda"].total() < 20
    assert not set(found) - set(LANGUAGE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "none"), (True, "true"), (0.25, "0.25"), (3, "3"), ([], "none"), ({}, "none"),
        (["a", "b"], "a, b"), ({"value": 0.5, "source": "x"}, "0.5"), ({"senkaku": 1}, "senkaku: 1"),
        ([{"turn": 1, "set": {"a.b": 2}}], "(turn: 1, set: a.b: 2)"),
    ],
)  # fmt: skip
def test_values_are_written_in_a_line(value: Any, text: str) -> None:
    assert told(value) == text


# --- parameters: measured ----------------------------------------------------------------------------


def made_up(rises: bool | None, mean: float, error: float = 0.01, path: str = "turns") -> Measured:
    row = Row(path, 24, "challenges", rises)
    return Measured(row, 48, 3.5, Difference(mean, error, 400))


@pytest.mark.parametrize(
    ("rises", "mean", "clear", "as_declared"),
    [
        (True, 0.1, True, True), (False, -0.1, True, True), (None, -0.1, True, True),
        (True, -0.1, True, False), (False, 0.1, True, False),
        (True, 0.02, False, False), (None, 0.02, False, False), (None, 0.0, False, False),
    ],
)  # fmt: skip
def test_a_row_counts_if_clear_and_in_its_direction(
    rises: bool | None, mean: float, clear: bool, as_declared: bool
) -> None:
    found = made_up(rises, mean)
    assert (found.clear, found.as_declared) == (clear, as_declared)


def test_the_page_puts_failures_first() -> None:
    good, bad = made_up(False, -3.0), made_up(False, 0.001, path="turn_length")
    text = page([good, bad])
    assert_well_formed(text)
    assert "2 changes were tried: 1 move what they are declared to move, 1 do not" in " ".join(
        text.split()
    )
    first = text.index("## Without the declared effect")
    assert first < text.index("+0.001") < text.index("## The scenario") < text.index("−3.000")
    assert "## Without the declared effect" not in page([good])
    assert made(text) == Made(COMMAND, __version__, rules_hash())
    assert made(page([good], 20)) == Made(f"{COMMAND} --runs 20", __version__, rules_hash())


def test_the_page_has_every_field_of_the_language_and_every_row(project: Path) -> None:
    text = (project / "docs/parameters.md").read_text(encoding="utf-8")
    rows = [row for table in tables(text) for row in table]
    listed = [
        (row.get("parameter") or row.get("field") or "").strip("`")
        for row in rows
        if "meaning" in row
    ]
    leaves = [p for p in LANGUAGE.values() if not parts_in(options(p.info.annotation))]
    assert sorted(listed) == sorted(p.path for p in leaves)
    effects = {(row["parameter"].strip("`"), row["outcome"]) for row in rows if "outcome" in row}
    assert {(row.path, row.outcome.replace("_", " ")) for row in ROWS} <= effects


def test_ranges_and_defaults_on_the_page_are_those_of_the_models(project: Path) -> None:
    text = (project / "docs/parameters.md").read_text(encoding="utf-8")
    found = {
        row["parameter"].strip("`"): row
        for table in tables(text)
        for row in table
        if "range" in row
    }
    for p in LANGUAGE.values():
        if p.path not in found:
            assert p.field in LABELS | NAMES or parts_in(options(p.info.annotation))
            continue
        row = found[p.path]
        assert row["range"] == range_of(p.info), p.path
        assert row["default"] == (default_of(p) or "must be given"), p.path
        assert row["unit"] == unit_of(p), p.path


QUICK = Row("turns", 12, "challenges", False)


def test_a_row_is_played_as_often_as_it_says() -> None:
    played: dict[str, Arm] = {}
    found = measured(QUICK, played, 20)
    assert found.difference.runs == 20
    assert found.start == start_of(QUICK) == 48
    assert found.difference.mean < 0
    first, second = arms_of(QUICK, played)
    assert first is next(iter(played.values())), "first arms are shared"
    by_hand = second.play(20).column("challenges") - first.column("challenges")[:20]
    assert found.difference.mean == pytest.approx(float(np.mean(by_hand)))
    # looking while playing stops early, so it says that there is a difference, not how large
    assert until_clear(first, second, lambda arm: arm.column("challenges"), 400).runs < 400


def test_the_command_writes_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(write_parameters, "ROWS", [QUICK])
    place = tmp_path / "page.md"
    assert write_parameters.main([str(place), "--runs", "10"]) == 0
    assert f"wrote {place}" in capsys.readouterr().out
    assert "10 runs" in place.read_text(encoding="utf-8")
    assert write_parameters.main([str(tmp_path / "nowhere" / "page.md")]) == 1
    assert "No such file or directory; name another file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        write_parameters.main(["--runs", "1"])


# --- validation: what the detailed pages say ---------------------------------------------------------


@pytest.mark.parametrize(("name", "read"), READERS, ids=[name for name, _ in READERS])
def test_the_detailed_pages_can_be_read(project: Path, name: str, read: Any) -> None:
    text = (project / "docs" / name).read_text(encoding="utf-8")
    found = read(text)
    assert re.search(r"\d", found.said)
    assert all(set(found.heads) <= set(row) for row in found.against)
    assert found.file == name
    with pytest.raises(Unreadable):
        read("# Another page\n\nwithout anything.\n")


def test_what_is_read_against_the_model_is_all_there_is(project: Path) -> None:
    text = (project / "docs/stylised_facts.md").read_text(encoding="utf-8")
    found = summaries.facts(text)
    fails, unclear = (
        int(n) for n in re.search(r"(\d+) fail, (\d+) not clear", found.said).groups()
    )  # type: ignore[union-attr]
    assert len(found.against) == fails + unclear
    skills = summaries.history((project / "docs/history.md").read_text(encoding="utf-8"))
    verdicts = [row["the model is"] for row in skills.against]
    order = [
        summaries.WORST_FIRST.index(next(w for w in summaries.WORST_FIRST if v.startswith(w)))
        for v in verdicts
    ]
    assert order == sorted(order)
    assert len(order) == 6


def test_tables_are_read_cell_by_cell() -> None:
    text = "| a | b |\n|---|:--|\n| P(x \\| y) | 2 |\n\nwords\n\n| c |\n| - |\n| 3 |\n"
    assert tables(text) == [[{"a": "P(x \\| y)", "b": "2"}], [{"c": "3"}]]


# --- validation: the page ----------------------------------------------------------------------------


def rate(key: str, value: float) -> Compared:
    found = next(r for r in RATES if r.key == key)
    return Compared(
        key, found.meaning, record()[found.record], GATES.get(key),
        Estimate(value, value, value, float("nan"), 10, 10),
    )  # fmt: skip


def every_rate(**values: float) -> list[Compared]:
    """Every rate at the record's value, or in the middle of its gate, but for some."""
    known = record()
    return [
        rate(
            r.key,
            values.get(r.key, GATES[r.key].middle if r.key in GATES else known[r.record].value),
        )
        for r in RATES
    ]


def validation(project: Path, compared: list[Compared]) -> str:
    return validation_page(fitted(), compared, 100, 7, write_validation.summed(project / "docs"))


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Reasons why rates differ, made up; both are needed below."""
    found = {"war": "Because of this.", "third_parties": "Because of that."}
    monkeypatch.setattr("sim.evidence.calibration.comparison.differences", lambda: found)
    return found


def test_rates_that_speak_against_the_model_stand_first(
    project: Path, reasons: dict[str, str]
) -> None:
    text = validation(project, every_rate(third_parties=0.01, war=0.5))
    assert_well_formed(text)
    (found,) = (table for table in tables(text) if "verdict" in table[0] and "fitted" in table[0])
    assert len(found) == len(RATES)
    order = [VERDICTS.index(row["verdict"].strip("*")) for row in found]
    assert order == sorted(order)
    assert [row["rate"] for row in found[:2]] == [
        "MID-like: war",
        "MID-like: a third party came in",
    ]
    assert "1 of 4 gates failed; of 9 rates without a gate 1 differ" in text
    assert all(why in text for why in reasons.values())
    assert "Because of" not in validation(project, every_rate())


def test_a_rate_may_not_differ_without_a_reason(project: Path, reasons: dict[str, str]) -> None:
    del reasons["war"]
    with pytest.raises(ValueError, match=r"differences\.json why these differ: \['war'\]"):
        validation(project, every_rate(war=0.5, third_parties=0.01))


def test_the_page_says_what_calibration_does_not_validate(project: Path) -> None:
    text = (project / "docs/validation.md").read_text(encoding="utf-8")
    plain = " ".join(text.split())
    assert "## What calibration does not validate" in text
    for paragraph in prose()["limits"].split("\n\n"):
        assert " ".join(paragraph.split()) in plain
    for path, value in fitted()["values"].items():
        assert f"| `{path}` |" in text
        assert f"| {value['value']:g} | {value['low']:g} to {value['high']:g} |" in text
    assert fitted()["made_by"] in plain
    for name, _ in READERS:
        assert f"]({name})" in text


def test_every_rate_that_differs_on_the_page_has_its_reason(project: Path) -> None:
    text = (project / "docs/validation.md").read_text(encoding="utf-8")
    plain = " ".join(text.split())
    (found,) = (table for table in tables(text) if "verdict" in table[0] and "fitted" in table[0])
    assert [row["rate"] for row in found if row["rate"] not in {r.meaning for r in RATES}] == []
    assert len(found) == len(RATES)
    keys = {r.meaning: r.key for r in RATES}
    bad = [row["rate"] for row in found if row["verdict"].startswith("**")]
    assert bad
    for meaning in bad:
        assert f"- **{meaning}.** {differences()[keys[meaning]]}" in plain


def test_the_page_sums_up_what_the_detailed_pages_say(project: Path) -> None:
    """After a detailed page is written anew, so is this one; it takes seconds."""
    text = " ".join((project / "docs/validation.md").read_text(encoding="utf-8").split())
    for summary in write_validation.summed(project / "docs"):
        said = " ".join(summary.said.split())
        assert said in text, f"{summary.file} was written since: python -m sim.evidence.validation"


def test_the_command_writes_validation(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: list[tuple[int, int]] = []

    def rates(_world: Any, runs: int, seed: int) -> list[Compared]:
        asked.append((runs, seed))
        return every_rate(third_parties=0.01)

    monkeypatch.setattr(write_validation, "compare_rates", rates)
    for name, _ in READERS:
        text = (project / "docs" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert write_validation.main([str(tmp_path), "--runs", "100"]) == 0
    assert asked == [(100, write_validation.SEED)]
    assert f"wrote {tmp_path / 'validation.md'}" in capsys.readouterr().out
    text = (tmp_path / "validation.md").read_text(encoding="utf-8")
    assert "100 runs, seed 1007" in text
    assert made(text) == Made("python -m sim.evidence.validation --runs 100", __version__, RULES)
    (tmp_path / "history.md").write_text("# Nothing\n", encoding="utf-8")
    assert write_validation.main([str(tmp_path)]) == 1
    assert "history.md: no table has the heads" in capsys.readouterr().err
    assert write_validation.main([str(tmp_path / "nowhere")]) == 1
    assert "name the folder of the pages" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        write_validation.main(["--runs", "0"])


def test_recorded_values_lie_in_their_intervals() -> None:
    assert all(
        isinstance(row, Recorded) and row.low <= row.value <= row.high for row in record().values()
    )
