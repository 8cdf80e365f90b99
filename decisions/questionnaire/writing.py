"""The fields that a text is typed into, with boxes beside it to tick instead."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.safestring import SafeString

from decisions.core.policy import Question
from decisions.questionnaire import typed
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.choosing import NONE_OF_THESE, NOT_DOCUMENTED, Choice, all_rendered
from decisions.questionnaire.fields import Held, QuestionField, ReadInput, text_of, ticked_of


class Writing(QuestionField):
    """A question that is answered by a text. ``boxes`` can be ticked instead, each with its label."""

    input_mode = "text"
    is_wide = False
    boxes: ClassVar = {NOT_DOCUMENTED: "Not documented"}

    def text_for(self, raw: Any) -> str:
        """The text for an answer; typed again it is the same answer."""
        return typed.as_typed(self.question, raw)

    def say(self, held: Held) -> typed.Read:
        """What the text says that stands in the input."""
        raise NotImplementedError

    @property
    def unit(self) -> str:
        """What stands behind the input, "" for nothing."""
        return self.question.unit

    @property
    def input_label(self) -> str:
        unit = f" in {self.unit}" if self.unit else ""
        return f"{self.question.short}{unit}"

    def sent(self, data: QueryDict) -> Held:
        name = self.fact
        return Held(
            text=text_of(data, name),
            ticked=ticked_of(data, f"{name}.not").intersection(self.boxes),
            sure=text_of(data, f"{name}.sure"),
            taken=text_of(data, f"{name}.take"),
        )

    def filled(self, raw: Any) -> Held:
        if raw is None:
            return Held(ticked=frozenset((NOT_DOCUMENTED,)))
        return Held(text=self.text_for(raw))

    @classmethod
    def choices(cls, question: Question, held: Held) -> list[Choice]:
        """The boxes beside the text."""
        return [
            Choice(f"i-{question.id}-{n}", value, label, "", value in held.ticked, f"{question.id}.not")
            for n, (value, label) in enumerate(cls.boxes.items(), 1)
        ]

    def choices_html(self, held: Held) -> SafeString:
        return all_rendered(self.choices, self.question, Held(ticked=held.ticked))

    def in_words(self, held: Held) -> str:
        text = f"{held.text} {self.unit}" if held.text[-1:].isdecimal() else held.text
        boxes = (choice.label for choice in self.choices(self.question, held) if choice.checked)
        return ", ".join(filter(None, (text.strip(), *boxes)))

    def read(self, held: Held) -> ReadInput:
        """What the text and the boxes say.

        Of a text and a box the one that was changed counts, for nobody ticks a box and means the old text.
        """
        if held.taken:
            return self._of(replace(held, text=held.taken, ticked=frozenset()), held.text)
        if not held.ticked:
            return self._of(held, held.text)
        if len(held.ticked) > 1:
            return ReadInput(held, error="Tick one only.")
        boxed: list[str] | None = [] if NONE_OF_THESE in held.ticked else None
        saved = self.saved.raw
        if not held.text or self.is_old(held.text):
            return ReadInput(replace(held, text=""), boxed)
        if saved == boxed:
            return self._of(replace(held, ticked=frozenset()), held.text)
        return ReadInput(held, error="There is a text here and a box ticked. Keep one of them.")

    def is_old(self, text: str) -> bool:
        """Whether a text is the one that stood in the field for what is saved."""
        saved = self.saved.raw
        return saved not in (ABSENT, None, []) and text == self.text_for(saved)

    def _of(self, held: Held, words: str) -> ReadInput:
        return self.of_text(held, words) if held.text else ReadInput(held)

    def of_text(self, held: Held, words: str) -> ReadInput:
        """What a text says; ``words`` is what was typed first."""
        found = self.say(held)
        raw = ABSENT if found.raw is None else found.raw
        sure = "" if raw is ABSENT else self.text_for(raw)
        return ReadInput(
            held,
            raw,
            self._kept(found.words if words == held.text else words, raw),
            error=found.error,
            doubt=found.doubt,
            sure=sure,
            sure_label=f"Yes, {sure} {self.unit}" if sure[-1:].isdecimal() else f"Yes, {sure}",
            confirmed=raw == self.saved.raw or held.sure == sure,
            note=found.note,
            offers=found.offers,
        )

    def _kept(self, words: str, raw: Any) -> str:
        """Of what was typed, what says more than the answer; what was kept before, where that stood there."""
        if raw is not ABSENT and raw == self.saved.raw and self.is_old(words):
            return self.saved.typed
        return "" if raw is ABSENT or words == self.text_for(raw) else words
