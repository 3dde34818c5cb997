"""One run told: from its log step by step, from the table of crises, and the command for it all."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

import sim
from sim.analysis.commands import run_command, trace_command
from sim.analysis.figures import draw
from sim.analysis.figures.style import drawing
from sim.analysis.figures.timeline import timeline
from sim.analysis.replay import records_of
from sim.analysis.steps import crises_in_steps
from sim.analysis.story import events_of_run, steepest_run
from sim.cli.app import main
from sim.outcomes.events import (
    Answer,
    CrisisBegins,
    CrisisEnds,
    Force,
    Join,
    Move,
    Opportunity,
    Press,
    Settled,
    Slip,
    TurnEnds,
    Yielded,
)  # fmt: skip

AT = ("sino_indian_border", "china", "india")
BACK = ("sino_indian_border", "india", "china")


def joined(turn, state, came, duty="none"):
    return Join(turn, AT[0], state, "india", came, "quad", duty, 0.1, 0.0)


WAR = [
    Opportunity(16, *AT, 1.3, 3, True, "fast"),
    CrisisBegins(16, *AT, "blockade", "blockade", "challenge", 1.0),
    Move(16, *AT, "moves", "blockade", "blockade", True, 0.1),
    Answer(16, *BACK, False, "blockade", True, 0.8),
    joined(16, "united_states", False),
    joined(16, "russia", False),
    joined(16, "japan", True),
    Press(16, *AT, True, "blockade", 0.9),
    Slip(16, AT[0], "blockade", "limited_strike"),
    TurnEnds(16, "limited_strike", 0.1),
    Move(17, *AT, "moves", "major_war", "major_war", True, 0.8),
    Answer(17, *BACK, True, None, True, 0.95),
    Yielded(17, *BACK, "major_war", 0.9),
    CrisisEnds(17, *AT, "war", "major_war", 2, 1.0, 0.1),
    TurnEnds(17, "major_war", 0.2),
]


def told(flagship, records):
    keys = [rung.key for rung in flagship.ladder]
    [events] = crises_in_steps(flagship, records)
    return [
        (e["turn"], e["actor"], e["text"], None if e["rung"] is None else keys[e["rung"]])
        for e in events
    ]


def test_the_steps_to_a_war_are_told_and_its_end_is_nobodys(flagship):
    assert told(flagship, WAR) == [
        (16, "china", "blockade", "blockade"),
        (16, "india", "answers: blockade", "blockade"),
        (16, "united_states", "stands aside, as does Russia", None),
        (16, "japan", "sides with India", None),
        (16, None, "it slips to limited strike, which nobody chose", "limited_strike"),
        (17, "china", "climbs to major war", "major_war"),
        (17, "india", "yields; 90 % passes to China", "major_war"),
        (17, None, "the crisis ends as a war", "major_war"),
    ]


@pytest.mark.parametrize(
    ("records", "actor", "text"),
    [
        ([Press(18, *AT, False, "blockade", 0.2)], "china", "backs down"),
        ([Move(18, *AT, "stands_down", None, "blockade", True, 0.2)], "china", "stands down"),
        (
            [Force(18, AT[0], "china", "india", "limited_strike", True, 0.6, 0.2)],
            None,
            "force decides: China wins; 20 % passes to China",
        ),
        (
            [Force(18, AT[0], "india", "china", "limited_strike", False, 0.6, 0.0)],
            None,
            "force decides: India wins",
        ),
        (
            [Settled(18, *AT, "limited_strike", 0.5, 0.1)],
            None,
            "the parties settle; 10 % passes to China",
        ),
        (
            [CrisisEnds(47, *AT, "ongoing", "blockade", 30, 1.0, 1.0)],
            None,
            "still going on at the horizon",
        ),
    ],
)
def test_each_way_to_end(flagship, records, actor, text):
    assert told(flagship, [*WAR[:10], *records])[-1][1:3] == (actor, text)


def test_a_state_that_stands_aside_is_told_once_unless_its_duty_has_become_another(flagship):
    again = [joined(17, "russia", False), joined(18, "russia", False, "recognised")]
    texts = [text for _, actor, text, _ in told(flagship, [*WAR[:10], *again]) if actor == "russia"]
    assert texts == ["stands aside and breaks its promise"]


def test_from_the_table_an_ending_belongs_to_nobody_either(large):
    for run in range(len(large)):
        events, _ = events_of_run(large, run)
        for event in events:
            if "ends as a war" in event["text"] or "the parties settle" in event["text"]:
                assert event["actor"] is None
            if event["actor"] is not None:
                assert "after" not in event["text"]
    climbs = [e for e in events_of_run(large, steepest_run(large))[0] if e["by"]]
    assert climbs
    assert all(e["actor"] is None and e["text"].startswith("it climbs to ") for e in climbs)


def test_the_title_counts_all_crises_of_the_run_not_those_drawn(large):
    run = steepest_run(large)
    crises = large.crises_of(run)
    places = len({crisis["flashpoint"] for crisis in crises})
    wanted = f"; {len(crises)} crises at {places} flashpoints"
    assert draw("timeline", large).title.endswith(wanted)
    few, _ = events_of_run(large, run, most=3)
    with drawing():
        assert timeline(large, run, few).title.endswith(wanted)


def test_nothing_is_cut_off(large):
    others = ", ".join(state.name for state in large.scenario.states.values())
    event = {
        "turn": 1, "flashpoint": "taiwan_strait", "actor": "china", "rung": None,
        "text": f"stands aside, as do {others}",
    }  # fmt: skip
    with drawing():
        chart = timeline(large, 0, [event])
    words = " ".join(text.get_text() for text in chart.figure.texts).split()
    assert " ".join(event["text"].split()) in " ".join(words)
    assert not any("…" in word for word in words)


@pytest.fixture(scope="module")
def played(scenario):
    """A few runs that were really played."""
    return sim.ensemble(scenario.set(turns=24, events=[]), runs=6, seed=3)


def test_a_run_is_played_again_as_it_was(played):
    told = 0
    for run in range(len(played)):
        records = records_of(played, run)
        assert records is not None
        told += len(crises_in_steps(played.scenario, records))
    assert told == len(played.crises)
    assert "Told from the table" not in draw("timeline", played).figure.texts[1].get_text()


def test_a_run_that_may_not_be_the_same_is_not_played_again(played, results):
    other = {**played.manifest, "rules_hash": "0" * 16}
    assert records_of(replace(played, manifest=other), 0) is None
    run = int(played.column("crises").argmax())
    changed = replace(played, crises=played.all_crises().assign(highest_rung=9))
    assert records_of(changed, run) is None
    note = " ".join(draw("timeline", results).figure.texts[1].get_text().split())
    assert "Told from the table of crises" in note


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("deter run senkaku", "deter trace senkaku --run 5 --seed 9"),
        (
            "deter run --runs 50 --seed 9 --out 'a b' my.yaml --set a.b=1 --quiet --set 'c=[1, 2]'",
            "deter trace my.yaml --set a.b=1 --set 'c=[1, 2]' --run 5 --seed 9",
        ),
        (
            "deter run senkaku --runs=50 --turns=12 --jobs 1",
            "deter trace senkaku --turns 12 --run 5 --seed 9",
        ),
        ("sim.ensemble", "deter trace scenario.yaml --run 5 --seed 9"),
        ("deter run --resume results/x", "deter trace scenario.yaml --run 5 --seed 9"),
        ("deter run 'broken", "deter trace scenario.yaml --run 5 --seed 9"),
    ],
)
def test_the_command_that_tells_a_run_in_full(command, wanted):
    assert trace_command({"command": command, "seed": 9}, 5) == wanted


def test_the_command_works_as_written(results, capsys):
    manifest = {
        "command": "deter run senkaku --set treaties.us_japan.clarity=0.9 --turns 3 --runs 7",
        "seed": 9,
    }
    command = trace_command(manifest, 5)
    assert main([*shlex.split(command)[1:], "--quiet"]) == 0
    assert "RUN 5 OF SEED 9" in capsys.readouterr().out.upper()
    assert run_command(manifest, 7) == (
        "deter run senkaku --set treaties.us_japan.clarity=0.9 --turns 3 --runs 7 --seed 9"
    )
    note = draw("timeline", results).figure.texts[1].get_text()
    assert f"In full: {trace_command(results.manifest, steepest_run(results))}" in note
