"""The first page, and the list of keys."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions.browse import services


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Start a check, and the policies with their dates and states."""
    context = {"topics": services.topics(), "problems": services.problems()}
    return render(request, "home/home.html", context)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that pages take. With JavaScript the key "?" shows them over any page."""
    return render(request, "home/keys.html")
