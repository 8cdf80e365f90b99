"""A question as a field of a form: what is shown in it, and what was read from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions.core.policy import OTHERS_UNKNOWN, Question
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.subject import Beside
from decisions.questionnaire.typed import AGE_UNITS

NOT_DOCUMENTED = ":not-documented"
NONE_OF_THESE = ":none"
YES, NO = "yes", "no"
TEMPLATES = {
    "choice": "questionnaire/fields/choices.html",
    "flag": "questionnaire/fields/choices.html",
    "set": "questionnaire/fields/choices.html",
    "decimal": "questionnaire/fields/text.html",
    "date": "questionnaire/fields/text.html",
    "codes": "questionnaire/fields/text.html",
    "age": "questionnaire/fields/age.html",
}
INPUT_MODES = {"decimal": "decimal", "age": "decimal", "date": "text", "codes": "text"}


class Choice(NamedTuple):
    """One thing to choose or tick."""

    id: str
    value: str
    label: str
    help: str
    checked: bool
    special: bool
    name: str = ""
    type: str = "checkbox"

    @property
    def leaves_rest(self) -> bool:
        """Whether it leaves the rest of a set open; what that means stands above it."""
        return self.value == OTHERS_UNKNOWN


@lru_cache(maxsize=2000)
def _choice(choice: Choice, *, focus: bool = False) -> SafeString:
    """Rendered once for each state that a choice can be in: a worksheet shows fifty, always the same."""
    return render_to_string("questionnaire/fields/choice.html", {"choice": choice, "focus": focus})


@lru_cache(maxsize=500)
def _opening(question: Question) -> SafeString:
    """How the field of a question begins: it is the same on every worksheet."""
    return render_to_string("questionnaire/field_opening.html", {"field": Field(question)})


@lru_cache(maxsize=500)
def _silence(question: Question) -> SafeString:
    """Where the message of a question would stand."""
    return render_to_string("questionnaire/message.html", {"field": Field(question)})


@dataclass
class Field:
    """One question in a form. ``value`` is the raw answer, ABSENT where there is none.

    ``text``, ``unit``, ``birth`` and ``ticked`` are what stands in its inputs. ``error`` says what is wrong,
    at the input ``error_at``. ``doubt`` asks whether ``sure``, a number, is meant. ``renewed`` says that its
    inputs are to show what is saved, and not what was typed. ``left_out`` are the words that are no codes.
    ``beside`` is what the subject shows at it.
    """

    question: Question
    value: Any = ABSENT
    text: str = ""
    unit: str = AGE_UNITS[0]
    birth: str = ""
    ticked: frozenset[str] = frozenset()
    error: str = ""
    error_at: str = ""
    doubt: str = ""
    sure: str = ""
    confirmed: bool = False
    note: str = ""
    left_out: tuple[str, ...] = ()
    from_birth_date: bool = False
    renewed: bool = False
    units: Sequence[str] = field(default=AGE_UNITS)
    beside: Beside | None = None

    @property
    def fact(self) -> str:
        return self.question.id

    @property
    def id(self) -> str:
        """The id of the first input."""
        return f"i-{self.question.id}"

    @property
    def template(self) -> str:
        return TEMPLATES[self.question.kind]

    @property
    def input_type(self) -> str:
        return "checkbox" if self.question.kind == "set" else "radio"

    @property
    def opening(self) -> SafeString:
        """How it begins on a page that asks several questions: with its name and its hint."""
        return _opening(self.question)

    @property
    def silence(self) -> SafeString:
        """The place of its message, while it has none."""
        return _silence(self.question)

    @property
    def described_by(self) -> str:
        """The ids of what describes the field as a whole; a text's message is at its input."""
        ids = [f"h-{self.fact}"] if self.hint else []
        if self.rest:
            ids.append(f"r-{self.fact}")
        if self.question.kind in ("choice", "flag", "set"):
            ids.append(f"m-{self.fact}")
        return " ".join(ids)

    @property
    def input_mode(self) -> str:
        return INPUT_MODES[self.question.kind]

    @property
    def is_live(self) -> bool:
        """Whether it is read while it is typed: a measure, which the figure draws."""
        return self.question.kind == "decimal"

    @property
    def is_short(self) -> bool:
        """Whether two such fields stand beside each other."""
        return self.question.kind in ("decimal", "flag", "codes") or (
            self.question.kind == "choice" and len(self.question.options) <= 3
        )

    @property
    def measure(self) -> Any:
        """The number that stands in the field, a doubtful one too; None where there is none."""
        return self.sure or (None if self.value is ABSENT else self.value)

    @property
    def told(self) -> bool:
        """Whether there is a message at the field."""
        return bool(self.error or self.doubt or self.note)

    @property
    def problem(self) -> str:
        """What keeps the answer from being used."""
        return self.error or (self.doubt if not self.confirmed else "")

    @property
    def problem_at(self) -> str:
        """The id of the input that has to be looked at."""
        if self.error:
            return f"{self.id}{self.error_at}"
        return f"{self.id}-sure"

    @property
    def in_words(self) -> str:
        """What stands in the field, whether or not it can be used; "" where nothing does."""
        if self.birth:
            return f"Birth date {self.birth}"
        choosing = self.question.kind in ("choice", "flag", "set")
        chosen = [choice.label for choice in (self.choices if choosing else self.boxes) if choice.checked]
        unit = self.unit if self.question.kind == "age" else self.question.unit
        typed = f"{self.text} {unit}" if self.text[-1:].isdecimal() else self.text
        return ", ".join(filter(None, (typed.strip(), *chosen)))

    @property
    def sure_label(self) -> str:
        return f"Yes, {self.sure} {self.question.unit}"

    @property
    def hint(self) -> str:
        """The help of the question, and its limits in words."""
        return " ".join(part for part in (self.question.help, limits_in_words(self.question)) if part)

    @property
    def rest(self) -> str:
        """The choice that leaves the rest of a set open, "" where there is none."""
        return OTHERS_UNKNOWN if self.question.may_hold_more else ""

    @property
    def choices(self) -> list[Choice]:
        """What can be chosen, in order, "not documented" last."""
        offered = [*_options(self.question), *_extras(self.question), (NOT_DOCUMENTED, "Not documented", "")]
        specials = (NONE_OF_THESE, OTHERS_UNKNOWN, NOT_DOCUMENTED)
        return [
            Choice(
                self.id if place == 0 else f"{self.id}-{place}",
                value,
                label,
                help_,
                value in self.ticked,
                value in specials,
                self.fact,
                self.input_type,
            )
            for place, (value, label, help_) in enumerate(offered)
        ]

    @property
    def choices_html(self) -> SafeString:
        """The choices as they stand on a page."""
        return SafeString("".join(map(_choice, self.choices)))

    @property
    def choices_focused(self) -> SafeString:
        """The same, the first to have the focus when the page opens."""
        first, *others = self.choices
        return SafeString("".join((_choice(first, focus=True), *map(_choice, others))))

    @property
    def boxes_html(self) -> SafeString:
        """What can be ticked beside a text, as it stands on a page."""
        return SafeString("".join(map(_choice, self.boxes)))

    @property
    def boxes(self) -> list[Choice]:
        """What can be ticked beside a text."""
        offered = [(NOT_DOCUMENTED, "Not documented")]
        if self.question.kind == "codes":
            offered.insert(0, (NONE_OF_THESE, "No code is given"))
        return [
            Choice(f"{self.id}-{place}", value, label, "", value in self.ticked, True, f"{self.fact}.not")
            for place, (value, label) in enumerate(offered, 1)
        ]


