"""The grammar of an event log: what may follow what, and which numbers must agree.

Written from the description of the model, not from the rules: it replays a log with a book of
its own and stops at the first row that cannot be.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.compile_scenario import Compiled
from sim.rules import log as kind
from sim.rules import tables as t

REST, STANDS_DOWN = -1, -2
HELD, ACQUIESCED, SETTLED, DECIDED, WAR, NUCLEAR, ONGOING = range(7)


class Crisis:
    """What is known of a live crisis."""

    def __init__(self, turn: int, c: int, d: int, swapped: bool, rung: int, control: float) -> None:
        self.started, self.c, self.d, self.swapped = turn, c, d, swapped
        self.contest = self.highest = rung
        self.before = control
        self.members: dict[int, int] = {}
        self.recognised: set[int] = set()


class Checker:
    """Reads the log of one run."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled, self.terms = compiled, compiled.terms
        start = compiled.start
        self.n_f, self.n_s = start.crisis.shape[0], start.states.shape[0]
        self.top = len(compiled.rungs) - 1
        self.control = start.flash[:, t.CONTROL].copy()
        self.start_control = start.flash[:, t.START_CONTROL]
        self.highest = start.states[:, t.HIGHEST]
        self.cooldown = start.flash[:, [t.COOLDOWN, t.COOLDOWN_VIOLENT]]
        self.quiet_until = [0] * self.n_f
        self.crises: list[Crisis | None] = [None] * self.n_f
        self.takers: list[set[int]] = [set() for _ in range(self.n_f)]
        self.happened: set[int] = set()
        self.counts = {"crises": 0, "recoveries": 0, "joins": 0, "yields": 0, "slips": 0,
                       "signals": 0, "armed": 0, "ties": 0, "settled": 0}  # fmt: skip
        self.doubt = self.terms.rules[t.DOUBT]
        self.depth = start.depth.copy()

    # --- reading ------------------------------------------------------------------------------
    def read(self, ints: Any, floats: Any) -> None:
        """Check a whole log; raises AssertionError at the first row that cannot be."""
        self.rows = [(*map(int, i), *map(float, f)) for i, f in zip(ints, floats, strict=True)]
        assert np.isfinite(floats).all()
        self.at = 0
        for turn in range(int(self.terms.rules[t.TURNS])):
            self.turn = turn
            self.reached: dict[int, int] = {
                f: x.contest for f, x in enumerate(self.crises) if x is not None
            }
            self._events()
            self._signals()
            played: set[int] = set()
            while self._kind() not in (kind.RUNG, kind.TURN_ENDS, kind.TIE):
                f = self.rows[self.at][t.L_FLASH]
                assert f not in played, "a flashpoint has one place in a turn"
                played.add(f)
                self._flashpoint(f)
            assert {f for f, x in enumerate(self.crises) if x is not None} <= set(self.reached)
            self._ties()
            self._ledger()
        self._horizon()
        assert self.at == len(self.rows)

    def _kind(self) -> int:
        return self.rows[self.at][t.L_KIND] if self.at < len(self.rows) else 0

    def _take(self, *kinds: int, f: int = -1) -> tuple[Any, ...]:
        row = self.rows[self.at]
        assert row[t.L_KIND] in kinds, (self.at, row, kinds)
        assert row[t.L_TURN] == self.turn, row
        assert row[t.L_FLASH] == f, row
        self.at += 1
        return row[t.L_ACTOR :]

    # --- parts of a turn ------------------------------------------------------------------------
    def _events(self) -> None:
        while self._kind() in (kind.EVENT, kind.CRISIS_BEGINS, kind.TIE_SET):
            if self._kind() == kind.TIE_SET:
                assert self.terms.rules[t.ALIGNMENT] != t.FIXED_TIES
                self._tie(kind.TIE_SET)
                continue
            if self._kind() == kind.CRISIS_BEGINS:
                f = self.rows[self.at][t.L_FLASH]
                if self.rows[self.at][t.L_C] != 2:
                    return
                c, d, _move, rung, _, control, _ = self._take(kind.CRISIS_BEGINS, f=f)
                assert self.terms.roles[f, c] == 2
                self._begin(f, c, d, False, rung, control)
                continue
            _, _, event, *_ = self._take(kind.EVENT)
            row = self.terms.events[event]
            assert row[t.EV_PROBABILITY] > 0.0
            assert row[t.EV_TURN] < 0 or row[t.EV_TURN] == self.turn
            assert event not in self.happened or row[t.EV_REPEATS] == 1.0
            assert row[t.EV_AFTER] < 0 or int(row[t.EV_AFTER]) in self.happened
            self.happened.add(event)
            for effect in self.terms.effects[int(row[t.EV_FIRST]) : int(row[t.EV_LAST])]:
                f, rung = int(effect[t.EF_ROW]), int(effect[t.EF_VALUE])
                if effect[t.EF_KIND] == t.ACCIDENT and self.crises[f] is not None:
                    self._reach(f, rung)
        for event, row in enumerate(self.terms.events):
            due = row[t.EV_TURN] == self.turn and row[t.EV_PROBABILITY] == 1.0
            if due and row[t.EV_AFTER] < 0:
                assert event in self.happened, f"event {event} was due"

    def _tie(self, what: int) -> tuple[int, int, int]:
        one, other, tie, depth, before, *_ = self._take(what)
        row = self.terms.ties[tie]
        assert (one, other) == tuple(row[: t.TIE_STEPS])
        assert before == self.depth[tie] != depth
        assert 0 <= depth <= (row[t.TIE_STEPS :] >= 0).sum()
        self.depth[tie] = depth
        return tie, depth, before

    def _ties(self) -> None:
        """Each tie moves by one step at most, on the turns that are for it."""
        moved: set[int] = set()
        while self._kind() == kind.TIE:
            assert self.terms.rules[t.ALIGNMENT] == t.ENDOGENOUS
            assert (self.turn + 1) % int(self.terms.rules[t.ALIGN_EVERY]) == 0
            tie, depth, before = self._tie(kind.TIE)
            assert abs(depth - before) == 1
            assert tie not in moved
            moved.add(tie)
            self.counts["ties"] += 1

    def _signals(self) -> None:
        """Who holds or guarantees a quiet place signals: the holder first, then by number."""
        asked: dict[int, int] = {}
        rules = self.terms.rules
        while self._kind() == kind.SIGNAL:
            f = self.rows[self.at][t.L_FLASH]
            assert rules[t.SIGNALS] == 1.0
            assert self.turn % int(rules[t.SIGNAL_EVERY]) == 0
            assert f not in asked or f == next(reversed(asked)), "place by place"
            assert self.crises[f] is None, "not in a crisis"
            assert self.control[f] > 0.0, "nothing to hold"
            state, holder, what, k, solver, chance, much = self._take(kind.SIGNAL, f=f)
            self._chance(chance)
            assert self.terms.roles[f, holder] == 1
            assert solver in (0, 1, 2)
            assert state > asked.get(f, -2)
            asked[f] = state if state != holder else -1
            if k >= 0:
                assert self.terms.members[k, state] & t.GUARANTOR
                assert self.terms.members[k, holder] & t.PROTEGE
                assert self.terms.clauses[k, t.DEFENCE] == 1
                assert self.terms.roles[f, state] != 2
            else:
                assert state == holder
            offered = [0.0, rules[t.SINK_COST], rules[t.TIE_COST], rules[t.DEPLOY_SHARE]]
            assert 0.0 < much <= offered[what] or (what == 0 and much == 0.0)
            self.counts["signals"] += what > 0
            told = [0] * int(self.terms.n_types[state] > 1) + [-1] * int(k >= 0)
            for about in told:
                s, h, found, treaty, _, before, after = self._take(kind.CONCLUDED, f=f)
                assert (s, h, treaty) == (state, holder, k)
                assert min(found, 0) == about
                assert found < self.terms.n_types[state]
                self._chance(before)
                self._chance(after)
                assert found < 0 or after >= before - 1e-12, "the type it speaks for most"

    def _flashpoint(self, f: int) -> None:
        if self.crises[f] is None:
            asked: set[int] = set()
            while True:
                c, d, _motive, moved, solver, motive, _ = self._take(kind.OPPORTUNITY, f=f)
                assert self.turn >= self.quiet_until[f], "quiet after a crisis"
                assert c not in asked
                asked.add(c)
                assert motive > 0.0
                assert moved in (0, 1)
                assert solver in (0, 1, 2)
                swapped = self._may_challenge(f, c, d)
                if self._kind() == kind.CRISIS_BEGINS:
                    break
                row = self._take(kind.MOVE, f=f)
                assert row[:4] == (c, d, REST, -1)
                self._chance(row[5])
                if self._kind() != kind.OPPORTUNITY or self.rows[self.at][t.L_FLASH] != f:
                    return
            c2, d2, move, rung, how, control, _ = self._take(kind.CRISIS_BEGINS, f=f)
            assert (c2, d2, how) == (c, d, int(swapped))
            assert rung <= self.terms.rules[t.FROM_REST]
            assert int(self.terms.moves[move, t.MOVE_RUNG]) == rung
            self._begin(f, c, d, swapped, rung, control)
            self.counts["recoveries"] += swapped
        self._act(f)

    def _may_challenge(self, f: int, c: int, d: int) -> bool:
        """Whether the state is a challenger of who holds it, or a former holder of a taker."""
        if self.terms.roles[f, c] == 2:
            assert self.terms.roles[f, d] == 1
            assert self.control[f] > 0.0, "nothing to win"
            return False
        assert self.terms.roles[f, c] == 1
        assert d in self.takers[f]
        assert self.control[f] < self.start_control[f], "nothing to recover"
        return True

    def _act(self, f: int) -> None:
        x = self.crises[f]
        assert x is not None
        fresh = x.started == self.turn and f not in self.accidents
        c, d, move, rung, new, chance, _ = self._take(kind.MOVE, f=f)
        assert (c, d) == (x.c, x.d)
        self._chance(chance)
        if move == STANDS_DOWN:
            assert not fresh
            self._end(f, HELD)
            return
        may = self.terms.may[move, f, c]
        if new == 1:
            assert may == 1
            assert int(self.terms.moves[move, t.MOVE_RUNG]) == rung
            assert rung <= self.highest[c]
            if not fresh:
                assert x.contest < rung <= x.contest + 2, "climbs at most two rungs"
            self._reach(f, rung)
        else:
            assert not fresh
            assert rung == x.contest, "holding is at the rung where things stand"
        while self._kind() == kind.INVOKED:
            _, protege, k, at, *_ = self._take(kind.INVOKED, f=f)
            assert new == 1
            assert (protege, at) == (d, rung)
            assert self.terms.clauses[k, t.DEFENCE] == 1
            assert self.terms.members[k, d] & t.PROTEGE
        self._answer(f, x, rung, new == 1)

    def _answer(self, f: int, x: Crisis, rung: int, new: bool) -> None:
        d, c, q, chosen, _, chance, _ = self._take(kind.ANSWER, f=f)
        assert (d, c) == (x.d, x.c)
        self._chance(chance)
        if q == REST:
            assert chosen == 1
            _, _, at, _, _, share, _ = self._take(kind.YIELDED, f=f)
            assert at == rung
            self._move(f, x, share)
            self.counts["yields"] += 1
            if self._kind() == kind.CRISIS_ENDS:
                self._end(f, ACQUIESCED)
            else:
                assert self.doubt > 0.0
                self._fight(f, x)
            return
        assert rung <= q <= min(rung + 2, self.top)
        assert q == rung or q <= self.highest[d]
        assert q == rung or chosen == 1
        changed = new or q > x.contest
        x.contest = max(x.contest, q)
        while self._kind() == kind.RECOGNISED:
            g, principal, k, at, _, chance, _ = self._take(kind.RECOGNISED, f=f)
            self._chance(chance)
            assert at == q
            assert k not in x.recognised
            x.recognised.add(k)
            assert self.terms.members[k, g] & t.GUARANTOR
            assert self.terms.members[k, principal] & t.PROTEGE
            assert principal in (c, d)
        before = dict(x.members)
        self._members(f, x, q)
        if self._kind() == kind.SETTLES:
            holder, _, at, proposed, *_ = self._take(kind.SETTLES, f=f)
            assert self.terms.rules[t.COALITION] != t.LEAD
            assert (holder, proposed) == (d, q)
            assert rung <= at < q
            assert d in x.members.values()
            x.contest = at
            self.counts["settled"] += 1
        if self._kind() == kind.PRESS and self.rows[self.at][t.L_FLASH] == f:
            _, _, presses, at, _, chance, _ = self._take(kind.PRESS, f=f)
            assert at == x.contest
            self._chance(chance)
            if presses == 0:
                self._end(f, HELD)
                return
        else:
            assert not changed, "a new act or answer lets the challenger think again"
            assert x.members == before, "who came lets the challenger think again"
        self._fight(f, x)

    def _members(self, f: int, x: Crisis, q: int) -> None:
        asked: set[tuple[int, int]] = set()
        while self._kind() in (kind.JOIN, kind.LEAVE):
            leaves = self._kind() == kind.LEAVE
            e, principal, came, k, duty, chance, _ = self._take(kind.JOIN, kind.LEAVE, f=f)
            self._chance(chance)
            assert e not in (x.c, x.d)
            assert principal in (x.c, x.d)
            assert (e, principal) not in asked
            asked.add((e, principal))
            if k >= 0:
                assert self.terms.members[k, e] & t.GUARANTOR
                assert self.terms.members[k, principal] & t.PROTEGE
                assert self.terms.scope[k, f] < t.NOT_IN_SCOPE
                opens = [t.CONSULTATION, t.DEFENCE]
                if principal == x.c:
                    opens.append(t.OFFENCE)
                assert self.terms.clauses[k, opens].any()
            else:
                assert principal == x.c
                assert self.terms.roles[f, e] == 2
                assert not x.swapped
            assert duty in (0, 1, 3)
            assert duty == 0 or k >= 0
            assert (duty != 3) or k in x.recognised
            if leaves:
                assert x.members.pop(e) == principal
            elif came:
                assert e not in x.members
                x.members[e] = principal
                self.counts["joins"] += 1
            else:
                assert e not in x.members

    def _fight(self, f: int, x: Crisis) -> None:
        self._reach(f, x.contest)  # an answer is a stance until it is pressed
        if self._kind() not in (kind.SLIP, kind.FORCE, kind.SETTLED):
            return
        if self.rows[self.at][t.L_FLASH] != f:
            return
        row = self._take(kind.SLIP, kind.FORCE, kind.SETTLED, f=f)
        what = self.rows[self.at - 1][t.L_KIND]
        if what == kind.SLIP:
            assert row[2:4] == (x.contest, x.contest + 1)
            self._reach(f, x.contest + 1)
            self.counts["slips"] += 1
            return
        first, second, at, won, _, p, share = row
        self._chance(p)
        assert at == x.contest
        if what == kind.FORCE:
            assert (first, second) == ((x.c, x.d) if won else (x.d, x.c))
            assert share == 0.0 or won == 1
        self._move(f, x, share)
        self._end(f, DECIDED if what == kind.FORCE else SETTLED)

    # --- the book -------------------------------------------------------------------------------
    def _begin(self, f: int, c: int, d: int, swapped: bool, rung: int, control: float) -> None:
        assert self.crises[f] is None
        assert control == self.control[f]
        self.crises[f] = Crisis(self.turn, c, d, swapped, rung, control)
        self._reach(f, rung)
        self.counts["crises"] += 1

    def _reach(self, f: int, rung: int) -> None:
        x = self.crises[f]
        assert x is not None
        assert 0 <= rung <= self.top
        x.contest, x.highest = max(x.contest, rung), max(x.highest, rung)
        self.reached[f] = max(self.reached.get(f, -1), rung)

    def _move(self, f: int, x: Crisis, share: float) -> None:
        assert share >= 0.0
        if x.swapped:
            self.control[f] += share
            assert self.control[f] <= self.start_control[f] + 1e-12
        else:
            self.control[f] -= share
            if share > 0.0:
                self.takers[f].add(x.c)
        assert -1e-12 <= self.control[f] <= 1.0 + 1e-12

    def _end(self, f: int, ending: int) -> None:
        x = self.crises[f]
        assert x is not None
        c, d, how, top, turns, before, after = self._take(kind.CRISIS_ENDS, f=f)
        assert (c, d) == (x.c, x.d)
        if self.terms.rungs[x.highest, t.NUCLEAR] == 1.0:
            ending = NUCLEAR
        elif self.terms.rungs[x.highest, t.WAR] == 1.0:
            ending = WAR
        assert how == ending
        assert top == x.highest
        assert turns == self.turn - x.started + 1
        assert before == x.before
        assert abs(after - self.control[f]) < 1e-12
        self.control[f] = after
        violent = int(self.terms.rungs[x.highest, t.VIOLENT])
        self.quiet_until[f] = self.turn + 1 + int(self.cooldown[f, violent])
        self.crises[f] = None

    @property
    def accidents(self) -> set[int]:
        """Flashpoints at which this turn's crisis began by accident."""
        begun = [
            row[t.L_FLASH] for row in self.rows[: self.at]
            if row[t.L_KIND] == kind.CRISIS_BEGINS and row[t.L_TURN] == self.turn and row[t.L_C] == 2
        ]  # fmt: skip
        return set(begun)

    def _chance(self, p: float) -> None:
        assert 0.0 <= p <= 1.0

    def _ledger(self) -> None:
        for f in sorted(self.reached):
            row = self._take(kind.RUNG, f=f)
            assert row[2] == self.reached[f]
        _, _, highest, _, _, risk, _ = self._take(kind.TURN_ENDS)
        assert highest == max(self.reached.values(), default=-1)
        assert 0.0 <= risk <= 1.0
        assert highest >= 0 or risk == 0.0
        last = -1
        while self._kind() == kind.ARMED:
            state, _, _, _, _, before, after = self._take(kind.ARMED)
            assert self.terms.rules[t.ARMING] == 1.0
            months = self.terms.rules[t.MONTHS]
            years = [int((turn * months + 1e-9) / 12.0) for turn in (self.turn, self.turn + 1)]
            assert years[0] < years[1], "told once a year"
            assert state > last
            last = state
            assert 0.0 <= after <= 1000.0
            assert after != before
            self.counts["armed"] += 1

    def _horizon(self) -> None:
        for f in range(self.n_f):
            if self.crises[f] is not None:
                self._end(f, ONGOING)
        for state in range(self.n_s):
            actor, _, _, _, _, cost, standing = self._take(kind.STATE_ENDS)
            assert actor == state
            assert cost >= 0.0
            assert 0.0 <= standing <= 1.0


def check_log(compiled: Compiled, ints: Any, floats: Any) -> dict[str, int]:
    """Check the log of one run; return how often some things happened in it."""
    checker = Checker(compiled)
    checker.read(ints, floats)
    return checker.counts
