"""`deter trace`: one run told as a story, explained decision by decision, or played by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.options import File, Json, Quiet

if TYPE_CHECKING:
    from sim.analysis.narration import Line
    from sim.cli.page import Page
    from sim.engines.model import CrisisModel
    from sim.engines.seats import Decision, Taken

EXAMPLES = (
    "deter trace senkaku",
    "deter trace senkaku --run 3 --explain",
    "deter trace senkaku --play japan",
)


def command(
    file: File,
    run: Annotated[int, typer.Option(min=0, help="Which run of the seed.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of chance.")] = 7,
    turns: Annotated[
        int | None,
        typer.Option(min=1, max=1200, help="Play so many turns instead of the scenario's."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUE", help="Change a field of the scenario."),
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say why at each decision.")] = False,
    play: Annotated[
        str | None, typer.Option(metavar="STATE", help="Decide for a state yourself.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell one run as a story, turn by turn.

    The run is the same as the one of that number and seed in `deter run`. --explain adds at each
    decision the options, what the state expected of them (utility, on the scale of stakes), how
    likely each was, and what others believed before and after. With --play you decide for a state:
    type a number, Enter for what the model would do, q to stop. --quiet prints only what it came to.
    """
    if play is not None and (json or quiet):
        raise typer.BadParameter("it talks to you; leave out --json and --quiet", param_hint="--play")
    from sim.engines.warm import announce_compile
    from sim.files.check import load_scenario
    from sim.files.paths import apply_settings
    from sim.world.problems import InputError, clean, names_in_short

    scenario = load_scenario(file)
    scenario = apply_settings(scenario, set_ or [])
    if turns is not None:
        # not by a setting: what is dated later then simply does not happen
        scenario = scenario.model_copy(update={"turns": turns})
    if play is not None and play not in scenario.states:
        raise InputError(
            f"--play: there is no state '{clean(play)}'\n"
            f"    there are: {names_in_short(scenario.states)}"
        )
    announce_compile(quiet)
    from sim.engines.model import CrisisModel

    model = CrisisModel(scenario, seed=seed, run=run, explain=explain)
    if json:
        model.run_to_end()
        _print_json(model)
        return
    teller = _Teller(model, play)
    if not quiet:
        teller.opening()
    if play is not None:
        model.seat(play, teller.ask)
    try:
        while model.running:
            model.step()
            if not quiet:
                teller.tell()
    except _Stopped:
        teller.stopped()
        return
    if not quiet:
        teller.end()
    teller.closing()


class _Stopped(Exception):
    """The player wants to stop."""


class _Teller:
    """Prints a run as it is played."""

    def __init__(self, model: CrisisModel, player: str | None) -> None:
        from sim.analysis.narration import Narration
        from sim.cli.page import Page

        self.model, self.player, self.words = model, player, model.words
        self.page: Page = Page()
        self.story = Narration(model.words)
        self._events = self._decisions = 0
        self._noted = False

    def opening(self) -> None:
        """Print what is to be told."""
        from sim.analysis.closing import NO_FORECAST
        from sim.analysis.explain import HOW_TO_READ

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
            end = min(_choice_after(model, taken.at) + 1, len(model.events))
            self.story.tell(model.events[self._events : end])
            self._events = end
            if model.explain and self.player in (None, taken.decision.actor):
                self.story.note(taken)
        self._decisions = len(model.decisions)
        self.story.tell(model.events[self._events :])
        self._events = len(model.events)
        self._print(self.story.lines(flush))

    def end(self) -> None:
        """Print what is left of the story."""
        self._print(self.story.end())

    def closing(self) -> None:
        """Print what the run came to."""
        from sim.analysis.closing import NO_FORECAST, closing

        model = self.model
        self.page.heading(f"What run {model.run_number} of seed {model.seed} came to")
        for text in closing(model.events, model.control(), self.words):
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
        _show_question(self.page, self.model, decision)
        while True:
            typer.echo(f"{self.words.bare(decision.actor)}> ", nl=False)
            try:
                typed = input().strip().lower()
            except EOFError:
                raise _Stopped from None
            if typed == "q":
                raise _Stopped
            if not typed:
                return None
            if typed.isdecimal() and int(typed) < len(decision.options):
                return int(typed)
            last = len(decision.options) - 1
            typer.echo(f"Type a number from 0 to {last}, Enter for what the model would do, or q.")

    def _hidden(self) -> list[str]:
        """Say what states truly are as the run begins, or as it stands."""
        from sim.engines.wording import capitalised, listed

        told = []
        for key, agent in self.model.states.items():
            text = f"{capitalised(self.words.state(key))} is {agent.type.replace('_', ' ')}"
            for means, does in ((True, "means its promise in"), (False, "does not mean that in")):
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
    from sim.outcomes.events import CHOICES, CrisisBegins, Opportunity

    end = at
    while end < len(model.events) and isinstance(model.events[end], CrisisBegins | Opportunity):
        end += 1
    found = end < len(model.events) and isinstance(model.events[end], CHOICES)
    return end if found else at - 1


def _show_explanation(page: Page, model: CrisisModel, taken: Taken) -> None:
    from sim.analysis.explain import explain

    told = explain(taken, model.words)
    typer.echo()
    page.text(told.title, indent=4, style="bold")
    _show_options(page, told.heads, told.rows)
    for text in (told.left_out, *told.beliefs, told.why):
        if text:
            page.text(text, indent=4)


def _show_options(page: Page, heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.padding import Padding
    from rich.table import Table

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
    page.text(f"You decide for {words.state(decision.actor)}, which is {view.own_type}.", style="bold")
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


def _print_json(model: CrisisModel) -> None:
    import dataclasses
    from json import dumps

    from sim.analysis.closing import NO_FORECAST
    from sim.analysis.explain import explain

    told: dict[str, Any] = {
        "scenario": model.case.name,
        "seed": model.seed,
        "run": model.run_number,
        "turns": model.turn,
        "note": NO_FORECAST,
        "records": [record.as_dict() for record in model.events],
        "control": model.control(),
    }
    if model.explain:
        told["decisions"] = [
            {**dataclasses.asdict(taken), **explain(taken, model.words).as_dict()}
            for taken in model.decisions
        ]
    typer.echo(dumps(told, indent=2, ensure_ascii=False))
