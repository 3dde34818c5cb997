"""A decision as it stands in the tables of the rules, read out for whoever is to take it.

Utilities, chances and beliefs are those of the solved stage game (`sim.rules.tables.Solution`);
nothing is valued anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.engines.compile_scenario import Compiled
from sim.engines.room import Room
from sim.engines.seats import KINDS, Commitment, Decision, Helper, Option, View
from sim.engines.wording import Wording, per_cent
from sim.outcomes.events import SIGNALS
from sim.rules import tables as t
from sim.rules.beliefs import trust_on_grid
from sim.rules.choice import padded
from sim.rules.contest import columns
from sim.rules.signals import coming, holder_at, own_unit, promise
from sim.rules.solver import solve_staged
from sim.rules.stage_game import predecessors
from sim.rules.turn import ACT, ANSWER, JOIN, SIGNAL, coalition_now

SIDES = {t.HOLDER_SIDE: "holder", t.CHALLENGER_SIDE: "challenger"}


class DecisionReader:
    """Reads the decision at which the cursor of a run stands.

    Parameters
    ----------
    compiled : Compiled
        The scenario as tables.
    room : Room
        The tables in which the run is played.
    wording : Wording
        What things are called.
    """

    def __init__(self, compiled: Compiled, room: Room, wording: Wording) -> None:
        self.compiled, self.room, self.words = compiled, room, wording
        self.sit, self.game, self.solution = room.sit, room.game, room.solution
        self.lanes, self.packed_game = room.lanes, room.packed[1]

    def read(self, code: int, n: int) -> Decision:
        """Return the decision that `advance` has come to.

        Parameters
        ----------
        code : int
            What it returned: ACT, ANSWER, JOIN, PRESS or SIGNAL.
        n : int
            Number of options, whose chances are in the room.
        """
        cursor = self.sit.cursor
        if cursor[t.RECALLED] == 1:
            # what is remembered is not all that is told
            solve_staged(*self.room.packed[1:6])
            cursor[t.RECALLED] = 0
        f, actor = int(cursor[t.NOW]), int(cursor[t.ACTOR])
        self.f, self.actor, self.own = f, actor, int(self.sit.kind[actor])
        self.a, self.k = int(cursor[t.A]), int(cursor[t.K])
        crisis = self.sit.crisis[f]
        self.c, self.d = int(crisis[t.CHALLENGER]), int(crisis[t.HOLDER])
        if code == SIGNAL:
            self.c, self.d = self._first_to_come(), int(holder_at(self.room.terms, f))
        chances = [float(p) for p in self.room.probabilities[:n]]
        parts: dict[str, float] = {}
        commitment = None
        if code == ACT:
            options = [self._act(a, chances[a]) for a in range(n)]
        elif code == ANSWER:
            options = [self._answer(k, chances[k]) for k in range(n)]
        elif code == JOIN:
            parts = self._joining()
            commitment = self._commitment()
            options = self._join(parts, chances)
        elif code == SIGNAL:
            options = [self._signal(option, chances[option]) for option in range(n)]
            commitment = self._promise()
        else:
            parts = self._pressing()
            options = self._press(parts, chances)
        key = self.compiled.states
        return Decision(
            int(cursor[t.TURN]), KINDS[code - ACT], key[actor], self.compiled.flashpoints[f],
            key[self.c], key[self.d], tuple(options), self._view(code), commitment, parts,
        )  # fmt: skip

    # --- the challenger's act and the holder's answer -------------------------------------------
    def _act(self, a: int, chance: float) -> Option:
        utility = float(self.solution.value_c[a, self.own])
        crisis, words = self.sit.crisis[self.f], self.words
        if a == 0:
            if crisis[t.LIVE] != 1:
                return Option(
                    0, "rest", None, "leave things be", "nothing changes", utility, chance
                )
            stance = self._rung(int(crisis[t.STANCE_C]))
            meaning = f"the crisis ends; giving up {words.rung(stance)} has its audience cost"
            return Option(0, "stand_down", None, "stand down", meaning, utility, chance)
        row = self.game.acts[a]
        rung = self._rung(int(row[t.A_RUNG]))
        share = min(float(row[t.A_SLICE]), float(self.game.head[t.G_CONTROL]))
        meaning = f"{per_cent(share)} of control if {words.state(self._key(self.d))} yields"
        answers = range(int(row[t.A_ANSWERS]))
        odds = [
            self._mean(self.game.principals[1], self.solution.prob_d[a, k], self.d) for k in answers
        ]
        likely = max(answers[1:], key=lambda k: (odds[k], -k))
        facts: dict[str, Any] = {
            "yields": odds[0],
            "likely": self._rung(int(self.game.nodes[a, likely, t.N_RUNG_Q])),
            "helpers": tuple(self._helpers(a, likely)),
        }
        if row[t.A_HOLD] == 1.0:
            text = f"hold at {words.rung(rung)}"
            return Option(a, "hold", rung, text, meaning, utility, chance, **facts)
        move = self.compiled.moves[int(row[t.A_MOVE])]
        return Option(a, move, rung, words.move(move), meaning, utility, chance, **facts)

    def _answer(self, k: int, chance: float) -> Option:
        utility = float(self.solution.value_d[self.a, k, self.own])
        row, words = self.game.acts[self.a], self.words
        challenger = words.state(self._key(self.c))
        if k == 0:
            share = min(float(row[t.A_SLICE]), float(self.game.head[t.G_CONTROL]))
            meaning = f"{per_cent(share)} of control passes to {challenger}, and the crisis ends"
            return Option(0, "yield", None, "yield", meaning, utility, chance)
        number = int(self.game.nodes[self.a, k, t.N_RUNG_Q])
        steps = number - int(row[t.A_RUNG])
        rung = self._rung(number)
        text = f"resist at {words.rung(rung)}"
        higher = ("on the same rung", "one rung higher", "two rungs higher")[steps]
        meaning = f"{higher}; {challenger} may then press on or back down"
        return Option(
            k, rung, rung, text, meaning, utility, chance,
            presses=self._presses(self.a, k), helpers=tuple(self._helpers(self.a, k)),
        )  # fmt: skip

    # --- joining ----------------------------------------------------------------------------
    def _joining(self) -> dict[str, float]:
        """Return what adds up to the utility of coming (or staying), by name.

        The same terms as `sim.rules.stage_game.join_choice`.
        """
        e = int(self.sit.cursor[t.E_NOW])
        row, duty = self.game.entrants[e], self.game.duties[self.a, self.k, e]
        own = self.game.etypes[e, self.own]
        packed = self.room.packed[0]
        mask = int(coalition_now(packed, self.packed_game, self.f))
        before = int(predecessors(self.packed_game, e, mask))
        gain = self.solution.gain[self.a, self.k, e, before]
        parts = {
            "stake": float(own[t.E_STAKE] * gain[0]),
            "fighting": -float(own[t.E_KAPPA] * gain[1]),
            "distance": -float(row[t.E_POLITICAL]),
            "breach": -float(duty[t.D_BREACH]),
            "promise": 0.0,
            "standing": 0.0,
            "leaving": 0.0,
        }
        k, inside = int(row[t.E_TREATY]), row[t.E_IN] == 1.0
        recognised = k >= 0 and self.sit.recognised[self.f, k] == 1
        if duty[t.D_ACTIVE] == 1.0 and (recognised or inside):
            committed = k < 0 or self.sit.committed[k, self.actor] == 1
            parts["promise"] = float(row[t.E_R] if committed else row[t.E_R_OPPORTUNIST])
            parts["standing"] = float(row[t.E_STANDING])
        if inside:
            rung = int(self.game.nodes[self.a, self.k, t.N_RUNG_Q])
            parts["leaving"] = float(row[t.E_LEAVE] * self.game.rungs[rung, t.INTENSITY])
        return parts

    def _join(self, parts: dict[str, float], chances: list[float]) -> list[Option]:
        row = self.game.entrants[int(self.sit.cursor[t.E_NOW])]
        principal = self.d if int(row[t.E_SIDE]) == t.HOLDER_SIDE else self.c
        name = self.words.of_state(self._key(principal))
        worth = _total(parts)
        if row[t.E_IN] == 1.0:
            return [
                Option(0, "leave", None, f"leave {name} side", "its help ends", 0.0, chances[0]),
                Option(1, "stay", None, f"stay at {name} side", "as before", worth, chances[1]),
            ]
        delay = int(row[t.E_DELAY])
        when = f"in {self.words.turns(delay)}" if delay else "at once"
        return [
            Option(0, "stand_aside", None, "stand aside", "stays out of it", 0.0, chances[0]),
            Option(
                1, "come", None, f"come to {name} side", f"help counts {when}", worth, chances[1]
            ),
        ]

    def _commitment(self) -> Commitment | None:
        e = int(self.sit.cursor[t.E_NOW])
        k = int(self.game.entrants[e, t.E_TREATY])
        if k < 0:
            return None
        duty = self.game.duties[self.a, self.k, e]
        return Commitment(
            self.compiled.treaties[k],
            bool(duty[t.D_ACTIVE] == 1.0),
            bool(self.sit.recognised[self.f, k] == 1),
            float(duty[t.D_RECOGNISED]),
            float(trust_on_grid(self.room.terms, self.room.packed[0], k, self.actor)),
            bool(self.sit.committed[k, self.actor] == 1),
        )

    # --- pressing ---------------------------------------------------------------------------
    def _pressing(self) -> dict[str, float]:
        """Return what pressing and backing down are worth, and the chance to win by force.

        The same terms as `sim.rules.turn.press_chance`.
        """
        node = self.game.nodes[self.a, self.k]
        level = int(node[t.N_VARIANT]) * len(self.game.rungs) + int(node[t.N_RUNG_Q])
        exact, full = int(self.game.head[t.G_EXACT]), (1 << int(self.game.head[t.G_EXACT])) - 1
        mask = int(coalition_now(self.room.packed[0], self.packed_game, self.f))
        extra = [
            full + 1 + e - exact
            for e in range(exact, int(self.game.head[t.G_ENTRANTS]))
            if self.sit.who[self.f, int(self.game.entrants[e, t.E_STATE]), t.SIDE]
            == int(self.game.entrants[e, t.E_SIDE])
        ]
        worths = self.solution.worth[self.a, self.k, :, self.own]
        worth = float(worths[mask])
        for column in extra:
            worth += float(worths[column] - worths[full])
        stance = self.game.rungs[int(self.game.acts[self.a, t.A_STANCE]), t.INTENSITY]
        return {
            "press": worth,
            "back_down": -float(self.game.principals[0, self.own, t.P_AUDIENCE] * stance),
            "wins": float(self.room.contests.odds[level, extra[-1] if extra else mask]),
        }

    def _press(self, parts: dict[str, float], chances: list[float]) -> list[Option]:
        words = self.words
        stance = self._rung(int(self.game.acts[self.a, t.A_STANCE]))
        rung = self._rung(int(self.sit.crisis[self.f, t.CONTEST]))
        cost = f"the crisis ends; giving up {words.rung(stance)} has its audience cost"
        text = f"press on at {words.rung(rung)}"
        goes = "it may slip a rung higher, be decided by force, be settled or go on"
        return [
            Option(0, "back_down", None, "back down", cost, parts["back_down"], chances[0]),
            Option(1, "press", rung, text, goes, parts["press"], chances[1]),
        ]

    # --- signals ----------------------------------------------------------------------------
    def _first_to_come(self) -> int:
        """Return the challenger likeliest to weigh a move; ties go to the first."""
        terms, sit, roles = self.room.terms, self.room.packed[0], self.compiled.terms.roles
        rivals = [s for s in range(roles.shape[1]) if roles[self.f, s] == 2]
        return max(rivals, key=lambda s: (coming(terms, sit, self.f, s), -s))

    def _signal(self, option: int, chance: float) -> Option:
        kind, much = int(self.solution.signal_menu[option, 0]), self.solution.signal_menu[option, 1]
        unit = int(own_unit(self.room.terms, self.room.packed[0], self.f, self.actor))
        utility = float(self.solution.signal_value[option, unit])
        key = SIGNALS[kind]
        if kind == t.DEPLOY:
            text, cost = "deploy forces there", f"{per_cent(much)} of its forces leave elsewhere"
        elif kind == t.SINK:
            text, cost = "hold an exercise", "it is paid for at once"
        elif kind == t.TIE:
            helps = self.d != self.actor
            help_ = (
                f"come to {self.words.of_state(self._key(self.d))} help" if helps else "not yield"
            )
            text, cost = f"declare that it will {help_}", "to break the word costs more"
        else:
            text, cost = "send no signal", "nothing is paid"
        return Option(
            option, key, None, text, f"{cost}; {self._concluding(option)}", utility, chance
        )

    def _concluding(self, option: int) -> str:
        """Say what others would believe of the signaller after an option."""
        n = int(self.compiled.terms.n_types[self.actor])
        odds = [float(p) for p in self.solution.signal_post[option, :n]]
        shown = sorted(range(n), key=lambda i: (-odds[i], i))[:3]
        told = ", ".join(
            f"{self._type(self.actor, i).replace('_', ' ')} {odds[i]:.2f}" for i in sorted(shown)
        )
        return f"others would believe {told}"

    def _promise(self) -> Commitment | None:
        """Return the promise behind a guarantor's signal; None for the holder."""
        k = int(promise(self.room.terms, self.room.packed[0], self.f, self.actor, self.d))
        if k < 0:
            return None
        trust = float(trust_on_grid(self.room.terms, self.room.packed[0], k, self.actor))
        committed = bool(self.sit.committed[k, self.actor] == 1)
        return Commitment(self.compiled.treaties[k], True, False, 0.0, trust, committed)

    # --- what others are expected to do -----------------------------------------------------------
    def _helpers(self, a: int, k: int) -> Iterator[Helper]:
        """Yield who may join after an answer, with the chance as others see it."""
        lane = int(self.game.nodes[a, k, t.N_LANE])
        join = self.lanes.join[:, :, lane]
        exact = int(self.game.head[t.G_EXACT])
        by_stake = self.game.rules[t.ORDERING] == t.BY_STAKE
        for e in range(int(self.game.head[t.G_ENTRANTS])):
            chance = float(join[e, 0])
            if by_stake and e < exact:
                # over what those before it may have done
                seen = [(1.0, 0)]
                for earlier in range(e):
                    seen = [
                        (p * (q if came else 1.0 - q), mask | (came << earlier))
                        for p, mask in seen
                        for q in [float(join[earlier, mask])]
                        for came in (0, 1)
                    ]
                chance = 0.0
                for p, mask in seen:
                    chance += p * float(join[e, mask])
            state, side = (
                int(self.game.entrants[e, t.E_STATE]),
                int(self.game.entrants[e, t.E_SIDE]),
            )
            if chance > 0.0:
                yield Helper(self._key(state), SIDES[side], chance)

    def _presses(self, a: int, k: int) -> float:
        """Return the chance that the challenger presses after an answer, as the holder sees it."""
        lane, last = int(self.game.nodes[a, k, t.N_LANE]), int(columns(self.packed_game))
        n = padded(int(self.game.head[t.G_NODES]))
        total = 0.0
        for column in range(last):
            weight = float(self.lanes.chance[column * n + lane])
            for i in range(int(self.game.head[t.G_TC])):
                press = float(self.lanes.w[i, column * n + lane])
                total += weight * float(self.solution.post_c[a, i]) * press
        return min(1.0, max(0.0, total))

    # --- what the state sees ----------------------------------------------------------------
    def _view(self, code: int) -> View:
        sit, crisis = self.sit, self.sit.crisis[self.f]
        live = crisis[t.LIVE] != 0
        sides = sit.who[self.f, :, t.SIDE]
        begun = live or code not in (ACT, SIGNAL)
        return View(
            self._type(self.actor, self.own),
            {self._key(s): self.belief(s) for s in dict.fromkeys((self.c, self.d, self.actor))},
            float(sit.flash[self.f, t.CONTROL]),
            self._rung(int(crisis[t.CONTEST])) if begun else None,
            tuple(self._key(s) for s in range(len(sides)) if begun and sides[s] == t.HOLDER_SIDE),
            tuple(
                self._key(s) for s in range(len(sides)) if begun and sides[s] == t.CHALLENGER_SIDE
            ),
            int(sit.cursor[t.TURN] - crisis[t.STARTED]) + 1 if begun else 0,
            1.0 if code == SIGNAL else float(sit.flash[self.f, t.MOTIVE]),
            tuple(
                key
                for k, key in enumerate(self.compiled.treaties)
                if begun and sit.recognised[self.f, k] == 1
            ),
        )

    def belief(self, state: int) -> dict[str, float]:
        """Return what everyone believes of a state's type: type -> chance."""
        return {
            self._type(state, i): float(self.sit.belief[state, i])
            for i in range(int(self.compiled.terms.n_types[state]))
        }

    def _type(self, state: int, i: int) -> str:
        return self.compiled.scenario.states[self._key(state)].types[i].key

    def _key(self, state: int) -> str:
        return self.compiled.states[state]

    def _rung(self, number: int) -> str:
        return self.compiled.rungs[number]

    def _mean(self, principals: Any, chances: Any, state: int) -> float:
        """Return the chance of an answer over the types that its author may be of."""
        total = 0.0
        for j in range(int(self.compiled.terms.n_types[state])):
            total += float(principals[j, t.P_BELIEF]) * float(chances[j])
        return total


def _total(parts: dict[str, float]) -> float:
    total = 0.0
    for part in parts.values():
        total += part
    return total
