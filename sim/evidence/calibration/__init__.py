"""Base rates: a generic world beside the record, and the few values fitted to it.

`rates` measures a world, `gates` holds what the record says, `fit` finds the values with which
the world passes the gates.
"""
