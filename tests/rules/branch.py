"""The principal branch of logit equilibria, followed by Newton's method in small steps of precision."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.rules import tables as t
from sim.rules.stage_game import respond


class Branch:
    """A game whose contests are valued, and the unknowns of its stage game.

    Parameters
    ----------
    game, solution, scratch
        Numpy tables.
    packed : tuple
        The same as rules take them.
    """

    def __init__(self, game: Any, solution: Any, scratch: Any, packed: Any) -> None:
        self.game, self.packed = game, packed
        head = game.head
        n_e = int(head[t.G_ENTRANTS])
        self.lam_c, self.lam_d = head[t.G_LAMBDA_C], head[t.G_LAMBDA_D]
        self.lam_e = game.entrants[:n_e, t.E_LAMBDA].copy()
        by_stake = game.rules[t.ORDERING] == t.BY_STAKE
        exact = int(head[t.G_EXACT])
        cells: list[tuple[Any, Any, Any, float]] = []  # where from, where to, index, precision
        for a in range(int(head[t.G_ACTS])):
            for i in range(int(head[t.G_TC])):
                cells.append((solution.value_c, scratch.to_c, (a, i), self.lam_c))
            if a == 0:
                continue
            for k in range(int(game.acts[a, t.A_ANSWERS])):
                for j in range(int(head[t.G_TD])):
                    cells.append((solution.value_d, scratch.to_d, (a, k, j), self.lam_d))
                if k == 0:
                    continue
                for e in range(n_e):
                    for before in range(1 << e if by_stake and e < exact else 1):
                        for part in range(2):
                            at = (a, k, e, before, part)
                            cells.append((solution.gain, scratch.to_gain, at, self.lam_e[e]))
        self.lam = np.array([cell[3] for cell in cells])
        self.parts = []  # (places among the unknowns, flat table of values, of responses, indices)
        for into, out in ((solution.value_c, scratch.to_c), (solution.value_d, scratch.to_d),
                          (solution.gain, scratch.to_gain)):  # fmt: skip
            places = [u for u, cell in enumerate(cells) if cell[0] is into]
            flat = [int(np.ravel_multi_index(cells[u][2], into.shape)) for u in places]
            self.parts.append((places, into.reshape(-1), out.reshape(-1), flat))

    def now(self) -> np.ndarray:
        """Return the log-odds that stand in the solution."""
        x = np.empty(len(self.lam))
        for places, into, _out, flat in self.parts:
            x[places] = into[flat]
        return x * self.lam

    def _precision(self, share: float) -> None:
        self.game.head[[t.G_LAMBDA_C, t.G_LAMBDA_D]] = share * self.lam_c, share * self.lam_d
        self.game.entrants[: len(self.lam_e), t.E_LAMBDA] = share * self.lam_e

    def respond(self, x: np.ndarray, share: float) -> np.ndarray:
        """Return the log-odds that log-odds `x` lead to at a share of full precision."""
        values, found = x / (share * self.lam), np.empty(len(x))
        for places, into, _out, flat in self.parts:
            into[flat] = values[places]
        respond(*self.packed)
        for places, _into, out, flat in self.parts:
            found[places] = out[flat]
        return found * self.lam * share

    def _newton(self, x: np.ndarray, share: float) -> np.ndarray | None:
        self._precision(share)
        for _ in range(12):
            f = self.respond(x, share) - x
            if np.abs(f).max() < 1e-9:
                return x
            jacobian = np.empty((len(x), len(x)))
            for u in range(len(x)):
                moved = x.copy()
                moved[u] += 1e-6
                jacobian[:, u] = (self.respond(moved, share) - moved - f) / 1e-6
            x = x - np.linalg.solve(jacobian, f)
        return None

    def follow(self, first: float = 0.05) -> np.ndarray | None:
        """Return the log-odds at full precision, or None where the branch is lost."""
        x, share, step = np.zeros(len(self.lam)), 0.0, first
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
