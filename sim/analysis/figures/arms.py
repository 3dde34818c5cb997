"""One measure in a few arms: a dot with its interval for each."""

from __future__ import annotations

from collections.abc import Sequence

from sim.analysis.figures.style import BLUE, Chart, Frame, Sheet, percent_axis, roof, wrapped


def arms(
    sheet: Sheet,
    title: str,
    note: str,
    label: str,
    rows: Sequence[tuple[str, float, float, float]],
    share: bool = False,
) -> Chart:
    """Draw a measure in each arm.

    Parameters
    ----------
    label : str
        Of the axis: what is measured.
    rows : sequence of (name, value, low, high)
    share : bool
        Whether values are shares, shown in per cent.
    """
    frame = Frame(sheet, title, note, 2.6)
    ax = frame.axes(left=0.9, right=0.4)
    for place, (_, value, low, high) in enumerate(rows):
        error = [[max(0.0, value - low)], [max(0.0, high - value)]]
        ax.errorbar(place, value, yerr=error, fmt="o", color=BLUE, markersize=8, capsize=4)
        text = f"{100 * value:.1f} %" if share else f"{value:.3g}"
        ax.annotate(
            text, (place, value), xytext=(10, 0), textcoords="offset points", va="center",
            fontsize=9, color=BLUE,
        )  # fmt: skip
    ax.set_xticks(range(len(rows)), [wrapped(name, 24, 2) for name, *_ in rows])
    ax.set_xlim(-0.5, len(rows) - 0.4)
    top = roof(max(high for *_, high in rows))
    if share:
        percent_axis(ax, min(1.0, top))
    else:
        ax.set_ylim(0, top)
        ax.grid(axis="y")
    ax.set_ylabel(wrapped(label, 30, 3))
    told = "; ".join(f"{name}: {value:.3g}" for name, value, *_ in rows)
    return frame.chart(f"{label}: {told}.")
