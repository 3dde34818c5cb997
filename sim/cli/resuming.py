"""What cannot be said of something that is resumed."""

from __future__ import annotations

from collections.abc import Collection

import typer


def refuse_with_resume(context: typer.Context, fixed: Collection[str], what: str) -> None:
    """Refuse options that what is resumed cannot follow, rather than ignore them.

    Parameters
    ----------
    fixed : collection of str
        Parameters of the command that it was begun with.
    what : str
        What is resumed, such as "a run".
    """
    given = [
        "FILE" if parameter.name == "file" else max(parameter.opts, key=len)
        for parameter in context.command.params
        if parameter.name in fixed and _is_given(context, parameter.name)
    ]
    if given:
        raise typer.BadParameter(
            f"cannot be combined with {', '.join(given)}: {what} is resumed as it was begun",
            param_hint="--resume",
        )


def _is_given(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name not in ("DEFAULT", "DEFAULT_MAP")
