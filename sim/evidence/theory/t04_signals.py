"""Tying hands and sinking costs.

Game: the holder values the prize at v, the challenger at w, both uniform on [0, 1] and private. The
holder may signal: tie its hands (pay m if it gives way later) or sink a cost (pay m at once). The
challenger then challenges or not; a challenged holder concedes (0, w) or fights
(p v - c_D, (1 - p) w - c_C). Unchallenged it keeps the prize (v, 0).

Source: Fearon 1997, in a form with uniform values on both sides.

Set: the signal stage of the rules (`rules.signals`) with one signal on its menu, one turn, one rung
on which whoever is resisted must press on. Values are tables of types, dense where choices change.
Of all amounts m the one is taken at which bluffing just ends: the type that is indifferent to
signalling is indifferent to fighting, too. With less, some signal and then concede; sinking more,
nobody would. Several equilibria fit: that nobody sinks, whatever sinking would tell, is one, and
the one that the principal branch leads to. `branch: informative` leads to the one in which sinking
deters; tying is the same on both. Payoffs are the rules' own, which count from the status quo, and
what the holder has in it. The limit is extrapolated in 1 / lambda.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sim.engines.compile_scenario import compile_scenario
from sim.engines.room import room_for
from sim.evidence.theory.continuum import even
from sim.evidence.theory.limits import climb, limit_of
from sim.evidence.theory.point import NoAnswer, Obtained, Point, Step, Value
from sim.rules import tables as t
from sim.rules.run import FIRST, play
from sim.rules.signalling import put_beliefs, stage_after
from sim.rules.solver import FAILED, solve
from sim.rules.turn import SIGNAL
from sim.world.scenario import Scenario

HOLDER, CHALLENGER = 0, 1
KEEP = 1000.0
"""Price of giving way at which nobody does."""
SOLVED_TO = 1e-9
"""Residual to which games are solved, in log-odds; signals to ten times that."""
LEVELS = (1.0, 1.6, 2.56, 4.1, 6.55, 10.5)
"""Precisions at which the game is solved, as multiples of the first."""
WIDTHS = 20.0
"""How many widths of a choice lie between a cutoff and the end of the range, at the first."""
PASSES = 2
"""How often the tables of types are laid out anew at a precision, around the cutoffs found."""
EDGES, NODES = (0.0, 3.0, 9.0, 27.0, 81.0), 6
"""Where panels of types end on both sides of a cutoff, in units of 1 / lambda; types in each."""
SECANTS = 12
COARSE = (60.0, 120.0, 240.0, 480.0, 960.0)
"""Precisions at which a first root is looked for."""

Table = tuple[t.Floats, t.Floats]


def scenario(p: float, c_d: float, c_c: float, branch: str) -> Scenario:
    """Return the game as a scenario; its types stand for tables that are written in later.

    A war is decided at once, and harms each side as its cost sensitivity says.
    """
    rung = {
        "intensity": 0.5, "cost": 0.0, "slice": 1.0, "prize": 1.0, "harm": 0.5, "slip": 0.0,
        "decisiveness": 1.0, "reach": 1.0, "decides": 1.0, "settles": 0.0, "tied": 0.0,
        "missile_defence": 0.0, "loss": 0.0, "taboo": 0.0, "first_strike": 1.0, "violent": False,
        "nuclear": False,
    }  # fmt: skip

    def state(strength: float, kappa: float) -> dict[str, object]:
        one = {"key": "one", "prior": 1.0, "cost_sensitivity": kappa}
        return {
            "name": "one", "capability": strength, "readiness": 1.0, "audience_cost": 0.0,
            "highest_rung": "war", "types": [one],
        }  # fmt: skip

    return Scenario.model_validate({
        "schema": 1, "name": "signals", "title": "Signals", "turns": 1, "start": "2000-01",
        "ladder": [rung | {"key": "war"}, rung | {"key": "beyond", "intensity": 1.0}],
        "rules": {
            "signals": "on", "signal_every": 1, "branch": branch, "sink_cost": 0.0, "tie_cost": 0.0,
            "deploy_share": 0.0, "press": "forced", "from_rest": "war",
            "climb_harm": 0.0, "climb_cost": 0.0,
            "next_demand": 0.0, "yield_shame": 1.0, "reconsider": 0.0, "discount": 1.0,
            "belief_step": 0.0, "control_step": 0.0,
        },
        "states": {
            "holder": state(p, c_d / (1.0 - p)), "challenger": state(1.0 - p, c_c / p),
        },
        "flashpoints": {
            "prize": {
                "name": "Prize", "holder": "holder", "challengers": ["challenger"],
                "stakes": {"holder": 1.0, "challenger": 1.0}, "opportunity": 1.0,
                "distances": {"holder": 0, "challenger": 0}, "motive_spread": 0.0,
            }
        },
    })  # fmt: skip


class After(NamedTuple):
    """What follows a signal: chances by type, and what fighting and challenging are worth."""

    challenges: t.Floats
    fights: t.Floats
    over_conceding: t.Floats
    challenging: t.Floats


class Signalling:
    """The game with tables of types, solved as the rules solve it.

    Parameters
    ----------
    kind : int
        TIE or SINK: the one signal on the menu.
    """

    def __init__(self, p: float, c_d: float, c_c: float, kind: int, branch: str) -> None:
        self.made = compile_scenario(scenario(p, c_d, c_c, branch))
        self.kind, self.kappa = kind, (c_d / (1.0 - p), c_c / p)
        self.made.terms.rules[t.SOLVED_TO] = SOLVED_TO
        self.iota = float(self.made.terms.rungs[0, t.INTENSITY])

    def lay_out(self, holder: Table, challenger: Table, extra: tuple[float, ...] = ()) -> None:
        """Write the tables of types: places and priors.

        Holders of the places `extra` come last and have a prior of zero: they change nothing for
        the others, and what they would do is read off them.
        """
        places = np.append(holder[0], extra), challenger[0]
        priors = np.append(holder[1], np.zeros(len(extra))), challenger[1]
        self.n = len(places[HOLDER]), len(places[CHALLENGER])
        self.extra = len(holder[0])
        most = max(self.n)
        types = np.zeros((2, most, t.N_TYPE))
        for state, n in enumerate(self.n):
            types[state, :n, t.PRIOR] = priors[state]
            types[state, :n, t.STAKE_FACTOR] = places[state]
            types[state, :n, t.KAPPA] = self.kappa[state]
            types[state, :n, t.AUDIENCE_FACTOR] = 1.0
        terms = self.made.terms._replace(types=types, n_types=np.array(self.n))
        start = self.made.start._replace(belief=np.zeros((2, most)))
        sizes = self.made.sizes | {"types": most}
        self.places, self.priors = places, priors
        self.room = room_for(
            self.made._replace(terms=terms, start=start, sizes=sizes), 1, remembers=False
        )

    def solve(self, lam: float, amount: float) -> None:
        """Solve the signal stage at a precision, with an amount m to be sunk or staked."""
        rules, room = self.made.terms.rules, self.room
        rules[t.SINK_COST] = amount / self.kappa[HOLDER] if self.kind == t.SINK else 0.0
        rules[t.TIE_COST] = amount / self.iota if self.kind == t.TIE else 0.0
        self.made.start.states[:, t.LAMBDA] = lam
        due = play(room.terms, room.first, *room.packed, room.probabilities, 0, FIRST)
        assert due == SIGNAL
        if room.solution.status[t.S_FALLBACK] == FAILED:
            raise NoAnswer(f"no equilibrium found at precision {lam:g}")

    def signalling(self) -> float:
        """Return what signalling is worth to the first extra holder, over not doing so."""
        value = self.room.solution.signal_value
        return float(value[1, self.extra] - value[0, self.extra])

    def after(self, option: int, staked: float | None = None) -> After:
        """Solve the game after an option of the stage solved last, or with an amount staked."""
        room = self.room
        sit, game, contests, solution, lanes, scratch = room.packed[:6]
        kind = int(room.solution.signal_menu[option, 0])
        much = float(self.made.terms.rules[t.TIE_COST]) if kind == t.TIE else 0.0
        if staked is not None:
            kind, much = t.TIE, staked / self.iota
        stage_after(room.terms, sit, game, 0, CHALLENGER, HOLDER, HOLDER, kind, much)
        put_beliefs(game, solution, HOLDER, -1, option)
        solve(game, contests, solution, lanes, scratch)
        n_d, n_c = self.n
        found = room.solution
        return After(
            found.prob_c[1, :n_c].copy(), found.prob_d[1, 1, :n_d].copy(),
            found.value_d[1, 1, :n_d] - found.value_d[1, 0, :n_d], found.value_c[1, :n_c].copy(),
        )  # fmt: skip


def zero_of_line(at_low: float, at_high: float, low: float = 0.0, high: float = 1.0) -> float:
    """Return where a utility difference that is linear is zero, from its values at two points."""
    return low - at_low * (high - low) / (at_high - at_low)


def graded(cuts: tuple[float, ...], lam: float) -> Table:
    """Return a table of types uniform on [0, 1], dense where choices change.

    Gauss and Legendre's rule on panels that widen with the distance from a cutoff.
    """
    ends = {0.0, 1.0}
    for cut in cuts:
        for edge in EDGES:
            ends |= {cut - edge / lam, cut + edge / lam}
    inside = sorted(e for e in ends if 0.0 <= e <= 1.0)
    kept = [0.0]
    for e in inside[1:]:
        if e - kept[-1] > 1.0 / lam or e == 1.0:
            kept.append(e)
    x, w = np.polynomial.legendre.leggauss(NODES)
    half = 0.5 * np.diff(kept)
    places = (np.array(kept[:-1]) + half)[:, None] + half[:, None] * x
    return places.ravel(), (half[:, None] * w).ravel()


def crossing(places: t.Floats, values: t.Floats) -> float:
    """Return where a utility difference along a range is zero, between two types."""
    for k in range(len(places) - 1):
        if (values[k] < 0.0) != (values[k + 1] < 0.0):
            part = values[k] / (values[k] - values[k + 1])
            return float(places[k] + part * (places[k + 1] - places[k]))
    return 0.0


class Case:
    """One point of the parameters and one kind of signal."""

    def __init__(self, p: float, c_d: float, c_c: float, kind: int) -> None:
        self.kind, self.at = kind, 0.0
        self.game = Signalling(p, c_d, c_c, kind, "informative")
        ends = np.array([0.0, 1.0]), np.array([0.5, 0.5])
        self.game.lay_out(ends, ends)
        self.game.solve(1.0, 0.1)
        certain, free = self.game.after(0, KEEP), self.game.after(0)
        self.deterred = zero_of_line(*certain.challenging)
        """The challenger that would just challenge one who is sure to fight."""
        self.steep = float(certain.challenging[1] - certain.challenging[0])
        self.willing = zero_of_line(*free.over_conceding)
        self.firm = float(free.over_conceding[1] - free.over_conceding[0])
        """The holder that just fights though it has said nothing."""

    def stake_for(self, v: float) -> float:
        """Return the stake at which a holder that ties its hands is just willing to fight."""
        self.game.lay_out((np.array([v]), np.array([1.0])), even(0.0, 1.0, 2))
        self.game.solve(1.0, 0.1)
        return zero_of_line(
            float(self.game.after(0, 0.0).over_conceding[0]),
            float(self.game.after(0, 1.0).over_conceding[0]),
        )

    def set(self, at: float, lam: float, deterred: float) -> float:
        """Solve with the marginal signaller at a value (tie), or at an amount sunk (sink).

        Returns what signalling is worth to the marginal signaller over not doing so.
        """
        v = at if self.kind == t.TIE else self.willing
        self.amount = self.stake_for(v) if self.kind == t.TIE else at
        if self.amount <= 0.0:
            raise NoAnswer("nothing is staked by who would fight without it")
        self.game.lay_out(graded((v,), lam), graded((0.0, deterred), lam), (v,))
        self.game.solve(lam, self.amount)
        return self.game.signalling()

    def step(self, lam: float) -> Step:
        """Return what the rules give at a precision; the last root found is where to look first."""
        deterred, at = self.deterred, self.at
        for _ in range(PASSES):
            at = root(lambda x, w=deterred: self.set(x, lam, w), at, self.kind == t.TIE)  # type: ignore[misc]
            self.set(at, lam, deterred)
            quiet, seen = self.game.after(0), self.game.after(1)
            deterred = crossing(self.game.places[CHALLENGER], seen.challenging)
        self.at = float(at)
        return Step(lam, max(self.game.n), self.measures(quiet, seen), self.regret(quiet, seen))

    def table(self) -> list[Step]:
        """Return the convergence table, from the precision the narrowest choice asks for on."""
        lam, self.at = self.first()
        return climb(self.step, [level * lam for level in LEVELS])

    def first(self) -> tuple[float, float]:
        """Return the first precision of the table, and about where the root lies.

        Found at rising precisions, until there is a root to be found.
        """
        guess = 0.5 * self.willing * (1.0 if self.kind == t.TIE else self.deterred)
        for lam in COARSE:
            try:
                at = root(lambda x, w=lam: self.set(x, w, self.deterred), guess, self.kind == t.TIE)  # type: ignore[misc]
            except NoAnswer:
                continue
            return WIDTHS / self.narrowest(at, lam), at
        raise NoAnswer("no amount at which bluffing ends")

    def narrowest(self, at: float, lam: float) -> float:
        """Return the least utility between a cutoff and the end of its range."""
        v = at if self.kind == t.TIE else self.willing
        near = 0.25 * min(v, 1.0 - v)
        self.game.lay_out(
            graded((v,), lam), graded((0.0, self.deterred), lam), (v, v - near, v + near)
        )
        self.game.solve(lam, self.amount)
        first, value = self.game.extra, self.game.room.solution.signal_value
        worth = value[1, first : first + 3] - value[0, first : first + 3]
        below, above = abs(worth[0] - worth[1]) / near, abs(worth[2] - worth[0]) / near
        challengers = self.steep * min(self.deterred, 1.0 - self.deterred)
        margins = [v * below, (1.0 - v) * above, challengers]
        if self.kind == t.TIE:
            margins.append((self.willing - v) * self.firm)
        return float(min(margins))

    def measures(self, quiet: After, seen: After) -> dict[str, float]:
        """Return what a solved game says happens."""
        chances = self.game.room.solution.signal_prob[:2, : self.game.n[HOLDER]]
        worth = self.game.room.solution.signal_value[:2, : self.game.n[HOLDER]]
        d, c = self.game.priors
        war = gain = 0.0
        for option, after in enumerate((quiet, seen)):
            war += float(c @ after.challenges) * float(d @ (chances[option] * after.fights))
            gain += float(d @ (chances[option] * worth[option]))
        name = "tie" if self.kind == t.TIE else "sink"
        price = "tie_audience_cost" if self.kind == t.TIE else "sink_cost"
        return {
            f"{name}_cutoff": self.at if self.kind == t.TIE else self.willing,
            price: float(self.amount),
            f"{name}_P_war": war, f"{name}_EU_D": float(d @ self.game.places[HOLDER]) + gain,
        }  # fmt: skip

    def regret(self, quiet: After, seen: After) -> float:
        """Return the most that anybody could still gain by another choice at any decision."""
        solution, n = self.game.room.solution, self.game.n[HOLDER]
        values, chances = solution.signal_value[:2, :n], solution.signal_prob[:2, :n]
        worst = float((values.max(0) - (values * chances).sum(0)).max())
        for after in (quiet, seen):
            for gain, chance in (
                (after.over_conceding, after.fights), (after.challenging, after.challenges),
            ):  # fmt: skip
                worst = max(worst, float((np.maximum(gain, 0.0) - chance * gain).max()))
        return worst


def within(f: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function that has different signs at two points crosses zero.

    Secants that keep it between two points; an end that stays counts half (the Illinois method,
    Dowell and Jarratt 1971).
    """
    at_low, at_high, side = f(low), f(high), 0
    for _ in range(SECANTS):
        here = (low * at_high - high * at_low) / (at_high - at_low)
        at_here = f(here)
        if abs(high - low) < 1e-13 or abs(at_here) < 1e-14:
            return here
        if (at_here < 0.0) == (at_high < 0.0):
            high, at_high = here, at_here
            at_low *= 0.5 if side == 1 else 1.0
            side = 1
        else:
            low, at_low = here, at_here
            at_high *= 0.5 if side == -1 else 1.0
            side = -1
    return here


