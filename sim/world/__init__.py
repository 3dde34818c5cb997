"""The nouns of a scenario: states, ladder, flashpoints, treaties, events; no files and no chance.

Each is a frozen pydantic model. `validation.examine` turns plain data into a `Scenario` or into
the list of what is wrong with it; `paths.with_set` changes one.
"""
