"""The forms of the questionnaire: what a browser sent of some questions, or what is saved of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from decisions import services
from decisions.core.policy import Question
from decisions.questionnaire import answering, kinds
from decisions.questionnaire.answering import ABSENT, Writer, why_asked_again
from decisions.questionnaire.fields import Around, Entry, QuestionField, Saved
from decisions.questionnaire.figure import DIAMETER, DISTANCE
from decisions.questionnaire.subject import Subject


class QuestionsForm(forms.Form):
    """Some questions of a subject: filled with what is saved, or read from what was sent.

    ``mode`` says what becomes of a question that was left empty: "guided" asks for an answer unless it is
    optional, "worksheet" takes it as not asked.
    """

    fields: dict[str, QuestionField]  # type: ignore[assignment]

    def __init__(
        self,
        subject: Subject,
        questions: Iterable[Question],
        data: QueryDict | None = None,
        mode: str = "guided",
    ) -> None:
        super().__init__(data)
        self.subject, self.mode = subject, mode
        self.questions = tuple(questions)
        self.sent = data if data is not None else QueryDict()
        self.typing = self.sent.get("typing", "")
        self.left = frozenset(self.sent.getlist("keep") if self.sent.get("over") else ())
        self._add(self.questions)
        for fact in self.left & self.fields.keys():
            self.fields[fact].keeps_saved = True

    def _add(self, questions: Iterable[Question]) -> None:
        """Take questions into the form, filled with what is saved."""
        saved = self._saved()
        for question in questions:
            self.fields[question.id] = kinds.field(question, self._around, saved(question.id))

    @cached_property
    def _around(self) -> Around:
        return Around(
            topic=self.subject.topic,
            as_of=services.today(),
            service=self._service,
            denies=self._denies,
            is_guided=self.mode == "guided",
            typing=self.typing,
            takes_other_words=self.subject.takes_other_words,
        )

    def _saved(self) -> Callable[[str], Saved]:
        """What is saved of each fact. The subject is asked once: it works that out anew each time."""
        answers, typed, words = self.subject.answers, self.subject.typed, self.subject.other_words
        return lambda fact: Saved(answers.get(fact, ABSENT), typed.get(fact, ""), words.get(fact, ""))

    def _service(self) -> str | None:
        """The date of service: the one on this page, else the one that is saved; "" where there is none,
        None where one was typed that cannot be read.
        """
        service = self.subject.topic.service_date.id
        given = self.subject.answers.get(service)
        if service in self.fields and self.is_bound:
            try:
                given = self.fields[service].clean(self[service].data)
            except ValidationError:
                return None
        return given if isinstance(given, str) else ""

    def _denies(self, fact: str, raw: Any) -> bool:
        """Whether an answer says that nothing is there of what the question was opened for."""
        topic = self.subject.topic
        if raw not in (False, []) or fact not in dict(topic.implying):
            return False
        gate = dict(topic.implying)[fact][0]
        on_page = self.fields[gate].answer if gate in self.fields else ABSENT
        given = self.subject.answers.get(gate) if on_page is ABSENT else on_page
        return answering.readable(topic, {gate: given, fact: raw}, services.today()).denies_a_reason

    def __getitem__(self, name: str) -> Entry:
        """The question of a fact."""
        return super().__getitem__(name)  # type: ignore[return-value]

    def remark(self, entry: Entry) -> str:
        """What the answers alone do not say of a question, "" for nothing."""
        topic, subject = self._around.topic, self.subject
        if entry.fact == topic.service_date.id and entry.answer is ABSENT:
            return f"Without it: {services.today_in_words()}."
        if entry.fact != topic.age.id or entry.reading.note or entry.reading.doubt:
            return ""
        if subject.age_asked_again and entry.answer is ABSENT:
            return why_asked_again(topic, subject.answers)
        from_birth = subject.age_from_birth_date and entry.answer == subject.answers.get(entry.fact)
        return "From a birth date, which was not kept." if from_birth else ""

    @property
    def entries(self) -> list[Entry]:
        """The questions that were sent, or are shown."""
        return [self[question.id] for question in self.questions]

    @property
    def problems(self) -> list[Entry]:
        """The questions whose answers are wrong or doubtful, in order."""
        return [entry for entry in self.entries if entry.problem] if self.is_bound else []

    @property
    def sent_answers(self) -> dict[str, Any]:
        """The answers for saving; ABSENT for a question without a usable one.

        Whoever was shown what another page saved may leave some of that as it is.
        """
        return {entry.fact: entry.answer for entry in self.entries if entry.fact not in self.left}

    @property
    def words(self) -> Mapping[str, str]:
        """What was typed for the answers, "" where that says no more than they."""
        return {fact: self[fact].reading.words for fact in self.sent_answers}

    @property
    def other_words(self) -> Mapping[str, str]:
        """What was written of findings that no option names, of the questions that have a place for that."""
        entries = [self[fact] for fact in self.sent_answers if self.fields[fact].takes_other_words]
        return {entry.fact: entry.held.other for entry in entries}

    def sent_of(self, fact: str) -> list[tuple[str, str]]:
        """Everything that was sent of a question: the names of its inputs and what stood in them."""
        lists = self.sent.lists()
        inputs = [(name, value) for name, values in lists for value in values if name.split(".")[0] == fact]
        return [("on_page", fact), *inputs]

    @cached_property
    def writer(self) -> Writer:
        """The page that was sent; one that nobody knows where it did not say which it is.

        ``over`` is sent by whoever was shown what another page saved, and keeps what stands on this one.
        """
        revision = self.sent.get("over") or self.sent.get("revision", "")
        # int() takes the figures of every alphabet, and numbers that no column holds.
        known = revision.isascii() and revision.isdecimal() and len(revision) < 10
        return Writer(self.sent.get("page", "")[:22], int(revision) if known else -1)

    @property
    def leaves_out(self) -> bool:
        """Whether a question says that a part of what was typed is left out."""
        return any(entry.left_out for entry in self.entries)

    @property
    def from_birth_date(self) -> bool:
        """Whether the age was made from a birth date."""
        return any(entry.reading.from_birth_date for entry in self.entries if entry.answer is not ABSENT)


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
        return {**self.subject.answers, **{entry.fact: entry.measure for entry in self.entries}}


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

    def also_show(self, questions: Iterable[Question]) -> None:
        """Show besides what was sent what is saved of other questions."""
        others = [question for question in questions if question.id not in self.fields]
        self._add(others)
        for question in others:
            self.fields[question.id].keeps_saved = True

    def show_saved(self, facts: Collection[str], note: str = "") -> None:
        """Show of some questions what is saved, in place of what was sent, with a word about why."""
        saved = self._saved()
        for fact in facts:
            self.errors.pop(fact, None)
            self.fields[fact].renew(saved(fact), note)

    def settle(self) -> None:
        """After saving: a question shows what became of its answer where that is not what was typed, and no
        birth date stays on the page.
        """
        self.show_saved([entry.fact for entry in self.entries if self._is_other(entry)])

    def _is_other(self, entry: Entry) -> bool:
        dropped = entry.answer is not ABSENT and entry.fact not in self.subject.answers
        taken = entry.held.taken and not entry.problem
        return bool(entry.reading.from_birth_date or taken or dropped)


class NoteForm(forms.Form):
    """In which characters the text for a case note is wanted. What it does not know, it passes over."""

    characters = forms.ChoiceField(choices=[("ascii", "ASCII alone")], required=False)

    @property
    def ascii_alone(self) -> bool:
        """Whether the field that it is for takes nothing else."""
        return self.is_valid() and self.cleaned_data["characters"] == "ascii"
