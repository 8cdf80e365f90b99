"""Serving and putting a backup back keep each other out: while Conus serves from a database, none is put in.

In SQLite a file beside the database is locked, and processes that a server forks share that lock. In
PostgreSQL each connection of a server holds an advisory lock of its database, which ends with the connection.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import sleep
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

SERVING = 0x436F6E757E
"""The advisory lock of PostgreSQL that servers share, and that a restore has alone."""

LOOKS, BETWEEN_LOOKS = 20, 0.1
"""How often, and after how many seconds, a restore looks whether a server's last connection has ended:
PostgreSQL learns that a program has ended a moment after it has."""

BEING_RESTORED = "a backup is being put into it. Start again when that is done"


class ServedError(Exception):
    """Conus serves from the database. The message says what to do."""

    def __init__(self) -> None:
        super().__init__("Conus is serving from this database. Stop it first.")


def begin() -> None:
    """Say that this process serves from the configured database, until it ends.

    Raises ImproperlyConfigured or OperationalError while a backup is put into it.
    """
    if connection.vendor == "sqlite":
        try:
            _locked_file(fcntl.LOCK_SH)  # never closed: it is given back when the last process ends
        except BlockingIOError:
            raise ImproperlyConfigured(f"The database cannot be used: {BEING_RESTORED}.") from None
        return
    connection_created.connect(share, dispatch_uid="conus.events.serving")
    if connection.connection is not None:
        share(connection)


def share(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Hold PostgreSQL's lock with a new connection of a server. Raises OperationalError during a restore."""
    if connection.alias == DEFAULT_DB_ALIAS and not _called(connection, "pg_try_advisory_lock_shared"):
        connection.close()
        raise OperationalError(BEING_RESTORED)


def stand() -> None:
    """Keep a connection to PostgreSQL open while nobody asks anything: the lock of a server ends with it."""
    if connection.vendor == "sqlite":
        connection.close()
        return
    with suppress(DatabaseError):  # it is tried again a minute later, and by each request
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()


@contextmanager
def stopped() -> Iterator[None]:
    """Keep servers from starting on the configured database while a backup is put in. Raises ServedError
    where one serves.
    """
    if connection.vendor == "sqlite":
        try:
            descriptor = _locked_file(fcntl.LOCK_EX)
        except BlockingIOError:
            raise ServedError from None
        try:
            yield
        finally:
            os.close(descriptor)
        return
    with closing(connection.copy()) as own:  # the other one is closed while programs are at work
        _lock_alone(own)
        try:
            yield
        finally:  # said here: who starts next does not have to wait until the connection's end is noticed
            with suppress(DatabaseError):
                _called(own, "pg_advisory_unlock")


def _lock_alone(own: BaseDatabaseWrapper) -> None:
    """Hold PostgreSQL's lock as nobody else does. Raises ServedError.

    It looks again rather than stand in line: that would keep those out who share the lock with a server.
    """
    for _ in range(LOOKS):
        if _called(own, "pg_try_advisory_lock"):
            return
        sleep(BETWEEN_LOOKS)
    raise ServedError


def _locked_file(how: int) -> int:
    """The lock file beside the database, locked. Raises BlockingIOError."""
    database = Path(connection.settings_dict["NAME"]).resolve()
    descriptor = os.open(database.with_name(f"{database.name}.serving"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    return descriptor


def _called(on: BaseDatabaseWrapper, function: str) -> bool:
    with on.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [SERVING])
        return bool(cursor.fetchone()[0])
