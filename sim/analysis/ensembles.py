"""`sim.ensemble`: many runs at hand, without a folder."""

from __future__ import annotations

from sim.analysis.frames import Results
from sim.engines.arrow import counts_table, crises_table, runs_table
from sim.engines.ensemble import play_ensemble
from sim.engines.folder import describe_run
from sim.world.scenario import Scenario


def ensemble(scenario: Scenario, runs: int = 200, seed: int = 7, jobs: int | None = 1) -> Results:
    """Play a scenario many times.

    Parameters
    ----------
    scenario : Scenario
        From `sim.load_scenario`.
    runs : int
        How many; run k of a seed is the same however many are played.
    seed : int
        Not negative; 0 is a seed like any other.
    jobs : int, optional
        Processes. More than one needs the calling script to be importable (guard its main part
        with ``if __name__ == "__main__"``); None takes as many as there are cores.

    Returns
    -------
    Results
        ``outcomes()`` is a pandas table with one row a run, ``plot`` draws figures.
    """
    if runs < 1:
        raise ValueError(f"runs is {runs}; it has to be at least 1")
    if seed < 0:
        raise ValueError(f"seed is {seed}; it cannot be negative")
    played = play_ensemble(scenario, runs, seed, jobs)
    c = played.compiled
    manifest = describe_run(scenario, runs, seed, "crises", "sim.ensemble")
    return Results(
        manifest,
        scenario,
        runs_table(c, 0, played.runs).to_pandas(),
        counts_table(c, played.counts).to_pandas(),
        crises_table(c, played.crises, played.numbers).to_pandas(),
    )
