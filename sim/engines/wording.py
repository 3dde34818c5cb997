"""Keys of a scenario in the words of its readers: names, with articles; rungs; moves; dates."""

from __future__ import annotations

import re

from sim.outcomes.events import Names, event_key
from sim.world.calendar import MONTHS_PER_TURN, month_number
from sim.world.ladder import DEFAULT_LADDER, Rung
from sim.world.scenario import Scenario

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

_WITH_ARTICLE = re.compile(
    r"^(United|Republic|Kingdom|People's|Democratic|Federated|Federal|European|Soviet|Holy) "
    r"| (States|Kingdom|Union|Emirates|Islands|Republic|Federation|Empire|Alliance|League)$"
    r"|^(Philippines|Netherlands|Maldives|Bahamas|Comoros|Gambia|Vatican)$"
)

_OWNED = re.compile(r"((?:[A-Z]\S* ){0,3}[A-Z]\S*?s?)['’]s? ")
"""A name that begins with its owner: Japan's Legislation, the United States' pledge."""

_ACTS = {
    "protest": "protests",
    "economic_coercion": "applies economic pressure",
    "grey_zone": "acts in the grey zone",
    "show_of_force": "makes a show of force",
    "blockade": "imposes a blockade",
    "limited_strike": "strikes in a limited way",
    "major_war": "goes to major war",
    "nuclear_alert_war": "goes to war under nuclear alert",
    "limited_nuclear_use": "uses nuclear weapons in a limited way",
    "general_nuclear_war": "goes to general nuclear war",
}
_DEFAULT_KEYS = {rung.key for rung in DEFAULT_LADDER}


def names_of(scenario: Scenario) -> Names:
    """Return the keys behind the numbers in the log of a scenario's runs."""
    rungs = tuple(rung.key for rung in scenario.ladder)
    return Names(
        tuple(scenario.states),
        tuple(scenario.flashpoints),
        tuple(scenario.treaties),
        rungs,
        rungs + tuple(scenario.moves),
        tuple(event_key(i, event.name) for i, event in enumerate(scenario.events)),
        tuple(tuple(row.key for row in state.types) for state in scenario.states.values()),
        tuple(scenario.ties),
    )


class Wording:
    """What readers call the things of a scenario.

    Parameters
    ----------
    scenario : Scenario
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        short = {key: state.name.partition(" (")[0] for key, state in scenario.states.items()}
        if len(set(short.values())) < len(short):
            short = {key: state.name for key, state in scenario.states.items()}
        self._states = short
        self._rungs: dict[str, Rung] = {rung.key: rung for rung in scenario.ladder}
        self._first = month_number(scenario.start) or 0
        self._months = MONTHS_PER_TURN[scenario.turn_length]

    # --- who and where ------------------------------------------------------------------------
    def state(self, key: str) -> str:
        """Return a state's name as it stands in a sentence: the United States."""
        name = self._states[key]
        return f"the {name}" if _WITH_ARTICLE.search(name) else name

    def bare(self, key: str) -> str:
        """Return a state's name without an article, for tables."""
        return self._states[key]

    def of_state(self, key: str) -> str:
        """Return a state's name as owner: Japan's, the United States'."""
        name = self.state(key)
        return f"{name}'" if name.endswith("s") else f"{name}'s"

    def flashpoint(self, key: str) -> str:
        """Return the full name of a flashpoint (that is where neutrality lies)."""
        return self.scenario.flashpoints[key].name

    def treaty(self, key: str) -> str:
        """Return a treaty's name as it stands in a sentence."""
        name = self.scenario.treaties[key].name.removeprefix("What if: ")
        owner = _OWNED.match(name)
        if name.lower().startswith(("the ", "a ", "an ")):
            return name
        if owner and not _WITH_ARTICLE.search(owner[1]):
            return name
        return f"the {name}"

    # --- what ---------------------------------------------------------------------------------
    def rung(self, key: str) -> str:
        """Return what readers call a rung: show of force."""
        return self._rungs[key].name or key.replace("_", " ")

    def own_move(self, key: str) -> str | None:
        """Return the name of a move of the scenario; None for a rung's own act."""
        if key in self._rungs:
            return None
        return self.scenario.moves[key].name or key.replace("_", " ")

    def move(self, key: str) -> str:
        """Return what readers call a move, with its rung where that is another word."""
        own = self.own_move(key)
        if own is None:
            return self.rung(key)
        return f"{own} ({self.rung(self.scenario.moves[key].rung)})"

    def acts(self, rung: str) -> str:
        """Return a rung's own act as a verb: imposes a blockade."""
        if rung in _DEFAULT_KEYS and self._rungs[rung].name is None:
            return _ACTS[rung]
        return f"acts on the rung of {self.rung(rung)}"

    def event(self, key: str) -> str:
        """Return why an event happens, in the words of the scenario."""
        found = (e.why for i, e in enumerate(self.scenario.events) if event_key(i, e.name) == key)
        return next(found)

    # --- when ---------------------------------------------------------------------------------
    def period(self, first: int, last: int | None = None) -> str:
        """Return the months of a turn, or of all turns from one to another: April to June 2024.

        Weeks are counted from the start of the run.
        """
        last = first if last is None else last
        start = self._first + int(first * self._months + 1e-9)
        months = max(1.0, self._months)
        end = self._first + int(last * self._months + months + 1e-9) - 1
        span = _span(start, end)
        if self._months >= 1.0:
            return span
        weeks = f"Week {first + 1}" if first == last else f"Weeks {first + 1} to {last + 1}"
        return f"{weeks} ({span})"

    def turns(self, count: int) -> str:
        """Return a number of turns in the scenario's unit: 3 months."""
        unit = self.scenario.turn_length
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _span(start: int, end: int) -> str:
    first, last = (f"{_MONTHS[month % 12]}" for month in (start, end))
    if start == end:
        return f"{first} {start // 12}"
    if start // 12 == end // 12:
        whole = start % 12 == 0 and end % 12 == 11
        return f"{start // 12}" if whole else f"{first} to {last} {end // 12}"
    if start % 12 == 0 and end % 12 == 11:
        return f"{start // 12} to {end // 12}"
    return f"{first} {start // 12} to {last} {end // 12}"


def per_cent(share: float) -> str:
    """Return a share in words: 3 per cent."""
    hundred = 100.0 * share
    if 0.0 < hundred < 0.1:
        return "less than 0.1 per cent"
    rounded = round(hundred) if abs(hundred - round(hundred)) < 0.05 else round(hundred, 1)
    return f"{rounded:g} per cent"


def capitalised(text: str) -> str:
    """Return text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def listed(items: list[str]) -> str:
    """Join names: Japan, Australia and the United States."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
