"""Handing tables to compiled rules: each NamedTuple of tables becomes one pointer.

In plain Python the NamedTuples are used as they are. Field by field, because that is what
Numba's public interface offers; the dimensions are those of `sim.rules.tables`.
"""

from __future__ import annotations

from typing import Any

from sim.compiled import PLAIN, new, rule, struct_of
from sim.rules.solver import Scratch
from sim.rules.tables import Game, Log, Situation, Solution, Terms


def _dimensions(spec: str) -> dict[str, tuple[str, int]]:
    """Read 'name:f2 other:i1' as dtype and number of dimensions by field."""
    kinds = {"f": "float64", "i": "int64"}
    pairs = (field.split(":") for field in spec.split())
    return {name: (kinds[code[0]], int(code[1])) for name, code in pairs}


_TERMS = struct_of(
    Terms,
    _dimensions(
        "rules:f1 rungs:f2 moves:f2 may:i3 types:f3 n_types:i1 members:i2 clauses:i2 "
        "scope:i2 events:f2 effects:f2 reliability:f2 address:i1 roles:i2"
    ),
)
_SITUATION = struct_of(
    Situation,
    _dimensions(
        "states:f2 places:f3 flash:f2 treaties:f2 treaty_places:f3 belief:f2 kind:i1 "
        "trust:f3 committed:i2 crisis:i2 who:i3 recognised:i2 happened:i1 order:i1 "
        "cursor:i1 key:i1"
    ),
)
_LOG = struct_of(
    Log,
    _dimensions(
        "ints:i2 floats:f2"
    ),
)
_GAME = struct_of(
    Game,
    _dimensions(
        "head:f1 rungs:f2 rules:f1 principals:f3 entrants:f2 etypes:f3 force:f2 "
        "nuclear:f2 pairs:f3 acts:f2 nodes:f3 duties:f4 classes:f3"
    ),
)
_SOLUTION = struct_of(
    Solution,
    _dimensions(
        "uc:f4 ud:f4 phi:f4 psi:f5 leave:f5 side:f3 flow:f4 value_c:f2 value_d:f3 gain:f5 "
        "prob_c:f2 prob_d:f3 post_c:f2 post_d:f3 press:f4 join:f4 status:f1"
    ),
)
_SCRATCH = struct_of(
    Scratch,
    _dimensions(
        "to_c:f2 to_d:f3 to_gain:f5 x:f1 before:f1 past:f2 gram:f2 weights:f1 lambdas:f1 trail:f1 chance:f1 "
        "moved:f1 burden:f2"
    ),
)


@rule
def _pack_terms(t):  # type: ignore[no-untyped-def]
    s = new(_TERMS)
    s.rules = t.rules
    s.rungs = t.rungs
    s.moves = t.moves
    s.may = t.may
    s.types = t.types
    s.n_types = t.n_types
    s.members = t.members
    s.clauses = t.clauses
    s.scope = t.scope
    s.events = t.events
    s.effects = t.effects
    s.reliability = t.reliability
    s.address = t.address
    s.roles = t.roles
    return s


@rule
def _pack_situation(t):  # type: ignore[no-untyped-def]
    s = new(_SITUATION)
    s.states = t.states
    s.places = t.places
    s.flash = t.flash
    s.treaties = t.treaties
    s.treaty_places = t.treaty_places
    s.belief = t.belief
    s.kind = t.kind
    s.trust = t.trust
    s.committed = t.committed
    s.crisis = t.crisis
    s.who = t.who
    s.recognised = t.recognised
    s.happened = t.happened
    s.order = t.order
    s.cursor = t.cursor
    s.key = t.key
    return s


@rule
def _pack_log(t):  # type: ignore[no-untyped-def]
    s = new(_LOG)
    s.ints = t.ints
    s.floats = t.floats
    return s


@rule
def _pack_game(t):  # type: ignore[no-untyped-def]
    s = new(_GAME)
    s.head = t.head
    s.rungs = t.rungs
    s.rules = t.rules
    s.principals = t.principals
    s.entrants = t.entrants
    s.etypes = t.etypes
    s.force = t.force
    s.nuclear = t.nuclear
    s.pairs = t.pairs
    s.acts = t.acts
    s.nodes = t.nodes
    s.duties = t.duties
    s.classes = t.classes
    return s


@rule
def _pack_solution(t):  # type: ignore[no-untyped-def]
    s = new(_SOLUTION)
    s.uc = t.uc
    s.ud = t.ud
    s.phi = t.phi
    s.psi = t.psi
    s.leave = t.leave
    s.side = t.side
    s.flow = t.flow
    s.value_c = t.value_c
    s.value_d = t.value_d
    s.gain = t.gain
    s.prob_c = t.prob_c
    s.prob_d = t.prob_d
    s.post_c = t.post_c
    s.post_d = t.post_d
    s.press = t.press
    s.join = t.join
    s.status = t.status
    return s


@rule
def _pack_scratch(t):  # type: ignore[no-untyped-def]
    s = new(_SCRATCH)
    s.to_c = t.to_c
    s.to_d = t.to_d
    s.to_gain = t.to_gain
    s.x = t.x
    s.before = t.before
    s.past = t.past
    s.gram = t.gram
    s.weights = t.weights
    s.lambdas = t.lambdas
    s.trail = t.trail
    s.chance = t.chance
    s.moved = t.moved
    s.burden = t.burden
    return s


_PACKERS = {
    Terms: _pack_terms,
    Situation: _pack_situation,
    Log: _pack_log,
    Game: _pack_game,
    Solution: _pack_solution,
    Scratch: _pack_scratch,
}


def pack(tables: Any) -> Any:
    """Return what rules take for a NamedTuple of tables: a struct, or itself in plain Python.

    Both see the same memory.
    """
    return tables if PLAIN else _PACKERS[type(tables)](tables)
