"""Exact counts, shared by all threads and processes: of requests, of attempts to sign in, and the like.

A row for each kind and key, with its count and the end of its window. One statement reads and writes, so two
that race are both counted. Keys are kept as keyed hashes, until a new window of anyone begins after theirs.

With SQLite the counters are a small file of their own. With PostgreSQL they are a table in the main database,
so that several machines count together, written over a connection of its own: a count stands, whatever
becomes of the transaction around it.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils.crypto import salted_hmac

from decisions.guards.routers import COUNTERS

COLUMNS = """(
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    ends DOUBLE PRECISION NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
)"""
INDEX = "CREATE INDEX IF NOT EXISTS conus_count_ends ON conus_count (ends)"
TABLE = {
    "sqlite": f"CREATE TABLE IF NOT EXISTS conus_count {COLUMNS} WITHOUT ROWID",
    # Unlogged: a crash of the server may forget the counts, and so none waits for the disk.
    "postgresql": f"CREATE UNLOGGED TABLE IF NOT EXISTS conus_count {COLUMNS}",
}
COUNT = """
INSERT INTO conus_count (kind, key, ends, requests) VALUES (%(kind)s, %(key)s, %(ends)s, 1)
ON CONFLICT (kind, key) DO UPDATE SET
    requests = CASE WHEN conus_count.ends <= %(now)s THEN 1 ELSE conus_count.requests + 1 END,
    ends = CASE WHEN conus_count.ends <= %(now)s THEN excluded.ends ELSE conus_count.ends END
RETURNING requests, ends
"""
PRUNE = {
    "sqlite": "DELETE FROM conus_count WHERE ends <= %(now)s",
    # Rows that another is about to write are left to it: none waits here, so none can wait in a circle.
    "postgresql": """
DELETE FROM conus_count WHERE (kind, key) IN (
    SELECT kind, key FROM conus_count WHERE ends <= %(now)s FOR UPDATE SKIP LOCKED
)""",
}
FORGET = "DELETE FROM conus_count WHERE kind = %(kind)s AND key = %(key)s"
MAKING = 0x436F6E7573
"""The advisory lock of PostgreSQL under which the table is made: two that make it at once can both fail."""


@dataclass(frozen=True, slots=True)
class Count:
    """How often a key was counted in its window, this time included, and the seconds until that ends."""

    requests: int
    seconds_left: float


def connect() -> None:
    """Have the table made whenever a connection to the counters opens."""
    connection_created.connect(_make_table, dispatch_uid="conus.counters")


def count(kind: str, key: str, window: float, now: float) -> Count:
    """Count one event of a kind for a key at a time in seconds, in a window that starts with its first event.

    Raises django.db.Error where the counters cannot be reached.
    """
    values = {**_row(kind, key), "now": now, "ends": now + window}
    connection = connections[COUNTERS]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        requests, ends = cursor.fetchone()
        if requests == 1:  # a new window for this key: a good moment to forget the others' old ones
            cursor.execute(PRUNE[connection.vendor], values)
    return Count(requests, max(0.0, ends - now))


def forget(kind: str, key: str) -> None:
    """Let a key start anew, as after a sign-in that succeeded. Raises django.db.Error as `count` does."""
    with connections[COUNTERS].cursor() as cursor:
        cursor.execute(FORGET, _row(kind, key))


def _row(kind: str, key: str) -> dict[str, Any]:
    hidden = salted_hmac(f"conus.count.{kind}", key, algorithm="sha256").hexdigest()
    return {"kind": kind, "key": hidden}


def _make_table(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.alias != COUNTERS or _is_there(connection):
        return
    with transaction.atomic(using=COUNTERS), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
        cursor.execute(TABLE[connection.vendor])
        cursor.execute(INDEX)


def _is_there(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT to_regclass('conus_count') IS NOT NULL")
        else:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'conus_count_ends'")
        return bool(cursor.fetchone()[0])
