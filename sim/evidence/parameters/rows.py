"""What every parameter of the scenario language is declared to move, one row a parameter.

A row changes one field of a packaged scenario and names the outcome that must move, which is never
the field's own echo. `given` holds in both arms: it brings the clause into play, or takes away an
event that would set it. `rises` is the direction that theory gives, None where it gives none.
Fields that no row can have stand below, each kind with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

AS_IT_IS = "as it is"
"""The first arm keeps what the scenario and `given` say."""


class Row(NamedTuple):
    """One parameter: two values, and what the second moves."""

    path: str
    to: Any
    outcome: str
    rises: bool | None = None
    scenario: str = "senkaku"
    given: Mapping[str, Any] = {}
    start: Any = AS_IT_IS
    also: Mapping[str, Any] = {}
    """What has to change with it in the second arm for the scenario to stay valid."""
    runs: int = 400
    """How many runs show it; the test of the table stops earlier where it is clear."""


LABELS = frozenset({
    "Scenario.title", "Scenario.question", "Scenario.summary",
    "State.name", "State.side", "State.position",
    "Flashpoint.name", "Flashpoint.position",
    "Treaty.name", "Treaty.source", "Treaty.note",
    "Tie.name", "Tie.source", "Tie.note",
    "Event.why", "Event.source",
    "Rung.name", "Rung.domain", "Move.name", "Move.domain",
})  # fmt: skip
"""For readers, maps and charts; they change no decision."""

NAMES = frozenset({
    "Scenario.schema", "Scenario.name", "Scenario.territories", "Type.key", "Rung.key",
    "Event.name",
})  # fmt: skip
"""What other fields refer to; they do nothing by themselves."""

NOT_YET_CHOICES: frozenset[str] = frozenset()
"""Choices of which there is one value today."""

SHOAL, STRAIT = "second_thomas_shoal", "taiwan_strait"
BUSY: dict[str, dict[str, Any]] = {
    "senkaku": {"flashpoints.senkaku.opportunity": 0.25},
    SHOAL: {
        "flashpoints.second_thomas_shoal.opportunity": 0.3,
        "flashpoints.scarborough_shoal.opportunity": 0.15,
    },
    STRAIT: {
        "flashpoints.taiwan_strait.opportunity": 0.15,
        "flashpoints.kinmen.opportunity": 0.2,
    },
}
"""More occasions than the packaged files have, in both arms of every row that does not set them
itself: effects are the same and fewer runs show them."""
STILL: dict[str, Any] = {"events": []}
"""Without events, so that none sets what a row sets."""
US_JAPAN, US_PHILIPPINES = "treaties.us_japan", "treaties.us_philippines"
ACT = "treaties.taiwan_relations_act"


def _event(**effect: Any) -> dict[str, Any]:
    """Only one event, named test."""
    return {"events": [{"name": "test", "why": "to see what it does", **effect}]}


_FORESEEN = {**STILL, "rules.foresight": 2}

_NOBODY_THERE = {**STILL, f"{US_JAPAN}.forward.senkaku": 0.0}
"""No forces of the guarantor at the islands: what it sends and what it promised has to do."""

_PROMISE = {"treaties.us_japan.stake": 0.6}
"""An effect that keeps control of the islands."""

_SLIPPERY = {
    **STILL,
    "ladder.limited_strike.slip": 0.3,
    "ladder.major_war.slip": 0.3,
    "ladder.nuclear_alert_war.slip": 0.3,
}
"""A ladder on which fights soon go nuclear, so that retaliation is to be reckoned with."""

_PROMISED_TAIWAN = {"treaties.us_taiwan_defence.enabled": True}

_EXERCISE = _event(turn=0, exercise=["us_philippines"])
_UNREADY = {"states.united_states.readiness": 0.3, "states.philippines.readiness": 0.3}

_PACT = {
    "treaties.amity_and_cooperation.guarantors": ["united_states"],
    "treaties.amity_and_cooperation.proteges": ["china"],
    "treaties.amity_and_cooperation.mutual": False,
    "treaties.amity_and_cooperation.obligations": [],
    "treaties.amity_and_cooperation.trigger": "protest",
    "treaties.amity_and_cooperation.clarity": 0.9,
    "treaties.amity_and_cooperation.strength": 0.5,
}
"""A pact of the United States with China, so far without content."""

_LOW_TRIGGER = {f"{US_PHILIPPINES}.trigger": "protest", f"{US_PHILIPPINES}.clarity": 0.9}
_AT_BLOCKADE = {f"{US_PHILIPPINES}.trigger": "blockade", f"{US_PHILIPPINES}.clarity": 0.9}

_LONG_CRISES = {
    **STILL,
    "rules.reconsider": 0.05,
    "flashpoints.kinmen.opportunity": 0.6,
    "flashpoints.taiwan_strait.opportunity": 0.6,
    "states.china.forward.kinmen": 0.0,
}
"""Crises at both places that nobody leaves soon, so that one is live while the other begins."""

_TESTED_TWICE = {
    "turns": 24,
    "flashpoints.kinmen.opportunity": 0.8,
    "flashpoints.kinmen.cooldown": 0,
    "flashpoints.taiwan_strait.opportunity": 0.0,
    "flashpoints.taiwan_strait.stakes.united_states": 0.1,
    "events": [
        {
            "turn": 12,
            "set": {
                "flashpoints.kinmen.opportunity": 0.0,
                "flashpoints.taiwan_strait.opportunity": 0.6,
            },
            "why": "The other promise is tested.",
        }
    ],
    "rules.opportunist": 0.0,
    "rules.reliability_weight": 0.2,
    "treaties.japan_security_legislation.enabled": False,
    f"{ACT}.obligations": ["defence"],
    f"{ACT}.scope": ["kinmen"],
    f"{ACT}.trigger": "grey_zone",
    f"{ACT}.clarity": 0.9,
    f"{ACT}.strength": 0.5,
    f"{ACT}.reliability": 0.8,
    "treaties.us_taiwan_defence.enabled": True,
    "treaties.us_taiwan_defence.scope": ["taiwan_strait"],
    "treaties.us_taiwan_defence.trigger": "blockade",
    "treaties.us_taiwan_defence.clarity": 0.9,
}
"""One promise is tested for a year at Kinmen, then another at Taiwan, by the same guarantor."""

_TWO_CHINAS = [
    {"key": "eager", "prior": 0.5, "stake_factor": 3.0, "cost_sensitivity": 0.6},
    {"key": "content", "prior": 0.5, "stake_factor": 0.0, "cost_sensitivity": 3.0},
]
"""China cares for the islands greatly or not at all, and only it knows."""
_WHICH_CHINA = {**STILL, "states.china.types": _TWO_CHINAS}

_TOLD_APART = {
    **STILL,
    "rules.signals": "on",
    "rules.lambda": 25,
    "rules.tie_cost": 0,
    "rules.deploy_share": 0,
    f"{US_JAPAN}.enabled": False,
    "states.japan.types": [
        {
            "key": "firm",
            "prior": 0.5,
            "stake_factor": 3.0,
            "cost_sensitivity": 0.3,
            "audience_factor": 3.0,
        },
        {
            "key": "soft",
            "prior": 0.5,
            "stake_factor": 0.3,
            "cost_sensitivity": 2.0,
            "audience_factor": 0.2,
        },
    ],
}
"""Japan alone, of one of two types that signals tell apart."""

_ALIKE_IN_COSTS = [
    {"key": "firm", "prior": 0.5, "stake_factor": 3.0, "cost_sensitivity": 0.8},
    {"key": "soft", "prior": 0.5, "stake_factor": 0.5, "cost_sensitivity": 0.8},
]
"""Types for which an exercise costs the same, so that it tells them apart only if believed to."""

_ONLY_FORCES = {**STILL, "rules.signals": "on", "rules.tie_cost": 0, "rules.sink_cost": 0}

_ARMING = {**STILL, "rules.arms": "richardson", "states.japan.arms.grievance": 0.02}

_CLUB = {"guarantors": ["united_states"], "proteges": ["japan", "china"], "mutual": True}
_TIED: dict[str, Any] = {
    **STILL,
    "treaties.club": {"name": "A club", "obligations": ["consultation"], **_CLUB},
    "ties": {
        "test": {"name": "A tie", "members": ["united_states", "japan"], "steps": ["us_japan"]}
    },
}
"""The treaty of the United States and Japan is a step that they have yet to take."""
_COURTING = {
    **_TIED,
    "rules.alignment": "endogenous",
    "rules.entrapment_fear": 0.1,
    "rules.tie_weight": 0.02,
}

_HELD_BACK = {
    **STILL,
    "rules.climb_cost": 0.0,
    "rules.yield_shame": 2.0,
    f"{US_JAPAN}.ceiling": "protest",
    f"{US_JAPAN}.trigger": "protest",
    f"{US_JAPAN}.clarity": 1.0,
    f"{US_JAPAN}.strength": 3.0,
}
"""The guarantor is sure to come and goes no further than protest; the holder climbs gladly."""

SCENARIO = (
    Row("turns", 24, "challenges", False),
    Row("turn_length", "week", "challenges", False),
    Row("turn_length", "quarter", "challenges", True),
    Row("turn_length", "year", "challenges", True, given=STILL),
    Row("start", "2022-04", "control_lost", True, given=_event(date="2024-05", set=_PROMISE)),
)

RULES = (
    Row("rules.lambda", 60, "general_deterrence_held", True),
    Row("rules.cognition", "myopic", "challenges", False, given=_WHICH_CHINA),  # moves tell nothing
    Row("rules.cognition", "mirror", "moves limited_strike", given=_WHICH_CHINA),
    Row("rules.continuation", "absorbing", "acquiescences", True),
    Row(
        "rules.order", "stake", "joined",
        scenario=STRAIT, runs=1600,
        given={
            **_PROMISED_TAIWAN,
            "treaties.us_taiwan_defence.guarantors": ["united_states", "japan"],
        },
    ),
    Row("rules.from_rest", "show_of_force", "kinmen_control", True, scenario=STRAIT),
    Row("rules.discount", 0.8, "control_lost", False),
    Row("rules.foresight", 2, "acquiescences", False, given=STILL),
    Row("rules.foresight_step", 0.5, "acquiescences", start=6.0, given=_FORESEEN, runs=6400),
    Row("rules.foresight_reach", 3.0, "acquiescences", start=0.0, given=_FORESEEN, runs=6400),
    Row("rules.foresight_shares", 8, "acquiescences", start=1, given=_FORESEEN, runs=6400),
    Row("rules.reconsider", 0.1, "immediate_deterrence_held", False),  # few stand down
    Row("rules.settlement", 1.0, "acquiescences", True),  # standing firm saves less
    Row("rules.synergy", 1.0, "second_thomas_shoal_control", True, scenario=SHOAL,
        given={**_AT_BLOCKADE, f"{US_PHILIPPINES}.integration": 1.0}),
    Row(
        "rules.automatic", 1.0, "control_lost", False, start=0.0,
        given={**_SLIPPERY, f"{US_JAPAN}.forward.senkaku": 0.0},
    ),
    Row("rules.full_tripwire", 0.05, "control_lost", True),
    Row("rules.yield_shame", 2.0, "acquiescences", False),
    Row("rules.next_demand", 1.0, "acquiescences", False),
    Row("rules.climb_harm", 6.0, "moves limited_strike", False, scenario=STRAIT),
    Row("rules.climb_cost", 1.0, "acquiescences", True),
    Row("rules.opportunist", 0.9, "invoked", False, scenario=SHOAL, given=_AT_BLOCKADE),
    Row("rules.renege_loss", 1.0, "invoked", False, scenario=SHOAL, given=_AT_BLOCKADE),
    Row("rules.political_cost", 0.1, "joined", False, scenario=SHOAL),
    Row("rules.join_weight", 1.0, "control_lost", False),
    Row("rules.doubt", 0.5, "acquiescences", False),
    Row("rules.perception_spread", 1.5, "taiwan_strait_control", False, scenario=STRAIT),
    Row("rules.distance_scale", 300, "taiwan_strait_control", False, scenario=STRAIT),
    Row("rules.distance_decay", "linear", "taiwan_strait_control", False, scenario=STRAIT),
    Row("rules.press", "forced", "immediate_deterrence_held", False),
    # forgetting that China is eager, Japan stands firm again
    Row("rules.fade", 1.0, "immediate_deterrence_held", True, given=_WHICH_CHINA),
    Row(
        "rules.spillover", 1.0, "moves blockade limited_strike at taiwan_strait", True, start=0.0,
        scenario=STRAIT, given=_TESTED_TWICE, runs=800,
    ),
    # help that came makes the next look surer
    Row("rules.reliability_weight", 0.2, "invoked", False, scenario=SHOAL, given=_AT_BLOCKADE),
    Row("rules.belief_step", 4.0, "moves blockade", start=0.0, given=_WHICH_CHINA, runs=1600),
    Row("rules.control_step", 1.0, "general_deterrence_held", True, start=0.0),
    Row(
        "rules.exercise_readiness", 1.0, "moves limited_strike", False, start=0.0,
        scenario=SHOAL, given={**_EXERCISE, **_UNREADY},
    ),
    Row(
        "rules.exercise_integration", 1.0, "second_thomas_shoal_control", True, start=0.0,
        scenario=SHOAL, given={**_EXERCISE, **_AT_BLOCKADE}, runs=1600,
    ),
    Row(
        "rules.integration_decay", 0.95, "taiwan_strait_control", False, start=0.0,
        scenario=STRAIT, given={f"{ACT}.integration": 1.0, f"{ACT}.upkeep": 0.0}, runs=1600,
    ),
    Row(
        "rules.upkeep_cost", 0.1, "cost_united_states", True, start=0.0,
        given={f"{US_JAPAN}.integration": 1.0},
    ),
    Row(
        "rules.swiftness", 1.0, "control_lost", False, start=0.0,
        given={**STILL, f"{US_JAPAN}.integration": 1.0, f"{US_JAPAN}.delay": 6},
    ),
    Row(
        "rules.exercise_news", 20.0, "invoked", False, start=0.0,
        scenario=SHOAL, given={**_EXERCISE, **_AT_BLOCKADE},
    ),
    Row(
        "rules.exercise_months", 48, "moves limited_strike", False, start=0,
        scenario=SHOAL, given={**_EXERCISE, **_UNREADY, "rules.exercise_readiness": 1.0},
    ),
    Row("rules.signals", "on", "acquiescences", False, given=STILL),
    Row(
        # hands tied for two years keep away for longer than what lapses in a month
        "rules.signal_every", 24, "first_crisis_turn", True, start=1,
        given={**_TOLD_APART, "rules.sink_cost": 0, "rules.tie_cost": 2.0}, runs=3200,
    ),
    Row(
        "rules.branch", "informative", "acquiescences",
        given={
            **_TOLD_APART, "states.japan.types": _ALIKE_IN_COSTS, "rules.lambda": 60,
            "rules.sink_cost": 0.15,
        },
        runs=3200,
    ),
    # an exercise that costs nothing tells nothing of who would fight
    Row("rules.sink_cost", 0.1, "highest_rung", False, start=0.001, given=_TOLD_APART, runs=1600),
    Row("rules.tie_cost", 1.0, "acquiescences", False, given={**STILL, "rules.signals": "on"}),
    Row("rules.deploy_share", 0.5, "control_lost", False, start=0.02, scenario=SHOAL,
        given=_ONLY_FORCES),
    Row("rules.arms", "richardson", "control_lost", False,
        given={**STILL, "states.japan.arms.grievance": 0.02}),
    # what is answered lower is more often settled
    Row("rules.coalition", "consensus", "settlements", True, given=_HELD_BACK, runs=1600),
    Row("rules.coalition", "majority", "settlements", True, given=_HELD_BACK, runs=1600),
    Row("rules.alignment", "endogenous", "control_lost", False, given=_TIED),
    Row("rules.alignment", "scripted", "control_lost", False,
        given={**_TIED, **_event(turn=2, set={"ties.test.depth": 1})}),
    Row("rules.align_every", 24, "ties_deepened", False, given=_COURTING),
    Row("rules.tie_crises", 20, "ties_deepened", True, start=0.2, given=_COURTING),
    Row("rules.autonomy_cost", 0.3, "ties_deepened", False, given=_COURTING),
    Row("rules.tie_distance", 0.3, "ties_deepened", False, given=_COURTING),
    Row("rules.entrapment_fear", 5, "ties_deepened", False, given=_COURTING),
    Row("rules.tie_weight", 1.0, "ties_deepened", True, given=_COURTING),
    Row("rules.coercion_forgotten", 0.5, "ties_deepened", False, given=_COURTING),
)  # fmt: skip

STATES = (
    Row("states.japan.capability", 0.1, "control_lost", False),
    Row("states.united_states.retaliation", 0.0, "taiwan_strait_control", False, start=1.0,
        scenario=STRAIT, given={**_SLIPPERY, **_PROMISED_TAIWAN}),
    Row("states.china.precision", 100, "general_deterrence_held", True),
    Row("states.china.distance_scale", 300, "taiwan_strait_control", True, scenario=STRAIT),
    Row("states.china.highest_rung", "show_of_force", "kinmen_control", True, scenario=STRAIT),
    Row("states.japan.foresight", 2, "acquiescences", False, given=STILL),
    Row("states.japan.audience_cost", 0.6, "acquiescences", False),
    Row("states.china.audience_cost", 0.6, "immediate_deterrence_held", False),
    Row("states.united_states.standing", 0.8, "invoked", False, scenario=SHOAL, given=_AT_BLOCKADE),
    Row("states.united_states.political_position", -0.5, "joined", True, scenario=SHOAL),
    Row("states.united_states.readiness", 0.3, "control_lost", True, given=_NOBODY_THERE, runs=800),
    Row("states.japan.autonomy", 1000, "ties_deepened", False, given=_COURTING),
    Row("states.japan.forward.senkaku", 0.6, "control_lost", False),
    Row("states.china.arms.reaction", {"japan": 1.0}, "control_lost", True, given=_ARMING),
    Row("states.japan.arms.fatigue", 0.5, "control_lost", True, given=_ARMING),
    Row("states.japan.arms.grievance", 0.1, "control_lost", False, given=_ARMING),
    Row("states.china.types.resolute.prior", 0.9, "control_lost", True,
        also={"states.china.types.irresolute.prior": 0.1}),
    Row("states.china.types.resolute.stake_factor", 3.0, "control_lost", True),
    Row("states.china.types.resolute.cost_sensitivity", 3.0, "control_lost", False),
    Row("states.china.types.resolute.audience_factor", 4.0, "immediate_deterrence_held", False),
)  # fmt: skip

FLASHPOINTS = (
    Row("flashpoints.senkaku.renews", True, "control_lost", False),
    Row("flashpoints.senkaku.coercion", 0.8, "ties_deepened", True, start=0.0,
        given={**_COURTING, "flashpoints.senkaku.opportunity": 0.0}),
    Row("flashpoints.senkaku.holder", "united_states", "challenges", False),
    Row("flashpoints.second_thomas_shoal.challengers", ["china", "japan"], "crises", True,
        scenario=SHOAL),
    Row("flashpoints.senkaku.stakes.china", 0.9, "control_lost", True),
    Row("flashpoints.senkaku.stakes.japan", 1.0, "control_lost", False),
    Row("flashpoints.senkaku.stakes.united_states", 0.4, "control_lost", False),
    Row("flashpoints.senkaku.distances.china", 3000, "control_lost", False),
    Row("flashpoints.senkaku.distances.japan", 3000, "acquiescences", True),
    Row("flashpoints.senkaku.control", 0.3, "joined", False),  # less to come for
    Row("flashpoints.senkaku.opportunity", 0.05, "challenges", False),
    Row("flashpoints.senkaku.motive_spread", 0.0, "control_lost", False),
    Row("flashpoints.senkaku.cooldown", 12, "challenges", False),
    Row("flashpoints.kinmen.cooldown_after_violence", 0, "challenges", True, scenario=STRAIT),
    Row("flashpoints.kinmen.weight", 20.0, "risk_index_peak", False, scenario=STRAIT,
        given={"flashpoints.kinmen.opportunity": 0.01}),  # a quiet place counts more
    Row("flashpoints.senkaku.touches", {"japan_home": "protest"}, "control_lost", False,
        given={**STILL, f"{US_JAPAN}.scope": ["japan_home"]}),
)  # fmt: skip

TREATIES = (
    Row(f"{US_PHILIPPINES}.guarantors", ["united_states", "japan"], "joined japan", True,
        scenario=SHOAL),
    Row(f"{US_PHILIPPINES}.proteges", ["japan"], "moves limited_strike", True, scenario=SHOAL),
    Row("treaties.amity_and_cooperation.mutual", True, "control_lost", False, scenario=SHOAL,
        given={**_PACT, "treaties.amity_and_cooperation.guarantors": ["philippines"],
               "treaties.amity_and_cooperation.obligations": ["non_aggression"]}),
    Row(f"{US_JAPAN}.in_force.from", "2026-04", "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.in_force.until", "2026-04", "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.enabled", False, "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.obligations", ["consultation", "arms_and_access"], "control_lost", True,
        given=STILL),  # no longer defence
    Row(f"{US_JAPAN}.obligations", ["defence", "arms_and_access"], "control_lost", False,
        given={**STILL, f"{US_JAPAN}.consultation_delay": 6}),  # no longer consultation
    Row(f"{US_JAPAN}.obligations", ["defence", "consultation"], "control_lost", True,
        given={**_NOBODY_THERE, "rules.distance_scale": 300}),  # no longer arms and access
    Row("treaties.amity_and_cooperation.obligations", ["neutrality"], "joined united_states", False,
        scenario=SHOAL, given=_PACT),
    Row("treaties.amity_and_cooperation.obligations", ["non_aggression"], "joined united_states",
        False, scenario=SHOAL, given=_PACT),
    Row(f"{US_PHILIPPINES}.obligations", ["defence", "consultation", "offence"],
        "moves limited_strike at scarborough_shoal", True, scenario=SHOAL),
    Row(f"{US_JAPAN}.scope", ["japan_home"], "control_lost", True, given=STILL),
    *(
        Row(f"{US_PHILIPPINES}.covers", ["public_vessels", "armed_forces", "territory", target],
            "joined united_states", True, scenario=SHOAL, given=_LOW_TRIGGER)
        for target in ("words", "economy", "civilian_vessels")
    ),
    Row(f"{US_PHILIPPINES}.covers", ["armed_forces", "territory"], "joined united_states", False,
        scenario=SHOAL, given=_LOW_TRIGGER),  # no longer public vessels
    Row(f"{US_PHILIPPINES}.covers", ["public_vessels", "territory"], "moves limited_strike", True,
        scenario=SHOAL),  # no longer armed forces
    Row(f"{US_JAPAN}.covers", ["public_vessels", "armed_forces"], "moves limited_strike", True,
        given=STILL),  # no longer territory
    Row(f"{US_JAPAN}.trigger", "grey_zone", "control_lost", False, given=STILL),
    Row(f"{US_JAPAN}.clarity", 0.2, "moves blockade", False, given=STILL),
    Row(f"{US_JAPAN}.conditional", False, "control_lost", False, given=STILL),
    Row(f"{US_PHILIPPINES}.conditional", False, "moves limited_strike at scarborough_shoal", True,
        scenario=SHOAL),
    Row(f"{US_JAPAN}.ceiling", "show_of_force", "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.umbrella", False, "control_lost", True, given=_SLIPPERY),
    Row(f"{US_JAPAN}.strength", 0.0, "moves limited_strike", True, given=_NOBODY_THERE),
    Row(f"{US_PHILIPPINES}.reliability", 0.0, "moves limited_strike", True, scenario=SHOAL),
    Row(f"{US_JAPAN}.delay", 6, "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.consultation_delay", 6, "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.forward.senkaku", 0.0, "control_lost", True, given=STILL),
    Row(f"{US_JAPAN}.stake", 0.6, "control_lost", False, given=STILL),
    Row(f"{ACT}.integration", 1.0, "taiwan_strait_control", True,
        scenario=STRAIT, runs=1600),
    Row(f"{ACT}.upkeep", 0.0, "taiwan_strait_control", False, scenario=STRAIT,
        given={f"{ACT}.integration": 1.0, "rules.integration_decay": 0.95}, runs=1600),
    Row(f"{US_PHILIPPINES}.missile_defence", 1.0, "second_thomas_shoal_control", True,
        scenario=SHOAL, given=_AT_BLOCKADE),
    Row(f"{ACT}.exposure", 0.1, "taiwan_strait_control", True,
        scenario=STRAIT),
    Row(f"{US_JAPAN}.arms", 0.03, "control_lost", False, given=STILL),
    Row(f"{US_JAPAN}.access.taiwan_strait", 2900, "taiwan_strait_control", False, scenario=STRAIT),
)  # fmt: skip

TIES = (
    # the treaty holds unless the tie is too shallow for it
    Row("ties.test.depth", 1, "control_lost", False, given=_TIED),
    Row("ties.test.members", ["united_states", "china"], "ties_deepened", False,
        given=_COURTING, start=["united_states", "japan"],
        also={"ties.test.steps": ["club"]}),
    Row("ties.test.steps", ["club"], "ties_deepened", False, given=_COURTING),
)  # fmt: skip

EVENTS = (
    Row("events.collision_at_the_islands.enabled", False, "crises", False,
        given={"events.collision_at_the_islands.probability": 0.1}),
    Row("events.test.turn", 30, "control_lost", True, given=_event(turn=2, set=_PROMISE)),
    Row("events.test.date", "2027-04", "control_lost", True,
        given=_event(date="2024-05", set=_PROMISE)),
    Row("events.collision_at_the_islands.probability", 0.1, "crises", True),
    Row("events.test.repeats", True, "challenges", True,
        given=_event(probability=0.05, scale={"flashpoints.senkaku.opportunity": 1.5})),
    Row("events.test.after", "never", "control_lost", True,
        given={"events": [
            {"name": "test", "turn": 2, "set": _PROMISE, "why": "to see what it waits for"},
            {"name": "never", "turn": 1, "probability": 0, "redraw": ["china"], "why": "no"},
        ]}),
    Row("events.test.set", _PROMISE, "control_lost", False,
        given=_event(turn=2, set={f"{US_JAPAN}.stake": 0.15})),
    Row("events.test.scale", {"states.japan.capability": 3.0}, "control_lost", False,
        given=_event(turn=2, scale={"states.japan.capability": 1.0})),
    Row("events.test.redraw", ["china"], "highest_rung", True,
        given={**_event(probability=0.1, repeats=True, redraw=["united_states"]),
               "states.china.types": _TWO_CHINAS}),
    Row("events.test.accident", {"senkaku": "limited_strike"}, "challenges", False,
        given=_event(probability=0.05, repeats=True, accident={"senkaku": "protest"})),
    Row("events.test.exercise", ["us_philippines"], "moves limited_strike", False, scenario=SHOAL,
        given={**_event(turn=0, set={f"{US_PHILIPPINES}.integration": 0.25}), **_UNREADY,
               "rules.exercise_readiness": 1.0}),
)  # fmt: skip

RUNGS = (
    Row("ladder.blockade.intensity", 0.55, "acquiescences", False),
    Row("ladder.blockade.cost", 0.06, "moves blockade", False),
    Row("ladder.blockade.slice", 0.05, "moves blockade", False),
    Row("ladder.blockade.prize", 0.8, "control_lost", True),
    Row("ladder.limited_strike.harm", 0.2, "moves limited_strike", False, scenario=STRAIT),
    Row("ladder.show_of_force.slip", 0.3, "acquiescences", True),
    Row("ladder.blockade.decisiveness", 0.2, "control_lost", False),
    Row("ladder.blockade.reach", 0.05, "control_lost", False),
    Row("ladder.blockade.decides", 0.5, "acquiescences", False),
    Row("ladder.blockade.settles", 0.6, "acquiescences", False),
    Row("ladder.show_of_force.tied", 1.0, "kinmen_control", True, start=0.0, scenario=STRAIT,
        given=_LONG_CRISES),
    Row("ladder.blockade.missile_defence", 1.0, "control_lost", False, start=0.0, runs=800,
        given={**STILL, f"{US_JAPAN}.missile_defence": 1.0}),
    Row("ladder.limited_nuclear_use.loss", 20.0, "control_lost", given=_SLIPPERY),
    Row("ladder.blockade.taboo", 0.3, "moves blockade", False),
    Row("ladder.blockade.first_strike", 2.0, "moves blockade", True),
    Row("ladder.blockade.violent", True, "challenges", False),
    Row("ladder.blockade.war", True, "wars", True),
    Row("ladder.limited_strike.nuclear", True, "nuclear_uses", True, scenario=STRAIT),
    Row("ladder.blockade.target", "economy", "control_lost", True, scenario=SHOAL,
        given=_AT_BLOCKADE),
    # no strike is left at Taiwan itself, and less is done by one that leaves something to try
    Row("ladder.limited_strike.weight", 0.0, "challenges", True, scenario=STRAIT),
)  # fmt: skip

MOVES = (
    # what is no longer done by force of arms is tried more often
    Row("moves.island_landing.rung", "blockade", "challenges", True, scenario=STRAIT),
    Row("moves.island_landing.slice", 0.3, "kinmen_control", True, scenario=STRAIT),
    Row("moves.outpost_removal.target", "civilian_vessels", "moves limited_strike", True,
        scenario=SHOAL),
    Row("moves.outpost_removal.attribution", 0.2, "moves limited_strike", True, scenario=SHOAL),
    Row("moves.island_landing.weight", 0.0, "kinmen_control", True, scenario=STRAIT),
    Row("moves.island_landing.who", ["taiwan"], "kinmen_control", True, scenario=STRAIT),
    Row("moves.island_landing.where", ["taiwan_strait"], "kinmen_control", True, scenario=STRAIT),
)  # fmt: skip

ROWS = (*SCENARIO, *RULES, *STATES, *FLASHPOINTS, *TREATIES, *TIES, *EVENTS, *RUNGS, *MOVES)
