"""Who can have a case: by its state, their roles and what they signed of it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from decisions.models import Case, Decision, Person
from decisions.reviews.ground import permissions, states
from decisions.reviews.ground.states import APPEALED, IN_REVIEW, PHYSICIAN_REVIEW, WAITING

REVIEWER, PHYSICIAN, APPEALS = permissions.REVIEWER, permissions.PHYSICIAN, permissions.APPEALS


WORKS_IN = {
    IN_REVIEW: (REVIEWER, PHYSICIAN),
    PHYSICIAN_REVIEW: (PHYSICIAN,),
    APPEALED: (APPEALS,),
    states.DECIDED: (PHYSICIAN,),
}
"""Who can have a case in a state. A case that waits is had as in the state where it goes on, one whose appeal
was decided as an appeal: a physician of the first decision does not take it from the second.
"""


TAKEN_IN = (*states.UNDER_REVIEW, WAITING, APPEALED)
"""The states in which somebody takes a case to work on it."""


def working_state(case: Case) -> str:
    """The state that says who works on a case."""
    if case.state == states.DECIDED and case.appealed:
        return APPEALED
    return case.resumes_to if case.state == WAITING else case.state


def can_have(person: Person, case: Case) -> bool:
    """Whether somebody can be given a case: of its team, active, and with a role that works in its state.

    Nobody gets an appeal against a decision that they signed.
    """
    roles = WORKS_IN.get(working_state(case), ())
    fits = person.is_active and person.team_id == case.team_id and any(r in person.role_names for r in roles)
    return fits and not (case.state == APPEALED and signed_before(person, case))


def signed_before(person: Person, case: Case) -> bool:
    """Whether somebody signed a decision of this case."""
    return case.decisions.filter(signed_by=person).exists()


def can_be_taken(person: Person) -> Q:
    """The cases that somebody could take, whoever has them: in `TAKEN_IN`, and theirs by `can_have`."""
    works_in = [state for state, roles in WORKS_IN.items() if person.role_names & set(roles)]
    at_work = Q(state__in=set(works_in) & set(TAKEN_IN)) | Q(state=WAITING, resumes_to__in=works_in)
    signed = Q(Exists(Decision.objects.filter(case=OuterRef("pk"), signed_by=person)))
    return Q(team_id=person.team_id) & at_work & ~(Q(state=APPEALED) & signed)


def colleagues(case: Case) -> list[Person]:
    """Who could be given a case."""
    team = Person.objects.filter(team_id=case.team_id, is_active=True).prefetch_related("grants")
    return [person for person in team.order_by("name") if can_have(person, case)]
