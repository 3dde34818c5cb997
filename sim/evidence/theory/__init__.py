"""Known results of deterrence theory, got from the simulator's own rules.

Each result has a file of its own here, and each file sets the rules (a `board.Board`, or the rules
of learning, forces and contests themselves) as its source sets its game, solves, and reads off what
the source derives. No file computes a source's closed form.

How a result plugs in
---------------------
1. A module in this folder, say ``t10_preventive.py``. Its docstring has three paragraphs that begin
   "Game:", "Source:" and "Set:"; ``docs/theory.md`` prints them.
2. In it, ``obtain(point)``: takes a `point.Point` (the parameters of one case, read with
   ``point.number("p1")``, ``point.chance("delta")``, ``point.whole("n")``, ...) and returns a
   `point.Obtained`: a mapping from the names of the case's expected quantities to what the rules
   give, with a convergence table where a limit was taken.
3. A row in `register.HOMES`: ``("T10", ""): "t10_preventive"``. Where a result has cases of several
   kinds (a parameter ``kind``), each kind may have its own module: ``("T14", "kreps_wilson"):
   "t14_chain_store"``. A kind that maps to None is not covered, for the reason written there.

`cases` reads a file of cases, `check` compares, `report` prints; `limits` has bisection and
extrapolation. Everything is a function of the parameters of a case: nothing may depend on which
points ``cases.json`` lists.
"""
