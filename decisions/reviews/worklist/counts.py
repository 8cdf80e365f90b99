"""What waits for somebody, in numbers for the head of a page: none of them counts further than it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils import timezone

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


ANYBODY, ANY_TEAM, ANY_TIME = -1, -2, dt.datetime(1, 1, 2, tzinfo=dt.UTC)
"""What stands in a statement for the person who asks, for their team and for the time: nothing in a database
is one of these.
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """The SQL that counts some lists, as it is for all people of the same roles, with stand-ins among its
    parameters; and how many numbers of those that it finds are of each list.
    """

    sql: str
    parameters: tuple[Any, ...]
    numbers: tuple[int, ...]

    def counts(self, person: Person, hours: tuple[int, ...]) -> list[int]:
        """How many cases each of the lists has for somebody now."""
        given: dict[Any, Any] = {ANYBODY: person.pk, ANY_TEAM: person.team_id}
        now = timezone.now()
        for later in (dt.timedelta(hours=each) for each in (0, *hours)):
            given[_stored(ANY_TIME + later)] = _stored(now + later)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [given.get(each, each) for each in self.parameters])
            _, *row = cursor.fetchone()
        found = iter(row)
        return [sum(islice(found, number)) for number in self.numbers]


def _stored(at: dt.datetime) -> object:
    """A time as it is among the parameters of a statement."""
    return connection.ops.adapt_datetimefield_value(at)


@lru_cache(maxsize=128)
def _statement(
    vendor: str,  # each kind of database has SQL of its own
    roles: frozenset[str],
    has_team: bool,
    wanted: tuple[Wanted, ...],
    most: int,
    hours: tuple[int, ...],
) -> Statement:
    """The statement for people of some roles. To put it together takes far longer than to run it, and each
    page of theirs needs it: so each is made once in a process.
    """
    person = Person(pk=ANYBODY, team_id=ANY_TEAM if has_team else None)
    person.role_names = roles
    lists = [queries.lanes(person, each, due=queries.when_due(each.due, ANY_TIME, hours)) for each in wanted]
    counts = [UpTo(lane.cases, most) for lanes in lists for lane in lanes]
    columns = {f"counted_{number}": count for number, count in enumerate(counts)}
    sql, parameters = Person.objects.filter(pk=person.pk).values("pk", **columns).query.sql_with_params()
    return Statement(sql, parameters, tuple(len(lanes) for lanes in lists))


def counted(person: Person, wanted: Mapping[str, Wanted], most: int = queries.MOST) -> dict[str, Counted]:
    """How many cases some lists have for somebody, by their names here. One query for all of them, and one
    for the hours in which something is due soon.
    """
    lists = tuple(wanted.values())
    hours = queries.due_soon_hours() if any(each.due == queries.SOON for each in lists) else ()
    has_team = person.team_id is not None
    statement = _statement(connection.vendor, person.role_names, has_team, lists, most, hours)
    counts = statement.counts(person, hours)
    return {name: Counted.up_to(count, most) for name, count in zip(wanted, counts, strict=True)}


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
