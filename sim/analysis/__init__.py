"""From tables to what is read: measures, the headline table, figures and the report.

`frames.load_results` is the way in; `draw.draw_all` draws everything from the tables.
"""
