"""Scenario -> tables: the only module that knows both the world's nouns and the rules' tables."""

from __future__ import annotations

import math
from itertools import takewhile
from typing import Any, NamedTuple

import numpy as np

from sim.engines.exponential import matrix_exponential
from sim.luck import address
from sim.rules import tables as t
from sim.rules.tables import Situation, Terms
from sim.world.changeable import Target, new_value, target_of
from sim.world.events import Event
from sim.world.figures import Figure
from sim.world.problems import Problem, ScenarioError
from sim.world.scenario import MONTHS_PER_TURN, Scenario
from sim.world.treaties import ALL_TARGETS, Treaty

OBLIGATIONS = (
    "defence", "consultation", "neutrality", "non_aggression", "offence", "arms_and_access",
)  # fmt: skip
ALIGNMENTS = ("off", "scripted", "endogenous")
COALITIONS = ("lead", "consensus", "majority")
COGNITIONS = ("bayes", "myopic", "mirror")
SOLVED_TO = 1e-4
"""Largest residual of a stage game as it is played, in log-odds at any decision: a chance of one in
two is then right to 0.00003, where beliefs themselves are read on a grid of whole steps. A table
of terms can ask for more, as comparisons with exact solutions do."""


class Compiled(NamedTuple):
    """A scenario as tables, and the names behind their rows."""

    scenario: Scenario
    terms: Terms
    start: Situation
    states: tuple[str, ...]
    flashpoints: tuple[str, ...]
    treaties: tuple[str, ...]
    rungs: tuple[str, ...]
    moves: tuple[str, ...]
    sizes: dict[str, int]
    log_rows: int
    ties: tuple[str, ...]


def months_between(first: str, later: str) -> int:
    """Return the months from one YYYY-MM to another."""
    y0, m0 = map(int, first.split("-"))
    y1, m1 = map(int, later.split("-"))
    return (y1 - y0) * 12 + m1 - m0


def _value(figure: object) -> float:
    return float(figure.value) if isinstance(figure, Figure) else float(figure)  # type: ignore[arg-type]


