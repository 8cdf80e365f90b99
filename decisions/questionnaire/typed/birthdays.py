"""The days of birth that an age leaves, counted back from a day, and the completed months that they give."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from decisions.core.answers import months_between
from decisions.questionnaire.typed.phrases import Relation

ONE_DAY = dt.timedelta(days=1)


def latest(months: int, day: dt.date) -> dt.date:
    """The latest day of birth that has completed so many months on a day. Raises ValueError before year 1."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Age:
    """An age as it is said: so many months, and then from ``days`` to ``most_days`` more.

    Without days it is said in months or years: from ``months`` to ``most_months`` are completed.
    """

    months: int
    most_months: int
    days: int | None = None
    most_days: int = 0

    def least(self, day: dt.date | None, *, older: bool = False) -> tuple[Relation, int]:
        """The fewest months that somebody of this age, or who is ``older``, has completed on a day.

        Who is over a year old may have had a birthday yesterday, and has completed 12 months. Only where the
        age is itself in completed months is over 6 of them 7.
        """
        if self.days is None or day is None:
            return "above" if older and self.months == self.most_months else "at_least", self.months
        return "at_least", months_between(latest(self.months, _before(day, self.days + older)), day)

    def most(self, day: dt.date | None, *, younger: bool = False) -> tuple[Relation, int]:
        """The most months that somebody of this age, or who is ``younger``, has completed on a day."""
        if self.days is None or day is None:
            return ("below", self.months) if younger else ("at_most", self.most_months)
        youngest = latest(self.months, _before(day, self.days))
        if younger:
            oldest = youngest + ONE_DAY
            return ("below", 0) if oldest > day else ("at_most", months_between(oldest, day))
        # A month may have no such day: on March 31 nobody is 1 month and 0 days old.
        oldest = min(youngest, latest(self.months, _before(day, self.most_days + 1)) + ONE_DAY)
        return "at_most", months_between(oldest, day)

    def completed(self, relation: Relation, day: dt.date | None) -> list[tuple[Relation, int]]:
        """The bounds of completed months that this age gives where it stands in a relation."""
        if relation in ("above", "at_least"):
            return [self.least(day, older=relation == "above")]
        if relation in ("below", "at_most"):
            return [self.most(day, younger=relation == "below")]
        return [self.least(day), self.most(day)]


def _before(day: dt.date, days: int) -> dt.date:
    return day - dt.timedelta(days=days)
