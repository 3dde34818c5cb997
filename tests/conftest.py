"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# No window is opened, neither here nor in the programs that tests start.
os.environ["MPLBACKEND"] = "Agg"

# A first call may compile a rule, so there is no deadline. The examples are the same each time: a
# failure found on one machine is then a failure on all.
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).parent.parent
