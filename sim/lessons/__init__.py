"""Lessons: concepts of deterrence, each with a question, a run that answers it, and a debrief.

A lesson is one file in ``library``; adding one touches nothing else. `lesson` reads them, `play`
runs their arms and judges the finding, `pages` tells them.
"""