class _Compiler:
    """Carries the names and clocks that all parts of the compilation need."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.months = MONTHS_PER_TURN[scenario.turn_length]
        self.states = tuple(scenario.states)
        self.flashpoints = tuple(scenario.flashpoints)
        self.treaties = tuple(scenario.treaties)
        self.ties = tuple(scenario.ties)
        self.rungs = tuple(rung.key for rung in scenario.ladder)
        self.moves = self.rungs + tuple(scenario.moves)
        self.targets = {name: i for i, name in enumerate(ALL_TARGETS)}

    def rate(self, monthly: float) -> float:
        """Return a chance per month as one per turn."""
        return float(-math.expm1(self.months * math.log1p(-monthly))) if monthly < 1.0 else 1.0

    def shares(self, decides: float, settles: float) -> tuple[float, float]:
        """Return delta and sigma per turn: the chance that either happens, split as per month."""
        both = decides + settles
        if both <= 0.0:
            return 0.0, 0.0
        total = self.rate(min(1.0, both))
        return total * decides / both, total * settles / both

    def turn_of(self, date: str) -> float:
        """Return the turn that a month falls in (may be before the run)."""
        return math.floor(months_between(self.scenario.start, date) / self.months + 1e-9)

    def turns(self, months: float) -> float:
        """Return months as whole turns, at least what they cover."""
        return math.ceil(months / self.months - 1e-9)

    def rung(self, key: str) -> int:
        return self.rungs.index(key)

    def foresight(self, state: str) -> float:
        """Return how many stage games a state looks ahead."""
        own = self.scenario.states[state].foresight
        return _value(self.scenario.rules.foresight if own is None else own)

    def nodes_on_a_ray(self) -> int:
        """Return how many nodes of beliefs lie between a prior and certainty, which is one."""
        step = _value(self.scenario.rules.foresight_step)
        reach = _value(self.scenario.rules.foresight_reach)
        return 1 + (int(reach / step + 1e-9) if step > 0.0 else 0)

    # --- terms ------------------------------------------------------------------------------
    def rules(self) -> t.Floats:
        r = self.scenario.rules
        out = np.zeros(t.N_RULES)
        out[t.COGNITION] = COGNITIONS.index(r.cognition)
        out[t.CONTINUATION] = t.ABSORBING if r.continuation == "absorbing" else t.EXIT
        out[t.ORDERING] = t.BY_STAKE if r.order == "stake" else t.SIMULTANEOUS
        out[t.FROM_REST] = self.rung(r.from_rest)
        out[t.BETA] = math.exp(self.months * math.log(max(_value(r.discount), 1e-12)))
        out[t.RHO] = self.rate(_value(r.reconsider))
        out[t.FADE] = self.rate(_value(r.fade))
        for column, figure in (
            (t.CHI, r.settlement), (t.GAMMA, r.synergy), (t.ETA, r.automatic),
            (t.FULL_TRIPWIRE, r.full_tripwire), (t.PSI, r.yield_shame), (t.NU, r.next_demand),
            (t.CLIMB_HARM, r.climb_harm), (t.CLIMB_COST, r.climb_cost),
            (t.OPPORTUNIST, r.opportunist), (t.RENEGE_LOSS, r.renege_loss),
            (t.POLITICAL_COST, r.political_cost), (t.DOUBT, r.doubt),
            (t.PERCEPTION, r.perception_spread),
            (t.OMEGA, r.spillover), (t.BELIEF_STEP, r.belief_step),
            (t.CONTROL_STEP, r.control_step), (t.AHEAD_STEP, r.foresight_step),
            (t.EXERCISE_READINESS, r.exercise_readiness),
            (t.EXERCISE_INTEGRATION, r.exercise_integration), (t.EXERCISE_NEWS, r.exercise_news),
            (t.SWIFTNESS, r.swiftness),
            (t.TIE_CRISES, r.tie_crises), (t.AUTONOMY_COST, r.autonomy_cost),
            (t.TIE_DISTANCE, r.tie_distance), (t.ENTRAPMENT_FEAR, r.entrapment_fear),
            (t.SINK_COST, r.sink_cost), (t.TIE_COST, r.tie_cost), (t.DEPLOY_SHARE, r.deploy_share),
        ):  # fmt: skip
            out[column] = _value(figure)
        decay = 1.0 - _value(r.integration_decay)
        years = self.months / 12.0
        out[t.INTEGRATION_DECAY] = 1.0 - math.exp(years * math.log(max(decay, 1e-300)))
        out[t.UPKEEP_COST] = _value(r.upkeep_cost) * years
        out[t.DISTANCE_DECAY] = t.LINEAR if r.distance_decay == "linear" else t.HYPERBOLIC
        out[t.PRESSING] = t.FORCED if r.press == "forced" else t.CHOSEN
        out[t.EXERCISE_TURNS] = self.turns(_value(r.exercise_months))
        out[t.SIGNALS] = r.signals == "on"
        out[t.SIGNAL_EVERY] = max(1.0, self.turns(_value(r.signal_every)))
        out[t.BRANCH] = t.INFORMATIVE if r.branch == "informative" else t.PRINCIPAL
        out[t.ARMING] = r.arms == "richardson"
        out[t.COALITION] = COALITIONS.index(r.coalition)
        out[t.ALIGNMENT] = ALIGNMENTS.index(r.alignment)
        out[t.ALIGN_EVERY] = max(1.0, self.turns(_value(r.align_every)))
        out[t.COERCION_FORGOTTEN] = self.rate(_value(r.coercion_forgotten))
        # ln 0 has no place in the tables; e^-690 is nothing
        out[t.TIE_WEIGHT] = math.log(max(_value(r.tie_weight), 1e-300))
        out[t.JOIN_WEIGHT] = math.log(max(_value(r.join_weight), 1e-300))
        out[t.AHEAD_NODES] = self.nodes_on_a_ray()
        out[t.AHEAD_SHARES] = r.foresight_shares
        out[t.FARTHEST_LEVEL] = max(map(self.foresight, self.states))
        out[t.SOLVED_TO] = SOLVED_TO
        out[t.MONTHS] = self.months
        out[t.TURNS] = self.scenario.turns
        war = [i for i, rung in enumerate(self.scenario.ladder) if rung.war]
        out[t.WAR_RUNG] = war[0] if war else len(self.rungs)
        return out

    def ladder(self) -> t.Floats:
        out = np.zeros((len(self.rungs), t.N_RUNG))
        for row, rung in zip(out, self.scenario.ladder, strict=True):
            row[t.INTENSITY] = _value(rung.intensity)
            row[t.COST] = _value(rung.cost) * self.months
            row[t.SLICE], row[t.PRIZE] = _value(rung.slice), _value(rung.prize)
            row[t.HARM] = _value(rung.harm) * self.months
            row[t.SLIP] = self.rate(_value(rung.slip))
            row[t.MU], row[t.REACH] = _value(rung.decisiveness), _value(rung.reach)
            row[t.DELTA], row[t.SIGMA] = self.shares(_value(rung.decides), _value(rung.settles))
            row[t.TIED], row[t.MD] = _value(rung.tied), _value(rung.missile_defence)
            row[t.LOSS] = _value(rung.loss) * self.months
            row[t.TABOO] = _value(rung.taboo)
            row[t.FIRST_STRIKE] = _value(rung.first_strike)
            row[t.VIOLENT], row[t.NUCLEAR], row[t.WAR] = rung.violent, rung.nuclear, rung.war
            row[t.RUNG_TARGET] = self.targets[rung.target]
        return out

    def acts(self) -> tuple[t.Floats, t.Ints]:
        """Return the moves, each rung's default act first, and who may use which where."""
        out = np.zeros((len(self.moves), t.N_MOVE))
        may = np.zeros((len(self.moves), len(self.flashpoints), len(self.states)), dtype=np.int64)
        for i, rung in enumerate(self.scenario.ladder):
            out[i] = (i, _value(rung.slice), _value(rung.weight), 1.0, self.targets[rung.target])
            may[i] = 1
        for i, move in enumerate(self.scenario.moves.values(), start=len(self.rungs)):
            rung = self.scenario.ladder[self.rung(move.rung)]
            share = rung.slice if move.slice is None else move.slice
            out[i] = (
                self.rung(move.rung), _value(share), _value(move.weight), _value(move.attribution),
                self.targets[move.target or rung.target],
            )  # fmt: skip
            for f, flashpoint in enumerate(self.flashpoints):
                for s, state in enumerate(self.states):
                    may[i, f, s] = (not move.who or state in move.who) and (
                        not move.where or flashpoint in move.where
                    )
        return out, may

    def types(self) -> tuple[t.Floats, t.Ints]:
        most = max(len(state.types) for state in self.scenario.states.values())
        out = np.zeros((len(self.states), most, t.N_TYPE))
        counts = np.zeros(len(self.states), dtype=np.int64)
        for s, state in enumerate(self.scenario.states.values()):
            counts[s] = len(state.types)
            for i, row in enumerate(state.types):
                out[s, i] = (
                    _value(row.prior), _value(row.stake_factor), _value(row.cost_sensitivity),
                    _value(row.audience_factor),
                )  # fmt: skip
        return out, counts

    def commitments(self) -> tuple[t.Ints, t.Ints, t.Ints, t.Floats]:
        """Return members, clauses, scope and prior reliability of the treaties."""
        n = len(self.treaties)
        members = np.zeros((n, len(self.states)), dtype=np.int64)
        clauses = np.zeros((n, t.N_CLAUSE), dtype=np.int64)
        scope = np.full((n, len(self.flashpoints)), t.NOT_IN_SCOPE, dtype=np.int64)
        reliability = np.zeros((n, 2))
        for k, treaty in enumerate(self.scenario.treaties.values()):
            for guarantor in treaty.guarantors:
                members[k, self.states.index(guarantor)] |= t.GUARANTOR
            for protege in treaty.proteges:
                members[k, self.states.index(protege)] |= t.PROTEGE
            if treaty.mutual:
                members[k, members[k] > 0] = t.GUARANTOR | t.PROTEGE
            for obligation in treaty.obligations:
                clauses[k, OBLIGATIONS.index(obligation)] = 1
            for target in treaty.covers:
                clauses[k, t.COVERS + self.targets[target]] = 1
            scope[k] = [self._scope(treaty, f) for f in self.flashpoints]
            weight = max(_value(self.scenario.rules.reliability_weight), 1e-9)
            q = _value(treaty.reliability)
            reliability[k] = (q * weight, (1.0 - q) * weight)
        return members, clauses, scope, reliability

    def _scope(self, treaty: Treaty, flashpoint: str) -> int:
        """Return the rung from which a treaty applies at a flashpoint.

        A pact that names no place (non-aggression, neutrality) holds everywhere.
        """
        if flashpoint in treaty.scope:
            return 0
        pact = {"non_aggression", "neutrality"} & set(treaty.obligations)
        duty = {"defence", "offence", "consultation"} & set(treaty.obligations)
        if not treaty.scope and pact and not duty:
            return 0
        reached = [
            self.rung(rung)
            for territory, rung in self.scenario.flashpoints[flashpoint].touches.items()
            if territory in treaty.scope
        ]
        return min(reached, default=t.NOT_IN_SCOPE)

    # --- situation --------------------------------------------------------------------------
    def state_rows(self) -> t.Floats:
        out = np.zeros((len(self.states), t.N_STATE))
        general = _value(self.scenario.rules.precision)
        for row, (key, state) in zip(out, self.scenario.states.items(), strict=True):
            row[t.FORESIGHT] = self.foresight(key)
            row[t.CAPABILITY], row[t.RETALIATION] = (
                _value(state.capability),
                _value(state.retaliation),
            )
            row[t.READINESS], row[t.AUDIENCE] = _value(state.readiness), _value(state.audience_cost)
            row[t.STANDING_WORTH] = _value(state.standing)
            row[t.POSITION] = _value(state.political_position)
            row[t.LAMBDA] = general if state.precision is None else _value(state.precision)
            top = len(self.rungs) - 1
            row[t.HIGHEST] = top if state.highest_rung is None else self.rung(state.highest_rung)
            row[t.EXERCISED_UNTIL], row[t.STANDING] = -1, 1.0
            scale = self.scenario.rules.distance_scale
            own = scale if state.distance_scale is None else state.distance_scale
            row[t.AUTONOMY] = _value(state.autonomy)
            row[t.GRADIENT] = max(_value(own), 1e-9)
        return out

    def place_rows(self) -> tuple[t.Floats, t.Floats, t.Ints]:
        places = np.zeros((len(self.flashpoints), len(self.states), t.N_PLACE))
        flash = np.zeros((len(self.flashpoints), t.N_FLASH))
        roles = np.zeros((len(self.flashpoints), len(self.states)), dtype=np.int64)
        for f, (key, point) in enumerate(self.scenario.flashpoints.items()):
            for s, (name, state) in enumerate(self.scenario.states.items()):
                if name in point.stakes:
                    places[f, s, t.STAKE] = _value(point.stakes[name])
                # a state with no known distance is as far away as can be
                places[f, s, t.DISTANCE] = _value(point.distances.get(name, 20040.0))
                if key in state.forward:
                    places[f, s, t.FORWARD] = _value(state.forward[key])
            for challenger in point.challengers:
                s = self.states.index(challenger)
                roles[f, s] = 2
                chance = point.opportunity
                monthly = chance.get(challenger, 0.0) if isinstance(chance, dict) else chance
                places[f, s, t.OPPORTUNITY] = self.rate(_value(monthly))
            roles[f, self.states.index(point.holder)] = 1
            row = flash[f]
            row[t.CONTROL] = row[t.START_CONTROL] = _value(point.control)
            row[t.MOTIVE_SPREAD] = _value(point.motive_spread)
            row[t.COOLDOWN] = self.turns(_value(point.cooldown))
            row[t.COOLDOWN_VIOLENT] = self.turns(_value(point.cooldown_after_violence))
            row[t.WEIGHT] = _value(point.weight)
            row[t.RENEWS] = point.renews
            row[t.COERCION] = _value(point.coercion)
        return places, flash, roles

    def tie_rows(self) -> tuple[t.Ints, t.Ints]:
        """Return the ties, with their steps up to the first that is switched off, and depths."""
        ties = list(self.scenario.ties.values())
        most = max((len(tie.steps) for tie in ties), default=0)
        rows = np.full((len(ties), t.TIE_STEPS + most), -1, dtype=np.int64)
        depths = np.zeros(len(ties), dtype=np.int64)
        for i, tie in enumerate(ties):
            rows[i, : t.TIE_STEPS] = [self.states.index(member) for member in tie.members]
            steps = takewhile(lambda key: self.scenario.treaties[key].enabled, tie.steps)
            numbers = [self.treaties.index(key) for key in steps]
            rows[i, t.TIE_STEPS : t.TIE_STEPS + len(numbers)] = numbers
            depths[i] = min(int(_value(tie.depth)), len(numbers))
        return rows, depths

    def treaty_rows(self) -> tuple[t.Floats, t.Floats]:
        rows = np.zeros((len(self.treaties), t.N_TREATY))
        places = np.zeros((len(self.treaties), len(self.flashpoints), t.N_TREATY_PLACE))
        places[:, :, t.ACCESS] = -1.0
        latent = self.scenario.latent()
        for k, (key, treaty) in enumerate(self.scenario.treaties.items()):
            row = rows[k]
            row[t.ENABLED] = treaty.enabled and key not in latent
            first, last = treaty.in_force.from_, treaty.in_force.until
            row[t.FROM] = -1e9 if first is None else self.turn_of(first)
            row[t.UNTIL] = 1e9 if last is None else self.turn_of(last)
            row[t.TRIGGER] = self.rung(treaty.trigger)
            top = len(self.rungs) - 1
            row[t.CEILING] = top if treaty.ceiling is None else self.rung(treaty.ceiling)
            row[t.CLARITY], row[t.CONDITIONAL] = _value(treaty.clarity), treaty.conditional
            row[t.UMBRELLA], row[t.STRENGTH] = treaty.umbrella, _value(treaty.strength)
            row[t.DELAY] = _value(treaty.delay)
            row[t.CONSULTATION_DELAY] = _value(treaty.consultation_delay)
            row[t.OWN_STAKE], row[t.INTEGRATION] = _value(treaty.stake), _value(treaty.integration)
            row[t.MISSILE_DEFENCE] = _value(treaty.missile_defence)
            row[t.EXPOSURE] = _value(treaty.exposure) * self.months
            row[t.ARMS], row[t.UPKEEP] = _value(treaty.arms), _value(treaty.upkeep)
            for place, share in treaty.forward.items():
                places[k, self.flashpoints.index(place), t.TREATY_FORWARD] = _value(share)
            for place, km in treaty.access.items():
                places[k, self.flashpoints.index(place), t.ACCESS] = _value(km)
        return rows, places

    def arming(self) -> t.Floats:
        """Return what a turn of arming makes of capabilities: a matrix, and a constant behind it.

        Richardson's equations K' = A K + g, solved over the turn: K(t) = e^(At) K(0) + the
        integral of e^(As) g.
        """
        n = len(self.states)
        yearly = [[0.0] * (n + 1) for _ in range(n + 1)]
        for i, state in enumerate(self.scenario.states.values()):
            yearly[i][i] = -_value(state.arms.fatigue)
            yearly[i][n] = _value(state.arms.grievance)
            for rival, rate in state.arms.reaction.items():
                yearly[i][self.states.index(rival)] = _value(rate)
        return np.array(matrix_exponential(yearly, self.months / 12.0)[:n])

    # --- events -----------------------------------------------------------------------------
    def happenings(self) -> tuple[t.Floats, t.Floats]:
        """Return the events and their effects, in the order of the file."""
        events: list[list[float]] = []
        effects: list[list[float]] = []
        names = {e.name: i for i, e in enumerate(self.scenario.events) if e.name}
        for event in self.scenario.events:
            turn = -1.0
            if event.turn is not None:
                turn = _value(event.turn)
            elif event.date is not None:
                turn = self.turn_of(event.date)
            chance = _value(event.probability)
            if turn < 0 and event.turn is None and event.date is None:
                chance = self.rate(chance)
            first = len(effects)
            effects.extend(self._effects(event))
            after = -1 if event.after is None else names[event.after]
            events.append([
                turn, chance if event.enabled else 0.0, after, first, len(effects), event.repeats,
            ])  # fmt: skip
        return (
            np.array(events, dtype=float).reshape(-1, t.N_EVENT),
            np.array(effects, dtype=float).reshape(-1, t.N_EFFECT),
        )

    def _effects(self, event: Event) -> list[list[float]]:
        rows: list[list[float]] = []
        for path, value in event.set.items():
            rows += self._changes(path, t.SET, value)
        for path, figure in event.scale.items():
            rows += self._changes(path, t.SCALE, _value(figure))
        rows += [[t.REDRAW, 0, self.states.index(state), 0, 0, 0] for state in event.redraw]
        rows += [
            [t.ACCIDENT, 0, self.flashpoints.index(f), 0, self.rung(rung), 0]
            for f, rung in event.accident.items()
        ]
        rows += [[t.EXERCISE, 0, self.treaties.index(k), 0, 0, 0] for k in event.exercise]
        return rows

    def _changes(self, path: str, kind: int, value: object) -> list[list[float]]:
        """Return the cells that a PATH addresses, with their new value or factor."""
        target = target_of(path)
        assert isinstance(target, Target), path  # checked when the scenario was read
        entry = getattr(self.scenario, target.section)[target.key]
        factor = float(value) if kind == t.SCALE else None  # type: ignore[arg-type]
        if factor is None:
            new = new_value(entry, target, value)
        cells = []
        for table, row, column, item, turned in self._cells(target):
            if factor is not None:
                cells.append([kind, table, row, column, factor, _MOST.get(target.field, 1000.0)])
                continue
            raw = new[item] if isinstance(new, dict) else new
            cells.append([kind, table, row, column, turned(raw), _MOST.get(target.field, 1000.0)])
        return cells

    def _cells(self, target: Target) -> list[Any]:
        """Return (table, row, column, key in the field, conversion) for what a path addresses."""
        n, name = len(self.states), target.field
        if target.section == "states":
            row = self.states.index(target.key)
            return [(t.T_STATES, row, _STATE_COLUMNS[name], None, self._or_general)]
        if target.section == "treaties":
            k = self.treaties.index(target.key)
            if target.item is not None:
                row = k * len(self.flashpoints) + self.flashpoints.index(target.item)
                column = t.TREATY_FORWARD if name == "forward" else t.ACCESS
                return [(t.T_TREATY_PLACES, row, column, None, _value)]
            turned = {"trigger": self.rung, "ceiling": self._ceiling}.get(name, self._clause(name))
            return [(t.T_TREATIES, k, _TREATY_COLUMNS[name], None, turned)]
        if target.section == "ties":
            return [(t.T_TIES, self.ties.index(target.key), 0, None, _value)]
        f = self.flashpoints.index(target.key)
        if name == "control":
            return [(t.T_FLASH, f, t.CONTROL, None, _value)]
        if name == "opportunity":
            challengers = self.scenario.flashpoints[target.key].challengers
            return [
                (t.T_PLACES, f * n + self.states.index(c), t.OPPORTUNITY, c, self._opportunity)
                for c in challengers
            ]
        column = t.STAKE if name == "stakes" else t.DISTANCE
        return [(t.T_PLACES, f * n + self.states.index(str(target.item)), column, None, _value)]

    def _or_general(self, raw: object) -> float:
        return _value(self.scenario.rules.precision if raw is None else raw)

    def _ceiling(self, raw: object) -> float:
        return len(self.rungs) - 1 if raw is None else self.rung(str(raw))

    def _clause(self, name: str) -> Any:
        if name == "exposure":
            return lambda raw: _value(raw) * self.months
        return _value

    def _opportunity(self, raw: object) -> float:
        return self.rate(_value(raw))

    # --- foresight --------------------------------------------------------------------------
    def last_date(self, events: t.Floats, treaties: t.Floats) -> int:
        """Return the last turn of a run at which something changes that is dated and certain."""
        certain = events[(events[:, t.EV_PROBABILITY] >= 1.0) & (events[:, t.EV_AFTER] < 0)]
        turns = {0.0, *certain[:, t.EV_TURN], *treaties[:, t.FROM], *(treaties[:, t.UNTIL] + 1)}
        return int(max(turn for turn in turns if turn < self.scenario.turns))

    def futures(
        self, rules: t.Floats, types: t.Floats, n_types: t.Ints, roles: t.Ints
    ) -> tuple[t.Ints, int]:
        """Return where each pair's table of later games begins, and the size of all."""
        out = np.full(roles.shape, -1, dtype=np.int64)
        size = 0
        if rules[t.FARTHEST_LEVEL] == 0:
            return out, size
        about = np.where(n_types == 1, 1, 1 + n_types * int(rules[t.AHEAD_NODES]))
        tables = 4 * (int(rules[t.LAST_DATE]) + 1)
        for f in range(len(roles)):
            holder = int(np.flatnonzero(roles[f] == 1)[0])
            for c in np.flatnonzero(roles[f] == 2):
                out[f, c] = size
                cells = int(about[c] * about[holder])
                size += tables * types.shape[1] * (int(rules[t.AHEAD_SHARES]) + 1) * cells
        return out, size

    def near(self, members: t.Ints, clauses: t.Ints, scope: t.Ints, roles: t.Ints) -> t.Ints:
        """Return, by flashpoint, the states that may ever enter a crisis there; then -1.

        The parties, and guarantors of treaties that reach so far, whatever is switched on.
        """
        opens = clauses[:, [t.DEFENCE, t.CONSULTATION, t.OFFENCE]].any(axis=1)
        bound = (members & t.GUARANTOR) > 0
        found = [
            np.flatnonzero(
                (roles[f] > 0) | bound[opens & (scope[:, f] < t.NOT_IN_SCOPE)].any(axis=0)
            )
            for f in range(len(self.flashpoints))
        ]
        out = np.full((len(found), max(map(len, found))), -1, dtype=np.int64)
        for row, states in zip(out, found, strict=True):
            row[: len(states)] = states
        return out

    # --- sizes ------------------------------------------------------------------------------
    def entrants(self, members: t.Ints, clauses: t.Ints, scope: t.Ints, roles: t.Ints) -> int:
        """Return the most states that may join one crisis, whatever is switched on."""
        most = 0
        opens = clauses[:, [t.DEFENCE, t.CONSULTATION, t.OFFENCE]].any(axis=1)
        for f in range(len(self.flashpoints)):
            parties = [int(s) for s in np.flatnonzero(roles[f])]
            holder = next(s for s in parties if roles[f, s] == 1)
            for c in parties:
                for d in [holder] if c != holder else [s for s in parties if s != holder]:
                    count = 0
                    for s in range(len(self.states)):
                        if s in (c, d):
                            continue
                        for principal in (c, d):
                            count += bool(
                                np.any(
                                    opens
                                    & (scope[:, f] < t.NOT_IN_SCOPE)
                                    & ((members[:, s] & t.GUARANTOR) > 0)
                                    & ((members[:, principal] & t.PROTEGE) > 0)
                                )
                                or (principal == c and roles[f, s] == 2)
                            )
                    most = max(most, count)
        return most


