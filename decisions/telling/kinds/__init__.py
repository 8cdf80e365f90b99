"""How each kind of question is told: one small class, in the module of its name.

A kind says its answers in a list of answers and inside a sentence, what a condition asks of it, and the
cells of a certificate. Clinical words come from the topic's questions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from decisions.core.conditions import Test
from decisions.core.partial import Limits, Number, Partial, Value
from decisions.core.policy import Question
from decisions.telling.sentences import plain

if TYPE_CHECKING:
    from decisions.core.determination import Literal
    from decisions.core.space import Space
    from decisions.core.turning import Turning


class Telling:
    """How one kind is told. ``nothing`` is said of an answer that names nothing."""

    nothing = "None"

    def shown(self, question: Question, left: Any) -> str:
        """What is known of a fact, as a reader sees it in a list of answers: a value, or what is left."""
        raise NotImplementedError

    def said(self, question: Question, literal: Literal, limits: Limits = ()) -> str:
        """An answer inside a sentence. ``limits``: how far a number may move, where that is told too."""
        shown = self.inside(question, literal.value)
        if "{value}" in question.said:
            return question.said.replace("{value}", shown)
        return f"{question.said or question.short} {shown}"

    def inside(self, question: Question, left: Value | Partial) -> str:
        """An answer in the place of ``{value}``."""
        return self.shown(question, left)

    def closed(self, question: Question, members: Any, told: Collection[str] = ()) -> str:
        """That a set holds its members and nothing else; ``told``: those that stand beside it already."""
        raise NotImplementedError

    def limits(self, question: Question, limits: Limits) -> str:
        """Limits of a number in words, such as "over 2.5 cm", "12 to 23 months"."""
        raise NotImplementedError

    def amount(self, question: Question, number: Number) -> str:
        """A number with its unit."""
        return plain(number)

    def asked(self, question: Question, test: Test) -> str:
        """What a condition asks of the answer."""
        raise NotImplementedError

    def turns(self, question: Question, space: Space, turning: Turning) -> str:
        """Where the outcome can turn on what a partial answer leaves: "whether it is over 5 mm"."""
        raise NotImplementedError

    def cells(self, question: Question, space: Space, cells: Sequence[int]) -> str:
        """Some cells of its variable, as what a certificate says of the answer."""
        raise NotImplementedError


@cache
def named(name: str) -> Telling:
    """How the kind of a name is told. Raises KeyError where nothing here has the name."""
    try:
        telling: Telling = import_module(f"{__name__}.{name}").TELLING
    except ModuleNotFoundError:
        raise KeyError(name) from None
    return telling


def of(question: Question) -> Telling:
    """How the kind of a question is told."""
    return named(question.kind)
