"""The page of a case, and whether there is news of it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.events.services import last_changes
from decisions.people.services import background
from decisions.reviews.access import with_case
from decisions.reviews.case_page import Page
from decisions.reviews.forms import NewsForm
from decisions.reviews.work import Work


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
