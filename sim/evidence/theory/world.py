"""A small scenario of two rivals and a guarantor, for rules that read a situation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import room_for
from sim.rules import tables as t
from sim.world.validation import examine

TWO: dict[str, Any] = {
    "schema": 1,
    "name": "known_result",
    "title": "Two rivals and a guarantor",
    "turns": 1,
    "start": "2000-01",
    "states": {
        name: {"name": name.title(), "capability": 1.0, "readiness": 1.0}
        for name in ("first", "second", "guarantor")
    },
    "flashpoints": {
        "place": {
            "name": "Place",
            "holder": "second",
            "challengers": ["first"],
            "stakes": {"first": 1.0, "second": 1.0, "guarantor": 1.0},
            "distances": {"first": 0, "second": 0, "guarantor": 0},
            "opportunity": 1.0,
        }
    },
    "treaties": {
        "pact": {
            "name": "Pact",
            "guarantors": ["guarantor"],
            "proteges": ["second"],
            "obligations": ["defence"],
            "scope": ["place"],
            "trigger": "protest",
        }
    },
    "rules": {"belief_step": 0.0},
}


class Pair:
    """The scenario as tables, before any draw: `terms` and `sit` are what rules read.

    Parameters
    ----------
    changes : mapping, optional
        Fields by path, as `--set` takes them.
    """

    def __init__(self, changes: Mapping[str, Any] | None = None) -> None:
        made, problems = examine(TWO)
        assert made is not None, problems
        compiled = compile_scenario(made.set(changes or {}))
        self.terms, self.sit = compiled.terms, room_for(compiled, 0, remembers=False).sit
        self.sit.belief[...] = self.terms.types[:, :, t.PRIOR]