def root(f: Callable[[float], float], guess: float, rises: bool) -> float:
    """Return the zero of a utility difference near a guess: first a bracket, then secants in it.

    Parameters
    ----------
    rises : bool
        Whether the difference goes up.
    """
    known: dict[float, float] = {}

    def value(x: float) -> float:
        if x not in known:
            known[x] = f(x)
        return known[x]

    here, stride = guess, 0.1 * guess
    at_here = value(here)
    while stride > 1e-6 * guess:
        there = here + (stride if (at_here < 0.0) == rises else -stride)
        try:
            at_there = value(there)
        except NoAnswer:
            stride *= 0.5
            continue
        if (at_there < 0.0) != (at_here < 0.0):
            return within(value, here, there)
        if not 0.02 * guess < there < 50.0 * guess:
            break
        here, at_here = there, at_there
    raise NoAnswer(f"no root near {guess:g}")


def obtain(point: Point) -> Obtained:
    """Return cutoffs, amounts, chances of war and payoffs of both kinds of signal, extrapolated."""
    p = point.number("p_D_wins", 0.0, 1.0, above=0.0)
    c_d, c_c = (point.number(name, 0.0, 1e3, above=0.0) for name in ("c_D", "c_C"))
    point.need(c_c < 1.0 - p, "some challengers fight those sure to resist: c_C < 1 - p_D_wins")
    point.need(c_d < p, "some holders fight without a signal: c_D < p_D_wins")
    steps: list[Step] = []
    values: dict[str, Value] = {}
    for kind in (t.TIE, t.SINK):
        case = Case(p, c_d, c_c, kind)
        values["r1"] = 1.0 - case.deterred
        table = case.table()
        limits, _ = limit_of(table)
        values |= limits
        steps += table
    note = "informative branch: sinking deters; on the principal branch nobody sinks"
    return Obtained(values, steps, note)
