"""The work lists, the search, and emergency access."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.log.services import digest, record_alone
from decisions.models import Person
from decisions.people.services import person_of, signed_in
from decisions.reviews.ground import permissions
from decisions.reviews.ground.access import answered
from decisions.reviews.ground.forms import beginning
from decisions.reviews.ground.work import NotFoundError, RefusedError, refusals_recorded
from decisions.reviews.worklist import emergency, kept_views, queries
from decisions.reviews.worklist.forms import EmergencyForm, GiveForm, ListForm, SearchForm, ViewForm
from decisions.reviews.worklist.page import PLAIN, Page, address, first_list, rows, where_work_begins
from decisions.reviews.worklist.searching import search as search_cases


@require_safe
@signed_in
@answered
def work_list(request: HttpRequest) -> HttpResponse:
    """The cases that somebody has, that their team has, or that nobody has."""
    return listed(request, ListForm(request.GET, first_list(person_of(request)), person_of(request)))


def listed(
    request: HttpRequest,
    form: ListForm,
    refused: forms.Form | None = None,
    giving: GiveForm | None = None,
) -> HttpResponse:
    """The page of a list. What was not accepted on it is ``refused``, of a view that is to be kept, or
    ``giving``, of cases that are to be given.
    """
    person, role = person_of(request), _role(request)
    is_valid = form.is_valid() and refused is None and giving is None
    page = Page(person, form, is_refused=not is_valid)
    details = {"list": page.wanted.which, "count": page.counted.count}
    record_alone("list_viewed", actor=person, role=role, details=details)
    context = {"page": page, "form": form, "refused": refused, "giving": giving or page.giving}
    return render(request, "reviews/list.html", context, status=200 if is_valid else 422)


@require_POST
@signed_in
@answered
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the list as it was shown under a name."""
    person = person_of(request)
    _role(request)
    form = ViewForm(request.POST, first_list(person), person)
    if form.is_valid():
        asked = form.cleaned_data["asked"]
        try:
            kept_views.keep(person, form.cleaned_data["name"], asked)
        except RefusedError as refused:
            form.add_error(None, str(refused))
        else:
            return redirect(address(asked))
    return listed(request, form.of_list(), form)


@require_POST
@signed_in
@answered
def remove_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Remove a view that somebody kept. The list stays as it was shown."""
    return redirect(address(kept_views.remove(person_of(request), view_id)))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answered
def search(request: HttpRequest) -> HttpResponse:
    """The cases with a reference, or of a member.

    The text comes by POST: it stands in no address, and the log has a digest of it.
    """
    person, role = person_of(request), _role(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _found(request, person, role, form)
    if not form.errors:
        form.take_focus()
    return render(request, "reviews/search.html", {"form": form}, status=422 if form.errors else 200)


def _found(request: HttpRequest, person: Person, role: str, form: SearchForm) -> HttpResponse:
    """What a search found. A single case has the focus; else it is sought on."""
    sought = form.cleaned_data["reference"]
    found = rows(search_cases(person, sought), person)
    details = {"count": len(found), "sought": digest("", sought.upper())}
    record_alone("search_made", actor=person, role=role, details=details)
    only = where_work_begins(found) if len(found) == 1 else None
    if only is None:
        form.take_focus()
    context = {"form": form, "rows": found, "focus": only, "most": queries.PAGE, "searched": True}
    context["headers"] = PLAIN
    return render(request, "reviews/search.html", context)


def _role(request: HttpRequest) -> str:
    """The role that somebody looks at lists with. Raises RefusedError."""
    roles = permissions.roles_for(person_of(request), "see")
    if not roles:
        record_alone("refused", actor=person_of(request), details={"action": "see", "kind": "refused"})
        raise RefusedError("Your roles do not include cases.")
    return roles[0]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answered
def emergency_access(request: HttpRequest) -> HttpResponse:
    """Take emergency access to one case of another team."""
    person = person_of(request)
    with refusals_recorded(person, "take_emergency_access", ""):
        if not permissions.roles_for(person, "take_emergency_access"):
            raise RefusedError("Your roles do not include emergency access.")
    form = EmergencyForm(request.POST if request.method == "POST" else None, beginning())
    if form.is_valid():
        given = form.cleaned_data
        try:
            return redirect(
                "reviews:case", emergency.take_access(person, form.sent, given["reference"], given["reason"])
            )
        except NotFoundError:
            form.add_error("reference", "There is no case with this reference. The attempt was recorded.")
    return render(request, "reviews/emergency.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@signed_in
@answered
def accesses(request: HttpRequest) -> HttpResponse:
    """The emergency accesses that no auditor has looked at yet, and those that were looked at last."""
    person = person_of(request)
    waiting = emergency.unacknowledged(person)
    details = {"list": "emergency", "count": len(waiting)}
    record_alone("list_viewed", actor=person, role=permissions.AUDITOR, details=details)
    context = {"accesses": waiting, "acknowledged": emergency.acknowledged(person), "person": person}
    return render(request, "reviews/accesses.html", context)


@require_POST
@signed_in
@answered
def acknowledge(request: HttpRequest, access_id: int) -> HttpResponse:
    """Note that an auditor has looked at an access."""
    emergency.acknowledge(person_of(request), access_id)
    return redirect("reviews:accesses")
