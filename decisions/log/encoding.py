"""How an event becomes bytes: one way only, so that a row and its hash can be held against each other."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from decisions.log.triggers import FIRST
from decisions.models import Event

__all__ = ["FIRST", "canonical_details", "event_hash"]

VERSION = "conus event 1"
LONGEST_TEXT = 200
MOST_ENTRIES = 200
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")


def event_hash(event: Event) -> str:
    """The SHA-256 over every column of an event and the hash of the one before.

    The columns are written as one JSON array in ASCII. Its quotes and commas keep them apart, so two
    different events never make the same bytes.
    """
    columns = [
        VERSION,
        event.seq,
        _moment(event.at),
        event.actor,
        event.role,
        event.action,
        event.case,
        event.details,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(columns, separators=(",", ":")).encode("ascii")).hexdigest()


def _moment(at: dt.datetime) -> str:
    # Always with microseconds: Python leaves them out where they are zero, and the hash would be of another
    # text.
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def canonical_details(details: Mapping[str, Any] | None) -> str:
    """Details as canonical JSON.

    Raises ValueError for what has no place in an event: nested objects, fractions, long texts.
    """
    given = dict(details or {})
    for key, value in given.items():
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} cannot name a detail of an event.")
        _check_value(key, value)
    return json.dumps(given, sort_keys=True, separators=(",", ":"))


def _check_value(key: str, value: Any) -> None:
    values = value if isinstance(value, list | tuple) else [value]
    if len(values) > MOST_ENTRIES:
        raise ValueError(f"The detail {key} has more than {MOST_ENTRIES} entries.")
    for one in values:
        if not (one is None or isinstance(one, str | int)):
            raise ValueError(f"The detail {key} holds a {type(one).__name__}, which an event cannot hold.")
        if isinstance(one, str) and len(one) > LONGEST_TEXT:
            raise ValueError(f"The detail {key} is longer than {LONGEST_TEXT} characters.")