_STATE_COLUMNS = {
    "capability": t.CAPABILITY, "retaliation": t.RETALIATION, "readiness": t.READINESS,
    "audience_cost": t.AUDIENCE, "standing": t.STANDING_WORTH, "precision": t.LAMBDA,
}  # fmt: skip
_TREATY_COLUMNS = {
    "enabled": t.ENABLED, "trigger": t.TRIGGER, "clarity": t.CLARITY,
    "conditional": t.CONDITIONAL, "ceiling": t.CEILING, "umbrella": t.UMBRELLA,
    "strength": t.STRENGTH, "delay": t.DELAY, "consultation_delay": t.CONSULTATION_DELAY,
    "stake": t.OWN_STAKE, "integration": t.INTEGRATION, "missile_defence": t.MISSILE_DEFENCE,
    "exposure": t.EXPOSURE, "arms": t.ARMS, "upkeep": t.UPKEEP,
}  # fmt: skip
_MOST = dict.fromkeys(
    ("retaliation", "readiness", "opportunity", "control", "stakes", "clarity", "integration",
     "missile_defence", "stake", "forward", "upkeep"), 1.0,
) | {"distances": 20040.0, "access": 20040.0}  # fmt: skip
"""The largest value a field allows, so that a shock cannot push a share past 1."""


