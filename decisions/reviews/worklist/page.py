"""A work list as it is shown: its tabs, its filters, its rows and the way to its next page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from decisions.models import Case, EmergencyAccess, Person, new_id
from decisions.reviews.ground import assignment, permissions, states
from decisions.reviews.ground.head import Due, Head, policy_name
from decisions.reviews.ground.work import Work
from decisions.reviews.request.verbs import may_create
from decisions.reviews.worklist import arrivals, emergency, queries
from decisions.reviews.worklist.forms import ListForm, seal
from decisions.reviews.worklist.queries import Listing

TABS = {queries.MINE: "Mine", queries.TEAM: "My team's", queries.UNASSIGNED: "Unassigned"}


def has_cases(person: Person) -> bool:
    """Whether somebody can have cases at all."""
    return bool(permissions.roles_for(person, "claim"))


def first_list(person: Person) -> str:
    """The list that is shown where none was chosen."""
    return queries.MINE if has_cases(person) else queries.TEAM


def next_case(person: Person) -> Case | None:
    """The case that is due next among those that somebody could take and work on now."""
    waiting = queries.unassigned(person).exclude(state=states.WAITING)
    return waiting.order_by("sort_due", "pk").first()


def next_after(work: Work) -> Case | None:
    """The next case to take, once the person is done with this one, and could not take it themselves."""
    head = Head(work)
    done = not head.is_mine or work.case.state in (states.DECIDED, states.WAITING, states.CLOSED)
    theirs_to_take = head.has_nobody and assignment.can_have(work.person, work.case)
    return next_case(work.person) if done and not theirs_to_take else None


class Row:
    """A case on a list. ``can_be_had`` says that the person could take it, or take it over; ``arrived`` when
    information came that nobody has worked with yet.
    """

    def __init__(
        self,
        case: Case,
        person: Person,
        now: dt.datetime,
        *,
        can_be_had: bool,
        arrived: dt.datetime | None,
    ) -> None:
        self.case = case
        self.due = Due(case, now)
        self.arrived = arrived
        self.policy = policy_name(case.policy)
        self.is_mine = case.assignee_id == person.pk
        self.can_be_read = permissions.permit(person, "see", case) is not None
        self.can_be_taken = can_be_had and case.assignee_id is None
        self.can_be_taken_over = can_be_had and not self.can_be_taken and not self.can_be_read
        self.token = new_id() if self.can_be_taken else ""

    @property
    def leads_on(self) -> bool:
        """Whether anything can be opened or pressed here."""
        return self.can_be_read or self.can_be_taken or self.can_be_taken_over


def where_work_begins(rows: Sequence[Row]) -> Row | None:
    """The row that has the focus as a list is opened: the first that leads on."""
    return next((row for row in rows if row.leads_on), None)


def rows(cases: Sequence[Case], person: Person) -> list[Row]:
    """Cases as rows of a list."""
    now = timezone.now()
    # One query for the whole page: `can_have` asks for each case what the person signed of it.
    theirs = Case.objects.filter(assignment.can_be_taken(person), pk__in=[case.pk for case in cases])
    can_be_had = set(theirs.values_list("pk", flat=True))
    arrived = arrivals.arrived(cases)
    return [
        Row(case, person, now, can_be_had=case.pk in can_be_had, arrived=arrived.get(case.pk))
        for case in cases
    ]


class Page:
    """A page of somebody's work list. ``form`` was looked at already."""

    def __init__(self, person: Person, form: ListForm) -> None:
        self.person, self.form = person, form
        self.wanted = form.wanted
        self.listing: Listing = queries.listing(person, self.wanted)
        self.rows = rows(self.listing.cases, person)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Label, address, and whether it is the one that is shown. Filters stay."""
        shown = TABS if has_cases(self.person) else {queries.TEAM: TABS[queries.TEAM]}
        return [(label, self._address(which=key), key == self.wanted.which) for key, label in shown.items()]

    @property
    def next_address(self) -> str:
        """Where the next page is, "" at the end."""
        return self._address(after=seal(self.listing.next)) if self.listing.next else ""

    @property
    def first_address(self) -> str:
        """Where the list begins, "" at its beginning."""
        return self._address() if self.wanted.after else ""

    @property
    def unfiltered_address(self) -> str:
        """The address of this list without its filters, "" where there are none."""
        plain = queries.Wanted(which=self.wanted.which, after=self.wanted.after)
        return "" if plain == self.wanted else _list(which=self.wanted.which)

    @property
    def unassigned_address(self) -> str:
        """The list of the cases that nobody has."""
        return _list(which=queries.UNASSIGNED)

    @property
    def is_mine(self) -> bool:
        return self.wanted.which == queries.MINE

    @property
    def focus(self) -> Row | None:
        """The row that has the focus, where nothing is wrong that has it."""
        return None if self.form.errors else where_work_begins(self.rows)

    @property
    def search_has_focus(self) -> bool:
        """Whether nothing else is there to begin with."""
        return not (self.form.errors or self.focus or self.next_case)

    @cached_property
    def next_case(self) -> Case | None:
        """The next case to take, beside one's own. With filters, the list is looked through."""
        return next_case(self.person) if self.is_mine and not self.unfiltered_address else None

    @cached_property
    def next_token(self) -> str:
        return new_id()

    @cached_property
    def emergencies(self) -> list[EmergencyAccess]:
        """The person's emergency accesses that last now."""
        return emergency.running(self.person) if self.may_take_emergency_access else []

    @property
    def may_take_emergency_access(self) -> bool:
        return bool(permissions.roles_for(self.person, "take_emergency_access"))

    @property
    def may_acknowledge(self) -> bool:
        return bool(permissions.roles_for(self.person, "acknowledge"))

    @property
    def may_create(self) -> bool:
        return may_create(self.person)

    def _address(self, which: str = "", after: str = "") -> str:
        wanted = self.wanted
        return _list(
            which=which or wanted.which,
            state="" if wanted.state == queries.ANY_OPEN else wanted.state,
            urgency=wanted.urgency,
            policy=wanted.policy,
            due=wanted.due,
            order="latest" if wanted.latest_first else "",
            after=after,
        )


def _list(**query: str) -> str:
    """The address of a list. What is "" is left out."""
    return f"{reverse('reviews:list')}?{urlencode({key: value for key, value in query.items() if value})}"
