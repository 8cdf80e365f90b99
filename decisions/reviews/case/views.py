"""The page of a case, and whether there is news of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.log.services import last_changes
from decisions.people.services import background
from decisions.questionnaire.forms import NoteForm
from decisions.questionnaire.note import note_for_field
from decisions.questionnaire.page import Page as DeterminationPage
from decisions.reviews.answers import verbs as answer_verbs
from decisions.reviews.answers.subject import CaseSubject
from decisions.reviews.case.judged import own_judgment
from decisions.reviews.case.offers import steps
from decisions.reviews.case.page import Page
from decisions.reviews.ground import judging
from decisions.reviews.ground.access import to_judge_first, with_case, with_questions
from decisions.reviews.ground.forms import NewsForm
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import Work, record_view
from decisions.telling.record import as_record


@require_safe
@with_case(event="case_viewed")
def case(request: HttpRequest, work: Work) -> HttpResponse:
    """The page of a case."""
    page = Page(work)
    return render(request, "reviews/case.html", {"page": page, "head": page.head})


@background
@require_safe
@with_case()
def news(request: HttpRequest, work: Work) -> HttpResponse:
    """Whether the case was changed since a page was made: 204 where it was not."""
    form = NewsForm(request.GET)
    if form.is_valid() and form.cleaned_data["revision"] == work.case.revision:
        return HttpResponse(status=204)
    changes = last_changes(work.case.pk, 1)
    return render(request, "reviews/_news.html", {"case": work.case, "changes": changes})


@require_safe
@with_questions("determination_viewed")
def determination(request: HttpRequest, work: Work) -> HttpResponse:
    """What the policy says of the case, why, where, and what can be done next. Where it is hidden until the
    case is judged, that comes first.
    """
    if judging.may_judge_now(work.person, work.case):
        return to_judge_first(request, work.case)
    judging.check_opened(work)
    context = determination_of(work)
    page, subject = context["page"], context["subject"]
    continues_at = page.continues_at if page.remaining else ""
    context |= {"steps": steps(work, subject.found, continues_at), "head": Head(work)}
    # The review date stands with the passages, and once is enough.
    context["tells_overdue"] = True
    context["judged"] = own_judgment(work, subject.found)
    context["may_answer"] = answer_verbs.may_answer_now(work.person, work.case)
    return render(request, "reviews/determination.html", context)


def determination_of(work: Work) -> dict[str, Any]:
    """What the pages of a determination show."""
    subject = CaseSubject(work)
    page = DeterminationPage(subject)
    return {"subject": subject, "page": page}


@require_safe
@with_questions()
def determination_text(request: HttpRequest, work: Work) -> HttpResponse:
    """The determination as plain text, to be pasted into a case note."""
    judging.check_opened(work)
    record_view(work, "exported", what="determination", format="text")
    form = NoteForm(request.GET)
    context = {**determination_of(work), "head": Head(work), "ascii_alone": form.ascii_alone}
    context["note"] = note_for_field(context["page"], ascii_alone=form.ascii_alone)
    return render(request, "reviews/determination_text.html", context)


@require_safe
@with_questions()
def determination_json(request: HttpRequest, work: Work) -> HttpResponse:
    """The record that `manage.py determine` prints, as a file; or that it is hidden."""
    if not judging.opened_to(work):
        return JsonResponse({"id": work.case.reference, "hidden": judging.HIDDEN}, status=403)
    record_view(work, "exported", what="determination", format="json")
    response = JsonResponse(as_record(work.case.reference, CaseSubject(work).found))
    response["Content-Disposition"] = 'attachment; filename="determination.json"'
    return response
