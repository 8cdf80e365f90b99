"""A choice, told: the words of its option, or of those that are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from decisions.core.conditions import OneOf
from decisions.core.partial import Limits, OneOfThese
from decisions.core.policy import Question
from decisions.telling.kinds import Telling
from decisions.telling.sentences import capital, listed

if TYPE_CHECKING:
    from decisions.core.determination import Literal
    from decisions.core.space import Space
    from decisions.core.turning import Turning

BOTH = 2
"""Of so many groups one is named: what is not in it is in the other."""


class ChoiceTelling(Telling):
    """One option, or several of which one is true: "Inpatient or outpatient"."""

    def shown(self, question: Question, left: Any) -> str:
        if isinstance(left, OneOfThese):
            return capital(listed([question.option(option).said for option in left.options]))
        return question.option(left).label

    def said(self, question: Question, literal: Literal, limits: Limits = ()) -> str:
        left: Any = literal.value
        options = left.options if isinstance(left, OneOfThese) else (left,)
        return listed([question.option(option).said for option in options])

    def asked(self, question: Question, test: OneOf) -> str:  # type: ignore[override]
        return listed([question.option(option).said for option in test.options])

    def turns(self, question: Question, space: Space, turning: Turning) -> str:
        groups = [self.cells(question, space, group) for group in turning.groups]
        return f"whether it is {groups[-1] if len(groups) == BOTH else listed(groups)}"

    def cells(self, question: Question, space: Space, cells: Sequence[int]) -> str:
        return " or ".join(question.option(question.option_ids[cell]).said for cell in cells)


TELLING = ChoiceTelling()
