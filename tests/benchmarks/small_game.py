"""A small game written three times: for Mesa, for numpy, and as a scenario of deter.

One flashpoint; a challenger, a holder, one guarantor, each of one of two private types that differ
in how much costs weigh. Every turn a party may weigh a move with chance `OPPORTUNITY`: the
challenger while anything is held, the former holder (roles swapped, nobody bound to help) while
something is lost; if both do, in a random order, the second only if the first lets things be. Then

1. it makes a move or lets things be;
2. the other side yields (the slice moves) or resists;
3. the treaty is recognised as met by chance; the guarantor, where there is one, joins or not;
4. the first, seeing who came, presses or backs down (an audience cost);
5. if it presses, force decides at once: the prize moves with chance p = K_c / (K_c + K_side).

All choose by the logit rule and learn by Bayes from what they see: a logit quantal response
equilibrium, found anew at every opportunity because beliefs and the share that is held have changed.
Since force decides at once, what resistance tells about the other side changes nothing any more; the
fixed point is one in what a move tells, which is all that the two programs by hand iterate. `scenario` is the same game in deter's terms: a
ladder of which one rung can be used, and every rule beyond the game set to nothing.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

TURNS, OPPORTUNITY, LAMBDA = 48, 0.2, 25.0
CAPABILITY = (0.2, 0.1, 0.3)  # challenger, holder, guarantor
STAKE = (0.5, 0.6, 0.2)
KAPPA, PRIOR = (0.6, 1.5), (0.35, 0.65)  # by type
AUDIENCE, INTENSITY, COST, HARM = 0.2, 0.6, 0.02, 0.05
SLICE, PRIZE = 0.1, 0.3
R = 0.05  # what a guarantor loses by breaking a recognised duty
RECOGNISED = 1.0 / (1.0 + math.exp(-4.0))  # a treaty of clarity 1, a move on its very trigger
TOLERANCE, MOST = 1e-4, 2000  # in log-odds, as stage games are solved in a run
DAMPING = 0.9  # of those from 0.3 to 1, the one that settles soonest here


def scenario() -> Any:
    """Return the game as a scenario; beliefs and shares off the grid, as in the other two."""
    from sim.world.validation import examine

    rung = {
        "cost": COST, "slice": SLICE, "prize": PRIZE, "harm": HARM, "slip": 0, "decisiveness": 1,
        "reach": 1, "decides": 1, "settles": 0, "tied": 0, "missile_defence": 0, "loss": 0,
        "taboo": 0, "first_strike": 1, "violent": False, "nuclear": False,
    }  # fmt: skip
    names = ("challenger", "holder", "guarantor")
    types = [{"key": f"t{i}", "prior": PRIOR[i], "cost_sensitivity": KAPPA[i]} for i in range(2)]
    nothing = (
        "yield_shame", "next_demand", "climb_harm", "climb_cost", "political_cost", "fade",
        "synergy", "perception_spread", "doubt", "belief_step", "control_step", "renege_loss",
    )  # fmt: skip
    made, problems = examine({
        "schema": 1, "name": "small_game", "title": "A small game", "turns": TURNS,
        "start": "2024-01",
        "ladder": [
            {"key": "move", "intensity": INTENSITY, **rung}, {"key": "unused", "intensity": 1, **rung},
        ],
        "rules": {
            "lambda": LAMBDA, "from_rest": "move", "join_weight": 1, **dict.fromkeys(nothing, 0),
        },
        "states": {
            name: {
                "name": name, "capability": k, "types": types, "audience_cost": AUDIENCE,
                "standing": 0, "readiness": 1, "highest_rung": "move",
            } for name, k in zip(names, CAPABILITY, strict=True)
        },
        "flashpoints": {"place": {
            "name": "Place", "holder": "holder", "challengers": ["challenger"],
            "stakes": dict(zip(names, STAKE, strict=True)), "distances": dict.fromkeys(names, 0),
            "opportunity": OPPORTUNITY, "motive_spread": 0, "cooldown": 0, "cooldown_after_violence": 0,
        }},
        "treaties": {"pact": {
            "name": "Pact", "guarantors": ["guarantor"], "proteges": ["holder"],
            "obligations": ["defence"], "scope": ["place"], "trigger": "move", "clarity": 1,
            "strength": R, "reliability": 1,
        }},
    })  # fmt: skip
    assert made is not None, problems
    return made


# --- (a) the way of Mesa's tutorials: agents, a model, a data collector -----------------------------


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-700.0, min(700.0, x))))


def log_logistic(x: float) -> float:
    return -math.log1p(math.exp(-x)) if x > 0 else x - math.log1p(math.exp(x))


class Game:
    """The game of one opportunity in plain Python, solved by damped iteration."""

    def __init__(
        self, c: Party, d: Party, g: Party | None, share: float, tolerance: float = TOLERANCE
    ) -> None:
        self.c, self.d, self.g = c, d, g
        self.x_y, self.x_f = min(SLICE, share), min(max(SLICE, PRIZE), share)
        helps = g.capability if g else 0.0
        self.p = [c.capability / (c.capability + d.capability + help) for help in (0.0, helps)]
        self.part = [
            (1.0, 0.0),
            (d.capability / (d.capability + helps), helps / (d.capability + helps)),
        ]
        self.flow_c = [2 * HARM * (1 - p) + COST for p in self.p]
        self.flow_other = [2 * HARM * p + COST for p in self.p]
        x = 0.0
        for _ in range(MOST):
            far = self.respond(x) - x
            x += DAMPING * far
            if abs(far) < tolerance:
                break

    def respond(self, x: float) -> float:
        """Work backward from what a move tells; return what it then tells.

        x is the log of how much likelier the second type is to move than the first.
        """
        c, d, p = self.c, self.d, self.p
        b = bayes(c.belief, x)
        stop = -AUDIENCE * INTENSITY
        worth_c = [[
            -KAPPA[i] * self.flow_c[m] + p[m] * self.x_f * c.stake + (1 - p[m]) * stop
            for i in range(2)] for m in range(2)]  # fmt: skip
        worth_d = [[
            -KAPPA[j] * self.part[m][0] * self.flow_other[m]
            - p[m] * (self.x_f * d.stake - stop)
            for j in range(2)] for m in range(2)]  # fmt: skip
        self.press = w = [
            [logistic(LAMBDA * (worth_c[m][i] - stop)) for i in range(2)] for m in range(2)
        ]
        pressed = [w[m][0] * b[0] + w[m][1] * b[1] for m in range(2)]
        self.join = [[0.0, 0.0], [0.0, 0.0]]
        comes = 0.0
        if self.g:
            stake = self.g.stake * self.x_f * (pressed[0] * p[0] - pressed[1] * p[1])
            burden = self.part[1][1] * (pressed[1] * self.flow_other[1] + (1 - pressed[1]) * COST)
            for seen in range(2):
                for t in range(2):
                    self.join[seen][t] = logistic(LAMBDA * (stake - KAPPA[t] * burden + R * seen))
                    chance = RECOGNISED if seen else 1 - RECOGNISED
                    comes += chance * self.g.belief[t] * self.join[seen][t]
        odds = (1 - comes, comes)
        yielding = -self.x_y * d.stake
        z_d = []
        for j in range(2):
            resisting = sum(
                odds[m] * b[i] * (w[m][i] * worth_d[m][j] - (1 - w[m][i]) * KAPPA[j] * COST)
                for m in range(2) for i in range(2)
            )  # fmt: skip
            z_d.append(LAMBDA * (resisting - yielding))
        self.resist = [logistic(z) for z in z_d]
        resisted = d.belief[0] * self.resist[0] + d.belief[1] * self.resist[1]
        z_c = []
        for i in range(2):
            met = sum(odds[m] * (w[m][i] * worth_c[m][i] + (1 - w[m][i]) * stop) for m in range(2))
            moving = (1 - resisted) * self.x_y * c.stake + resisted * met - KAPPA[i] * COST
            z_c.append(LAMBDA * moving)
        self.move = [logistic(z) for z in z_c]
        return log_logistic(z_c[1]) - log_logistic(z_c[0])


def bayes(prior: list[float], x: float) -> list[float]:
    """Return beliefs after something that is e^x times likelier for the second type."""
    top = max(0.0, x)
    one, two = prior[0] * math.exp(-top), prior[1] * math.exp(x - top)
    return [one / (one + two), two / (one + two)]


class Party(mesa.Agent):  # type: ignore[misc]
    """A state with a private type, and what all others believe of it."""

    def __init__(self, model: SmallModel, number: int) -> None:
        super().__init__(model)
        self.capability, self.stake = CAPABILITY[number], STAKE[number]
        self.kind = int(self.random.random() >= PRIOR[0])
        self.belief = list(PRIOR)

    def chooses(self, chances: list[float]) -> bool:
        """Choose by the chance of its own type; everybody learns from it."""
        done = self.random.random() < chances[self.kind]
        likely = chances if done else [1 - chance for chance in chances]
        joint = [self.belief[t] * likely[t] for t in range(2)]
        if sum(joint) > 0.0:
            self.belief = [x / sum(joint) for x in joint]
        return done


class SmallModel(mesa.Model):  # type: ignore[misc]
    """The small game over `TURNS` turns."""

    def __init__(self, number: int) -> None:
        super().__init__(seed=number)
        self.challenger, self.holder, self.guarantor = (Party(self, i) for i in range(3))
        self.control, self.crises, self.forced, self.turns = 1.0, 0, 0, 0
        self.running = True
        self.datacollector = mesa.DataCollector(
            model_reporters={"control": "control", "crises": "crises", "forced": "forced"}
        )

    def step(self) -> None:
        """One turn."""
        able = []
        if self.control > 0.0 and (u := self.random.random()) < OPPORTUNITY:
            able.append((u, self.challenger))
        if self.control < 1.0 and (u := self.random.random()) < OPPORTUNITY:
            able.append((u, self.holder))
        for _, mover in sorted(able, key=lambda pair: pair[0]):
            if self.opportunity(mover):
                break
        self.turns += 1
        self.running = self.turns < TURNS
        self.datacollector.collect(self)

    def opportunity(self, c: Party) -> bool:
        """Play one opportunity; return whether there was a crisis."""
        back = c is self.holder
        d, g = (self.challenger, None) if back else (self.holder, self.guarantor)
        game = Game(c, d, g, 1.0 - self.control if back else self.control)
        # letting things be tells nothing: it starts no crisis
        if self.random.random() >= game.move[c.kind]:
            return False
        c.belief = bayes(c.belief, math.log(game.move[1] / game.move[0]))
        self.crises += 1
        moved = 0.0
        if not d.chooses(game.resist):
            moved = game.x_y
        else:
            seen = self.random.random() < RECOGNISED
            came = g is not None and g.chooses(game.join[seen])
            if c.chooses(game.press[came]):
                self.forced += 1
                if self.random.random() < game.p[came]:
                    moved = game.x_f
        self.control = min(1.0, self.control + moved) if back else max(0.0, self.control - moved)
        return True


# --- (b) numpy: all runs at once ---------------------------------------------------------------------


def logistic_np(x: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -700, 700)))


def bayes_np(prior: Any, x: Any) -> Any:
    top = np.maximum(0.0, x)
    two = prior * np.stack([np.exp(-top), np.exp(x - top)], 1)
    return two / two.sum(1, keepdims=True)


def respond_np(fixed: dict[str, Any], x: Any) -> dict[str, Any]:
    """As `Game.respond`, a row a run; indices (run, helped, type)."""
    f, kappa, stop = fixed, np.array(KAPPA), -AUDIENCE * INTENSITY
    b = bayes_np(f["belief_c"], x)
    p = f["p"][:, :, None]
    x_f, x_y = f["x_f"], f["x_y"]
    flow_c, flow_other = 2 * HARM * (1 - p) + COST, 2 * HARM * p + COST
    worth_c = -kappa * flow_c + p * (x_f * f["v_c"])[:, None, None] + (1 - p) * stop
    worth_d = -kappa * f["part_d"][:, :, None] * flow_other
    worth_d = worth_d - p * ((x_f * f["v_d"])[:, None, None] - stop)
    w = logistic_np(LAMBDA * (worth_c - stop))
    pressed = (w * b[:, None, :]).sum(2)
    won = pressed * f["p"]
    stake = STAKE[2] * x_f * (won[:, 0] - won[:, 1])
    burden = f["part_g"] * (pressed[:, 1] * flow_other[:, 1, 0] + (1 - pressed[:, 1]) * COST)
    seen = np.array([0.0, R])
    gain = (stake[:, None] - kappa * burden[:, None])[:, None, :] + seen[:, None]
    join = logistic_np(LAMBDA * gain) * f["helped"][:, None, None]
    chance = np.array([1 - RECOGNISED, RECOGNISED])
    comes = (join * chance[:, None] * f["belief_g"][:, None, :]).sum((1, 2))
    odds = np.stack([1 - comes, comes], 1)
    weight = odds[:, :, None] * b[:, None, :]
    vain = (weight * (1 - w)).sum((1, 2))[:, None] * kappa * COST
    resisting = np.einsum("rmi,rmi,rmj->rj", weight, w, worth_d) - vain
    z_d = LAMBDA * (resisting + (x_y * f["v_d"])[:, None])
    resist = logistic_np(z_d)
    resisted = (f["belief_d"] * resist).sum(1)
    met = (odds[:, :, None] * (w * worth_c + (1 - w) * stop)).sum(1)
    z_c = LAMBDA * (
        ((1 - resisted) * x_y * f["v_c"])[:, None] + resisted[:, None] * met - kappa * COST
    )
    tell = np.logaddexp(0, -z_c[:, 0]) - np.logaddexp(0, -z_c[:, 1])
    return {"move": logistic_np(z_c), "resist": resist, "join": join, "press": w, "tell": tell}


def solve_np(fixed: dict[str, Any], tolerance: float = TOLERANCE) -> dict[str, Any]:
    """Iterate all games until each has settled; games that have are left out."""
    x = np.zeros(len(fixed["x_y"]))
    going = np.arange(len(x))
    for _ in range(MOST):
        part = {name: table[going] for name, table in fixed.items()}
        far = respond_np(part, x[going])["tell"] - x[going]
        x[going] += DAMPING * far
        going = going[np.abs(far) >= tolerance]
        if not len(going):
            break
    return respond_np(fixed, x)


def play_np(runs: int, seed: int) -> dict[str, Any]:
    """Play all runs side by side, turn by turn."""
    rng = np.random.default_rng(seed)
    kind = (rng.random((runs, 3)) >= PRIOR[0]).astype(int)
    belief = np.tile(np.array(PRIOR), (runs, 3, 1))
    control = np.ones(runs)
    crises, forced = np.zeros(runs, int), np.zeros(runs, int)
    for _ in range(TURNS):
        u = rng.random((runs, 2))
        able = np.stack([control > 0.0, control < 1.0], 1) & (u < OPPORTUNITY)
        u[~able] = 2.0
        first = np.argmin(u, 1)
        done = np.zeros(runs, bool)
        for mover in (first, 1 - first):
            who = np.flatnonzero(able[np.arange(runs), mover] & ~done)
            if len(who):
                done[who] = opportunity_np(
                    who, mover[who], kind, belief, control, crises, forced, rng
                )
    return {"control": control, "crises": crises, "forced": forced}


def fixed_np(who: Any, mover: Any, belief: Any, control: Any) -> dict[str, Any]:
    """Return what the games of some runs hang on, a row a run."""
    other = 1 - mover
    share = np.where(mover == 1, 1.0 - control[who], control[who])
    strong, weak = np.array(CAPABILITY)[mover], np.array(CAPABILITY)[other]
    helped = (mover == 0).astype(float)
    sides = np.stack([weak, weak + helped * CAPABILITY[2]], 1)
    return {
        "belief_c": belief[who, mover], "belief_d": belief[who, other], "belief_g": belief[who, 2],
        "x_y": np.minimum(SLICE, share), "x_f": np.minimum(max(SLICE, PRIZE), share),
        "p": strong[:, None] / (strong[:, None] + sides), "part_d": weak[:, None] / sides,
        "part_g": helped * CAPABILITY[2] / sides[:, 1], "helped": helped,
        "v_c": np.array(STAKE)[mover], "v_d": np.array(STAKE)[other],
    }  # fmt: skip


def opportunity_np(
    who: Any, mover: Any, kind: Any, belief: Any, control: Any, crises: Any, forced: Any, rng: Any
) -> Any:
    """Play one opportunity in each of some runs; return in which there was a crisis."""
    fixed = fixed_np(who, mover, belief, control)
    found = solve_np(fixed)
    every, other = np.arange(len(who)), 1 - mover

    def learn(rows: Any, party: Any, likely: Any) -> None:
        joint = belief[who[rows], party] * likely
        total = joint.sum(1, keepdims=True)
        belief[who[rows], party] = np.where(total > 0, joint / np.maximum(total, 1e-300), joint)

    moves = rng.random(len(who)) < found["move"][every, kind[who, mover]]
    rows = np.flatnonzero(moves)
    learn(rows, mover[rows], found["move"][rows])
    crises[who[rows]] += 1
    stands = rng.random(len(rows)) < found["resist"][rows, kind[who[rows], other[rows]]]
    likely = np.where(stands[:, None], found["resist"][rows], 1 - found["resist"][rows])
    learn(rows, other[rows], likely)
    moved = np.zeros(len(who))
    moved[rows[~stands]] = fixed["x_y"][rows[~stands]]
    rows = rows[stands]
    seen = (rng.random(len(rows)) < RECOGNISED).astype(int)
    join = found["join"][rows, seen]
    came = rng.random(len(rows)) < join[np.arange(len(rows)), kind[who[rows], 2]]
    asked = fixed["helped"][rows] > 0
    likely = np.where(came[:, None], join, 1 - join)
    learn(rows[asked], 2, likely[asked])
    press = found["press"][rows, came.astype(int)]
    on = rng.random(len(rows)) < press[np.arange(len(rows)), kind[who[rows], mover[rows]]]
    learn(rows, mover[rows], np.where(on[:, None], press, 1 - press))
    rows, came = rows[on], came[on]
    forced[who[rows]] += 1
    won = rng.random(len(rows)) < fixed["p"][rows, came.astype(int)]
    moved[rows[won]] = fixed["x_f"][rows[won]]
    control[who] = np.clip(control[who] + np.where(mover == 1, moved, -moved), 0.0, 1.0)
    return moves
