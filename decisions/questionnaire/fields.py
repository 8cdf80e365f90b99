"""A question as a field of a Django form: what stands in its inputs, and what is read from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions.core import kinds
from decisions.core.answers import AnswersError
from decisions.core.policy import Question, Topic
from decisions.questionnaire import typed
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.typed import Offer
from decisions.telling import refusal_words

if TYPE_CHECKING:
    from decisions.questionnaire.forms import QuestionsForm

LONGEST_TEXT = 1000
UNSURE = "sure"
"""The input that confirms what is doubtful. Its name and its id end so."""


@dataclass(frozen=True, slots=True)
class Held:
    """What stands in the inputs of a question.

    ``absent`` are the members of a set that are said not to be there. ``several``: more than one option of a
    choice may be ticked, of which one is true. ``sure`` is what was confirmed, ``taken`` the offer that was
    pressed, ``other`` the words for what no option names.
    """

    text: str = ""
    ticked: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    several: bool = False
    unit: str = ""
    birth: str = ""
    sure: str = ""
    taken: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class ReadInput:
    """What was read. ``raw`` is the answer, ABSENT where there is none. ``held`` is to stand in the inputs.

    ``words`` is what was typed, "" where that says no more than the answer. ``error`` says what is wrong, at
    the input ``at``. ``doubt`` asks whether the answer is meant; ``sure`` stands for it, ``sure_label`` says
    it, and ``confirmed`` that it is. ``offers`` may be meant instead. ``left_out`` are no codes.
    """

    held: Held
    raw: Any = ABSENT
    words: str = ""
    error: str = ""
    at: str = ""
    doubt: str = ""
    sure: str = ""
    sure_label: str = ""
    confirmed: bool = False
    note: str = ""
    offers: Sequence[Offer] = ()
    left_out: Sequence[str] = ()
    from_birth_date: bool = False

    @property
    def problem(self) -> tuple[str, str]:
        """What keeps the answer from being used, and the input it is at; ("", "") where nothing does."""
        if self.error:
            return self.error, self.at
        return (self.doubt, UNSURE) if self.doubt and not self.confirmed else ("", "")


@dataclass(frozen=True, slots=True)
class Around:
    """What the questions of a form are asked beside.

    ``service`` gives the date of service: "" where none is given, None where one was typed that cannot be
    read. ``denies`` tells whether an answer denies what opened its question. ``is_guided``: each question has
    a page of its own, and has to be answered there unless it is optional. ``typing`` is the fact that is
    being typed: nothing is complained of. ``takes_other_words``: what no option names is kept in words.
    """

    topic: Topic
    as_of: dt.date
    service: Callable[[], str | None]
    denies: Callable[[str, Any], bool]
    is_guided: bool
    typing: str
    takes_other_words: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved of a question: its raw answer, ABSENT where there is none; what was typed for it; and
    what was written of something that no option names.
    """

    raw: Any
    typed: str = ""
    other_words: str = ""


def text_of(data: QueryDict, name: str) -> str:
    """The text of an input, without blanks around it; cut where it is absurdly long."""
    return typed.clean(data.get(name, ""))[:LONGEST_TEXT]


def ticked_of(data: QueryDict, name: str) -> frozenset[str]:
    """The values that are ticked under a name."""
    return frozenset(value[:LONGEST_TEXT] for value in data.getlist(name) if value)


class Inputs(forms.Widget):
    """The inputs of a question. Their markup stands in the template of its kind."""

    def __init__(self, sent: Callable[[QueryDict], Held]) -> None:
        super().__init__()
        self._sent = sent

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Held:
        """Everything that was sent of the question."""
        return self._sent(data)  # type: ignore[arg-type]


