"""Playing fewer or more turns than a scenario says."""

from __future__ import annotations

from sim.world.calendar import turn_of
from sim.world.events import Event
from sim.world.scenario import Scenario


def with_turns(scenario: Scenario, turns: int) -> Scenario:
    """Return a scenario that is played for so many turns.

    What is dated later is out of reach: such events are disabled, so that the scenario is valid
    as it stands and can be written out and read again. They keep their place in the list, for
    nameless events draw their luck by it.

    Parameters
    ----------
    scenario : Scenario
        Valid; stays as it is.
    turns : int
        From 1 to 1200.
    """
    events = tuple(
        event.model_copy(update={"enabled": False}) if _turn(scenario, event) >= turns else event
        for event in scenario.events
    )
    return scenario.model_copy(update={"turns": turns, "events": events})


def _turn(scenario: Scenario, event: Event) -> float:
    """Return the turn of an event; -1 where it has none."""
    if event.turn is not None:
        return float(event.turn.value)
    if event.date is not None:
        return turn_of(event.date, scenario.start, scenario.turn_length)
    return -1
