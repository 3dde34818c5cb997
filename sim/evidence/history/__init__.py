"""The model beside history: ten crises as they stood before they began, and how they ended.

`record` holds what happened, `play` what the model makes of each case, `scores` the measures,
`judge` puts them together and `page` writes docs/history.md. ``python -m sim.evidence.history``
does it all.
"""
