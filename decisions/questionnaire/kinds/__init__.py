"""How each kind of question is asked: one small class for each, in the module of its name, and a folder of
its name in `templates/questionnaire/kinds`, with one flat template for its field.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from decisions.core.policy import Question
from decisions.questionnaire.fields import Around, QuestionField, Saved


@cache
def named(name: str) -> type[QuestionField]:
    """The field of a kind of question. Raises ImportError where it has none."""
    kind: type[QuestionField] = import_module(f"{__name__}.{name}").KIND
    return kind


def field(question: Question, around: Around, saved: Saved) -> QuestionField:
    """A question as a field of a form."""
    return named(question.kind)(question, around, saved)


def has_choices(question: Question) -> bool:
    """Whether a question is answered by choosing among what is offered."""
    return named(question.kind).has_choices


def template(question: Question) -> str:
    """The template of the field of a question."""
    return f"questionnaire/kinds/{question.kind}/field.html"
