"""Other cases that may be the same request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from decisions.models import Case, Person
from decisions.reviews.ground.work import may, may_see
from decisions.reviews.request.spelling import NAMES, as_read

COMPARED = (
    "birth_date",
    "plan",
    "policy",
    "ordering_clinician",
    "rendering_clinician",
    "urgency",
    "procedure_codes",
    "diagnosis_codes",
)
"""What two requests for the same member, day and code are told apart by."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """A field in which two requests differ: what the other says, and what this one does."""

    label: str
    there: str
    here: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another case that may be the same request; None stands for one of another team."""

    case: Case | None
    differing: tuple[Unlike, ...] = ()


def shown_duplicates(person: Person, cases: list[Case], here: Mapping[str, str]) -> list[Duplicate]:
    """Other cases as somebody may be told of them: another team's without a word of what it is, and where one
    differs only to whom its page is open. ``here`` is this request as a person reads it.
    """
    return [_shown(person, case, here) for case in cases]


def _shown(person: Person, case: Case, here: Mapping[str, str]) -> Duplicate:
    if not may_see(person, case):
        return Duplicate(None)
    return Duplicate(case, tuple(_differing(case, here)) if may(person, "see", case) else ())


def _differing(case: Case, here: Mapping[str, str]) -> Iterator[Unlike]:
    there = as_read(case)
    for name in COMPARED:
        if there[name] != here[name]:
            yield Unlike(NAMES[name], there[name] or "none", here[name] or "none")


def duplicates(member_reference: str, day: dt.date | None, codes: list[str], but: str = "") -> list[Case]:
    """The cases of the same member, date of service and a same code, but for one case. Withdrawn ones too."""
    same: QuerySet[Case] = Case.objects.filter(member_reference=member_reference, date_of_service=day)
    cases = same.filter(~Q(pk=but)).select_related("team", "plan").order_by("-created_at")
    return [case for case in cases if _share_a_code(case.procedure_codes, codes)]


def _share_a_code(one: list[str], other: list[str]) -> bool:
    """Whether two requests name a same code. Where neither names any, they may be the same."""
    return bool(set(one) & set(other)) or not (one or other)


def duplicates_of(case: Case) -> list[Case]:
    """The other cases that may be the same request."""
    return duplicates(case.member_reference, case.date_of_service, case.procedure_codes, case.pk)
