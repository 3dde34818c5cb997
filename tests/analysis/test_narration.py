"""A run told in plain English, from records made by hand."""

from __future__ import annotations

import pytest

from sim.analysis.closing import closing
from sim.analysis.diary import Line
from sim.analysis.narration import Narration
from sim.engines.wording import Wording, listed, names_of, per_cent
from sim.files.check import load_scenario
from sim.outcomes.events import (
    Answer,
    Armed,
    Concluded,
    CrisisBegins,
    CrisisEnds,
    EventHappened,
    Force,
    Invoked,
    Join,
    Leave,
    Move,
    Opportunity,
    Press,
    Recognised,
    RungReached,
    Settled,
    Signal,
    Slip,
    StateEnds,
    TurnEnds,
    Yielded,
)

S = "senkaku"


@pytest.fixture(scope="module")
def words():
    return Wording(load_scenario(S))


def quiet(turn):
    return TurnEnds(turn, None, 0.0)


def begins(turn, move="blockade", rung="blockade", cause="challenge", control=1.0):
    first, second = ("japan", "china") if cause == "recovery" else ("china", "japan")
    return [
        CrisisBegins(turn, S, first, second, move, rung, cause, control),
        Move(turn, S, first, second, "moves", move, rung, True, 0.1),
    ]


def holds(turn, rung="blockade", chosen=True):
    return Move(turn, S, "china", "japan", "holds", rung, rung, chosen, 0.5)


def resists(turn, rung="blockade", chosen=True):
    return Answer(turn, S, "japan", "china", False, rung, chosen, 0.5)


def joins(state, came, duty, treaty="us_japan", principal="japan", turn=0):
    return Join(turn, S, state, principal, came, treaty, duty, 0.5, 0.0)


def ends(turn, ending, before=1.0, after=1.0, turns=1, highest="blockade"):
    return CrisisEnds(turn, S, "china", "japan", ending, highest, turns, before, after)


def told(words, *records, **manner):
    story = Narration(words, **manner)
    story.tell(records)
    return [line.text for line in story.end()]


def test_quiet_months_are_folded(words):
    assert told(words, *map(quiet, range(3))) == ["April to June 2024: quiet."]
    assert told(words, *map(quiet, range(8, 11))) == ["December 2024 to February 2025: quiet."]
    assert told(words, quiet(0)) == ["April 2024: quiet."]


def test_an_event_breaks_the_quiet(words):
    event = EventHappened(1, "us_election")
    lines = told(words, quiet(0), event, quiet(1), quiet(2))
    assert lines == [
        "April 2024: quiet.",
        "May 2024",
        "The winner of the election of November 2024 takes office in the United States; how resolute the "
        "new government is, others do not know.",
        "June 2024: quiet.",
    ]


@pytest.mark.parametrize(("would", "lines"), [(True, 2), (False, 1)])
def test_general_deterrence_is_told_where_it_held(words, would, lines):
    rest = Move(0, S, "china", "japan", "rests", None, None, True, 0.5)
    weighed = Opportunity(0, S, "china", "japan", 1.0, 2, would, "fast")
    text = told(words, weighed, rest, quiet(0))
    assert len(text) == lines
    assert ("general deterrence held" in text[-1]) is would


def test_a_decision_that_is_explained_is_told_first(words):
    rest = Move(0, S, "china", "japan", "rests", None, None, True, 0.5)
    weighed = Opportunity(0, S, "china", "japan", 1.0, 2, False, "fast")
    assert told(words, weighed, rest, quiet(0), thorough=True)[-1] == (
        "China weighs a move and leaves things be. It would have done so even had nobody stood in "
        "the way."
    )
    again = [joins("united_states", False, "bound", turn=turn) for turn in (0, 1)]
    first, second = again
    lines = told(words, *begins(0), first, quiet(0), second, quiet(1), thorough=True)
    assert sum("stands aside" in line for line in lines) == 2


