"""Record and model put together, scored against baselines that know base rates only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from sim.engines.band import scaled
from sim.evidence.history.play import Played, Simulated, play_case
from sim.evidence.history.record import (
    MONTHS,
    Case,
    End,
    Record,
    ending_number,
    length_class,
    months,
    top_rung,
)
from sim.evidence.history.scores import (
    Numbers,
    Skill,
    brier,
    brier_of_two,
    from_class,
    gain,
    leave_one_out,
    log_score,
    ranked,
    skill,
    smoothed,
)
from sim.files.check import load_scenario
from sim.outcomes.columns import ENDINGS
from sim.world.scenario import Scenario

WARS = [ENDINGS.index("war"), ENDINGS.index("nuclear_use")]
Given = Literal["opening", "crisis"]
Reading = Literal["first", "second"]


class Comparison(NamedTuple):
    """One case: what happened, what the model made of it, and what the baseline would have said."""

    name: str
    case: Case
    scenario: Scenario
    played: Played
    chances: Numbers
    """Of each ending in the model."""
    baseline: Numbers
    """Of each ending by the other cases."""

    @property
    def happened(self) -> int:
        """The number of the ending of the record."""
        return ending_number(self.case.end)

    @property
    def given(self) -> float:
        """The chance the model gave to what happened."""
        return float(self.chances[self.happened])

    @property
    def expected(self) -> float:
        """The chance the baseline gave to it."""
        return float(self.baseline[self.happened])

    @property
    def failed(self) -> bool:
        """Whether the model did worse than base rates here."""
        return self.given < self.expected


def compare(record: Record, runs: int, seed: int, precision: float = 1.0) -> list[Comparison]:
    """Play all cases and put them beside the record, those that the model gets most wrong first.

    Parameters
    ----------
    runs, seed : int
        As in `play_ensemble`.
    precision : float
        Factor on every precision with which states choose.
    """
    scenarios = {name: scaled(load_scenario(name), precision) for name in record.cases}
    played = {
        name: play_case(case, scenarios[name], runs, seed) for name, case in record.cases.items()
    }
    seen = [ending_number(case.end) for case in record.cases.values()]
    baselines = dict(zip(record.cases, leave_one_out(seen, len(ENDINGS)), strict=True))
    compared = [
        Comparison(
            name,
            case,
            scenarios[name],
            played[name],
            smoothed(played[name].given_opening.endings),
            baselines[name],
        )
        for name, case in record.cases.items()
    ]
    return sorted(compared, key=lambda each: each.given - each.expected)


def simulated(played: Played, given: Given) -> Simulated:
    """Return the crises that began as given."""
    return played.given_opening if given == "opening" else played.given_crisis


def reading_of(case: Case, reading: Reading) -> End:
    """Return how a case ended by its first reading, or by its second where it has one."""
    return case.second if reading == "second" and case.second is not None else case.end


def judge(
    compared: list[Comparison],
    record: Record,
    given: Given = "opening",
    reading: Reading = "first",
) -> list[Skill]:
    """Score the model against base rates on all measures.

    Parameters
    ----------
    given : str
        Which crises count: those that begin with the ``opening`` of the record, or any ``crisis``.
    reading : str
        Of how the cases ended.

    Returns
    -------
    list of Skill
        Endings by log score and Brier; war or not; highest rung and length by ranked probability
        score; who came.
    """
    ends = [reading_of(each.case, reading) for each in compared]
    counted = [simulated(each.played, given) for each in compared]
    endings = [ending_number(end) for end in ends]
    ours = [smoothed(each.endings) for each in counted]
    theirs = leave_one_out(endings, len(ENDINGS))
    wars = [end.war or end.nuclear for end in ends]
    rate = record.base_rates["war"].value
    return [
        skill("How it ended (log score)", *_both(log_score, ours, theirs, endings), gain),
        skill("How it ended (Brier)", *_both(brier, ours, theirs, endings)),
        skill(
            "War or not (Brier)",
            [brier_of_two(float(p[WARS].sum()), war) for p, war in zip(ours, wars, strict=True)],
            [brier_of_two(rate, war) for war in wars],
        ),
        _tops(compared, counted, given),
        _lengths(compared, counted),
        _came(compared, counted),
    ]


def _both(
    score: Callable[[Numbers, int], float],
    ours: list[Numbers],
    theirs: list[Numbers],
    seen: list[int],
) -> tuple[list[float], list[float]]:
    return (
        [score(p, k) for p, k in zip(ours, seen, strict=True)],
        [score(p, k) for p, k in zip(theirs, seen, strict=True)],
    )


def _tops(compared: list[Comparison], counted: list[Simulated], given: Given) -> Skill:
    """Score highest rungs; where the first act is given, the baseline knows its rung too."""
    seen = [top_rung(each.case, each.played.rungs) for each in compared]
    classes = max(len(each.played.rungs) for each in compared)
    theirs = leave_one_out(seen, classes)
    if given == "opening":
        theirs = [
            from_class(p, each.played.opening) for p, each in zip(theirs, compared, strict=True)
        ]
    ours = [smoothed(each.tops) for each in counted]
    return skill("Highest rung (ranked)", *_both(ranked, ours, theirs, seen))


def _lengths(compared: list[Comparison], counted: list[Simulated]) -> Skill:
    """Score lengths; a case whose record ends where its war begins is left out."""
    pairs = [p for p in zip(compared, counted, strict=True) if p[0].case.length_known]
    seen = [length_class(months(each.case)) for each, _ in pairs]
    ours = [smoothed(each.lengths) for _, each in pairs]
    return skill("Length (ranked)", *_both(ranked, ours, leave_one_out(seen, len(MONTHS)), seen))


def chances_of_coming(each: Simulated) -> dict[str, float]:
    """Return for each third state the chance that it came, smoothed."""
    return {state: (n + 0.5) / (each.crises + 1) for state, n in each.came.items()}


def _came(compared: list[Comparison], counted: list[Simulated]) -> Skill:
    """Score who came: the mean over a case's third states, against the share in other cases."""
    ours, theirs = [], []
    for each, sim in zip(compared, counted, strict=True):
        others = [came for other in compared if other is not each for came in _values(other.case)]
        share = (sum(others) + 0.5) / (len(others) + 1)
        happened = each.case.came
        ours.append(_mean_error(chances_of_coming(sim), happened))
        theirs.append(_mean_error(dict.fromkeys(happened, share), happened))
    return skill("Who came (Brier)", ours, theirs)


def _values(case: Case) -> list[bool]:
    return list(case.came.values())


def _mean_error(chances: Mapping[str, float], happened: Mapping[str, bool]) -> float:
    errors = [brier_of_two(chances[state], came) for state, came in happened.items()]
    return sum(errors) / len(errors)
