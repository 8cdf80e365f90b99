"""A date, told as YYYY-MM-DD."""

from __future__ import annotations

from typing import Any

from decisions.core.policy import Question
from decisions.telling.kinds import Telling


class DateTelling(Telling):
    """A day of the calendar."""

    def shown(self, question: Question, left: Any) -> str:
        day: str = left.isoformat()
        return day


TELLING = DateTelling()
