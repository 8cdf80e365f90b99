"""Addresses of the reviews. They hold random ids of cases, never a reference, never an answer."""

from __future__ import annotations

from decisions.models import Person
from decisions.reviews import case_urls, deciding_urls, question_urls
from decisions.reviews.permissions import roles_for

prefix = "cases/"
app_name = "reviews"
urlpatterns = [*case_urls.urlpatterns, *question_urls.urlpatterns, *deciding_urls.urlpatterns]


def nav_for(person: Person) -> list[tuple[str, str]]:
    """The work list, for those who have one."""
    return [("Cases", "reviews:list")] if roles_for(person, "see") else []
