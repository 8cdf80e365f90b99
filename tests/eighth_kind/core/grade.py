"""A made-up kind: a grade, one capital letter from A to E."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from decisions.core.conditions import Test
from decisions.core.kinds import Kind
from decisions.core.policy import Policy, Question
from decisions.core.refusals import refuse

GRADES = ("A", "B", "C", "D", "E")


class Grade(Kind):
    """One of five letters."""

    def read(self, question: Question, given: Any) -> str:
        if given not in GRADES:
            raise refuse(question.id, "not-an-option", given, *GRADES)
        return str(given)

    def tried(self, question: Question, looking: Sequence[Test], policy: Policy) -> list[Any]:
        return list(GRADES)


KIND = Grade()
