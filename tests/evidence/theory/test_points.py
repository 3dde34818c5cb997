"""Known results at points that no file lists: what the rules give against each source's closed form."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from sim.evidence.theory.cases import Case
from sim.evidence.theory.check import check
from sim.evidence.theory.point import Point

pytestmark = pytest.mark.long

# a point that fails says all there is to say; shrinking it would take long
PHASES = (Phase.explicit, Phase.generate)
FEW = settings(max_examples=12, phases=PHASES)
MORE = settings(max_examples=40, phases=PHASES)


def within(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda x: round(x, 3))


def holds(result: str, params: dict[str, Any], expected: dict[str, Any], tol: float = 1e-6) -> None:
    found = check(Case(result, "", 0, Point(params, "a point"), expected, tol))
    assert found.verdict == "pass", (
        params,
        found.difference,
        dict(found.obtained),
        expected,
        found.note,
    )


def logit(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0


@MORE
@given(rest=within(-5, 5), up=within(0.01, 9), down=within(0.01, 30), p=within(0, 1))
def test_asymmetric_deterrence(rest: float, up: float, down: float, p: float) -> None:
    star = up / (up + down)
    assume(abs(p - star) > 1e-6)
    holds(
        "T01",
        {"aSQ": rest, "aDC": rest + up, "aDD": rest - down, "p_hard": p},
        {"p_star": star, "attack": p < star},
    )


@st.composite
def unilateral(draw: Any) -> dict[str, float]:
    gap = lambda: draw(within(0.5, 6.0))  # noqa: E731
    u = {"cDDs": draw(within(-5, 5))}
    u["cCD"] = u["cDDs"] + gap()
    u["cDDh"] = u["cCD"] + gap()
    u["cSQ"] = u["cDDh"] + gap()
    u["cDC"] = u["cSQ"] + gap()
    u["dDDs"] = draw(within(-5, 5))
    u["dDC"] = u["dDDs"] + gap()
    u["dDDh"] = u["dDC"] + gap()
    u["dCD"] = u["dDDh"] + gap()
    u["dSQ"] = u["dCD"] + gap()
    return u | {"p_hard_C": draw(within(0.02, 0.98)), "p_hard_D": draw(within(0.02, 0.98))}


@settings(max_examples=60, phases=PHASES)
@given(u=unilateral())
def test_unilateral_deterrence(u: dict[str, float]) -> None:
    c_s = (u["cDC"] - u["cSQ"]) / (u["cDC"] - u["cCD"])
    c_t = (u["cDC"] - u["cSQ"]) / (u["cDC"] - u["cDDh"])
    d_1 = (u["dCD"] - u["dDC"]) / (u["dCD"] - u["dDDs"])
    pc, pd = u["p_hard_C"], u["p_hard_D"]
    assume(min(abs(pd - c_s), abs(pd - c_t), abs(pc - d_1)) > 0.03)
    want: dict[str, Any] = {"c_s": c_s, "c_t": c_t, "d_1": d_1}
    if pd > c_t:
        x, y, name = (0.0, 0.0), None, "deterrence"
    elif pd > c_s:
        x, y, name = (1.0, 0.0), 0.0, "separating"
    elif pc > d_1:
        x, y, name = (1.0, 1.0), 0.0, "attack"
    else:
        x, y, name = (1.0, pc * (1 - d_1) / (d_1 * (1 - pc))), (c_s - pd) / (1 - pd), "bluff"
    want |= {"equilibrium": name, "x_hard": x[0], "x_soft": x[1]}
    if y is not None:
        resisted = pd + (1 - pd) * y
        moved = pc * x[0] + (1 - pc) * x[1]
        want |= {
            "y_soft": y, "P_challenge": moved, "P_concede": moved * (1 - resisted),
            "P_conflict": pc * x[0] * resisted, "P_backdown": (1 - pc) * x[1] * resisted,
        }  # fmt: skip
    holds("T02", u, want)


@settings(max_examples=6, phases=PHASES)
@given(a=within(0.05, 0.9), part=within(0.1, 0.9))
def test_audience_costs(a: float, part: float) -> None:
    k = part * (1 - a * a) / a
    holds("T03", {"audience_cost": a, "k_def_war_cost_max": k}, {
        "P_resist": 1 / (1 + a), "bluff_prob": a * k / (1 - a * a), "P_challenge": a * (1 + a + k) / (1 + a),
        "P_war": a / (1 + a), "P_war_given_challenge": 1 / (1 + a + k), "P_concede_given_challenge": a / (1 + a),
        "posterior_genuine": (1 + a) / (1 + a + k), "P_backdown": a * k / (1 + a) ** 2,
    })  # fmt: skip


@MORE
@given(lam=within(0, 30), u=st.tuples(*[within(-3, 3)] * 5))
def test_the_two_stage_game(lam: float, u: tuple[float, ...]) -> None:
    names = ("C_sq", "C_con", "C_war", "D_con", "D_war")
    sq, con, war, d_con, d_war = u
    resist = logit(lam * (d_war - d_con))
    move = logit(lam * (resist * war + (1 - resist) * con - sq))
    holds("T05", dict(zip(names, u, strict=True)) | {"lam": lam}, {
        "P_resist": resist, "P_challenge": move, "P_sq": 1 - move, "P_concede": move * (1 - resist), "P_war": move * resist,
    })  # fmt: skip


@FEW
@given(
    p1=within(0.02, 0.45), more=within(0.1, 0.5), share=within(0.1, 0.9), value=within(0, 100),
    low=within(0, 40), width=within(10, 80),
)  # fmt: skip
def test_honour_and_selection(
    p1: float, more: float, share: float, value: float, low: float, width: float
) -> None:
    p0, stake = p1 + more, 100.0
    cost = stake * (p0 - share * more)
    rate = min(1.0, max(0.0, (more * value - low) / width))
    assume(min(abs(more * value - low), abs(more * value - low - width)) > 0.5)
    params = {
        "V": stake,
        "c_attack": cost,
        "p0_no_ally": p0,
        "p1_with_ally": p1,
        "ally_value": value,
        "c_lo": low,
        "c_hi": low + width,
    }
    holds("T06", params, {
        "h_star": share, "honour_prob_R0": rate, "R_min_to_deter": low + share * width - more * value,
        "observed_honour_rate_if_h_uniform": share / 2, "true_mean_reliability": 0.5,
    })  # fmt: skip
    holds("T06", params, {"mc_observed": share / 2}, 0.005)


@MORE
@given(
    p1=within(0.0, 0.45), more=within(0.1, 0.5), h_d=within(0.05, 1.3), q0=within(0.0, 0.45),
    gain=within(0.1, 0.5), h_r=within(0.05, 1.3),
)  # fmt: skip
def test_restraint(p1: float, more: float, h_d: float, q0: float, gain: float, h_r: float) -> None:
    assume(abs(h_r - 1.0) > 1e-6 and abs(h_d - h_r) > 1e-6)
    p0 = p1 + more
    assume(p0 - h_d * more > 0)
    params = {
        "V": 50,
        "c": 50 * (p0 - h_d * more),
        "p0": p0,
        "p1": p1,
        "W_protege": 80,
        "k_protege": 80 * (q0 + h_r * gain),
        "q0": q0,
        "q1": q0 + gain,
    }
    holds("T07", params, {
        "h_deter": h_d, "h_restrain": h_r, "window": max(0.0, h_r - h_d),
        "firm_commitment_entraps": h_r < 1, "ambiguity_optimal": h_d < h_r < 1,
    })  # fmt: skip


@MORE
@given(hazards=st.lists(within(0, 1), min_size=1, max_size=12))
def test_cumulative_hazard(hazards: list[float]) -> None:
    holds("T08", {"hazards": hazards}, {"cumulative": 1 - math.prod(1 - h for h in hazards)})


@MORE
@given(worst=within(-100, 100), up=within(0.01, 90), win=within(0.01, 90))
def test_critical_risk(worst: float, up: float, win: float) -> None:
    params = {"disaster": worst, "concede": worst + up, "win": worst + up + win}
    holds("T08", params, {"critical_risk": win / (up + win)})


@FEW
@given(p=within(0.05, 0.9), most=within(0.1, 0.6), part=within(0.0, 0.75), c_b=within(0.01, 0.5))
def test_bargaining(p: float, most: float, part: float, c_b: float) -> None:
    c_a = part * most
    best = p + (most - c_a) / 2
    assume(best < 0.95)
    holds("T09", {"p": p, "c_A": c_a, "c_B": c_b, "c_B_max": most}, {
        "range_lo": p - c_a, "range_hi": p + c_b, "width": c_a + c_b, "x_star": best, "P_war": (most - c_a) / (2 * most),
    })  # fmt: skip


@MORE
@given(p=within(0.05, 1.0), stake=within(1, 200), share=within(0.011, 0.99), line=within(0, 30))
def test_salami(p: float, stake: float, share: float, line: float) -> None:
    cost = line + share * p * stake
    assume(abs(1 / share - round(1 / share)) > 1e-6)
    n = math.ceil(1 / share)
    holds("T11", {"V_def": stake, "p_def_reverses": p, "c_def": cost, "audience_or_redline_cost": line}, {
        "max_unopposed_slice": share, "slices_to_take_all": float(n), "loss_after_3": min(1.0, 3 * share), "whole_grab_resisted": True,
    })  # fmt: skip


@MORE
@given(
    m=within(0.1, 4),
    a=within(0.01, 9),
    b=within(0.01, 9),
    fall=st.tuples(within(0.01, 0.1), within(0.01, 0.1)),
    at=within(0.1, 0.9),
    apart=within(10, 800),
)
def test_power(
    m: float, a: float, b: float, fall: tuple[float, float], at: float, apart: float
) -> None:
    holds("T12", {"kind": "csf_ratio", "m": m, "A": a, "B": b}, {"p": a**m / (a**m + b**m)})
    # strengths that are the same at a place between them
    s = 10.0 + max(fall) * apart
    x = at * apart
    s_b = s - fall[0] * x + fall[1] * (apart - x)
    holds(
        "T12",
        {"kind": "boulding", "S_A": s, "S_B": s_b, "g_A": fall[0], "g_B": fall[1], "D": apart},
        {"boundary_from_A": x},
    )


@FEW
@given(n=st.integers(2, 8), ratio=within(0.05, 0.95), b=within(0.1, 20))
def test_volunteers(n: int, ratio: float, b: float) -> None:
    q = ratio ** (1 / (n - 1))
    holds(
        "T13",
        {"kind": "volunteer", "c": ratio * b, "b": b, "n": n},
        {"q_abstain": q, "p_each": 1 - q, "P_provided": 1 - q**n},
    )


@MORE
@given(a=within(0.1, 20), b=within(0.1, 20), h=st.integers(0, 30), r=st.integers(0, 30))
def test_reliability(a: float, b: float, h: int, r: int) -> None:
    x, y = a + h, b + r
    holds(
        "T14",
        {"kind": "beta_bernoulli", "alpha": a, "beta": b, "honours": h, "reneges": r},
        {"mean": x / (x + y), "var": x * y / ((x + y) ** 2 * (x + y + 1))},
    )


@MORE
@given(prior=within(0.01, 0.99), bluff=within(0, 1), n=st.integers(0, 12))
def test_resolve(prior: float, bluff: float, n: int) -> None:
    want = prior / (prior + (1 - prior) * bluff**n)
    holds(
        "T14",
        {"kind": "bayes_stand_firm", "prior": prior, "bluff_rate": bluff, "n_times": n},
        {"posterior": want},
    )


@MORE
@given(
    lam=within(0, 2), gain=within(0, 80), loss=within(1, 200), tau=within(0, 1), alpha=within(0, 1)
)
def test_assurance(lam: float, gain: float, loss: float, tau: float, alpha: float) -> None:
    net, need = tau - alpha, gain / loss
    assume(abs(net - need) > 1e-9)
    params = {
        "lam": lam,
        "gain": gain,
        "loss": loss,
        "tau_punish_if_defy": tau,
        "alpha_punish_if_comply": alpha,
    }
    holds(
        "T15",
        params,
        {
            "net": net,
            "need": need,
            "comply_BR": net >= need,
            "P_comply_logit": logit(lam * (net * loss - gain)),
        },
    )


@MORE
@given(
    g=within(0.1, 20),
    h=within(0.001, 0.5),
    v=within(0, 20),
    big=within(1, 90),
    s=within(0.01, 1),
    loss=within(1, 500),
)
def test_stability_and_instability(
    g: float, h: float, v: float, big: float, s: float, loss: float
) -> None:
    assume(abs(h * loss - v) > 1e-6 and abs(s * loss - big) > 1e-6)
    params = {
        "kind": "stability_instability",
        "g_probe": g,
        "h_probe_hazard": h,
        "def_value_probe": v,
        "G_major": big,
        "sigma_retaliation": s,
        "L_disaster": loss,
    }
    holds(
        "T16",
        params,
        {
            "probe_resisted": v >= h * loss,
            "probe_occurs": v < h * loss,
            "major_deterred": s * loss >= big,
        },
    )


@MORE
@given(
    n=st.integers(0, 300),
    s=st.sampled_from([0.1, 0.25, 0.5, 1.0]),
    k=within(0, 0.95),
    d=within(0.1, 9),
    g=within(1, 300),
)
def test_missile_defence(n: int, s: float, k: float, d: float, g: float) -> None:
    back = n * s * (1 - k) * d
    assume(abs(back - g) > 1e-6)
    params = {"kind": "missile_defence", "N": n, "survive": s, "kill": k, "damage": d, "gain": g}
    holds("T16", params, {
        "expected_retaliation": back, "deterred": back >= g, "N_min": g / (s * (1 - k) * d), "P_at_least_one_leaks": 1 - k ** (n * s) if n else 0.0,
    })  # fmt: skip


def test_a_point_outside_a_result_is_refused() -> None:
    with pytest.raises(Exception, match="the result assumes aDD < aSQ < aDC"):
        holds("T01", {"aSQ": 5, "aDC": 4, "aDD": 0, "p_hard": 0.5}, {"p_star": 1.0})


@settings(max_examples=2, phases=PHASES, deadline=None)
@given(p=within(0.35, 0.65), d=within(0.3, 0.6), c=within(0.3, 0.7))
def test_tying_hands_and_sinking_costs(p: float, d: float, c: float) -> None:
    c_d, c_c = round(d * p, 3), round(c * (1.0 - p), 3)
    r1 = 1.0 - c_c / (1.0 - p)
    tie, sink = r1 * c_d / (1.0 - r1 + r1 * p), c_d / p
    m = (1.0 - r1) * sink
    holds(
        "T04",
        {"p_D_wins": p, "c_D": c_d, "c_C": c_c},
        {
            "r1": r1, "tie_cutoff": tie, "tie_audience_cost": c_d - p * tie,
            "tie_P_war": r1 * (1.0 - tie), "sink_cutoff": sink, "sink_cost": m,
            "sink_P_war": r1 * (1.0 - sink),
        },
        1e-5,  # what the costly signal costs is approached as precision grows
    )  # fmt: skip


@MORE
@given(
    k=within(0, 3), l=within(0, 3), a=within(0, 3), b=within(0, 3), g=within(-20, 20),
    h=within(-20, 20),
)  # fmt: skip
def test_arms_race(k: float, l: float, a: float, b: float, g: float, h: float) -> None:  # noqa: E741
    det = a * b - k * l
    assume(abs(det) > 0.05)
    middle, half = -0.5 * (a + b), 0.5 * math.sqrt((a - b) ** 2 + 4.0 * k * l)
    x, y = (k * h + b * g) / det, (l * g + a * h) / det
    holds(
        "T12",
        {"kind": "richardson", "k": k, "l": l, "a": a, "b": b, "g": g, "h": h},
        {"stable": det > 0.0, "x_eq": x, "y_eq": y, "max_eig": middle + half},
        1e-6 * max(1.0, abs(x), abs(y)),
    )