class QuestionField(forms.Field):
    """A question in a form. What a kind of question does not say for itself is said here.

    ``has_choices``: it is answered by choosing among what is offered. ``is_live``: it is read while it is
    typed. ``takes_other_words``: it has a place for the words of what no option names.
    """

    has_choices = False
    is_live = False
    takes_other_words = False
    default_error_messages: ClassVar = {"required": "Give an answer, or tick “Not documented”."}

    def __init__(self, question: Question, around: Around, saved: Saved) -> None:
        self.question, self.around, self.saved = question, around, saved
        required = around.is_guided and not question.optional
        super().__init__(
            required=required, widget=Inputs(self.sent), label=question.label, help_text=question.help
        )
        self.is_renewed = self.keeps_saved = False
        self.answer: Any = saved.raw
        self.reading = self._as_saved()

    # What each kind says for itself

    @property
    def is_short(self) -> bool:
        """Whether two such fields stand beside each other."""
        return False

    @property
    def limits(self) -> str:
        """What may be given, in a sentence."""
        return ""

    @property
    def input_label(self) -> str:
        """The label of a single input that has none of its own on a page, "" for none."""
        return ""

    def sent(self, data: QueryDict) -> Held:
        """What a browser sent of the question."""
        raise NotImplementedError

    def filled(self, raw: Any) -> Held:
        """What stands in the inputs for an answer that was given."""
        raise NotImplementedError

    def read(self, held: Held) -> ReadInput:
        """What stands in the inputs as an answer."""
        raise NotImplementedError

    @property
    def choices_in_words(self) -> str:
        """What can be chosen, for whoever does not see the page; "" where a text is asked for."""
        return ""

    @property
    def means_by_silence(self) -> str:
        """What an option means that is not ticked, in a sentence; "" where that goes without saying."""
        return ""

    def choices_html(self, held: Held) -> SafeString:
        """What can be chosen or ticked, as it stands on a page."""
        return SafeString("")

    def in_words(self, held: Held) -> str:
        """What stands in the inputs, whether or not it can be used; "" where nothing does."""
        raise NotImplementedError

    # What all of them share

    @property
    def fact(self) -> str:
        """The id of the question."""
        return self.question.id

    @property
    def first_input(self) -> str:
        """The id of the first input."""
        return f"i-{self.question.id}"

    @property
    def hint(self) -> str:
        """The help of the question, and what may be given."""
        return " ".join(filter(None, (self.question.help, self.limits)))

    @property
    def described_by(self) -> str:
        """The ids of what describes the field as a whole; a text's message is at its input."""
        return f"h-{self.fact}" if self.hint else ""

    def clean(self, value: Any) -> Any:
        """The raw answer, ABSENT where there is none. Raises ValidationError, whose code is the input that
        the problem is at.
        """
        if self.keeps_saved:
            return self.answer
        self.reading = self._beyond(self.read(value))
        problem, at = self.reading.problem
        self.answer = ABSENT if problem else self.reading.raw
        if not problem:
            problem = self._missing()
        # What is still being typed is neither complained of nor saved.
        if problem and self.around.typing != self.fact:
            raise ValidationError(problem, code=at)
        if problem:
            self.reading = replace(self.reading, error="", doubt="", offers=())
        return self.answer

    def _missing(self) -> str:
        """What has to be said before the next page, which would not say it; "" for nothing."""
        if self.required and self.answer is ABSENT:
            return str(self.error_messages["required"])
        return self.reading.note if self.around.is_guided and self.reading.left_out else ""

    def _beyond(self, reading: ReadInput) -> ReadInput:
        """A reading that asks once, as a doubt, whether an answer means to deny the reason that opened its
        question.
        """
        if reading.problem[0] or reading.doubt or not self.around.denies(self.fact, reading.raw):
            return reading
        opened_by = self.question.opened_by or ("", "")
        reason = self.around.topic.by_id[opened_by[0]].option(opened_by[1]).label
        return replace(
            reading,
            doubt=f"The request gives “{reason}” as a reason. Is nothing of it there?",
            sure="nothing",
            sure_label="Yes, nothing of it is there",
            confirmed=reading.held.sure == "nothing" or reading.raw == self.saved.raw,
        )

    def refused(self, raw: Any) -> str:
        """Why an answer is not allowed, in a sentence; "" where it is."""
        try:
            kinds.of(self.question).read(self.question, raw)
        except AnswersError as refused:
            text = refusal_words.sentence(refused.problems[0])
            return f"{text[:1].upper()}{text[1:]}."
        return ""

    def _as_saved(self) -> ReadInput:
        if self.answer is ABSENT:
            return ReadInput(Held(), self.answer)
        held = self.filled(self.answer)
        if self.saved.other_words:
            held = replace(held, other=self.saved.other_words)
        typed_so = f"Typed: “{self.saved.typed}”." if self.saved.typed else ""
        return ReadInput(held, self.answer, note=typed_so)

    def renew(self, saved: Saved, note: str = "") -> None:
        """Show what is saved, in place of what was sent, with a word about why."""
        self.saved, self.answer = saved, saved.raw
        self.is_renewed = self.keeps_saved = True
        self.reading = self._as_saved()
        self.reading = replace(self.reading, note=note or self.reading.note)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> Entry:
        """The question with what stands in it, for a template."""
        return Entry(form, self, field_name)


