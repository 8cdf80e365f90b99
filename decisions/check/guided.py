"""The guided way: which question comes now, which came before, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from decisions import phrases
from decisions.check import figure as drawings
from decisions.check import panel, services
from decisions.check.fields import Field
from decisions.check.forms import QuestionsForm
from decisions.core import interview
from decisions.core.determination import Determination
from decisions.core.policy import Question, Topic
from decisions.models import Check


@dataclass(frozen=True, slots=True)
class Given:
    """One of the answers so far."""

    label: str
    answer: str
    href: str


def address(check: Check, name: str, *args: str) -> str:
    """The address of a page of a check."""
    return reverse(f"check:{name}", args=(check.id, *args))


def next_address(check: Check, determinations: Sequence[Determination]) -> str:
    """The page of the question to ask now, or the determination."""
    question = interview.next_question(determinations)
    return address(check, "question", question.id) if question else address(check, "determination")


def asked_with(topic: Topic, question: Question) -> tuple[Question, ...]:
    """The questions on the page of a question: with the age, the date of service that a birth date needs."""
    return (question, topic.service_date) if question.id == topic.age.id else (question,)


class Page:
    """What the page of a question shows."""

    def __init__(self, check: Check, question: Question, form: QuestionsForm) -> None:
        self.check, self.question, self.form = check, question, form
        self.topic = services.topic(check)
        self.determinations = services.determinations(check)
        self.answers = self.determinations[0].answers

    @property
    def main(self) -> Field:
        return self.form.fields[0]

    @property
    def beside(self) -> Field | None:
        """The second field of the page."""
        return self.form.fields[1] if len(self.form.fields) > 1 else None

    @property
    def policies(self) -> list[tuple[str, str]]:
        """The name of each policy asked, and the review date it is past."""
        return [(d.policy.source.short, panel.overdue(d)) for d in self.determinations]

    @property
    def progress(self) -> str:
        return panel.progress(self.determinations, self.question)

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
        measures = {**self.check.answers, self.question.id: self.main.measure}
        return drawings.figure(self.topic, self.check.policies, measures)

    @cached_property
    def given(self) -> list[Given]:
        """The answers so far that count, in the order of the questions."""
        return [
            Given(q.short, phrases.answer(q, self.answers), address(self.check, "question", q.id))
            for q in interview.visible(self.topic, self.answers)
            if q.id in self.answers.asked
        ]

    @property
    def back(self) -> str:
        """The question answered before this one, "" at the first."""
        before = ""
        for question in interview.visible(self.topic, self.answers):
            if question.id == self.question.id:
                break
            if question.id in self.answers.asked and question.id != self.topic.service_date.id:
                before = address(self.check, "question", question.id)
        return before

    @property
    def has_keys(self) -> bool:
        """Whether the options can be chosen by their numbers."""
        return self.question.kind in ("choice", "flag", "set")
