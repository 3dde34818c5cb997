"""What an ensemble shows, in sentences: the finding, and how to read it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.analysis.columns import ENDINGS
from sim.analysis.frames import Results
from sim.analysis.headline import Headline, Row
from sim.analysis.intervals import Estimate, mean
from sim.analysis.ties import holding
from sim.analysis.words import (
    count,
    decimal,
    decimal_interval,
    in_words,
    listing,
    month_of,
    percent,
    roughly,
    rung_name,
)

_ENDED = {
    "deterrence_held": "with the challenger backing down",
    "acquiescence": "with the holder yielding",
    "settlement": "in a settlement",
    "limited_conflict": "in limited conflict",
    "war": "in war",
    "nuclear_use": "in nuclear use",
    "ongoing": "not by the horizon",
}


def findings(results: Results, table: Headline) -> list[str]:
    """Return what was found, one sentence or two for each part of the headline table."""
    return list(_found(results, table))


def _found(results: Results, table: Headline) -> Iterator[str]:
    runs = len(results)
    if runs == 1:
        rung = rung_name(results.scenario, table["highest_rung"].estimate.value)
        crises = int(table["crises"].estimate.value)
        if crises == 0:
            yield "In the one run played no crisis broke out."
            return
        told = count(crises, "crisis", "crises")
        yield f"In the one run played {told} climbed to {rung} at most."
    else:
        nuclear = _share_of_runs("nuclear use", table["nuclear_use"])
        yield f"{_share_of_runs('War', table['war'])}; {nuclear}."
    place, rung_index, share = busiest(results)
    if not place:
        yield f"No crisis broke out in {count(runs, 'run')} of {count(results.turns, 'turn')}."
        yield from _general(table)
        return
    name = results.scenario.flashpoints[place].name
    if runs > 1:
        often = crises_at(results, place)
        most = "is the place most often in crisis," if _several(results) else "is in crisis"
        yield (
            f"{name} {most} {decimal(often.value)} times a run "
            f"(95 % interval {decimal_interval(often)}); it reaches "
            f"{rung_name(results.scenario, rung_index)} in {percent(share)} of runs. "
            f"The median run climbs to {table['highest_rung'].value} somewhere."
        )
        yield from _where_war(results, place)
    yield _endings(results)
    yield from _general(table)
    yield from _treaties(table)
    lost = table["control_lost"]
    if lost.estimate.value > 0:
        yield (
            f"The holder that loses most loses {percent(lost.estimate.value)} of its place by the "
            f"end of {'an average' if runs > 1 else 'the'} run{_interval(lost)}."
        )


def busiest(results: Results) -> tuple[str, int, float]:
    """Return the flashpoint most often in crisis, a rung telling of it and how often it is reached.

    Most often in crisis is the place with most crises a run: where every run has one, the share
    of runs with any tells nothing. The rung is the highest that at least half of the runs with a
    crisis there reach. Without any crisis the name is empty.
    """
    often = {key: crises_at(results, key).value for key in results.scenario.flashpoints}
    place = max(often, key=lambda key: often[key])
    if often[place] == 0:
        return "", -1, 0.0
    highest = results.column(f"{place}_highest_rung")
    troubled = highest[highest >= 0]
    rung = int(np.sort(troubled)[len(troubled) // 2])
    return place, rung, float((troubled >= rung).sum() / len(results))


def crises_at(results: Results, place: str) -> Estimate:
    """Estimate the number of crises a run at a flashpoint."""
    return mean(results.column(f"{place}_crises"))


def _several(results: Results) -> bool:
    return len(results.scenario.flashpoints) > 1


def _interval(row: Row) -> str:
    return f" (95 % interval {row.interval})" if row.estimate.bounded else ""


def _share_of_runs(label: str, row: Row) -> str:
    runs = count(row.estimate.trials, "run")
    if row.estimate.events == 0:
        return f"{label} in none of {runs}{_interval(row)}"
    return f"{label} in {percent(row.estimate.value)} of {runs}{_interval(row)}"


def _where_war(results: Results, busiest_place: str) -> Iterator[str]:
    wars = {key: float(results.column(f"{key}_war").mean()) for key in results.scenario.flashpoints}
    worst = max(wars, key=lambda key: wars[key])
    if len(wars) < 2 or wars[worst] == 0:
        return
    name = results.scenario.flashpoints[worst].name
    where = "there, too" if worst == busiest_place else f"at {name}"
    yield f"War is most frequent {where}: {roughly(wars[worst])} of runs."


def _endings(results: Results) -> str:
    counted = results.endings()
    total = {ending: sum(row[ending] for row in counted.values()) for ending in ENDINGS}
    crises = sum(total.values())
    ordered = sorted((e for e in total if total[e]), key=lambda ending: -total[ending])
    parts = [f"{percent(total[ending] / crises)} {_ENDED[ending]}" for ending in ordered]
    return f"How {count(crises, 'crisis', 'crises')} ended: {listing(parts, 7)}."


def _general(table: Headline) -> Iterator[str]:
    row = table["general_deterrence_held"]
    if row.estimate.trials:
        yield (
            f"General deterrence held {row.counted} that a challenger would have moved had nobody "
            f"stood in its way: {percent(row.estimate.value)}{_interval(row)}."
        )


def _treaties(table: Headline) -> Iterator[str]:
    invoked, kept = table["invoked"].estimate.value, table["kept"]
    if not invoked:
        yield "No treaty was invoked."
        return
    text = f"Treaties were invoked {decimal(invoked)} times a run"
    if kept.estimate.trials:
        text += (
            f"; of {count(kept.estimate.trials, 'recognised duty', 'recognised duties')} "
            f"{percent(kept.estimate.value)} were honoured{_interval(kept)}"
        )
    yield text + "."


def meaning(results: Results, table: Headline) -> list[str]:
    """Return how the finding is to be read, from the numbers at hand."""
    return list(_meaning(results, table))


def _meaning(results: Results, table: Headline) -> Iterator[str]:
    yield from _below_the_line(results)
    general = table["general_deterrence_held"].estimate
    if general.trials:
        yield (
            f"In {roughly(general.value)} of the cases in which a challenger had reason to move, "
            "the expected answer alone kept it still. That is deterrence nobody sees, for nothing "
            "happens; a count of crises misses it."
        )
    yielded = table["ending_acquiescence"].estimate
    if yielded.value > 0:
        yield (
            f"Peace is not the same as success: in {roughly(yielded.value)} of crises the holder "
            "yielded, and part of the place changed hands without a fight."
        )
    kept = table["kept"].estimate
    if kept.trials and kept.value < 1:
        yield (
            f"Of the duties that were put to the test {roughly(1 - kept.value)} were broken. Pacts "
            "that look strong are seldom tested, so those that are tested look weaker than pacts "
            "are."
        )
    ongoing = table["ending_ongoing"].estimate
    if ongoing.value > 0.1:
        yield (
            f"{roughly(ongoing.value)} of crises were undecided when the run ended (after "
            f"{month_of(results.scenario, results.turns - 1)}); a longer horizon would decide more."
        )
    rules = results.scenario.rules
    yield (
        "How often things happen rests on how surely states choose the better act (lambda, here "
        f"{rules.precision.value:g}) and on the opportunities in the file. Vary them before "
        "leaning on a rate; differences between two versions of a scenario, played under the "
        "same luck, lean on them less."
    )


def _below_the_line(results: Results) -> Iterator[str]:
    """Say how many crises begin below the lowest trigger of a pledge of defence."""
    scenario = results.scenario
    keys = [rung.key for rung in scenario.ladder]
    first = results.first_rungs()
    triggers = [
        keys.index(treaty.trigger)
        for treaty in holding(scenario)
        if "defence" in treaty.obligations
    ]
    total = int(first.sum())
    if total == 0:
        return
    common = int(first.argmax())
    text = (
        f"Crises most often begin with {rung_name(scenario, common)} "
        f"({roughly(first[common] / total)})."
    )
    if triggers:
        lowest = min(triggers)
        below = int(first[:lowest].sum()) / total
        text += (
            f" No pledge of defence binds below {in_words(keys[lowest])}: {roughly(below)} of "
            "crises begin under that line, where no guarantor is bound to come."
        )
    yield text
