"""`deter validate`: every problem of scenario files, with file, line, key and remedy."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.options import Json, Quiet

EXAMPLES = (
    "deter validate my_case.yaml",
    "deter validate scenarios/*.yaml --quiet",
)


def command(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Scenario files, or names of packaged scenarios."),
    ],
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Check scenario files; exit 1 if anything is wrong.

    Prints every problem with its file, line and column, key and remedy. With --quiet only
    problems are printed, with --json a list with one entry per file.
    """
    from sim.files.check import check_file
    from sim.world.problems import listed

    results = [(file, *check_file(file)) for file in files]
    if json:
        from json import dumps

        entries = [
            {"file": file, "ok": not problems, "problems": [p.as_dict() for p in problems]}
            for file, _, problems in results
        ]
        typer.echo(dumps(entries, indent=2, ensure_ascii=False))
    else:
        for file, scenario, problems in results:
            if scenario is None:
                count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
                typer.echo(f"{listed(problems)}\n{file}: {count}", err=True)
            elif not quiet:
                parts = (
                    f"{len(things)} {many if len(things) != 1 else one}"
                    for one, many, things in (
                        ("state", "states", scenario.states),
                        ("flashpoint", "flashpoints", scenario.flashpoints),
                        ("treaty", "treaties", scenario.treaties),
                        ("event", "events", scenario.events),
                    )
                )
                typer.echo(f"{file}: ok ({', '.join(parts)})")
    if any(problems for _, _, problems in results):
        raise typer.Exit(1)
