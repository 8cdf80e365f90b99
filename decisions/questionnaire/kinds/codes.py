"""Codes: procedure or diagnosis codes, several in one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from decisions.core import code_systems
from decisions.questionnaire.choosing import NONE_OF_THESE, NOT_DOCUMENTED
from decisions.questionnaire.code_texts import in_a_row, left_out
from decisions.questionnaire.fields import Held, ReadInput
from decisions.questionnaire.writing import Writing

MOST_CODES = 50


class CodesField(Writing):
    """Codes as they are pasted. Words among them are left out, and named."""

    is_wide = True
    unit = ""
    boxes: ClassVar = {NONE_OF_THESE: "No code is given", NOT_DOCUMENTED: "Not documented"}
    default_error_messages: ClassVar = {"required": "Give the codes, or tick “Not documented”."}

    @property
    def is_short(self) -> bool:
        return True

    def text_for(self, raw: Sequence[str]) -> str:
        return in_a_row(raw)

    def filled(self, raw: Any) -> Held:
        return super().filled(raw) if raw != [] else Held(ticked=frozenset((NONE_OF_THESE,)))

    def of_text(self, held: Held, words: str) -> ReadInput:
        given, words_left = code_systems.split(held.text, self.question.code_system)
        if error := self._refused(held.text, given):
            return ReadInput(held, error=error)
        if not words_left:
            return ReadInput(held, list(given))
        shown = replace(held, text=in_a_row(given))
        return ReadInput(shown, list(given), note=left_out(words_left), left_out=words_left)

    def _refused(self, text: str, given: Sequence[str]) -> str:
        if len(given) > MOST_CODES:
            return f"These are {len(given)} codes; allowed: up to {MOST_CODES}."
        if not given:
            return f"There is no code in “{text[:60]}”; allowed: codes, or “No code is given”."
        return self.refused(list(given))


KIND = CodesField
