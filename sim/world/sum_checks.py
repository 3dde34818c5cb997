"""Checks of what has to add up or stand in order: priors, the ladder, forces, months, places."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.world.calendar import month_number
from sim.world.problems import Path, Problem, shown
from sim.world.references import duplicates, named
from sim.world.scenario import Scenario

_TOLERANCE = 1e-9
_NO_MONTH = "write a month as YYYY-MM, such as 2024-04"


def priors(scenario: Scenario) -> Iterator[Problem]:
    """A state is of one of its types: their priors sum to 1."""
    for key, state in scenario.states.items():
        here: Path = ("states", key, "types")
        for problem in duplicates(here, (row.key for row in state.types)):
            yield Problem((*problem.path, "key"), problem.wrong, "give each type its own key")
        for number, row in enumerate(state.types):
            yield from named((*here, number, "key"), row.key)
        total = math.fsum(row.prior.value for row in state.types)
        if abs(total - 1.0) > _TOLERANCE:
            yield Problem(here, f"the priors sum to {total:.10g}", "make them sum to 1")


def ladder(scenario: Scenario) -> Iterator[Problem]:
    """Rungs rise in intensity; on each, what can happen in a month happens at most once."""
    rungs = scenario.ladder
    for problem in duplicates(("ladder",), (rung.key for rung in rungs)):
        yield Problem((*problem.path, "key"), problem.wrong, "give each rung its own key")
    for number, rung in enumerate(rungs):
        here: Path = ("ladder", number)
        yield from named((*here, "key"), rung.key)
        if rung.key == "status_quo":
            yield Problem(
                (*here, "key"), "'status_quo' is what lies below the ladder", "use another key"
            )
        if number and rung.intensity.value <= rungs[number - 1].intensity.value:
            yield Problem(
                (*here, "intensity"),
                f"{rung.intensity.value:g} is not above the rung below it "
                f"({rungs[number - 1].intensity.value:g})",
                "order the rungs by intensity, lowest first, no two alike",
            )
        both = rung.decides.value + rung.settles.value
        if both > 1.0 + _TOLERANCE:
            yield Problem(
                (*here, "decides"),
                f"decides and settles sum to {both:.10g}",
                "make them sum to 1 at most",
            )
    if rungs[-1].slip.value != 0.0:
        yield Problem(
            ("ladder", len(rungs) - 1, "slip"),
            f"{rungs[-1].slip.value:g} on the top rung",
            "write 0: nothing lies above to slip to",
        )


def forward_shares(scenario: Scenario) -> Iterator[Problem]:
    """Forces stationed forward are taken from elsewhere: a state has no more than all of them."""
    for key, state in scenario.states.items():
        parts = {f"states.{key}": math.fsum(share.value for share in state.forward.values())}
        for name, treaty in scenario.treaties.items():
            if treaty.enabled and (
                key in treaty.guarantors or (treaty.mutual and key in treaty.proteges)
            ):
                parts[f"treaties.{name}"] = math.fsum(s.value for s in treaty.forward.values())
        total = math.fsum(parts.values())
        if total > 1.0 + _TOLERANCE:
            given = ", ".join(f"{where} {share:g}" for where, share in parts.items() if share)
            yield Problem(
                ("states", key, "forward"),
                f"{total:.10g} of its forces are stationed forward ({given})",
                "make the shares sum to 1 at most",
            )


def months(scenario: Scenario) -> Iterator[Problem]:
    """Months exist, and no treaty ends before it begins."""
    if month_number(scenario.start) is None:
        yield Problem(("start",), f"{shown(scenario.start)} is no month", _NO_MONTH)
    for key, treaty in scenario.treaties.items():
        here: Path = ("treaties", key, "in_force")
        dates = {"from": treaty.in_force.from_, "until": treaty.in_force.until}
        for field, date in dates.items():
            if date is not None and month_number(date) is None:
                yield Problem((*here, field), f"{shown(date)} is no month", _NO_MONTH)
        first, last = (month_number(date) if date else None for date in dates.values())
        if first is not None and last is not None and first > last:
            yield Problem(
                (*here, "until"),
                f"{shown(dates['until'])} is before 'from' ({dates['from']})",
                "give a later month, or leave it out",
            )
    for number, event in enumerate(scenario.events):
        if event.date is not None and month_number(event.date) is None:
            yield Problem(("events", number, "date"), f"{shown(event.date)} is no month", _NO_MONTH)


def positions(scenario: Scenario) -> Iterator[Problem]:
    """Places are on the Earth: latitude first."""
    for section in ("states", "flashpoints"):
        for key, place in getattr(scenario, section).items():
            if place.position is None:
                continue
            latitude, longitude = place.position
            # Written so that not-a-number fails too.
            if not (abs(latitude) <= 90 and abs(longitude) <= 180):
                yield Problem(
                    (section, key, "position"),
                    f"[{latitude:g}, {longitude:g}] is no place on Earth",
                    "write [latitude, longitude]: -90 to 90, then -180 to 180",
                )
