"""What is left of a partial answer that is missing, and what of that matters."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.core.determination import Determination
from decisions.core.policy import Question
from decisions.core.turning import turning
from decisions.telling import kinds


@dataclass(frozen=True, slots=True)
class Lacking:
    """A question that is missing. ``left``: what its answer leaves, and what of that matters; empty where it
    has none.
    """

    question: Question
    left: str

    @property
    def said(self) -> str:
        return f"{self.question.short} ({self.left})" if self.left else self.question.short

    @property
    def asked(self) -> str:
        """As it is asked for."""
        return f"{self.question.label} ({self.left})" if self.left else self.question.label


def lacking(found: Determination) -> tuple[Lacking, ...]:
    """The questions whose answer can change the outcome, in order."""
    missing = (question for question in found.policy.topic.questions if question.id in found.missing)
    return tuple(Lacking(question, left_open(found, question)) for question in missing)


def left_open(found: Determination, question: Question) -> str:
    """What an answer leaves and where the outcome can turn on it, such as "3 to 6 mm: whether it is over 5
    mm matters"; empty where nothing is answered, or the rest does not matter.
    """
    told = turning(found, question.id)
    if told is None:
        return ""
    kind = kinds.of(question)
    shown = kind.shown(question, found.answers.partly[question.id])
    return f"{shown}: {kind.turns(question, found.rules.space, told)} matters"
