"""The worksheet: every question that is asked now, in sections, beside a panel that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from django.utils.safestring import SafeString

from decisions.core import interview
from decisions.core.determination import Determination
from decisions.core.policy import Question
from decisions.form_layout import laid_out
from decisions.models import new_id
from decisions.questionnaire import figure as drawings
from decisions.questionnaire import panel
from decisions.questionnaire.answering import Writer
from decisions.questionnaire.fields import Entry, said_at
from decisions.questionnaire.forms import QuestionsForm, WorksheetForm
from decisions.questionnaire.layout import Asked, Section
from decisions.questionnaire.subject import Addresses, Subject, compared, concluded


class Page:
    """What the worksheet shows. ``sent`` is what was sent; without it, what is saved.

    ``conflict`` says that what was sent was not saved, for another page had changed the answers.
    """

    def __init__(
        self, subject: Subject, sent: WorksheetForm | None = None, *, conflict: bool = False
    ) -> None:
        self.subject, self.sent, self.conflict = subject, sent, conflict
        self.topic = subject.topic
        self.addresses = Addresses(subject)
        self.determinations: Sequence[Determination] = subject.determinations()
        visible = interview.visible(self.topic, self.determinations[0].answers)
        self.visible = [question for question in visible if question.id not in subject.fixed]
        self.form: QuestionsForm = sent or QuestionsForm(subject, self.visible, mode="worksheet")
        if sent:
            sent.also_show(self.visible)

    @cached_property
    def writer(self) -> Writer:
        """What the page says of itself when it is sent.

        A page that holds what was not saved still says what it was made from: it is saved by nothing but the
        button that says so.
        """
        if self.conflict and self.sent:
            return self.sent.writer
        return Writer(new_id(), self.subject.revision)

    @property
    def policies(self) -> list[tuple[str, str]]:
        return [(d.policy.source.short, panel.overdue(d)) for d in self.determinations]

    @cached_property
    def problems(self) -> list[Entry]:
        """The questions on the page that need a look."""
        asked = {question.id for question in self.visible}
        return [entry for entry in self.form.problems if entry.fact in asked]

    @property
    def helper(self) -> FormHelper:
        """Every section, the closed ones too: they are where it will open."""
        return laid_out(*map(self.section, self.topic.groups))

    def section(self, key: str) -> Section:
        """A section as it is now."""
        questions = tuple(question for question in self.visible if question.group == key)
        shown = any(drawings.belongs(question) for question in questions)
        return Section(key, self.topic.groups[key], questions, self.figure if shown else None)

    @property
    def figure(self) -> drawings.Figure | None:
        return drawings.figure(self.topic, compared(self.subject), self.measures)

    @property
    def measures(self) -> dict[str, Any]:
        """The saved answers, and in their place the measures that stand on the page, doubtful ones too."""
        sent = self.sent.entries if self.sent else []
        return {**self.subject.answers, **{e.fact: e.measure for e in sent if e.field.is_live}}

    @cached_property
    def concluded(self) -> list[Determination]:
        """The determinations that may be shown: all of them, or none."""
        return concluded(self.subject)

    @cached_property
    def parts(self) -> list[panel.Part]:
        return [panel.part(determination, self.addresses) for determination in self.concluded]

    @property
    def criteria(self) -> list[panel.Row]:
        return panel.criteria(self.concluded)

    @property
    def summary(self) -> str:
        return panel.summary(self.concluded)

    @cached_property
    def outcomes(self) -> str:
        return panel.outcomes(self.concluded)

    @cached_property
    def details(self) -> str:
        return panel.details(self.concluded)


class Update:
    """What has to be changed on a worksheet in a browser, after what it sent was saved."""

    def __init__(self, page: Page, form: WorksheetForm) -> None:
        self.page, self.form = page, form
        sent = {question.id for question in form.questions}
        asked = {question.id for question in page.visible}
        self.appeared = [question for question in page.visible if question.id not in sent]
        self.vanished = [question for question in form.questions if question.id not in asked]
        self.changed = {question.group for question in (*self.appeared, *self.vanished)}

    @property
    def panel(self) -> bool:
        """Whether the panel in the browser is no longer right."""
        shown = (self.form.outcomes, self.form.details)
        return shown != (self.page.outcomes, self.page.details)

    @property
    def helper(self) -> FormHelper:
        """The sections, and in the others the fields, that have to be made anew."""
        keys = [key for key in self.page.topic.groups if key in self.changed]
        sections = [replace(self.page.section(key), is_out_of_band=True) for key in keys]
        renewed = [Asked(e.question, is_out_of_band=True) for e in self._kept if e.field.is_renewed]
        return laid_out(*sections, *renewed)

    @property
    def messages(self) -> SafeString:
        """The messages at the other fields that have one, or had one."""
        others = [
            e for e in self._kept if not e.field.is_renewed and (e.has_message or e.fact in self.form.told)
        ]
        return SafeString("".join(said_at(entry, out_of_band=True) for entry in others))

    @property
    def _kept(self) -> list[Entry]:
        return [entry for entry in self.form.entries if entry.question.group not in self.changed]

    @property
    def figure(self) -> drawings.Figure | None:
        """The figure, where it stands on the page and is no longer right."""
        stands = any(drawings.belongs(entry.question) for entry in self._kept)
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
        for entry in self._kept:
            word = entry.note if entry.field.is_renewed or entry.left_out else entry.problem
            if word and entry.fact not in self.form.told:
                said.append(f"{entry.question.short}: {word}")
        if self.page.outcomes != self.form.outcomes:
            said.append(f"{self.page.summary}.")
        return " ".join(said)


def _names(questions: Sequence[Question]) -> str:
    return ", ".join(question.short for question in questions)
