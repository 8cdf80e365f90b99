"""Exact counts of requests, shared by all threads and processes through one small SQLite file.

A row an address, with the start of its minute and the count in it. One statement reads and writes, so two
that race are both counted. Addresses are kept as keyed hashes, until the next minute of anyone begins.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils.crypto import salted_hmac

from decisions.guards.routers import COUNTERS

WINDOW = 60.0
"""Seconds that a count lasts, from an address's first request on."""

TABLE = """
CREATE TABLE IF NOT EXISTS request_count (
    address TEXT PRIMARY KEY, started REAL NOT NULL, requests INTEGER NOT NULL
) WITHOUT ROWID
"""
COUNT = """
INSERT INTO request_count (address, started, requests) VALUES (%(address)s, %(now)s, 1)
ON CONFLICT (address) DO UPDATE SET
    requests = CASE WHEN started <= %(ended)s THEN 1 ELSE requests + 1 END,
    started = CASE WHEN started <= %(ended)s THEN excluded.started ELSE started END
RETURNING requests, started
"""
PRUNE = "DELETE FROM request_count WHERE started <= %(ended)s"


@dataclass(frozen=True, slots=True)
class Count:
    """How many requests an address made in its minute, this one included, and the seconds until it ends."""

    requests: int
    seconds_left: float


def connect() -> None:
    """Have the table made whenever a connection to the counters opens."""
    connection_created.connect(_make_table, dispatch_uid="conus.counters")


def _make_table(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.alias == COUNTERS:
        with connection.cursor() as cursor:
            cursor.execute(TABLE)


def count(address: str, now: float) -> Count:
    """Count one request of an address at a time in seconds. Raises DatabaseError where the file fails."""
    values: dict[str, str | float] = {"address": _hidden(address), "now": now, "ended": now - WINDOW}
    with connections[COUNTERS].cursor() as cursor:
        cursor.execute(COUNT, values)
        requests, started = cursor.fetchone()
        if requests == 1:  # a new minute for this address: a good moment to forget the others' old ones
            cursor.execute(PRUNE, values)
    return Count(requests, max(0.0, started + WINDOW - now))


def _hidden(address: str) -> str:
    return salted_hmac("conus.request-count", address, algorithm="sha256").hexdigest()
