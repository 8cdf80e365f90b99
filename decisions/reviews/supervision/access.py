"""The guard of what supervisors do that is about no case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from decisions.models import Person
from decisions.people.services import person_of, signed_in
from decisions.reviews.ground import permissions
from decisions.reviews.ground.access import answered
from decisions.reviews.ground.work import RefusedError, refusals_recorded

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Person, P], HttpResponse]


def for_supervisors(action: str) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A view that is given whoever is signed in, where their roles include an action and they have a team.

    Others get 403. Raises LookupError, where it is written, for an action that the table lacks.
    """
    permissions.check_known(action)

    def guard(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @signed_in
        @answered
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            person = person_of(request)
            with refusals_recorded(person, action, ""):
                if not permissions.roles_for(person, action):
                    raise RefusedError("Your roles do not include this. It is for supervisors.")
                team_of(person)
            return view(request, person, *args, **kwargs)

        return guarded

    return guard


def team_of(person: Person) -> int:
    """The team whose supervisor somebody is. Raises RefusedError where they have none."""
    if person.team_id is None:
        raise RefusedError("You have no team, so there are no cases here.")
    return person.team_id
