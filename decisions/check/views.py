"""The pages of a check: its questions, its worksheet, and its determination."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.check import services
from decisions.check.access import with_check
from decisions.check.forms import ShownForm, StartForm
from decisions.check.subject import CheckConflict, CheckSubject
from decisions.models import Check
from decisions.questionnaire import guided
from decisions.questionnaire import worksheet as sheets
from decisions.questionnaire.forms import NoteForm, QuestionsForm, WorksheetForm
from decisions.questionnaire.note import note_for_field
from decisions.questionnaire.page import Page as DeterminationPage
from decisions.questionnaire.responses import figure_typed, in_place, update
from decisions.telling.record import as_record


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start a check, and show its first question or its worksheet."""
    form = StartForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    check = services.start(request, form.cleaned_data["policies"])
    way = "worksheet" if form.cleaned_data["mode"] == "worksheet" else "check"
    return redirect(CheckSubject(check).address(way))


@require_safe
@with_check
def go_on(request: HttpRequest, check: Check) -> HttpResponse:
    """Go to the question to ask now, or to the determination."""
    return redirect(guided.next_address(CheckSubject(check)))


@require_http_methods(["GET", "HEAD", "POST"])
@with_check
def question(request: HttpRequest, check: Check, fact: str) -> HttpResponse:
    """One question."""
    subject = CheckSubject(check)
    if not guided.can_ask(subject, fact):
        raise Http404
    asked = subject.topic.by_id[fact]
    posted = request.POST if request.method == "POST" else None
    form = QuestionsForm(subject, guided.asked_with(subject, asked), posted)
    shown = ShownForm(request.POST)
    if posted is not None and form.is_valid():
        return answer_question(request, subject, form, shown)
    page = guided.Page(subject, asked, form)
    context = {"page": page, "check": check, "shown": shown}
    return render(request, "check/question.html", context, status=422 if form.problems else 200)


def answer_question(
    request: HttpRequest, subject: CheckSubject, form: QuestionsForm, shown: ShownForm
) -> HttpResponse:
    """Save an answer, and go on to the next question. What another page answered elsewhere meanwhile is no
    conflict: this page says nothing of it.
    """
    try:
        services.answer(
            subject.check,
            form.sent_answers,
            typed=form.words,
            from_birth_date=form.from_birth_date,
            shown=form.writer.revision,
            before=shown.before,
        )
    except services.ConflictError:
        form = QuestionsForm(subject, form.questions, request.POST)
        found = CheckConflict(subject, form, "question-form", shown.before)
        page = guided.Page(subject, form.questions[0], form, conflict=True)
        context = {"page": page, "check": subject.check, "conflict": found}
        return render(request, "check/question.html", context, status=409)
    return redirect(guided.next_address(subject))


@require_http_methods(["GET", "HEAD", "POST"])
@with_check
def worksheet(request: HttpRequest, check: Check) -> HttpResponse:
    """Every question on one page. What can be read is saved, the rest is sent back with a message."""
    subject = CheckSubject(check)
    if request.method != "POST":
        return render(request, "check/worksheet.html", {"page": sheets.Page(subject), "check": check})
    form = WorksheetForm(subject, request.POST)
    try:
        services.answer(
            check,
            form.sent_answers,
            typed=form.words,
            from_birth_date=form.from_birth_date,
            writer=form.writer,
            # A tab that was copied is the same page to the writer, and was made from the same answers.
            before=ShownForm(request.POST).before_or_seen,
        )
    except services.ConflictError:
        return conflict(request, subject)
    form.settle()
    page = sheets.Page(subject, form)
    if getattr(request, "htmx", False):
        return update(page, form, "check/worksheet_update.html")
    if page.problems or form.leaves_out:
        return render(request, "check/worksheet.html", {"page": page, "check": check}, status=422)
    if form.wants_determination:
        return redirect(subject.address("determination"))
    return redirect(subject.address("worksheet"))


def conflict(request: HttpRequest, subject: CheckSubject) -> HttpResponse:
    """Another page changed the check in between: what was sent beside what is saved now."""
    form, shown = WorksheetForm(subject, request.POST), ShownForm(request.POST)
    found = CheckConflict(subject, form, "worksheet-form", shown.before)
    if getattr(request, "htmx", False):
        return in_place(request, found)
    page = sheets.Page(subject, form, conflict=True)
    carried = found.carried({question.id for question in page.visible})
    context = {"page": page, "check": subject.check, "conflict": found, "carried": carried, "shown": shown}
    return render(request, "check/worksheet.html", context, status=409)


@require_POST
@with_check
def figure(request: HttpRequest, check: Check) -> HttpResponse:
    """The figure of what is typed on the page of a measure. Nothing is saved."""
    return figure_typed(request, CheckSubject(check))


@require_POST
@with_check
def clear(request: HttpRequest, check: Check) -> HttpResponse:
    """Forget the check at once."""
    services.clear(check)
    return render(request, "check/cleared.html")


@require_safe
@with_check
def determination(request: HttpRequest, check: Check) -> HttpResponse:
    """What each policy says of the answers, why, and where."""
    shown = DeterminationPage(CheckSubject(check))
    return render(request, "check/determination.html", {"page": shown})


@require_safe
@with_check
def determination_text(request: HttpRequest, check: Check) -> HttpResponse:
    """The determination as plain text, to be pasted into a case note."""
    shown, form = DeterminationPage(CheckSubject(check)), NoteForm(request.GET)
    note = note_for_field(shown, ascii_alone=form.ascii_alone)
    context = {"page": shown, "note": note, "ascii_alone": form.ascii_alone}
    return render(request, "questionnaire/determination_text.html", context)


@require_safe
@with_check
def determination_json(request: HttpRequest, check: Check) -> HttpResponse:
    """The record that `manage.py determine` prints, or an array of them for several policies, as a file."""
    records = [as_record(None, determination) for determination in services.determinations(check)]
    response = JsonResponse(records if len(records) > 1 else records[0], safe=False)
    response["Content-Disposition"] = 'attachment; filename="determination.json"'
    return response
