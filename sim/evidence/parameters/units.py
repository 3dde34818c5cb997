"""Units of parameters, where the kind of number does not tell the unit by itself."""

from __future__ import annotations

from sim.evidence.parameters.language import Parameter, figures_of
from sim.world.figures import Kilometres, Rate, Share

UTILITY = "utility"
"""Utilities are on the scale of stakes: 1 is all of the most valued flashpoint."""

UNITS: dict[str, str] = {
    "Scenario.turns": "turns",
    "Rules.lambda": "1 / utility",
    "Rules.foresight": "games",
    "Rules.foresight_step": "log-odds",
    "Rules.foresight_reach": "log-odds",
    "Rules.foresight_shares": "steps",
    "Rules.reconsider": "chance a month",
    "Rules.discount": "share a month",
    "Rules.synergy": "share of strength",
    "Rules.full_tripwire": "capability",
    "Rules.yield_shame": "share",
    "Rules.next_demand": "share of the stake, by intensity",
    "Rules.climb_harm": "months",
    "Rules.climb_cost": "utility, by intensity",
    "Rules.political_cost": "utility, by distance",
    "Rules.join_weight": "weight",
    "Rules.doubt": "chance",
    "Rules.perception_spread": "log-odds",
    "Rules.fade": "share a month",
    "Rules.reliability_weight": "observations",
    "Rules.belief_step": "log-odds",
    "Rules.integration_decay": "share a year",
    "Rules.upkeep_cost": "utility a year",
    "Rules.swiftness": "share of the delay",
    "Rules.exercise_news": "observations",
    "Rules.exercise_months": "months",
    "Rules.signal_every": "months",
    "Rules.sink_cost": UTILITY,
    "Rules.tie_cost": "utility, by intensity",
    "Rules.align_every": "months",
    "Rules.tie_crises": "crises",
    "Rules.autonomy_cost": UTILITY,
    "Rules.tie_distance": "utility, by distance",
    "Rules.entrapment_fear": "factor",
    "Rules.tie_weight": "weight",
    "Rules.coercion_forgotten": "share a month",
    "State.autonomy": "factor",
    "Flashpoint.coercion": "intensity",
    "Tie.depth": "steps",
    "State.capability": "capability",
    "State.foresight": "games",
    "State.retaliation": "chance",
    "State.precision": "1 / utility",
    "State.audience_cost": "utility, by intensity",
    "State.standing": UTILITY,
    "State.political_position": "UN ideal point",
    "Arms.grievance": "capability a year",
    "Type.prior": "chance",
    "Type.stake_factor": "factor",
    "Type.cost_sensitivity": "factor",
    "Type.audience_factor": "factor",
    "Flashpoint.stakes": UTILITY,
    "Flashpoint.opportunity": "chance a month",
    "Flashpoint.motive_spread": "log of the motive",
    "Flashpoint.cooldown": "months",
    "Flashpoint.cooldown_after_violence": "months",
    "Flashpoint.weight": "weight",
    "Treaty.strength": UTILITY,
    "Treaty.reliability": "chance",
    "Treaty.delay": "turns",
    "Treaty.consultation_delay": "turns",
    "Treaty.stake": UTILITY,
    "Treaty.exposure": "utility a month",
    "Treaty.arms": "capability",
    "Rung.cost": "utility a month",
    "Rung.harm": "utility a month",
    "Rung.slip": "chance a month",
    "Rung.decisiveness": "log-odds by log strength",
    "Rung.decides": "chance a month",
    "Rung.settles": "chance a month",
    "Rung.loss": "utility a month",
    "Rung.taboo": UTILITY,
    "Rung.first_strike": "factor",
    "Move.attribution": "chance",
    "Move.weight": "weight",
    "Rung.weight": "weight",
    "Event.turn": "turn",
    "Event.probability": "chance",
    "Event.scale": "factor",
}

BY_KIND = ((Share, "share"), (Kilometres, "km"), (Rate, "share a year"))


def unit_of(parameter: Parameter) -> str:
    """Return a parameter's unit; empty for what is no number.

    Raises
    ------
    KeyError
        If a number's kind does not tell its unit and the table has none.
    """
    if parameter.field in UNITS:
        return UNITS[parameter.field]
    kinds = figures_of(parameter.info)
    if not kinds:
        return ""
    for kind, unit in BY_KIND:
        if kind in kinds:
            return unit
    raise KeyError(f"{parameter.field} has no unit in sim/evidence/parameters/units.py")
