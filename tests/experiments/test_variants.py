"""Arms of a comparison: what each changes, and what is refused."""

from __future__ import annotations

import pytest

from sim.experiments.clauses import clause_arms, clauses_of
from sim.experiments.variants import (
    against,
    checked,
    differing,
    given,
    setting,
    with_treaty,
    without,
)
from sim.files.check import load_scenario
from sim.files.packaged import scenario_names
from sim.world.problems import InputError
from sim.world.treaties import Treaty


@pytest.fixture(scope="module")
def senkaku():
    return load_scenario("senkaku")


def test_a_switched_treaty_is_all_that_differs(senkaku):
    arm = without(senkaku, "us_japan")
    assert arm.name == "without us_japan"
    assert differing(senkaku, arm.scenario) == ["treaties.us_japan.enabled"]
    assert differing(arm.scenario, with_treaty(arm.scenario, "us_japan").scenario) == [
        "treaties.us_japan.enabled"
    ]


def test_several_fields_make_one_arm(senkaku):
    arm = setting(senkaku, "treaties.us_japan.trigger=show_of_force, rules.lambda=50")
    assert arm.name == "us_japan.trigger=show_of_force, rules.lambda=50"
    assert differing(senkaku, arm.scenario) == ["rules.lambda", "treaties.us_japan.trigger"]


def test_sources_and_texts_make_no_difference(senkaku):
    told = senkaku.set({"title": "Other", "states.china.capability.note": "otherwise"})
    same = senkaku.set({"states.china.capability": senkaku.states["china"].capability.value})
    assert differing(senkaku, told) == differing(senkaku, same) == []
    named = senkaku.set({"events.us_election.probability": 0.5})
    assert differing(senkaku, named) == ["events.us_election.probability"]


def test_a_change_that_an_event_undoes_is_told(senkaku):
    arm = setting(senkaku, "treaties.us_japan.clarity=0.2")
    (note,) = arm.notes
    assert "article_v_covers_senkaku sets treaties.us_japan.clarity anew in turn 0" in note
    assert "does nothing" in note
    along = "treaties.us_japan.clarity=0.2,events.article_v_covers_senkaku.set."
    assert setting(senkaku, f"{along}treaties.us_japan.clarity=0.2").notes == ()
    late = setting(senkaku, "treaties.us_japan.integration=0.1")
    assert "in turn 11" in late.notes[0]
    assert "only until then" in late.notes[0]
    off = senkaku.set({"events.article_v_covers_senkaku.enabled": False})
    assert setting(off, "treaties.us_japan.clarity=0.2").notes == ()


def test_another_scenario_says_where_it_does_not_match(senkaku):
    arm = against(senkaku, "taiwan_strait")
    assert arm.name == "against taiwan_strait"
    assert any(note.startswith("of the flashpoints it lacks senkaku and has") for note in arm.notes)


def test_an_arm_of_another_length_says_so(senkaku):
    base = senkaku.set(turns=24, events=[])
    arms, _ = checked(base, [against(base, "senkaku"), against(base, "taiwan_strait", turns=24)])
    assert "it plays 48 turns of a month, the base 24 of a month" in arms[0].notes[0]
    assert not [note for note in arms[1].notes if "turns of a" in note]
    (arm,), _ = checked(base, [setting(base, "turns=12")])
    assert "it plays 12 turns" in arm.notes[0]


def test_scenarios_at_hand_are_named_by_what_differs(senkaku):
    others = [
        senkaku.without("us_japan"), senkaku.set({"rules.lambda": 3}), senkaku.set(turns=9, events=[]),
    ]  # fmt: skip
    assert [arm.name for arm in given(senkaku, others)] == [
        "without us_japan", "rules.lambda=3", "turns=9, events=[]",
    ]  # fmt: skip
    arms, notes = checked(senkaku, given(senkaku, [others[1], others[1]]))
    assert [arm.name for arm in arms] == ["rules.lambda=3 (1)", "rules.lambda=3 (2)"]
    assert notes == []


