"""Every test of the event log has checkpoints and a key of its own."""

import pytest


@pytest.fixture(autouse=True)
def own_checkpoints(settings, tmp_path):
    settings.CHECKPOINTS = tmp_path / "checkpoints.jsonl"
    settings.CHECKPOINT_KEY = tmp_path / "checkpoint-key.pem"