class Entry(BoundField):
    """A question in a form, as a template shows it."""

    form: QuestionsForm
    field: QuestionField
    is_heading = False
    has_focus = False
    is_out_of_band = False

    def __init__(self, form: forms.BaseForm, field: QuestionField, name: str) -> None:
        super().__init__(form, field, name)
        # Ids are plain by the shape of their files. Said once, they are not escaped at every place.
        self.fact: str = SafeString(field.fact)
        self.id: str = SafeString(field.first_input)

    @property
    def question(self) -> Question:
        """What is asked."""
        return self.field.question

    @property
    def reading(self) -> ReadInput:
        """What was read, or is saved."""
        self.form.errors  # noqa: B018  reading is what a form does when it is asked for its errors
        return self.field.reading

    @property
    def answer(self) -> Any:
        """The raw answer, ABSENT where there is none that can be used."""
        self.form.errors  # noqa: B018
        return self.field.answer

    @property
    def held(self) -> Held:
        """What stands in the inputs."""
        return self.reading.held

    @property
    def _wrong(self) -> ValidationError | None:
        errors = self.form.errors.get(self.name)
        return errors.as_data()[0] if errors else None

    @property
    def error(self) -> str:
        """What is wrong, but for a doubt."""
        wrong = self._wrong
        return "" if wrong is None or wrong.code == UNSURE else str(wrong.message)

    @property
    def error_at(self) -> str:
        """The id of the input that an error is at."""
        wrong = self._wrong
        return f"{self.id}-{wrong.code}" if wrong and wrong.code else self.id

    @property
    def is_wrong(self) -> bool:
        """Whether an error is at the first input."""
        return bool(self.error) and self.error_at == self.id

    @property
    def is_wrong_at_birth(self) -> bool:
        """Whether an error is at the birth date."""
        return bool(self.error) and self.error_at == f"{self.id}-birth"

    @property
    def doubt(self) -> str:
        """What is asked about the answer, confirmed or not."""
        return "" if self.error else self.reading.doubt

    @property
    def offers(self) -> Sequence[Offer]:
        """What may be meant instead."""
        return self.reading.offers

    @property
    def offer_name(self) -> str:
        """The name of the buttons that take an offer."""
        return ".".join(filter(None, (self.fact, self.reading.at, "take")))

    @property
    def note(self) -> str:
        """How the answer was read, or what is to be known of it."""
        return "" if self.error else self.form.remark(self) or self.reading.note

    @property
    def left_out(self) -> Sequence[str]:
        """The words of a text that are no codes."""
        return self.reading.left_out

    @property
    def has_message(self) -> bool:
        """Whether there is a message at the field."""
        return bool(self._wrong or self.reading.doubt or self.note)

    @property
    def problem(self) -> str:
        """What keeps the answer from being used, or the page from going on."""
        wrong = self._wrong
        return str(wrong.message) if wrong else ""

    @property
    def problem_at(self) -> str:
        """The id of the input that has to be looked at."""
        return self.error_at

    @property
    def measure(self) -> Any:
        """The raw answer that stands in the field, a doubtful one too; None where there is none."""
        raw = self.reading.raw
        return None if raw is ABSENT else raw

    @property
    def in_words(self) -> str:
        """What stands in the field, whether or not it can be used; "" where nothing does."""
        return self.field.in_words(self.held)

    @property
    def figure_url(self) -> str:
        """Where the figure is drawn while a measure is typed on a page of its own, "" elsewhere."""
        is_followed = self.field.is_live and self.field.around.is_guided
        return self.form.subject.address("figure") if is_followed else ""

    # The parts of a field that all kinds share

    @property
    def opening(self) -> SafeString:
        """How the field begins: with its name and its hint."""
        field = self.field
        # A question with choices has the focus itself: in its first one nobody would be told what is asked.
        choices = field.choices_in_words if self.has_focus else ""
        texts = (field.hint, field.described_by, field.input_label, choices, field.means_by_silence)
        return _opening(self.question, texts, (field.is_short, self.is_heading, self.is_out_of_band))

    @property
    def choices(self) -> SafeString:
        """What can be chosen or ticked."""
        return self.field.choices_html(self.held)

    @property
    def message(self) -> SafeString:
        """What is said at the field, and the place of that while nothing is."""
        return said_at(self) if self.has_message else _silence(self.fact)

    @property
    def beside(self) -> SafeString:
        """What the subject shows at the field."""
        beside = self.form.subject.beside(self.fact)
        return beside.html if beside else SafeString("")


def said_at(entry: Entry, *, out_of_band: bool = False) -> SafeString:
    """The message of a field; ``out_of_band`` to take the place of the one on a page."""
    return render_to_string("questionnaire/message.html", {"field": entry, "out_of_band": out_of_band})


# The same on every page: each is rendered once a process for every way in which it can stand there.


@lru_cache(maxsize=500)
def _opening(
    question: Question, texts: tuple[str, str, str, str, str], ways: tuple[bool, bool, bool]
) -> SafeString:
    hint, described_by, input_label, choices, silence = texts
    is_short, is_heading, is_out_of_band = ways
    return render_to_string(
        "questionnaire/field_opening.html",
        {
            "question": question,
            "hint": hint,
            "is_short": is_short,
            "is_heading": is_heading,
            "is_out_of_band": is_out_of_band,
            "described_by": f"{described_by} o-{question.id}" if choices else described_by,
            "choices": choices,
            "silence": silence,
            "input_label": input_label,
        },
    )


@lru_cache(maxsize=500)
def _silence(fact: str) -> SafeString:
    return render_to_string("questionnaire/message.html", {"field": {"fact": fact}})
