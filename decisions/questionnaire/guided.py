"""The guided way: which question comes now, which came before, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crispy_forms.helper import FormHelper

from decisions.core import interview
from decisions.core.policy import Question
from decisions.form_layout import laid_out
from decisions.models import new_id
from decisions.questionnaire import figure as drawings
from decisions.questionnaire import kinds, panel
from decisions.questionnaire.answering import Writer, in_own_words
from decisions.questionnaire.code_texts import answer_with_names
from decisions.questionnaire.fields import Entry
from decisions.questionnaire.forms import QuestionsForm
from decisions.questionnaire.layout import Asked
from decisions.questionnaire.subject import Addresses, Subject, compared


@dataclass(frozen=True, slots=True)
class Given:
    """One of the answers so far."""

    label: str
    answer: str
    href: str


def next_address(subject: Subject) -> str:
    """The page of the question to ask now, or the determination."""
    question = interview.next_question(subject.determinations(), subject.fixed)
    return subject.address("question", question.id) if question else subject.address("determination")


def can_ask(subject: Subject, fact: str) -> bool:
    """Whether there is a page for the question of a fact."""
    return fact in subject.topic.by_id and fact not in subject.fixed


def asked_with(subject: Subject, question: Question) -> tuple[Question, ...]:
    """The questions on the page of a question: with the age, the date of service that a birth date needs."""
    service = subject.topic.service_date
    together = question.id == subject.topic.age.id and service.id not in subject.fixed
    return (question, service) if together else (question,)


class Page:
    """What the page of a question shows.

    ``conflict`` says that what was sent was not saved, for another page had changed the answers.
    """

    def __init__(
        self, subject: Subject, question: Question, form: QuestionsForm, *, conflict: bool = False
    ) -> None:
        self.subject, self.question, self.form, self.conflict = subject, question, form, conflict
        self.topic = subject.topic
        self.addresses = Addresses(subject)
        self.determinations = subject.determinations()
        self.answers = self.determinations[0].answers

    @cached_property
    def writer(self) -> Writer:
        """What the page says of itself when it is sent.

        A page that is sent back because of what was typed still says what it was made from, so that a change
        made elsewhere since then is noticed. After a conflict that change is known.
        """
        if self.form.is_bound and not self.conflict:
            return self.form.writer
        return Writer(new_id(), self.subject.revision)

    @property
    def main(self) -> Entry:
        return self.form.entries[0]

    @property
    def helper(self) -> FormHelper:
        """How the questions are laid out: the first is the heading, and has the focus unless something is
        wrong or was not saved.
        """
        first, *others = self.form.questions
        focus = not (self.form.problems or self.conflict)
        return laid_out(Asked(first, is_heading=True, has_focus=focus), *map(Asked, others))

    @property
    def policies(self) -> list[tuple[str, str]]:
        """The name of each policy asked, and the review date it is past."""
        return [(d.policy.source.short, panel.overdue(d)) for d in self.determinations]

    @property
    def progress(self) -> str:
        """How much can still matter; nothing while no conclusion is shown."""
        return panel.progress(self.determinations, self.question) if self.subject.concludes else ""

    @property
    def why(self) -> tuple[panel.Why, ...]:
        return panel.why(self.question, self.determinations)

    @property
    def is_closed(self) -> bool:
        """Whether an answer given here would not count now."""
        question, answers = self.question, self.answers
        return answers.branch(question) is not None and not interview.is_visible(question, answers)

    @cached_property
    def figure(self) -> drawings.Figure | None:
        if not drawings.belongs(self.question):
            return None
        measures = {**self.subject.answers, self.question.id: self.main.measure}
        return drawings.figure(self.topic, compared(self.subject), measures)

    @cached_property
    def given(self) -> list[Given]:
        """The answers so far that count, in the order of the questions."""
        return [
            Given(q.short, self._in_words(q), self.addresses.question(q))
            for q in interview.visible(self.topic, self.answers)
            if q.id in self.answers.asked
        ]

    def _in_words(self, question: Question) -> str:
        given, subject = answer_with_names(question, self.answers), self.subject
        fact = question.id
        return in_own_words(given, subject.typed.get(fact, ""), subject.other_words.get(fact, ""))

    @property
    def back(self) -> str:
        """The question answered before this one, "" at the first."""
        before = ""
        left_out = self.subject.fixed | {self.topic.service_date.id}
        for question in interview.visible(self.topic, self.answers):
            if question.id == self.question.id:
                break
            if question.id in self.answers.asked and question.id not in left_out:
                before = self.addresses.question(question)
        return before

    @property
    def has_keys(self) -> bool:
        """Whether the options can be chosen by their numbers."""
        return kinds.has_choices(self.question)
