"""Recording events. What changes something records it in the same transaction.

    with transaction.atomic():
        ...
        record("case_claimed", actor=person, role="reviewer", case=case.id)

What changes nothing, and what was refused and rolled back, is recorded by `record_alone`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from decisions.log import checkpoints, merkle
from decisions.log.actions import ACTIONS
from decisions.log.encoding import canonical_details, event_hash
from decisions.models import Event, EventHead, Person

HEAD = 1

# Plain SQL, which both databases read alike: every page records, and models took five times as long here.
_COLUMNS = ("seq", "at", "actor", "role", "action", "case", "details", "previous_hash", "hash")
_NAMES = ", ".join(f'"{name}"' for name in _COLUMNS)
_HEAD = "SELECT seq, hash, peaks, checkpoint_seq FROM decisions_eventhead WHERE id = %s"
_ADD = f"INSERT INTO decisions_event ({_NAMES}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"  # noqa: S608
_MOVE = "UPDATE decisions_eventhead SET seq = %s, hash = %s, peaks = %s WHERE id = %s"


class LogError(Exception):
    """The event log cannot be written: what was to be recorded must not happen either."""


def record(
    action: str,
    *,
    actor: Person | None,
    role: str = "",
    case: str = "",
    details: Mapping[str, Any] | None = None,
) -> Event:
    """Add an event, inside the transaction of what it tells of. ``case`` is a case's id, not its reference.

    Everybody who records waits here for the one who holds the head, until that transaction ends. So record
    late in a transaction, and keep it short.

    Raises LogError outside of a transaction and where the log has lost its head, ValueError for an unknown
    action and for details that an event cannot hold.
    """
    if not connection.in_atomic_block:
        raise LogError("An event is recorded in the transaction of what it tells of, and there is none.")
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not an action of the event log.")
    head = _locked_head()
    event = Event(
        seq=head.seq + 1,
        at=timezone.now(),
        actor=actor.pk if actor else None,
        role=role,
        action=action,
        case=case,
        details=canonical_details(details),
        previous_hash=head.hash,
    )
    event.hash = event_hash(event)
    _add(event)
    _move(head, event)
    return event


class More(TypedDict, total=False):
    """What `record` is told beside the action and the actor."""

    role: str
    case: str
    details: Mapping[str, Any] | None


def record_alone(action: str, *, actor: Person | None, **more: Unpack[More]) -> Event:
    """Add an event in a transaction of its own: for what is only looked at, and for refusals.

    After a refusal it is called when the other transaction has been rolled back. Raises as `record` does.
    """
    with transaction.atomic():
        return record(action, actor=actor, **more)


def digest(case_id: str, value: Any, *, key: str = "") -> str:
    """A keyed digest that stands for a value of a patient in an event's details.

    One value has one digest within a case, so a change shows. Without the secret key nobody can try values,
    and digests of different cases cannot be compared. ``key`` names the secret key, as `digest_key` does; the
    current one where it is "". Raises LookupError for a key that is not at hand.
    """
    return _digest(case_id, value, _secret_keys()[key] if key else settings.SECRET_KEY)


def digest_key() -> str:
    """The name of the secret key that digests are made with today. Digests of two keys cannot be compared."""
    return _name(settings.SECRET_KEY)


def digest_keys() -> frozenset[str]:
    """The names of the secret keys at hand: the current one, and the fallbacks."""
    return frozenset(_secret_keys())


def _secret_keys() -> dict[str, str]:
    return {_name(secret): secret for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def _name(secret: str) -> str:
    return _digest("", "which key", secret)[:16]


def _digest(case_id: str, value: Any, secret: str) -> str:
    text = json.dumps([case_id, value], sort_keys=True, separators=(",", ":"), default=str)
    return salted_hmac("conus.events.digest", text, secret=secret, algorithm="sha256").hexdigest()


def _locked_head() -> EventHead:
    """The head, locked until the transaction ends. On SQLite the transaction holds the lock already."""
    lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{_HEAD} {lock}", [HEAD])
        found = cursor.fetchone()
    if found is None:
        raise LogError("The event log has lost its head. Run manage.py verify_log.")
    seq, head_hash, peaks, checkpoint_seq = found
    return EventHead(pk=HEAD, seq=seq, hash=head_hash, peaks=peaks, checkpoint_seq=checkpoint_seq)


def _add(event: Event) -> None:
    values = [getattr(event, name) for name in _COLUMNS]
    values[_COLUMNS.index("at")] = connection.ops.adapt_datetimefield_value(event.at)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)


def _move(head: EventHead, event: Event) -> None:
    """Let the head name the new event, and have a checkpoint written when enough have come together."""
    peaks = merkle.added(json.loads(head.peaks), head.seq, event.hash)
    head.seq = event.seq
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [event.seq, event.hash, json.dumps(peaks, separators=(",", ":")), HEAD])
    if checkpoints.due_by_count(head):
        # Not before the commit: a checkpoint would vouch for an event that may be rolled back.
        transaction.on_commit(checkpoints.write_quietly)