def test_to_a_player_its_own_mind_is_no_news(words):
    """Neither its motive nor what it would have done, but that it left things be."""
    rest = Move(0, S, "china", "japan", "rests", None, None, True, 0.5)
    weighed = Opportunity(0, S, "china", "japan", 1.9, 4, True, "fast")
    moves = [weighed, *begins(1, "coast_guard_patrol", "grey_zone")]
    for player, said in (("china", False), ("japan", True)):
        assert ("general deterrence held" in told(words, weighed, rest, player=player)[-1]) is said
        assert ("motive" in told(words, *moves, player=player)[-1]) is said
    own = told(words, weighed, rest, player="china")
    assert own == ["April 2024", "China weighs a move and leaves things be."]
    ended = [weighed, rest, TurnEnds(0, None, 0.0)]
    assert "General deterrence" in " ".join(closing(ended, {S: 1.0}, words, "japan"))
    assert "General deterrence" not in " ".join(closing(ended, {S: 1.0}, words, "china"))


def test_an_accident_that_starts_no_crisis_is_explained(words):
    clash = EventHappened(1, "collision_at_the_islands")
    lost = [*begins(0), ends(0, "acquiescence", 1.0, 0.0), TurnEnds(0, "blockade", 0.4)]
    assert told(words, *lost, clash, quiet(1))[-2:] == [
        "Chinese and Japanese vessels collide near the Senkaku / Diaoyu Islands; neither side "
        "ordered it.",
        "No crisis follows from it: Japan has already lost all control, so that nothing is left to "
        "take.",
    ]
    live = [*begins(0, "protest", "protest"), resists(0, "protest"), quiet(0), clash, quiet(1)]
    assert told(words, *live)[-1] == "It lifts the crisis to grey zone, which nobody chose."
    live = [*begins(0), resists(0), quiet(0), clash, quiet(1)]
    assert told(words, *live)[-1].startswith("The crisis already stands at that height")


def test_control_that_an_event_takes_away_counts_for_a_later_accident():
    scenario = load_scenario(S).set(
        {"events": [
            {"turn": 0, "set": {"flashpoints.senkaku.control": 0.5}, "why": "half"},
            {"turn": 1, "scale": {"flashpoints.senkaku.control": 0}, "why": "all"},
            {"turn": 2, "accident": {S: "grey_zone"}, "why": "clash"},
        ]}
    )  # fmt: skip
    story = [EventHappened(turn, f"event_{turn}") for turn in range(3)]
    assert told(Wording(scenario), *story)[-1].startswith("No crisis follows from it")


def test_what_belongs_to_no_place_stands_under_none():
    words = Wording(load_scenario("second_thomas_shoal"))
    f = "second_thomas_shoal"
    begun = CrisisBegins(
        0, f, "china", "philippines", "show_of_force", "show_of_force", "accident", 1.0
    )
    story = Narration(words)
    story.tell([EventHappened(0, "collision_at_the_shoal"), begun, EventHappened(0, "us_election")])
    assert [line.kind for line in story.end()] == ["when", "what", "what", "where", "what"]


def test_control_that_hardly_changes_is_not_told_as_a_change(words):
    for before, after, text in (
        (0.9968, 0.9972, "Japan's control hardly changes, from 99.7 per cent."),
        (0.0, 0.0, "Japan still controls nothing."),
    ):
        assert told(words, *begins(0), ends(0, "settlement", before, after))[-1].endswith(text)
    ended = [*begins(0), ends(0, "settlement", 1.0, 0.9999)]
    lines = closing(ended, {S: 0.9999}, words)
    assert f"by {words.state('japan')}: hardly changed, from 100 per cent." in lines[1]


def test_all_places_that_reached_the_highest_rung_are_named():
    words = Wording(load_scenario("second_thomas_shoal"))
    places = list(words.scenario.flashpoints)
    ended = [
        CrisisEnds(turn, f, "china", "philippines", "deterrence_held", rung, 1, 1.0, 1.0)
        for turn, (f, rung) in enumerate(
            [(places[1], "blockade"), (places[0], "protest"), (places[0], "blockade")]
        )
    ]
    first = closing(ended, dict.fromkeys(places, 1.0), words)[0]
    names = [words.flashpoint(f) for f in places]
    assert first.endswith(f"Highest rung: blockade, at {names[0]} and {names[1]}.")


