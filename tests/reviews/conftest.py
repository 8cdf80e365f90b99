"""What a test of the reviews starts with, unless its module makes another world."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.reviews.world import Cases, make_cases, standing


@pytest.fixture
def world(built: bytes) -> Cases:
    """A team, another one, their people, a plan, a way to make cases in every state, and those that stand."""
    return pickle.loads(built)  # noqa: S301 (our own)


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[bytes]:
    """What the module's `build` makes, once, or a world without a case. A module whose tests are not undone
    by a rollback makes a world of its own.
    """
    yield from standing(django_db_blocker, getattr(request.module, "build", make_cases))
