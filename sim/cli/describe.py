"""`deter describe`: a scenario as a readable page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from sim.cli.options import File, Json, Quiet

if TYPE_CHECKING:
    from sim.cli.page import Page

EXAMPLES = ("deter describe senkaku",)


def command(file: File, json: Json = False, quiet: Quiet = False) -> None:
    """Tell a scenario as a readable page.

    Who there is, what is at stake, who is bound to whom for what, and where the seams are.
    A seam is a gap in what covers a flashpoint: a trigger that leaves much below it, a text
    that reads vaguely, no forces on the spot, help that takes time. The page ends with the
    figures that have no source; --quiet leaves those out.
    """
    from sim.files.check import load_scenario
    from sim.files.describe import describe

    told = describe(load_scenario(file))
    if json:
        from json import dumps

        typer.echo(dumps(told, indent=2, ensure_ascii=False))
        return
    from sim.cli.page import Page

    page = Page()
    names = _short_names(told["states"])
    _opening(page, told)
    _states(page, told)
    _flashpoints(page, told, names)
    _treaties(page, told, names)
    _between(page, told, names)
    _seams(page, told)
    _events(page, told)
    if not quiet:
        _figures(page, told["figures"])


def _words(key: str) -> str:
    return key.replace("_", " ")


def _short_names(states: list[dict[str, Any]]) -> dict[str, str]:
    """Leave out what stands in brackets after a name, where the rest tells states apart."""
    short = {state["key"]: state["name"].partition(" (")[0] for state in states}
    if len(set(short.values())) == len(short):
        return short
    return {state["key"]: state["name"] for state in states}


def _named(keys: list[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys)


def _opening(page: Page, told: dict[str, Any]) -> None:
    time = told["time"]
    page.title(f"{told['title']} ({told['name']})")
    if told["question"]:
        page.text(told["question"], style="italic")
    if told["summary"]:
        page.text("")
        page.text(told["summary"])
    page.text("")
    length = time["turn_length"] + ("" if time["turns"] == 1 else "s")
    page.text(
        f"{time['turns']} {length}, from {time['first_month']} to {time['last_month']}. "
        "A tool for thinking and teaching, never a forecast."
    )


def _states(page: Page, told: dict[str, Any]) -> None:
    page.heading("Who")
    tables = [
        ", ".join(f"{_words(key)} {prior:g}" for key, prior in state["types"].items())
        for state in told["states"]
    ]
    alike = len(set(tables)) == 1
    rows = [
        [
            f"{state['name']} ({state['key']})" if _differs(state) else state["name"],
            f"{state['capability']:g}",
            f"{state['retaliation']:g}" if state["retaliation"] else "-",
            _words(state["highest_rung"]),
            *([] if alike else [types]),
        ]
        for state, types in zip(told["states"], tables, strict=True)
    ]
    heads = ["state", "strength", "nuclear", "goes up to", *([] if alike else ["types"])]
    page.table(heads, rows, right=["strength", "nuclear"])
    if alike:
        page.text(f"Each is one of these types, as far as others know: {tables[0]}.")


def _differs(state: dict[str, Any]) -> bool:
    return bool(state["name"].lower().replace(" ", "_") != state["key"])


def _flashpoints(page: Page, told: dict[str, Any], names: dict[str, str]) -> None:
    page.heading("What is at stake")
    for place in told["flashpoints"]:
        page.text(f"{place['name']} ({place['key']})", style="bold")
        held = "" if place["control"] == 1 else f" (controls {place['control']:g} of it)"
        page.item(
            f"held by {_named([place['holder']], names)}{held}, "
            f"challenged by {_named(place['challengers'], names)}"
        )
        stakes = (f"{_named([key], names)} {stake:g}" for key, stake in place["stakes"].items())
        page.item(f"worth to: {', '.join(stakes)}")
        chances = (f"{_named([k], names)} {chance:g}" for k, chance in place["opportunity"].items())
        page.item(f"chance per month that a move is weighed: {', '.join(chances)}")
        for territory, rung in place["touches"].items():
            page.item(f"a fight reaches {_words(territory)} from {_words(rung)} on")


def _treaties(page: Page, told: dict[str, Any], names: dict[str, str]) -> None:
    page.heading("Who is bound to whom")
    if not told["treaties"]:
        page.text("Nobody to anybody.")
    for treaty in told["treaties"]:
        off = "" if treaty["holds"] else ", not at the start"
        off = off if treaty["enabled"] else ", switched off"
        page.text(f"{treaty['name']} ({treaty['key']}{off})", style="bold")
        if treaty["mutual"]:
            page.item(f"{_named(treaty['owing'], names)}, each to the others")
        else:
            page.item(f"{_named(treaty['owing'], names)} to {_named(treaty['owed'], names)}")
        duties = ", ".join(_words(duty) for duty in treaty["obligations"])
        promised = {"defence", "offence"} & set(treaty["obligations"])
        condition = ", unless the protégé began" if promised and treaty["conditional"] else ""
        page.item(f"for: {duties or 'no duty'}{condition}")
        if treaty["scope"]:
            scope = ", ".join(_words(place) for place in treaty["scope"])
            reach = f", up to {_words(treaty['ceiling'])}" if treaty.get("ceiling") else ""
            page.item(f"at: {scope}; from {_words(treaty['trigger'])} on{reach}")
        page.item("; ".join(_backing(treaty)))


def _backing(treaty: dict[str, Any]) -> list[str]:
    """Say what stands behind a promise."""
    parts = [
        f"clarity {treaty['clarity']:g}",
        f"breaking it costs {treaty['strength']:g}",
        f"reliability {treaty['reliability']:g}",
    ]
    if treaty["umbrella"]:
        parts.append("nuclear umbrella")
    turns = treaty["delay"]
    if "consultation" in treaty["obligations"]:
        turns += treaty["consultation_delay"]
    if turns:
        parts.append(f"help takes {turns:g} turn{'' if turns == 1 else 's'}")
    if treaty["forward"]:
        forces = (f"{_words(place)} {share:g}" for place, share in treaty["forward"].items())
        parts.append(f"forward forces: {', '.join(forces)}")
    for field in ("integration", "missile_defence", "exposure", "arms"):
        if treaty[field]:
            parts.append(f"{_words(field)} {treaty[field]:g}")
    if treaty["upkeep"] != 1:
        parts.append(f"upkeep {treaty['upkeep']:g}")
    dates = treaty["in_force"]
    if dates:
        parts.append(" ".join(f"{word} {month}" for word, month in dates.items()))
    return parts


_SIGNALS = {
    "sink": "an exercise that costs {:g} at once",
    "tie": "a declaration that makes giving way {:g} dearer",
    "deploy": "forces sent there, {:g} of all",
}


def _between(page: Page, told: dict[str, Any], names: dict[str, str]) -> None:
    if told["ties"]:
        page.heading("Ties that may deepen")
    for tie in told["ties"]:
        page.text(f"{tie['name']} ({tie['key']})", style="bold")
        for number, step in enumerate(tie["steps"]):
            page.item(f"{step}{', holds at the start' if number < tie['depth'] else ''}")
    if not told["signals"] and not told["arms"]:
        return
    page.heading("Between crises")
    if signals := told["signals"]:
        every = f"{signals['months']:g} month{'' if signals['months'] == 1 else 's'}"
        page.text(f"Who holds or guarantees a quiet place may signal every {every}:")
        for kind, much in signals["menu"].items():
            page.item(_SIGNALS[kind].format(much))
    if told["arms"]:
        page.text("States arm (Richardson's equations), a year:")
    for state in told["arms"]:
        parts = [
            f"{rate:g} per unit of {_named([key], names)}'s"
            for key, rate in state["reaction"].items()
        ]
        if state["fatigue"]:
            parts.append(f"less {state['fatigue']:g} of its own")
        if state["grievance"]:
            parts.append(f"{state['grievance']:+g} whatever others have")
        page.item(f"{_named([state['key']], names)}: {', '.join(parts)}")


def _seams(page: Page, told: dict[str, Any]) -> None:
    page.heading("Where the seams are")
    if not told["seams"]:
        page.text("None found.")
    for place in told["flashpoints"]:
        here = [seam for seam in told["seams"] if seam["flashpoint"] == place["key"]]
        if here:
            page.text(place["name"], style="bold")
        for treaty in dict.fromkeys(seam["treaty"] for seam in here):
            texts = "; ".join(seam["text"] for seam in here if seam["treaty"] == treaty)
            page.item(f"{treaty}: {texts}" if treaty else texts)


def _events(page: Page, told: dict[str, Any]) -> None:
    if not told["events"]:
        return
    page.heading("What may happen")
    for event in told["events"]:
        chance = "" if event["probability"] == 1 else f", chance {event['probability']:g}"
        off = "" if event["enabled"] else ", switched off"
        name = f" ({event['name']})" if event["name"] else ""
        page.item(f"{event['when']}{chance}{off}{name}: {event['why']}")
        page.text("; ".join(event["effects"]), indent=4, style="dim")


def _figures(page: Page, figures: dict[str, Any]) -> None:
    page.heading("Figures without a source")
    page.text(
        f"{figures['with_source']} of {figures['given']} figures name a source; "
        f"{len(figures['with_note_only'])} have only a note; {len(figures['without'])} have "
        "neither. What the file leaves to the defaults is not counted."
    )
    for label, keys in (
        ("only a note", figures["with_note_only"]),
        ("neither", figures["without"]),
    ):
        if keys:
            page.text(label, style="bold")
        for owner, fields in _grouped(keys).items():
            page.item(f"{owner}: {', '.join(fields)}")


def _grouped(keys: list[str]) -> dict[str, list[str]]:
    """Group states.japan.capability under states.japan."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        section, _, rest = key.partition(".")
        entry, _, field = rest.partition(".")
        owner = f"{section}.{entry}" if field else section
        groups.setdefault(owner, []).append(field or entry)
    return groups
