"""Every test of the event log has checkpoints and a key of its own."""

import pytest

from tests.people.helpers import built, world  # noqa: F401 (fixtures)


@pytest.fixture(autouse=True)
def own_checkpoints(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.CHECKPOINT_KEY = tmp_path / "checkpoint-key.pem"
