"""Sentences under their months and places, with quiet months folded into one line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.engines.wording import Wording


@dataclass(frozen=True)
class Line:
    """A line of a story.

    `kind` is ``when`` (a period as heading), ``where`` (a flashpoint), ``what`` (a sentence),
    ``fold`` (turns told in one line) or ``note`` (something put in between, in `payload`). Of a
    period and of a fold, `turns` holds the first and the last turn.
    """

    kind: str
    text: str
    payload: Any = None
    turns: tuple[int, int] | None = field(default=None, compare=False)


class Diary:
    """Takes sentences turn by turn and gives lines back.

    Turns in which nothing was said are folded into one line, and so are turns in which something
    merely lasted.

    Parameters
    ----------
    words : Wording
        What the things of the scenario are called.
    """

    def __init__(self, words: Wording) -> None:
        self.words = words
        self._several = len(words.scenario.flashpoints) > 1
        self._lines: list[Line] = []
        self._items: list[tuple[str | None, Line, bool]] = []  # where, what, whether it lasts
        self._fold: tuple[int, int, tuple[str, ...]] | None = None
        self._turn = 0
        self._headed = -1
        self._place: str | None = None

    def open(self, turn: int) -> None:
        """Say to which turn belongs what is said next."""
        self._turn = turn

    def say(self, where: str | None, text: str, lasts: bool = False) -> None:
        """Take a sentence about a flashpoint, or about none."""
        self._items.append((where, Line("what", text), lasts))

    def add(self, where: str, text: str) -> None:
        """Add a sentence to the line before it."""
        if self._items and self._items[-1][1].kind == "what" and self._items[-1][0] == where:
            text = f"{self._items.pop()[1].text} {text}"
        self.say(where, text)

    def note(self, payload: Any, where: str | None = None) -> None:
        """Put something else between the lines, about a flashpoint or whatever came before it."""
        if where is None:
            where = self._items[-1][0] if self._items else self._place
        self._items.append((where, Line("note", "", payload), False))

    def head(self, where: str) -> None:
        """Write down what was said so far, and the headings for what comes next at a place."""
        self.unfold()
        self._write()
        self._head()
        self._head_place(where)

    def close(self, turn: int) -> None:
        """End a turn: write down what was said in it, or fold it."""
        if self._headed == turn:
            self._write()
        elif all(lasts for _, _, lasts in self._items):
            texts = tuple(self._lasting(where, line) for where, line, _ in self._items)
            first = turn
            if self._fold is not None and self._fold[2] == texts:
                first = self._fold[0]
            else:
                self.unfold()
            self._fold = (first, turn, texts)
            self._items = []
        else:
            self.unfold()
            self._write()

    def flush(self) -> None:
        """Write down what was said so far in a turn under way."""
        if self._items:
            self.unfold()
            self._write()

    def unfold(self) -> None:
        """Write down the turns that were folded."""
        if self._fold is not None:
            first, last, texts = self._fold
            self._fold = None
            text = f"{self.words.period(first, last)}: {'; '.join(texts) or 'quiet'}."
            self._lines.append(Line("fold", text, turns=(first, last)))

    def taken(self) -> list[Line]:
        """Return the lines written down since last time."""
        lines, self._lines = self._lines, []
        return lines

    def _lasting(self, where: str | None, line: Line) -> str:
        """Return the text of something that lasts, fit to stand after the months."""
        text = line.text[:1].lower() + line.text[1:].rstrip(".")
        return f"at {self.words.flashpoint(where)} {text}" if self._several and where else text

    def _head(self) -> None:
        if self._headed != self._turn:
            turns = self._turn, self._turn
            self._lines.append(Line("when", self.words.period(self._turn), turns=turns))
            self._headed, self._place = self._turn, None

    def _head_place(self, where: str | None) -> None:
        if self._several and where is not None and where != self._place:
            self._lines.append(Line("where", self.words.flashpoint(where)))
            self._place = where

    def _write(self) -> None:
        if self._items:
            self._head()
        # What belongs to no place comes first, or it would stand under the heading of one.
        for where, line, _ in sorted(self._items, key=lambda item: item[0] is not None):
            self._head_place(where)
            self._lines.append(line)
        self._items = []
