"""What crispy-forms lays out: questions one by one, and the sections of a worksheet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.template.context import BaseContext
from django.template.loader import get_template, render_to_string
from django.utils.safestring import SafeString

from decisions.core.policy import Question
from decisions.questionnaire import kinds
from decisions.questionnaire.figure import Figure
from decisions.questionnaire.forms import QuestionsForm


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, by the template of its kind. ``is_heading``: its label is the heading of the page.
    ``has_focus``: it has the focus when the page opens, in its text where it has one. ``is_out_of_band``: it
    takes the place of the one on a page.
    """

    question: Question
    is_heading: bool = False
    has_focus: bool = False
    is_out_of_band: bool = False

    def render(self, form: QuestionsForm, context: BaseContext, **kwargs: object) -> SafeString:
        """The field. It needs nothing of the page, whose context would grow with every field."""
        entry = form[self.question.id]
        entry.is_heading, entry.has_focus = self.is_heading, self.has_focus
        entry.is_out_of_band = self.is_out_of_band
        html: SafeString = _template(kinds.template(self.question)).render({"field": entry})
        return html


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a worksheet with its questions, none where nothing in it is asked now. The figure stands
    beside some.
    """

    id: str
    title: str
    questions: tuple[Question, ...]
    figure: Figure | None = None
    is_out_of_band: bool = False

    def render(self, form: QuestionsForm, context: BaseContext, **kwargs: object) -> SafeString:
        """The section with its fields."""
        if not self.questions:
            return _closed(self)
        fields = SafeString("".join(Asked(q).render(form, context) for q in self.questions))
        shown = {"section": self, "fields": fields}
        return render_to_string("questionnaire/section.html", shown)


@cache
def _template(name: str) -> Any:
    """A template, looked for once a process: a worksheet shows sixteen fields."""
    return get_template(name)


@cache
def _closed(section: Section) -> SafeString:
    return render_to_string("questionnaire/section.html", {"section": section})
