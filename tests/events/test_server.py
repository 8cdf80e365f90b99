"""The log and the server: what keeps it from starting, and the checkpoint that it leaves when it stops."""

import socket
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from decisions.events import triggers, upkeep
from tests.events.test_races import SETUP, manage
from tests.processes import ROOT, start


@pytest.mark.django_db
def test_conus_does_not_start_where_the_log_cannot_be_protected(monkeypatch):
    triggers.drop(connection)
    monkeypatch.setattr(triggers, "install", lambda connection: None)

    with pytest.raises(
        ImproperlyConfigured, match=r"can be changed: the database lacks conus_event_unchanged"
    ):
        upkeep.insist()


def test_a_server_that_stops_leaves_a_checkpoint_of_all_events(own_database):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", port],
        cwd=ROOT,
        env=own_database,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert f"Conus is at http://localhost:{port}\n" in iter(server.stdout.readline, "")
        writer = start(f"{SETUP}\nrecord_alone('signed_in', actor=None)", own_database)
        writer.communicate(timeout=60)
    finally:
        server.terminate()
        _, logged = server.communicate(timeout=60)

    assert "could not be written" not in logged
    done = manage(own_database, "verify_log")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Intact: 1 events fit together, and checkpoints vouch for the first 1." in done.stdout
