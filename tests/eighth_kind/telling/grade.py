"""A grade, told with its word."""

from __future__ import annotations

from typing import Any

from decisions.core.policy import Question
from decisions.telling.kinds import Telling


class GradeTelling(Telling):
    """A letter."""

    def shown(self, question: Question, left: Any) -> str:
        return f"grade {left}"


TELLING = GradeTelling()
