"""What can be chosen: the fields that are answered by it, and how each choice stands on a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ClassVar, NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions.core.policy import OTHERS_UNKNOWN, Question
from decisions.questionnaire.fields import Held, QuestionField, ReadInput, text_of, ticked_of

NOT_DOCUMENTED = ":not-documented"
NONE_OF_THESE = ":none"
SPECIAL = (NONE_OF_THESE, OTHERS_UNKNOWN, NOT_DOCUMENTED)
ALONE = {NOT_DOCUMENTED: "Not documented", NONE_OF_THESE: "None of these"}
"""What stands alone where several things can be ticked."""


class Choice(NamedTuple):
    """One thing to choose or tick. ``asks`` is said where it is ticked, ``hint`` above it.
    ``can_be_absent``: it can be said not to be there; ``absent`` says that it is not.
    """

    id: str
    value: str
    label: str
    help: str
    checked: bool
    name: str
    type: str = "checkbox"
    asks: str = ""
    can_be_absent: bool = False
    absent: bool = False
    hint: str = ""

    @property
    def special(self) -> bool:
        """Whether it is none of the options."""
        return self.value in SPECIAL


@lru_cache(maxsize=4000)
def rendered(choice: Choice) -> SafeString:
    """Rendered once for each state that a choice can be in: a worksheet shows fifty, always the same."""
    return render_to_string("questionnaire/choice.html", {"choice": choice})


def not_alone(ticked: frozenset[str], *others: object) -> str:
    """What is wrong where something that stands alone is ticked with something else; "" where all is well."""
    for value, label in ALONE.items():
        if value in ticked and (len(ticked) > 1 or any(others)):
            return f"“{label}” stands alone. Keep it, or what else is ticked."
    return ""


Choices = Callable[[Question, Held], list[Choice]]
"""The choices of a question, for what is held."""


@lru_cache(maxsize=2000)
def all_rendered(choices: Choices, question: Question, held: Held) -> SafeString:
    """Choices as they stand on a page.

    The result is kept by the process, so ``held`` may say what is ticked and hold nothing that was typed.
    """
    return SafeString("".join(map(rendered, choices(question, held))))


class Offered(NamedTuple):
    """What can be chosen, without its place on a page."""

    value: str
    label: str
    help: str = ""
    asks: str = ""


class Choosing(QuestionField):
    """A question that is answered by one of the things that are offered."""

    has_choices = True
    input_type = "radio"
    default_error_messages: ClassVar = {"required": "Choose one, or “Not documented”."}

    @classmethod
    def offered(cls, question: Question) -> list[Offered]:
        """What can be chosen, in order, but for "not documented", which comes last."""
        return [Offered(o.id, o.label, o.help, o.asks) for o in question.options]

    @property
    def described_by(self) -> str:
        return f"{super().described_by} m-{self.fact}".strip()

    def sent(self, data: QueryDict) -> Held:
        return Held(ticked=ticked_of(data, self.fact), sure=text_of(data, f"{self.fact}.sure"))

    @classmethod
    def choices(cls, question: Question, held: Held) -> list[Choice]:
        """What can be chosen, in order, "not documented" last."""
        offered = [*cls.offered(question), Offered(NOT_DOCUMENTED, "Not documented")]
        return [cls.choice(question, place, each, held) for place, each in enumerate(offered)]

    @classmethod
    def choice(cls, question: Question, place: int, each: Offered, held: Held) -> Choice:
        """One thing to choose."""
        return Choice(
            f"i-{question.id}-{place}" if place else f"i-{question.id}",
            each.value,
            each.label,
            each.help,
            each.value in held.ticked,
            question.id,
            "checkbox" if held.several else cls.input_type,
            each.asks,
        )

    @property
    def choices_in_words(self) -> str:
        return ", ".join(choice.label for choice in self.choices(self.question, Held()))

    def choices_html(self, held: Held) -> SafeString:
        # Without what was typed, which must not be kept: see `all_rendered`.
        chosen = Held(ticked=held.ticked, absent=held.absent, several=held.several)
        return all_rendered(self.choices, self.question, chosen)

    def in_words(self, held: Held) -> str:
        return ", ".join(choice.label for choice in self.choices(self.question, held) if choice.checked)

    def read(self, held: Held) -> ReadInput:
        if len(held.ticked) > 1:
            return ReadInput(held, error="Choose one only.")
        for chosen in held.ticked:
            return self.chosen(held, chosen)
        return ReadInput(held)

    def chosen(self, held: Held, value: str) -> ReadInput:
        """What one thing means that was chosen."""
        raw = None if value == NOT_DOCUMENTED else value
        return ReadInput(held, raw, error="" if raw is None else self.refused(raw))
