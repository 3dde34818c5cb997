"""One run as a list of what happened, told from the table of crises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.analysis.frames import Results
from sim.analysis.words import in_words, listing, percent, rung_name, short_names

_ENDED = {
    "deterrence_held": "backs down",
    "settlement": "the parties settle",
    "limited_conflict": "force decides",
    "war": "the war ends",
    "nuclear_use": "ends in nuclear use",
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
    results: Results, run: int, most: int | None = None
) -> tuple[list[dict[str, Any]], int]:
    """Return what happened in a run, in order, as the timeline draws it.

    Parameters
    ----------
    most : int, optional
        Events there is room for. The crises that climbed highest are told, whole ones only.

    Returns
    -------
    events : list of dict
        Keys: turn (int), flashpoint and actor (keys), text, rung (index, or None where the act
        stands on no rung). Empty where the folder holds no table of crises.
    left_out : int
        Crises there was no room for.
    """
    told = [
        (int(crisis["highest_rung"]), list(_of_crisis(results, crisis)))
        for crisis in results.crises_of(run)
    ]
    order = sorted(range(len(told)), key=lambda i: (-told[i][0], i))
    kept: list[int] = []
    room = most
    for i in order:
        if room is not None and kept and len(told[i][1]) > room:
            break
        kept.append(i)
        room = None if room is None else room - len(told[i][1])
    events = [event for i in sorted(kept) for event in told[i][1]]
    # The sort is stable, so that what happens in one turn stays in its order.
    return sorted(events, key=lambda event: int(event["turn"])), len(told) - len(kept)


def _of_crisis(results: Results, crisis: dict[str, Any]) -> Iterator[dict[str, Any]]:
    scenario = results.scenario
    start = int(crisis["start_turn"])
    end = start + max(1, int(crisis["turns"])) - 1
    challenger, holder = str(crisis["challenger"]), str(crisis["holder"])
    names = short_names(scenario)

    def event(turn: int, actor: str, text: str, rung: int | None) -> dict[str, Any]:
        return {
            "turn": turn, "flashpoint": str(crisis["flashpoint"]), "actor": actor, "text": text,
            "rung": rung,
        }  # fmt: skip

    first, answer = int(crisis["first_rung"]), int(crisis["first_answer"])
    yield event(start, challenger, _opening(results, crisis, first), first)
    if answer >= 0:
        yield event(start, holder, f"answers: {rung_name(scenario, answer)}", answer)
    for side, whom in (("joined_holder", holder), ("joined_challenger", challenger)):
        came = _keys(crisis[side])
        if came:
            also = _as_well([names[key] for key in came[1:]])
            yield event(start, came[0], f"sides with {names[whom]}{also}", None)
    aside = _keys(crisis["stood_aside"])
    if aside:
        also = _as_well([names[key] for key in aside[1:]])
        yield event(start, aside[0], f"stands aside{also}", None)
    ending, highest = str(crisis["ending"]), int(crisis["highest_rung"])
    if ending == "acquiescence":
        actor, text = holder, "yields"
    else:
        actor, text = challenger, _ENDED.get(ending, in_words(ending))
    if highest > max(first, answer):
        text += f", after {rung_name(scenario, highest)}"
    lost = float(crisis["control_before"]) - float(crisis["control_after"])
    if abs(lost) > 0.0005:
        text += f"; {percent(abs(lost))} {'lost' if lost > 0 else 'regained'}"
    yield event(end, actor, text, highest)


def _opening(results: Results, crisis: dict[str, Any], rung: int) -> str:
    move, name = in_words(str(crisis["first_move"])), rung_name(results.scenario, rung)
    known = results.scenario.moves.get(str(crisis["first_move"]))
    if known is not None and known.name:
        move = known.name
    text = move or name
    if crisis["accident"]:
        return f"an accident: {text}"
    return f"seeks to recover it: {text}" if crisis["recovery"] else text


def _keys(joined: Any) -> list[str]:
    return str(joined).split() if joined else []


def _as_well(others: list[str]) -> str:
    return f", as {'does' if len(others) == 1 else 'do'} {listing(others, 4)}" if others else ""
