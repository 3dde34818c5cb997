"""The text that `deter new` writes: a small scenario with every part explained."""

from __future__ import annotations

_TEMPLATE = """\
# A scenario to start from. Check it with     deter validate NAME.yaml
#                          read it with      deter describe NAME.yaml
#                          play it with      deter run NAME.yaml
#
# A number may be bare (0.2) or say where it comes from:
#   {value: 0.2, source: "Author, Title", year: 2023, note: how it was derived}
# Names of states, flashpoints, treaties and rungs are written in lower case with underscores.
# To change another scenario rather than write one, put   extends: senkaku   (a packaged one) or
#   extends: other.yaml   (in this folder) at the top and give only what differs.

schema: 1
name: NAME
title: An island between two states
question: Does a plainer promise deter a challenge?     # what you want to learn from it
turns: 24
turn_length: month            # week, month, quarter or year
start: 2024-01                # YYYY-MM

# The steps of escalation. The default ladder, from below:
#   protest, economic_coercion, grey_zone, show_of_force, blockade, limited_strike,
#   major_war, nuclear_alert_war, limited_nuclear_use, general_nuclear_war
ladder: default

rules:
  lambda: 25                  # how surely the better act is chosen
  from_rest: limited_strike   # highest rung that can be reached in one move from rest

states:
  islandia:
    name: Islandia
    capability: 0.02          # conventional strength, an index: shares of the world, say
    highest_rung: major_war   # it has no nuclear weapons
    forward: {island: 0.1}    # share of its forces that is at the flashpoint
  revisia:
    name: Revisia
    capability: 0.10
    retaliation: 0.5          # nuclear retaliation that survives a first strike, 0 to 1
  patronia:
    name: Patronia
    capability: 0.20
    retaliation: 0.9
    # What others cannot see: a table of types with their chances; this is the default.
    # types:
    #   - {key: resolute, prior: 0.35, cost_sensitivity: 0.6}
    #   - {key: irresolute, prior: 0.65, cost_sensitivity: 1.5}

# Places a treaty can cover that nobody disputes here.
territories: [islandia_home]

flashpoints:
  island:
    name: The Island
    holder: islandia          # who controls it at the start
    challengers: [revisia]
    stakes: {islandia: 0.6, revisia: 0.5, patronia: 0.2}          # what all of it is worth, 0 to 1
    distances: {islandia: 200, revisia: 300, patronia: 1500}      # km from the nearest usable base
    opportunity: 0.08         # chance per month that the challenger weighs a move
    touches: {islandia_home: major_war}   # from this rung a fight reaches the territory

# Named acts beside the plain act of each rung; may be left out.
moves:
  water_cannon: {rung: grey_zone, slice: 0.02, domain: maritime, who: [revisia]}

treaties:
  pact:
    name: Treaty of Mutual Cooperation
    guarantors: [patronia]
    proteges: [islandia]
    in_force: {from: 1960-01}            # until: YYYY-MM
    obligations: [defence, consultation] # also neutrality, non_aggression, offence, arms_and_access
    scope: [island, islandia_home]       # outside it no duty arises
    trigger: limited_strike              # lowest rung that is an armed attack under it
    clarity: 0.6                         # how plainly trigger and scope read, 0 to 1
    conditional: true                    # no duty if the protégé started it
    umbrella: true                       # nuclear retaliation is extended
    strength: 0.3                        # what breaking the promise costs
    reliability: 0.7                     # prior chance that the guarantor means it
    delay: 0                             # turns until help is effective
    forward: {island: 0.05}              # share of the guarantor's forces stationed there

# What happens whatever is decided: at a turn, at a date, or by chance every turn.
events:
  - name: declaration
    turn: 6
    set: {treaties.pact.clarity: 0.95}
    why: A joint statement names the island.
  - name: election
    probability: 0.02
    redraw: [patronia]
    why: A new government whose resolve is not yet known.
"""


def template(name: str) -> str:
    """Return the text of a new scenario of a name."""
    return _TEMPLATE.replace("NAME", name)
