"""Experiments: many scenarios that differ in what an analyst chose, and what the differences do."""
