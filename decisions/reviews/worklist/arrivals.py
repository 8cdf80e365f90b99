"""What came for a case that nobody has worked with yet: information, an opinion, a question back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, QuerySet

from decisions.models import Case, Event, Letter, Note
from decisions.reviews.ground import states

ARRIVALS = {
    "information_received": "Information arrived",
    "opinion_given": "A colleague answered",
    "sent_back": "Sent back with a question",
}
"""What can come, by its event in the log, in words."""
WORKED_ON = (
    "answer_changed",
    "request_changed",
    "note_added",
    "extended",
    "information_requested",
    "opinion_asked",
    "referred",
)
"""What tells in the event log that somebody worked on a case that is under review. That it goes to somebody
else, and why, is none of it.
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came for a case, in words, and when."""

    words: str
    at: dt.datetime


def arrived(cases: Collection[Case]) -> dict[str, Arrival]:
    """What came for those of the cases that were not worked on since, by their ids.

    The log says it: of the events that count, what came is the newest. Only cases that something can have
    come for are looked for there: they asked for it by a letter, or have it as a note.
    """
    under_review = [case.pk for case in cases if case.state in states.UNDER_REVIEW]
    if not under_review:
        return {}
    told = Event.objects.filter(case__in=_can_have_come(under_review), action__in=(*ARRIVALS, *WORKED_ON))
    newest = told.order_by().values("case").annotate(newest=Max("seq")).values("newest")
    came = Event.objects.filter(seq__in=newest, action__in=ARRIVALS).values_list("case", "action", "at")
    return {case: Arrival(ARRIVALS[action], at) for case, action, at in came}


def _can_have_come(cases: Collection[str]) -> QuerySet[Case, str]:
    """The ids of those cases that something can have come for."""
    asked = Letter.objects.filter(case=OuterRef("pk"), kind=Letter.Kind.INFORMATION)
    noted = Note.objects.filter(case=OuterRef("pk"), kind__in=(Note.Kind.OPINION, Note.Kind.QUESTION))
    return Case.objects.filter(Exists(asked) | Exists(noted), pk__in=cases).values_list("pk", flat=True)