def _options(question: Question) -> list[tuple[str, str, str]]:
    if question.kind == "flag":
        return [(YES, "Yes", ""), (NO, "No", "")]
    return [(option.id, option.label, option.help) for option in question.options]


def _extras(question: Question) -> list[tuple[str, str, str]]:
    """The extra members of a set."""
    extras = []
    if question.may_hold_more:
        label = "The rest is not described"
        extras.append((OTHERS_UNKNOWN, label, "There may be more than what is ticked."))
    if question.kind == "set" and not question.at_least_one:
        extras.append((NONE_OF_THESE, "None of these", ""))
    return extras


def limits_in_words(question: Question) -> str:
    """What may be typed, with its unit."""
    if question.kind == "decimal":
        return f"A number {between(question)}."
    if question.kind == "date":
        return "Year, month, day: 2026-03-01."
    return ""


def between(question: Question) -> str:
    """The limits of a number in words: "above 0 and up to 100 mm"."""
    words = (("above", question.above), ("from", question.at_least), ("up to", question.at_most))
    given = [f"{word} {_plain(limit)}" for word, limit in words if limit is not None]
    joined = " and ".join(given) if question.above is not None else " ".join(given)
    return f"{joined} {question.unit}".strip()


def _plain(limit: Decimal) -> str:
    return f"{limit:f}"


def shown(question: Question, raw: Any) -> Field:
    """A field with an answer that was saved before, or without one."""
    held = Field(question, raw)
    if raw is None:
        held.ticked = frozenset((NOT_DOCUMENTED,))
    elif raw is not ABSENT:
        _FILLERS[question.kind](held, raw)
    return held


def _fill_choice(held: Field, raw: str) -> None:
    held.ticked = frozenset((raw,))


def _fill_flag(held: Field, raw: bool) -> None:
    held.ticked = frozenset((YES if raw else NO,))


def _fill_set(held: Field, raw: Sequence[str]) -> None:
    held.ticked = frozenset(raw or (NONE_OF_THESE,))


def _fill_text(held: Field, raw: Any) -> None:
    held.text = str(raw)


def in_a_row(given: Sequence[str]) -> str:
    """Codes as one text. Commas keep apart what blanks would not: a code, and what would be its modifier."""
    return ", ".join(given)


def _fill_codes(held: Field, raw: Sequence[str]) -> None:
    held.text = in_a_row(raw)
    held.ticked = frozenset() if raw else frozenset((NONE_OF_THESE,))


_FILLERS: dict[str, Callable[[Field, Any], None]] = {
    "choice": _fill_choice,
    "flag": _fill_flag,
    "set": _fill_set,
    "decimal": _fill_text,
    "age": _fill_text,
    "date": _fill_text,
    "codes": _fill_codes,
}
