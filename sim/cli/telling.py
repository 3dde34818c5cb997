"""Telling a run in the terminal while it is played, with explanations and questions."""

from __future__ import annotations

import sys
from collections.abc import Callable

import typer
from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table

from sim.analysis.closing import NO_FORECAST, closing
from sim.analysis.diary import Line
from sim.analysis.explain import HOW_TO_READ, explain, question
from sim.analysis.narration import Narration
from sim.cli.page import Page
from sim.engines.model import CrisisModel
from sim.engines.seats import Decision, Taken
from sim.engines.wording import capitalised, listed, per_cent
from sim.outcomes.events import CHOICES, CrisisBegins, Opportunity


class Stopped(Exception):
    """The player wants to stop."""


def _typed() -> str:
    """Return what the player types."""
    try:
        typed = input()
    except EOFError:
        typer.echo()
        raise Stopped from None
    if not sys.stdin.isatty():
        typer.echo(typed)  # nobody pressed Enter on the screen, so the line is not ended yet
    return typed.strip().lower()


class Teller:
    """Prints a run as it is played, and asks whoever plays.

    Parameters
    ----------
    model : CrisisModel
        The run.
    player : str, optional
        The state that is played by hand.
    """

    def __init__(self, model: CrisisModel, player: str | None) -> None:
        self.model, self.player, self.words = model, player, model.words
        self.page: Page = Page()
        self.story = Narration(model.words, player, thorough=model.explain and player is None)
        self._events = self._decisions = 0
        self._noted = False

    def opening(self) -> None:
        """Print what is to be told."""
        model = self.model
        self.page.title(f"{model.case.title}: run {model.run_number} of seed {model.seed}")
        self.page.text(NO_FORECAST, style="italic")
        hidden = self._hidden() if self.player is None else []
        if hidden:
            self.page.heading("What the others do not know as it begins")
            for text in hidden:
                self.page.item(text)
        if model.explain:
            self.page.heading("How to read the tables")
            self.page.text(HOW_TO_READ)

    def tell(self, flush: bool = False) -> None:
        """Print what has happened since last time."""
        model = self.model
        for taken in model.decisions[self._decisions :]:
            # first what was chosen, then why, then what followed
            stays = taken.decision.options[taken.chosen].key == "stay"  # it leaves no record
            end = taken.at if stays else min(_choice_after(model, taken.at) + 1, len(model.events))
            self.story.tell(model.events[self._events : end])
            self._events = end
            if model.explain and self.player in (None, taken.decision.actor):
                self._say_staying(taken.decision, taken.chosen)
                self.story.note(taken, taken.decision.flashpoint)
        self._decisions = len(model.decisions)
        self.story.tell(model.events[self._events :])
        self._events = len(model.events)
        self._print(self.story.lines(flush))

    def _say_staying(self, decision: Decision, chosen: int) -> None:
        """Tell of a member that stays, which leaves no record, before it is explained."""
        if decision.options[chosen].key == "stay":
            beside = decision.actor in decision.view.challenger_side
            principal = decision.challenger if beside else decision.holder
            self.story.stays(decision.flashpoint, decision.actor, principal)

    def end(self) -> None:
        """Print what is left of the story."""
        self._print(self.story.end())

    def closing(self) -> None:
        """Print what the run came to."""
        model = self.model
        self.page.heading(f"What run {model.run_number} of seed {model.seed} came to")
        for text in closing(model.events, model.control(), self.words, self.player):
            self.page.item(text)
        if self.player is not None:
            self.page.heading("What you did not know")
            for text in self._hidden():
                self.page.item(text)
        self.page.text("")
        self.page.text(f"{NO_FORECAST} `deter run` plays many.", style="italic")

    def stopped(self) -> None:
        """Say that the player stopped."""
        self._print(self.story.end())
        self.page.text("")
        self.page.text(f"Stopped in {self.words.period(self.model.turn)}.")

    def ask(self, decision: Decision) -> int | None:
        """Ask the player what to do; the seat of the state that is played."""
        self.tell(flush=True)
        self.story.head(decision.turn, decision.flashpoint)
        self._print(self.story.lines())
        _show_question(self.page, self.model, decision)
        while True:
            typer.echo(f"{self.words.bare(decision.actor)}> ", nl=False)
            typed = _typed()
            if typed == "q":
                raise Stopped
            if not typed:
                return None
            if typed.isdecimal() and int(typed) < len(decision.options):
                return int(typed)
            last = len(decision.options) - 1
            typer.echo(f"Type a number from 0 to {last}, Enter for what the model would do, or q.")

    def _hidden(self) -> list[str]:
        """Say what states truly are as the run begins, or as it stands."""
        told = []
        for key, agent in self.model.states.items():
            if key == self.player:
                continue
            text = f"{capitalised(self.words.state(key))} is {agent.type.replace('_', ' ')}"
            for means, does in (
                (True, "means its promise in"),
                (False, "does not mean its promise in"),
            ):
                owed = [
                    self.words.treaty(k)
                    for k, committed in agent.committed.items()
                    if committed is means and self._is_promise(k)
                ]
                if owed:
                    text += f"; it {does} {listed(owed)}"
            told.append(f"{text}.")
        return told

    def _is_promise(self, treaty: str) -> bool:
        """Whether a treaty in use promises help, which its member may mean or not."""
        clauses = self.model.case.treaties[treaty]
        return clauses.enabled and bool({"defence", "offence"} & set(clauses.obligations))

    def _print(self, lines: list[Line]) -> None:
        show: dict[str, Callable[[Line], None]] = {
            "when": self._print_period,
            "where": lambda line: self.page.text(line.text, style="bold"),
            "what": lambda line: self.page.item(line.text),
            "fold": self._print_fold,
            "note": lambda line: _show_explanation(self.page, self.model, line.payload),
        }
        for line in lines:
            if self._noted and line.kind in ("what", "where"):
                typer.echo()
            self._noted = line.kind == "note"
            show[line.kind](line)

    def _print_period(self, line: Line) -> None:
        self.page.heading(line.text)

    def _print_fold(self, line: Line) -> None:
        typer.echo()
        self.page.text(line.text, style="dim")


