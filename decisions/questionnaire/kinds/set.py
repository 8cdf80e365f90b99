"""A set: each of the question's options is there, or not."""

from __future__ import annotations

from typing import Any, ClassVar

from decisions.core.policy import OTHERS_UNKNOWN, Question
from decisions.questionnaire.choosing import NONE_OF_THESE, NOT_DOCUMENTED, Choosing, Offered
from decisions.questionnaire.fields import Held, Reading

ALONE = {NOT_DOCUMENTED: "Not documented", NONE_OF_THESE: "None of these"}


class SetField(Choosing):
    """Any of the question's options."""

    input_type = "checkbox"
    default_error_messages: ClassVar = {"required": "Tick what applies, or “Not documented”."}

    @classmethod
    def offered(cls, question: Question) -> list[Offered]:
        offered = super().offered(question)
        if question.may_hold_more:
            more = "There may be more than what is ticked."
            offered.append(Offered(OTHERS_UNKNOWN, "The rest is not described", more))
        if not question.at_least_one:
            offered.append(Offered(NONE_OF_THESE, "None of these"))
        return offered

    @property
    def described_by(self) -> str:
        """With what an empty box means."""
        rest = f"r-{self.fact} m-{self.fact}" if self.question.may_hold_more else f"m-{self.fact}"
        return super().described_by.replace(f"m-{self.fact}", rest)

    def filled(self, raw: Any) -> Held:
        if raw is None:
            return Held(ticked=frozenset((NOT_DOCUMENTED,)))
        return Held(ticked=frozenset(raw or (NONE_OF_THESE,)))

    def read(self, held: Held) -> Reading:
        ticked = held.ticked
        if not ticked:
            return Reading(held)
        for value, label in ALONE.items():
            if value in ticked and len(ticked) > 1:
                return Reading(held, error=f"“{label}” stands alone. Keep it, or what else is ticked.")
        if NOT_DOCUMENTED in ticked:
            return Reading(held, None)
        raw = self._in_order(ticked - {NONE_OF_THESE})
        return Reading(held, raw, error=self.refused(raw))

    def _in_order(self, members: frozenset[str]) -> list[str]:
        order = (*self.question.option_ids, OTHERS_UNKNOWN)
        return sorted(members, key=lambda each: (order.index(each) if each in order else len(order), each))


KIND = SetField
