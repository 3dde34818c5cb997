"""Which module of this folder has which result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HOMES: dict[tuple[str, str], str | None] = {
    ("T01", ""): "t01_asymmetric",
    ("T02", ""): "t02_unilateral",
    ("T02Q", ""): "t02q_logit",
    ("T03", ""): "t03_audience",
    ("T04", ""): "t04_signals",
    ("T05", ""): "t05_two_stage",
    ("T06", ""): "t06_honour",
    ("T07", ""): "t07_restraint",
    ("T08", "hazards"): "t08_brinkmanship",
    ("T08", "critical_risk"): "t08_brinkmanship",
    ("T08", "risk_bidding"): None,
    ("T09", ""): "t09_bargaining",
    ("T10", ""): "t10_preventive",
    ("T11", ""): "t11_salami",
    ("T12", "csf_ratio"): "t12_power",
    ("T12", "richardson"): "t12_richardson",
    ("T12", "boulding"): "t12_power",
    ("T12", "tullock"): None,
    ("T12", "lanchester_square"): None,
    ("T13", "volunteer"): "t13_volunteers",
    ("T13", "olson_zeckhauser"): None,
    ("T14", "beta_bernoulli"): "t14_learning",
    ("T14", "bayes_stand_firm"): "t14_learning",
    ("T14", "kreps_wilson"): "t14_chain_store",
    ("T15", ""): "t15_assurance",
    ("T16", "stability_instability"): "t16_nuclear",
    ("T16", "missile_defence"): "t16_nuclear",
}
"""Result and kind -> module, or None where the model does not cover it."""

REASONS: dict[tuple[str, str], str] = {
    ("T08", "risk_bidding"): "a bid of total risk is no move of the ladder",
    ("T12", "tullock"): "effort is no choice: a state's strength is given",
    ("T12", "lanchester_square"): "a contest does not wear forces down",
    ("T13", "olson_zeckhauser"): "how much each gives is no choice: it comes or stands aside",
}
"""Why the model does not cover what it does not."""

MARKS: dict[str, tuple[tuple[str, str], ...]] = {
    "T08": (("hazards", "hazards"), ("win", "critical_risk"), ("loss_L", "risk_bidding"))
}
"""Results whose cases do not name their kind: a parameter that tells it, and the kind."""


def kind_of(result: str, params: Mapping[str, Any]) -> str:
    """Return the kind of a case: what it names, or what its parameters tell."""
    for mark, kind in MARKS.get(result, ()):
        if mark in params:
            return kind
    kind = params.get("kind", "")
    return kind if isinstance(kind, str) else ""
