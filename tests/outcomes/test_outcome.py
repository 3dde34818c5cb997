"""The compiled reader of logs against a slow one, written from the columns' definitions."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Chunk, Player, counts_for
from sim.files.check import load_scenario
from sim.outcomes import columns as col
from sim.outcomes import events as ev
from sim.outcomes.outcome import UNIT, add
from sim.rules import tables as t
from tests.rules.test_turn import busy

RUNS = 50
SCENARIOS = {
    "second_thomas_shoal": lambda: load_scenario("second_thomas_shoal"),
    "busy": busy,
}
PLAIN = {
    "deterrence_held": "immediate_deterrence_held", "acquiescence": "acquiescences",
    "settlement": "settlements", "limited_conflict": "limited_conflicts", "war": "wars",
    "nuclear_use": "nuclear_uses", "ongoing": "ongoing",
}  # fmt: skip


@cache
def player(name: str) -> Player:
    return Player(SCENARIOS[name](), 4)


@cache
def chunk(name: str) -> Chunk:
    return player(name).chunk(0, RUNS)


def names(p: Player) -> ev.Names:
    c = p.compiled
    events = tuple(ev.event_key(i, e.name) for i, e in enumerate(c.scenario.events))
    return ev.Names(c.states, c.flashpoints, c.treaties, c.rungs, c.moves, events)


@cache
def records(name: str, run: int) -> list[ev.Record]:
    p = player(name)
    return list(ev.decode(*p.log(run), names(p)))


def split(history: list[ev.Record]) -> list[list[ev.Record]]:
    """Return the records of each crisis, in the order in which crises began."""
    crises: list[list[ev.Record]] = []
    at_hand: dict[str, list[ev.Record]] = {}
    for record in history:
        place = getattr(record, "flashpoint", None)
        if isinstance(record, ev.CrisisBegins):
            at_hand[place] = []
            crises.append(at_hand[place])
        if place in at_hand:
            at_hand[place].append(record)
        if isinstance(record, ev.CrisisEnds):
            del at_hand[place]
    return crises


def of(kind: type, crisis: list[ev.Record]) -> list[Any]:
    return [record for record in crisis if isinstance(record, kind)]


def treaties_in(crisis: list[ev.Record]) -> dict[str, set[str]]:
    """Return which treaties were invoked, recognised, honoured and reneged in a crisis."""
    found: dict[str, set[str]] = defaultdict(set)
    inside: dict[str, str | None] = {}
    for record in crisis:
        if isinstance(record, ev.Invoked):
            found["invoked"].add(record.treaty)
        elif isinstance(record, ev.Recognised):
            found["recognised"].add(record.treaty)
            if record.treaty in inside.values():
                found["honoured"].add(record.treaty)
        elif isinstance(record, ev.Join | ev.Leave):
            came = isinstance(record, ev.Join) and record.came
            if came:
                inside[record.state] = record.treaty
            elif isinstance(record, ev.Leave):
                inside.pop(record.state)
            if record.treaty is not None and record.duty == "recognised":
                found["honoured" if came else "reneged"].add(record.treaty)
    return found


def row_of(name: str, run: int) -> dict[str, float]:
    """Return every column of a run, by its definition."""
    c = player(name).compiled
    history = records(name, run)
    crises = split(history)
    rung = {key: i for i, key in enumerate(c.rungs)}
    war_rungs = {r.key for r in c.scenario.ladder if r.war}
    begun = [crisis[0] for crisis in crises]
    ends = [crisis[-1] for crisis in crises]
    out: dict[str, float] = dict.fromkeys(col.RUN_COLUMNS, 0.0)
    out["war"] = any(end.highest_rung in war_rungs for end in ends)
    out["nuclear_use"] = any(end.ending == "nuclear_use" for end in ends)
    out["highest_rung"] = max((rung[end.highest_rung] for end in ends), default=-1)
    out["challenges"] = sum(start.cause != "accident" for start in begun)
    out["crises"] = len(begun)
    for i, record in enumerate(history):
        if isinstance(record, ev.Opportunity) and record.would_move_unopposed:
            out["general_deterrence_tested"] += 1
            following = history[i + 1]
            rests = isinstance(following, ev.Move) and following.act == "rests"
            out["general_deterrence_held"] += rests
    for end in ends:
        out[PLAIN[end.ending]] += 1
    lost = [0.0]
    for f, place in enumerate(c.flashpoints):
        here = [i for i, start in enumerate(begun) if start.flashpoint == place]
        start = float(c.start.flash[f, t.START_CONTROL])
        control = ends[here[-1]].control_after if here else start
        lost.append(start - control)
        out[f"{place}_war"] = any(ends[i].highest_rung in war_rungs for i in here)
        out[f"{place}_control"] = control
        out[f"{place}_highest_rung"] = max((rung[ends[i].highest_rung] for i in here), default=-1)
        out[f"{place}_crises"] = len(here)
        out[f"{place}_challenges"] = sum(begun[i].cause != "accident" for i in here)
    out["control_lost"] = max(lost)
    for crisis in crises:
        for item, treaties in treaties_in(crisis).items():
            out[item] += len(treaties)
        joins = [record for record in of(ev.Join, crisis) if record.came]
        out["joined"] += len(joins)
        out["left"] += len(of(ev.Leave, crisis))
        if crisis[-1].highest_rung in war_rungs:
            out["entrapments"] += sum(j.gain < 0.0 and j.duty == "recognised" for j in joins)
    out["first_crisis_turn"] = begun[0].turn if begun else -1
    risks = [record.risk_index for record in of(ev.TurnEnds, history)]
    out["risk_index_mean"] = sum(risks) / len(risks)
    out["risk_index_peak"] = max(risks)
    for record in of(ev.StateEnds, history):
        out[f"cost_{record.state}"], out[f"standing_{record.state}"] = record.cost, record.standing
    return out


def found_row(name: str, run: int) -> dict[str, float]:
    """Return the row that the compiled reader wrote, under the same names."""
    c = player(name).compiled
    keys = list(col.RUN_COLUMNS)
    keys += [f"{place}_{item}" for place in c.flashpoints for item in col.FLASHPOINT_COLUMNS]
    keys += [f"{item}_{state}" for state in c.states for item in col.STATE_COLUMNS]
    return dict(zip(keys, chunk(name).runs[run].tolist(), strict=True))


@pytest.mark.parametrize("name", SCENARIOS)
def test_rows_of_runs(name: str) -> None:
    for run in range(RUNS):
        slow, fast = row_of(name, run), found_row(name, run)
        assert slow.keys() == fast.keys()
        wrong = {k: (slow[k], fast[k]) for k in slow if abs(slow[k] - fast[k]) > 1e-12}
        assert not wrong, (run, wrong)
    # the runs hold what there is to count
    together = chunk(name).runs.sum(0)
    counted = dict(zip(col.RUN_COLUMNS, together, strict=False))
    for key in ("challenges", "general_deterrence_held", "acquiescences", "invoked", "joined"):
        assert counted[key] > 0, key


@pytest.mark.parametrize("name", SCENARIOS)
def test_rows_of_crises(name: str) -> None:
    p, found = player(name), chunk(name)
    c = p.compiled
    at = 0
    for run in range(RUNS):
        history = records(name, run)
        for crisis in split(history):
            row, numbers = found.crises[at], found.numbers[at]
            at += 1
            start, end = crisis[0], crisis[-1]
            assert row[0] == run
            row = row[1:]
            expected = {
                col.C_FLASH: c.flashpoints.index(start.flashpoint),
                col.C_CHALLENGER: c.states.index(start.challenger),
                col.C_HOLDER: c.states.index(start.holder),
                col.C_KIND: ev.CAUSES.index(start.cause),
                col.C_START: start.turn,
                col.C_TURNS: end.turn - start.turn + 1,
                col.C_MOVE: c.moves.index(start.move),
                col.C_RUNG: c.rungs.index(start.rung),
                col.C_TOP: c.rungs.index(end.highest_rung),
                col.C_ENDING: col.ENDINGS.index(end.ending),
            }
            answers = of(ev.Answer, crisis)
            if answers:
                first = answers[0]
                expected[col.C_ANSWER] = -1 if first.yields else c.rungs.index(first.rung)
            sides = {"holder": 0, "challenger": 0, "aside": 0, "left": 0}
            for j in of(ev.Join, crisis):
                bit = 1 << c.states.index(j.state)
                beside = "holder" if j.principal == start.holder else "challenger"
                sides[beside if j.came else "aside"] |= bit
            for leaver in of(ev.Leave, crisis):
                sides["left"] |= 1 << c.states.index(leaver.state)
            expected |= {
                col.C_WITH_HOLDER: sides["holder"], col.C_WITH_CHALLENGER: sides["challenger"],
                col.C_ASIDE: sides["aside"], col.C_LEFT: sides["left"],
            }  # fmt: skip
            seen = {c.treaties.index(r.treaty) for r in of(ev.Recognised, crisis)}
            expected[col.C_RECOGNISED] = sum(1 << k for k in seen)
            assert {k: int(row[k]) for k in expected} == expected
            assert numbers[col.CF_BEFORE] == start.control
            assert numbers[col.CF_AFTER] == end.control_after
            if start.cause == "accident":
                assert numbers[col.CF_MOTIVE] == 1.0
            else:
                before = history[history.index(start) - 1]
                assert isinstance(before, ev.Opportunity)
                assert numbers[col.CF_MOTIVE] == before.motive
    assert at == len(found.crises) > RUNS


@pytest.mark.parametrize("name", SCENARIOS)
def test_counts_add_up(name: str) -> None:
    c, found = player(name).compiled, chunk(name)
    turns, places = c.scenario.turns, list(c.flashpoints)
    rung = np.zeros((len(places) + 1, turns, len(c.rungs) + 1), dtype=int)
    ending = np.zeros((len(places), len(col.ENDINGS)), dtype=int)
    first_rung = np.zeros((len(places), len(c.rungs)), dtype=int)
    first_crisis = np.zeros(turns + 1, dtype=int)
    treaty = np.zeros((len(c.treaties), len(col.TREATY_COUNTS)), dtype=int)
    control, risk = np.zeros((len(places), turns)), np.zeros(turns)
    for run in range(RUNS):
        now = dict(zip(places, c.start.flash[:, t.START_CONTROL].tolist(), strict=True))
        reached: dict[str, int] = {}
        history = records(name, run)
        for record in history:
            if isinstance(record, ev.RungReached):
                reached[record.flashpoint] = c.rungs.index(record.rung)
            elif isinstance(record, ev.CrisisEnds):
                now[record.flashpoint] = record.control_after
                ending[places.index(record.flashpoint), col.ENDINGS.index(record.ending)] += 1
            elif isinstance(record, ev.CrisisBegins) and record.cause != "accident":
                first_rung[places.index(record.flashpoint), c.rungs.index(record.rung)] += 1
            elif isinstance(record, ev.TurnEnds):
                for f, place in enumerate(places):
                    rung[f, record.turn, reached.get(place, -1) + 1] += 1
                    control[f, record.turn] += now[place]
                rung[-1, record.turn, max(reached.values(), default=-1) + 1] += 1
                risk[record.turn] += record.risk_index
                reached = {}
        crises = split(history)
        first_crisis[crises[0][0].turn if crises else turns] += 1
        for crisis in crises:
            last = crisis[-1]
            assert isinstance(last, ev.CrisisEnds)
            trapped = {
                r.treaty
                for r in crisis
                if isinstance(r, ev.Join) and r.came and r.gain < 0.0 and r.duty == "recognised"
            }
            war = last.highest_rung in {r.key for r in c.scenario.ladder if r.war}
            items = {**treaties_in(crisis), "entrapped": trapped if war else set()}
            for item, treaties in items.items():
                for k in treaties:
                    treaty[c.treaties.index(k), col.TREATY_COUNTS.index(item)] += 1
    counts = found.counts
    assert (counts.rung == rung).all()
    assert (counts.ending == ending).all()
    assert (counts.first_rung == first_rung).all()
    assert (counts.first_crisis == first_crisis).all()
    assert (counts.treaty == treaty).all()
    # sums are kept in units of 2**-32: half a unit off for each run at most
    assert counts.control / UNIT == pytest.approx(control, abs=RUNS / UNIT)
    assert counts.risk / UNIT == pytest.approx(risk, abs=RUNS / UNIT)
    # and with each other and the rows
    assert (counts.rung.sum(2) == RUNS).all()
    assert counts.first_crisis.sum() == RUNS
    assert counts.ending.sum() == len(found.crises)
    column = list(col.RUN_COLUMNS).index("challenges")
    assert counts.first_rung.sum() == found.runs[:, column].sum()


def test_counts_of_parts_make_the_whole() -> None:
    p, whole = player("busy"), chunk("busy")
    c = p.compiled
    total = counts_for(c)
    for first, runs in ((20, 30), (0, 7), (7, 13)):
        add(total, p.chunk(first, runs).counts)
    for one, two in zip(total, whole.counts, strict=True):
        assert (one == two).all()
