"""Samples of the unit cube, drawn by SALib: Latin hypercube, Saltelli's for Sobol, Morris.

McKay, Beckman and Conover (1979); Saltelli and others (2010) on the sequence of Sobol (1967),
scrambled (Owen 1998); Morris (1991) with four levels.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiments.designs import LEVELS_OF_MORRIS
from sim.world.problems import InputError

REMEDY = 'install it with: pip install "deter[analysis]"'


def problem_of(axes: int) -> dict[str, Any]:
    """Return SALib's description of the unit cube."""
    return {
        "num_vars": axes,
        "names": [f"x{number}" for number in range(axes)],
        "bounds": [[0.0, 1.0]] * axes,
    }


def unit_sample(kind: str, axes: int, samples: int, seed: int) -> NDArray[np.float64]:
    """Return a sample, one row a point.

    Parameters
    ----------
    kind : {"latin_hypercube", "sobol", "morris"}
    axes : int
        Number of axes.
    samples : int
        Points, base points (a power of two; times axes + 2 rows), or trajectories (times axes + 1).
    seed : int

    Raises
    ------
    InputError
        If SALib is not installed.
    """
    try:
        from SALib.sample import latin, morris, sobol
    except ImportError:
        raise InputError(f"samples ({kind}) need SALib, which is not here\n    {REMEDY}") from None
    problem = problem_of(axes)
    drawn: NDArray[np.float64]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries it calls
        if kind == "latin_hypercube":
            drawn = latin.sample(problem, samples, seed=seed)
        elif kind == "sobol":
            drawn = sobol.sample(problem, samples, calc_second_order=False, seed=seed)
        else:
            drawn = morris.sample(problem, samples, num_levels=LEVELS_OF_MORRIS, seed=seed)
    return np.clip(drawn, 0.0, 1.0)
