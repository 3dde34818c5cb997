"""The classroom: rooms in which people take the seats of states."""
