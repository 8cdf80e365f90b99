"""Every test of the event log has checkpoints and a key of its own."""

import pickle
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.people.helpers import standing
from tests.people.world import World


@pytest.fixture
def world(built: bytes) -> World:
    """Two teams and their people, for a module of which each test is undone by a rollback."""
    return pickle.loads(built)  # noqa: S301 (our own)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[bytes]:
    """The world of a module."""
    yield from standing(django_db_blocker)


@pytest.fixture(autouse=True)
def own_checkpoints(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.CHECKPOINT_KEY = tmp_path / "checkpoint-key.pem"
