"""Figures: drawn from any ensemble, saying what is in it, and the same each time."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.analysis import intervals
from sim.analysis.columns import ENDINGS
from sim.analysis.figures import FIGURES, draw, figures_of, two_fronts
from sim.analysis.figures import joined as figures_joined
from sim.analysis.figures.endings import estimated
from sim.analysis.figures.labels import spread
from sim.analysis.figures.network import LINE, LINES, _by_side, _place, _radii, points, routes
from sim.analysis.figures.risk import clear_peak
from sim.analysis.figures.style import drawing, ink, png, roof, side_colours, svg
from sim.analysis.figures.timeline import timeline
from sim.analysis.findings import busiest
from sim.analysis.headline import headline
from sim.analysis.intervals import wilson
from sim.analysis.story import events_of_run, steepest_run
from sim.analysis.ties import KINDS, in_force, ties
from sim.analysis.words import decimal_interval, percent, percent_interval, roughly

ENSEMBLES = ("results", "quiet", "single", "brief", "long", "summary")
WITHOUT_CHANCE = (
    "alliances",
    "timeline",
    "band",
    "ties",
    "two_fronts",
)  # these ensembles have neither
ONE_WITHOUT = ("control", "endings", "risk")


def texts(chart):
    return [text.get_text() for text in chart.figure.findobj(lambda a: hasattr(a, "get_text"))]


def chart_note(chart):
    """Return what stands between title and axes."""
    return " ".join(chart.figure.texts[1].get_text().split())


@pytest.mark.parametrize("ensemble", ENSEMBLES)
@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_of_every_kind_of_ensemble(name, ensemble, request):
    results = request.getfixturevalue(ensemble)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chart = draw(name, results)
        image = svg(chart)
    assert image.startswith(b"<?xml")
    assert chart.title
    assert chart.alt.startswith(chart.title)
    foot = " ".join(" ".join(texts(chart)).replace("\u00a0", " ").split())
    assert "In this model, not a forecast." in foot
    # Only what shows chance says that it does.
    shows = re.search(r"(\w+) shows? chance only, not how uncertain the parameters are", foot)
    one = len(results) == 1
    nobody = name in ("joined", "burden") and ensemble in ("quiet", "summary")
    assert (shows is None) == (name in WITHOUT_CHANCE or nobody or (one and name in ONE_WITHOUT))
    if shows and shows[1] != "Intervals":
        assert f"{shows[1].lower()}" in chart_note(chart).lower()
    assert f"{results.scenario.title}, seed 7, " in foot
    assert "deter 0.1.0" in foot
    assert "interval" in foot


def test_the_flagship_is_drawn(large):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in FIGURES:
            assert png(draw(name, large)).startswith(b"\x89PNG")


def test_titles_say_what_is_in_the_tables(results, large):
    wars = results.outcomes()["war"].mean()
    place, _, share = busiest(results)
    assert draw("escalation", results).title.startswith(f"War in {percent(wars)} of runs; ")
    assert results.scenario.flashpoints[place].name in draw("escalation", results).title
    assert draw("escalation", results).title.endswith(f" in {percent(share)}")
    ended = {}
    for row in large.endings().values():
        for ending, count in row.items():
            ended[ending] = ended.get(ending, 0) + count
    most = max(ended.values()) / sum(ended.values())
    assert draw("endings", large).title.startswith(f"{roughly(most)} of crises end in ")
    runs = large.outcomes()
    kept = runs["honoured"].sum() / (runs["honoured"] + runs["reneged"]).sum()
    assert draw("treaties", large).title.startswith(f"{percent(kept)} of recognised duties")
    risk = runs["risk_index_mean"].mean()
    assert f"averages {risk:.3f}" in draw("risk", large).title
    assert f"Run {steepest_run(large)} climbs to " in draw("timeline", large).title


def test_the_interval_of_the_last_turn_is_drawn(results):
    chart = draw("escalation", results)
    standing = results.rungs_by_turn("any")[-1, 1:]
    lowest = results.rungs_by_turn("any")[:, 1:].any(axis=0).argmax()
    low, high = wilson(int(standing[lowest:].sum()), len(results))
    ax, _ = chart.figure.axes
    bars = [tuple(line.get_ydata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert (pytest.approx(low), pytest.approx(high)) in bars


def test_the_numbers_of_the_escalation_title_stand_in_the_chart(large):
    chart = draw("escalation", large)
    wars = intervals.share(float(large.column("war").sum()), len(large))
    place, rung, reached = busiest(large)
    there = float((large.column(f"{place}_highest_rung") >= rung).sum())
    for estimate in (wars, intervals.share(there, len(large))):
        assert f"{percent(estimate.value)} ({percent_interval(estimate)})" in texts(chart)
        assert percent(estimate.value) in chart.title
    assert reached == there / len(large)
    assert large.scenario.flashpoints[place].name in chart.title


def test_the_number_of_the_rungs_title_is_told_with_its_interval(large):
    chart = draw("rungs", large)
    number = re.search(r": ([\d.]+ %) of turns at ", chart.title.replace("\u00a0", " "))[1]
    note = chart_note(chart).replace("\u00a0", " ")
    assert f"comes to {number} (95 % Wilson interval, at its widest, " in note


@pytest.mark.parametrize("name", ["escalation", "first_crisis", "control", "risk", "rungs"])
def test_turn_t_lies_around_t_on_every_axis(name, results):
    ax = draw(name, results).figure.axes[0]
    assert ax.get_xlim() == (-0.5, results.turns - 0.5)
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_half_of_the_runs_is_marked_at_the_turn_that_is_told(results):
    chart = draw("first_crisis", results)
    turn = int(re.search(r"by turn (\d+) \(", chart.title)[1])
    by_turn, _ = results.first_crises()
    assert by_turn[:turn].sum() < len(results) / 2 <= by_turn[: turn + 1].sum()
    [ax] = chart.figure.axes
    marks = [line for line in ax.lines if len(line.get_xdata()) == 3]
    assert [tuple(line.get_xdata()) for line in marks] == [(-0.5, turn, turn)]
    had = intervals.share(float(by_turn[: turn + 1].sum()), len(results))
    told = f"by the end of turn {turn}, {percent(had.value)} of runs have had one"
    assert f"{told} ({percent_interval(had)})" in texts(chart)


def test_the_axis_of_control_takes_in_the_intervals(results):
    few = replace(
        results, runs=results.outcomes().iloc[:6].assign(senkaku_control=[0.6] * 3 + [1.0] * 3)
    )
    chart = draw("control", few)
    end = intervals.mean(few.column("senkaku_control"), 1.0)
    [ax] = chart.figure.axes
    bars = [tuple(line.get_ydata()) for line in ax.lines if len(line.get_xdata()) == 2]
    assert bars == [(pytest.approx(end.low), pytest.approx(end.high))]
    assert ax.get_ylim()[0] < end.low
    assert f"({percent_interval(end).removesuffix(' %')})" in " ".join(texts(chart))


def test_one_flashpoint_is_not_compared_and_states_have_their_article(results, large):
    assert re.fullmatch(
        r"Japan ends with [\d.]+ % of Senkaku / Diaoyu Islands on average",
        draw("control", results).title,
    )
    shoal = large.outcomes().assign(
        **{
            f"{key}_control": 0.1 if key == "second_thomas_shoal" else 0.99
            for key in large.scenario.flashpoints
        }
    )
    title = draw("control", replace(large, runs=shoal)).title
    assert "changes hands most: the Philippines ends with 10 % of it" in title
    assert draw("alliances", large).title.startswith("The United States gives ")


def test_a_peak_of_risk_is_told_only_where_it_is_clear_of_chance(results):
    assert clear_peak(results, results.mean_by_turn("risk")) is None
    title = draw("risk", results).title
    average = intervals.mean(results.column("risk_index_mean"), 1.0)
    assert title.endswith(f"({decimal_interval(average)}); no turn stands clear above it")
    line = np.full(48, 0.05)
    line[20] = 0.5
    steady = replace(
        results,
        runs=results.outcomes().assign(risk_index_mean=line.mean() + 0.01 * (np.arange(60) % 2),
                                 risk_index_peak=0.6),
        counts=results.counts[results.counts["kind"] != "risk"].copy(),
    )  # fmt: skip
    assert clear_peak(steady, line) == 20
    assert clear_peak(steady, np.full(48, 0.05)) is None


def test_endings_are_printed_with_their_intervals_as_in_the_headline_table(large):
    chart, table = draw("endings", large), headline(large)
    printed = texts(chart)
    for ending in ENDINGS:
        key = "immediate_deterrence_held" if ending == "deterrence_held" else f"ending_{ending}"
        row = table[key]
        if row.estimate.events:
            assert f"{row.value} ({row.interval.removesuffix(' %')})" in printed
    for ax in chart.figure.axes:  # nothing is cut off
        assert max(max(line.get_xdata()) for line in ax.lines) <= ax.get_xlim()[1]


def test_an_ending_never_seen_at_a_place_is_bounded_by_the_crises_there(large):
    never = dict.fromkeys(ENDINGS, 0) | {"settlement": 300}
    assert large.outcomes()["wars"].sum() > 0
    assert estimated(large, [never])["war"][0].high == 0.01


def test_quiet_and_single_ensembles_are_titled_so(quiet, single):
    assert draw("escalation", quiet).title == "No war in any run; no crisis breaks out in 48 turns"
    assert draw("first_crisis", quiet).title == "No crisis begins in any of 40 runs"
    assert "in the one run played" in draw("escalation", single).title
    assert re.match(r"The first crisis begins in turn \d+ \(", draw("first_crisis", single).title)


@pytest.mark.parametrize("name", ["escalation", "rungs", "alliances"])
def test_drawing_again_gives_the_same_bytes(name, large):
    first, second = draw(name, large), draw(name, large)
    assert svg(first) == svg(second)
    assert png(first) == png(second)


def test_the_readers_own_settings_are_left_alone_and_not_used(results):
    import matplotlib

    plain = svg(draw("risk", results))
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "theirs"}):
        assert svg(draw("risk", results)) == plain
        with drawing():
            pass
        assert matplotlib.rcParams["font.size"] == 30


def test_names_are_never_taken_for_formulas(tmp_path, scenario):
    from sim.analysis.frames import load_results
    from tests.analysis.synthetic import write_folder

    odd = scenario.set(
        {"title": "$x^2$ \u5c16\u95a3 <b>", "flashpoints.senkaku.name": "$\\frac{1}{0}$ islands"}
    )
    results = load_results(write_folder(tmp_path / "r", odd, runs=5, chance=0.3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in FIGURES:
            assert svg(draw(name, results))


def test_plots_as_methods(results):
    assert results.plot.escalation().axes
    assert set(FIGURES) == set(dir(results.plot))


def test_ties_are_told_step_by_step(large):
    chart = draw("ties", large)
    assert chart.title == "Ties stay as they are"
    moved = replace(large, scenario=large.scenario.set({"rules.alignment": "endogenous"}))
    chart = draw("ties", moved)
    assert "the tie that most often deepens, in 50 % of runs" in chart.title
    shown = texts(chart)
    assert "50 % (35 to 65 %)" in shown
    assert "0 % (0 to 7.5 %)" in shown
    assert "Russia and North Korea: step 1 50 %, step 2 0 %" in chart.alt


def test_a_scenario_without_ties_has_no_figure_of_them(results, large):
    assert "ties" not in figures_of(results.scenario)
    assert "ties" in figures_of(large.scenario)
    with pytest.raises(AttributeError, match="there are: escalation"):
        results.plot.nonsense()


def test_a_timeline_of_events_from_elsewhere(results):
    events = [
        {"turn": 3, "flashpoint": "senkaku", "actor": "china", "text": "patrols", "rung": 2},
        {
            "turn": 3,
            "flashpoint": "senkaku",
            "actor": "united_states",
            "text": "comes",
            "rung": None,
        },
    ]
    with drawing():
        chart = timeline(results, 17, events)
    assert chart.title == (
        "Run 17 climbs to grey zone at Senkaku / Diaoyu Islands, in turn 3 (July 2024)"
    )
    assert "China: patrols" in texts(chart)
    with drawing():
        many = timeline(results, 17, events * 60)
    assert "84 lesser events left out" in " ".join(texts(many)).replace("\n", " ")


def test_the_story_of_a_run_is_told_from_its_crises(results):
    run = steepest_run(results)
    assert results.outcomes()["highest_rung"][run] == results.outcomes()["highest_rung"].max()
    events, left_out = events_of_run(results, run)
    assert left_out == 0
    assert [e["turn"] for e in events] == sorted(e["turn"] for e in events)
    assert (
        max(e["rung"] for e in events if e["rung"] is not None)
        == (results.outcomes()["highest_rung"][run])
    )
    fewer, more_left_out = events_of_run(results, run, most=3)
    crises = len(results.crises_of(run))
    assert more_left_out + len({(e["turn"], e["text"]) for e in fewer if "yields" not in e["text"]})
    assert more_left_out < crises
    assert len(fewer) <= max(3, len(events))


def test_ties_are_the_deepest_of_each_pair(flagship):
    found = {
        frozenset((tie.giver, tie.taker)): tie
        for tie in ties(flagship, list(flagship.treaties.values()))
    }
    pact = found[frozenset(("united_states", "japan"))]
    assert (KINDS[pact.kind][0], pact.giver, pact.one_way) == ("defence", "united_states", True)
    assert not found[frozenset(("china", "north_korea"))].one_way
    assert KINDS[found[frozenset(("china", "india"))].kind][0] == "neutrality or non-aggression"
    assert frozenset(("japan", "north_korea")) not in found


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(1, 8)), min_size=1, max_size=12),
)
def test_labels_never_overlap_and_keep_their_order(things):
    wanted, sizes = [w for w, _ in things], [s for _, s in things]
    placed = spread(wanted, sizes, 0, 100)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    for below, above in pairwise(order):
        assert placed[above] - placed[below] >= (sizes[above] + sizes[below]) / 2 - 1e-6
    assert placed[order[0]] - sizes[order[0]] / 2 >= -1e-6
    assert placed[order[-1]] + sizes[order[-1]] / 2 <= 100 + 1e-6


def test_labels_with_room_stay_where_they_belong():
    assert spread([10, 50, 90], [5, 5, 5], 0, 100) == [10, 50, 90]
    assert spread([50, 50], [10, 10], 0, 100) == [45, 55]


@given(st.floats(1e-4, 1))
def test_axes_end_just_above_what_is_shown(largest):
    assert largest * 0.999 <= roof(largest) <= 2.5 * largest + 2e-4


def test_ink_is_readable_on_white():
    for colour in ("#F0E442", "#E69F00", "#56B4E9", "#ffffff"):
        red, green, blue = (int(ink(colour)[i : i + 2], 16) / 255 for i in (1, 3, 5))
        bright = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2
        assert 1.05 / (bright + 0.05) >= 4.5


def test_recognition_below_the_trigger_is_explained(results):
    counted = results.counts
    more = counted[counted["kind"] == "treaty"].assign(item="recognised", count=1)
    vague = replace(results, counts=pd.concat([counted, more], ignore_index=True))
    assert "recognised can exceed invoked" in chart_note(draw("treaties", vague))
    assert "recognised can exceed invoked" not in chart_note(draw("treaties", results))


def test_ties_do_not_run_under_one_another(flagship):
    bound = [t for t in flagship.treaties.values() if in_force(t, flagship.start)]
    tied = ties(flagship, bound)
    order = _by_side(flagship)
    places = {key: _place(i, len(order)) for i, key in enumerate(order)}
    radii = _radii(flagship)
    lines = [
        points(tie, bend, places, radii)
        for tie, bend in zip(tied, routes(tied, places, radii), strict=True)
    ]
    for tie, line in zip(tied, lines, strict=True):
        for end, key in ((line[0], tie.giver), (line[-1], tie.taker)):
            assert np.hypot(*(end - places[key])) == pytest.approx(radii[key])
    for one, other in combinations(lines, 2):
        apart = np.hypot(*(one[:, None] - other[None]).transpose(2, 0, 1)).min(axis=1)
        assert (apart < 0.015).mean() < 0.15
    # Colours tell sides: lines have none of theirs, and kinds differ in their dash.
    assert LINE not in side_colours(flagship).values()
    assert len({str(line["linestyle"]) for line in LINES}) == len(KINDS)


def test_two_fronts_are_told_apart_from_chance(large):
    """Where crises follow one another the ratio says so; where they do not, nothing is claimed."""
    chart = draw("two_fronts", large)
    assert "clearly changes" in chart.title
    table = large.all_crises().copy()
    first, second = list(large.scenario.flashpoints)[:2]
    table = table[table["flashpoint"] != second]
    echo = table[table["flashpoint"] == first].copy()
    echo["flashpoint"], echo["start_turn"] = second, echo["start_turn"] + 2
    echo = echo[echo["start_turn"] < large.turns]
    # and a few that follow nothing, so that there is a rate to compare with
    rest = echo.copy()
    rest["start_turn"] = 0
    followed = replace(large, crises=pd.concat([table, echo, rest]))
    found = two_fronts.ratios(followed)[first, second]
    assert found.clear(42)
    assert found.value > 2.0
    names = large.scenario.flashpoints
    assert draw("two_fronts", followed).title.startswith(f"After a crisis at {names[first].name}")
    assert "Nothing can be told" in draw("two_fronts", replace(large, crises=None)).title


def test_who_came_is_counted_from_the_crises(large):
    table = large.all_crises()
    found = {(c.state, c.principal): c for c in figures_joined.came(large)}
    assert found
    for (state, principal), one in found.items():
        beside = sum(
            state in str(row.joined_holder).split() and row.holder == principal
            for row in table.itertuples()
        )
        assert one.times == beside, "nobody comes to challengers here"
        party = (table["holder"] == principal) | (table["challenger"] == principal)
        assert one.crises == int(party.sum())
    changed = table.copy()
    state = next(iter(found))[0]
    changed["left"] = state
    gone = figures_joined.came(replace(large, crises=changed))
    assert all(c.left == (c.times if c.state == state else 0) for c in gone)
    assert "comes most surely" in draw("joined", large).title
