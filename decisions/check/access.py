"""Which check a request is about: the one place where a view gets it from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from decisions.check import services
from decisions.models import Check

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Check, P], HttpResponse]


def with_check(view: View[P]) -> Callable[..., HttpResponse]:
    """A view that is given the check of the address. 404 where this browser has none such, 410 once it is
    over.
    """

    @wraps(view)
    def found(request: HttpRequest, check_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, services.find(request, check_id), *args, **kwargs)
        except services.ExpiredError:
            return gone(request, "check/expired.html", 410)
        except services.NotFoundError:
            return gone(request, "check/not_found.html", 404)

    return found


def gone(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    """The page that says so. A part of a page has no room for that: the whole page is loaded again."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    return render(request, template, context, status=status)
