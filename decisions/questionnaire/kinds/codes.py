"""Codes: procedure or diagnosis codes, several in one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from decisions.core import code_systems
from decisions.questionnaire.choosing import NONE_OF_THESE, NOT_DOCUMENTED
from decisions.questionnaire.code_texts import (
    in_a_row,
    left_out,
    meant_procedures,
    not_spelled,
    odd_procedures,
)
from decisions.questionnaire.fields import Held, ReadInput
from decisions.questionnaire.typed import Offer
from decisions.questionnaire.writing import Writing

MOST_CODES = 50


class CodesField(Writing):
    """Codes as they are pasted. Words among them are left out, and named. Of procedure codes that are not
    spelled like one it is asked whether they are meant.
    """

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
        read = self._asked(ReadInput(held, list(given)))
        if not words_left:
            return read
        shown = replace(held, text=in_a_row(given))
        return replace(read, held=shown, note=left_out(words_left), left_out=words_left)

    def _asked(self, reading: ReadInput) -> ReadInput:
        """A reading of codes that asks once, as a doubt, about procedure codes that are spelled otherwise."""
        given: list[str] = reading.raw
        odd = odd_procedures(given) if self.question.code_system == code_systems.CPT else []
        if not odd:
            return reading
        meant, kept = meant_procedures(odd), in_a_row(odd)
        instead = in_a_row([meant.get(code, code) for code in given])
        return replace(
            reading,
            doubt=not_spelled(odd, meant),
            sure=kept,
            sure_label=f"Keep {kept}",
            confirmed=kept == reading.held.sure or given == self.saved.raw,
            offers=[Offer(f"Use {in_a_row([*meant.values()])}", instead, None)] if meant else [],
        )

    def _refused(self, text: str, given: Sequence[str]) -> str:
        if len(given) > MOST_CODES:
            return f"These are {len(given)} codes; allowed: up to {MOST_CODES}."
        if not given:
            return f"There is no code in “{text[:60]}”; allowed: codes, or “No code is given”."
        return self.refused(list(given))


KIND = CodesField
