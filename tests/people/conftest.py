"""What every test of sign-in starts with: nothing counted, and passwords that are quick to check."""

from __future__ import annotations

import pytest
from django.test import Client

from decisions.guards import services as guards
from tests.people.helpers import built, world  # noqa: F401 (fixtures)
from tests.people.world import World


@pytest.fixture
def admin(world: World) -> Client:  # noqa: F811 (the fixture of that name)
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
