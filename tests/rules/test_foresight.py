"""Foresight: what outcomes leave for later, on what grid, and which way it moves choices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engines.chunks import Player
from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import room_for
from sim.rules import tables as t
from sim.rules.future import later, near_nodes, power, table_at
from sim.rules.staging import stage
from sim.world.scenario import Scenario
from tests.rules.bench import Stage, scenario

SMALL = {
    "rules.from_rest": "limited_strike",
    "rules.foresight_reach": 0,
    "rules.foresight_shares": 2,
    "flashpoints.isle.motive_spread": 0,
    "treaties": {},
}
"""One node on each ray and half shares, so that little has to be solved."""
ONE_TYPE = [{"key": "only", "prior": 1, "cost_sensitivity": 0.6}]


def ahead(changes: dict[str, Any] | None = None, **top: Any) -> Scenario:
    return scenario({**SMALL, "rules.foresight": 1, **(changes or {})}, **top)


def opened(made: Scenario, motive: float = 1.0) -> Stage:
    """Return a scenario's first opportunity, solved."""
    s = Stage(made)
    s.quiet(0, "chal", "hold", motive)
    stage(s.t, s.s, s.g, 0)
    s.solve()
    return s


def acts(s: Stage) -> int:
    return int(s.game.head[t.G_ACTS])


def rates(s: Stage) -> np.ndarray:
    """Return the chance of an act at each rung, over the challenger's types."""
    out = np.zeros(len(s.compiled.rungs))
    beliefs = s.game.principals[0, :, t.P_BELIEF]
    for a in range(1, acts(s)):
        out[int(s.game.acts[a, t.A_RUNG])] += s.solution.prob_c[a] @ beliefs
    return out


def chance_to_yield(s: Stage, j: int) -> float:
    """Return how likely a type of holder is to yield, over the acts it may meet."""
    weights = s.solution.prob_c[1 : acts(s)] @ s.game.principals[0, :, t.P_BELIEF]
    return float(weights @ s.solution.prob_d[1 : acts(s), 0, j] / weights.sum())


# --- the grid --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_every_belief_is_the_mean_of_its_nodes(n: int) -> None:
    types = [{"key": f"t{i}", "prior": 1 / n, "cost_sensitivity": i} for i in range(n)]
    if n > 1:
        types[0]["prior"], types[1]["prior"] = 1.5 / n, 0.5 / n
    s = opened(ahead({"states.hold.types": types, "rules.foresight_reach": 3.0}))
    nodes, hold = int(s.terms.rules[t.AHEAD_NODES]), s.state("hold")
    rays = s.game.rays[hold]
    lanes, random = s.room.lanes, np.random.default_rng(1)
    for belief in [*random.dirichlet(np.full(n, 0.4), 30), *np.eye(n), rays[:n, nodes + 1]]:
        lanes.post[:n] = belief
        near_nodes(s.g, s.lan, 1, n, 1.0)
        count = int(lanes.spot[1, -1])
        spots, weights = lanes.spot[1, :count], lanes.weight[1, :count]
        assert np.all(weights >= -1e-12)
        found = np.zeros(n)
        for spot, weight in zip(spots, weights, strict=True):
            ray, k = divmod(int(spot) - 1, nodes) if spot > 0 else (0, -1)
            far = rays[ray, k + 1] if spot > 0 else 0.0
            found += weight * ((1.0 - far) * rays[:n, nodes + 1] + far * (np.arange(n) == ray))
        assert found == pytest.approx(belief, abs=1e-12)


def test_nodes_lie_in_even_steps_of_log_odds_and_end_in_certainty() -> None:
    s = opened(ahead({"rules.foresight_step": 1.0, "rules.foresight_reach": 3.0}))
    nodes = int(s.terms.rules[t.AHEAD_NODES])
    assert nodes == 4
    ray = s.game.rays[s.state("hold"), 0]
    prior = ray[nodes + 1]
    assert prior == 0.35
    belief = prior + (1.0 - prior) * ray[: nodes + 1]
    odds = np.log(belief[:-1] / (1.0 - belief[:-1]))
    assert np.diff(odds) == pytest.approx(1.0)
    assert belief[-1] == 1.0


