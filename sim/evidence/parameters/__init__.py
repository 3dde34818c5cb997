"""Every parameter of the scenario language: what it is, where it comes from, what it moves.

`rows` declares what each one moves, `language` reads the fields off the models, `measure` plays
both arms of a row, `page` writes docs/parameters.md (`python -m sim.evidence.parameters`).
"""
