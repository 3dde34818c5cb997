"""The explorer: scenarios in a browser, read, changed, played once and played many times.

Nothing is asked of any other machine. Pages work by links and forms alone; scripts make them
quicker to use. What is played is played by processes of its own, never by the server.

Layers: `guard` (who may ask), `clauses` (what can be changed, and the address that says so), `desk`
(what is being played), `work` (the process that plays), `pages` (words into HTML), `app` (routes).
"""
