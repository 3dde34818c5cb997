"""The stage game against known results and against its slow twin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engines.room import Room
from sim.files.check import load_scenario
from sim.rules import tables as t
from sim.rules.contest import columns, value_contests
from sim.rules.solver import FAILED, solve
from sim.rules.turn import ACT
from sim.world.scenario import Scenario
from tests.rules.bench import BASE, TOLERANCE, Hand, Stage, joins, scenario, wide_twin
from tests.rules.branch import Branch
from tests.rules.twin import Twin

# --- known results ---------------------------------------------------------------------------------


def two_stage(lam: float, c_war: float, d_war: float) -> Hand:
    """Challenge or not, concede or fight; conceding gives c 1 and costs d 1.

    Nobody is strong, so c wins nothing and fighting costs each kappa x cost; pressing is forced.
    """
    hand = Hand(1, acts=1)
    hand.stakes(0, 1.0, 1.0)
    hand.rungs[0, [t.COST, t.DELTA]] = 1.0, 1.0
    hand.game.force[0] = 0.0
    hand.game.principals[0, 0, t.P_KAPPA] = -c_war
    hand.game.principals[1, 0, t.P_KAPPA] = -d_war
    hand.game.nodes[1, 1, t.N_STEADY] = 1.0
    hand.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = lam
    hand.solve()
    return hand


@pytest.mark.parametrize(
    ("lam", "c_war", "d_war", "resist", "challenge"),
    [
        (0.0, -1.0, -0.8, 0.5, 0.5),
        (1.0, -1.0, -0.8, 0.549834, 0.475104),
        (1.0, -0.5, -1.3, 0.425557, 0.589443),
        (5.0, -1.0, -0.8, 0.731059, 0.090250),
        (5.0, -0.5, -1.3, 0.182426, 0.974214),
        (20.0, -0.5, -1.3, 0.002473, 1.0),
        (200.0, -0.5, -1.3, 0.0, 1.0),
    ],
)
def test_signorinos_two_stage_game(
    lam: float, c_war: float, d_war: float, resist: float, challenge: float
) -> None:
    # Signorino 1999: P(resist) = L(lam (D_war - D_con)), P(challenge) = L(lam EU)
    hand = two_stage(lam, c_war, d_war)
    assert hand.solution.prob_d[1, 1, 0] == pytest.approx(resist, abs=1e-6)
    assert hand.solution.prob_c[1, 0] == pytest.approx(challenge, abs=1e-6)


def unilateral(p_hard_c: float, p_hard_d: float, lam: float) -> Hand:
    """Zagare and Kilgour's unilateral deterrence game; type 0 is hard.

    Measured from the status quo (c) and from c's backing down (d): c gains 5 if d concedes, loses
    5 by backing down, 3 (hard) or 9 (soft) in a fight; d loses 3 by conceding, 2 or 7 by fighting.
    c is sure to win, so a fight gives it 5 - kappa and costs d its stake, shame and kappa.
    """
    hand = Hand(1, acts=1, types=2)
    hand.stakes(0, 1.0, 1.0)
    hand.rungs[0, [t.COST, t.DELTA]] = 1.0, 1.0
    hand.game.force[1] = 0.0
    hand.rules[[t.NU, t.PSI]] = 1.0, 1.0
    c, d = hand.game.principals
    c[:, t.P_BELIEF], d[:, t.P_BELIEF] = (p_hard_c, 1 - p_hard_c), (p_hard_d, 1 - p_hard_d)
    c[:, t.P_STAKE], c[:, t.P_AUDIENCE], c[:, t.P_KAPPA] = 5.0, 5.0, (8.0, 14.0)
    # conceding costs (1 + nu) stake + psi shame; resisting costs kappa even if c backs down:
    # hard 2 + 1 - 0 = 3 and 1 + 1 = 2; soft 2 + 6 - 5 = 3 and 1 + 6 = 7
    d[:, t.P_STAKE], d[:, t.P_AUDIENCE], d[:, t.P_KAPPA] = 1.0, (1.0, 6.0), (0.0, 5.0)
    hand.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = lam
    hand.solve()
    return hand


@pytest.mark.parametrize(
    ("p_c", "p_d", "lam", "x", "y", "posterior"),
    [
        (0.3, 0.70, 0.5, (0.384905, 0.241773), (0.756327, 0.553361), 0.405572),
        (0.3, 0.70, 2.0, (0.338167, 0.036214), (0.945678, 0.006689), 0.800078),
        (0.3, 0.55, 0.2, (0.502276, 0.434067), (0.607714, 0.507997), 0.331514),
        (0.3, 0.55, 1.0, (0.356276, 0.137522), (0.886565, 0.424686), 0.526131),
        (0.3, 0.55, 2.0, (0.687907, 0.188152), (0.973447, 0.083624), 0.610427),
        (0.2, 0.30, 0.5, (0.415751, 0.271851), (0.770576, 0.620220), 0.276586),
        (0.6, 0.30, 0.5, (0.577719, 0.454340), (0.726988, 0.420159), 0.656042),
        (0.6, 0.30, 1.0, (0.799869, 0.641303), (0.862888, 0.256964), 0.651675),
        (0.6, 0.30, 2.0, (0.987223, 0.950956), (0.973596, 0.085195), 0.608948),
    ],
)
def test_the_unilateral_game_with_beliefs(
    p_c: float, p_d: float, lam: float, x: Any, y: Any, posterior: float
) -> None:
    # logit equilibria of McKelvey and Palfrey 1998; numbers by continuation and by pygambit
    solution = unilateral(p_c, p_d, lam).solution
    assert solution.prob_c[1] == pytest.approx(x, abs=1e-5)
    assert solution.prob_d[1, 1] == pytest.approx(y, abs=1e-5)
    assert solution.post_c[1, 0] == pytest.approx(posterior, abs=1e-5)


@pytest.mark.parametrize(
    ("p_c", "p_d", "x_soft", "y_soft"),
    [(0.3, 0.7, 0.0, 0.0), (0.2, 0.3, 1 / 3, 2 / 7), (0.6, 0.3, 1.0, 0.0)],
)
def test_the_unilateral_game_in_the_limit(
    p_c: float, p_d: float, x_soft: float, y_soft: float
) -> None:
    # deterrence, bluff (x = pC (1 - d1) / (d1 (1 - pC)), d1 = 3/7; y = (1/2 - pD)/(1 - pD)), attack
    errors = []
    for lam in (10.0, 40.0):
        hand = unilateral(p_c, p_d, lam)
        assert hand.solution.status[t.S_FALLBACK] != FAILED
        errors.append(
            abs(hand.solution.prob_c[1, 1] - x_soft) + abs(hand.solution.prob_d[1, 1, 1] - y_soft)
        )
    # mixed results are approached as 1 / lambda: four times the precision, a quarter of the error
    assert errors[1] < 0.3 * errors[0] + 1e-6
    assert errors[1] < 0.02


def volunteers(n: int, cost: float, lam: float) -> Hand:
    """Guarantors any one of whom saves the holder, at a cost to each that comes (Diekmann 1985)."""
    hand = Hand(2, acts=1, entrants=n)
    hand.stakes(0, 1.0, 1.0)
    # force decides at once and sharply: with nobody c wins for sure, with anybody d does
    hand.rungs[0, [t.DELTA, t.MU, t.INTENSITY]] = 1.0, 1.0, 0.0
    hand.game.force[1], hand.game.force[2:] = 0.0, 1e300
    hand.game.force[0] = 1e-300
    hand.game.principals[0, 0, t.P_AUDIENCE] = 1e3  # backing down is out of the question
    hand.game.acts[1, t.A_STANCE] = 1
    hand.game.etypes[:, :, t.E_STAKE] = 1.0
    hand.game.entrants[:, t.E_POLITICAL] = cost
    hand.game.entrants[:, t.E_LAMBDA] = lam
    hand.solve()
    return hand


@pytest.mark.parametrize(("n", "cost"), [(2, 0.2), (3, 0.2), (5, 0.2), (5, 0.5)])
def test_volunteers(n: int, cost: float) -> None:
    limit = 1.0 - cost ** (1.0 / (n - 1))
    errors = []
    for lam in (25.0, 50.0):
        joins = volunteers(n, cost, lam).join()[1, 1, :, 0]
        assert joins == pytest.approx(joins[0], abs=1e-9)
        p = joins[0]
        # each comes as what it changes, the chance that nobody else comes, is worth its cost
        assert math.log(p / (1 - p)) == pytest.approx(lam * ((1 - p) ** (n - 1) - cost), abs=1e-6)
        errors.append(abs(p - limit))
    # approached as 1 / lambda
    assert errors[1] < 0.6 * errors[0]


def test_in_order_of_stake_the_last_one_volunteers() -> None:
    hand = volunteers(3, 0.2, 25.0)
    hand.rules[t.ORDERING] = t.BY_STAKE
    hand.game.entrants[:, t.E_LAMBDA] = 200.0
    hand.solve()
    join = hand.join()[1, 1]
    # each leaves it to those after it; the last one comes if nobody has, and only then
    assert join[0, 0] < 1e-6
    assert join[1, 0] < 1e-6
    assert join[2, 0] > 1 - 1e-6
    assert join[2, 1:4].max() < 1e-6


# --- backward induction ----------------------------------------------------------------------------


def random_game(seed: int, lam: float, entrants: int = 0, types: int = 2) -> Hand:
    """A ladder of three rungs, an act on each, every answer up to the top."""
    rng = np.random.default_rng(seed)
    hand = Hand(3, acts=3, entrants=entrants, types=types)
    r, g = hand.rungs, hand.game
    for rung in range(3):
        g.acts[rung + 1, t.A_RUNG] = g.acts[rung + 1, t.A_STANCE] = rung
        g.acts[rung + 1, t.A_ANSWERS] = 4 - rung
        for answer in range(1, 4 - rung):
            q = rung + answer - 1
            g.nodes[rung + 1, answer, t.N_RUNG_Q] = q
            g.nodes[rung + 1, answer, t.N_CLIMB] = 0.05 * (answer - 1)
        hand.stakes(rung, rng.uniform(0.05, 0.4), rng.uniform(0.2, 0.9))
    g.acts[1:, t.A_DIRECT] = rng.uniform(0, 0.05, 3)
    r[:, t.COST], r[:, t.HARM] = rng.uniform(0, 0.05, 3), rng.uniform(0, 0.2, 3)
    r[:, t.SLIP], r[:, t.DELTA], r[:, t.SIGMA] = 0.05, rng.uniform(0.1, 0.5, 3), 0.1
    g.force[...] = rng.uniform(0.2, 2.0, (2 + max(1, entrants), 1))
    g.principals[:, :, t.P_STAKE] = rng.uniform(0.3, 1.0, (2, types))
    g.principals[:, :, t.P_KAPPA] = rng.uniform(0.5, 2.0, (2, types))
    g.principals[:, :, t.P_AUDIENCE] = rng.uniform(0.0, 0.4, (2, types))
    g.etypes[:, :, t.E_STAKE] = rng.uniform(0.1, 0.8, g.etypes.shape[:2])
    g.etypes[:, :, t.E_KAPPA] = rng.uniform(0.5, 2.0, g.etypes.shape[:2])
    g.entrants[:, t.E_SIDE] = rng.choice([1, 1, 2], len(g.entrants))
    g.entrants[:, t.E_R], g.entrants[:, t.E_TRUST] = 0.3, 0.7
    g.entrants[:, t.E_R_OPPORTUNIST] = 0.06
    g.duties[..., t.D_ACTIVE], g.duties[..., t.D_RECOGNISED] = 1.0, rng.uniform(0, 1)
    hand.rules[[t.NU, t.PSI, t.GAMMA]] = 0.25, 0.6, 0.25
    g.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = lam
    g.entrants[:, t.E_LAMBDA] = lam
    return hand


@pytest.mark.parametrize("seed", range(30))
def test_precise_players_choose_what_backward_induction_says(seed: int) -> None:
    hand = random_game(seed, 3000.0, types=1)
    hand.solve()
    assert hand.solution.status[t.S_FALLBACK] != FAILED
    g, close = hand.game, 0.01
    c, d = g.principals[0, 0], g.principals[1, 0]
    best = [0.0]
    clear = True
    for a in range(1, 4):
        rung = a - 1
        iota = hand.rungs[rung, t.INTENSITY]
        x_y = g.acts[a, t.A_SLICE]
        to_d = [-x_y * d[t.P_STAKE] - (0.25 * d[t.P_STAKE] + 0.6 * d[t.P_AUDIENCE]) * iota]
        to_c = [x_y * c[t.P_STAKE]]
        for k in range(1, 4 - rung):
            q = rung + k - 1
            back, press = -c[t.P_AUDIENCE] * iota, hand.value("uc", q)
            clear &= abs(press - back) > close
            presses = press > back
            fights = hand.value("ud", q) if presses else -d[t.P_KAPPA] * hand.rungs[q, t.COST]
            to_d.append(fights - d[t.P_KAPPA] * 0.05 * (k - 1))
            to_c.append(press if presses else back)
        order = np.sort(to_d)
        clear &= order[-1] - order[-2] > close
        answer = int(np.argmax(to_d))
        if clear:
            assert hand.solution.prob_d[a, answer, 0] > 0.99
        best.append(to_c[answer] - c[t.P_KAPPA] * g.acts[a, t.A_DIRECT])
    order = np.sort(best)
    if clear and order[-1] - order[-2] > close:
        assert hand.solution.prob_c[int(np.argmax(best)), 0] > 0.99


# --- the twin ----------------------------------------------------------------------------------------


def assert_fixed_point(room: Room) -> None:
    """Every decision, reached or not, is worth what the twin says it is."""
    game, solution = room.game, room.solution
    twin = Twin(game, solution, room.contests)
    to_c, to_d, gain = twin.values()
    # the solver's tolerance is 1e-6 in log-odds, and precision 25
    assert to_c[: twin.acts] == pytest.approx(solution.value_c[: twin.acts], abs=1e-7)
    for a in range(1, twin.acts):
        n = int(game.acts[a, t.A_ANSWERS])
        assert to_d[a, :n] == pytest.approx(solution.value_d[a, :n], abs=1e-7)
        for k in range(1, n):
            for e in range(twin.entrants):
                known = 1 << e if twin.by_stake else 1
                assert gain[a, k, e, :known] == pytest.approx(
                    solution.gain[a, k, e, :known], abs=1e-7
                )
    assert solution.prob_c[: twin.acts, : twin.tc] == pytest.approx(twin.chosen_c, abs=2e-6)
    assert solution.post_c[: twin.acts, : twin.tc] == pytest.approx(twin.belief_c, abs=2e-6)


@pytest.mark.parametrize("entrants", [0, 1, 3, 5])
@pytest.mark.parametrize("order", [t.SIMULTANEOUS, t.BY_STAKE])
@pytest.mark.parametrize("seed", range(3))
def test_solutions_are_fixed_points_of_the_twin(entrants: int, order: int, seed: int) -> None:
    hand = random_game(seed, 25.0, entrants)
    hand.rules[t.ORDERING] = order
    hand.solve()
    assert hand.solution.status[t.S_FALLBACK] != FAILED
    assert_fixed_point(hand.room)


def test_order_makes_no_difference_to_one_entrant() -> None:
    hand = random_game(4, 25.0, 1)
    tables = []
    for order in (t.SIMULTANEOUS, t.BY_STAKE):
        hand.rules[t.ORDERING] = order
        hand.solve()
        tables.append(hand.solution.prob_c.copy())
    assert tables[0] == pytest.approx(tables[1], abs=1e-9)


def test_order_makes_a_difference_to_several() -> None:
    hand = random_game(0, 25.0, 3)
    tables = []
    for order in (t.SIMULTANEOUS, t.BY_STAKE):
        hand.rules[t.ORDERING] = order
        hand.solve()
        tables.append(hand.solution.prob_c.copy())
    assert np.abs(tables[0] - tables[1]).max() > 1e-6


def test_the_myopic_learn_nothing_from_acts() -> None:
    hand = random_game(2, 25.0)
    hand.rules[t.COGNITION] = t.MYOPIC
    hand.solve()
    assert hand.solution.post_c[1:4] == pytest.approx(0.5)
    assert_fixed_point(hand.room)
    hand.rules[t.COGNITION] = t.BAYES
    hand.solve()
    assert np.abs(hand.solution.post_c[1:4] - 0.5).max() > 0.01


def played(made: Scenario, runs: int) -> Any:
    """Yield the stage of every game that is solved where a challenger is to act."""
    stage = Stage(made)
    for run in range(runs):
        for due in stage.decisions(run):
            if due == ACT:
                yield stage


VARIANTS: dict[str, Any] = {
    "senkaku": lambda: load_scenario("senkaku"),
    "second_thomas_shoal": lambda: load_scenario("second_thomas_shoal"),
    "in order of stake": lambda: load_scenario("second_thomas_shoal").set({"rules.order": "stake"}),
    "doubt": lambda: load_scenario("senkaku").set({"rules.doubt": 0.3}),
    "absorbing": lambda: load_scenario("senkaku").set({"rules.continuation": "absorbing"}),
    "misperceived": lambda: load_scenario("senkaku").set({"rules.perception_spread": 0.5}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_games_as_they_are_played_are_fixed_points_of_the_twin(name: str) -> None:
    checked = live = 0
    for stage in played(VARIANTS[name](), 4):
        g = stage.game
        if g.head[t.G_ENTRANTS] == g.head[t.G_EXACT]:
            assert_fixed_point(stage.room)
            checked += 1
            live += g.head[t.G_LIVE] == 1.0
        if checked >= 12 and live >= 2:
            break
    assert checked >= 10
    assert live >= 1


def test_what_respond_returns_is_what_it_was_given() -> None:
    """With further entrants counted additively too."""
    several = 0
    for stage in played(load_scenario("indo_pacific_2024"), 1):
        branch = Branch(stage)
        x = branch.now()
        assert branch.respond(x) == pytest.approx(x, abs=2 * TOLERANCE)
        several += stage.game.head[t.G_ENTRANTS] > 3
    assert several > 5


# --- the additive approximation ------------------------------------------------------------------------


def test_counting_further_entrants_additively_is_near_enumerating_them() -> None:
    """Games of the flagship with more than three entrants, solved both ways.

    The bounds say how good the approximation is there; they are no promise for other scenarios.
    """
    acts, comes = [], []
    for stage in played(load_scenario("indo_pacific_2024"), 4):
        g = stage.game
        entrants = int(g.head[t.G_ENTRANTS])
        if entrants <= 3:
            continue
        was, rooms = g.head[t.G_EXACT], [wide_twin(stage), wide_twin(stage)]
        for exact, room in zip((3, entrants), rooms, strict=True):
            g.head[t.G_EXACT] = exact
            solve(*room.packed[1:6])
            assert room.solution.status[t.S_FALLBACK] != FAILED
        g.head[t.G_EXACT] = was
        rough, whole = (room.solution for room in rooms)
        came = [joins(room) for room in rooms]
        k = int(g.head[t.G_ACTS])
        acts.append(np.abs(rough.prob_c[:k] - whole.prob_c[:k]).max())
        gaps = np.abs(came[0][1:k, 1:, :entrants, 0] - came[1][1:k, 1:, :entrants, 0])
        comes.append(gaps.max())
        if len(acts) == 30:
            break
    assert len(acts) == 30
    # as it is with three counted exactly: some .006 and .05 for acts, .08 and .17 for who comes
    assert np.mean(acts) < 0.01
    assert np.max(acts) < 0.08
    assert np.mean(comes) < 0.12
    assert np.max(comes) < 0.25


def test_a_cooperative_game_has_contests_for_every_answer() -> None:
    """No answer leads to a contest that was never valued."""
    flashpoint = BASE["flashpoints"]["isle"] | {"opportunity": 1.0}
    for stage in played(scenario(flashpoints={"isle": flashpoint}), 1):
        g, con = stage.game, stage.room.contests
        con.uc[...] = math.nan
        value_contests(stage.g, stage.con, np.zeros(t.N_STATUS))
        for a in range(1, int(g.head[t.G_ACTS])):
            for k in range(1, int(g.acts[a, t.A_ANSWERS])):
                node = g.nodes[a, k]
                klass = int(g.acts[a, t.A_CLASS])
                if g.classes[klass, int(node[t.N_RUNG_Q]), 2] == 1.0:
                    klass = 0
                slot = (klass * 3 + int(node[t.N_VARIANT])) * len(g.rungs) + int(node[t.N_RUNG_Q])
                types = int(g.head[t.G_TC] * g.head[t.G_TD])
                valued = con.uc[slot, : types * int(columns(stage.g))]
                assert np.isfinite(valued).all(), (a, k)
        break
