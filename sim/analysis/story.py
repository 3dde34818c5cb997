"""One run as a list of what happened, told from the log of the run or from its row a crisis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from sim.analysis.frames import Results
from sim.analysis.steps import crises_in_steps
from sim.analysis.words import (
    in_words,
    listing,
    percent,
    rung_name,
    state_in_sentence,
)
from sim.outcomes.events import Record
from sim.world.scenario import Scenario

_ENDED = {
    "deterrence_held": "backs down",
    "acquiescence": "yields",
    "settlement": "the parties settle",
    "limited_conflict": "force decides",
    "war": "the crisis ends as a war",
    "nuclear_use": "the crisis ends in nuclear use",
    "ongoing": "still going on at the horizon",
}


def steepest_run(results: Results) -> int:
    """Return the number of the run that climbed highest; of several, the one with most crises.

    Of several of those, the first.
    """
    highest, crises = results.column("highest_rung"), results.column("crises")
    order = np.lexsort((results.column("run"), -crises, -highest))
    return int(results.column("run")[order[0]])


def events_of_run(
    results: Results,
    run: int,
    most: int | None = None,
    records: Sequence[Record] | None = None,
) -> tuple[list[dict[str, Any]], int]:
    """Return what happened in a run, in order, as the timeline draws it.

    Parameters
    ----------
    most : int, optional
        Events there is room for. The crises that climbed highest are told, whole ones only.
    records : sequence of Record, optional
        The log of the run, if it is at hand; it tells each step. The table of crises tells only
        how each began, how high it came and how it ended.

    Returns
    -------
    events : list of dict
        Keys: turn (int), flashpoint (key), actor (key, or None for what nobody does, such as a
        slip or the end of a war), text, rung (index, or None where the act stands on no rung), and
        by (True where it happened in that turn or before). Empty where the folder holds no table
        of crises.
    left_out : int
        Crises there was no room for.
    """
    if records is not None:
        told = crises_in_steps(results.scenario, records)
    else:
        told = [list(_of_crisis(results, crisis)) for crisis in results.crises_of(run)]
    height = [max((e["rung"] for e in events if e["rung"] is not None), default=-1)
              for events in told]  # fmt: skip
    order = sorted(range(len(told)), key=lambda i: (-height[i], i))
    kept: list[int] = []
    room = most
    for i in order:
        if room is not None and kept and len(told[i]) > room:
            break
        kept.append(i)
        room = None if room is None else room - len(told[i])
    events = [event for i in sorted(kept) for event in told[i]]
    # The sort is stable, so that what happens in one turn stays in its order.
    return sorted(events, key=lambda event: int(event["turn"])), len(told) - len(kept)


def _of_crisis(results: Results, crisis: dict[str, Any]) -> Iterator[dict[str, Any]]:
    scenario = results.scenario
    start = int(crisis["start_turn"])
    end = start + max(1, int(crisis["turns"])) - 1
    challenger, holder = str(crisis["challenger"]), str(crisis["holder"])

    def event(
        turn: int, actor: str | None, text: str, rung: int | None, by: bool = False
    ) -> dict[str, Any]:
        return {
            "turn": turn, "flashpoint": str(crisis["flashpoint"]), "actor": actor, "text": text,
            "rung": rung, "by": by,
        }  # fmt: skip

    first, answer = int(crisis["first_rung"]), int(crisis["first_answer"])
    opener = None if crisis["accident"] else challenger
    yield event(start, opener, _opening(results, crisis, first), first)
    if answer >= 0:
        yield event(start, holder, f"answers: {rung_name(scenario, answer)}", answer)
    for side, whom in (("joined_holder", holder), ("joined_challenger", challenger)):
        came = _keys(crisis[side])
        if came:
            also = _as_well(scenario, came[1:])
            text = f"sides with {state_in_sentence(scenario, whom)}{also}"
            yield event(start, came[0], text, None)
    aside = _keys(crisis["stood_aside"])
    if aside:
        also = _as_well(scenario, aside[1:])
        yield event(start, aside[0], f"stands aside{also}", None)
    ending, highest = str(crisis["ending"]), int(crisis["highest_rung"])
    if highest > max(first, answer):
        # Whether it slipped or somebody climbed is not in the table.
        yield event(end, None, f"it climbs to {rung_name(scenario, highest)}", highest, by=True)
    # An ending belongs to nobody, unless it is what one of the two does.
    actor = {"deterrence_held": challenger, "acquiescence": holder}.get(ending)
    text = _ENDED.get(ending, in_words(ending))
    lost = float(crisis["control_before"]) - float(crisis["control_after"])
    if abs(lost) > 0.0005:
        first_holder = scenario.flashpoints[str(crisis["flashpoint"])].holder
        other = challenger if challenger != first_holder else holder
        gainer = state_in_sentence(scenario, other if lost > 0 else first_holder)
        text += f"; {percent(abs(lost))} passes to {gainer}"
    yield event(end, actor, text, highest)


def _opening(results: Results, crisis: dict[str, Any], rung: int) -> str:
    move, name = in_words(str(crisis["first_move"])), rung_name(results.scenario, rung)
    known = results.scenario.moves.get(str(crisis["first_move"]))
    if known is not None and known.name:
        move = known.name
    text = move or name
    if crisis["accident"]:
        return f"a clash that nobody chose: {text}"
    return f"seeks to recover it: {text}" if crisis["recovery"] else text


def _keys(joined: Any) -> list[str]:
    return str(joined).split() if joined else []


def _as_well(scenario: Scenario, others: list[str]) -> str:
    if not others:
        return ""
    names = [state_in_sentence(scenario, key) for key in others]
    return f", as {'does' if len(others) == 1 else 'do'} {listing(names, 20)}"
