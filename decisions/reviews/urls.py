"""Addresses of the reviews. They hold random ids of cases, never a reference, never an answer."""

from __future__ import annotations

from decisions.models import Person
from decisions.reviews.answers import urls as answers
from decisions.reviews.case import urls as case
from decisions.reviews.decision import urls as decision
from decisions.reviews.ground.permissions import roles_for
from decisions.reviews.judgment import urls as judgment
from decisions.reviews.letters import urls as letters
from decisions.reviews.request import urls as request
from decisions.reviews.supervision import urls as supervision
from decisions.reviews.worklist import urls as worklist
from decisions.reviews.worklist.counts import counts_for

__all__ = ["app_name", "counts_for", "nav_for", "prefix", "urlpatterns"]

prefix = "cases/"
app_name = "reviews"
ROOMS = (worklist, supervision, request, answers, judgment, decision, letters, case)
urlpatterns = [pattern for room in ROOMS for pattern in room.urlpatterns]


def nav_for(person: Person) -> list[tuple[str, str]]:
    """The work list, for those who have one, and the team for its supervisors."""
    places = (("Cases", "reviews:list", "see"), ("Team", "reviews:figures", "see_figures"))
    return [(label, view) for label, view, action in places if roles_for(person, action)]


def search_for(person: Person) -> str:
    """The search of cases, for those who have a work list."""
    return "reviews:search" if roles_for(person, "see") else ""
