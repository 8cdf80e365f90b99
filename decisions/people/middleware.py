"""What happens to the requests of people who are signed in: their clocks, and their second factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from decisions.models import Person
from decisions.people import ended, sessions
from decisions.people.factors import lacks_second_factor

OPEN_UNREAD = {
    "account_logout",
    "guards:livez",
    "guards:readyz",
    "guards:theme",
    "people:notices",
    "people:read_notices",
}
"""All that somebody can open who has not read what an administrator changed about their sign-in."""

OPEN_WITHOUT_FACTOR = OPEN_UNREAD | {
    "account_login",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
"""All that somebody can reach who needs a second factor and has none."""

WORDS = {
    "idle": "Your sign-in has ended: Conus was not used for {idle} minutes.",
    "longest": "Your sign-in has ended: it had lasted {longest} hours.",
}


class Sessions:
    """Ends sessions that are over, notes the use of others, and leads to what somebody has to do first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """End the session first where it is over: the request then is a visitor's."""
        if is_somebodys(request) and (reason := sessions.why_over(request)):
            sessions.expire(request, reason)
            request.user = AnonymousUser()
            messages.info(request, words(reason))
        elif settings.SECRET_KEY_FALLBACKS and is_somebodys(request):
            sessions.keep_name(request)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        """Note the use, unless a page asked by itself; then see to what comes first."""
        if not is_somebodys(request) or not request.user.is_authenticated:
            return None
        if not getattr(view, "background", False):
            sessions.touch(request)
        return what_comes_first(request, request.user)


def what_comes_first(request: HttpRequest, person: Person) -> HttpResponse | None:
    """The way to what somebody has to read or to set up before they go on, if there is something."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name not in OPEN_UNREAD and ended.asks_for_a_page(request) and person.has_notices:
        return ended.to_notices()
    if name not in OPEN_WITHOUT_FACTOR and lacks_second_factor(person):
        return ended.to_set_up(request)
    return None


def is_somebodys(request: HttpRequest) -> bool:
    """Whether the session is of somebody who signed in. A visitor without a session costs no query."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


def words(reason: str) -> str:
    """Why a session ended, for its person."""
    return WORDS[reason].format(idle=settings.SESSION_IDLE // 60, longest=settings.SESSION_LONGEST // 3600)
