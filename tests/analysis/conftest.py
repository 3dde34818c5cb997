"""Ensembles made up at random, each read once."""

from __future__ import annotations

import pytest

from sim.analysis.frames import Results, load_results
from sim.files.check import load_scenario
from tests.analysis.synthetic import write_folder


@pytest.fixture(scope="session")
def scenario():
    """One flashpoint, three states, two treaties."""
    return load_scenario("senkaku")


@pytest.fixture(scope="session")
def flagship():
    """Thirteen states, seven flashpoints, thirty-one treaties."""
    return load_scenario("indo_pacific_2024")


@pytest.fixture(scope="session")
def folder(tmp_path_factory, scenario):
    """A folder with the tables of sixty runs, to be read only."""
    return write_folder(tmp_path_factory.mktemp("folder") / "r", scenario, runs=60)


@pytest.fixture(scope="session")
def results(folder) -> Results:
    return load_results(folder)


@pytest.fixture(scope="session")
def large(tmp_path_factory, flagship) -> Results:
    return load_results(write_folder(tmp_path_factory.mktemp("large") / "r", flagship, runs=40))


@pytest.fixture(scope="session")
def quiet(tmp_path_factory, scenario) -> Results:
    """No crisis in any of forty runs."""
    folder = tmp_path_factory.mktemp("quiet") / "r"
    return load_results(write_folder(folder, scenario, runs=40, chance=0))


@pytest.fixture(scope="session")
def single(tmp_path_factory, scenario) -> Results:
    """One run."""
    folder = tmp_path_factory.mktemp("single") / "r"
    return load_results(write_folder(folder, scenario, runs=1, chance=0.6))


@pytest.fixture(scope="session")
def brief(tmp_path_factory, scenario) -> Results:
    """Runs of one turn."""
    folder = tmp_path_factory.mktemp("brief") / "r"
    short = scenario.set(turns=1, events=[])
    return load_results(write_folder(folder, short, runs=30, chance=0.8))


@pytest.fixture(scope="session")
def long(tmp_path_factory, scenario) -> Results:
    """Runs of 480 turns."""
    folder = tmp_path_factory.mktemp("long") / "r"
    return load_results(write_folder(folder, scenario.set(turns=480), runs=8))


@pytest.fixture(scope="session")
def summary(tmp_path_factory, scenario) -> Results:
    """A folder that kept no table of crises."""
    folder = tmp_path_factory.mktemp("summary") / "r"
    return load_results(write_folder(folder, scenario, runs=40, detail="summary"))
