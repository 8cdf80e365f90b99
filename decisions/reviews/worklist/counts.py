"""What waits for somebody, in numbers for the head of a page: none of them counts further than it shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from decisions.guards.services import HeadCount
from decisions.models import Case, Person
from decisions.reviews.ground import permissions, states
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.page import address, first_list
from decisions.reviews.worklist.queries import Counted, Wanted

SHOWN = 25
"""How far the head of a page counts."""
LABELS = {"new": "new", "soon": "due soon", "overdue": "overdue"}


class UpTo(Subquery):
    """How many cases there are, counted one further than a number: no more of them are read, however many."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    empty_result_set_value = 0

    def __init__(self, cases: QuerySet[Case], most: int, **extra: Any) -> None:
        super().__init__(cases.order_by().values("pk")[: most + 1], output_field=IntegerField(), **extra)


def counted(person: Person, wanted: Mapping[str, Wanted], most: int = queries.MOST) -> dict[str, Counted]:
    """How many cases some lists have for somebody, by their names here. One query for all of them."""
    lanes = {name: queries.lanes(person, each) for name, each in wanted.items()}
    columns = {
        name: [f"counted_{at}_{number}" for number in range(len(some))]
        for at, (name, some) in enumerate(lanes.items())
    }
    parts = {
        column: UpTo(lane.cases, most)
        for name, some in lanes.items()
        for column, lane in zip(columns[name], some, strict=True)
    }
    found: dict[str, Any] = dict(Person.objects.filter(pk=person.pk).values(**parts).get()) if parts else {}
    return {name: Counted.up_to(sum(found[each] for each in columns[name]), most) for name in wanted}


def waiting(person: Person) -> dict[str, Wanted]:
    """The lists that the head counts: what is new for somebody, and what of theirs is due.

    New is what they could take, for a supervisor what nobody has, and at intake what is not in review yet.
    """
    mine = first_list(person)
    is_taken = permissions.roles_for(person, "claim") or permissions.roles_for(person, "give")
    new = Wanted(which=queries.UNASSIGNED) if is_taken else Wanted(which=queries.TEAM, state=states.DRAFT)
    return {
        "new": new,
        "soon": Wanted(which=mine, due=queries.SOON),
        "overdue": Wanted(which=mine, due=queries.OVERDUE),
    }


def counts_for(person: Person) -> list[HeadCount]:
    """What waits, for everybody at work with cases; what there is none of is left out."""
    works = any(permissions.roles_for(person, action) for action in ("claim", "create", "give"))
    if not works or person.team_id is None:
        return []
    wanted = waiting(person)
    return list(_told(wanted, counted(person, wanted, SHOWN)))


def _told(wanted: Mapping[str, Wanted], found: Mapping[str, Counted]) -> Iterable[HeadCount]:
    for name, count in found.items():
        if count.count:
            yield HeadCount(str(count), LABELS[name], address_of_list(wanted[name]), name == "overdue")


def address_of_list(wanted: Wanted) -> str:
    """Where a list is that was counted."""
    state = "" if wanted.state == queries.ANY_OPEN else wanted.state
    return address({"which": wanted.which, "state": state, "due": wanted.due, "person": wanted.person})
