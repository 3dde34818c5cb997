"""Which module of this folder has which result."""

from __future__ import annotations

HOMES: dict[tuple[str, str], str | None] = {
    ("T01", ""): "t01_asymmetric",
    ("T02", ""): "t02_unilateral",
    ("T02Q", ""): "t02q_logit",
    ("T03", ""): "t03_audience",
    ("T05", ""): "t05_two_stage",
    ("T06", ""): "t06_honour",
    ("T07", ""): "t07_restraint",
    ("T08", "hazards"): "t08_brinkmanship",
    ("T08", "critical_risk"): "t08_brinkmanship",
    ("T08", "risk_bidding"): None,  # bids of total risk are no move of the ladder
    ("T09", ""): "t09_bargaining",
    ("T10", ""): "t10_preventive",
    ("T11", ""): "t11_salami",
    ("T12", "csf_ratio"): "t12_power",
    ("T12", "boulding"): "t12_power",
    ("T12", "tullock"): None,  # effort is no choice of the model: strength is given
    ("T12", "lanchester_square"): None,  # forces are not worn down within a contest
    ("T13", "volunteer"): "t13_volunteers",
    ("T13", "olson_zeckhauser"): None,  # how much each gives is no choice: it comes or not
    ("T14", "beta_bernoulli"): "t14_learning",
    ("T14", "bayes_stand_firm"): "t14_learning",
    ("T14", "kreps_wilson"): "t14_chain_store",
    ("T15", ""): "t15_assurance",
    ("T16", "stability_instability"): "t16_nuclear",
    ("T16", "missile_defence"): "t16_nuclear",
}
"""Result and kind -> module, or None where the model does not cover it."""

MARKS = {"T08": (("hazards", "hazards"), ("win", "critical_risk"), ("loss_L", "risk_bidding"))}
"""Results whose cases do not name their kind: a parameter that tells it, and the kind."""


def kind_of(result: str, params: dict[str, object]) -> str:
    """Return the kind of a case: what it names, or what its parameters tell."""
    for mark, kind in MARKS.get(result, ()):
        if mark in params:
            return kind
    kind = params.get("kind", "")
    return kind if isinstance(kind, str) else ""
