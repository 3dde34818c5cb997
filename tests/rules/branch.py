"""The principal branch of logit equilibria, followed by Newton's method in small steps of precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.rules import tables as t
from sim.rules.stage_game import respond, unknowns


class Branch:
    """A game whose contests are valued, and the unknowns of its stage game.

    Parameters
    ----------
    hand : Hand or Stage
        Solved, so that its contests are valued and laid out.
    """

    def __init__(self, hand: Any) -> None:
        self.game, self.room = hand.game, hand.room
        head = self.game.head
        self.lam_c, self.lam_d = head[t.G_LAMBDA_C], head[t.G_LAMBDA_D]
        self.lam_e = self.game.entrants[: int(head[t.G_ENTRANTS]), t.E_LAMBDA].copy()
        self.n = int(unknowns(self.room.packed[1]))
        self.x, self.out = (np.zeros_like(self.room.scratch.x) for _ in range(2))

    def now(self) -> np.ndarray:
        """Return the unknowns where the solver left them."""
        return self.room.scratch.x[: self.n].copy()

    def _precision(self, share: float) -> None:
        self.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = share * self.lam_c, share * self.lam_d
        self.game.entrants[: len(self.lam_e), t.E_LAMBDA] = share * self.lam_e

    def respond(self, x: np.ndarray) -> np.ndarray:
        """Return the unknowns that unknowns `x` lead to."""
        self.x[: self.n] = x
        _s, game, contests, solution, lanes, _scratch, _memory, _log = self.room.packed
        respond(game, contests, solution, lanes, self.x, self.out)
        return self.out[: self.n].copy()

    def _newton(self, x: np.ndarray, share: float) -> np.ndarray | None:
        self._precision(share)
        for _ in range(12):
            f = self.respond(x) - x
            if np.abs(f).max() < 1e-9:
                return x
            jacobian = np.empty((len(x), len(x)))
            for u in range(len(x)):
                moved = x.copy()
                moved[u] += 1e-6
                jacobian[:, u] = (self.respond(moved) - moved - f) / 1e-6
            x = x - np.linalg.solve(jacobian, f)
        return None

    def follow(self, first: float = 0.05) -> np.ndarray | None:
        """Return the log-odds at full precision, or None where the branch is lost."""
        x, share, step = np.zeros(self.n), 0.0, first
        start = self._newton(x, 1e-6)
        assert start is not None
        x, share = start, 1e-6
        while share < 1.0:
            following = min(1.0, share + step)
            found = self._newton(x * (following / share), following)
            # a long jump is no step along a branch
            if found is None or np.abs(found - x * (following / share)).max() > 3.0:
                step /= 2.0
                if step < 1e-4:
                    self._precision(1.0)
                    return None
                continue
            x, share, step = found, following, step * 1.5
        self._precision(1.0)
        return x
