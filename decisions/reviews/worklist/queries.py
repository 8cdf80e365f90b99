"""Work lists: which cases somebody has, which their team has, and which somebody could take.

A list is read in lanes: parts of it that share nothing, each of which lies in an index as it is ordered. Of
each the first page is read, and of those the page; so a list costs the same however long it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from decisions.models import Case, LineOfBusiness, Opinion, Person
from decisions.models.reviews import NO_DUE, NOT_DECIDED, answered_or_not
from decisions.reviews.ground import assignment, case_clock, permissions, states
from decisions.reviews.ground.permissions import Reach
from decisions.reviews.worklist.ordering import DECISION, DUE, ORDERS, RECEIPT, Order, Place

PAGE = 25
"""How many cases a page of a list shows."""
MOST = 500
"""How far the cases of a list are counted."""
WORTH_SORTING = 4_000
"""How many cases between two days are sooner put in another order than looked for along it."""
MINE, TEAM, UNASSIGNED, ASKED = "mine", "team", "unassigned", "asked"
OVERDUE, SOON = "overdue", "soon"
ANY_OPEN = "open"
EVERY_STATE = "all"
NOBODY = "nobody"
RECEIVED, DECIDED = "received", "decided"
NO_RESULT = "none"


_BY_DAY = {RECEIPT: ORDERS["received"], DECISION: ORDERS["decided"]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is wanted. "" is no filter; the state "open" is any in which an answer is owed.

    ``person`` is the number of whoever has a case, or `NOBODY`; ``dated`` says whether ``since`` and
    ``until``, days with both ends, are of the receipt or of the decision.
    """

    which: str = MINE
    state: str = ANY_OPEN
    urgency: str = ""
    policy: str = ""
    due: str = ""
    person: str = ""
    plan: str = ""
    result: str = ""
    late: bool = False
    dated: str = RECEIVED
    since: dt.date | None = None
    until: dt.date | None = None
    order: str = "due"
    after: Place | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether cases are wanted that an answer is owed for, and others too."""
        return self.state in ("", EVERY_STATE)

    @property
    def dated_column(self) -> str:
        """The column that has to lie between two days, "" where there are none."""
        if self.since is None and self.until is None:
            return ""
        return DECISION if self.dated == DECIDED else RECEIPT

    @property
    def is_plain(self) -> bool:
        """Whether only a list and a state are chosen, in the order by due date."""
        plain = Wanted(which=self.which, state=self.state, order=self.order, after=self.after)
        return self == plain and ORDERS[self.order].column == DUE


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that is counted up to some number; ``more`` says that it is greater."""

    count: int
    more: bool = False

    @classmethod
    def up_to(cls, found: int, most: int = MOST) -> Counted:
        """What was counted one further than a number."""
        return cls(min(found, most), found > most)

    def __str__(self) -> str:
        return f"{self.count}+" if self.more else str(self.count)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, how many cases the whole list has, and where the next page begins."""

    cases: list[Case]
    counted: Counted
    next: Place | None


@dataclass(frozen=True, slots=True)
class Lane:
    """Cases that an index has in order. ``answered`` says whether no answer is owed for any of them; where it
    is None, they are not told apart yet. One that ``is_short`` is sooner read whole and put in order than
    looked for along a longer one.
    """

    cases: QuerySet[Case]
    answered: bool | None = None
    is_short: bool = False


def visible(person: Person) -> QuerySet[Case]:
    """The cases that somebody may know of. An appeal physician knows of their own appeals, and that there are
    the team's open ones: they can take one that nobody has, and one of a colleague who is away.
    """
    reach = reach_of(person)
    if reach is None:
        return Case.objects.none()
    if reach is Reach.TEAM:
        return _of_team(person)
    return _of_team(person).filter(Q(assignee=person, appealed=True) | Q(state=states.APPEALED))


def reach_of(person: Person) -> Reach | None:
    """How far somebody sees."""
    return max((permissions.RULES["see"][r] for r in permissions.roles_for(person, "see")), default=None)


def _of_team(person: Person) -> QuerySet[Case]:
    return Case.objects.filter(team_id=person.team_id) if person.team_id else Case.objects.none()


def listing(person: Person, wanted: Wanted) -> Listing:
    """A page of a list, and how many cases it has."""
    chosen = lanes(person, wanted)
    found = _count(chosen, wanted)
    if found <= MOST and not wanted.is_plain:
        chosen = _by_keys(chosen)
    elif found > WORTH_SORTING and ORDERS[wanted.order].column != wanted.dated_column:
        chosen = lanes(person, wanted, walked=True)
    # One more than a page has tells whether there is another page.
    cases = _read(chosen, wanted, PAGE + 1)
    page, more = cases[:PAGE], len(cases) > PAGE
    return Listing(page, Counted.up_to(found, MOST), Place.of(page[-1], wanted.order) if more else None)


def next_to_take(person: Person) -> Case | None:
    """The case that is due next among those that somebody could take and work on now."""
    free = [replace(lane, cases=lane.cases.exclude(state=states.WAITING)) for lane in _free(person)]
    return next(iter(_read(free, Wanted(), 1)), None)


def _count(chosen: list[Lane], wanted: Wanted) -> int:
    """How many cases some lanes have, up to one more than is asked. They are counted in order, since an order
    says in which index: without one SQLite takes any that fits, and reads a row for each of its entries.
    """
    order = _BY_DAY.get(wanted.dated_column) or ORDERS[wanted.order]
    most = WORTH_SORTING if wanted.dated_column else MOST
    found = 0
    for lane in chosen:
        found += order.sorted(lane.cases)[: most + 1 - found].count() if found <= most else 0
    return found


def _by_keys(few: list[Lane]) -> list[Lane]:
    """The same cases, few as they are, by their ids: whatever they are ordered by, no index is walked along
    until enough of them were met.
    """
    keys: dict[bool, list[str]] = {False: [], True: []}
    for lane in few:
        for key, answered in lane.cases.order_by().values_list("pk", "answered"):
            keys[answered].append(key)
    return [Lane(Case.objects.filter(pk__in=some), answered) for answered, some in keys.items() if some]


def _read(chosen: list[Lane], wanted: Wanted, most: int) -> list[Case]:
    """The first cases of some lanes, in order, from where the page begins."""
    order = ORDERS[wanted.order]
    keys: list[str] = []
    for lane in sorted(chosen, key=lambda lane: order.owed_first and bool(lane.answered)):
        # Where all that an answer is owed for comes first, a page that is full of it has nothing else.
        if not (order.owed_first and lane.answered and len(keys) >= most):
            keys += _begun(lane, wanted, order)[:most]
    if not keys:
        return []
    cases = Case.objects.filter(pk__in=keys).select_related("plan__line", "assignee", "team")
    return list(order.sorted_whole(cases)[:most])


def _begun(lane: Lane, wanted: Wanted, order: Order) -> QuerySet[Case, str]:
    """The ids of a lane, in order, from where the page begins."""
    cases, after = lane.cases, wanted.after
    if after is not None:
        if not order.owed_first or lane.answered == after.answered:
            cases = after.beyond(cases)
        elif after.answered:
            cases = cases.none()
    return order.sorted(cases).values_list("pk", flat=True)


def lanes(person: Person, wanted: Wanted, *, walked: bool = False, due: Q | None = None) -> list[Lane]:
    """What is wanted of a list. Together they have no case that `visible` has not, and none twice. Those that
    are ``walked`` along look at the day of each case, and not in an index of days. ``due`` is the filter by
    what is due, where it is not that of now.
    """
    chosen = {MINE: _own, TEAM: _teams, UNASSIGNED: _nobodys, ASKED: _asked}[wanted.which](person)
    told_apart = [part for lane in chosen for part in _in_states(lane, wanted)]
    due = when_due(wanted.due) if due is None else due
    filtered = [part for lane in told_apart for part in _filtered(lane, wanted, due)]
    return [replace(lane, cases=_between(lane.cases, wanted, walked=walked)) for lane in filtered]


def _own(person: Person) -> list[Lane]:
    own = _of_team(person).filter(assignee=person)
    if (reach := reach_of(person)) is None:
        return []
    if reach is Reach.TEAM:
        return [Lane(own)]
    return [Lane(own.filter(state=states.APPEALED), answered=False), *_other_appeals(own)]


def _teams(person: Person) -> list[Lane]:
    team = _of_team(person)
    if (reach := reach_of(person)) is None:
        return []
    if reach is Reach.TEAM:
        return [Lane(team)]
    others = _other_appeals(team.filter(assignee=person))
    return [Lane(team.filter(state=states.APPEALED), answered=False), *others]


def _other_appeals(own: QuerySet[Case]) -> list[Lane]:
    """The cases that were appealed and are in another state now: those that are open state by state, since
    they are few, and an index has each state.
    """
    appealed = own.filter(appealed=True)
    others = [appealed.filter(state=state) for state in states.OPEN if state != states.APPEALED]
    return [
        *(Lane(cases, answered=False, is_short=True) for cases in others),
        Lane(answered_or_not(appealed, answered=True), answered=True),
    ]


def _asked(person: Person) -> list[Lane]:
    """The cases that a colleague asks somebody about: few, and found by their ids."""
    if not permissions.roles_for(person, "give_opinion"):
        return []
    owed = Opinion.owed_by(person).values("case")
    return [Lane(_of_team(person).filter(pk__in=owed, answered=False), answered=False)]


def asked_of(person: Person) -> int:
    """How many cases a colleague asks somebody about."""
    return sum(lane.cases.count() for lane in _asked(person))


def _nobodys(person: Person) -> list[Lane]:
    """What nobody has: of the whole team for whoever gives its cases, else what somebody could take."""
    if not permissions.roles_for(person, "give"):
        return _free(person)
    nobodys = _of_team(person).filter(assignee=None)
    return [Lane(nobodys.filter(queue=queue), answered=False) for queue in assignment.QUEUES]


def _free(person: Person) -> list[Lane]:
    """A lane for each state that somebody works in, since each alone lies in order in its index."""
    if (reach := reach_of(person)) is None:
        return []
    nobodys = _of_team(person).filter(assignee=None)
    if reach is not Reach.TEAM:
        nobodys = nobodys.filter(state=states.APPEALED)
    free = nobodys.filter(assignment.not_barred(person))
    return [Lane(free.filter(queue=queue), answered=False) for queue in assignment.queues(person)]


def _in_states(lane: Lane, wanted: Wanted) -> Iterator[Lane]:
    """The parts of a lane that an answer is owed for, and those for which none is, as far as wanted."""
    state = "" if wanted.is_mixed or wanted.state == ANY_OPEN else wanted.state
    answers = (False, True) if wanted.is_mixed else (bool(state) and state not in states.OPEN,)
    for answered in answers:
        if lane.answered not in (None, answered):
            continue
        cases = lane.cases
        # Said even where the state says it, since an index has it before each order but the one by due date.
        by_due = ORDERS[wanted.order].column == DUE
        if not lane.is_short and (not by_due or (lane.answered is None and not state)):
            cases = answered_or_not(cases, answered=answered)
        yield Lane(cases.filter(state=state) if state else cases, answered)


def _filtered(lane: Lane, wanted: Wanted, due: Q) -> Iterator[Lane]:
    """The lane under every filter but those of the state and the days. ``due`` is read once for all lanes."""
    if wanted.due and lane.answered:
        return
    same = {"urgency": wanted.urgency, "policy": wanted.policy, "plan_id": wanted.plan}
    same |= {"result": wanted.result} if wanted.result != NO_RESULT else {}
    cases = lane.cases.filter(**{name: value for name, value in same.items() if value})
    if wanted.result == NO_RESULT:
        cases = cases.filter(result="")
    if wanted.person:
        cases = cases.filter(assignee_id=None if wanted.person == NOBODY else int(wanted.person))
    if wanted.late:
        cases = cases.filter(late=True)
    yield replace(lane, cases=cases.filter(due))


def when_due(due: str, now: dt.datetime | None = None, hours: Sequence[int] | None = None) -> Q:
    """Of open cases those that are overdue, or will be within their line of business's due-soon hours. The
    time and the hours are read where they are not given.
    """
    now = timezone.now() if now is None else now
    if due == OVERDUE:
        return Q(sort_due__lt=now)
    if due != SOON:
        return Q()
    hours = due_soon_hours() if hours is None else hours
    until = {each: now + dt.timedelta(hours=each) for each in hours}
    soon = Q(pk__in=[])
    for each in hours:
        soon |= Q(plan__line__due_soon_hours=each, sort_due__lte=until[each])
    last = until[hours[-1]] if hours else now
    return Q(sort_due__gte=now, sort_due__lte=last) & soon


def due_soon_hours() -> tuple[int, ...]:
    """In how many hours something is due soon: of each line of business, from the fewest."""
    return tuple(sorted(set(LineOfBusiness.objects.values_list("due_soon_hours", flat=True))))


def _between(cases: QuerySet[Case], wanted: Wanted, *, walked: bool) -> QuerySet[Case]:
    """The cases that were received, or decided, between two days of the project's time zone."""
    if not (column := wanted.dated_column):
        return cases
    if walked:
        # The column and never another value, but a planner does not know that: it has no index of this.
        cases, column = cases.alias(day=Coalesce(F(column), Value(NOT_DECIDED))), "day"
    if wanted.since or wanted.dated == DECIDED:
        begins = _midnight(wanted.since) if wanted.since else NOT_DECIDED + dt.timedelta(days=1)
        cases = cases.filter(**{f"{column}__gte": begins})
    return cases.filter(**{f"{column}__lt": _midnight(wanted.until, 1)}) if wanted.until else cases


def _midnight(day: dt.date, later: int = 0) -> dt.datetime:
    """When a day begins, or one some days later; the end of time where there is none."""
    try:
        start = dt.datetime.combine(day + dt.timedelta(days=later), dt.time(), case_clock.zone())
        return start.astimezone(dt.UTC)
    except OverflowError:
        return NO_DUE if later else NOT_DECIDED


def own_open(person: Person) -> Counted:
    """How many cases somebody has that an answer is owed for."""
    chosen = Wanted(which=MINE)
    return Counted.up_to(_count(lanes(person, chosen), chosen), MOST)