def test_arms_that_change_nothing_are_told_and_left_out(senkaku):
    arms, notes = checked(senkaku, [without(senkaku, "us_japan"), with_treaty(senkaku, "us_japan")])
    assert [arm.name for arm in arms] == ["without us_japan"]
    assert notes == ["'with us_japan' equals the base: it changes nothing"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda s: checked(s, []), "nothing to compare with"),
        (lambda s: checked(s, [with_treaty(s, "us_japan")]), "equals the base"),
        (lambda s: checked(s, [without(s, "us_japan")] * 2), "asked for twice"),
        (lambda s: without(s, "us_japn"), "did you mean 'us_japan'?"),
        (lambda s: with_treaty(s, "zzz"), "there are: us_japan, china_japan_1978"),
        (lambda s: setting(s, "treaties.us_japan.clarty=1"), "did you mean 'clarity'?"),
        (lambda s: clause_arms(s, "nato"), "--clauses: there is no treaty 'nato'"),
        (lambda s: clause_arms(s.without("us_japan"), "us_japan"), "is switched off in senkaku"),
    ],
)
def test_what_cannot_be_is_one_message(senkaku, make, said):
    with pytest.raises(InputError) as found:
        make(senkaku)
    assert said in str(found.value)


# Clauses


def test_each_clause_is_taken_away_alone(senkaku):
    arms, notes = clause_arms(senkaku, "us_japan")
    assert (arms[0].name, arms[0].kind) == ("us_japan switched off", "treaty")
    for arm in arms[1:]:
        changed = differing(senkaku, arm.scenario)
        fields = {path.split("treaties.us_japan.")[1].split(".")[0] for path in changed}
        assert len(fields) == 1, (arm.name, changed)
    assert notes == [
        "us_japan has nothing to take away in: covers, ceiling, delay, delay by consultation, "
        "upkeep, arms"
    ]


def test_every_field_of_a_treaty_is_a_clause_or_is_known_to_be_none(senkaku):
    full = senkaku.set({
        "treaties.us_japan.delay": 2, "treaties.us_japan.consultation_delay": 1,
        "treaties.us_japan.arms": 0.1, "treaties.us_japan.ceiling": "major_war",
        "treaties.us_japan.covers": ["territory"], "rules.integration_decay": 0.2,
    })  # fmt: skip
    clauses, absent = clauses_of(full, "us_japan")
    assert absent == []
    taken = {path.split(".")[0] for clause in clauses for path in clause.paths}
    # who is bound, from when, and what the treaty is called are not clauses to be bought
    others = {"name", "source", "note", "guarantors", "proteges", "mutual", "in_force", "enabled"}
    assert taken | others == set(Treaty.model_fields)


def test_a_clause_stays_away_although_an_event_would_set_it(senkaku):
    arms, _ = clause_arms(senkaku, "us_japan")
    arm = next(arm for arm in arms if arm.name == "us_japan without clarity")
    event = next(e for e in arm.scenario.events if e.name == "article_v_covers_senkaku")
    assert event.set["treaties.us_japan.clarity"] == 0.0
    assert event.enabled
    scaled = senkaku.set({"events.us_election.scale": {"treaties.us_japan.exposure": 3.0}})
    arms, _ = clause_arms(scaled, "us_japan")
    arm = next(arm for arm in arms if arm.name == "us_japan without exposure")
    event = next(e for e in arm.scenario.events if e.name == "us_election")
    assert event.scale["treaties.us_japan.exposure"].value == 1.0


@pytest.mark.parametrize("name", scenario_names())
def test_all_clauses_of_all_packaged_treaties_can_be_taken_away(name):
    scenario = load_scenario(name)
    for key, treaty in list(scenario.treaties.items())[:6]:
        if treaty.enabled:
            arms, notes = clause_arms(scenario, key)
            assert len(arms) > 1
            assert not [note for note in notes if "cannot be taken away" in note]
