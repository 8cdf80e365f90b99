"""A date: a day of the calendar."""

from __future__ import annotations

from typing import ClassVar

from decisions.questionnaire import typed
from decisions.questionnaire.fields import Held
from decisions.questionnaire.writing import Writing


class DateField(Writing):
    """A day of the calendar."""

    limits = typed.DATE_HINT
    default_error_messages: ClassVar = {"required": "Give the day, or tick “Not documented”."}

    def say(self, held: Held) -> typed.Read:
        return typed.date(held.text)


KIND = DateField
