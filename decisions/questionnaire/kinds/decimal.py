"""A decimal: a measure with its unit, or what a chart says of it."""

from __future__ import annotations

from typing import ClassVar

from decisions.questionnaire import typed
from decisions.questionnaire.fields import Held
from decisions.questionnaire.writing import Writing


class MeasureField(Writing):
    """A number with its unit, or its bounds. It is read while it is typed: the figure draws it."""

    is_live = True
    default_error_messages: ClassVar = {"required": "Give a number, or tick “Not documented”."}

    @property
    def is_short(self) -> bool:
        return True

    @property
    def limits(self) -> str:
        return f"A number {typed.between(self.question)}, or what the chart says: over 5, 3 to 6."

    def say(self, held: Held) -> typed.Read:
        return typed.measure(self.question, held.text)


KIND = MeasureField
