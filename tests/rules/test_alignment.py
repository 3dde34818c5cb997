"""Alignment: ties deepen and loosen by threat, autonomy, affinity and the fear of entrapment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player, counts_for
from sim.engines.model import CrisisModel
from sim.outcomes.columns import RUN_COLUMNS
from sim.outcomes.events import TieChanged
from sim.rules import log as kind
from sim.rules import tables as t
from sim.rules.alignment import align, danger, worth_of_step
from sim.rules.ties import set_depth
from sim.world.scenario import Scenario
from sim.world.validation import examine
from tests.rules.bench import BASE, Stage, scenario

ISLE = BASE["flashpoints"]["isle"]
STEP: dict[str, Any] = {
    "name": "Step", "guarantors": ["guard"], "proteges": ["hold"], "mutual": True,
    "scope": ["isle"],
}  # fmt: skip
STEPS: dict[str, Any] = {
    "talks": STEP | {"obligations": ["consultation"]},
    "bases": STEP | {"obligations": ["arms_and_access"], "access": {"isle": 0}, "integration": 0.3},
    "pact": STEP | {"obligations": ["defence"], "reliability": 0.9},
}
TIE: dict[str, Any] = {"name": "Tie", "members": ["guard", "hold"], "steps": list(STEPS)}
ONE, OTHER = 0, 1  # guard, hold


def courting(changes: dict[str, Any] | None = None, depth: int = 0, **top: Any) -> Scenario:
    """The small scenario with a guarantor that is bound to nobody yet, but may be."""
    now = {"rules.alignment": "endogenous", "rules.align_every": 2, **(changes or {})}
    ties = {"tie": TIE | {"depth": depth}}
    return scenario(now, **{"treaties": STEPS, "ties": ties, "turns": 24, **top})


def worth(made: Scenario, step: int = 0) -> tuple[float, float]:
    bench = Stage(made)
    one, other = worth_of_step(bench.t, bench.s, 0, step)
    return float(one), float(other)


COERCED = {"flashpoints.isle.coercion": 0.6}


def test_a_step_is_worth_the_more_the_more_one_is_coerced() -> None:
    found = [worth(courting({"flashpoints.isle.coercion": x}))[OTHER] for x in (0.0, 0.3, 0.6)]
    assert found[0] == -0.005, "autonomy is what is left where nobody threatens"
    assert found[0] < found[1] < found[2]
    # threat is linear in coercion
    assert found[2] - found[1] == pytest.approx(found[1] - found[0])


def test_by_hand() -> None:
    """One step of consultation: the guarantor counts with a sixth of what it can send."""
    made = courting({**COERCED, "rules.join_weight": 0.2})
    bench = Stage(made)
    reach = bench.terms.rungs[bench.rung("major_war"), t.REACH]
    mu = bench.terms.rungs[bench.rung("major_war"), t.MU]
    harm = bench.terms.rungs[bench.rung("major_war"), t.HARM]
    # strength sent falls to a half at 1,500 km; those at the place are at 0 km
    own, chal, guard = reach * 0.1, reach * 0.2, reach * 0.4 / 2.0
    share = 0.2 / 1.2
    alone = chal**mu / (chal**mu + own**mu)
    with_it = own + share * guard
    helped = chal**mu / (chal**mu + with_it**mu)
    saved = 5.0 * 0.6 * (alone - helped)
    one, other = worth(made)
    assert other == pytest.approx(0.6 * saved - 0.005, rel=1e-9)
    assert one == pytest.approx(0.2 * saved - 0.005, rel=1e-9)
    # a duty on top: nine times in ten the guarantor is held to mean it
    bound = own + (0.9 + 0.1 * share) * guard
    helped = chal**mu / (chal**mu + bound**mu)
    saved = 5.0 * 0.6 * (alone - helped)
    one, other = worth(made, 2)
    assert other == pytest.approx(0.6 * saved - 0.005, rel=1e-9)
    assert one == pytest.approx(0.2 * saved - 0.005 - 5.0 * 0.6 * 0.9 * harm, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "member", "sign"),
    [
        ({"rules.autonomy_cost": 0.05}, OTHER, -1),
        ({"states.hold.autonomy": 5.0}, OTHER, -1),
        ({"states.guard.political_position": 3.0}, OTHER, -1),
        ({"flashpoints.isle.stakes.hold": 0.9}, OTHER, 1),
        ({"states.guard.capability": 0.8}, OTHER, 1),
        ({"rules.join_weight": 0.6}, OTHER, 1),
    ],
)  # fmt: skip
def test_what_makes_a_step_dearer_or_worth_more(
    changes: dict[str, Any], member: int, sign: int
) -> None:
    before, after = (
        worth(courting(COERCED))[member],
        worth(courting({**COERCED, **changes}))[member],
    )
    assert sign * (after - before) > 1e-6


def test_only_a_duty_makes_entrapment_feared() -> None:
    bold, timid = courting(COERCED), courting({**COERCED, "rules.entrapment_fear": 5.0})
    assert worth(timid, 0) == worth(bold, 0), "who is free to choose cannot be dragged in"
    assert worth(timid, 2)[ONE] < worth(bold, 2)[ONE]
    assert worth(timid, 2)[OTHER] == worth(bold, 2)[OTHER]


def test_weighing_a_step_leaves_nothing_behind() -> None:
    bench = Stage(courting(COERCED, depth=1))
    before = bench.sit.treaties.copy()
    worth_of_step(bench.t, bench.s, 0, 1)
    assert np.array_equal(bench.sit.treaties, before)
    assert before[:, t.ENABLED].tolist() == [1.0, 0.0, 0.0]


def test_who_is_covered_by_others_has_less_need() -> None:
    """Free riding: a patron of the holder lowers what a tie is worth to it."""
    patron = {"name": "Patron", "capability": 0.8}
    cover = STEP | {"guarantors": ["patron"], "mutual": False, "obligations": ["defence"]}
    near = {"flashpoints.isle.distances.patron": 0, **COERCED}
    states = BASE["states"] | {"patron": patron}
    alone = worth(courting(near, states=states))
    covered = worth(courting(near, states=states, treaties={**STEPS, "cover": cover}))
    assert 0.0 < covered[OTHER] + 0.01 < alone[OTHER] + 0.01


def test_an_ally_that_broke_its_word_counts_for_less() -> None:
    bench = Stage(courting(COERCED, depth=2))
    faithful = worth_of_step(bench.t, bench.s, 0, 2)[OTHER]
    bench.sit.trust[:, :] = (1.0, 9.0)
    assert worth_of_step(bench.t, bench.s, 0, 2)[OTHER] < faithful


def test_blocs_answer_one_another() -> None:
    """Once the holder is helped, the challenger gains more by a partner of its own."""
    states = BASE["states"] | {"friend": {"name": "Friend", "capability": 0.3}}
    other = STEP | {"guarantors": ["friend"], "proteges": ["chal"], "obligations": ["offence"]}
    ties = {"tie": TIE, "bloc": {"name": "Bloc", "members": ["chal", "friend"], "steps": ["bloc"]}}
    near = {"flashpoints.isle.distances.friend": 0, **COERCED}
    bench = Stage(courting(near, states=states, treaties={**STEPS, "bloc": other}, ties=ties))
    chal = bench.state("chal")
    calm, before = danger(bench.t, bench.s, chal), worth_of_step(bench.t, bench.s, 1, 0)[0]
    set_depth(bench.t, bench.s, 0, 3)
    pressed, after = danger(bench.t, bench.s, chal), worth_of_step(bench.t, bench.s, 1, 0)[0]
    assert pressed > calm
    assert after > before
    hold = danger(bench.t, bench.s, bench.state("hold"))
    set_depth(bench.t, bench.s, 1, 1)
    assert danger(bench.t, bench.s, chal) < pressed
    assert danger(bench.t, bench.s, bench.state("hold")) > hold


def changed(made: Scenario, runs: int = 20) -> list[TieChanged]:
    found = []
    for run in range(runs):
        model = CrisisModel(made, seed=2, run=run)
        while model.running:
            model.step()
        found += [record for record in model.events if isinstance(record, TieChanged)]
    return found


def test_coercion_deepens_ties_and_quiet_loosens_them() -> None:
    still = {"flashpoints.isle.opportunity": 0.0, "rules.coercion_forgotten": 0.0}
    keen = {
        "rules.tie_weight": 0.6,
        "rules.entrapment_fear": 0.0,
        "flashpoints.isle.stakes.guard": 0.6,
    }
    coerced = changed(courting({**still, **COERCED, **keen}), 6)
    deeper = sum(record.depth - record.before for record in coerced)
    calm = {"flashpoints.isle.coercion": 0.0, "rules.autonomy_cost": 0.05}
    quiet = changed(courting({**still, **calm}, depth=3), 6)
    looser = sum(record.depth - record.before for record in quiet)
    assert deeper >= 6
    assert looser <= -6
    assert all(record.worth is not None and not record.scripted for record in coerced + quiet)


def test_coercion_is_remembered_and_forgotten() -> None:
    bench = Stage(courting({"flashpoints.isle.coercion": 0.4}))
    align(bench.t, bench.s, bench.log)
    assert bench.sit.flash[0, t.COERCION] == pytest.approx(0.4 * 0.95)
    bench.sit.crisis[0, t.TURN_RUNG] = rung = bench.rung("limited_strike")
    align(bench.t, bench.s, bench.log)
    assert bench.sit.flash[0, t.COERCION] == bench.terms.rungs[rung, t.INTENSITY]


SCRIPT = [{"turn": 3, "set": {"ties.tie.depth": 2}, "why": "They sign."}]


@pytest.mark.parametrize(("alignment", "depth"), [("off", 0), ("scripted", 2)])
def test_events_move_ties_where_they_may(alignment: str, depth: int) -> None:
    made = courting({"rules.alignment": alignment}, events=SCRIPT)
    ints, _ = Player(made, 1).log(0)
    rows = [row.tolist() for row in ints if row[t.L_KIND] == kind.TIE_SET]
    if depth == 0:
        assert rows == []
        return
    assert [(row[t.L_TURN], row[t.L_B], row[t.L_C]) for row in rows] == [(3, 2, 0)]
    bench = Stage(made)
    for _ in bench.decisions(0):
        pass
    assert bench.sit.depth.tolist() == [2]
    assert bench.sit.treaties[:, t.ENABLED].tolist() == [1.0, 1.0, 0.0]


def test_a_step_that_is_switched_off_cannot_be_passed() -> None:
    made = courting(treaties={**STEPS, "bases": STEPS["bases"] | {"enabled": False}}, depth=3)
    bench = Stage(made)
    assert bench.terms.ties[0].tolist()[t.TIE_STEPS :] == [0, -1, -1]
    assert bench.sit.depth.tolist() == [1]


def test_what_changed_is_counted() -> None:
    made = courting({**COERCED, "rules.entrapment_fear": 0.0})
    player = Player(made, 3)
    chunk = player.chunk(0, 20)
    column = list(RUN_COLUMNS).index("ties_deepened")
    deeper, looser = chunk.runs[:, column].sum(), chunk.runs[:, column + 1].sum()
    assert deeper > 0
    table = chunk.counts.tie[0]
    assert (table.sum(axis=1) == 20).all()
    assert (table[-1] * np.arange(4)).sum() == deeper - looser
    assert counts_for(player.compiled).tie.shape == (1, 24, 4)


@pytest.mark.parametrize(
    ("tie", "where", "wrong"),
    [
        ({"members": ["guard", "nobody"]}, "ties.tie.members.1", "unknown state"),
        ({"members": ["guard", "guard"]}, "ties.tie.members.1", "listed twice"),
        ({"members": ["guard", "chal"]}, "ties.tie.steps.0", "no member"),
        ({"members": ["guard"]}, "ties.tie.members", "too few"),
        ({"steps": []}, "ties.tie.steps", "too few"),
        ({"steps": ["talks", "oath"]}, "ties.tie.steps.1", "unknown treaty"),
        ({"depth": 4}, "ties.tie.depth", "deeper than its steps"),
        ({"width": 4}, "ties.tie.width", "unknown key"),
    ],
)
def test_what_is_wrong_with_a_tie_is_said(tie: dict[str, Any], where: str, wrong: str) -> None:
    data = {**BASE, "treaties": STEPS, "ties": {"tie": TIE | tie}}
    _, found = examine(data)
    assert where in [".".join(map(str, p.path)) for p in found]
    assert any(wrong in p.wrong for p in found)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"ties": {}, "rules": {"alignment": "endogenous"}}, "no ties that could deepen"),
        ({"rules": {"alignment": "endogenous", "align_every": 0}}, "0 months between"),
        ({"events": [SCRIPT[0] | {"set": {"ties.tie.depth": 5}}]}, "deeper than its steps"),
        ({"events": [SCRIPT[0] | {"set": {"ties.knot.depth": 1}}]}, "unknown tie"),
        ({"events": [SCRIPT[0] | {"set": {"treaties.pact.enabled": True}}]}, "step of a tie"),
        ({"events": [{"turn": 1, "scale": {"ties.tie.depth": 2}, "why": "x"}]}, "no number"),
    ],
)
def test_what_is_wrong_around_ties_is_said(changes: dict[str, Any], wrong: str) -> None:
    data = {**BASE, "treaties": STEPS, "ties": {"tie": TIE}, **changes}
    made, found = examine(data)
    assert made is None
    assert any(wrong in p.wrong for p in found), found
