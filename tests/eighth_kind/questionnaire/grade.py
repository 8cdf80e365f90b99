"""A grade, typed as a letter."""

from __future__ import annotations

from decisions.questionnaire.fields import Held
from decisions.questionnaire.typed import Read
from decisions.questionnaire.writing import Writing


class GradeField(Writing):
    """A letter, small or capital."""

    limits = "A letter from A to E."

    def say(self, held: Held) -> Read:
        raw = held.text.upper()
        return Read(held.text, raw if not self.refused(raw) else None, error=self.refused(raw))


KIND = GradeField
