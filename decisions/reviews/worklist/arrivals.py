"""Information that a case waited for, that has arrived, and that nobody has worked with yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Max

from decisions.models import Case, Event, Letter
from decisions.reviews.ground import states

ARRIVED = "information_received"
WORKED_ON = (
    "answer_changed",
    "request_changed",
    "note_added",
    "extended",
    "information_requested",
    "referred",
)
"""What tells in the event log that somebody worked on a case that is under review."""


def arrived(cases: Collection[Case]) -> dict[str, dt.datetime]:
    """When information arrived for those of the cases that were not worked on since, by their ids.

    The log says it: of the events that count, the arrival is the newest. Only cases that asked for
    information by a letter are looked for there.
    """
    under_review = [case.pk for case in cases if case.state in states.UNDER_REVIEW]
    if not under_review:
        return {}
    asked = Letter.objects.filter(case__in=under_review, kind=Letter.Kind.INFORMATION).values("case")
    told = Event.objects.filter(case__in=asked, action__in=(ARRIVED, *WORKED_ON))
    newest = told.order_by().values("case").annotate(newest=Max("seq")).values("newest")
    return dict(Event.objects.filter(seq__in=newest, action=ARRIVED).values_list("case", "at"))