def compile_scenario(scenario: Scenario) -> Compiled:
    """Turn a scenario into the tables that rules read.

    Parameters
    ----------
    scenario : Scenario
        Valid, as `sim.load_scenario` returns it.

    Returns
    -------
    Compiled
        Terms, the situation at the start of every run, and the names behind rows.

    Raises
    ------
    ScenarioError
        If two entities have the same address for their draws (one in four thousand million).
    """
    c = _Compiler(scenario)
    moves, may = c.acts()
    types, n_types = c.types()
    members, clauses, scope, reliability = c.commitments()
    events, effects = c.happenings()
    places, flash, roles = c.place_rows()
    treaties, treaty_places = c.treaty_rows()
    ties, depth = c.tie_rows()
    names = [("state", k) for k in c.states] + [("flashpoint", k) for k in c.flashpoints]
    names += [("treaty", k) for k in c.treaties]
    names += [("event", e.name or f"{i}") for i, e in enumerate(scenario.events)]
    names += [("tie", k) for k in c.ties]
    addresses = [address(kind, name) for kind, name in names]
    _refuse_collisions(names, addresses)
    rules = c.rules()
    if rules[t.FARTHEST_LEVEL] > 0.0:
        rules[t.LAST_DATE] = c.last_date(events, treaties)
    futures, future = c.futures(rules, types, n_types, roles)
    terms = Terms(
        rules=rules, rungs=c.ladder(), moves=moves, may=may, types=types, n_types=n_types,
        members=members, clauses=clauses, scope=scope, events=events, effects=effects,
        reliability=reliability, address=np.array(addresses, dtype=np.int64), roles=roles,
        futures=futures,
        arming=c.arming(),
        ties=ties,
        near=c.near(members, clauses, scope, roles),
    )  # fmt: skip
    n_s, n_f, n_k = len(c.states), len(c.flashpoints), len(c.treaties)
    whole = np.int64
    start = Situation(
        states=c.state_rows(), places=places, flash=flash, treaties=treaties,
        treaty_places=treaty_places, belief=np.zeros(types.shape[:2]),
        kind=np.zeros(n_s, whole), trust=np.ones((n_k, n_s, 2)),
        committed=np.zeros((n_k, n_s), whole), crisis=np.zeros((n_f, t.N_CRISIS), whole),
        who=np.zeros((n_f, n_s, t.N_WHO), whole), recognised=np.zeros((n_f, n_k), whole),
        happened=np.zeros(len(events), whole), order=np.zeros(n_f, whole),
        cursor=np.zeros(t.N_CURSOR, whole), depth=depth, key=np.zeros(2, whole),
    )  # fmt: skip
    entrants = c.entrants(members, clauses, scope, roles)
    own_slices = [
        m for m in range(len(moves)) if moves[m, 1] != terms.rungs[int(moves[m, 0]), t.SLICE]
    ]
    sizes = {
        "acts": int(may.sum(axis=0).max()) + 2,
        "entrants": entrants,
        "types": types.shape[1],
        "rungs": len(c.rungs),
        "future": future,
        "classes": 2 + (int(may[own_slices].sum(axis=0).max()) if own_slices else 0),
    }
    per_flashpoint = 2 * int((roles > 0).sum(axis=1).max()) + 12 + n_k + 3 * entrants
    if scenario.rules.signals == "on":
        per_flashpoint += 3 * n_s
    if scenario.rules.coalition != "lead":
        per_flashpoint += 1
    per_turn = 1 + len(events) + n_f * (per_flashpoint + 2)
    if scenario.rules.arms != "off":
        per_turn += n_s
    if scenario.rules.alignment != "off":
        # a tie can be set by as many events as there are, and weighed once
        per_turn += len(ties) + len(effects)
    return Compiled(
        scenario, terms, start, c.states, c.flashpoints, c.treaties, c.rungs, c.moves, sizes,
        scenario.turns * per_turn + n_s + 2 * n_f, c.ties,
    )  # fmt: skip


def _refuse_collisions(names: list[tuple[str, str]], addresses: list[int]) -> None:
    seen: dict[int, tuple[str, str]] = {}
    for name, where in zip(names, addresses, strict=True):
        if where in seen:
            raise ScenarioError([
                Problem(
                    (f"{name[0]}s", name[1]),
                    f"has the same address for its draws as the {seen[where][0]} {seen[where][1]}",
                    "give it another name",
                )
            ])  # fmt: skip
        seen[where] = name
