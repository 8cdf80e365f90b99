"""The answers of a case as they stand: what was said, by whom, and where it is in the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from decisions.models import AnswerGiven, Case
from decisions.reviews.ground import facts
from decisions.telling.explanation import AnswerTold


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """An answer that stands, as it was typed, who gave it, and where in the record it is."""

    question: str
    answer: str
    own_words: str
    given: AnswerGiven | None


def standing_answers(
    case: Case, told: Iterable[AnswerTold], given: Mapping[str, AnswerGiven]
) -> list[StandingAnswer]:
    """The answers of the questionnaire that stand, of all that are ``told`` of a case. ``given`` has the
    newest row of each fact.
    """
    fixed = facts.fixed(case)
    return [
        StandingAnswer(
            each.question.short,
            each.answer,
            facts.own_words(case, each.question.id),
            given.get(each.question.id),
        )
        for each in told
        if each.question.id not in fixed
    ]
