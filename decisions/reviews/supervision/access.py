"""The guard of what supervisors do that is about no case."""

from __future__ import annotations

from decisions.models import Person
from decisions.reviews.ground import permissions
from decisions.reviews.ground.work import RefusedError, refusals_recorded


def supervisor(person: Person, action: str) -> Person:
    """The person, where their roles include an action and they have a team. Raises RefusedError."""
    permissions.check_known(action)
    with refusals_recorded(person, action, ""):
        if not permissions.roles_for(person, action):
            raise RefusedError("Your roles do not include this. It is for supervisors.")
        if person.team_id is None:
            raise RefusedError("You have no team, so there are no cases here.")
    return person
