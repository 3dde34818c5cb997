"""What speaks for the model and against it, on one page: docs/validation.md.

`summaries` reads what the detailed pages found, `page` puts it beside the base rates, which are
played anew (`python -m sim.evidence.validation`).
"""
