"""A date: a day of the calendar."""

from __future__ import annotations

from typing import ClassVar

from decisions.questionnaire import typed
from decisions.questionnaire.fields import Held
from decisions.questionnaire.writing import Writing

YEARS_BEFORE, YEARS_AFTER = 20, 5
"""How many years a day lies before today or after it whose year has two digits."""


class DateField(Writing):
    """A day of the calendar."""

    limits = typed.DATE_HINT
    default_error_messages: ClassVar = {"required": "Give the day, or tick “Not documented”."}

    def say(self, held: Held) -> typed.Read:
        this_year = self.around.as_of.year
        return typed.date(held.text, range(this_year - YEARS_BEFORE, this_year + YEARS_AFTER + 1))


KIND = DateField
