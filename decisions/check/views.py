"""The pages of a check but its determination."""

from __future__ import annotations

import json

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from decisions.check import guided, services
from decisions.check import worksheet as sheets
from decisions.check.access import with_check
from decisions.check.figure import figure as draw
from decisions.check.forms import MeasuresForm, QuestionsForm, StartForm, WorksheetForm
from decisions.models import Check


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Start a check, and show its first question or its worksheet."""
    form = StartForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    check = services.start(request, form.cleaned_data["policies"])
    way = "worksheet" if form.cleaned_data["mode"] == "worksheet" else "check"
    return redirect(guided.address(check, way))


@require_safe
@with_check
def go_on(request: HttpRequest, check: Check) -> HttpResponse:
    """Go to the question to ask now, or to the determination."""
    return redirect(guided.next_address(check, services.determinations(check)))


@require_http_methods(["GET", "HEAD", "POST"])
@with_check
def question(request: HttpRequest, check: Check, fact: str) -> HttpResponse:
    """One question."""
    topic = services.topic(check)
    if fact not in topic.by_id:
        raise Http404
    asked = topic.by_id[fact]
    posted = request.POST if request.method == "POST" else None
    form = QuestionsForm(check, guided.asked_with(topic, asked), posted)
    if posted is not None and form.is_valid:
        services.answer(check, form.changes, from_birth_date=form.from_birth_date)
        return redirect(guided.next_address(check, services.determinations(check)))
    page = guided.Page(check, asked, form)
    return render(request, "check/question.html", {"page": page}, status=422 if form.problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@with_check
def worksheet(request: HttpRequest, check: Check) -> HttpResponse:
    """Every question on one page. What can be read is saved, the rest is sent back with a message."""
    if request.method != "POST":
        return render(request, "check/worksheet.html", {"page": sheets.Page(check)})
    form = WorksheetForm(check, request.POST)
    try:
        services.answer(check, form.changes, from_birth_date=form.from_birth_date, writer=form.writer)
    except services.ConflictError:
        return conflict(request, check)
    form.settle()
    page = sheets.Page(check, form)
    if getattr(request, "htmx", False):
        return update(page, form)
    if page.problems:
        return render(request, "check/worksheet.html", {"page": page}, status=422)
    if form.wants_determination:
        return redirect(guided.address(check, "determination"))
    return redirect(guided.address(check, "worksheet"))


def update(page: sheets.Page, form: WorksheetForm) -> HttpResponse:
    """The parts of a worksheet that are to be changed in the browser."""
    change = sheets.Update(page, form)
    response = HttpResponse(render_to_string("check/worksheet_update.html", {"page": page, "update": change}))
    if not change.panel:
        response.headers["HX-Reswap"] = "none"
    if change.announcement:
        response.headers["HX-Trigger"] = json.dumps({"announce": change.announcement})
    return response


def conflict(request: HttpRequest, check: Check) -> HttpResponse:
    """Another page changed the check in between: nothing is saved, and the newest answers are shown."""
    if getattr(request, "htmx", False):
        response = render(request, "check/conflict.html", {"check": check})
        response.headers["HX-Retarget"] = "#conflict"
        return response
    context = {"page": sheets.Page(check), "conflict": True}
    return render(request, "check/worksheet.html", context, status=409)


@require_POST
@with_check
def figure(request: HttpRequest, check: Check) -> HttpResponse:
    """The figure of what is typed on the page of a measure. Nothing is saved."""
    drawing = draw(services.topic(check), check.policies, MeasuresForm(check, request.POST).measures)
    if drawing is None:
        raise Http404
    return render(request, "check/figure.html", {"figure": drawing})


@require_POST
@with_check
def clear(request: HttpRequest, check: Check) -> HttpResponse:
    """Forget the check at once."""
    services.clear(check)
    return render(request, "check/cleared.html")
