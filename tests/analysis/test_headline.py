"""The headline table: each measure against its definition, advice and warnings."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.columns import ENDING_COLUMNS
from sim.analysis.headline import headline
from sim.analysis.intervals import wilson
from sim.analysis.measures import MEASURES
from sim.analysis.terminal import print_headline
from sim.outcomes.columns import ENDINGS


def changed(results, **columns):
    """Return results with some columns of the table of runs replaced."""
    table = results.outcomes().iloc[: len(next(iter(columns.values())))].copy()
    return replace(results, runs=table.assign(**columns))


@pytest.fixture
def four(results):
    """Four runs whose numbers are plain to see."""
    return changed(
        results,
        war=[True, False, False, False],
        nuclear_use=[False] * 4,
        highest_rung=[6, 3, 2, -1],
        crises=[4, 2, 2, 0],
        general_deterrence_tested=[10, 10, 0, 0],
        general_deterrence_held=[6, 9, 0, 0],
        immediate_deterrence_held=[2, 0, 1, 0],
        honoured=[3, 0, 0, 0],
        reneged=[1, 0, 0, 0],
        invoked=[4, 0, 0, 0],
        control_lost=[0.3, 0.1, 0.0, 0.0],
    )


def test_measures_by_hand(four):
    table = headline(four)

    def value(key):
        return table[key].estimate.value

    assert value("war") == 0.25
    assert (table["war"].estimate.low, table["war"].estimate.high) == wilson(1, 4)
    assert value("nuclear_use") == 0
    assert value("crisis") == 0.75
    assert table["highest_rung"].value == "grey zone"
    assert value("general_deterrence_held") == 0.75
    assert table["general_deterrence_held"].counted == "15 of 20 times"
    assert value("immediate_deterrence_held") == 3 / 8
    assert table["immediate_deterrence_held"].counted == "3 of 8 crises"
    assert value("crises") == 2
    assert value("invoked") == 1
    assert value("kept") == 0.75
    assert value("control_lost") == pytest.approx(0.1)


def test_endings_add_up(large):
    table = headline(large)
    shares = [table[f"ending_{name}"].estimate.value for name in ENDINGS[1:]]
    assert sum(shares) + table["immediate_deterrence_held"].estimate.value == pytest.approx(1)


def test_every_measure_has_its_sentence_and_key():
    keys = [measure.key for measure in MEASURES]
    assert len(set(keys)) == len(keys)
    assert all(measure.sentence.endswith(".") for measure in MEASURES)


def test_values_lie_in_their_intervals(results, large, quiet):
    for ensemble in (results, large, quiet):
        for row in headline(ensemble).rows:
            if row.estimate.bounded:
                low, high = row.estimate.low - 1e-12, row.estimate.high + 1e-12
                assert low <= row.estimate.value <= high, row.measure.key


def test_the_rarest_headline_says_how_many_runs_it_needs(results):
    wars = np.zeros(60, dtype=bool)
    wars[:1] = True
    endings = dict.fromkeys(ENDING_COLUMNS.values(), np.full(60, 10))
    table = headline(
        changed(
            results,
            war=wars,
            nuclear_use=np.zeros(60, dtype=bool),
            crises=np.full(60, 70),
            **endings,
        )
    )
    # 16 x (1 - 1/60) / (1/60) = 944
    assert "'War' (1.7 % of runs)" in table.precision
    assert "950 runs; this ensemble has 60" in table.precision
    assert "Never seen in 60 runs: 'Nuclear use' (with 95 % confidence under 5.0 % of runs)" in (
        table.precision
    )


def test_the_headline_known_least_well_may_be_a_mean_or_an_open_crisis(results):
    steady = np.arange(60) % 2 == 0
    calm = dict.fromkeys(
        (*ENDING_COLUMNS.values(), "invoked", "recognised", "honoured"), 1 + steady
    )
    calm |= {"war": steady, "nuclear_use": steady, "crises": np.full(60, 12)}
    # one broken duty in sixty runs: a standard error as large as the mean, so sixteen times the runs
    broken = headline(changed(results, **calm, reneged=np.arange(60) == 0)).precision
    assert broken.startswith("The headline known least well is 'Reneged' (0.017 a run): ")
    assert "would take 960 runs; this ensemble has 60" in broken
    open_ = headline(changed(results, **calm | {"ongoing": np.arange(60) == 0}, reneged=steady))
    assert "'Still going on' (0.1 % of crises)" in open_.precision


def test_what_was_never_seen_is_bounded_in_its_own_denominator(results):
    none = np.zeros(60)
    table = headline(
        changed(
            results,
            crises=np.full(60, 10),
            war=none,
            nuclear_use=none,
            wars=none,
            nuclear_uses=none,
            settlements=none,
            ongoing=np.ones(60),
            invoked=np.ones(60),
            recognised=np.ones(60),
            honoured=np.ones(60),
            reneged=none,
        )
    )
    assert table["ending_settlement"].estimate.high == 3 / 600
    assert table["ending_war"].interval == "0 to 0.5 %"
    assert (
        "Never seen in 60 runs: 'War' and 'Nuclear use' (with 95 % confidence under 5.0 % of "
        "runs), 'Settlement' (under 0.5 % of crises), 'Reneged' (under 0.050 a run)"
    ) in table.precision


def test_more_recognised_than_invoked_is_explained(results):
    twice = headline(changed(results, invoked=np.ones(60), recognised=np.full(60, 2)))
    [note] = twice.notes
    assert note.startswith("'Recognised' exceeds 'Invoked' because under a treaty of low clarity")
    stream = io.StringIO()
    print_headline(results, twice, stream)
    assert note in " ".join(stream.getvalue().split())
    assert headline(changed(results, invoked=np.ones(60), recognised=np.ones(60))).notes == ()


def test_saturation(results):
    always = np.ones(60, dtype=bool)
    table = headline(changed(results, war=always, nuclear_use=always))
    [warning] = [w for w in table.warnings if "almost always" in w]
    assert "'War' (60 of 60 runs)" in warning
    assert "'Nuclear use' (60 of 60 runs)" in warning


def test_no_warning_where_things_can_go_either_way(results):
    half = np.arange(60) % 2 == 0
    table = headline(changed(results, war=half, nuclear_use=half, crises=1 + half))
    crises = table["crisis"]
    assert crises.estimate.value == 1  # the only saturated share left
    assert len(table.warnings) == 1
    assert "'Any crisis'" in table.warnings[0]


def test_one_ending(results):
    ones, none = np.ones(60), np.zeros(60)
    endings = dict.fromkeys(
        ("immediate_deterrence_held", "settlements", "limited_conflicts", "wars", "ongoing"), none
    )
    table = headline(
        changed(results, crises=ones, acquiescences=ones, nuclear_uses=none, **endings)
    )
    assert any("100 % of crises end one way ('Acquiescence')" in w for w in table.warnings)


def test_few_runs_are_not_judged(single):
    table = headline(single)
    assert table.warnings == (
        "One run shows what can happen, not how often: play more before reading any share.",
    )
    assert table["crises"].interval == "-"


def test_quiet_ensembles_have_no_crises_to_divide_by(quiet):
    table = headline(quiet)
    assert table["immediate_deterrence_held"].counted == "no crises"
    assert table["immediate_deterrence_held"].value == "-"
    assert any("almost never" in warning for warning in table.warnings)


def test_the_table_is_fit_for_json(quiet):
    data = json.loads(json.dumps(headline(quiet).as_dict(), allow_nan=False))
    rows = {row["key"]: row for row in data["rows"]}
    assert rows["ending_war"]["value"] is None
    assert rows["war"]["value"] == 0
