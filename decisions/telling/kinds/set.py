"""A set, told: what is there, what is not, and whether that is all."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from decisions.core.conditions import Exactly, NoneOf, SetTest
from decisions.core.partial import Limits, Members
from decisions.core.policy import Question
from decisions.telling.kinds import Telling
from decisions.telling.sentences import capital, listed

if TYPE_CHECKING:
    from decisions.core.determination import Literal
    from decisions.core.space import Space
    from decisions.core.turning import Turning

REST_NOT_DESCRIBED = "the rest is not described"
NOTHING_ELSE = "nothing else"
NAMED = 3
"""So many members at the most are named one by one."""


class SetTelling(Telling):
    """Some members. Of a set that is left open it is said what is there, what is not, and that the rest is
    not described.
    """

    nothing = "None of these"

    def shown(self, question: Question, left: Any) -> str:
        if not isinstance(left, Members):
            return _labels(question, left)
        there = filter(None, (_labels(question, left.there),))
        absent = filter(None, (", ".join(_not_there(question, left.absent)),))
        return capital("; ".join((*there, *absent, REST_NOT_DESCRIBED)))

    def said(self, question: Question, literal: Literal, limits: Limits = ()) -> str:
        """A member that is there or not; without one, that nothing but the members named is."""
        if not literal.member:
            return self.closed(question, literal.value)
        if not literal.value:
            return _not_there(question, (literal.member,))[0]
        return f"{question.said} {question.option(literal.member).said}".strip()

    def closed(self, question: Question, members: Any, told: Collection[str] = ()) -> str:
        """That a set holds its members and nothing else; ``told``: those that stand beside it already."""
        if not members:
            return f"{question.short}: {self.nothing[:1].lower()}{self.nothing[1:]}"
        if members <= set(told):
            return f"{question.short}: {NOTHING_ELSE}"
        named = [option.said for option in question.options if option.id in members]
        return f"{question.short}: {', '.join(named)}, {NOTHING_ELSE}"

    def turns(self, question: Question, space: Space, turning: Turning) -> str:
        if len(turning.members) > NAMED:
            return "what else is there"
        return f"whether there is {listed([question.option(key).said for key in turning.members])}"

    def asked(self, question: Question, test: SetTest) -> str:  # type: ignore[override]
        said = [question.option(member).said for member in test.members]
        if isinstance(test, Exactly):
            return f"{listed(said, 'and')}, and nothing else" if said else "none of the findings"
        if isinstance(test, NoneOf):
            return f"neither {listed(said, 'nor')}" if len(said) > 1 else f"without {said[0]}"
        return listed(said)


def _labels(question: Question, members: Collection[str]) -> str:
    return ", ".join(option.label for option in question.options if option.id in members)


def _not_there(question: Question, members: Collection[str]) -> list[str]:
    absent = (option for option in question.options if option.id in members)
    return [option.unsaid or f"not: {option.said}" for option in absent]


TELLING = SetTelling()
