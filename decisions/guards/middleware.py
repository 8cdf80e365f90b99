"""What happens to every request: it is read, it is counted, and what answers it is not stored."""

import logging
import math
import time
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import Error
from django.http import HttpRequest, HttpResponse

from decisions.guards import client_addresses, counters, views

Answer = Callable[[HttpRequest], HttpResponse]
UNCOUNTED = {"/livez", "/readyz"}
MINUTE = 60.0
log = logging.getLogger(__name__)


def no_store(get_response: Answer) -> Answer:
    """Tell browsers and proxies to keep no page that did not say otherwise: a page can hold answers."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def no_null(get_response: Answer) -> Answer:
    """Answer 400 to a null character in an address or a cookie: PostgreSQL has none, and nobody means one.

    In what a person typed, the form says so.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        query = unquote(request.META.get("QUERY_STRING", ""))
        refused = any("\0" in text for text in (request.path_info, query, *request.COOKIES.values()))
        return views.error_page(request, 400) if refused else get_response(request)

    return middleware


def rate_limit(get_response: Answer) -> Answer:
    """Answer 429 to whoever made more than `RATE_LIMIT` requests in their minute; 0 is no limit."""

    def middleware(request: HttpRequest) -> HttpResponse:
        counted = settings.RATE_LIMIT and request.path_info not in UNCOUNTED
        seconds = seconds_to_wait(request) if counted else 0
        return views.too_many(request, seconds) if seconds else get_response(request)

    return middleware


def seconds_to_wait(request: HttpRequest) -> int:
    """Whole seconds until this one may ask again; 0 where they may now, or where nothing can be counted."""
    try:
        count = counters.count("request", asker(request), MINUTE, time.time())
    except Error:
        # Pages stay open then. Attempts to sign in do not: see `people.attempts.count_attempt`.
        log.exception("Requests cannot be counted, so none is refused.")
        return 0
    return max(1, math.ceil(count.seconds_left)) if count.requests > settings.RATE_LIMIT else 0


def asker(request: HttpRequest) -> str:
    """Whom to count a request for: somebody who is signed in, wherever they are; else the address.

    The people of an office often share an address, and must not use up each other's minute.
    """
    known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(SESSION_KEY)
    return f"person {known}" if known else client_addresses.client(request)
