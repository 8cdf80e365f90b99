"""Who can have a case: by its state, their roles and what they signed of it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

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


TAKEN_IN = (*states.AT_WORK, WAITING)
"""The states in which somebody takes a case to work on it."""


QUEUES = tuple(state for state in WORKS_IN if state in TAKEN_IN)
"""The states that cases are taken in, where one that waits counts as in the state where it goes on."""


def working_state(case: Case) -> str:
    """The state that says who works on a case."""
    if case.state == states.DECIDED and case.appealed:
        return APPEALED
    return case.resumes_to if case.state == WAITING else case.state


ON_A_LIST_OF = {
    IN_REVIEW: "The reviewers of the team",
    PHYSICIAN_REVIEW: "The physicians of the team",
    APPEALED: "The appeal physicians of the team",
}
"""Who finds a case that nobody has on a list, by its state."""


def on_whose_list(case: Case) -> str:
    """Who has a case now, in a sentence: somebody, or those of the team who can take it."""
    if case.assignee:
        return f"{case.assignee} has it on their list."
    team = ON_A_LIST_OF.get(working_state(case))
    return f"{team} have it on their list." if team else ""


def and_on_whose_list(done: str, case: Case) -> str:
    """That something worked, and who has the case by that."""
    return " ".join(filter(None, (done, on_whose_list(case))))


def can_have(person: Person, case: Case) -> bool:
    """Whether somebody can be given a case: of its team, active, and with a role that works in its state.

    Nobody gets an appeal against a decision that they signed.
    """
    return _fits(person, case) and not (case.state == APPEALED and signed_before(person, case))


def _fits(person: Person, case: Case) -> bool:
    """Whether a case is of somebody's team, and in a state that one of their roles works in."""
    roles = WORKS_IN.get(working_state(case), ())
    return person.is_active and person.team_id == case.team_id and any(r in person.role_names for r in roles)


def signed_before(person: Person, case: Case) -> bool:
    """Whether somebody signed a decision of this case."""
    return case.decisions.filter(signed_by=person).exists()


def can_be_taken(person: Person) -> Q:
    """The cases that somebody could take, whoever has them: in `TAKEN_IN`, and theirs by `can_have`."""
    at_work = Q(queue__in=queues(person), state__in=TAKEN_IN)
    return Q(team_id=person.team_id) & at_work & not_barred(person)


def queues(person: Person) -> list[str]:
    """The states whose cases somebody could take, where a case that waits counts as in the state where it
    goes on.
    """
    return [state for state in QUEUES if person.role_names & set(WORKS_IN[state])]


def not_barred(person: Person) -> Q:
    """The cases that are no appeal against a decision that somebody signed."""
    signed = Q(Exists(Decision.objects.filter(case=OuterRef("pk"), signed_by=person)))
    return ~(Q(state=APPEALED) & signed)


def takeable(person: Person, cases: Collection[Case]) -> set[str]:
    """The ids of those among some cases that somebody could take, whoever has them. One query for all."""
    fits = [case for case in cases if case.state in TAKEN_IN and _fits(person, case)]
    appeals = [case.pk for case in fits if case.state == APPEALED]
    signed = Decision.objects.filter(case__in=appeals, signed_by=person).values_list("case", flat=True)
    return {case.pk for case in fits} - (set(signed) if appeals else set())


def can_be_given(case: Case) -> bool:
    """Whether anybody works on a case in its state, and so can be given it."""
    return working_state(case) in WORKS_IN


def has_cases(person: Person) -> bool:
    """Whether somebody has a role that works on cases."""
    return any(person.role_names & set(roles) for roles in WORKS_IN.values())


def workers(team_id: int | None) -> list[Person]:
    """The people of a team who can have cases of some state, by their names."""
    if team_id is None:
        return []
    roles = {role for roles in WORKS_IN.values() for role in roles}
    team = Person.objects.filter(team_id=team_id, is_active=True)
    return list(team.filter(grants__role__in=roles).distinct().order_by("name", "pk"))


def can_be_named(person: Person, case: Case) -> bool:
    """Whether a case can go to somebody by name for a physician's answer: of its team, active, a physician,
    and licensed today.
    """
    is_physician = person.team_id == case.team_id and PHYSICIAN in person.role_names
    return is_physician and person.has_license_on(timezone.localdate())


def physicians(case: Case) -> list[Person]:
    """Who can be named as a physician for a case."""
    return [person for person in _team(case) if can_be_named(person, case)]


def colleagues(case: Case) -> list[Person]:
    """Who could be given a case."""
    return [person for person in _team(case) if can_have(person, case)]


def _team(case: Case) -> QuerySet[Person]:
    """The active people of the team of a case, by name."""
    team = Person.objects.filter(team_id=case.team_id, is_active=True)
    return team.prefetch_related("grants").order_by("name")
