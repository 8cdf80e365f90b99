"""A date: a day of the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any as Anything

from decisions.core import days
from decisions.core.conditions import Test
from decisions.core.kinds import Compared, Kind
from decisions.core.questions import Question
from decisions.core.refusals import refuse

ALLOWED = "YYYY-MM-DD"


class Date(Kind):
    """A day of the calendar."""

    is_day = True

    def read(self, question: Question, given: Anything) -> dt.date:
        return day(question.id, given)

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        """The day before the edition is in force, its first day, and the day after its next review."""
        around = [policy.first_day - dt.timedelta(days=1), policy.first_day]
        if policy.next_review:
            around.append(policy.next_review + dt.timedelta(days=1))
        return [str(each) for each in around]


def day(fact: str, given: Anything, *allowed: str) -> dt.date:
    """A day given as YYYY-MM-DD. Raises AnswersError."""
    if found := days.written(given):
        return found
    raise refuse(fact, "not-a-day", given, ALLOWED, *allowed)


KIND = Date()
