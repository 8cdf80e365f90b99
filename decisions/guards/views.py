"""Health, the theme, and the pages of errors."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from decisions.guards import health
from decisions.guards.forms import ThemeForm, sent_inputs
from decisions.log.services import record_alone
from decisions.models import Person

LAST_RESORT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Something went wrong - Conus</title></head>
<body><main><h1>Something went wrong</h1>
<p>The fault is ours. Nothing was decided. <a href="/">Go to the start</a></p></main></body></html>
"""


@require_safe
def livez(request: HttpRequest) -> HttpResponse:
    """Whether the process answers."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether the database and the policies can be read. 503 with a line for each that cannot."""
    faults = health.faults()
    text = "".join(f"{fault}\n" for fault in faults) or "ok\n"
    return HttpResponse(text, status=503 if faults else 200, content_type="text/plain; charset=utf-8")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme for the session, and go back to the page it was chosen on."""
    form = ThemeForm(request.POST)
    if not form.is_valid():
        return error_page(request, 400)
    request.session["theme"] = form.cleaned_data["theme"]
    way_back = form.cleaned_data["next"]
    hosts = {request.get_host()}
    # The way back comes with the form: another host's page would be reached through ours.
    safe = url_has_allowed_host_and_scheme(way_back, allowed_hosts=hosts, require_https=request.is_secure())
    return HttpResponseRedirect(way_back if safe else "/")


def error_page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    """The page of one kind of error."""
    return render(request, f"errors/{status}.html", context, status=status)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """429: the address may ask again after so many seconds."""
    response = error_page(request, 429, seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request makes no sense."""
    return error_page(request, 400)


def denied(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """403: not for this person."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is at this address."""
    return error_page(request, 404)


def denied_page(request: HttpRequest) -> HttpResponse:
    """403: the page is not open to this person."""
    return error_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was not sent from a page of ours, or that page is too old.

    Signing in and out changes the token, so pages that were open are too old. Where the browser says that a
    page of ours sent the form, it can be sent again with everything in it; htmx does so itself, with the
    token in the answer. For somebody who is signed in the refusal is recorded; what strangers send would
    drown the log.
    """
    if isinstance(request.user, Person):
        kind = "page too old" if sent_from_here(request) else "another sender"
        page = request.resolver_match.view_name if request.resolver_match else ""
        record_alone("refused", actor=request.user, details={"page": page, "kind": kind})
    if not sent_from_here(request):
        return render(request, "errors/csrf.html", status=403)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=403, headers={"Conus-Token": get_token(request)})
    return save_again(request, 403)


def sent_from_here(request: HttpRequest) -> bool:
    """Whether the browser names one of our own pages as the sender."""
    here = f"{request.scheme}://{request.get_host()}"
    sender = urlsplit(request.headers.get("Origin") or request.headers.get("Referer") or "")
    return f"{sender.scheme}://{sender.netloc}" == here


def save_again(request: HttpRequest, status: int) -> HttpResponse:
    """A page that holds everything that was typed, to be sent again; of a sign-in, nothing, for it has a
    password.
    """
    account = request.path_info.startswith("/accounts/")
    context = {
        "typed": [] if account else sent_inputs(request.POST),
        "action": request.get_full_path(),
        "account": account,
    }
    return render(request, "errors/save_again.html", context, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours. The page is made without the session, and by hand where even that fails."""
    try:
        page: str = render_to_string("errors/500.html")
    except Exception:  # noqa: BLE001 (whatever is broken, an answer is owed)
        page = LAST_RESORT
    return HttpResponse(page, status=500)
