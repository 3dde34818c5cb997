"""Charts to be read value by value, for pages that may run scripts: what they show, and how.

A page holds every chart as data, Apache ECharts (`scripts/vendor`), and a short script of ours that
draws one of them at a time. Pictures and tables stand beside it, so that a page that runs no
scripts lacks nothing.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, NamedTuple

from markupsafe import Markup

CODES = ("vendor/echarts.common.min.js", "readings.js")
"""In `sim/analysis/scripts`, in the order in which a page runs them."""


class Line(NamedTuple):
    """A row of values of a chart.

    Parameters
    ----------
    name : str
    values : sequence of float
        One a label; NaN where there is none. Shares from 0 to 1.
    told : sequence of str
        What is shown of each value, such as its interval; empty for the value alone.
    colour : str
        Empty for the next colour of the page.
    """

    name: str
    values: Sequence[float]
    told: Sequence[str] = ()
    colour: str = ""


class Reading(NamedTuple):
    """A chart to be read value by value.

    Parameters
    ----------
    title, axis : str
        What it shows, and what its labels are.
    labels : sequence of str
    lines : sequence of Line
    share : bool
        Whether values are shares, shown in per cent.
    stacked, bars : bool
    """

    title: str
    axis: str
    labels: Sequence[str]
    lines: Sequence[Line]
    share: bool = True
    stacked: bool = False
    bars: bool = False


class Scripts(NamedTuple):
    """What a page holds of charts to be read.

    Parameters
    ----------
    data : Markup
        The charts: see `data`.
    codes : tuple of Markup
        The scripts, in their order.
    allowed : str
        Sources for the page's policy: nothing but these very scripts.
    """

    data: Markup
    codes: tuple[Markup, ...]
    allowed: str


def data(charts: Iterable[Reading]) -> Markup | None:
    """Return charts as JSON, fit to stand in a script element; None if there are none."""
    made = [_plain(chart) for chart in charts if chart.labels and chart.lines]
    return Markup(as_json(made)) if made else None


def scripts(charts: Iterable[Reading]) -> Scripts | None:
    """Return what a page that stands alone holds of these charts; None if there are none."""
    made = data(charts)
    if made is None:
        return None
    codes = tuple(code(name) for name in CODES)
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in codes]
    return Scripts(
        made, tuple(map(Markup, codes)),
        " ".join(f"'sha256-{each}'" for each in hashes),
    )  # fmt: skip


@cache
def code(name: str) -> str:
    """Return a script as it stands in a page."""
    text = files("sim.analysis").joinpath("scripts", name).read_text(encoding="utf-8")
    if "</script" in text.lower():
        raise ValueError(f"{name} cannot stand in a page")
    return text


def as_json(value: Any) -> str:
    """Return JSON in which nothing ends a script element or begins a comment."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _plain(chart: Reading) -> dict[str, Any]:
    lines = [
        line._asdict()
        | {"values": [round(v, 6) if v == v else None for v in map(float, line.values)]}
        | {"told": list(line.told)}
        for line in chart.lines
    ]
    return chart._asdict() | {"labels": list(chart.labels), "lines": lines}
