"""Codes, told one after the other."""

from __future__ import annotations

from typing import Any

from decisions.core.policy import Question
from decisions.telling.kinds import Telling


class CodesTelling(Telling):
    """Canonical codes."""

    def shown(self, question: Question, left: Any) -> str:
        return ", ".join(left)


TELLING = CodesTelling()
