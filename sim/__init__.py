"""deter: a simulator of deterrence between states and coalitions bound by treaties.

The names below are all there is to import from here; each is loaded when it is first used, so
that importing `sim` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "load_scenario": "sim.files.check",
    "Scenario": "sim.world.scenario",
    "ScenarioError": "sim.world.problems",
    "CrisisModel": "sim.engines.model",
    "ensemble": "sim.analysis.ensembles",
    "compare": "sim.experiments.comparison",
    "Comparison": "sim.experiments.comparison",
    "load_comparison": "sim.experiments.folder",
    "load_results": "sim.analysis.frames",
    "load_search": "sim.analysis.searches",
    "load_sweep": "sim.analysis.sweeps",
    "sweep": "sim.experiments.sweep",
    "Results": "sim.analysis.frames",
}
"""Public name -> the module that holds it."""

__all__ = [
    "Comparison",
    "CrisisModel",
    "Results",
    "Scenario",
    "ScenarioError",
    "__version__",
    "compare",
    "ensemble",
    "load_comparison",
    "load_results",
    "load_scenario",
    "load_search",
    "load_sweep",
    "sweep",
]

if TYPE_CHECKING:
    from sim.analysis.ensembles import ensemble
    from sim.analysis.frames import Results, load_results
    from sim.analysis.searches import load_search
    from sim.analysis.sweeps import load_sweep
    from sim.engines.model import CrisisModel
    from sim.experiments.comparison import Comparison, compare
    from sim.experiments.folder import load_comparison
    from sim.experiments.sweep import sweep
    from sim.files.check import load_scenario
    from sim.world.problems import ScenarioError
    from sim.world.scenario import Scenario


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
