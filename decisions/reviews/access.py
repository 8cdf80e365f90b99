"""The guard of every page of a case: who is signed in, which case is meant, and what a refusal says."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from decisions.events.services import last_changes
from decisions.models import Person
from decisions.people.services import signed_in
from decisions.reviews.work import NotFoundError, RefusedError, StaleError, Work, look, seen

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Work, P], HttpResponse]


def person_of(request: HttpRequest) -> Person:
    """Who is signed in, on a page that only signed-in people reach."""
    return cast("Person", request.user)


def with_case(action: str = "see", event: str = "") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view that is given the case of the address, in the hands of whoever is signed in.

    Somebody who may not do ``action`` gets 403; where the case is missing, or another team's, 404 alike.
    A page that is shown is recorded as ``event``.
    """

    def guard(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @signed_in
        @answered
        def guarded(request: HttpRequest, case_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            work = look(person_of(request), case_id, action)
            response = view(request, work, *args, **kwargs)
            if event and request.method != "POST" and response.status_code == 200:
                seen(work, event)
            return response

        return guarded

    return guard


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer what a service refuses with the page that says so."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFoundError:
            return render(request, "reviews/not_found.html", status=404)
        except RefusedError as refused:
            return render(request, "reviews/refused.html", {"why": str(refused)}, status=403)
        except StaleError as stale:
            context = {"case": stale.case, "changes": last_changes(stale.case.pk)}
            return render(request, "reviews/stale.html", context, status=409)

    return answering
