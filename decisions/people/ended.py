"""What answers a request of somebody who is not signed in, or not fully. Nothing typed is lost."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from decisions.guards.services import save_again

SAFE = {"GET", "HEAD", "OPTIONS"}


def answer(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in: by a redirect, or with a page that keeps what was typed (401)."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401)
    if request.method in SAFE:
        way_back = urlencode({"next": request.path})  # a query can hold what nobody should find in an address
        return HttpResponseRedirect(f"{reverse('account_login')}?{way_back}")
    return save_again(request, 401)


def asks_for_a_page(request: HttpRequest) -> bool:
    """Whether a whole page is asked for: what is sent, and what a page fetches by itself, is let through."""
    return request.method in SAFE and request.headers.get("HX-Request") != "true"


def to_notices() -> HttpResponse:
    """Lead to what an administrator changed about the person's sign-in."""
    return HttpResponseRedirect(reverse("people:notices"))


def to_set_up(request: HttpRequest) -> HttpResponse:
    """Lead to the set-up of a second factor."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403)
    if request.method in SAFE:
        return HttpResponseRedirect(reverse("mfa_index"))
    return save_again(request, 403)
