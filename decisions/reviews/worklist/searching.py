"""Finding cases by a reference: a part of a case's, or of its member's for those who may read the case."""

from __future__ import annotations

from django.db.models import Case as Either
from django.db.models import Q, QuerySet, Value, When

from decisions.models import Case, Person, fold
from decisions.reviews.ground.permissions import Reach
from decisions.reviews.worklist import queries, search_index
from decisions.reviews.worklist.ordering import ORDERS
from decisions.reviews.worklist.queries import EVERY_STATE, PAGE, TEAM, Wanted

BY_REFERENCE = "reference"


def search(person: Person, sought: str) -> list[Case]:
    """The cases whose reference, or whose member's, holds a text, whatever their state, at most a page of
    them: those first of which it is the whole reference. By its member a case is found by those alone who may
    read it. Neither the case of a letter nor a mark on it counts.
    """
    folded = fold(sought)
    if not folded:
        return []
    whole = Q(reference_folded=folded) | (Q(member_folded=folded) & _readable(person))
    part = Q(reference_folded__contains=folded) | (Q(member_folded__contains=folded) & _readable(person))
    few = search_index.candidates(folded)
    keys = _walked(person, whole, part) if few is None else few
    found = queries.visible(person).filter(part, pk__in=keys)
    first = Either(When(whole, then=Value(0)), default=Value(1))
    ordered = found.order_by(first, *ORDERS[BY_REFERENCE].columns)
    return list(ordered.select_related("plan__line", "assignee", "team")[:PAGE])


def _walked(person: Person, whole: Q, part: Q) -> list[str]:
    """The ids of the cases that come first of those that hold a text. The references are walked along in
    order until there are enough: soon, for a text that is in many.
    """
    lanes = queries.lanes(person, Wanted(which=TEAM, state=EVERY_STATE, order=BY_REFERENCE))
    return [key for lane in lanes for some in (whole, part) for key in _first(lane.cases.filter(some))]


def _first(cases: QuerySet[Case]) -> QuerySet[Case, str]:
    return ORDERS[BY_REFERENCE].sorted(cases).values_list("pk", flat=True)[:PAGE]


def _readable(person: Person) -> Q:
    """Which of the cases that somebody may know of they may read too."""
    own = Q(assignee=person, appealed=True)
    return Q() if queries.reach_of(person) is Reach.TEAM else own
