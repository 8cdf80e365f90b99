"""What other rooms use of people: the guards of a view, who may do what, and what the administration changes
of an account.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from decisions.guards.services import denied_page
from decisions.log.services import record_alone
from decisions.models import Person, Role
from decisions.people import ended, links, notices, secrets, sessions
from decisions.people.factors import lacks_second_factor, needs_second_factor
from decisions.people.links import locked
from decisions.people.own_forms import SessionForm, free_username

__all__ = [
    "Role",
    "SessionForm",
    "background",
    "free_username",
    "holds",
    "lacks_second_factor",
    "links",
    "links_of",
    "locked",
    "needs_second_factor",
    "notices",
    "only",
    "person_of",
    "renew_secrets",
    "role_labels",
    "sessions",
    "signed_in",
]

View = Callable[..., HttpResponse]
renew_secrets = secrets.renew_all


def signed_in(view: View) -> View:
    """Open a view to people who are signed in, with their second factor where their roles ask for one.

    To anybody else, a page answers with the way to sign in, and a form with everything that was typed into
    it. An htmx request is answered 401, and the page says so in a notice.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return ended.answer(request)
        if lacks_second_factor(request.user):
            return ended.to_set_up(request)
        return view(request, *args, **kwargs)

    guarded.signed_in = True  # type: ignore[attr-defined]
    return guarded


def only(*roles: str) -> Callable[[View], View]:
    """Open a view to signed-in people with one of the roles. To others it answers 403, which is recorded."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if holds(request.user, *roles):
                return view(request, *args, **kwargs)
            record_alone("refused", actor=person_of(request), details={"page": _route(request)})
            return denied_page(request)

        guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
        return signed_in(guarded)

    return guard


def background(view: View) -> View:
    """Mark a view that a page asks by itself, such as for news: it does not keep a session alive."""
    view.background = True  # type: ignore[attr-defined]
    return view


def holds(person: Any, *roles: str) -> bool:
    """Whether somebody is an active person who holds one of the roles."""
    return isinstance(person, Person) and bool(person.role_names & set(roles))


def person_of(request: HttpRequest) -> Person:
    """Who sent the request. Raises PermissionDenied where nobody is signed in."""
    if not isinstance(request.user, Person):
        raise PermissionDenied("Nobody is signed in.")
    return request.user


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def links_of(person: Person) -> list[SocialAccount]:
    """A person's links with the identity provider, the oldest first."""
    return list(SocialAccount.objects.filter(user=person).order_by("pk"))


def role_labels(person: Person) -> list[str]:
    """The person's roles in words."""
    return [role.label for role in Role if role in person.role_names]
