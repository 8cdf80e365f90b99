"""The forms of the questionnaire. Only here is read what a browser sends of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django.http import QueryDict

from decisions import services
from decisions.core.policy import Question
from decisions.questionnaire.answering import ABSENT, Writer, why_asked_again
from decisions.questionnaire.fields import Field, shown
from decisions.questionnaire.figure import DIAMETER, DISTANCE
from decisions.questionnaire.reading import Sent, read
from decisions.questionnaire.subject import Subject

TO_ANSWER = {
    "choice": "Choose one, or “Not documented”.",
    "flag": "Choose one, or “Not documented”.",
    "set": "Tick what applies, or “Not documented”.",
    "decimal": "Give a number, or tick “Not documented”.",
    "age": "Give the age or the birth date, or tick “Not documented”.",
}


class QuestionsForm:
    """Some questions of a subject as fields: filled with what is saved, or read from what was sent.

    ``mode`` says what becomes of a question that was left empty: "guided" asks for an answer unless it is
    optional, "worksheet" takes it as not asked.
    """

    def __init__(
        self,
        subject: Subject,
        questions: Iterable[Question],
        data: QueryDict | None = None,
        mode: str = "guided",
    ) -> None:
        self.subject = subject
        self.questions = tuple(questions)
        self.data = data
        self.mode = mode
        self.typing = data.get("typing", "") if data is not None else ""
        self.left = frozenset(data.getlist("keep") if data is not None and data.get("over") else ())
        self.fields = [self._saved(q) for q in self.questions] if data is None else self._read(data)
        self._annotate()

    def _saved(self, question: Question) -> Field:
        return shown(question, self.subject.answers.get(question.id, ABSENT))

    def _read(self, data: QueryDict) -> list[Field]:
        """The date of service is read first: a birth date needs it."""
        topic, as_of = self.subject.topic, services.today()
        service = topic.service_date
        day: str | None = self.subject.answers.get(service.id) or ""
        found: dict[str, Field] = {}
        for question in sorted(self.questions, key=lambda q: q.id != service.id):
            field = found[question.id] = self._read_one(question, data, day, as_of)
            if question.id == service.id:
                day = None if field.error else field.value if isinstance(field.value, str) else ""
            self._look_over(field)
        return [found[question.id] for question in self.questions]

    def _read_one(self, question: Question, data: QueryDict, day: str | None, as_of: dt.date) -> Field:
        if question.id in self.left:
            return self._saved(question)
        saved = self.subject.answers.get(question.id, ABSENT)
        return read(question, Sent(self.subject.topic, data, saved, day, as_of))

    def _look_over(self, field: Field) -> None:
        if field.fact == self.typing:
            field.error = field.doubt = ""
        elif self.mode == "guided" and field.value is ABSENT and not field.problem:
            field.error = "" if field.question.optional else TO_ANSWER[field.question.kind]
        elif self.mode == "guided" and field.left_out and not field.problem:
            field.error = field.note  # the next page would not say it

    def _annotate(self) -> None:
        """Say what the answers alone do not: where an age is from, and what the subject knows of a fact."""
        for field in self.fields:
            field.beside = self.subject.beside(field.fact)
            if field.fact == self.subject.topic.service_date.id and field.value is ABSENT:
                field.note = f"Without it: {services.today_in_words()}."
            if field.question.kind != "age" or field.told:
                continue
            if self.subject.age_asked_again and field.value is ABSENT:
                field.note = why_asked_again(self.subject.topic, self.subject.answers)
            elif self.subject.age_from_birth_date and field.value == self.subject.answers.get(field.fact):
                field.note = "From a birth date, which was not kept."

    @property
    def problems(self) -> list[Field]:
        """The fields that are wrong or doubtful, in order."""
        return [field for field in self.fields if field.problem]

    @property
    def is_valid(self) -> bool:
        return not self.problems

    @property
    def changes(self) -> dict[str, Any]:
        """The answers for saving; ABSENT for a field without a usable one.

        Whoever was shown what another page saved may leave some of that as it is.
        """
        return {field.fact: field.value for field in self.fields if field.fact not in self.left}

    def sent_of(self, fact: str) -> list[tuple[str, str]]:
        """Everything that was sent of a question: the names of its inputs and what stood in them."""
        lists = self.data.lists() if self.data is not None else ()
        inputs = [(name, value) for name, values in lists for value in values if name.split(".")[0] == fact]
        return [("on_page", fact), *inputs]

    @cached_property
    def writer(self) -> Writer:
        """The page that was sent; one that nobody knows where it did not say which it is.

        ``over`` is sent by whoever was shown what another page saved, and keeps what stands on this one.
        """
        sent = self.data if self.data is not None else {}
        revision = sent.get("over") or sent.get("revision", "")
        known = revision.isascii() and revision.isdecimal() and len(revision) < 10
        return Writer(sent.get("page", "")[:22], int(revision) if known else -1)

    @property
    def leaves_out(self) -> bool:
        """Whether a field says that a part of what was typed is left out."""
        return any(field.left_out for field in self.fields)

    @property
    def from_birth_date(self) -> bool:
        return any(field.from_birth_date for field in self.fields)


class MeasuresForm(QuestionsForm):
    """The measures that the figure draws, as they are being typed."""

    def __init__(self, subject: Subject, data: QueryDict) -> None:
        by_id = subject.topic.by_id
        asked = by_id.keys() - subject.fixed
        sent = [by_id[fact] for fact in (DIAMETER, DISTANCE) if fact in asked and fact in data]
        super().__init__(subject, sent, data)

    @property
    def measures(self) -> dict[str, Any]:
        """The saved answers, and in their place what is typed; None where it cannot be read."""
        return {**self.subject.answers, **{field.fact: field.measure for field in self.fields}}


class WorksheetForm(QuestionsForm):
    """The questions that stood on the worksheet when it was sent, and what the page said of itself."""

    def __init__(self, subject: Subject, data: QueryDict) -> None:
        by_id = subject.topic.by_id
        on_page = frozenset(data.getlist("on_page")) - subject.fixed
        super().__init__(subject, (q for q in by_id.values() if q.id in on_page), data, "worksheet")
        self.told = frozenset(data.getlist("told"))
        self.drawn = data.get("drawn", "")
        self.outcomes = data.get("outcomes", "")
        self.details = data.get("details", "")
        self.wants_determination = data.get("go") == "determination"

    def show_saved(self, facts: Collection[str], note: str) -> None:
        """Show of some questions what is saved, in place of what was sent, with a word about why."""
        for place, field in enumerate(self.fields):
            if field.fact in facts:
                self.fields[place] = self._saved(field.question)
                self.fields[place].renewed, self.fields[place].note = True, note

    def settle(self) -> None:
        """After saving: an age shows what became of it, and no birth date stays on the page."""
        for place, field in enumerate(self.fields):
            dropped = field.value is not ABSENT and field.fact not in self.subject.answers
            if field.from_birth_date or dropped:
                self.fields[place] = self._saved(field.question)
                self.fields[place].renewed = True
        self._annotate()
