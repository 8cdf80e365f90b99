"""Every test of the event log has checkpoints and a key of its own."""

import pytest

from tests.people.world import World, make_world


@pytest.fixture
def world() -> World:
    """Two teams and their people."""
    return make_world()


@pytest.fixture(autouse=True)
def own_checkpoints(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.CHECKPOINT_KEY = tmp_path / "checkpoint-key.pem"
