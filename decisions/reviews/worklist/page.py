"""A work list as it is shown: its tabs, its filters, its rows and the way to its next page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from decisions.models import Case, EmergencyAccess, KeptView, Person, new_id
from decisions.reviews.ground import assignment, judging, permissions, states
from decisions.reviews.ground.forms import beginning
from decisions.reviews.ground.head import Due, Head, policy_name
from decisions.reviews.ground.work import Work
from decisions.reviews.request.verbs import may_create
from decisions.reviews.worklist import arrivals, emergency, kept_views, queries
from decisions.reviews.worklist.arrivals import Arrival
from decisions.reviews.worklist.forms import GiveForm, ListForm, address_of, seal, tick_of
from decisions.reviews.worklist.ordering import ORDERS
from decisions.reviews.worklist.queries import Listing

TABS = {
    queries.MINE: "Mine",
    queries.TEAM: "My team's",
    queries.UNASSIGNED: "Unassigned",
    queries.ASKED: "Asked of you",
}


def first_list(person: Person) -> str:
    """The list that is shown where none was chosen."""
    return queries.MINE if assignment.has_cases(person) else queries.TEAM


def next_case(person: Person) -> Case | None:
    """The case that is due next among those that somebody could take and work on now."""
    return queries.next_to_take(person)


def next_after(work: Work) -> Case | None:
    """The next case to take, once the person is done with this one, and could not take it themselves."""
    return next_case(work.person) if is_done(work) else None


def is_done(work: Work) -> bool:
    """Whether the person is done with a case, and could not take it themselves."""
    head = Head(work)
    done = not head.is_mine or work.case.state in (states.DECIDED, states.WAITING, states.CLOSED)
    theirs_to_take = head.has_nobody and assignment.can_have(work.person, work.case)
    return done and not theirs_to_take


class Following:
    """What follows once a case is done: the next one to take, or that none is left, and what is theirs."""

    def __init__(self, work: Work) -> None:
        self.next_case = next_after(work)
        self.next_token = new_id()
        self.is_last = self.next_case is None and assignment.has_cases(work.person) and is_done(work)
        self.own = queries.own_open(work.person) if self.is_last else None


@dataclass(frozen=True, slots=True)
class Header:
    """The head of a column. ``address`` is the list ordered by it, "" where it cannot be; ``sorted`` is how
    it is ordered now, as `aria-sort` says it; ``otherwise`` is how it would be, in words.
    """

    label: str
    address: str = ""
    sorted: str = ""
    otherwise: str = ""


COLUMNS = (
    ("Reference", ("reference", "-reference")),
    ("Due", ("due", "latest")),
    ("Received", ("received", "-received")),
    ("State", ()),
    ("Urgency", ()),
    ("Policy", ()),
    ("Who has it", ()),
)
"""The columns of a list, and the orders that a click on each gives, one after the other."""
DECISION = ("Decision", ("-decided", "decided"))
PLAIN = [Header(label) for label, _ in (*COLUMNS, DECISION)]
"""The heads of a table that has one order."""


class Row:
    """A case on a list. ``can_be_had`` says that the person could take it, or take it over; ``arrived`` what
    came that nobody has worked with yet.
    """

    def __init__(
        self,
        case: Case,
        person: Person,
        now: dt.datetime,
        *,
        can_be_had: bool,
        arrived: Arrival | None,
    ) -> None:
        self.case = case
        self.due = Due(case, now)
        self.arrived = arrived
        self.policy = policy_name(case.policy)
        is_told = case.result and not judging.is_hidden_from(person, case)
        self.result = case.get_result_display() if is_told else ""
        self.is_mine = case.assignee_id == person.pk
        self.can_be_read = permissions.permit(person, "see", case) is not None
        self.can_be_taken = can_be_had and case.assignee_id is None
        self.can_be_taken_over = can_be_had and not self.can_be_taken and not self.can_be_read
        self.token = new_id() if self.can_be_taken else ""
        self.tick = tick_of(case) if assignment.can_be_given(case) else ""

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
    can_be_had = assignment.takeable(person, cases)
    arrived = arrivals.arrived(cases)
    return [
        Row(case, person, now, can_be_had=case.pk in can_be_had, arrived=arrived.get(case.pk))
        for case in cases
    ]


class Page:
    """A page of somebody's work list. ``form`` was looked at already. ``is_refused`` says that something was
    not accepted on it: what says so has the focus.
    """

    def __init__(self, person: Person, form: ListForm, *, is_refused: bool = False) -> None:
        self.person, self.form, self.is_refused = person, form, is_refused
        self.wanted = form.wanted
        self.listing: Listing = queries.listing(person, self.wanted)
        self.counted = self.listing.counted
        self.rows = rows(self.listing.cases, person)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Label, address, and whether it is the one that is shown. Filters stay."""
        gives, asked = bool(permissions.roles_for(self.person, "give")), queries.asked_of(self.person)
        works = assignment.has_cases(self.person)
        of = {queries.MINE: works, queries.UNASSIGNED: works or gives}
        of[queries.ASKED] = bool(asked) or self.wanted.which == queries.ASKED
        labels = {**TABS, queries.ASKED: f"{TABS[queries.ASKED]} ({asked})"}
        shown = [(key, label) for key, label in labels.items() if of.get(key, True)]
        return [(label, self._address(which=key), key == self.wanted.which) for key, label in shown]

    @property
    def caption(self) -> str:
        """What the table is, and how it is ordered."""
        label = ORDERS[self.wanted.order].label
        return f"Cases: {label[0].lower()}{label[1:]}"

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the columns, each of which may order the list."""
        columns = (*COLUMNS, DECISION) if self.shows_decisions else COLUMNS
        return [self._header(label, orders) for label, orders in columns]

    @cached_property
    def shows_decisions(self) -> bool:
        """Whether a case on this page has a decision, or may have one on another."""
        return self.wanted.order in DECISION[1] or any(row.result for row in self.rows)

    def _header(self, label: str, orders: Sequence[str]) -> Header:
        if not orders:
            return Header(label)
        now = self.wanted.order
        new = next((order for order in orders if order != now), orders[0]) if now in orders else orders[0]
        direction = "descending" if ORDERS[now].descending else "ascending"
        return Header(label, self._address(order=new), direction if now in orders else "", ORDERS[new].label)

    @cached_property
    def views(self) -> list[tuple[KeptView, str, bool]]:
        """The views that the person keeps, where each is, and whether it is the one that is shown."""
        kept = kept_views.views_of(self.person)
        return [(view, address(view.asked), view.asked == self.form.asked) for view in kept]

    @property
    def view(self) -> KeptView | None:
        """The kept view that is shown."""
        return next((view for view, _, is_shown in self.views if is_shown), None)

    @property
    def can_be_kept(self) -> bool:
        """Whether the list is worth a name: it is filtered or ordered, and not kept yet."""
        return bool(self.unfiltered_address) and self.view is None and self.form.is_valid()

    @property
    def asked(self) -> str:
        """What stands in the address of this list."""
        return address_of(self.form.asked)

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
        which = self.wanted.which
        return address({"which": which}) if self.form.asked != {"which": which} else ""

    @property
    def unassigned_address(self) -> str:
        """The list of the cases that nobody has."""
        return address({"which": queries.UNASSIGNED})

    @property
    def is_mine(self) -> bool:
        return self.wanted.which == queries.MINE

    @property
    def focus(self) -> Row | None:
        """The row that has the focus, where nothing is wrong that has it."""
        return None if self.is_refused else where_work_begins(self.rows)

    @property
    def search_has_focus(self) -> bool:
        """Whether nothing else is there to begin with."""
        return not (self.is_refused or self.focus or self.next_case)

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

    @cached_property
    def giving(self) -> GiveForm | None:
        """The form with which cases of this page are given to somebody, for whoever may and sees any."""
        ticks = [row.tick for row in self.rows if row.tick]
        if not ticks or not permissions.roles_for(self.person, "give"):
            return None
        return GiveForm(None, self.person, beginning(shown=ticks, asked=self.asked))

    @property
    def may_create(self) -> bool:
        return may_create(self.person)

    def _address(self, **otherwise: str) -> str:
        return address({**self.form.asked, **otherwise})


def address(asked: dict[str, str]) -> str:
    """The address of a list. What is "" is left out."""
    return f"{reverse('reviews:list')}?{address_of({name: word for name, word in asked.items() if word})}"