def test_a_move_that_is_yielded_to(words):
    lines = told(
        words,
        Opportunity(0, S, "china", "japan", 1.9, 4, True, "fast"),
        *begins(0, "coast_guard_patrol", "grey_zone"),
        Answer(0, S, "japan", "china", True, None, True, 0.5),
        Yielded(0, S, "japan", "china", "grey_zone", 0.03),
        ends(0, "acquiescence", 1.0, 0.97),
        RungReached(0, S, "grey_zone"),
        TurnEnds(0, "grey_zone", 0.2),
    )
    assert lines == [
        "April 2024",
        "China makes a move: Coast guard patrol in the territorial sea (grey zone). Its motive is "
        "strong this time (1.9 times the usual).",
        "Japan yields. 3 per cent of control passes to China.",
        "The crisis ends after 1 month: acquiescence. Japan's control goes from 100 per cent to 97 "
        "per cent.",
    ]


def test_a_crisis_that_climbs_with_help_and_slips(words):
    lines = told(
        words,
        *begins(0, "show_of_force", "show_of_force"),
        resists(0, "blockade"),
        joins("united_states", True, "bound"),
        Press(0, S, "china", "japan", True, "blockade", 0.5),
        TurnEnds(0, "blockade", 0.4),
        Move(1, S, "china", "japan", "moves", "limited_strike", "limited_strike", True, 0.1),
        Invoked(1, S, "us_japan", "japan", "limited_strike"),
        resists(1, "limited_strike"),
        Recognised(1, S, "us_japan", "united_states", "japan", "limited_strike", 0.9),
        Press(1, S, "china", "japan", True, "limited_strike", 0.5),
        Slip(1, S, "limited_strike", "major_war"),
        TurnEnds(1, "major_war", 0.8),
        holds(2, "major_war"),
        resists(2, "major_war"),
        Leave(2, S, "united_states", "japan", "us_japan", "recognised", 0.4, 0.0),
        Press(2, S, "china", "japan", True, "major_war", 0.5),
        Force(2, S, "china", "japan", "major_war", True, 0.75, 0.9),
        ends(2, "war", 1.0, 0.1, 3, "major_war"),
        TurnEnds(2, "major_war", 0.8),
    )
    treaty = "the US-Japan Treaty of Mutual Cooperation and Security"
    assert lines == [
        "April 2024",
        "China makes a show of force.",
        "Japan resists and climbs to blockade.",
        f"The United States comes to Japan's side, although {treaty} does not yet oblige it.",
        "Facing Japan and the United States, China presses on.",
        "May 2024",
        "China climbs higher and strikes in a limited way.",
        f"{treaty[0].upper()}{treaty[1:]} is invoked: under it, this is an armed attack on Japan.",
        "Japan resists at limited strike.",
        f"It is now plain that the trigger of {treaty} is met: if the United States does not help "
        "Japan, it breaks a promise.",
        "Facing Japan and the United States, China presses on.",
        "It slips from limited strike to major war, which nobody chose.",
        "June 2024",
        "The stand-off goes on at major war.",
        f"The United States leaves Japan's side and breaks the promise given in {treaty}.",
        "China presses on.",
        "Force decides: China wins, which had a chance of 75 per cent, and takes 90 per cent of "
        "control.",
        "The crisis ends after 3 months: war. It reached major war. Japan's control goes from 100 "
        "per cent to 10 per cent.",
    ]


