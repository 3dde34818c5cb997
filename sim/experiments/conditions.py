"""A small language of comparisons: which points of a design are kept, which outcomes count.

``treaties.us_japan.clarity > 0.4 and not (rules.lambda < 10 or rules.doubt == 0)``

Names, numbers, words and the operators `<  <=  >  >=  ==  !=  and  or  not` with brackets: it is
read here, by hand, and nothing in it is ever run as a program.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sim.files.paths import parse_value
from sim.world.problems import clean, names_in_short, near, shown

LONGEST, DEEPEST = 2_000, 20
"""Characters of a condition, and brackets within brackets."""

_TOKEN = re.compile(r"\s*(?:(<=|>=|==|!=|<|>|\(|\))|(\"[^\"]*\"|'[^']*')|([^\s<>=!()\"']+))")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

Test = Callable[[Mapping[str, Any]], bool]


class Condition(NamedTuple):
    """A condition that was read: its text, the names in it, and whether values meet it."""

    text: str
    names: tuple[str, ...]
    holds: Test
    """From values by name to whether they meet it."""


def read_condition(
    text: str, names: Sequence[str], order: Sequence[str] = (), what: str = "varied"
) -> Condition:
    """Read a condition.

    Parameters
    ----------
    text : str
        As above.
    names : sequence of str
        Names that may be compared.
    order : sequence of str
        Words from low to high, such as the rungs of a ladder; other words have no order.
    what : str
        What the names are, for messages.

    Raises
    ------
    ValueError
        If it is no such condition; says where and why.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the condition is longer than {LONGEST:,} characters")
    reader = _Reader(text, names, order, what)
    test = reader.whole()
    return Condition(text, tuple(dict.fromkeys(reader.used)), test)


class _Reader:
    """Reads by descent: `or` of `and` of `not` of comparisons."""

    def __init__(self, text: str, names: Sequence[str], order: Sequence[str], what: str) -> None:
        self.names, self.what = list(names), what
        self.rank = {word: number for number, word in enumerate(order)}
        self.tokens = _tokens(text)
        self.at, self.depth = 0, 0
        self.used: list[str] = []

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def whole(self) -> Test:
        if not self.tokens:
            raise ValueError("the condition is empty")
        test = self.either()
        if self.peek():
            raise ValueError(f"{shown(self.peek())} is not expected there; join with 'and' or 'or'")
        return test

    def either(self) -> Test:
        test = self.both()
        while self.peek() == "or":
            self.take()
            test = _or(test, self.both())
        return test

    def both(self) -> Test:
        test = self.negated()
        while self.peek() == "and":
            self.take()
            test = _and(test, self.negated())
        return test

    def negated(self) -> Test:
        flips = False
        while self.peek() == "not":
            self.take()
            flips = not flips
        test = self.bracket() if self.peek() == "(" else self.comparison()
        return _not(test) if flips else test

    def bracket(self) -> Test:
        self.take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(f"brackets are nested deeper than {DEEPEST} levels")
        test = self.either()
        if self.take() != ")":
            raise ValueError("a bracket is not closed")
        self.depth -= 1
        return test

    def comparison(self) -> Test:
        left = self.side()
        sign = self.take()
        if sign not in _COMPARE:
            found = shown(sign) if sign else "the end"
            raise ValueError(f"{found} where one of {' '.join(_COMPARE)} is expected")
        right = self.side()
        if left[0] is None and right[0] is None:
            raise ValueError(
                f"{shown(left[1])} {sign} {shown(right[1])} names nothing that is {self.what}"
                + self._known(str(left[1]))
            )
        test = self._test(left, sign, right)
        if self.peek() in _COMPARE:
            raise ValueError("a comparison has two sides; join two of them with 'and'")
        return test

    def side(self) -> tuple[str | None, Any]:
        """Return a name, or None and a value."""
        token = self.take()
        if not token or token in _COMPARE or token in ("(", ")", "and", "or", "not"):
            found = shown(token) if token else "the end"
            raise ValueError(f"{found} where a name or a value is expected")
        if token in self.names:
            self.used.append(token)
            return token, None
        if "." in token and re.match(r"[a-z_]", token):
            raise ValueError(f"{shown(token)} is not {self.what}{self._known(token)}")
        return None, parse_value(token)

    def _known(self, word: str) -> str:
        guess = near(word, self.names)
        if guess:
            return f"; did you mean {guess}?"
        return f"; {self.what}: {names_in_short(self.names, 8)}"

    def _test(self, left: tuple[str | None, Any], sign: str, right: tuple[str | None, Any]) -> Test:
        compare, ordered, rank = _COMPARE[sign], sign not in ("==", "!="), self.rank

        def value(side: tuple[str | None, Any], values: Mapping[str, Any]) -> Any:
            return values[side[0]] if side[0] is not None else side[1]

        def test(values: Mapping[str, Any]) -> bool:
            one, two = value(left, values), value(right, values)
            if not ordered:
                return compare(one, two) if _alike(one, two) else sign == "!="
            if isinstance(one, str) and isinstance(two, str):
                if one in rank and two in rank:
                    return compare(rank[one], rank[two])
                raise ValueError(
                    f"{shown(one)} and {shown(two)} have no order; compare them with == or !="
                )
            if not (_number(one) and _number(two)):
                raise ValueError(f"{shown(one)} {sign} {shown(two)} cannot be compared")
            return compare(one, two)

        return test


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"'{clean(text[at : at + 12])}' cannot be read")
        tokens.append(next(group for group in match.groups() if group is not None))
        at = match.end()
    return tokens


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alike(one: Any, two: Any) -> bool:
    """Tell whether values are of one kind, so that true is not 1."""
    return isinstance(one, bool) == isinstance(two, bool)


def _or(one: Test, two: Test) -> Test:
    return lambda values: one(values) or two(values)


def _and(one: Test, two: Test) -> Test:
    return lambda values: one(values) and two(values)


def _not(one: Test) -> Test:
    return lambda values: not one(values)
