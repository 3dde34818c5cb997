"""`deter list`: the packaged scenarios, a line each."""

from __future__ import annotations

import typer

from sim.cli.options import Json, Quiet

EXAMPLES = ("deter list",)


def command(json: Json = False, quiet: Quiet = False) -> None:
    """List the packaged scenarios.

    Their names work wherever a FILE is asked for. With --quiet only the names are printed.
    """
    from itertools import groupby

    from sim.files.packaged import list_scenarios

    found = list_scenarios()
    if json:
        from json import dumps

        entries = [{**item._asdict(), "path": str(item.path)} for item in found]
        typer.echo(dumps(entries, indent=2, ensure_ascii=False))
    elif quiet:
        for item in found:
            typer.echo(item.name)
    else:
        from sim.cli.page import Page

        page = Page()
        for group, items in groupby(found, key=lambda item: item.group):
            if group:
                page.heading(group)
            page.table(["name", "title"], [[item.name, item.title] for item in items])
