"""The head of every page of a case: what it is, where it stands, who has it, and when an answer is due."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from django.utils import timezone

from decisions import services
from decisions.models import Case, Person
from decisions.reviews.ground import case_clock, clock_arithmetic, facts, permissions, states
from decisions.reviews.ground.work import Work

SHAPES = {
    clock_arithmetic.OVERDUE: "overdue",
    clock_arithmetic.DUE_SOON: "soon",
    clock_arithmetic.IN_TIME: "in-time",
    clock_arithmetic.PAUSED: "paused",
    clock_arithmetic.STOPPED: "stopped",
}


def policy_name(policy: str) -> str:
    """The short name of a policy; its id where the policy is off the shelf."""
    editions = services.library().editions.get(policy)
    return editions[-1].source.short if editions else policy


def is_on_shelf(case: Case) -> bool:
    """Whether the policy of a case can be read."""
    return case.policy in services.library().editions


class Due:
    """How near the end of its turnaround a case is, as a word and the class of a shape."""

    def __init__(self, case: Case, now: dt.datetime) -> None:
        self.at = case.due_at
        self.words = case_clock.standing_in_words(case, now)
        self.shape = SHAPES[case_clock.standing(case, now)]
        self.stopped = self.shape == SHAPES[clock_arithmetic.STOPPED]
        if self.stopped and case.late:
            self.shape = "late"


class Head:
    """What stands above every page of a case."""

    def __init__(self, work: Work) -> None:
        self.case = work.case
        self.due = Due(work.case, timezone.now())
        self.policy = policy_name(work.case.policy)
        self.is_mine = work.case.assignee_id == work.person.pk
        self._person: Person = work.person

    @cached_property
    def has_nobody(self) -> bool:
        """Whether it waits for somebody to take it."""
        waits = self.case.state in states.AT_WORK
        return waits and self.case.assignee_id is None

    @cached_property
    def flags(self) -> list[str]:
        """What has to be known of the policy's edition while the case is open, in sentences."""
        if self.case.state not in states.OPEN:
            return []
        if not is_on_shelf(self.case):
            return ["The policy of this case cannot be read now. Nothing can be determined or decided."]
        return facts.edition_flags(self.case)

    @cached_property
    def overdue(self) -> str:
        """That the edition is past its next review date, while that can matter; else empty."""
        matters = self.case.state in states.OPEN and is_on_shelf(self.case)
        return facts.overdue(self.case) if matters else ""

    @cached_property
    def is_emergency(self) -> bool:
        """Whether the case is seen by emergency access alone."""
        return permissions.permit(self._person, "see", self.case) is None
