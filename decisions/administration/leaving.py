"""What stays behind when somebody leaves: their open cases by state, and which colleagues can take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from decisions.administration import members
from decisions.administration.members import OVER
from decisions.models import Case, Person, Role
from decisions.people.services import locked
from decisions.reviews.services import can_be_taken, free_cases


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """The open cases of somebody in one state: how many, who can take one, and how many nobody can.

    A draft is nobody's work yet: the whole team goes on with it.
    """

    state: str
    count: int
    takers: tuple[str, ...]
    stuck: int
    draft: bool


@members.by_administrator
def deactivate(by: Person, person: Person, *, free: bool) -> None:
    """Deactivate somebody and, where ``free`` says so, put their cases among the unassigned.

    Raises RefusedError as `members.deactivate` does; their cases are as they were then.
    """
    members.keep_an_administrator(person)
    if free and locked(person).is_active:  # locked first, as in every verb, and the log's head last
        free_cases(person, by, Role.ADMINISTRATOR.value)
    members.deactivate(by, person)


def left_by(person: Person) -> list[LeftBehind]:
    """What stays with somebody, in the order of a case's states. Nothing of a case but its state is told."""
    states = dict(Case.objects.filter(assignee=person).exclude(state__in=OVER).values_list("pk", "state"))
    takers = {colleague: _taken(person, colleague) & set(states) for colleague in _colleagues(person)}
    return [_left(state, states, takers) for state in Case.State if state in states.values()]


def _colleagues(person: Person) -> Iterable[Person]:
    """Active people of the teams that the cases belong to, as a rule the person's own."""
    teams = Case.objects.filter(assignee=person).values("team")
    everybody = Person.objects.filter(team__in=teams, is_active=True).exclude(pk=person.pk)
    return everybody.prefetch_related("grants").order_by("name", "pk")


def _taken(person: Person, colleague: Person) -> set[str]:
    return set(Case.objects.filter(can_be_taken(colleague), assignee=person).values_list("pk", flat=True))


def _left(state: Case.State, states: dict[str, str], takers: dict[Person, set[str]]) -> LeftBehind:
    here = {case for case, its in states.items() if its == state}
    names = tuple(str(colleague) for colleague, cases in takers.items() if cases & here)
    draft = state == Case.State.DRAFT
    stuck = set() if draft else here - set().union(*takers.values())
    return LeftBehind(state.label, len(here), names, len(stuck), draft)