def test_powers_by_squaring() -> None:
    assert [power(0.98, n) for n in (0, 1, 2, 13)] == pytest.approx(
        [0.98**n for n in (0, 1, 2, 13)]
    )


# --- what the tables hold ------------------------------------------------------------------------


def test_without_foresight_nothing_is_computed_or_changed() -> None:
    assert compile_scenario(scenario()).sizes["future"] == 0
    blind = {"flashpoints.isle.opportunity": 0.0}
    none, some = (scenario({**SMALL, **blind, "rules.foresight": n}, turns=3) for n in (0, 1))
    made = Player(some, 1)
    assert not made.room.game.future.any()
    assert [x.tobytes() for x in made.log(0)] == [x.tobytes() for x in Player(none, 1).log(0)]


def test_a_future_worth_nothing_changes_nothing() -> None:
    none, some = (
        scenario({**SMALL, "rules.discount": 0.0, "rules.foresight": n}, turns=4) for n in (0, 2)
    )
    for run in range(3):
        one, other = Player(none, 1).log(run), Player(some, 1).log(run)
        assert one[0].tobytes() == other[0].tobytes()


def test_the_first_level_is_the_game_of_today() -> None:
    s, plain = opened(ahead()), opened(ahead({"rules.foresight": 0}))
    c, d = s.state("chal"), s.state("hold")
    sol, game, n = plain.solution, plain.game, acts(plain)
    to_c = (sol.prob_c[:n] * sol.value_c[:n]).sum(0)
    answered = (sol.prob_d[1:n] * sol.value_d[1:n]).sum(1)
    to_d = (sol.prob_c[1:n] @ game.principals[0, :, t.P_BELIEF]) @ answered
    chance, beta = s.sit.places[0, c, t.OPPORTUNITY], s.terms.rules[t.BETA]
    share = int(s.terms.rules[t.AHEAD_SHARES])
    cells = int(s.game.ahead[t.AH_CELLS])
    for part, worth in enumerate((to_c, to_d)):
        for i in range(2):
            at = table_at(s.t, 0, c, d, 1, 0, part) + (i * (share + 1) + share) * cells
            found = s.game.future[at]
            assert found == pytest.approx(chance * worth[i] / (1.0 - (1.0 - chance) * beta))


def test_outcomes_add_what_the_grid_says_at_the_beliefs_they_leave() -> None:
    s = opened(ahead({"rules.foresight_reach": 1.5, "rules.lambda": 10.0}))
    game, sol, lanes = s.game, s.solution, s.room.lanes
    n, prior_c, prior_d = acts(s), *game.principals[:, :, t.P_BELIEF]

    def told(prior: np.ndarray, chances: np.ndarray) -> np.ndarray:
        return prior * chances / (prior @ chances)

    def read(kind: int, role: int, i: int, c: np.ndarray, d: np.ndarray, control: float) -> float:
        for whom, belief in enumerate((c, d)):
            lanes.post[:2] = belief
            kept = 1.0 if kind == t.AFTER_REST else 1.0 - s.terms.rules[t.FADE]
            near_nodes(s.g, s.lan, whom, 2, kept)
        return float(later(s.g, s.lan, kind, role, i, control))

    assert sol.status[t.S_FALLBACK] != 2
    for i in range(2):
        after_rest = told(prior_c, sol.prob_c[0])
        rest = read(t.AFTER_REST, 0, i, after_rest, prior_d, 1.0)
        assert sol.value_c[0, i] == pytest.approx(rest, abs=1e-6)
        kept = read(t.AFTER_REST, 1, i, after_rest, prior_d, 1.0)
        assert sol.value_d[0, 0, i] == pytest.approx(kept, abs=1e-6)
    nu, psi = s.terms.rules[t.NU], s.terms.rules[t.PSI]
    for a in range(1, n):
        rung = int(game.acts[a, t.A_RUNG])
        iota = s.terms.rungs[rung, t.INTENSITY]
        violent = s.terms.rungs[rung, t.VIOLENT] == 1.0
        slice_ = game.acts[a, t.A_SLICE]
        for j in range(2):
            d = game.principals[1, j]
            today = -slice_ * d[t.P_STAKE] - nu * d[t.P_STAKE] * iota - psi * d[t.P_AUDIENCE] * iota
            if violent:
                today -= d[t.P_KAPPA] * s.terms.rules[t.CLIMB_HARM] * s.terms.rungs[rung, t.HARM]
            kind = t.AFTER_VIOLENCE if violent else t.AFTER_CALM
            about_c = told(prior_c, sol.prob_c[a])
            about_d = told(prior_d, sol.prob_d[a, 0])
            future = read(kind, 1, j, about_c, about_d, 1.0 - slice_)
            assert sol.value_d[a, 0, j] == pytest.approx(today + future, abs=2e-6)


