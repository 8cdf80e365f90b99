"""Finding cases by a reference: a part of a case's, or of its member's for those who may read the case."""

from __future__ import annotations

from django.db.models import Case as Either
from django.db.models import Exists, OuterRef, Q, QuerySet, Value, When

from decisions.models import Case, Person, fold
from decisions.models.reviews import answered_or_not
from decisions.reviews.ground.permissions import Reach
from decisions.reviews.worklist import queries, search_index
from decisions.reviews.worklist.ordering import ORDERS
from decisions.reviews.worklist.queries import EVERY_STATE, MINE, PAGE, TEAM, Wanted

BY_REFERENCE = "reference"


def search(person: Person, sought: str) -> list[Case]:
    """The cases whose reference, or whose member's, holds a text, whatever their state, at most a page of
    them: those first of which it is the whole reference. By its member a case is found by those alone who may
    read it. Neither the case of a letter nor a mark on it counts.
    """
    folded = fold(sought)
    if not folded:
        return []
    keys = search_index.candidates(folded)
    if keys is None:
        keys = _first_of_many(person, folded)
    of_member = Q(member_folded__contains=folded) & _readable(person)
    known = queries.visible(person).filter(Q(reference_folded__contains=folded) | of_member)
    # Looked at one by one: in one condition with their ids SQLite would sooner look through all of a team.
    found = Case.objects.filter(Exists(known.filter(pk=OuterRef("pk"))), pk__in=keys)
    whole = Q(reference_folded=folded) | (Q(member_folded=folded) & _readable(person))
    first = Either(When(whole, then=Value(0)), default=Value(1))
    ordered = found.order_by(first, *ORDERS[BY_REFERENCE].columns)
    return list(ordered.select_related("plan__line", "assignee", "team")[:PAGE])


def _first_of_many(person: Person, folded: str) -> list[str]:
    """The ids of the cases that come first of very many that hold a text, and perhaps more: those of which it
    is the whole reference, and as many others as a page has. For these the references are walked along in
    order until there are enough: soon, for a text that is in many.
    """
    known = queries.visible(person)
    wholes = [
        known.filter(_readable(person), member_folded=folded),
        *(answered_or_not(known.filter(reference_folded=folded), answered=each) for each in (False, True)),
    ]
    in_reference, in_member = Q(reference_folded__contains=folded), Q(member_folded__contains=folded)
    if queries.reach_of(person) is Reach.TEAM:
        parts = _walked(person, TEAM, in_reference | in_member)
    else:
        parts = [*_walked(person, TEAM, in_reference), *_walked(person, MINE, in_member)]
    return [key for cases in (*wholes, *parts) for key in _first(cases)]


def _walked(person: Person, which: str, part: Q) -> list[QuerySet[Case]]:
    """The cases of a list that hold a text, in lanes that have them by reference."""
    wanted = Wanted(which=which, state=EVERY_STATE, order=BY_REFERENCE)
    return [lane.cases.filter(part) for lane in queries.lanes(person, wanted)]


def _first(cases: QuerySet[Case]) -> QuerySet[Case, str]:
    return ORDERS[BY_REFERENCE].sorted(cases).values_list("pk", flat=True)[:PAGE]


def _readable(person: Person) -> Q:
    """Which of the cases that somebody may know of they may read too."""
    own = Q(assignee=person, appealed=True)
    return Q() if queries.reach_of(person) is Reach.TEAM else own
