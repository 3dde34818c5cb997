"""The debrief: the fog lifted.

What was chosen beside what the model would have done, and how the class's path lies among those
that chance would have made of the same beginning.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from sim.engines.chunks import counts_for
from sim.engines.compile_scenario import Compiled
from sim.engines.room import Room
from sim.outcomes.columns import RUN_COLUMNS
from sim.outcomes.events import TurnEnds
from sim.outcomes.outcome import Page, page_for, read_log
from sim.rules import log as kinds
from sim.rules import tables as t
from sim.rules.run import play
from sim.rules.tables import restore
from sim.rules.turn import ACT, OVER, TURN_OVER, start
from sim.web.rooms import seen
from sim.web.rooms.game import Game

RUNS = 1000
OTHER_LUCK = 2_000_000_000
"""Numbers of the runs that other paths take their luck from, far from those of ensembles."""
COMPARED = ("challenges", "crises", "highest_rung", "control_lost", "risk_index_mean")


def revealed(game: Game) -> dict[str, Any]:
    """Return all there is to know of a game: types, promises, choices, the whole story."""
    words, model = game.model.words, game.model
    own = game.choices[: game.played]
    choices = []
    for taken, choice in zip(model.decisions, own, strict=True):
        decision = taken.decision
        option = decision.options[taken.chosen]
        likeliest = max(decision.options, key=lambda o: o.chance)
        choices.append(
            {
                "turn": decision.turn, "period": words.period(decision.turn),
                "place": words.flashpoint(decision.flashpoint), "kind": decision.kind,
                "state": words.bare(decision.actor), "by": choice.by, "reason": choice.reason,
                "expects": choice.expects,
                "chose": option.text, "expected": round(option.utility, 4),
                "chance": round(option.chance, 4), "model": likeliest.text,
                "model_chance": round(likeliest.chance, 4),
                "model_expected": round(likeliest.utility, 4),
                "believed_before": {k: round(v, 3) for k, v in taken.before.items()},
                "believed_after": {k: round(v, 3) for k, v in taken.after.items()},
            }
        )  # fmt: skip
    states = [
        {
            "name": words.bare(key), "type": agent.type.replace("_", " "),
            "cost": round(agent.cost, 4),
            "meant": {
                game.scenario.treaties[k].name: v for k, v in sorted(agent.committed.items())
            },
        }
        for key, agent in model.states.items()
    ]  # fmt: skip
    return {
        "title": game.scenario.title, "turns": game.turn, "states": states, "choices": choices,
        "story": seen.told(game, model.events),
    }  # fmt: skip


def as_csv(told: dict[str, Any]) -> str:
    """Return the choices as a table that a spreadsheet opens."""
    out = io.StringIO()
    names = (
        "turn", "period", "place", "kind", "state", "by", "chose", "reason", "expects", "expected",
        "chance", "model", "model_chance", "model_expected",
    )  # fmt: skip
    table = csv.writer(out)
    table.writerow(names)
    for row in told["choices"]:
        # a spreadsheet takes what begins with these for a formula
        table.writerow(
            f"'{row[name]}" if str(row[name]).startswith(("=", "+", "@", "-")) else row[name]
            for name in names
        )  # fmt: skip
    return out.getvalue()


def paths(game: Game, turn: int, runs: int = RUNS) -> dict[str, Any]:
    """Play a game on from the beginning of a turn under other luck, by the model alone.

    What was chosen before that turn stands, and so do types and promises.

    Parameters
    ----------
    turn : int
        From 0, at most the turns that are over.
    runs : int
        How many times.

    Returns
    -------
    dict
        ``turn``; ``risk``: for each turn the class's risk index added up so far and the lowest
        tenth, the median and the highest tenth of the others'; ``outcomes``: for each of `COMPARED`
        the class's value (None while the run is not over), the median, the same tenths, and the
        share of paths that are lower.
    """
    base = Game(game.scenario, game.seed, game.run, [c for c in game.choices if c.turn < turn])
    compiled, room = base.model.compiled, base.model.room
    if turn:
        base.play(turn)
    else:
        restore(room.first, room.packed[0])
        start(room.terms, room.packed[0], game.run)
        room.sit.cursor[t.PENDING] = TURN_OVER
    begun = [table.copy() for table in (*room.sit, *room.log)]
    page = page_for(
        len(compiled.flashpoints), len(compiled.treaties), len(compiled.states),
        compiled.scenario.turns * 2 * len(compiled.flashpoints) + 1, len(compiled.ties),
    )  # fmt: skip
    rows, risk = np.empty((runs, len(RUN_COLUMNS))), np.zeros((runs, compiled.scenario.turns))
    for number in range(runs):
        for table, was in zip((*room.sit, *room.log), begun, strict=True):
            table[...] = was
        _play_to_end(room, OTHER_LUCK + number)
        rows[number], risk[number] = _read(compiled, room, page)
    return _laid_out(game, turn, rows, risk)


def _play_to_end(room: Room, luck: int) -> None:
    """Let the model play on from the beginning of a turn, with the luck of another run."""
    cursor = room.sit.cursor
    cursor[t.RUN] = luck
    option = 0
    while True:
        due = play(room.terms, room.first, *room.packed, room.probabilities, luck, option)
        if due == OVER:
            return
        option = int(cursor[t.LUCKY]) if due >= ACT else 0


def _read(compiled: Compiled, room: Room, page: Page) -> tuple[Any, Any]:
    """Return the outcomes of the run in a room, and its risk index by turn."""
    log, written = room.log, int(room.sit.cursor[t.LOGGED])
    read_log(
        log.ints, log.floats, written, compiled.start.flash[:, t.START_CONTROL].copy(),
        compiled.start.depth, int(compiled.terms.rules[t.WAR_RUNG]), page, counts_for(compiled),
    )  # fmt: skip
    ends = log.ints[:written, t.L_KIND] == kinds.TURN_ENDS
    return page.run[: len(RUN_COLUMNS)].copy(), log.floats[:written][ends, t.L_X].copy()


def _said(game: Game, name: str, value: float | None) -> float | str | None:
    """Return an outcome as readers know it: of rungs the name."""
    if name != "highest_rung" or value is None:
        return value
    rungs = game.model.compiled.rungs
    return "none" if value < 0 else game.model.words.rung(rungs[int(value)])


def _laid_out(game: Game, turn: int, rows: Any, risk: Any) -> dict[str, Any]:
    """Lay the class's path over the others."""
    told = [r.risk_index for r in game.model.events if isinstance(r, TurnEnds)]
    own_risk = np.cumsum(told).tolist()
    low, middle, high = np.quantile(np.cumsum(risk, axis=1), (0.1, 0.5, 0.9), axis=0)
    own = None
    if game.over:
        model = game.model
        page = page_for(
            len(model.compiled.flashpoints), len(model.compiled.treaties), len(model.states),
            game.scenario.turns * 2 * len(model.compiled.flashpoints) + 1, len(model.compiled.ties),
        )  # fmt: skip
        own = _read(model.compiled, model.room, page)[0]
    names = list(RUN_COLUMNS)
    outcomes = []
    for name in COMPARED:
        values = rows[:, names.index(name)]
        mine = None if own is None else float(own[names.index(name)])
        tenth, median, most = map(float, np.quantile(values, (0.1, 0.5, 0.9), method="lower"))
        outcomes.append(
            {
                "name": name.replace("_", " "), "meaning": RUN_COLUMNS[name],
                "class": _said(game, name, mine), "low": _said(game, name, tenth),
                "median": _said(game, name, median), "high": _said(game, name, most),
                "lower": None if mine is None else float((values < mine).mean()),
            }
        )  # fmt: skip
    return {
        "turn": turn, "runs": len(rows), "outcomes": outcomes,
        "risk": [
            {"turn": at, "class": own_risk[at] if at < len(own_risk) else None,
             "low": float(low[at]), "median": float(middle[at]), "high": float(high[at])}
            for at in range(len(middle))
        ],
    }  # fmt: skip
