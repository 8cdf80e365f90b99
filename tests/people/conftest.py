"""What every test of sign-in starts with: nothing counted, and passwords that are quick to check."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import DjangoDbBlocker

from decisions.guards import services as guards
from tests.people.helpers import standing
from tests.people.world import World


@pytest.fixture
def world(built: bytes) -> World:
    """Two teams and their people. A module whose tests no rollback undoes makes a world of its own."""
    return pickle.loads(built)  # noqa: S301 (our own)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    """The world of a module."""
    yield from standing(django_db_blocker)


@pytest.fixture
def admin(world: World) -> Client:
    """A browser in which the administrator is signed in."""
    return world.client(world.administrator)


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch, request):
    """Counts in memory. The exact ones, shared by processes, have tests of their own."""
    if request.module.__name__.endswith("test_attempts"):
        return
    counts: dict[tuple[str, str], tuple[float, int]] = {}

    def count(kind: str, key: str, window: float, now: float) -> guards.Count:
        began, requests = counts.get((kind, key), (now, 0))
        if began + window <= now:
            began, requests = now, 0
        counts[kind, key] = (began, requests + 1)
        return guards.Count(requests + 1, began + window - now)

    monkeypatch.setattr(guards, "count", count)
    monkeypatch.setattr(guards, "forget", lambda kind, key: counts.pop((kind, key), None))


@pytest.fixture(autouse=True)
def _quick_passwords(quick_passwords):
    """In every test here."""
