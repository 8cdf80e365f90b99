"""When another page saved first: what it saved, beside what stands on this one."""

from __future__ import annotations

from dataclasses import dataclass

from decisions import phrases
from decisions.core.answers import Answers
from decisions.questionnaire.answering import ABSENT
from decisions.questionnaire.fields import Field
from decisions.questionnaire.forms import QuestionsForm


@dataclass(frozen=True, slots=True)
class Differing:
    """A field of a page that was not saved, and the saved answer in words. Both are to be shown."""

    field: Field
    saved: str


def differing(form: QuestionsForm, answers: Answers) -> tuple[Differing, ...]:
    """The fields of a form that say something else than the saved answers do, in order."""
    return tuple(
        Differing(field, phrases.answer(field.question, answers))
        for field in form.fields
        if field.problem or field.value != form.subject.answers.get(field.fact, ABSENT)
    )
