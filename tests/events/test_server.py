"""The log and the server: what keeps it from starting, and the checkpoint that it leaves when it stops."""

import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from decisions.log import triggers, upkeep
from tests.events.test_races import SETUP
from tests.processes import ROOT, manage, ran, start


@dataclass
class Server:
    process: subprocess.Popen
    logged: str = ""
    "What it said on standard error. Known once it has stopped."


@contextmanager
def serving(environment):
    """Conus as `make run` starts it, from the line that says where it is until it is told to stop."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, "-m", "config.serve", "--port", port],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    server = Server(process)
    try:
        assert f"Conus is at http://localhost:{port}\n" in iter(process.stdout.readline, "")
        yield server
    finally:
        process.terminate()
        _, server.logged = process.communicate(timeout=60)


def test_a_server_keeps_a_backup_from_being_put_back_but_no_second_server_out_and_leaves_a_checkpoint(
    ready_database, tmp_path
):
    folder = str(tmp_path / "backup")
    with serving(ready_database) as server:
        assert manage(ready_database, "backup", folder).returncode == 0
        refused = manage(ready_database, "restore", folder, "--yes", "--replace")
        with serving(ready_database) as second:
            assert second.process.poll() is None
        writer = start(f"{SETUP}\nrecord_alone('signed_in', actor=None)", ready_database)
        writer.communicate(timeout=60)
    assert refused.returncode == 2
    assert "Conus is serving from this database. Stop it first." in refused.stderr

    # It has stopped. Its last checkpoint is of the backup and of the event that was recorded then.
    assert "could not be written" not in server.logged
    seen = manage(ready_database, "verify_log")
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "Intact: 2 events fit together, and checkpoints vouch for the first 2." in seen.stdout

    done = manage(ready_database, "restore", folder, "--yes", "--replace")

    assert (done.returncode, done.stderr) == (0, "")


HOLDER = f"""{SETUP}
from decisions.log import serving
with serving.stopped():
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_conus_does_not_start_while_a_backup_is_put_back(ready_database):
    holder = start(HOLDER, ready_database)
    assert holder.stdout.readline() == "ready\n"
    started = ran(ready_database, "config/serve.py", "--prepare-only")
    holder.communicate("go\n", timeout=60)

    assert started.returncode == 1
    assert started.stderr.startswith("Conus cannot start. ")
    assert "a backup is being put into it" in started.stderr


@pytest.mark.django_db
def test_conus_does_not_start_where_the_log_cannot_be_protected(monkeypatch):
    triggers.drop(connection)
    monkeypatch.setattr(triggers, "install", lambda connection: None)

    with pytest.raises(
        ImproperlyConfigured, match=r"can be changed: the database lacks conus_event_unchanged"
    ):
        upkeep.insist()
