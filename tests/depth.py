"""How deep the tests search: everything on the build machine, and what fits into some minutes on anybody's own."""

from __future__ import annotations

import os

import pytest

REQUIRE_ALL = os.environ.get("DRONECTL_REQUIRE_ALL") == "1"
SEARCH = os.environ.get("DRONECTL_SEARCH") == "1"
DEEP = REQUIRE_ALL or SEARCH
only_deep = pytest.mark.skipif(not DEEP, reason="takes long: DRONECTL_REQUIRE_ALL=1 runs it, as .ci/run does")


def deep(all_of: int, some: int) -> int:
    """How many of a row of examples are run."""
    return all_of if DEEP else some
