"""The guard of every page of a case: who is signed in, which case is meant, and what a refusal says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from decisions.log.services import last_changes
from decisions.models import Case
from decisions.people.services import person_of, signed_in
from decisions.reviews.ground import judging, permissions
from decisions.reviews.ground.forms import kept
from decisions.reviews.ground.head import Head, is_on_shelf
from decisions.reviews.ground.work import (
    NotFoundError,
    RefusedError,
    StaleError,
    Work,
    find,
    look,
    may,
    record_view,
)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Work, P], HttpResponse]


def with_case(action: str = "see", event: str = "") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view that is given the `Work` of the case in its address, for whoever is signed in.

    Somebody who may not do ``action`` gets 403; where the case is missing, or another team's, 404 alike. A
    page that is shown is recorded as ``event``. Raises LookupError, where it is written, for an action that
    the table of permissions lacks.
    """
    permissions.check_known(action)

    def guard(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @signed_in
        @answered
        def guarded(request: HttpRequest, case_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            work = look(person_of(request), case_id, action)
            response = view(request, work, *args, **kwargs)
            if event and request.method != "POST" and response.status_code == 200:
                record_view(work, event)
            return response

        return guarded

    return guard


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer what a service refuses with the page that says so. What was typed stands there to be copied."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFoundError:
            return _page(request, "not_found", 404, case=_case_seen(request, kwargs))
        except RefusedError as refused:
            return _page(request, "refused", 403, why=str(refused), case=_case_seen(request, kwargs))
        except StaleError as stale:
            return _page(request, "stale", 409, case=stale.case, changes=last_changes(stale.case.pk))

    return answering


def _case_seen(request: HttpRequest, address: Mapping[str, Any]) -> Case | None:
    """The case of the address, where the person may open its page: to lead back there."""
    try:
        case = find(address.get("case_id", ""))
    except NotFoundError:
        return None
    return case if may(person_of(request), "see", case) else None


def to_judge_first(request: HttpRequest, case: Case) -> HttpResponse:
    """Go to the page on which somebody judges a case, and say why: what they asked for is hidden."""
    messages.info(request, judging.JUDGE_FIRST)
    return redirect("reviews:judge", case.pk)


def _page(request: HttpRequest, name: str, status: int, **context: object) -> HttpResponse:
    return render(request, f"reviews/{name}.html", {"kept": kept(request.POST), **context}, status=status)


def with_questions(event: str = "") -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view of a case whose answers the person may see, and whose policy can be read."""

    def guard(view: View[P]) -> Callable[..., HttpResponse]:
        @with_case("see_clinical", event)
        def guarded(request: HttpRequest, work: Work, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not is_on_shelf(work.case):
                return render(request, "reviews/question_off_shelf.html", {"head": Head(work)}, status=409)
            return view(request, work, *args, **kwargs)

        return guarded

    return guard
