"""Scenarios held against each other: arms that share their luck, and what differs between them."""
