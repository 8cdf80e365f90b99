"""Work lists: which cases somebody has, which their team has, and which somebody could take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper
from django.utils import timezone

from decisions.models import Case, Person
from decisions.reviews.ground import assignment, permissions, states
from decisions.reviews.ground.permissions import Reach

PAGE = 25
"""How many cases a page of a list shows."""
MINE, TEAM, UNASSIGNED = "mine", "team", "unassigned"
OVERDUE, SOON = "overdue", "soon"
ANY_OPEN = "open"
EVERY_STATE = "all"


Place = tuple[bool, dt.datetime, str]
"""Where a case stands on a list: whether no answer is owed any more, when it is due, and its id."""
ANSWERED = models.Case(models.When(state__in=states.OPEN, then=False), default=True)
"""Whether no answer is owed any more."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a list is wanted. "" is no filter; the state "open" is any in which an answer is owed."""

    which: str = MINE
    state: str = ANY_OPEN
    urgency: str = ""
    policy: str = ""
    due: str = ""
    latest_first: bool = False
    after: Place | None = None

    @property
    def is_mixed(self) -> bool:
        """Whether cases are wanted that an answer is owed for, and others too. The others come last."""
        return self.state in ("", EVERY_STATE)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, how many cases the whole list has, and where the next page begins."""

    cases: list[Case]
    count: int
    next: Place | None


def visible(person: Person) -> QuerySet[Case]:
    """The cases that somebody may know of. An appeal physician knows of their own appeals, and that there are
    the team's open ones: they can take one that nobody has, and one of a colleague who is away.
    """
    team = Case.objects.filter(team_id=person.team_id) if person.team_id else Case.objects.none()
    reach = _reach(person)
    if reach is None:
        return team.none()
    if reach is Reach.TEAM:
        return team
    return team.filter(Q(assignee=person, appealed=True) | Q(state=states.APPEALED))


def _reach(person: Person) -> Reach | None:
    """How far somebody sees."""
    return max((permissions.RULES["see"][r] for r in permissions.roles_for(person, "see")), default=None)


def unassigned(person: Person) -> QuerySet[Case]:
    """The cases that nobody has, and that somebody could take."""
    return visible(person).filter(assignment.can_be_taken(person), assignee=None)


def listing(person: Person, wanted: Wanted) -> Listing:
    """A page of a list by due date, and the whole list's count."""
    whole = _filtered(_chosen(person, wanted.which), wanted)
    # One more than a page has tells whether there is another page.
    cases = list(_after(whole, wanted).select_related("plan__line", "assignee", "team")[: PAGE + 1])
    page = cases[:PAGE]
    more = len(cases) > PAGE
    return Listing(page, whole.count(), _place(page[-1]) if more else None)


def _place(case: Case) -> Place:
    return (case.state not in states.OPEN, case.sort_due, case.pk)


def _chosen(person: Person, which: str) -> QuerySet[Case]:
    if which == UNASSIGNED:
        return unassigned(person)
    return visible(person).filter(assignee=person) if which == MINE else visible(person)


def _filtered(cases: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    if wanted.state == ANY_OPEN:
        cases = cases.filter(state__in=states.OPEN)
    elif wanted.state and wanted.state != EVERY_STATE:
        cases = cases.filter(state=wanted.state)
    same = {"urgency": wanted.urgency, "policy": wanted.policy}
    cases = cases.filter(**{name: value for name, value in same.items() if value})
    return _near(cases, wanted.due) if wanted.due else cases


def _near(cases: QuerySet[Case], due: str) -> QuerySet[Case]:
    """The open cases that are overdue; or that will be within their line of business's due-soon hours."""
    now = timezone.now()
    running = cases.filter(state__in=states.OPEN, due_at__isnull=False)
    if due == OVERDUE:
        return running.filter(due_at__lt=now)
    hours = set(cases.order_by().values_list("plan__line__due_soon_hours", flat=True))
    soon = Q(pk__in=[])
    for each in hours:
        soon |= Q(plan__line__due_soon_hours=each, due_at__lte=now + dt.timedelta(hours=each))
    return running.filter(soon, due_at__gte=now)


def _after(cases: QuerySet[Case], wanted: Wanted) -> QuerySet[Case]:
    """What comes after a case, in order."""
    order = ["-sort_due", "-pk"] if wanted.latest_first else ["sort_due", "pk"]
    if wanted.is_mixed:
        cases, order = cases.alias(answered=ANSWERED), ["answered", *order]
    if wanted.after is not None:
        cases = cases.filter(_beyond(wanted, wanted.after))
    return cases.order_by(*order)


def _beyond(wanted: Wanted, after: Place) -> Q:
    """Whether a case comes later. The first condition lets the database start at the place in its index."""
    answered, due, key = after
    if wanted.latest_first:
        beyond = Q(sort_due__lte=due) & ~Q(sort_due=due, pk__gte=key)
    else:
        beyond = Q(sort_due__gte=due) & ~Q(sort_due=due, pk__lte=key)
    if not wanted.is_mixed:
        return beyond
    return Q(answered=True) & beyond if answered else Q(answered=True) | beyond


def search(person: Person, sought: str) -> list[Case]:
    """The cases whose reference holds a text, and those of the member whose whole reference it is, whatever
    their state, at most a page of them. By its member a case is found by those alone who may read it.
    """
    by_member = Q(member=Upper(Value(sought))) & _readable(person)
    cases = visible(person).alias(member=Upper("member_reference"))
    found = cases.filter(Q(reference__icontains=sought) | by_member).order_by("reference")
    return list(found.select_related("plan__line", "assignee", "team")[:PAGE])


def _readable(person: Person) -> Q:
    """Which of the cases that somebody may know of they may read too."""
    own = Q(assignee=person, appealed=True)
    return Q() if _reach(person) is Reach.TEAM else own
