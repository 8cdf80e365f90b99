"""Other cases that may be the same request."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from decisions.models import Case, Person
from decisions.reviews.ground.work import may_see


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Another case that may be the same request; None stands for one of another team."""

    case: Case | None


def shown_duplicates(person: Person, cases: list[Case]) -> list[Duplicate]:
    """Other cases as somebody may be told of them: another team's without a word of what it is."""
    return [Duplicate(case if may_see(person, case) else None) for case in cases]


def duplicates(member_reference: str, day: dt.date | None, codes: list[str], but: str = "") -> list[Case]:
    """The cases of the same member, date of service and a same code, but for one case. Withdrawn ones too."""
    same: QuerySet[Case] = Case.objects.filter(member_reference=member_reference, date_of_service=day)
    cases = same.filter(~Q(pk=but)).select_related("team").order_by("-created_at")
    return [case for case in cases if _share_a_code(case.procedure_codes, codes)]


def _share_a_code(one: list[str], other: list[str]) -> bool:
    """Whether two requests name a same code. Where neither names any, they may be the same."""
    return bool(set(one) & set(other)) or not (one or other)


def duplicates_of(case: Case) -> list[Case]:
    """The other cases that may be the same request."""
    return duplicates(case.member_reference, case.date_of_service, case.procedure_codes, case.pk)
