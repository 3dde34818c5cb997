"""Peeling boxes by PRIM, through the EMA workbench: the one module that knows its versions.

PRIM (Friedman and Fisher 1999) as scenario discovery uses it (Bryant and Lempert 2010). Version 2
of the workbench, the newest on Python 3.11, has one class with a mode; version 3 a class for each.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.analysis.intervals import Numbers
from sim.experiments.sampling import REMEDY
from sim.world.problems import InputError


class Limit(NamedTuple):
    """What a box allows of one field: numbers from `low` to `high`, or some words."""

    low: float = -np.inf
    high: float = np.inf
    words: frozenset[str] = frozenset()

    def holds(self, values: NDArray[Any]) -> NDArray[np.bool_]:
        """Tell for each value whether it is inside."""
        if self.words:
            return np.array([value in self.words for value in values], dtype=bool)
        inside: NDArray[np.bool_] = (values >= self.low) & (values <= self.high)
        return inside


Box = dict[str, Limit]
"""Limits of the fields that a box restricts."""


def peel(
    fields: dict[str, NDArray[Any]], outcome: Numbers, mass: float, alpha: float = 0.05
) -> list[Box]:
    """Return the boxes that PRIM finds on its way from all points to the few with most.

    Parameters
    ----------
    fields : dict of str to numpy.ndarray
        Values of each field, floats or words.
    outcome : numpy.ndarray
        What boxes are to have much of, one number a point.
    mass : float
        The smallest share of points a box may have.
    alpha : float
        The share of points that a step peels off.

    Raises
    ------
    InputError
        If the workbench is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from ema_workbench.analysis import prim
        except ImportError:
            raise InputError(
                f"discovery needs ema_workbench, which is not here\n    {REMEDY}"
            ) from None
        logging.getLogger("EMA").setLevel(logging.ERROR)
        table = pa.table({name: pa.array(values) for name, values in fields.items()}).to_pandas()
        for name, values in fields.items():
            if values.dtype == object:
                table[name] = table[name].astype("object").astype("category")
        settings = {"peel_alpha": alpha, "paste_alpha": alpha, "mass_min": mass}
        if hasattr(prim, "RegressionPrim"):
            search = prim.RegressionPrim(table, outcome.copy(), **settings)
        else:
            from ema_workbench.analysis.scenario_discovery_util import RuleInductionType

            # any mean is good enough: boxes are chosen by whoever asks
            search = prim.Prim(
                table, outcome.copy(), threshold=-1.0, mode=RuleInductionType.REGRESSION, **settings
            )
        found = search.find_box()
        return [] if found is None else [_box(limits, fields) for limits in found.box_lims]


def _box(limits: Any, fields: dict[str, NDArray[Any]]) -> Box:
    """Return the limits that leave any value out."""
    box = {}
    for name, values in fields.items():
        low, high = limits[name].iloc[0], limits[name].iloc[1]
        if values.dtype == object:
            if set(low) != set(values.tolist()):
                box[name] = Limit(words=frozenset(low))
        else:
            bounds = (
                float(low) if low > values.min() else -np.inf,
                float(high) if high < values.max() else np.inf,
            )
            if bounds != (-np.inf, np.inf):
                box[name] = Limit(*bounds)
    return box


def inside(box: Box, fields: dict[str, NDArray[Any]]) -> NDArray[np.bool_]:
    """Tell for each point whether it lies in a box."""
    found = np.ones(len(next(iter(fields.values()))), dtype=bool)
    for name, limit in box.items():
        found &= limit.holds(fields[name])
    return found