def test_a_stand_off_is_folded_and_told_apart_by_rung(words):
    lines = told(
        words,
        *begins(0),
        resists(0),
        TurnEnds(0, "blockade", 0.4),
        *[r for t in (1, 2) for r in (holds(t), resists(t), TurnEnds(t, "blockade", 0.4))],
        holds(3, chosen=False),
        Answer(3, S, "japan", "china", False, "limited_strike", True, 0.2),
        TurnEnds(3, "limited_strike", 0.6),
        Move(4, S, "china", "japan", "stands_down", None, "blockade", True, 0.5),
        ends(4, "deterrence_held", turns=5),
        TurnEnds(4, "limited_strike", 0.6),
    )
    assert lines[3:] == [
        "May to June 2024: the stand-off goes on at blockade.",
        "July 2024",
        "China holds; Japan resists and climbs to limited strike.",
        "August 2024",
        "China stands down.",
        "The crisis ends after 5 months: immediate deterrence held. Japan still controls 100 per "
        "cent.",
    ]


def test_a_holder_that_does_not_reconsider_stands_firm(words):
    climbs = Move(1, S, "china", "japan", "moves", "blockade", "blockade", True, 0.1)
    lines = told(words, *begins(0, "protest", "protest"), resists(0, "protest"), quiet(0),
                 climbs, resists(1, chosen=False), TurnEnds(1, "blockade", 0.4))  # fmt: skip
    assert lines[-2:] == [
        "China climbs higher and imposes a blockade.",
        "Japan stands firm at blockade.",
    ]


@pytest.mark.parametrize(
    ("came", "duty", "text"),
    [
        (True, "recognised", "The United States comes to Japan's side, as the US-Japan Treaty"),
        (True, "none", "The United States comes to Japan's side of its own choice."),
        (False, "recognised", "The United States stands aside and breaks the promise given in"),
        (False, "bound", "The United States stands aside: the trigger of the US-Japan Treaty"),
        (False, "none", "The United States stands aside; nothing obliges it."),
    ],
)
def test_joining_is_told_with_its_reason(words, came, duty, text):
    lines = told(words, *begins(0), resists(0), joins("united_states", came, duty), quiet(0))
    assert lines[3].startswith(text)


def test_standing_aside_is_told_once_and_again_when_the_duty_changes(words):
    first, later = joins("united_states", False, "bound"), TurnEnds(0, "blockade", 0.4)
    for duty, times in (("bound", 1), ("recognised", 2)):
        again = joins("united_states", False, duty, turn=1)
        lines = told(words, *begins(0), first, later, again)
        assert sum("stands aside" in line for line in lines) == times


def test_states_that_do_alike_share_a_sentence():
    words = Wording(load_scenario("second_thomas_shoal"))
    f = "second_thomas_shoal"
    join = [
        Join(0, f, state, "philippines", False, treaty, "none", 0.5, 0.0)
        for state, treaty in (("united_states", None), ("japan", "x"))
    ]
    lines = told(
        words,
        CrisisBegins(0, f, "china", "philippines", "protest", "protest", "challenge", 1.0),
        Move(0, f, "china", "philippines", "moves", "protest", "protest", True, 0.1),
        *join,
        quiet(0),
    )
    assert lines == [
        "April 2024",
        "Second Thomas Shoal / Ayungin / Ren'ai Jiao",
        "China protests.",
        "The United States and Japan stand aside; nothing obliges them.",
    ]


def test_recovery_accident_settlement_and_the_open_end(words):
    recovery = told(words, *begins(0, "protest", "protest", "recovery", 0.9), quiet(0))
    assert recovery[1] == "Japan sets out to recover what it lost and protests."
    accident = told(
        words,
        CrisisBegins(0, S, "china", "japan", "grey_zone", "grey_zone", "accident", 1.0),
        holds(0, "grey_zone"),
        resists(0, "grey_zone"),
        Settled(0, S, "china", "japan", "grey_zone", 0.5, 0.0),
        TurnEnds(0, "grey_zone", 0.2),
    )
    assert accident[1] == "A crisis between China and Japan begins that nobody chose, at grey zone."
    assert accident[2:] == ["Neither side gives way.", "They settle: nothing changes hands."]
    last = told(words, *begins(0), TurnEnds(0, "blockade", 0.4), ends(0, "ongoing"))
    assert last.count("April 2024") == 1
    assert last[-1].startswith("The crisis is still open after 1 month when the run ends.")


