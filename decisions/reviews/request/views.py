"""Entering a request and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from decisions.log.services import last_changes, record_alone
from decisions.models import Case, Person, Submission
from decisions.people.services import person_of, signed_in
from decisions.reviews.ground import assignment
from decisions.reviews.ground.access import answered
from decisions.reviews.ground.head import Head
from decisions.reviews.ground.work import (
    RefusedError,
    StaleError,
    Work,
    find,
    look,
    record_view,
    refusals_recorded,
)
from decisions.reviews.request import duplicates
from decisions.reviews.request import verbs as request_verbs
from decisions.reviews.request.duplicates import Duplicate, shown_duplicates
from decisions.reviews.request.forms import RequestForm
from decisions.reviews.request.spelling import as_read


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answered
def new(request: HttpRequest) -> HttpResponse:
    """Enter a request."""
    person = person_of(request)
    with refusals_recorded(person, "create", ""):
        if not request_verbs.may_create(person):
            raise RefusedError("Your roles do not include entering requests.")
    if request.method != "POST":
        return _page(request, _opened(RequestForm()))
    form = RequestForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if form.takes_a_day:
        return _page(request, form)
    if made := _made_before(person, form):
        return _saved(request, made, form)
    if duplicates := _unconfirmed(person, form):
        return _page(request, form, status=422, duplicates=duplicates)
    try:
        return _saved(request, request_verbs.create(person, form.sent, form.request), form)
    except request_verbs.ReferenceTakenError:
        return _page(request, _with_taken_reference(form), status=422)


@require_POST
@signed_in
def codes(request: HttpRequest) -> HttpResponse:
    """What the codes that are being entered are called, and which are not valid: a part of the form."""
    changed = getattr(request, "htmx", None)
    name = changed.trigger_name if changed else ""
    return render(
        request, "reviews/codes_told_update.html", {"form": RequestForm(request.POST), "name": name}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answered
def change(request: HttpRequest, case_id: str) -> HttpResponse:
    """Read the request of a case, and change it where that is possible."""
    person = person_of(request)
    work = look(person, case_id)
    if request.method != "POST":
        return _request_page(request, work)
    form = RequestForm(request.POST, work.case)
    filled_in = form.is_valid()
    if filled_in and form.takes_a_day:
        return _page(request, form, work)
    if filled_in and form.sending and request_verbs.was_submitted(person, case_id, form.sending):
        return _sent_to_review(request, case_id)
    try:
        _check_may_change(work)  # before anything is said of duplicates
    except RefusedError as refused:
        return _page(request, form, work, status=403, why=str(refused))
    return _changed(request, work, form) if filled_in else _page(request, form, work, status=422)


def _changed(request: HttpRequest, work: Work, form: RequestForm) -> HttpResponse:
    person, case_id = work.person, work.case.pk
    if duplicates := _unconfirmed(person, form, work.case):
        return _page(request, form, work, status=422, duplicates=duplicates)
    try:
        request_verbs.change_request(person, case_id, form.sent, form.request)
    except request_verbs.ReferenceTakenError:
        return _page(request, _with_taken_reference(form), work, status=422)
    except StaleError as stale:
        return _conflict(request, work, form, stale.case)
    except RefusedError as refused:
        return _page(request, form, look(person, case_id), status=403, why=str(refused))
    return _saved(request, case_id, form)


def _saved(request: HttpRequest, case_id: str, form: RequestForm) -> HttpResponse:
    """The case of a request that was saved, in review where that was asked for too.

    Each is done once for the form: sent again, because it saved a draft before or got only so far, it does
    what is left.
    """
    if form.read_as:
        messages.info(request, f"{'; '.join(form.read_as)}.")
    if not form.sending:
        return redirect("reviews:case", case_id)
    request_verbs.submit(person_of(request), case_id, form.sending)
    return _sent_to_review(request, case_id)


def _sent_to_review(request: HttpRequest, case_id: str) -> HttpResponse:
    messages.success(request, assignment.and_on_whose_list(request_verbs.SUBMITTED, find(case_id)))
    return redirect("reviews:case", case_id)


def _opened(form: RequestForm) -> RequestForm:
    """The form of a request that is begun, with the focus in its first field."""
    form.fields["member_reference"].widget.attrs["autofocus"] = True
    return form


def _check_may_change(work: Work) -> None:
    """Raises RefusedError, which is recorded, where somebody cannot change the request now."""
    with refusals_recorded(work.person, "change_request", work.case.pk):
        if not request_verbs.may_change_request(work.person, work.case):
            raise RefusedError(request_verbs.AFTER_INTAKE)


def _request_page(request: HttpRequest, work: Work) -> HttpResponse:
    _check_may_change(work)
    record_view(work, "request_viewed")
    return _page(request, RequestForm(case=work.case), work)


def _page(
    request: HttpRequest, form: RequestForm, work: Work | None = None, status: int = 200, **told: object
) -> HttpResponse:
    context = {
        "form": form,
        "case": work.case if work else None,
        "head": Head(work) if work else None,
        **told,
    }
    return render(request, "reviews/request.html", context, status=status)


def _made_before(person: Person, form: RequestForm) -> str:
    """The case that the same form made already, so that a form sent twice is not its own duplicate."""
    earlier = Submission.objects.filter(pk=form.sent.token, person=person, action="create").first()
    return earlier.result if earlier else ""


def _unconfirmed(person: Person, form: RequestForm, case: Case | None = None) -> list[Duplicate]:
    """The cases that may be the same request, unless somebody said that they are not."""
    asked = form.request
    found = duplicates.duplicates(
        asked.member_reference, asked.date_of_service, asked.procedure_codes, case.pk if case else ""
    )
    if not found or form.confirms(found) or (case and not _is_news(form)):
        return []
    for duplicate in found:
        record_alone("duplicate_seen", actor=person, case=duplicate.pk)
    form.ask_about(found)
    return shown_duplicates(person, found, form.sent_as_read)


def _is_news(form: RequestForm) -> bool:
    """Whether a change touches what duplicates are found by."""
    return bool({"member_reference", "date_of_service", "procedure_codes"} & set(form.touched))


def _with_taken_reference(form: RequestForm) -> RequestForm:
    form.add_error("reference", "Another case has this reference. Give another one, or leave it empty.")
    return form


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed, or that is another here: what is saved, and what was typed."""

    label: str
    saved: str
    typed: str


def _conflict(request: HttpRequest, work: Work, form: RequestForm, now: Case) -> HttpResponse:
    """Both versions, field by field, and a press of a button to keep one of them. Nothing typed is lost."""
    if not request_verbs.may_change_request(work.person, now):
        return _page(request, form, work, status=403, why=request_verbs.AFTER_INTAKE)
    form.renewed(now.revision)
    saved = as_read(now)
    sent = form.sent_as_read
    differing = [
        Difference(str(form.fields[name].label), saved[name], sent[name])
        for name in saved
        if saved[name] != sent[name]
    ]
    work = Work(work.person, now, work.permit)
    context = {
        "form": form,
        "head": Head(work),
        "differing": differing,
        "changes": last_changes(now.pk),
        "typed": form.sent_inputs,
    }
    return render(request, "reviews/conflict_request.html", context, status=409)
