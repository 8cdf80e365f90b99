"""The pages of the event log. Whatever is read here is an event itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.audit import exports, reading
from decisions.audit.access import Reader, reader
from decisions.audit.forms import LogFilter, StoryPlace
from decisions.guards.services import denied_page
from decisions.log import services
from decisions.log.story import Line, by_day
from decisions.models import Role
from decisions.people.services import only, person_of, signed_in
from decisions.reviews.services import RefusedError
from decisions.reviews.services import agreement as count_agreement


def of_case(view: Callable[[HttpRequest, Reader], HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the story of one case, for those who may read it. To others it answers 403 or 404."""

    @wraps(view)
    @signed_in
    def guarded(request: HttpRequest, case_id: str) -> HttpResponse:
        try:
            who = reader(person_of(request), case_id)
        except RefusedError:
            return denied_page(request)
        return view(request, who)

    return guarded


@require_safe
@only(Role.AUDITOR)
def log(request: HttpRequest) -> HttpResponse:
    """All events, the newest first, by kind, person and day."""
    form = LogFilter(request.GET)
    if not form.is_valid():
        return render(request, "audit/log.html", {"form": form}, status=422)
    page = reading.newest(form.cleaned_data)
    older = form.address(before=page.next) if page.next else ""
    services.record_view("log_viewed", person_of(request), Role.AUDITOR, page="log")
    context = {"form": form, "days": by_day(page.lines), "older": older, "all_cases": True}
    return render(request, "audit/log.html", context)


@require_safe
@of_case
def story(request: HttpRequest, who: Reader) -> HttpResponse:
    """What happened to a case, from the beginning."""
    place = StoryPlace(request.GET)
    wanted = place.cleaned_data if place.is_valid() else {}
    after, with_views = wanted.get("after") or 0, wanted.get("views") == "yes"
    page = reading.of_case(who.case.pk, after, with_views=with_views)
    _seen(who, "log_viewed", "story")
    context = {
        "case": who.case,
        "days": by_day(_shown_to(who, page.lines)),
        "next": page.next,
        "after": after,
    }
    context |= {"with_views": with_views, "sees_case": who.sees_case}
    return render(request, "audit/story.html", context)


@require_safe
@of_case
def story_csv(request: HttpRequest, who: Reader) -> HttpResponse:
    """The story of a case as a table."""
    text = exports.as_csv(_shown_to(who, reading.all_of_case(who.case.pk)))
    return _exported(who, "csv", HttpResponse(text, content_type="text/csv; charset=utf-8"), ending="csv")


@require_safe
@of_case
def story_fhir(request: HttpRequest, who: Reader) -> HttpResponse:
    """The story of a case as FHIR R4 AuditEvent resources."""
    bundle = exports.as_fhir(_shown_to(who, reading.all_of_case(who.case.pk)))
    return _exported(who, "fhir", JsonResponse(bundle, content_type="application/fhir+json"), ending="json")


@require_POST
@of_case
def verify_case(request: HttpRequest, who: Reader) -> HttpResponse:
    """The events of one case, each held against its hash and its neighbors."""
    report = services.verify_case(who.case.pk, actor=who.person, role=who.role)
    context = {"case": who.case, "report": report, "sees_case": who.sees_case}
    context["is_auditor"] = who.role == Role.AUDITOR
    return render(request, "audit/verified_case.html", context)


@require_safe
@only(Role.AUDITOR)
def agreement(request: HttpRequest) -> HttpResponse:
    """How often physicians and determinations said the same, by criterion."""
    services.record_view("log_viewed", person_of(request), Role.AUDITOR, page="agreement")
    return render(request, "audit/agreement.html", {"rows": count_agreement()})


@require_safe
@only(Role.AUDITOR)
def agreement_csv(request: HttpRequest) -> HttpResponse:
    """The same as a table."""
    services.record_view("log_exported", person_of(request), Role.AUDITOR, page="agreement")
    text = exports.agreement_csv(count_agreement())
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="agreement.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.AUDITOR)
def verify(request: HttpRequest) -> HttpResponse:
    """What a verification is, and, asked by a form, its result."""
    report = None
    if request.method == "POST":
        report = services.verify_log(actor=person_of(request), role=Role.AUDITOR)
    context = {"report": report, "status": reading.status()}
    return render(request, "audit/verify.html", context)


@require_safe
@only(Role.ADMINISTRATOR, Role.AUDITOR)
def status(request: HttpRequest) -> HttpResponse:
    """How the log is: how many events, which checkpoint, whether it is protected. Nothing that is in it."""
    return render(request, "audit/status.html", {"status": reading.status()})


def _shown_to(who: Reader, lines: list[Line]) -> list[Line]:
    """The lines of a story as somebody sees them."""
    return reading.without_details(lines) if who.judges_first else lines


def _seen(who: Reader, action: str, page: str) -> None:
    services.record_view(action, who.person, who.role, case=who.case.pk, page=page)


def _exported(who: Reader, kind: str, response: HttpResponse, *, ending: str) -> HttpResponse:
    """A response that is kept as a file, once it is recorded that somebody took the story away."""
    _seen(who, "log_exported", kind)
    name = f"events-{who.case.pk}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