def test_lines_can_be_asked_for_in_the_middle_of_a_turn(words):
    story = Narration(words)
    story.tell([quiet(0), *begins(1)])
    assert story.lines() == []
    early = [line.text for line in story.lines(flush=True)]
    assert early == ["April 2024: quiet.", "May 2024", "China imposes a blockade."]
    story.tell([resists(1), TurnEnds(1, "blockade", 0.4), holds(2)])
    assert [line.text for line in story.lines()] == ["Japan resists at blockade."]
    story.note("why")
    story.tell([resists(2), TurnEnds(2, "blockade", 0.4)])
    assert story.lines() == [
        Line("when", "June 2024"),
        Line("what", "China holds at blockade."),
        Line("note", "", "why"),
        Line("what", "Japan resists at blockade."),
    ]


def test_the_end_in_a_few_sentences(words):
    weighed = Opportunity(0, S, "china", "japan", 1.0, 2, True, "fast")
    rest = Move(0, S, "china", "japan", "rests", None, None, True, 0.5)
    records = [
        weighed,
        rest,
        quiet(0),
        weighed,
        *begins(1, "limited_strike", "limited_strike"),
        Invoked(1, S, "us_japan", "japan", "limited_strike"),
        Recognised(1, S, "us_japan", "united_states", "japan", "limited_strike", 0.9),
        joins("united_states", False, "recognised"),
        ends(1, "limited_conflict", 1.0, 0.7, 1, "limited_strike"),
        TurnEnds(1, "limited_strike", 0.6),
        StateEnds(1, "japan", 0.25, 1.0),
    ]
    assert closing(records, {S: 0.7}, words) == [
        "1 crisis: limited conflict once. Highest rung: limited strike, at Senkaku / Diaoyu "
        "Islands.",
        "General deterrence held in 1 of the 2 cases in which a challenger weighed a move that it "
        "would have made had nobody stood in the way.",
        "Control of Senkaku / Diaoyu Islands by Japan: from 100 per cent to 70 per cent.",
        "The US-Japan Treaty of Mutual Cooperation and Security: invoked once, recognised once, "
        "broken once.",
        "Costs borne, on the scale of stakes: Japan 0.250.",
        "Geopolitical risk index (0 to 1): 0.300 on average, 0.600 at its peak in May 2024.",
    ]
    assert closing([quiet(0)], {S: 1.0}, words) == [
        "No crisis.",
        "Control of Senkaku / Diaoyu Islands by Japan: still 100 per cent.",
        "No treaty was invoked, recognised or broken.",
        "Geopolitical risk index (0 to 1): 0.000 on average, 0.000 at its peak.",
    ]


# Words


def test_names_stand_in_sentences(words):
    assert words.state("united_states") == "the United States"
    assert words.of_state("united_states") == "the United States'"
    assert words.of_state("japan") == "Japan's"
    assert words.acts("blockade") == "imposes a blockade"
    assert words.move("islet_seizure") == "Landing on an uninhabited islet (limited strike)"
    assert words.treaty("us_japan").startswith("the US-Japan Treaty")
    named = {
        "Japan's Legislation for Peace": "Japan's Legislation for Peace",
        "United States' pledge": "the United States' pledge",
        "North Atlantic Treaty": "the North Atlantic Treaty",
        "What if: a US-Taiwan defence treaty": "a US-Taiwan defence treaty",
        "The Pact": "The Pact",
    }
    for name, text in named.items():
        assert (
            Wording(words.scenario.set({"treaties.us_japan.name": name})).treaty("us_japan") == text
        )
    names = names_of(words.scenario)
    assert names.moves[: len(names.rungs)] == names.rungs
    assert "us_election" in names.events


