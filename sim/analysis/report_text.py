"""What every report says: clauses in words, the method in short, and the limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.words import in_words, listing, short_names
from sim.world.scenario import Scenario
from sim.world.treaties import ALL_TARGETS, Treaty

METHOD: tuple[str, ...] = (
    "Each turn events happen, then every flashpoint is looked at in an order drawn afresh. "
    "Where it is quiet a challenger may get an opportunity to move; where a crisis is live, "
    "both sides reconsider.",
    "A crisis is a game in stages: the challenger moves, the holder yields or resists, the "
    "public sees or does not see that a treaty's trigger is met, guarantors and partners come "
    "or stand aside, the challenger presses or backs down. Then things may slip a rung, be "
    "decided by force, be settled, or go on.",
    "States have private types. Each choice is a quantal response: better acts are likelier, no "
    "act is certain. Beliefs about others follow Bayes' rule from every act seen.",
    "The same seed and run number draw the same luck, so that two versions of a scenario can be "
    "compared run by run.",
    "General deterrence counts as held where an opportunity passed without a move although, "
    "with the same luck, the challenger would have moved had the holder been sure to yield and "
    "nobody to come.",
    "Shares of runs carry Wilson intervals. Crises of one run have its luck in common: rates "
    "per crisis are ratios of sums over runs, with variances clustered by run.",
)

LIMITS: tuple[str, ...] = (
    "It is a tool for thinking and teaching. No number in it is the probability of a real event.",
    "The intervals show only what more runs would narrow. How uncertain the figures in the file "
    "and the constants of the model are is another matter, and usually the greater one.",
    "Negotiation, mediation and inducements are not modelled beyond settlements and the promise "
    "not to press after a concession.",
    "States look a few steps ahead within a crisis, not to later crises.",
    "Rates largely restate how precise choices are, how often opportunities arise and how far "
    "one may go in one move. Read differences, and read them across a range of those constants.",
    "Many figures are judgements; the table above says which.",
)


def clauses(scenario: Scenario, treaty: Treaty) -> Iterator[tuple[str, str]]:
    """Yield a treaty clause by clause: the name of the clause, and what it says here."""
    names = short_names(scenario)
    owing = listing([names[key] for key in treaty.guarantors], 20)
    owed = listing([names[key] for key in treaty.proteges], 20)
    if treaty.mutual:
        members = dict.fromkeys([*treaty.guarantors, *treaty.proteges])
        yield "members", f"{listing([names[key] for key in members], 20)}, each bound to the others"
    else:
        yield "who owes", owing
        yield "who is owed", owed
    yield "obligations", _words(treaty.obligations) or "none"
    latent = any(scenario.treaties[key] is treaty for key in scenario.latent())
    yield (
        "in force",
        "not at the start: a step that its tie may take" if latent else _validity(treaty),
    )
    yield "scope", _scope(scenario, treaty)
    if set(treaty.covers) != set(ALL_TARGETS):
        yield "covers attacks on", _words(treaty.covers)
    if {"defence", "offence", "consultation"} & set(treaty.obligations):
        yield "trigger", f"{in_words(treaty.trigger)}, clarity {treaty.clarity.value:g}"
        yield (
            "condition",
            "no duty if the protégé began it or itself crossed the trigger"
            if treaty.conditional
            else "none: binding even where the protégé began it",
        )
    yield "ceiling", in_words(treaty.ceiling) if treaty.ceiling else "none"
    yield "nuclear umbrella", "extended" if treaty.umbrella else "no"
    yield (
        "backing",
        f"breaking it costs {treaty.strength.value:g}; reliability {treaty.reliability.value:g}",
    )
    yield from _forces(scenario, treaty)
    if treaty.source:
        yield "source", treaty.source
    if treaty.note:
        yield "note", treaty.note


def _words(keys: Sequence[str]) -> str:
    return ", ".join(in_words(key) for key in keys)


def _validity(treaty: Treaty) -> str:
    first, last = treaty.in_force.from_, treaty.in_force.until
    dates = f"from {first}" if first else "from the start"
    if last:
        dates += f" until {last}"
    return dates if treaty.enabled else f"switched off ({dates})"


def _scope(scenario: Scenario, treaty: Treaty) -> str:
    names = [
        scenario.flashpoints[key].name if key in scenario.flashpoints else in_words(key)
        for key in treaty.scope
    ]
    return listing(names, 30) or "nowhere named"


def _forces(scenario: Scenario, treaty: Treaty) -> Iterator[tuple[str, str]]:
    turns = treaty.delay.value
    if "consultation" in treaty.obligations:
        turns += treaty.consultation_delay.value
    yield "help takes", f"{turns:g} turn{'' if turns == 1 else 's'}" if turns else "no time"
    if treaty.forward:
        places = [
            f"{scenario.flashpoints[key].name} {part.value:g}"
            for key, part in treaty.forward.items()
        ]
        yield "forward forces", f"{listing(places, 20)} (share of each guarantor's capability)"
    for field, meaning in (
        ("stake", "added to a guarantor's stake by a full tripwire"),
        ("integration", "joint command and exercises, from 0 to 1"),
        ("missile_defence", "share of harm stopped for members that fight side by side"),
        ("exposure", "cost to the other side per month, whoever wins"),
        ("arms", "capability that each protégé gains"),
    ):
        value = getattr(treaty, field).value
        if value:
            yield in_words(field), f"{value:g} ({meaning})"
    if treaty.upkeep.value != 1:
        yield "upkeep", f"{treaty.upkeep.value:g} (share paid of what keeps these up)"
    if treaty.access:
        places = [
            f"{scenario.flashpoints[key].name} {base.value:g} km"
            for key, base in treaty.access.items()
        ]
        yield "access", f"bases: {listing(places, 20)}"
