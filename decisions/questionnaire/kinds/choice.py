"""A choice: one of the question's options, or several of which one is true."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict

from decisions.questionnaire.choosing import NOT_DOCUMENTED, Choosing, not_alone
from decisions.questionnaire.fields import Held, ReadInput, text_of

FEW = 3
"""How many options stand beside another field at the most."""

ASKED_FOR = "now"
"""What is sent where the page is asked to let more than one option be ticked."""


class ChoiceField(Choosing):
    """One of the question's options. Where more than one is possible, each of them can be ticked."""

    @property
    def is_short(self) -> bool:
        return len(self.question.options) <= FEW

    def sent(self, data: QueryDict) -> Held:
        several = text_of(data, f"{self.fact}.several") if self.question.may_be_one_of else ""
        return replace(super().sent(data), several=bool(several), taken=several)

    def filled(self, raw: Any) -> Held:
        if isinstance(raw, dict):
            return Held(ticked=frozenset(raw["one_of"]), several=True)
        return Held(ticked=frozenset((NOT_DOCUMENTED if raw is None else raw,)))

    def read(self, held: Held) -> ReadInput:
        if held.taken == ASKED_FOR and len(held.ticked) <= 1:
            return ReadInput(replace(held, taken=""), error="Tick each one that it may be.")
        held = replace(held, taken="")
        if not held.several or len(held.ticked) <= 1:
            return super().read(held)
        if error := not_alone(held.ticked):
            return ReadInput(held, error=error)
        options = [option for option in self.question.option_ids if option in held.ticked]
        raw = {"one_of": [*options, *sorted(held.ticked.difference(options))]}
        return ReadInput(held, raw, error=self.refused(raw))


KIND = ChoiceField
