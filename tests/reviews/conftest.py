"""What a test of the reviews starts with, unless its module makes another world."""

from __future__ import annotations

import pytest

from tests.reviews.world import Cases, make_cases


@pytest.fixture
def world() -> Cases:
    """A team, another one, their people, a plan, and a way to make cases in every state."""
    return make_cases()
