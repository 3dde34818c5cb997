"""The report of a search for postures: one HTML file that holds everything and loads nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.analysis.intervals import Estimate
from sim.analysis.report import embedded, provenance, template
from sim.analysis.report_text import LIMITS, METHOD
from sim.analysis.searches import Goal, SearchResults
from sim.analysis.words import count, in_words, listing, percent, span

METHOD_OF_SEARCHES = (
    "A posture is on the frontier if no other is at least as good in every goal and better in one "
    "(Pareto). Postures are looked for by genetic search in layers of dominance (NSGA-II: Deb, "
    "Pratap, Agarwal and Meyarivan 2002).",
    "The best of many are partly lucky (Smith and Winkler 2006). Every posture that looked best "
    "was therefore played again under other luck, and only those on the frontier there are told.",
    "Postures whose intervals overlap cannot be told apart by what was played. A frontier does "
    "not know what the goals leave out.",
)


def report(results: SearchResults, figure: tuple[str, bytes]) -> str:
    """Write the report of a search.

    Parameters
    ----------
    results : SearchResults
    figure : (words, SVG)
    """
    scenario, manifest = results.scenario, results.manifest
    page: str = template("search.html").render(
        title=scenario.title, deter=manifest["deter"], seed=manifest["seed"],
        question=scenario.question or "Which postures are worth having?",
        played=count(manifest["postures_played"], "posture"),
        runs=count(manifest["runs_per_point"], "run"), fresh=count(len(results), "run"),
        span=span(scenario, scenario.turns), findings=list(_findings(results)),
        goals=[(g.label, g.meaning, "more" if g.more else "less") for g in results.goals],
        alt=figure[0], picture=embedded(figure[1]), heads=results.fields,
        labels=[goal.label for goal in results.goals], rows=list(_rows(results)),
        method=(*METHOD_OF_SEARCHES, *METHOD[:3]), limits=LIMITS,
        provenance=list(provenance(manifest)), readings=None,
    )  # fmt: skip
    return page


def _findings(results: SearchResults) -> Iterator[str]:
    kept, found = results.kept, results.table.num_rows
    sought = [goal.label[:1].lower() + goal.label[1:] for goal in results.goals]
    yield (
        f"{len(kept)} of {count(results.manifest['postures_played'], 'posture')} are on the "
        f"frontier of {listing(sought, 10)}."
    )
    for goal in results.goals if kept else ():
        estimates = results.estimates(goal.name)
        best = (max if goal.more else min)(kept, key=lambda n: estimates[n].value)
        worst = (min if goal.more else max)(kept, key=lambda n: estimates[n].value)
        yield (
            f"{goal.label}: {_shown(goal, estimates[best])} in posture {best}, the best on the "
            f"frontier, {_shown(goal, estimates[worst])} in posture {worst}, the worst."
        )
    if found > len(kept):
        yield (
            f"{count(found - len(kept), 'more posture')} looked as good under the luck of the "
            "search and did not under other luck."
        )


def _rows(results: SearchResults) -> Iterator[dict[str, Any]]:
    estimates = {goal.name: results.estimates(goal.name) for goal in results.goals}
    fields = [results.table[path].to_pylist() for path in results.fields]
    for n in results.kept:
        yield {
            "number": n,
            "fields": [
                f"{column[n]:.4g}" if isinstance(column[n], float) else in_words(str(column[n]))
                for column in fields
            ],
            "goals": [_shown(goal, estimates[goal.name][n]) for goal in results.goals],
        }


def _shown(goal: Goal, estimate: Estimate) -> str:
    def one(value: float) -> str:
        return percent(value) if goal.unit.startswith("share") else f"{value:.3g}"

    if not estimate.bounded:
        return one(estimate.value)
    return f"{one(estimate.value)} ({one(estimate.low)} to {one(estimate.high)})"
