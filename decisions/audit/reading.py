"""Reading the log a page at a time, by the numbers of events and never by counting."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone

from decisions.log import triggers
from decisions.log.actions import LOOKS, of_group
from decisions.log.checkpoints import EVERY, INTERVAL
from decisions.log.story import Line, tell
from decisions.models import Event, EventHead

PAGE = 50
HIDDEN = "hidden until you have judged"
STORY_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, and the number that the next page goes on from, if there is one."""

    lines: list[Line]
    next: int | None


def newest(wanted: dict[str, Any]) -> Page:
    """The newest events of a filter, before the number it names."""
    events = wanted_events(wanted)
    if wanted["group"] and not (wanted["person"] or wanted["day"]):
        everything = wanted_events({**wanted, "group": ""})
        events = events.filter(seq__in=_newest_each(everything, of_group(wanted["group"]), PAGE + 1))
    return _page(events, PAGE)


def _newest_each(events: QuerySet[Event], actions: Iterable[str], most: int) -> list[int]:
    """The numbers of the newest events of each action: of one action, and not of several, they lie in order
    in an index. Among them are the newest of all.
    """
    parts = [events.filter(action=action).values_list("seq")[:most] for action in actions]
    said = [part.query.sql_with_params() for part in parts]
    # Each part in brackets, which SQLite wants around a limit.
    statement = " UNION ALL ".join(f"SELECT seq FROM ({sql}) AS newest" for sql, _ in said)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in said for value in values])
        return sorted((seq for (seq,) in cursor.fetchall()), reverse=True)[:most]


def wanted_events(wanted: dict[str, Any]) -> QuerySet[Event]:
    """The events of a filter, the newest first."""
    events = Event.objects.order_by("-seq")
    if wanted["before"]:
        events = events.filter(seq__lt=wanted["before"])
    if wanted["group"]:
        events = events.filter(action__in=of_group(wanted["group"]))
    if wanted["person"]:
        events = events.filter(actor=wanted["person"].pk)
    if wanted["day"]:
        events = _on(events, wanted["day"])
    return events


def _on(events: QuerySet[Event], day: dt.date) -> QuerySet[Event]:
    """The events of one day in the project's time zone, newest first; none on the last day that a date can
    be.

    Ordered by the sum ``seq + 0`` on purpose. By the plain column, PostgreSQL walks the log back from its end
    until it meets the day; by a sum it cannot, and finds the day by the index on the time.
    """
    zone = timezone.get_current_timezone()
    try:
        start = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
        end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
    except OverflowError:
        return events.none()
    return events.filter(at__gte=start, at__lt=end).order_by((F("seq") + 0).desc())


def of_case(case_id: str, after: int, *, with_views: bool = True) -> Page:
    """The events of a case from the oldest on, after a number; without what was only looked at, if wanted."""
    events = Event.objects.filter(case=case_id, seq__gt=after).order_by("seq")
    return _page(events if with_views else events.exclude(action__in=LOOKS), STORY_PAGE)


def all_of_case(case_id: str) -> list[Line]:
    """Every event of a case, for an export."""
    return tell(Event.objects.filter(case=case_id).order_by("seq"))


def without_details(lines: list[Line]) -> list[Line]:
    """The lines without what events say beside their sentences, such as the result of a decision: for whoever
    judges the case before they see its determination.
    """
    hidden = (("details", HIDDEN),)
    return [replace(line, details=hidden, said=hidden, digests=()) for line in lines]


def _page(events: QuerySet[Event], size: int) -> Page:
    found = list(events[: size + 1])
    more = found[size - 1].seq if len(found) > size else None
    return Page(tell(found[:size]), more)


@dataclass(frozen=True, slots=True)
class Status:
    """How the log is, without anything that is in it."""

    events: int
    head_lost: bool
    checkpoint: int
    checkpoint_at: dt.datetime | None
    since: int
    late: bool
    lacking: list[str]
    verified: Event | None
    verified_details: dict[str, Any]


def status() -> Status:
    """The state of the log for whoever keeps the machine."""
    head = EventHead.objects.filter(pk=1).first()
    verified = last_verification()
    known = head or EventHead()
    since = known.seq - known.checkpoint_seq
    return Status(
        events=known.seq,
        head_lost=head is None,
        checkpoint=known.checkpoint_seq,
        checkpoint_at=known.checkpoint_at,
        since=since,
        late=since > EVERY or _waits_too_long(known.checkpoint_seq + 1),
        lacking=triggers.not_in_place(connection),
        verified=verified,
        verified_details=json.loads(verified.details) if verified else {},
    )


def _waits_too_long(seq: int) -> bool:
    """Whether an event, the first after a checkpoint, should have been in another one by now."""
    first = Event.objects.filter(seq=seq).first()
    return first is not None and timezone.now() - first.at > 2 * INTERVAL


def last_verification() -> Event | None:
    """The newest verification of the whole log that found nothing wrong."""
    whole = Event.objects.filter(action="log_verified", case="")
    return whole.order_by("-seq").first()
