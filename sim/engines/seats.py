"""Seats: who decides for a state, and what they are told.

A seat is asked whenever its state has something to decide. It names an option, or answers None
and leaves the choice to the model. A person, a script or any function can sit there.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

KINDS = ("act", "answer", "join", "press", "signal")
"""Kinds of decision: those of a stage game in their order, then signals between crises."""


@dataclass(frozen=True)
class Helper:
    """A state that may come to one side of a crisis, and how likely others think it to come."""

    state: str
    side: str
    chance: float


@dataclass(frozen=True)
class Option:
    """One thing a state can choose.

    Parameters
    ----------
    key : str
        ``rest``, ``stand_down``, ``hold`` or a move; ``yield`` or the rung to resist at;
        ``come`` or ``stand_aside`` (``stay`` or ``leave`` for one that has come); ``press`` or
        ``back_down``; ``nothing``, ``sink``, ``tie`` or ``deploy``.
    rung : str, optional
        The rung on which the parties would then stand.
    text, meaning : str
        What it is, and what follows from it, in words.
    utility : float
        What the state expects of it, by its true type, on the scale of stakes.
    chance : float
        How likely the model chooses it.
    yields : float, optional
        Of an act: the chance that the holder yields, as the state sees it.
    likely : str, optional
        Of an act: the rung at which the holder most likely resists if it does.
    presses : float, optional
        Of an answer: the chance that the challenger presses on.
    helpers : tuple of Helper
        Who may come, after an answer, or after an act that is resisted as it most likely is.
    """

    number: int
    key: str
    rung: str | None
    text: str
    meaning: str
    utility: float
    chance: float
    yields: float | None = None
    likely: str | None = None
    presses: float | None = None
    helpers: tuple[Helper, ...] = ()


@dataclass(frozen=True)
class View:
    """What a state sees as it decides: all that is public, and its own type.

    Parameters
    ----------
    own_type : str
        The state's private type.
    beliefs : dict
        For each party to the crisis what everyone believes of its type: state -> type -> chance.
    control : float
        Share that the scenario's first holder controls.
    rung : str, optional
        Where the crisis stands; None before it begins.
    holder_side, challenger_side : tuple of str
        Who stands on which side.
    turns : int
        How many turns the crisis has lasted, this one included; 0 before it begins.
    motive : float
        Factor on the challenger's stake in this crisis.
    recognised : tuple of str
        Treaties whose trigger is recognised as met.
    """

    own_type: str
    beliefs: dict[str, dict[str, float]]
    control: float
    rung: str | None
    holder_side: tuple[str, ...]
    challenger_side: tuple[str, ...]
    turns: int
    motive: float
    recognised: tuple[str, ...]


@dataclass(frozen=True)
class Commitment:
    """How a treaty binds the state that decides whether to come.

    Parameters
    ----------
    duty : bool
        Whether coming is a duty here, once the trigger is recognised as met.
    recognised : bool
        Whether it is.
    recognition : float
        How likely that was, before it was seen.
    reliability : float
        The chance, as others see it, that the state means the promise.
    committed : bool
        Whether it truly does.
    """

    treaty: str
    duty: bool
    recognised: bool
    recognition: float
    reliability: float
    committed: bool


@dataclass(frozen=True)
class Decision:
    """Something a state has to decide.

    Parameters
    ----------
    turn : int
    kind : str
        ``act`` (the challenger: leave things be or move; in a crisis stand down, hold or climb),
        ``answer`` (the holder: yield or resist), ``join`` (a guarantor or partner) or ``press``
        (the challenger, seeing who came); ``signal`` (the holder or a guarantor, while all is
        quiet; the challenger is then who may come first).
    actor, flashpoint, challenger, holder : str
    options : tuple of Option
    view : View
    commitment : Commitment, optional
        Of a decision to join.
    parts : dict
        What adds up to the utility of coming (join) or pressing (press), by name.
    """

    turn: int
    kind: str
    actor: str
    flashpoint: str
    challenger: str
    holder: str
    options: tuple[Option, ...]
    view: View
    commitment: Commitment | None
    parts: dict[str, float]

    def pick(self, choice: Any) -> int | None:
        """Return the number of the option that a seat's choice means; None stays None.

        Raises
        ------
        ValueError
            If it means none of them; names the options.
        """
        if choice is None:
            return None
        if isinstance(choice, str):
            numbers = [option.number for option in self.options if option.key == choice]
            if numbers:
                return numbers[0]
        elif not isinstance(choice, bool):
            try:
                number = operator.index(choice)
            except TypeError:
                number = -1
            if 0 <= number < len(self.options):
                return number
        offered = ", ".join(f"{option.number} {option.key}" for option in self.options)
        raise ValueError(
            f"{self.actor} cannot choose {choice!r} (turn {self.turn}, {self.kind} at "
            f"{self.flashpoint}); its options are: {offered}; None leaves it to the model"
        )


@dataclass(frozen=True)
class Taken:
    """A decision that was taken, and what others believed of the state before and after.

    After means when next somebody had to decide, or at the end of the turn.

    Parameters
    ----------
    chosen : int
        Number of the option.
    seated : bool
        Whether a seat chose it rather than the model.
    before, after : dict
        What others believe of its type: type -> chance.
    reliability_before, reliability_after : dict
        The chance, as others see it, that it means its promise: treaty -> chance.
    at : int
        ``model.events[at:]`` is what came of it and after it.
    """

    decision: Decision
    chosen: int
    seated: bool
    before: dict[str, float]
    after: dict[str, float]
    reliability_before: dict[str, float]
    reliability_after: dict[str, float]
    at: int


@runtime_checkable
class Seat(Protocol):
    """Whoever decides for a state."""

    def choose(self, decision: Decision) -> int | str | None:
        """Return the number or the key of an option, or None to leave it to the model."""
        ...


class CallableSeat:
    """A seat for any function from a decision to an option or None."""

    def __init__(self, function: Callable[[Decision], int | str | None]) -> None:
        self.function = function

    def choose(self, decision: Decision) -> int | str | None:
        """Ask the function."""
        return self.function(decision)


def _is_script_key(key: Any) -> bool:
    if isinstance(key, tuple) and len(key) == 2:
        return isinstance(key[0], int) and key[1] in KINDS
    return key in KINDS or (isinstance(key, int) and not isinstance(key, bool))


Script = Sequence[int | str | None] | Mapping[Any, int | str | None]


class ScriptedSeat:
    """A seat that plays what was written down before.

    Parameters
    ----------
    script : sequence or mapping
        A sequence is played one entry a decision, and the model goes on when it is used up. A
        mapping is looked up by ``(turn, kind)``, then by turn, then by kind of decision:
        ``{"answer": "yield", (4, "answer"): "blockade"}``.

    Raises
    ------
    ValueError
        If a key of a mapping is neither a turn nor a kind of decision.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self._next = 0
        if isinstance(script, Mapping):
            for key in script:
                if not _is_script_key(key):
                    raise ValueError(
                        f"{key!r} is no key of a script: give a turn, one of {', '.join(KINDS)}, "
                        "or both as (turn, kind)"
                    )

    def choose(self, decision: Decision) -> int | str | None:
        """Return what the script says."""
        if isinstance(self.script, Mapping):
            for key in ((decision.turn, decision.kind), decision.turn, decision.kind):
                if key in self.script:
                    return self.script[key]
            return None
        if self._next >= len(self.script):
            return None
        self._next += 1
        return self.script[self._next - 1]


def seat_of(chooser: Seat | Script | Callable[[Decision], int | str | None]) -> Seat:
    """Return a seat: one as it is, a script or a function as what plays it.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if isinstance(chooser, Seat):
        return chooser
    if isinstance(chooser, Mapping | Sequence) and not isinstance(chooser, str | bytes):
        return ScriptedSeat(chooser)
    if callable(chooser):
        return CallableSeat(chooser)
    raise ValueError(
        f"{chooser!r} can take no seat: give something with choose(decision), a function, "
        "a list or a mapping"
    )
