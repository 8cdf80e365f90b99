"""The addresses of Conus, and beside them the barest views that could give the same answers.

A bare view finds the check as every page does, saves it, and sends bytes that were made before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as pages
from decisions.check import services
from decisions.log.services import record, record_alone
from decisions.models import AnswerGiven, Case, EmergencyAccess
from decisions.reviews.answers.verbs import newest

FACT = "dimple_diameter_mm"
"""The fact that an update of the worksheet changes."""

cases = Case.objects.select_related("plan__line", "team", "assignee")

OPENING = ("opened", "closed")
"""The names of an update that opens a section of the worksheet, and of one that closes it."""

MADE: dict[str, bytes] = {}
"""What the bare views send: of the determination by its name, of an update by the value it brings."""

Rows = Callable[[Case], Iterable[object]]
ROWS: dict[str, tuple[Rows, ...]] = {
    "case": (
        lambda case: [case.created_by],
        lambda case: Case.objects.filter(
            member_reference=case.member_reference, date_of_service=case.date_of_service
        ).select_related("team"),
        lambda case: case.decisions.defer("frozen", "rationale", "reason").select_related("signed_by"),
        lambda case: case.letters.defer("body").select_related("issued_by"),
        lambda case: case.case_notes.select_related("written_by"),
        newest,
        lambda case: EmergencyAccess.objects.filter(case=case).select_related("person", "acknowledged_by"),
    ),
    "determination": (),
    "worksheet": (newest,),
}
"""What a page of a case reads besides the case: who entered it, and each kind of row with the people named
in it, by a query each.
"""


def determination(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read and save the check."""
    services.find(request, check_id).save()
    return HttpResponse(MADE["determination"])


def update(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read the check, put the one changed answer in, save it."""
    check = services.find(request, check_id)
    check.answers[FACT] = request.POST[FACT]
    check.revision += 1
    check.save()
    return HttpResponse(MADE[request.POST[FACT]])


def worksheet(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read and save the check."""
    services.find(request, check_id).save()
    return HttpResponse(MADE["worksheet"])


def opening(request: HttpRequest, check_id: str) -> HttpResponse:
    """Read the check, put the changed set in, save it."""
    check = services.find(request, check_id)
    check.answers["stigmata"] = request.POST.getlist("stigmata")
    check.revision += 1
    check.save()
    return HttpResponse(MADE[OPENING["sacral_dimple" not in check.answers["stigmata"]]])


def case_page(request: HttpRequest, case_id: str, name: str) -> HttpResponse:
    """Read who asks, the case and the rows that the page of this name reads, each kind in one query; record
    that it was seen, as every page of a case does.
    """
    case = cases.get(pk=case_id)
    for rows in ROWS[name]:
        list(rows(case))
    role = min(request.user.role_names)  # type: ignore[union-attr]
    record_alone("case_viewed", actor=request.user, role=role, case=case.pk)  # type: ignore[arg-type]
    return HttpResponse(MADE[name])


def case_update(request: HttpRequest, case_id: str) -> HttpResponse:
    """Read who asks, the case and its answers; keep the one changed answer, with its event."""
    value = request.POST[FACT]
    with transaction.atomic():
        case = cases.select_for_update(of=("self",)).get(pk=case_id)
        list(newest(case))
        case.answers[FACT] = value
        person: Any = request.user
        AnswerGiven.objects.create(case=case, fact=FACT, value=value, given_by=person)
        record("answer_changed", actor=person, role=min(person.role_names), case=case.pk)
        Case.objects.filter(pk=case.pk, revision=case.revision).update(
            answers=case.answers, revision=case.revision + 1
        )
    return HttpResponse(MADE[f"case {value}"])


urlpatterns = [
    path("bare/cases/<slug:case_id>/update/", case_update),
    path("bare/cases/<slug:case_id>/<slug:name>/", case_page),
    path("bare/<slug:check_id>/determination/", determination),
    path("bare/<slug:check_id>/update/", update),
    path("bare/<slug:check_id>/worksheet/", worksheet),
    path("bare/<slug:check_id>/opening/", opening),
    *pages,
]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
