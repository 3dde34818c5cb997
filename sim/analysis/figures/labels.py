"""Labels at the end of lines, moved apart so that none hides another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes

from sim.analysis.figures.style import ink


class Label(NamedTuple):
    """What to write, at which height of the data, in which colour."""

    y: float
    text: str
    colour: str


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move things apart that would overlap, as little as may be, keeping their order.

    Parameters
    ----------
    wanted : sequence of float
        Where the middle of each should lie.
    sizes : sequence of float
        How much room each takes.
    low, high : float
        Bounds of the room; left only if all together are larger.

    Returns
    -------
    list of float
        Where the middles lie, in the order given.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    # Blocks of things that touch: members, the sum of their wanted offsets, and their size.
    blocks: list[tuple[list[int], float, float]] = []
    for i in order:
        members, wish, size = [i], wanted[i] - sizes[i] / 2, sizes[i]
        while blocks:
            before, its_wish, its_size = blocks[-1]
            if its_wish / len(before) + its_size <= wish / len(members):
                break
            blocks.pop()
            wish = its_wish + wish - its_size * len(members)
            members, size = [*before, *members], its_size + size
        blocks.append((members, wish, size))
    placed = [0.0] * len(wanted)
    starts = [wish / len(members) for members, wish, _ in blocks]
    for number in range(len(blocks) - 1, -1, -1):  # from above: stay under the top
        ceiling = high if number == len(blocks) - 1 else starts[number + 1]
        starts[number] = min(starts[number], ceiling - blocks[number][2])
    floor = low
    for (members, _, size), start in zip(blocks, starts, strict=True):
        at = max(start, floor)
        floor = at + size
        for i in members:
            placed[i] = at + sizes[i] / 2
            at += sizes[i]
    return placed


def end_labels(ax: Axes, x: float, labels: Sequence[Label], size: float = 8.5) -> None:
    """Write labels to the right of the axes, each joined to the end of its line.

    Parameters
    ----------
    x : float
        Where the lines end, in data.
    size : float
        Of the letters, points.
    """
    if not labels:
        return
    low, high = ax.get_ylim()
    figure = ax.get_figure()
    assert figure is not None
    tall = ax.get_position().height * figure.get_figheight() * 72  # type: ignore[union-attr]
    per_line = size * 1.22
    sizes = [per_line * (label.text.count("\n") + 1) + 1.5 for label in labels]
    wanted = [(label.y - low) / (high - low) * tall for label in labels]
    for label, y, want in zip(labels, spread(wanted, sizes, -4, tall + 4), wanted, strict=True):
        ax.annotate(
            label.text,
            xy=(x, label.y),
            xytext=(16, y - want),
            textcoords="offset points",
            va="center",
            ha="left",
            fontsize=size,
            linespacing=1.1,
            color=ink(label.colour),
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": label.colour,
                "linewidth": 0.8,
                "shrinkA": 0,
                "shrinkB": 1,
                "relpos": (0, 0.5),
            },
        )
