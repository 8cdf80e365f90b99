"""What a page of the questionnaire answers to htmx."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from decisions.questionnaire.conflict import Conflict
from decisions.questionnaire.figure import figure
from decisions.questionnaire.forms import MeasuresForm, WorksheetForm
from decisions.questionnaire.subject import Subject, compared
from decisions.questionnaire.worksheet import Page, Update


def update(
    page: Page, form: WorksheetForm, template: str = "questionnaire/worksheet_update.html", **more: Any
) -> HttpResponse:
    """The parts of a worksheet that are to be changed in the browser. ``more`` is for the template."""
    change = Update(page, form)
    response = HttpResponse(render_to_string(template, {"page": page, "update": change, **more}))
    if not change.panel:
        response.headers["HX-Reswap"] = "none"
    if change.announcement:
        response.headers["HX-Trigger"] = json.dumps({"announce": change.announcement})
    return response


def in_place(request: HttpRequest, conflict: Conflict, status: int = 409) -> HttpResponse:
    """The conflict for an htmx page, put into its place there: the inputs stay as they were typed."""
    response = render(request, "questionnaire/conflict.html", {"conflict": conflict}, status=status)
    response.headers["HX-Retarget"] = "#conflict"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def figure_typed(request: HttpRequest, subject: Subject) -> HttpResponse:
    """The figure of what is typed on the page of a measure. Raises Http404 for a topic that has none."""
    drawing = figure(subject.topic, compared(subject), MeasuresForm(subject, request.POST).measures)
    if drawing is None:
        raise Http404
    return render(request, "questionnaire/figure.html", {"figure": drawing})
