"""Who may read what of the log: an auditor all of it, others the story of the cases that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from decisions.models import Case, Person
from decisions.reviews.services import NotFoundError, is_hidden_from, look, may


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the story of a case, and the role that allows it."""

    person: Person
    case: Case
    role: str

    @property
    def sees_case(self) -> bool:
        """Whether they may open the page of the case: an auditor reads the stories of other teams' too."""
        return may(self.person, "see", self.case)

    @property
    def judges_first(self) -> bool:
        """Whether the determination of the case is hidden from them, and with it what events say of it."""
        return is_hidden_from(self.person, self.case)


def reader(person: Person, case_id: str) -> Reader:
    """Who reads the story of a case.

    Raises Http404 where there is no such case, and where it is another team's and the table of permissions
    does not open every team's; RefusedError where it is the own team's and not the person's.
    Both are recorded.
    """
    try:
        work = look(person, case_id, "see_story")
    except NotFoundError:
        raise Http404 from None
    return Reader(person, work.case, work.permit.role)
