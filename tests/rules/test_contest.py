"""The contest: closed forms, fixed points, and a direct simulation in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.rules import tables as t
from sim.rules.contest import columns, gather_coalitions, value_contests, win_probability
from tests.rules.bench import Hand

POSITIVE = st.floats(1e-6, 1e6)


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -700 else 0.0


def valued(hand: Hand) -> Hand:
    value_contests(hand.g, hand.con, hand.solution.status)
    return hand


def one_rung(**head: float) -> Hand:
    """A contest at one rung: force 2 against 1, so that c wins two in three."""
    hand = Hand(1)
    hand.rules[t.CONTINUATION] = t.ABSORBING
    hand.stakes(0, 0.2, 0.5)
    hand.rungs[0, [t.COST, t.HARM, t.DELTA, t.SIGMA, t.INTENSITY]] = 0.02, 0.1, 0.3, 0.1, 0.6
    hand.game.force[0] = 2.0
    hand.game.principals[:, :, t.P_AUDIENCE] = 0.2
    hand.game.principals[0, :, t.P_STAKE], hand.game.principals[1, :, t.P_STAKE] = 0.5, 0.8
    hand.game.principals[0, :, t.P_KAPPA], hand.game.principals[1, :, t.P_KAPPA] = 0.6, 1.5
    return hand


def test_a_contest_that_nobody_leaves_is_a_geometric_sum() -> None:
    hand = valued(one_rung())
    p = 2 / 3
    last = 1 - 0.98 * (1 - 0.3 - 0.1)
    # c, alone on its side: flow 2 x .1 x (1 - p) + .02; wins p x .5 of its .5, or shows its stance in vain
    turn_c = -0.6 * (0.2 * (1 - p) + 0.02)
    turn_c += 0.3 * (p * 0.5 * 0.5 - (1 - p) * 0.2 * 0.6) + 0.1 * 0.5 * p * 0.5 * 0.5
    assert hand.value("uc", 0) == pytest.approx(turn_c / last, rel=1e-12)
    turn_d = -1.5 * (0.2 * p + 0.02)
    turn_d += 0.3 * (-p * 0.5 * 0.8 - p * 0.2 * 0.6) - 0.1 * 0.5 * p * 0.5 * 0.8
    assert hand.value("ud", 0) == pytest.approx(turn_d / last, rel=1e-12)
    assert hand.value("phi", 0) == pytest.approx((0.3 + 0.1 * 0.5) * p * 0.5 / last, rel=1e-12)


def test_what_is_held_caps_what_can_be_won() -> None:
    hand = one_rung()
    hand.game.head[t.G_CONTROL] = 0.1  # less than slice and prize
    valued(hand)
    assert hand.value("phi", 0) == pytest.approx(0.35 * (2 / 3) * 0.1 / (1 - 0.98 * 0.6))


def test_nothing_lies_above_the_top_rung() -> None:
    calm, risky = one_rung(), one_rung()
    risky.rungs[0, t.SLIP] = 0.5
    assert valued(risky).value("uc", 0) == valued(calm).value("uc", 0)


def test_a_contest_that_nothing_ends_still_has_a_value() -> None:
    hand = one_rung()
    hand.rungs[0, [t.DELTA, t.SIGMA]] = 0.0
    hand.rules[t.BETA] = 1.0
    assert math.isfinite(valued(hand).value("uc", 0))
    assert hand.value("uc", 0) < 0.0


@given(c=POSITIVE, d=POSITIVE, mu=st.floats(0.0, 5.0))
def test_the_odds_are_a_ratio(c: float, d: float, mu: float) -> None:
    p = win_probability(c, d, mu, 0.0)
    assert p == pytest.approx(1.0 - win_probability(d, c, mu, 0.0), abs=1e-12)
    assert p == pytest.approx(win_probability(2.0 * c, 2.0 * d, mu, 0.0), abs=1e-9)
    assert win_probability(2.0 * c, d, mu, 0.0) >= p
    # Tullock's form, where powers do not overflow
    ratio = (d / c) ** mu
    assert p == pytest.approx(1.0 / (1.0 + ratio), rel=1e-9)


def test_odds_where_a_side_has_nothing() -> None:
    assert win_probability(0.0, 0.0, 1.0, 0.0) == 0.5
    assert win_probability(0.0, 1.0, 1.0, 3.0) == 0.0
    assert win_probability(1.0, 0.0, 1.0, -3.0) == 1.0
    # an error of ln 3 in log-odds makes an even match look like three to one
    assert win_probability(1.0, 1.0, 1.0, math.log(3.0)) == pytest.approx(0.75)


def test_coalitions_are_numbered_by_their_members() -> None:
    hand = Hand(1, entrants=5)
    hand.game.head[t.G_EXACT] = 3
    assert columns(hand.g) == 8 + 2
    gather_coalitions(hand.g, hand.con)
    here = hand.contests.here
    inside = [[e for e in range(5) if here[2 + e, column]] for column in range(10)]
    assert inside[:8] == [[], [0], [1], [0, 1], [2], [0, 2], [1, 2], [0, 1, 2]]
    assert inside[8:] == [[0, 1, 2, 3], [0, 1, 2, 4]]


def test_integration_makes_a_coalition_more_than_its_parts() -> None:
    hand = Hand(1, entrants=2)
    hand.rules[t.GAMMA] = 0.25
    hand.game.force[:, 0] = 1.0, 2.0, 3.0, 4.0
    for i, j, share in ((1, 2, 0.8), (1, 3, 0.4), (2, 3, 0.0)):
        hand.game.pairs[i, j, t.PAIR_INTEGRATION] = share
        hand.game.pairs[j, i, t.PAIR_INTEGRATION] = share
    valued(hand)
    # alone; with the first 1 + .25 x .8; with the second 1.1; all 1 + .25 x 1.2/3
    assert hand.contests.bonus[1, :4] == pytest.approx([1.0, 1.2, 1.1, 1.1])
    assert hand.contests.bonus[0, :4] == pytest.approx(1.0)
    # strengths 2, 5 x 1.2, 6 x 1.1, 9 x 1.1 against 1
    strengths = np.array([2.0, 6.0, 6.6, 9.9])
    assert hand.contests.odds[0, :4] == pytest.approx(1.0 / (1.0 + strengths))
    hand.game.entrants[1, t.E_SIDE] = t.CHALLENGER_SIDE
    valued(hand)
    assert hand.contests.odds[0, 3] == pytest.approx(5.0 / 11.0)


def test_missile_defence_needs_a_second_member_on_the_same_side() -> None:
    hand = Hand(1, entrants=1)
    hand.rules[t.CONTINUATION] = t.ABSORBING
    hand.rungs[0, [t.HARM, t.MD, t.DELTA]] = 0.1, 0.5, 1.0
    hand.game.pairs[1, 2, t.PAIR_DEFENCE] = hand.game.pairs[2, 1, t.PAIR_DEFENCE] = 0.6
    hand.game.force[2] = 1.0
    valued(hand)
    # alone: 2 x .1 x (1 - 1/2) = .1
    assert hand.contests.flow[0, 1, 0] == pytest.approx(0.1)
    # with the guarantor half the share, c wins one in three, and .5 x .6 of the harm is stopped
    assert hand.contests.flow[0, 1, 1] == pytest.approx(0.5 * 0.2 * (1 / 3) * 0.7)
    assert hand.contests.flow[0, 2, 1] == pytest.approx(0.5 * 0.2 * (1 / 3) * 0.7)
    assert hand.contests.part[0, 2, 1] == 0.5


def test_exposure_is_paid_by_the_other_side_whoever_wins() -> None:
    hand = Hand(1, entrants=1)
    hand.rungs[0, t.DELTA] = 1.0
    hand.game.entrants[0, t.E_EXPOSURE] = 0.03
    valued(hand)
    assert hand.contests.flow[0, 0, :2] == pytest.approx([0.0, 0.03])
    assert hand.contests.flow[0, 1, :2] == pytest.approx([0.0, 0.0])


def test_retaliation_of_several_is_the_chance_that_some_survives() -> None:
    hand = Hand(1, entrants=1)
    hand.rungs[0, [t.LOSS, t.DELTA]] = 2.0, 1.0
    hand.game.nuclear[1], hand.game.nuclear[2] = 0.5, 0.8
    valued(hand)
    # c faces 1 - .5 x .2 = .9; the holder faces nothing
    assert hand.contests.flow[0, 0, :2] == pytest.approx([1.0, 1.8])
    assert hand.contests.flow[0, 1, :2] == pytest.approx([0.0, 0.0])


# --- ladders drawn at random -------------------------------------------------------------------------


def ladder(seed: int, rungs: int = 4, absorbing: bool = False, entrants: int = 2) -> Hand:
    """A game with everything in it drawn at random."""
    rng = np.random.default_rng(seed)
    hand = Hand(rungs, entrants=entrants, types=2)
    r, g = hand.rungs, hand.game
    for rung in range(rungs):
        hand.stakes(rung, rng.uniform(0.01, 0.5), rng.uniform(0.1, 0.9))
    r[:, t.COST], r[:, t.HARM] = rng.uniform(0, 0.05, rungs), rng.uniform(0, 0.2, rungs)
    r[:, t.SLIP] = rng.uniform(0, 0.2, rungs)
    r[:, t.DELTA], r[:, t.SIGMA] = rng.uniform(0, 0.5, rungs), rng.uniform(0, 0.4, rungs)
    r[:, t.MU], r[:, t.MD] = rng.uniform(0.5, 1.6, rungs), rng.uniform(0, 1, rungs)
    r[-1, t.LOSS] = 1.0
    r[-2:, t.FIRST_STRIKE] = 1.3
    g.force[...] = rng.uniform(0.1, 2.0, g.force.shape)
    g.nuclear[...] = rng.uniform(0.0, 0.3, g.nuclear.shape)
    g.principals[:, :, t.P_STAKE] = rng.uniform(0.1, 1.0, (2, 2))
    g.principals[:, :, t.P_KAPPA] = rng.uniform(0.5, 2.0, (2, 2))
    g.principals[:, :, t.P_AUDIENCE] = rng.uniform(0.0, 0.4, (2, 2))
    g.entrants[:, t.E_SIDE] = np.where(rng.random(entrants) < 0.7, t.HOLDER_SIDE, t.CHALLENGER_SIDE)
    g.entrants[:, t.E_EXPOSURE] = rng.uniform(0, 0.01, entrants)
    g.head[t.G_CONTROL] = rng.uniform(0.3, 1.0)
    g.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = rng.choice([5.0, 25.0, 80.0])
    hand.rules[[t.NU, t.GAMMA]] = 0.25, 0.25
    hand.rules[t.CONTINUATION] = t.ABSORBING if absorbing else t.EXIT
    return hand


def forward(hand: Hand, rung: int, column: int, i: int, j: int, variant: int) -> dict[str, float]:
    """Follow a contest turn by turn until next to nothing of it is left, and add up what it brings."""
    con, g, rules = hand.contests, hand.game, hand.rules
    top = len(hand.rungs) - 1
    n_e = int(g.head[t.G_ENTRANTS])
    beta, control = rules[t.BETA], g.head[t.G_CONTROL]
    c, d = g.principals[0, i], g.principals[1, j]
    total = {"uc": 0.0, "ud": 0.0, "phi": 0.0} | {f"psi{e}": 0.0 for e in range(n_e)}

    def add(weight: float, moved: float, to_c: float, to_d: float) -> None:
        total["phi"] += weight * moved
        total["uc"] += weight * (moved * c[t.P_STAKE] + to_c)
        total["ud"] += weight * (-moved * d[t.P_STAKE] + to_d)

    def burden(weight: float, slot: int) -> None:
        total["uc"] -= weight * c[t.P_KAPPA] * con.flow[slot, 0, column]
        total["ud"] -= weight * d[t.P_KAPPA] * con.flow[slot, 1, column]
        for e in range(n_e):
            total[f"psi{e}"] += weight * con.flow[slot, 2 + e, column]

    chance = np.zeros(top + 1)  # that the contest stands at each rung, both having stayed
    chance[rung] = 1.0
    discount, first = 1.0, variant
    while discount * chance.sum() > 1e-14:
        following = np.zeros(top + 1)
        for at in range(top + 1):
            here = chance[at]
            if here == 0.0:
                continue
            r = hand.rungs[at]
            slot = hand.slot(at, first)
            p = con.odds[slot, column]
            w = discount * here
            burden(w, slot)
            h = r[t.SLIP] if at < top else 0.0
            if h > 0.0:
                burden(w * h, hand.slot(at + 1))
                following[at + 1] += here * h
            x_f = min(max(r[t.SLICE], r[t.PRIZE]), control)
            shame = r[t.INTENSITY]
            decides = w * (1 - h) * r[t.DELTA]
            add(decides * p, x_f, 0.0, -d[t.P_AUDIENCE] * shame)
            add(decides * (1 - p), 0.0, -c[t.P_AUDIENCE] * shame, 0.0)
            add(w * (1 - h) * r[t.SIGMA], rules[t.CHI] * p * x_f, 0.0, 0.0)
            following[at] += here * (1 - h) * (1 - r[t.DELTA] - r[t.SIGMA])
        discount *= beta
        first = t.PLAIN
        for at in range(top + 1):
            r = hand.rungs[at]
            e, y = con.leave[hand.slot(at), column, i, j]
            w, shame = discount * following[at], r[t.INTENSITY]
            x_y = min(r[t.SLICE], control)
            add(w * e, 0.0, -c[t.P_AUDIENCE] * shame, 0.0)
            lost = -rules[t.NU] * d[t.P_STAKE] * shame - d[t.P_AUDIENCE] * shame
            add(w * (1 - e) * y, x_y, 0.0, lost)
            following[at] *= (1 - e) * (1 - y)
        chance = following
    return total


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("absorbing", [False, True])
def test_values_add_up_to_what_a_contest_brings(seed: int, absorbing: bool) -> None:
    hand = valued(ladder(seed, absorbing=absorbing))
    strikes = len(hand.rungs) - 2
    for rung in range(len(hand.rungs)):
        for variant in range(3 if rung >= strikes else 1):
            for column in range(4):
                for i, j in ((0, 0), (1, 0), (0, 1)):
                    total = forward(hand, rung, column, i, j, variant)
                    at = hand.slot(rung, variant), column
                    for name in ("uc", "ud", "phi"):
                        found = getattr(hand.contests, name)[(*at, i, j)]
                        assert found == pytest.approx(total[name], abs=1e-9), (rung, name, variant)
                    for e in range(2):
                        found = hand.contests.psi[(*at, e, i, j)]
                        assert found == pytest.approx(total[f"psi{e}"], abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_leaving_is_a_fixed_point(seed: int) -> None:
    hand = valued(ladder(seed))
    g, con, rho = hand.game, hand.contests, hand.rules[t.RHO]
    assert hand.solution.status[t.S_CONTEST_FAILURES] == 0.0
    for rung, r in enumerate(hand.rungs):
        for column in range(4):
            for i in range(2):
                for j in range(2):
                    c, d = g.principals[0, i], g.principals[1, j]
                    e, y = con.leave[hand.slot(rung), column, i, j]
                    x_y = min(r[t.SLICE], g.head[t.G_CONTROL])
                    stay = y * x_y * c[t.P_STAKE] + (1 - y) * hand.value("uc", rung, column, i, j)
                    leave = -c[t.P_AUDIENCE] * r[t.INTENSITY]
                    yield_ = (
                        -x_y * d[t.P_STAKE]
                        - (hand.rules[t.NU] * d[t.P_STAKE] + d[t.P_AUDIENCE]) * r[t.INTENSITY]
                    )
                    u_d = hand.value("ud", rung, column, i, j)
                    lam_c, lam_d = g.head[t.G_LAMBDA_C], g.head[t.G_LAMBDA_D]
                    assert e == pytest.approx(rho * logistic(lam_c * (leave - stay)), abs=1e-7)
                    assert y == pytest.approx(rho * logistic(lam_d * (yield_ - u_d)), abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_without_exits_values_are_linear_in_stakes(seed: int) -> None:
    hand = ladder(seed, absorbing=True)
    g = hand.game
    stakes = g.principals[:, :, t.P_STAKE].copy()
    tables = []
    for times in (0.0, 1.0, 2.0):
        g.principals[:, :, t.P_STAKE] = times * stakes
        valued(hand)
        tables.append((hand.contests.uc.copy(), hand.contests.ud.copy()))
    for none, once, twice in zip(*tables, strict=True):
        assert twice - once == pytest.approx(once - none, abs=1e-12)
        assert np.abs(once - none).max() > 0.01


@pytest.mark.parametrize("seed", range(5))
def test_more_strength_never_lowers_the_value_of_a_contest_nobody_leaves(seed: int) -> None:
    hand = ladder(seed, absorbing=True)
    before = valued(hand).contests.uc.copy(), hand.contests.ud.copy()
    for side, (mine, other) in enumerate(((before[0], 1), (before[1], 0))):
        hand.game.force[side] *= 1.5
        valued(hand)
        tables = hand.contests.uc, hand.contests.ud
        # alone against each other: among allies a larger part of the burden may outweigh it
        assert (tables[side][:, 0] >= mine[:, 0] - 1e-12).all()
        assert (tables[other][:, 0] <= before[other][:, 0] + 1e-12).all()
        hand.game.force[side] /= 1.5


def test_striking_first_helps_this_turn_only() -> None:
    hand = ladder(3, rungs=1)
    hand.rungs[0, t.FIRST_STRIKE] = 1.3
    hand.rules[t.CONTINUATION] = t.ABSORBING
    valued(hand)
    con, r = hand.contests, hand.rungs[0]
    p = [con.odds[hand.slot(0, v), 0] for v in (t.PLAIN, t.C_FIRST, t.D_FIRST)]
    assert p[2] < p[0] < p[1]
    c = hand.game.principals[0, 0]
    x_f = min(max(r[t.SLICE], r[t.PRIZE]), hand.game.head[t.G_CONTROL])
    # c's gain: this turn's better odds to win, less harm, less shame; the future is the same
    turn = r[t.DELTA] * (x_f * c[t.P_STAKE] + c[t.P_AUDIENCE] * r[t.INTENSITY])
    turn += r[t.SIGMA] * hand.rules[t.CHI] * x_f * c[t.P_STAKE] + c[t.P_KAPPA] * 2.0 * r[t.HARM]
    gain = con.uc[hand.slot(0, t.C_FIRST), 0, 0, 0] - con.uc[hand.slot(0), 0, 0, 0]
    assert gain == pytest.approx((p[1] - p[0]) * turn)
