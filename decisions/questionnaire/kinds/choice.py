"""A choice: one of the question's options."""

from __future__ import annotations

from typing import Any

from decisions.questionnaire.choosing import NOT_DOCUMENTED, Choosing
from decisions.questionnaire.fields import Held

FEW = 3
"""How many options stand beside another field at the most."""


class ChoiceField(Choosing):
    """One of the question's options."""

    @property
    def is_short(self) -> bool:
        return len(self.question.options) <= FEW

    def filled(self, raw: Any) -> Held:
        return Held(ticked=frozenset((NOT_DOCUMENTED if raw is None else raw,)))


KIND = ChoiceField
