"""Which treaties come into play, and whether they are kept."""

from __future__ import annotations

from sim.analysis.figures.dots import dot_table, height
from sim.analysis.figures.style import (
    BLUE,
    GREEN,
    MARKERS,
    ORANGE,
    VERMILION,
    Chart,
    Frame,
    roof,
)
from sim.analysis.frames import Results
from sim.analysis.intervals import dispersion, rate, ratio
from sim.analysis.words import capitalised, count, decimal, percent, percent_interval
from sim.engines.wording import Wording
from sim.outcomes.columns import TREATY_ITEMS

MOST = 24
"""Treaties a sheet shows, the busiest."""
COLOURS = dict(zip(TREATY_ITEMS, (ORANGE, BLUE, GREEN, VERMILION), strict=True))


def treaties(results: Results) -> Chart:
    """Draw how often each treaty is invoked, recognised, honoured and reneged on."""
    runs = len(results)
    counted = results.treaties()
    busy = sorted(
        (key for key, items in counted.items() if any(items.values())),
        key=lambda key: -max(counted[key].values()),
    )
    shown = busy[:MOST]
    spread = {item: dispersion(results.column(item)) for item in TREATY_ITEMS}
    estimates = [
        [rate(counted[key][item], runs, spread[item]) for item in TREATY_ITEMS] for key in shown
    ]
    names = [results.scenario.treaties[key].name for key in shown]
    frame = Frame(results, _title(results, counted), _note(results, busy), height(len(names) or 1))
    top = roof(max((row.value for line in estimates for row in line), default=0) * 1.15)
    columns = [
        (capitalised(item), COLOURS[item], MARKERS[i]) for i, item in enumerate(TREATY_ITEMS)
    ]
    dot_table(
        frame, names or ["none came up"], columns, estimates or [[rate(0, runs)] * 4], decimal,
        top, left=3.4,
    )  # fmt: skip
    parts = [
        f"{results.scenario.treaties[key].name}: "
        + ", ".join(f"{item} {counted[key][item]:,}" for item in TREATY_ITEMS)
        for key in shown
    ]
    return frame.chart(f"Times in {count(runs, 'run')}. {'; '.join(parts) or 'None'}.")


def _note(results: Results, busy: list[str]) -> str:
    idle = [key for key in results.scenario.treaties if key not in busy]
    text = (
        f"Times per run, over {count(len(results), 'run')}; a treaty counts once a crisis. Bars "
        "are 95 % score intervals of a count, widened for runs being unlike. Invoked: an act was "
        "an armed attack under it. Recognised: its trigger was publicly seen as met."
    )
    counted = results.treaties()
    if any(row["recognised"] > row["invoked"] for row in counted.values()):
        text += (
            " Under a treaty of low clarity that may be so of an act below the trigger, so "
            "recognised can exceed invoked."
        )
    honoured, reneged = results.column("honoured"), results.column("reneged")
    kept = ratio(honoured, honoured + reneged)
    if kept.bounded:
        text += (
            f" Of {count(kept.trials, 'recognised duty', 'recognised duties')} "
            f"{percent(kept.value)} were honoured (95 % interval {percent_interval(kept)})."
        )
    if busy and idle:
        text += f" {count(len(idle), 'treaty', 'treaties')} never came up"
        text += f", and {len(busy) - MOST} came up less." if len(busy) > MOST else "."
    elif len(busy) > MOST:
        text += f" {len(busy) - MOST} more came up less."
    return text


def _title(results: Results, counted: dict[str, dict[str, int]]) -> str:
    total = {item: sum(row[item] for row in counted.values()) for item in TREATY_ITEMS}
    if not counted:
        return "The scenario has no treaty"
    if not any(total.values()):
        return f"None of {count(len(counted), 'treaty', 'treaties')} comes into play"
    duties = total["honoured"] + total["reneged"]
    busiest = max(counted, key=lambda key: max(counted[key].values()))
    words = Wording(results.scenario)
    name = words.treaty(busiest)
    if duties == 0:
        return f"No recognised duty is put to the test; {name} comes up most"
    kept = total["honoured"] / duties
    broken = max(counted, key=lambda key: counted[key]["reneged"])
    if counted[broken]["reneged"] == 0:
        return f"Every recognised duty is honoured ({name} comes up most)"
    return (
        f"{percent(kept)} of recognised duties are honoured; most broken are those of "
        f"{words.treaty(broken)}"
    )
