"""The figures of a team as they are now. What is counted ends at a number; nothing of it is kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, QuerySet

from decisions.models import Case, Person
from decisions.models.reviews import answered_or_not
from decisions.reviews.ground import absences, assignment, states
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.counts import UpTo, address_of_list, counted
from decisions.reviews.worklist.queries import Counted, Wanted


@dataclass(frozen=True, slots=True)
class Figure:
    """How many cases there are of a kind, and the list that has them."""

    label: str
    count: Counted
    address: str


@dataclass(frozen=True, slots=True)
class PersonsFigures:
    """The open cases of somebody, and of those what is due."""

    person: Person
    figures: list[Figure]
    away_until: dt.date | None


class Figures:
    """The figures of a supervisor's team."""

    def __init__(self, person: Person) -> None:
        self.person = person

    @cached_property
    def of_team(self) -> list[Figure]:
        """What is open, what nobody has, and what is due."""
        wanted = {
            "Open": Wanted(which=queries.TEAM),
            "New, with nobody": Wanted(which=queries.UNASSIGNED),
            "Due soon": Wanted(which=queries.TEAM, due=queries.SOON),
            "Overdue": Wanted(which=queries.TEAM, due=queries.OVERDUE),
        }
        return self._figures(wanted)

    @cached_property
    def by_state(self) -> list[Figure]:
        """The open cases by their states."""
        return self._figures(
            {Case.State(state).label: Wanted(which=queries.TEAM, state=state) for state in states.OPEN}
        )

    def _figures(self, wanted: dict[str, Wanted]) -> list[Figure]:
        found = counted(self.person, wanted)
        return [Figure(name, found[name], address_of_list(each)) for name, each in wanted.items()]

    @cached_property
    def by_person(self) -> list[PersonsFigures]:
        """Everybody of the team who has open cases, or could have some. One query for all."""
        theirs = answered_or_not(
            Case.objects.filter(assignee=OuterRef("pk"), team=self.person.team_id), answered=False
        )
        team = (
            Person.objects.filter(team=self.person.team_id).prefetch_related("grants").order_by("name", "pk")
        )
        people = list(
            team.annotate(
                open_cases=_up_to(theirs),
                soon_cases=_up_to(theirs.filter(queries.when_due(queries.SOON))),
                overdue_cases=_up_to(theirs.filter(queries.when_due(queries.OVERDUE))),
            )
        )
        away = absences.away_until(people)
        return [self._row(each, away.get(each.pk)) for each in people if _has_or_could(each)]

    def _row(self, person: Person, away_until: dt.date | None) -> PersonsFigures:
        columns = (
            ("open", "open_cases", ""),
            ("due soon", "soon_cases", queries.SOON),
            ("overdue", "overdue_cases", queries.OVERDUE),
        )
        figures = [
            Figure(label, Counted.up_to(getattr(person, column)), _address(person, due))
            for label, column, due in columns
        ]
        return PersonsFigures(person, figures, away_until)


def _up_to(cases: QuerySet[Case]) -> UpTo:
    return UpTo(cases, queries.MOST)


def _has_or_could(person: Person) -> bool:
    """Whether somebody has an open case, as whoever has left can too, or one of the roles that have any."""
    return bool(getattr(person, "open_cases", 0)) or assignment.has_cases(person)


def _address(person: Person, due: str) -> str:
    return address_of_list(Wanted(which=queries.TEAM, due=due, person=str(person.pk)))
