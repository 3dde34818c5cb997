"""A decision as it was taken: options, expected utilities, chances, beliefs, and why.

Everything is read from the decision (`sim.engines.seats.Taken`), which was read from the solved
stage game; here it is only put into words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.engines.seats import Decision, Helper, Option, Taken
from sim.engines.wording import Wording, capitalised, listed

HOW_TO_READ = (
    "Utility is what the state expects of an option, by its true type, on the scale of stakes. The "
    "better an option, the likelier it is chosen, and no more than that; moves on one rung share "
    "that rung's chance, and to come to another's help weighs less than to stand aside. What "
    "others do is as the deciding state expects it."
)

SHOWN = 0.02
"""Options less likely than this are only counted, but for the first and the chosen one."""

_PARTS = {
    "stake": "what it changes in the dispute",
    "fighting": "harm and effort",
    "distance": "political distance",
    "breach": "a pact broken with the other side",
    "promise": "keeping its promise",
    "standing": "keeping its name",
    "leaving": "not having to leave",
}


@dataclass(frozen=True)
class Explanation:
    """A decision in words.

    Parameters
    ----------
    title : str
        Who decides what, and of which type it truly is.
    heads, rows : tuple
        A small table of the options; the first cell of a row marks the chosen one.
    left_out : str
        What the table does not show; empty if it shows all.
    beliefs : tuple of str
        What others believed before and after.
    why : str
        One or two sentences.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left_out: str
    beliefs: tuple[str, ...]
    why: str

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data fit for JSON."""
        return {"title": self.title, "beliefs": list(self.beliefs), "why": self.why}


def explain(taken: Taken, words: Wording) -> Explanation:
    """Put a decision into words.

    Parameters
    ----------
    taken : Taken
        As `CrisisModel.decisions` keeps it.
    words : Wording
        What things are called.
    """
    decision = taken.decision
    heads, rows, left_out = _table(taken, words)
    return Explanation(_title(decision, words), heads, rows, left_out, _beliefs(taken, words),
                       _why(taken, words))  # fmt: skip


def question(decision: Decision) -> str:
    """Return what is to be decided: whether to act, how to answer."""
    if decision.kind == "join" and decision.options[1].key == "stay":
        return "whether to stay"
    return {
        "act": "whether to act",
        "answer": "how to answer",
        "join": "whether to help",
        "press": "whether to press on",
        "signal": "whether to signal",
    }[decision.kind]


def _title(decision: Decision, words: Wording) -> str:
    who = capitalised(words.state(decision.actor))
    return f"{who} ({_word(decision.view.own_type)}) decides {question(decision)}"


def _table(
    taken: Taken, words: Wording
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...], str]:
    decision = taken.decision
    extra = {"act": "yields", "answer": "presses"}.get(decision.kind)
    other = decision.holder if decision.kind == "act" else decision.challenger
    heads = ["", "option", "utility", "chance"]
    states = {helper.state for option in decision.options for helper in option.helpers}
    if extra:
        heads.append(f"{words.bare(other)} {extra}")
        if states:
            heads.append(f"{words.bare(*states)} comes" if len(states) == 1 else "may come")
    rows, hidden = [], 0
    for option in decision.options:
        if option.number not in (0, taken.chosen) and option.chance < SHOWN:
            hidden += 1
            continue
        row = [
            ">" if option.number == taken.chosen else "",
            option.text,
            f"{_worth(option.utility)}",
            _share(option.chance),
        ]
        if extra:
            seen = option.yields if extra == "yields" else option.presses
            row.append("" if seen is None else _share(seen))
            if states:
                row.append(_helpers(option.helpers, words, short=len(states) == 1))
        rows.append(tuple(row))
    left_out = ""
    if hidden:
        options = "option," if hidden == 1 else "options, each"
        left_out = f"{hidden} more {options} with a chance below {SHOWN:g}"
    return tuple(heads), tuple(rows), left_out


def _helpers(helpers: tuple[Helper, ...], words: Wording, short: bool) -> str:
    if short:
        return ", ".join(_share(h.chance) for h in helpers)
    return ", ".join(f"{words.bare(h.state)} {_share(h.chance)}" for h in helpers)


def _beliefs(taken: Taken, words: Wording) -> tuple[str, ...]:
    """Say what others believed of the state before and after, where they can be in doubt."""
    actor = words.state(taken.decision.actor)
    lines = []
    types = list(taken.before)
    for key in types[: 1 if len(types) == 2 else len(types)]:
        if len(types) > 1:
            change = _change(taken.before[key], taken.after[key])
            lines.append(f"Others' belief that {actor} is {_word(key)}: {change}")
    commitment = taken.decision.commitment
    if commitment is not None and commitment.duty:
        k = commitment.treaty
        change = _change(taken.reliability_before[k], taken.reliability_after[k])
        lines.append(f"Others' belief that it means its promise in {words.treaty(k)}: {change}")
    return tuple(lines)


def _change(before: float, after: float) -> str:
    return f"{before:.2f} -> {after:.2f}"


def _why(taken: Taken, words: Wording) -> str:
    decision = taken.decision
    chosen = decision.options[taken.chosen]
    by = {"act": _why_act, "answer": _why_answer, "join": _why_join, "press": _why_press,
          "signal": _why_signal}  # fmt: skip
    parts = [by[decision.kind](decision, chosen, words)]
    best = max(decision.options, key=lambda o: (o.utility, -o.number))
    if taken.seated:
        parts.append("The choice was a player's, not the model's.")
    elif best.utility > chosen.utility + 5e-4:
        parts.append(f"The best in expectation was another: {best.text} ({_worth(best.utility)}).")
    return " ".join(parts)


def _why_act(decision: Decision, chosen: Option, words: Wording) -> str:
    actor = capitalised(words.state(decision.actor))
    rest = decision.options[0]
    resting = {"rest": "leaving things be", "stand_down": "standing down"}[rest.key]
    if chosen.number == 0:
        other = max(decision.options[1:], key=lambda o: (o.utility, -o.number), default=None)
        if other is None:
            return f"{actor} had no move open to it."
        return (
            f"{actor} chose to {rest.text}: expected utility {_worth(rest.utility)} against "
            f"{_worth(other.utility)} for what was best otherwise, {other.text}, at which "
            f"{_expected(decision, other, words)}."
        )
    to = "to " if chosen.key == "hold" else ""
    return (
        f"{actor} chose {to}{chosen.text}: expected utility {_worth(chosen.utility)} against "
        f"{_worth(rest.utility)} for {resting}; {_expected(decision, chosen, words)}."
    )


def _expected(decision: Decision, option: Option, words: Wording) -> str:
    """Say what a challenger expected to follow from an act."""
    assert option.yields is not None
    assert option.likely is not None
    holder = words.state(decision.holder)
    text = f"{holder} was expected to yield with chance {_share(option.yields)}"
    text += f", and to resist, if it did, most likely at {words.rung(option.likely)}"
    if option.helpers:
        text += f"; {_coming(decision, option, words)}"
    return text


def _coming(decision: Decision, option: Option, words: Wording) -> str:
    """Say how likely who was expected to come to whose side."""
    sides = []
    for side, principal in (("holder", decision.holder), ("challenger", decision.challenger)):
        here = [h for h in option.helpers if h.side == side]
        helped = words.state(principal)
        if len(here) == 1:
            who, chance = words.state(here[0].state), _share(here[0].chance)
            sides.append(f"{who} was then expected to help {helped} with chance {chance}")
        elif here:
            who = listed([f"{_share(h.chance)} from {words.state(h.state)}" for h in here])
            sides.append(f"the chances of help for {helped} were then {who}")
    return "; ".join(sides)


def _why_answer(decision: Decision, chosen: Option, words: Wording) -> str:
    actor, challenger = capitalised(words.state(decision.actor)), words.state(decision.challenger)
    give = decision.options[0]
    if chosen.number == 0:
        other = max(decision.options[1:], key=lambda o: (o.utility, -o.number))
        start = (
            f"{actor} chose to yield: expected utility {_worth(give.utility)} against "
            f"{_worth(other.utility)} if it were to {other.text}"
        )
        seen = other
    else:
        start = (
            f"{actor} chose to {chosen.text}: expected utility {_worth(chosen.utility)} against "
            f"{_worth(give.utility)} for yielding"
        )
        seen = chosen
    assert seen.presses is not None
    text = f"{start}; then {challenger} was expected to press on with chance {_share(seen.presses)}"
    if seen.helpers:
        text += f"; {_coming(decision, seen, words)}"
    return f"{text}."


def _why_join(decision: Decision, chosen: Option, words: Wording) -> str:
    actor = capitalised(words.state(decision.actor))
    come = decision.options[1]
    doing = "staying" if come.key == "stay" else "coming"
    parts = sorted(decision.parts.items(), key=lambda item: -abs(item[1]))
    told = [f"{_PARTS[name]} {_worth(value)}" for name, value in parts if abs(value) >= 5e-4]
    verb = {"come": "came", "stay": "stayed", "leave": "left", "stand_aside": "stood aside"}
    text = f"{actor} {verb[chosen.key]}: {doing} was worth {_worth(come.utility)} to it"
    text += f" ({', '.join(told)})." if told else "."
    bound = decision.commitment
    if bound is None:
        return f"{text} No treaty binds it here."
    treaty = words.treaty(bound.treaty)
    if not bound.duty:
        return f"{text} It owes nothing here under {treaty}."
    if come.key == "stay":
        return f"{text} To leave a side once joined breaks the promise given in {treaty}."
    if bound.recognised:
        return (
            f"{text} That the trigger of {treaty} is met was recognised (chance "
            f"{_share(bound.recognition)})."
        )
    return (
        f"{text} That the trigger of {treaty} is met was not recognised (chance "
        f"{_share(bound.recognition)}), so standing aside breaks no promise."
    )


def _why_press(decision: Decision, chosen: Option, words: Wording) -> str:
    actor = capitalised(words.state(decision.actor))
    parts = decision.parts
    does = "pressed on" if chosen.key == "press" else "backed down"
    return (
        f"{actor} {does}: pressing was worth {_worth(parts['press'])} to it against "
        f"{_worth(parts['back_down'])} for backing down. If force were to decide, it would win "
        f"with chance {_share(parts['wins'])}."
    )


def _why_signal(decision: Decision, chosen: Option, words: Wording) -> str:
    actor, nothing = capitalised(words.state(decision.actor)), decision.options[0]
    if chosen.number == 0:
        other = max(decision.options[1:], key=lambda o: (o.utility, -o.number))
        return (
            f"{actor} sent no signal: expected utility {_worth(nothing.utility)} of what may come "
            f"against {_worth(other.utility)} if it were to {other.text}."
        )
    return (
        f"{actor} chose to {chosen.text}: expected utility {_worth(chosen.utility)} of what may "
        f"come against {_worth(nothing.utility)} without a signal. What counts is what others, "
        f"above all {words.state(decision.challenger)}, believe of it then: {chosen.meaning}."
    )


def _worth(utility: float) -> str:
    return "0" if utility == 0.0 else f"{utility:+.3f}"


def _share(chance: float) -> str:
    """Return a chance with two decimals, or more where it is very small."""
    if chance > 0.995 and chance < 1.0:
        return ">.99"
    if 0.0 < chance < 0.005:
        return "<.01"
    return f"{chance:.2f}"


def _word(key: str) -> str:
    return key.replace("_", " ")
