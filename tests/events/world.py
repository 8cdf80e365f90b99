"""A log to try things on, checkpoints in a folder of their own, and ways around what protects it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.db import connection

from decisions.log import checkpoints, merkle, triggers
from decisions.log.encoding import event_hash
from decisions.log.services import record_alone
from decisions.log.verification import Report, Verification
from decisions.models import Event, EventHead

COLUMNS = ("seq", "at", "actor", "role", "action", "case", "details", "previous_hash", "hash")


def fill(count: int, *, checkpoint_at: tuple[int, ...] = ()) -> None:
    """Record so many events, and write a checkpoint after some of them."""
    for number in range(1, count + 1):
        record_alone("case_viewed", actor=None, role="reviewer", case="c1", details={"number": number})
        if number in checkpoint_at:
            checkpoints.write()


def unprotect() -> None:
    """What somebody does first who owns the database."""
    triggers.drop(connection)


def sql(statement: str, *values: Any) -> None:
    """Past Django, straight into the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rehash(first: int = 1) -> None:
    """Make every hash anew from a row on, and the head with them, so that all fits together again."""
    rows = list(Event.objects.order_by("seq"))
    previous, peaks = triggers.FIRST, []
    for place, row in enumerate(rows):
        if row.seq >= first:
            row.previous_hash = previous
            row.hash = event_hash(row)
        previous = row.hash
        peaks = merkle.added(peaks, place, row.hash)
    Event.objects.all().delete()
    Event.objects.bulk_create(rows)
    EventHead.objects.update(seq=len(rows), hash=previous, peaks=json.dumps(peaks, separators=(",", ":")))


def verified(**files: Any) -> Report:
    """What a verification finds. It records nothing."""
    return Verification(**files).run()


def other(column: str, value: Any) -> Any:
    """Another value that the column can hold."""
    if column == "seq":
        return value + 1000
    if column == "actor":
        return 4711
    if column == "at":
        return value + dt.timedelta(microseconds=1)
    if column == "details":
        return value.replace("1", "2").replace("{", '{"x":1,', 1)
    if column in {"hash", "previous_hash"}:
        return ("0" if value[0] != "0" else "1") + value[1:]
    return f"{value}x"
