"""A flag, told: yes or no, and the words of its question inside a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from decisions.core.conditions import Flag
from decisions.core.partial import Limits
from decisions.core.policy import Question
from decisions.telling.kinds import Telling

if TYPE_CHECKING:
    from decisions.core.determination import Literal
    from decisions.core.space import Space


class FlagTelling(Telling):
    """Yes or no."""

    def shown(self, question: Question, left: Any) -> str:
        return "Yes" if left else "No"

    def said(self, question: Question, literal: Literal, limits: Limits = ()) -> str:
        return question.said if literal.value else question.unsaid

    def asked(self, question: Question, test: Flag) -> str:  # type: ignore[override]
        return question.said if test.value else question.unsaid or f"not {question.said}"

    def cells(self, question: Question, space: Space, cells: Sequence[int]) -> str:
        return "yes" if tuple(cells) == (1,) else "no"


TELLING = FlagTelling()
