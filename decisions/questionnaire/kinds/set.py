"""A set: each of the question's options is there, or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.http import QueryDict

from decisions.core.kinds.set import ABSENT, OTHERS_UNKNOWN, THERE
from decisions.core.policy import Question
from decisions.questionnaire.answering import OTHER
from decisions.questionnaire.choosing import (
    NONE_OF_THESE,
    NOT_DOCUMENTED,
    Choice,
    Choosing,
    Offered,
    not_alone,
)
from decisions.questionnaire.fields import Held, ReadInput, text_of, ticked_of

REST = "The rest is not described"
REST_HINT = (
    f"What is not ticked counts as absent. Tick “{REST}” where the request is silent."
    " What it says is not there can be ticked then."
)
"""What is said of the rest of findings; a question about suspicions has words of its own."""


class SetField(Choosing):
    """Any of the question's options."""

    input_type = "checkbox"

    @property
    def takes_other_words(self) -> bool:  # type: ignore[override]
        """Whether there is a place for the words of what no option names."""
        return self.around.takes_other_words and OTHER in self.question.option_ids

    default_error_messages: ClassVar = {"required": "Tick what applies, or “Not documented”."}

    @classmethod
    def offered(cls, question: Question) -> list[Offered]:
        offered = super().offered(question)
        if question.may_hold_more:
            more = "There may be more than what is ticked."
            offered.append(Offered(OTHERS_UNKNOWN, question.rest or REST, more))
        if not question.at_least_one:
            offered.append(Offered(NONE_OF_THESE, "None of these"))
        return offered

    @property
    def described_by(self) -> str:
        """With what an empty box means."""
        rest = f"r-{self.fact} m-{self.fact}" if self.question.may_hold_more else f"m-{self.fact}"
        return super().described_by.replace(f"m-{self.fact}", rest)

    @property
    def means_by_silence(self) -> str:
        """Of what is said above the rest the sentence about it: it stands far down, and keys lead past."""
        hint = self.question.rest_hint or REST_HINT
        sentences = (f"{sentence.strip('.')}." for sentence in hint.split(". "))
        about = (sentence for sentence in sentences if sentence.startswith("What "))
        return next(about, "") if self.question.may_hold_more else ""

    @classmethod
    def choice(cls, question: Question, place: int, each: Offered, held: Held) -> Choice:
        """One thing to tick. Where the rest may be open, an option can be said not to be there as well."""
        found = super().choice(question, place, each, held)
        if found.value == OTHERS_UNKNOWN:
            return found._replace(hint=question.rest_hint or REST_HINT)
        if found.special or not question.may_hold_more:
            return found
        return found._replace(can_be_absent=True, absent=each.value in held.absent)

    def sent(self, data: QueryDict) -> Held:
        absent = ticked_of(data, f"{self.fact}.without") if self.question.may_hold_more else frozenset()
        return replace(super().sent(data), absent=absent, other=text_of(data, f"{self.fact}.other"))

    def filled(self, raw: Any) -> Held:
        if raw is None:
            return Held(ticked=frozenset((NOT_DOCUMENTED,)))
        if isinstance(raw, dict):
            there = frozenset((*(raw.get(THERE) or ()), OTHERS_UNKNOWN))
            return Held(ticked=there, absent=frozenset(raw.get(ABSENT) or ()))
        return Held(ticked=frozenset(raw or (NONE_OF_THESE,)))

    def in_words(self, held: Held) -> str:
        absent = [choice for choice in self.choices(self.question, held) if choice.absent]
        return ", ".join(filter(None, (super().in_words(held), *(f"{c.label}: not there" for c in absent))))

    def read(self, held: Held) -> ReadInput:
        ticked, absent = held.ticked, held.absent
        if not ticked and not absent:
            return ReadInput(held)
        if error := not_alone(ticked, absent):
            return ReadInput(held, error=error)
        if NOT_DOCUMENTED in ticked:
            return ReadInput(held, None)
        raw = self._raw(ticked - {NONE_OF_THESE}, absent)
        return ReadInput(held, raw, error=self._twice(ticked & absent) or self.refused(raw))

    def _raw(self, ticked: frozenset[str], absent: frozenset[str]) -> Any:
        """The answer. Where something is said not to be there, it is left open what is not named."""
        if not absent:
            return self._in_order(ticked)
        named = {THERE: self._in_order(ticked - {OTHERS_UNKNOWN}), ABSENT: self._in_order(absent)}
        return {key: members for key, members in named.items() if members}

    def _twice(self, members: frozenset[str]) -> str:
        """What is wrong where something is said to be there and not to be there."""
        labels = ", ".join(f"“{option.label}”" for option in self.question.options if option.id in members)
        return f"{labels}: there, or not there? Keep one of them." if labels else ""

    def _in_order(self, members: frozenset[str]) -> list[str]:
        order = (*self.question.option_ids, OTHERS_UNKNOWN)
        return sorted(members, key=lambda each: (order.index(each) if each in order else len(order), each))


KIND = SetField