def _choice_after(model: CrisisModel, at: int) -> int:
    """Return where the record of a choice is; a member that stays leaves none."""
    end = at
    while end < len(model.events) and isinstance(model.events[end], CrisisBegins | Opportunity):
        end += 1
    found = end < len(model.events) and isinstance(model.events[end], CHOICES)
    return end if found else at - 1


def _show_explanation(page: Page, model: CrisisModel, taken: Taken) -> None:

    told = explain(taken, model.words)
    number = next(i for i, one in enumerate(model.decisions, 1) if one is taken)
    typer.echo()
    page.text(f"{told.title} (decision {number})", indent=4, style="bold")
    _show_options(page, told.heads, told.rows)
    for text in (told.left_out, *told.beliefs, told.why):
        if text:
            page.text(text, indent=4)


def _show_options(page: Page, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for head in heads:
        number = head in ("utility", "chance")
        table.add_column(head, justify="right" if number else "left", no_wrap=number)
    for row in rows:
        table.add_row(*row, style="bold" if row[0] else "")
    page.show(Padding(table, (0, 0, 0, 4)))


def _show_question(page: Page, model: CrisisModel, decision: Decision) -> None:
    """Show a player what the state sees and what it can do."""
    words, view = model.words, decision.view
    typer.echo()
    who = f"{words.state(decision.actor)}, which is {view.own_type.replace('_', ' ')}"
    page.text(f"You decide for {who}: {question(decision)}.", style="bold")
    if decision.kind == "act" and view.turns == 0 and abs(view.motive - 1.0) > 0.05:
        page.item(f"your motive this time: {view.motive:.1f} times the usual")
    if decision.kind == "act":
        first = words.state(model.case.flashpoints[decision.flashpoint].holder)
        page.item(f"control as it stands: {first} has {per_cent(view.control)}")
    for other in (decision.challenger, decision.holder):
        if other != decision.actor:
            odds = ", ".join(f"{key} {p:.2f}" for key, p in view.beliefs[other].items())
            page.item(f"what {words.state(other)} is, as everyone believes: {odds}")
    for side, members in (("holder", view.holder_side), ("challenger", view.challenger_side)):
        if len(members) > 1:
            page.item(f"on the {side}'s side: {', '.join(words.bare(m) for m in members)}")
    for treaty in view.recognised:
        page.item(f"recognised: the trigger of {words.treaty(treaty)} is met")
    for option in decision.options:
        model_says = f" [utility {option.utility:+.3f}, chance {option.chance:.2f}]"
        told = model_says if model.explain else ""
        page.text(f"{option.number}  {option.text}: {option.meaning}{told}", indent=2)
    page.text("Enter: what the model would do. q: stop.", style="dim")
