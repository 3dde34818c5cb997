"""The scenario: everything that is fixed before a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sim.world.events import Event
from sim.world.figures import Amount, Count, Kilometres, Part, Share
from sim.world.fitted import fitted_figure
from sim.world.flashpoints import Flashpoint
from sim.world.ladder import DEFAULT_LADDER, Move, Rung
from sim.world.states import State
from sim.world.ties import Tie
from sim.world.treaties import Treaty

TurnLength = Literal["week", "month", "quarter", "year"]
MONTHS_PER_TURN: dict[str, float] = {"week": 12 / 52, "month": 1.0, "quarter": 3.0, "year": 12.0}


def _fitted(path: str, description: str, alias: str | None = None) -> Any:
    return Field(
        default=fitted_figure(path), validate_default=True, description=description, alias=alias
    )


def _number(value: float, kind: Any, description: str, alias: str | None = None) -> Any:
    return Field(
        default={"value": value}, validate_default=True, description=description, alias=alias
    )


class Rules(Part):
    """Switches and constants of the model, one place for all of them."""

    precision: Amount = _fitted(
        "rules.lambda", "lambda: how surely the better act is chosen (quantal response)", "lambda"
    )
    cognition: Literal["bayes", "myopic", "mirror"] = Field(
        default="bayes", description="how others are read: by Bayes, from priors only, as oneself"
    )
    continuation: Literal["exit", "absorbing"] = Field(
        default="exit", description="whether a party to a contest can leave it later"
    )
    order: Literal["simultaneous", "stake"] = Field(
        default="simultaneous", description="how guarantors decide: at once, or largest stake first"
    )
    press: Literal["chosen", "forced"] = Field(
        default="chosen",
        description="whether a resisted challenger may back down, or must press on",
    )
    coalition: Literal["lead", "consensus", "majority"] = Field(
        default="lead",
        description="whose answer a coalition gives: the attacked state's, the lowest that all its "
        "members accept, or the highest that most of its strength accepts",
    )
    from_rest: str = Field(
        default="limited_strike", description="highest rung reachable in one move from rest"
    )
    alignment: Literal["off", "scripted", "endogenous"] = Field(
        default="off",
        description="whether ties change: never, by events, or by what their members want too",
    )
    align_every: Count = _number(
        6, Count, "months from one occasion to deepen or loosen ties to the next"
    )
    tie_crises: Amount = _number(
        5.0, Amount, "how many crises to come a state reckons with when it weighs a tie"
    )
    autonomy_cost: Amount = _number(
        0.005, Amount, "utility a step deeper costs each member, times its love of autonomy"
    )
    tie_distance: Amount = _number(
        0.003, Amount, "utility a step deeper costs per unit of political distance between members"
    )
    entrapment_fear: Amount = _number(
        1.0, Amount, "weight of the harm of war into which a step deeper may draw a member"
    )
    tie_weight: Amount = _number(
        0.2, Amount, "weight of changing a tie against 1 for leaving it as it is, all else equal"
    )
    coercion_forgotten: Share = _number(
        0.05, Share, "share of the memory of coercion at a flashpoint that a month takes away"
    )
    foresight: Count = _number(
        0, Count, "n: how many later stage games a state looks ahead to; 0 for none"
    )
    foresight_step: Amount = _number(
        1.5, Amount, "grid of beliefs that foresight reckons with, in log-odds from the prior"
    )
    foresight_reach: Amount = _number(
        3.0, Amount, "log-odds from the prior to which that grid is even; certainty lies beyond"
    )
    foresight_shares: Annotated[int, Field(ge=1, le=100)] = Field(
        default=4, description="steps of control that foresight reckons with"
    )
    discount: Share = _number(0.98, Share, "beta: value of a payoff a month later")
    reconsider: Share = _number(0.6, Share, "rho: chance per month that a principal reconsiders")
    settlement: Share = _number(0.5, Share, "chi: share of its expected gain a settlement gives c")
    synergy: Amount = _number(0.25, Amount, "gamma: gain in strength at full integration")
    automatic: Share = _number(0.35, Share, "eta: part of an umbrella that needs no choice")
    full_tripwire: Amount = _number(
        0.01, Amount, "forward forces (capability) that make a full tripwire"
    )
    yield_shame: Amount = _number(0.6, Amount, "psi: share of audience costs paid for yielding")
    next_demand: Amount = _number(
        0.25, Amount, "nu: what yielding costs by inviting the next demand"
    )
    climb_harm: Amount = _fitted(
        "rules.climb_harm", "months of harm borne at once by an act, besides its cost"
    )
    climb_cost: Amount = _number(
        0.15, Amount, "utility per unit of intensity climbed above the move"
    )
    opportunist: Share = _number(0.2, Share, "share of R that an opportunist loses")
    renege_loss: Share = _number(0.3, Share, "share of standing lost by breaking a recognised duty")
    political_cost: Amount = _number(
        0.01, Amount, "utility lost by joining a state one unit of political distance away"
    )
    join_weight: Amount = _number(
        0.2, Amount, "weight of joining a crisis against 1 for standing aside, all else equal"
    )
    doubt: Share = _number(
        0.0, Share, "alpha: chance that the challenger presses although the holder yielded"
    )
    perception_spread: Amount = _number(
        0.0, Amount, "sd in log-odds of the public error about who would win"
    )
    distance_scale: Kilometres = _number(
        1500.0, Kilometres, "km at which strength sent is halved (or gone, where it falls linearly)"
    )
    distance_decay: Literal["hyperbolic", "linear"] = Field(
        default="hyperbolic",
        description="how strength sent falls with distance: by 1 / (1 + d), or by 1 - d to nothing",
    )
    fade: Share = _number(0.02, Share, "how far beliefs return to the prior per month of crisis")
    spillover: Share = _number(
        0.3, Share, "omega: share of news about a guarantor its other treaties feel"
    )
    reliability_weight: Amount = _number(
        4.0, Amount, "A + B: how many observations the prior counts for"
    )
    belief_step: Amount = _number(
        1.0, Amount, "grid of public beliefs, in log-odds through the prior; 0 for none"
    )
    control_step: Share = _number(
        0.05, Share, "grid of the share that parties reckon they can win; 0 for none"
    )
    exercise_readiness: Share = _number(
        0.5, Share, "share of missing readiness an exercise restores"
    )
    exercise_integration: Share = _number(
        0.1, Share, "share of missing integration an exercise adds"
    )
    integration_decay: Share = _number(
        0.0, Share, "share of integration and missile defence that a year without upkeep takes"
    )
    upkeep_cost: Amount = _number(
        0.0, Amount, "utility a year that full upkeep of full integration costs each member"
    )
    swiftness: Share = _number(0.0, Share, "share of a treaty's delay that full integration saves")
    exercise_news: Amount = _number(0.5, Amount, "weight of an exercise as news of commitment")
    exercise_months: Count = _number(12, Count, "months for which an exercise keeps forces ready")
    signals: Literal["off", "on"] = Field(
        default="off", description="whether holders and guarantors may signal where all is quiet"
    )
    signal_every: Count = _number(
        6, Count, "months from one occasion to signal to the next, when what was signalled lapses"
    )
    branch: Literal["principal", "informative"] = Field(
        default="principal",
        description="which equilibrium of signalling is taken where several fit: the one reached "
        "from signals that tell nothing, or from signals that deter",
    )
    sink_cost: Amount = _number(
        0.02, Amount, "what a sunk cost costs at once, times cost sensitivity; 0 for none"
    )
    tie_cost: Amount = _number(
        0.2,
        Amount,
        "what a declaration adds to a holder's audience cost, a guarantor's R; 0 for none",
    )
    deploy_share: Share = _number(
        0.1, Share, "share of its capability that a deployment moves to the flashpoint; 0 for none"
    )
    arms: Literal["off", "richardson"] = Field(
        default="off", description="whether capabilities grow by reaction, fatigue and grievance"
    )


def _ladder(raw: Any) -> Any:
    return DEFAULT_LADDER if raw == "default" else raw


class Scenario(Part):
    """A situation to be played many times."""

    schema_: Literal[1] = Field(alias="schema", description="version of this format")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="snake_case name")
    title: str = Field(description="title for charts and reports")
    question: str | None = Field(default=None, description="the question it is meant to answer")
    summary: str | None = Field(default=None, description="a paragraph for readers")
    turns: Annotated[int, Field(ge=1, le=1200)] = Field(description="number of turns in a run")
    turn_length: TurnLength = Field(default="month", description="length of a turn")
    start: str = Field(description="first month, YYYY-MM")
    ladder: Annotated[tuple[Rung, ...], BeforeValidator(_ladder)] = Field(
        default=DEFAULT_LADDER,
        min_length=2,
        max_length=20,
        description="'default' or a list of rungs",
    )
    rules: Rules = Field(default_factory=Rules, description="switches and constants")
    states: dict[str, State] = Field(min_length=2, description="states by key")
    territories: tuple[str, ...] = Field(
        default=(), description="places a scope can cover that nobody disputes here"
    )
    moves: dict[str, Move] = Field(default_factory=dict, description="more acts on the rungs")
    flashpoints: dict[str, Flashpoint] = Field(min_length=1, description="flashpoints by key")
    treaties: dict[str, Treaty] = Field(default_factory=dict, description="treaties by key")
    ties: dict[str, Tie] = Field(
        default_factory=dict, description="ladders of treaties that can deepen, by key"
    )
    events: tuple[Event, ...] = Field(default=(), description="what happens whatever is decided")

    def latent(self) -> frozenset[str]:
        """Return the treaties that do not hold at the start, because their tie is not so deep."""
        steps = (tie.steps[int(tie.depth.value) :] for tie in self.ties.values())
        return frozenset(key for beyond in steps for key in beyond)

    def set(self, changes: Mapping[str, Any] | None = None, /, **more: Any) -> Scenario:
        """Return a copy with some fields changed, checked as a file would be.

        Parameters
        ----------
        changes : mapping of str to Any, optional
            PATH: new value, such as ``{"treaties.us_japan.trigger": "show_of_force"}``.
        **more : Any
            The same as keywords, for fields at the top: ``turns=24``.

        Raises
        ------
        ScenarioError
            If a path addresses nothing, or the scenario would not be valid.
        """
        from sim.world.paths import with_set

        return with_set(self, {**(changes or {}), **more})

    def with_(self, treaty: str) -> Scenario:
        """Return a copy in which a treaty is enabled."""
        from sim.world.paths import switched

        return switched(self, treaty, True)

    def without(self, treaty: str) -> Scenario:
        """Return a copy in which a treaty is disabled."""
        from sim.world.paths import switched

        return switched(self, treaty, False)
