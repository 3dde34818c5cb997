"""What happens: rules over numbers and small tables, which both engines play.

docs/odd.md states them in full; each module names the section that does.

ODD 7 (docs/odd.md).
"""
