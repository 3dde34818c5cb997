"""A run of an ensemble once more, as the log of its events: the same address, the same history."""

from __future__ import annotations

from sim.analysis.frames import Results
from sim.outcomes.events import CrisisEnds, Record


def records_of(results: Results, run: int) -> list[Record] | None:
    """Return what happened in a run, if it can be had as it was.

    The tables keep a row a crisis, not the steps within it. With the rules that made them the
    scenario, the seed and the number give the same history again; None where the rules are not
    those, have yet to be compiled, or the crises do not come out as in the table.
    """
    from sim.compiled import first_compile, rules_hash

    if results.crises is None or results.manifest.get("rules_hash") != rules_hash():
        return None
    if first_compile():
        return None  # a minute of compiling is too much for one figure
    from sim.engines.chunks import Player
    from sim.engines.wording import names_of
    from sim.outcomes.events import decode

    ints, floats = Player(results.scenario, int(results.manifest["seed"])).log(run)
    records = list(decode(ints, floats, names_of(results.scenario)))
    return records if _agree(results, run, records) else None


def _agree(results: Results, run: int, records: list[Record]) -> bool:
    keys = [rung.key for rung in results.scenario.ladder]
    played = sorted(
        (r.flashpoint, r.turn - r.turns + 1, r.ending, keys.index(r.highest_rung))
        for r in records
        if isinstance(r, CrisisEnds)
    )
    kept = sorted(
        (
            str(crisis["flashpoint"]),
            int(crisis["start_turn"]),
            str(crisis["ending"]),
            int(crisis["highest_rung"]),
        )
        for crisis in results.crises_of(run)
    )
    return played == kept