@pytest.mark.parametrize(
    ("length", "start", "turns", "text"),
    [
        ("month", "2024-04", (0, 0), "April 2024"),
        ("month", "2024-04", (9, 20), "2025"),
        ("month", "2024-11", (0, 2), "November 2024 to January 2025"),
        ("quarter", "2024-04", (0, 0), "April to June 2024"),
        ("quarter", "2024-04", (1, 3), "July 2024 to March 2025"),
        ("year", "1990-01", (0, 0), "1990"),
        ("year", "1990-01", (0, 4), "1990 to 1994"),
        ("year", "1990-07", (0, 0), "July 1990 to June 1991"),
        ("week", "2024-04", (0, 0), "Week 1 (April 2024)"),
        ("week", "2024-04", (4, 9), "Weeks 5 to 10 (April to June 2024)"),
    ],
)
def test_turns_have_dates(words, length, start, turns, text):
    other = words.scenario.model_copy(update={"turn_length": length, "start": start})
    assert Wording(other).period(*turns) == text


def test_numbers_and_lists_in_words():
    assert [per_cent(x) for x in (0.0, 0.0004, 0.03, 0.025, 0.358, 1.0)] == [
        "0 per cent", "less than 0.1 per cent", "3 per cent", "2.5 per cent", "35.8 per cent",
        "100 per cent",
    ]  # fmt: skip
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


def signal(kind, state="japan", treaty=None, amount=0.2):
    return Signal(0, S, state, "japan", kind, treaty, 0.5, amount, "fast")


def concluded(before, after, state="japan", type_="resolute", treaty=None):
    return Concluded(0, S, state, type_, treaty, before, after)


@pytest.mark.parametrize(
    ("records", "text"),
    [
        (
            [signal("tie"), concluded(0.35, 0.43)],
            "Japan declares that it will not give way, which ties its hands. Others now believe "
            "with 43 per cent that it is resolute, up from 35 per cent.",
        ),
        (
            [signal("sink", amount=0.02), concluded(0.35, 0.351)],
            "Japan holds an exercise, which costs it 0.02 at once. Others believe as before that "
            "it is resolute.",
        ),
        (
            [
                signal("tie", "united_states", "us_japan"),
                concluded(0.65, 0.7, "united_states", "irresolute", "us_japan"),
                concluded(0.8, 0.78, "united_states", None, "us_japan"),
            ],
            "The United States declares that it will come to Japan's help, which ties its hands. "
            "Others now believe with 70 per cent that it is irresolute, up from 65 per cent. "
            "Others now believe with 78 per cent that it means its promise in the US-Japan Treaty "
            "of Mutual Cooperation and Security, down from 80 per cent.",
        ),
        (
            [signal("deploy", "united_states", "us_japan", 0.1)],
            "The United States deploys 10 per cent of its forces there, beside Japan.",
        ),
        ([signal("nothing"), concluded(0.65, 0.66, type_="irresolute")], None),
        (
            [signal("nothing"), concluded(0.65, 0.75, type_="irresolute")],
            "Japan sends no signal. Others now believe with 75 per cent that it is irresolute, up "
            "from 65 per cent.",
        ),
    ],
)
def test_signals_and_what_others_conclude(words, records, text):
    story = Narration(words)
    story.tell([*records, quiet(0)])
    told = [line.text for line in story.end() if line.kind == "what"]
    assert told == ([] if text is None else [text])


def test_who_explains_every_decision_tells_of_silence(words):
    story = Narration(words, thorough=True)
    story.tell([signal("nothing"), concluded(0.65, 0.66, type_="irresolute"), quiet(0)])
    assert [line.text for line in story.end() if line.kind == "what"] == [
        "Japan sends no signal. Others now believe with 66 per cent that it is irresolute, up from "
        "65 per cent."
    ]


def test_a_year_of_arming(words):
    story = Narration(words)
    story.tell([Armed(0, "china", 0.2, 0.25), Armed(0, "japan", 0.1, 0.1001), quiet(0)])
    assert [line.text for line in story.end() if line.kind == "what"] == [
        "China's capability grows over the year from 0.2 to 0.25."
    ]
