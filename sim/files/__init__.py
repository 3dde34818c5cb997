"""Scenario files: read with places and limits, merged, checked, written.

`check.load_scenario` is the way in; `write.scenario_yaml` and `write.scenario_hash` the way out.
"""
