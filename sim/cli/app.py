"""The `deter` command: which commands there are, and which module holds each.

A command is a module of this folder with a function `command`, whose docstring is the help, and
`EXAMPLES`, lines as a user types them; a line in `COMMANDS` adds it. The module is imported when
its command is called or listed, so its heavy imports belong inside the function.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from sim.cli.errors import finish, guarded, interrupted

COMMANDS: dict[str, str] = {
    "run": "sim.cli.run",
    "trace": "sim.cli.trace",
    "compare": "sim.cli.compare",
    "event": "sim.cli.event",
    "sweep": "sim.cli.sweep",
    "sensitivity": "sim.cli.sensitivity",
    "discover": "sim.cli.discover",
    "seek": "sim.cli.seek",
    "plot": "sim.cli.plot",
    "report": "sim.cli.report",
    "validate": "sim.cli.validate",
    "describe": "sim.cli.describe",
    "list": "sim.cli.listing",
    "new": "sim.cli.new",
    "theory": "sim.cli.theory",
    "calibrate": "sim.cli.calibrate",
    "lesson": "sim.cli.lesson",
    "serve": "sim.cli.serve",
    "schema": "sim.cli.schema",
}
"""Command -> its module, in the order of the help."""


class _Loaded(Mapping[str, Any]):
    """The commands by name, each imported when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        module = importlib.import_module(COMMANDS[name])
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name, help=_help(module.command.__doc__, module.EXAMPLES))(module.command)
        return get_command(single)

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


def _help(text: str, examples: Sequence[str]) -> str:
    # The control character keeps lines from being joined.
    shown = "\n".join(f"  {example}" for example in examples)
    return f"{inspect.cleandoc(text)}\n\n\b\nExample:\n{shown}"


class _Commands(TyperGroup):
    """The group of all commands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Loaded()  # type: ignore[assignment]

    def invoke(self, ctx: Any) -> Any:
        # Here, because Typer would turn them into an exit code of its own.
        try:
            result = super().invoke(ctx)
            finish()
            return result
        except KeyboardInterrupt as error:
            raise typer.Exit(interrupted(error)) from None
        except BrokenPipeError:
            # Whoever reads the output has seen enough: `deter list | head`.
            finish(closed=True)
            raise typer.Exit(0) from None


app = typer.Typer(
    cls=_Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"deter {version()}")
        raise typer.Exit()


def version() -> str:
    """Return the version of this program: of the installed package, or of the checkout."""
    from importlib import metadata

    try:
        return metadata.version("deter")
    except metadata.PackageNotFoundError:
        import tomllib
        from pathlib import Path

        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        try:
            return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
        except (OSError, KeyError, ValueError):
            return "of unknown version"


_ABOUT = """Play out how states and coalitions answer coercion under treaty commitments.

A tool for thinking and teaching, never a forecast."""


@app.callback(help=_help(_ABOUT, ("deter list", "deter describe senkaku")))
def _deter(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Parameters
    ----------
    arguments : list of str, optional
        Those of the process by default.

    Returns
    -------
    int
        0 if all went well, 1 if the input is wrong, 2 for wrong usage, 3 for our own fault,
        130 after Ctrl-C, 143 after SIGTERM.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a letter shows a question mark; it does not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    return guarded(lambda: get_command(app)(args=arguments, prog_name="deter"))
