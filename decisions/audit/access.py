"""Who may read what of the log: an auditor all of it, others the story of the cases that are theirs."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from decisions.log.services import record_alone
from decisions.models import Case, Person, Role
from decisions.people.services import holds
from decisions.reviews.services import NotFoundError, look, may


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


def reader(person: Person, case_id: str) -> Reader:
    """Who reads the story of a case.

    Raises Http404 where there is no such case, and where it is another team's; RefusedError where it is the
    own team's and not the person's. Either is recorded.
    """
    if not holds(person, Role.AUDITOR):
        return _own(person, case_id)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        record_alone("refused", actor=person, details={"action": "see_story", "kind": "not found"})
        raise Http404
    return Reader(person, case, Role.AUDITOR.value)


def _own(person: Person, case_id: str) -> Reader:
    try:
        work = look(person, case_id, "see_story")
    except NotFoundError:
        raise Http404 from None
    return Reader(person, work.case, work.permit.role)