def test_tables_are_a_function_of_terms_alone() -> None:
    made = ahead({"rules.foresight": 2, "states.chal.types": ONE_TYPE})
    compiled = compile_scenario(made)
    one = room_for(compiled, 1).game.future
    other = room_for(compiled, 99, remembers=False).game.future
    assert one.any()
    assert one.tobytes() == other.tobytes()


def test_each_state_looks_as_far_as_it_does() -> None:
    s = opened(ahead({"rules.foresight": 0, "states.hold.foresight": 2}))
    assert s.solution.value_c[0, 0] == 0.0
    assert s.solution.value_d[0, 0, 0] < 0.0


# --- which way it moves choices ------------------------------------------------------------------


def test_weak_holders_yield_less_when_the_future_counts() -> None:
    yields = [
        [chance_to_yield(opened(ahead({"rules.foresight": n})), j) for j in range(2)]
        for n in (0, 1, 2)
    ]
    assert yields[0][1] > yields[1][1] > yields[2][1]


def shifted(capability: float, foresight: int) -> float:
    """Return the chance of major war at once when the challenger's strength is about to be set."""
    made = ahead(
        {
            "rules.from_rest": "major_war", "rules.foresight": foresight,
            "states.chal.capability": 0.3, "states.chal.types": ONE_TYPE,
            "states.hold.types": ONE_TYPE, "flashpoints.isle.opportunity": 1.0,
        },
        events=[{"turn": 1, "set": {"states.chal.capability": capability}, "why": "It declines."}],
    )  # fmt: skip
    s = opened(made)
    return float(rates(s)[s.rung("major_war")])


def test_a_power_about_to_decline_attacks_at_once() -> None:
    """Stylised fact: an expected adverse shift raises preventive attack (Fearon 1995, Powell 2006)."""
    steady, falling, fallen = (shifted(k, 1) for k in (0.3, 0.2, 0.1))
    assert steady < falling < fallen
    for foresight in (1, 2):
        assert shifted(0.1, foresight) > shifted(0.3, foresight) + 0.3
    assert shifted(0.3, 0) == shifted(0.1, 0)


def test_what_renews_is_not_lost_by_yielding() -> None:
    made = scenario({**SMALL, "flashpoints.isle.renews": True, "flashpoints.isle.opportunity": 1.0})
    player = Player(made, 3)
    from sim.rules import log as record

    ints, floats = player.log(0)
    yielded = ints[:, t.L_KIND] == record.YIELDED
    assert yielded.any()
    assert (floats[yielded, t.L_X] > 0.0).all()
    forced = ints[:, t.L_KIND] == record.FORCE
    settled = ints[:, t.L_KIND] == record.SETTLED
    moved = floats[forced, t.L_Y].sum() + floats[settled, t.L_Y].sum()
    assert player.room.sit.flash[0, t.CONTROL] == pytest.approx(1.0 - moved)
