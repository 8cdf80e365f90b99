"""A flag: yes or no."""

from __future__ import annotations

from typing import Any

from decisions.core.policy import Question
from decisions.questionnaire.choosing import NOT_DOCUMENTED, Choosing, Offered
from decisions.questionnaire.fields import Held, ReadInput

YES, NO = "yes", "no"
MEANING = {YES: True, NO: False, NOT_DOCUMENTED: None}


class FlagField(Choosing):
    """Yes or no."""

    @property
    def is_short(self) -> bool:
        return True

    @classmethod
    def offered(cls, question: Question) -> list[Offered]:
        return [Offered(YES, "Yes"), Offered(NO, "No")]

    def filled(self, raw: Any) -> Held:
        return Held(ticked=frozenset(said for said, value in MEANING.items() if value is raw))

    def chosen(self, held: Held, value: str) -> ReadInput:
        if value in MEANING:
            return ReadInput(held, MEANING[value])
        return ReadInput(held, error=f"“{value[:60]}” is not an option; allowed: yes, no, not documented.")


KIND = FlagField
