"""What people are told of changes to their sign-in: at their next page, and on their account page."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from decisions.log.services import record
from decisions.models import Notice, Person

KEPT_IN_VIEW = 10


def tell(by: Person, person: Person, kind: str) -> None:
    """Have somebody told. Who never signed in is not: all of it is new to them."""
    if person.last_login is not None:
        Notice.objects.create(person=person, kind=kind, by=by)


def unread(person: Person) -> QuerySet[Notice]:
    """What somebody has not read yet, the oldest first."""
    return Notice.objects.filter(person=person, read_at=None).select_related("by").order_by("pk")


def all_of(person: Person) -> list[Notice]:
    """The newest that somebody was told, whoever has read it: it may not have been they."""
    return list(Notice.objects.filter(person=person).select_related("by").order_by("-pk")[:KEPT_IN_VIEW])


def mark_read(person: Person, newest: int) -> None:
    """Note that somebody has read what they were told, up to a number: what came meanwhile stays unread."""
    with transaction.atomic():
        mine = Notice.objects.filter(person=person, read_at=None, pk__lte=newest)
        count = mine.update(read_at=timezone.now())
        if count:
            record("notice_read", actor=person, details={"notices": count})
