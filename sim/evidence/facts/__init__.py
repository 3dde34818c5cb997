"""Stylised facts: findings of the field that the model is held to, each by one or more trials.

`facts.json` holds the facts, `trials.TRIALS` what is tried for each, `python -m sim.evidence.facts`
plays them all and writes docs/stylised_facts.md. A fact is added to, or a rule of the model plugged
in, by its entry in `TRIALS` and nowhere else.
"""
