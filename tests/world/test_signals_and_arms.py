"""What is wrong with signals and arms in a file is said with its place and a remedy."""

from __future__ import annotations

from typing import Any

import pytest

from sim.world.validation import examine
from tests.rules.bench import BASE

ARMING: dict[str, Any] = {"arms": {"reaction": {"chal": 0.5}}}


def problems(
    rules: dict[str, Any], hold: dict[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    states = BASE["states"] | {"hold": BASE["states"]["hold"] | (hold or {})}
    _, found = examine({**BASE, "rules": rules, "states": states})
    return [(".".join(map(str, p.path)), p.wrong, p.right) for p in found]


@pytest.mark.parametrize(
    ("rules", "hold", "where", "wrong", "right"),
    [
        ({"signals": "maybe"}, {}, "rules.signals", "'maybe' is not known here", "off, on"),
        ({"signals": "on", "signal_every": 0}, {}, "rules.signal_every", "0 months", "1 or more"),
        (
            {"signals": "on", "sink_cost": 0, "tie_cost": 0, "deploy_share": 0}, {},
            "rules.signals", "nothing to signal with", "give one of them",
        ),
        ({"deploy_share": 1.5}, {}, "rules.deploy_share", "1.5 is out of range", "from 0 to 1"),
        ({"branch": "best"}, {}, "rules.branch", "not known here", "principal, informative"),
        ({"arms": "richardson"}, {}, "rules.arms", "no state has", "give a state 'arms'"),
        (
            {"arms": "richardson"}, {"arms": {"reaction": {"hold": 0.5}}},
            "states.hold.arms.reaction.hold", "no rival of itself", "fatigue",
        ),
        (
            {"arms": "richardson"}, {"arms": {"reaction": {"nobody": 0.5}}},
            "states.hold.arms.reaction.nobody", "unknown state", "known here",
        ),
        (
            {}, {"arms": {"fatigue": 11}}, "states.hold.arms.fatigue", "out of range",
            "from 0 to 10",
        ),
        ({}, {"arms": {"speed": 1}}, "states.hold.arms.speed", "unknown key", "known here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(
    rules: dict[str, Any], hold: dict[str, Any], where: str, wrong: str, right: str
) -> None:
    found = problems(rules, hold)
    assert [place for place, *_ in found] == [where]
    assert wrong in found[0][1]
    assert right in found[0][2]


def test_what_is_right_is_taken() -> None:
    assert problems({"signals": "on", "sink_cost": 0, "deploy_share": 0}) == []
    assert problems({"arms": "richardson"}, ARMING) == []
    assert problems({"arms": "off"}, ARMING) == []
