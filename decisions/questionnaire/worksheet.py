"""The worksheet: every question that is asked now, in sections, beside a panel that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from decisions.core import interview
from decisions.core.determination import Determination
from decisions.core.policy import Question
from decisions.models import new_id
from decisions.questionnaire import figure as drawings
from decisions.questionnaire import panel
from decisions.questionnaire.answering import Writer
from decisions.questionnaire.fields import Field
from decisions.questionnaire.forms import QuestionsForm, WorksheetForm
from decisions.questionnaire.subject import Addresses, Subject


@dataclass(frozen=True, slots=True)
class Group:
    """A section with its fields, none where nothing in it is asked now. The figure stands beside some."""

    id: str
    title: str
    fields: tuple[Field, ...]
    figure: drawings.Figure | None


class Page:
    """What the worksheet shows. ``form`` is what was sent; without it, what is saved.

    ``conflict`` says that what was sent was not saved, for another page had changed the answers.
    """

    def __init__(
        self, subject: Subject, form: WorksheetForm | None = None, *, conflict: bool = False
    ) -> None:
        self.subject, self.form, self.conflict = subject, form, conflict
        self.topic = subject.topic
        self.addresses = Addresses(subject)
        self.determinations: Sequence[Determination] = subject.determinations()
        visible = interview.visible(self.topic, self.determinations[0].answers)
        self.visible = [question for question in visible if question.id not in subject.fixed]

    @cached_property
    def writer(self) -> Writer:
        """What the page says of itself when it is sent.

        A page that holds what was not saved still says what it was made from: it is saved by nothing but the
        button that says so.
        """
        if self.conflict and self.form:
            return self.form.writer
        return Writer(new_id(), self.subject.revision)

    @property
    def policies(self) -> list[tuple[str, str]]:
        return [(d.policy.source.short, panel.overdue(d)) for d in self.determinations]

    @property
    def problems(self) -> list[Field]:
        asked = {question.id for question in self.visible}
        return [field for field in self.form.problems if field.fact in asked] if self.form else []

    @property
    def groups(self) -> list[Group]:
        """Every section, the closed ones too: they are where it will open."""
        return [self._group(key) for key in self.topic.groups]

    def _group(self, key: str) -> Group:
        questions = [question for question in self.visible if question.group == key]
        shown = any(drawings.belongs(question) for question in questions)
        return Group(key, self.topic.groups[key], self._fields(questions), self.figure if shown else None)

    def _fields(self, questions: Sequence[Question]) -> tuple[Field, ...]:
        saved = QuestionsForm(self.subject, questions).fields
        sent = {field.fact: field for field in self.form.fields} if self.form else {}
        return tuple(sent.get(field.fact, field) for field in saved)

    @property
    def figure(self) -> drawings.Figure | None:
        return drawings.figure(self.topic, self.subject.policies, self.measures)

    @property
    def measures(self) -> dict[str, Any]:
        """The saved answers, and in their place the measures that stand on the page, doubtful ones too."""
        fields = self.form.fields if self.form else []
        return {**self.subject.answers, **{field.fact: field.measure for field in fields if field.is_live}}

    @property
    def parts(self) -> list[panel.Part]:
        return [panel.part(determination, self.addresses) for determination in self.determinations]

    @property
    def criteria(self) -> list[panel.Row]:
        return panel.criteria(self.determinations)

    @property
    def summary(self) -> str:
        return panel.summary(self.determinations)

    @cached_property
    def outcomes(self) -> str:
        return panel.outcomes(self.determinations)

    @cached_property
    def details(self) -> str:
        return panel.details(self.determinations)


class Update:
    """What has to be changed on a worksheet that stands in a browser, after it was sent and saved."""

    def __init__(self, page: Page, form: WorksheetForm) -> None:
        self.page, self.form = page, form
        self.sent = {field.fact: field for field in form.fields}
        self.asked = {question.id: question for question in page.visible}
        self.appeared = [question for key, question in self.asked.items() if key not in self.sent]
        self.vanished = [field.question for key, field in self.sent.items() if key not in self.asked]
        changed = {question.group for question in (*self.appeared, *self.vanished)}
        self.groups = [page._group(key) for key in page.topic.groups if key in changed]  # noqa: SLF001
        self._settled = changed

    @property
    def panel(self) -> bool:
        """Whether the panel in the browser is no longer right."""
        shown = (self.form.outcomes, self.form.details)
        return shown != (self.page.outcomes, self.page.details)

    @property
    def fields(self) -> list[Field]:
        """The fields whose inputs have to be made anew."""
        return [field for field in self._kept if field.renewed]

    @property
    def messages(self) -> list[Field]:
        """The fields with a message, and those that had one."""
        return [
            field
            for field in self._kept
            if not field.renewed and (field.told or field.fact in self.form.told)
        ]

    @property
    def _kept(self) -> list[Field]:
        return [field for field in self.form.fields if field.question.group not in self._settled]

    @property
    def figure(self) -> drawings.Figure | None:
        """The figure, where it stands on the page and is no longer right."""
        stands = any(drawings.belongs(field.question) for field in self._kept)
        if not stands or drawings.drawn(self.page.measures) == self.form.drawn:
            return None
        return self.page.figure

    @property
    def announcement(self) -> str:
        """What a screen reader is told."""
        said = []
        if self.appeared:
            said.append(f"Now asked: {_names(self.appeared)}.")
        if self.vanished:
            said.append(f"No longer asked: {_names(self.vanished)}.")
        for field in self._kept:
            word = field.note if field.renewed or field.left_out else field.problem
            if word and field.fact not in self.form.told:
                said.append(f"{field.question.short}: {word}")
        if self.page.outcomes != self.form.outcomes:
            said.append(f"{self.page.summary}.")
        return " ".join(said)


def _names(questions: Sequence[Question]) -> str:
    return ", ".join(question.short for question in questions)
