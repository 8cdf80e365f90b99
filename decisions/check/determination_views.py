"""The determination of a check: as a page, as text for a case note, and as the command's object."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.check import services
from decisions.check.access import with_check
from decisions.check.subject import CheckSubject
from decisions.models import Check
from decisions.questionnaire.determination_note import case_note
from decisions.questionnaire.determination_page import Page
from decisions.record import as_record


@require_safe
@with_check
def page(request: HttpRequest, check: Check) -> HttpResponse:
    """What each policy says of the answers, why, and where."""
    shown = Page(CheckSubject(check))
    return render(request, "questionnaire/determination.html", {"page": shown})


@require_safe
@with_check
def text(request: HttpRequest, check: Check) -> HttpResponse:
    """The same as plain text, to be selected or copied."""
    shown = Page(CheckSubject(check))
    return render(request, "questionnaire/determination_text.html", {"page": shown, "note": case_note(shown)})


@require_safe
@with_check
def json(request: HttpRequest, check: Check) -> HttpResponse:
    """The object of the command, or an array of them for several policies, to be saved."""
    records = [as_record(None, determination) for determination in services.determinations(check)]
    response = JsonResponse(records if len(records) > 1 else records[0], safe=False)
    response["Content-Disposition"] = 'attachment; filename="determination.json"'
    return response
