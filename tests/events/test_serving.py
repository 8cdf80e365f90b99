"""A server and a restore keep each other out, on PostgreSQL not a moment longer than they have to."""

import pytest
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from decisions.log import serving
from decisions.log.serving import SERVING, ServedError

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite's lock is given back with the file, at once"
    ),
]
ANOTHER_LOCK = SERVING + 1


@pytest.fixture
def connected():
    """Makes connections of their own to the database, as another process would have them."""
    made = []

    def connect():
        made.append(connection.copy())
        made[-1].ensure_connection()
        return made[-1]

    yield connect
    for other in made:
        other.close()


def test_a_restore_is_kept_out_while_a_server_has_a_connection(connected, monkeypatch):
    waited = []
    monkeypatch.setattr(serving, "sleep", waited.append)
    serving.share(connected())

    with pytest.raises(ServedError), serving.stopped():
        pass

    assert sum(waited) == pytest.approx(2)


def test_a_restore_gets_in_though_the_database_learns_late_that_a_server_has_ended(connected, monkeypatch):
    server, busy = connected(), connected()
    serving.share(server)
    with busy.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ANOTHER_LOCK])
    # The server ends while the database still works for it: its lock is held until that is done.
    server.connection.pgconn.send_query(f"SELECT pg_advisory_lock({ANOTHER_LOCK})".encode())
    server.close()
    pause = serving.sleep

    def go_on(seconds):
        busy.close()
        pause(seconds)

    monkeypatch.setattr(serving, "sleep", go_on)

    with serving.stopped(), pytest.raises(OperationalError):
        serving.share(connected())


def test_a_restore_that_is_done_keeps_nobody_out_though_the_database_learns_late_that_it_has(
    connected, monkeypatch
):
    server, not_closed_yet = connected(), []
    with monkeypatch.context() as patched:
        patched.setattr(BaseDatabaseWrapper, "close", lambda own: not_closed_yet.append(own))
        with serving.stopped():
            pass

    serving.share(server)

    (own,) = not_closed_yet
    own.close()
