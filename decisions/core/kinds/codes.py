"""Codes: procedure or diagnosis codes, as the policy's tables and the code set have them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as Anything

from decisions.core import code_systems
from decisions.core.conditions import Test
from decisions.core.kinds import Compared, Kind
from decisions.core.questions import Question
from decisions.core.refusals import refuse

INVALID, UNLISTED = "?", "00000"
"""Codes to try: one that is in no code set, and one that no policy lists."""


class Codes(Kind):
    """Canonical codes, each once, in the order given. A text may hold several.

    A malformed code is kept; only a wrong type is a problem.
    """

    def read(self, question: Question, given: Anything) -> tuple[str, ...]:
        if not isinstance(given, list | tuple | frozenset | set):
            raise refuse(question.id, "not-a-set", given)
        found: dict[str, None] = {}
        for code in given:
            if isinstance(code, bool) or not isinstance(code, str | int):
                raise refuse(question.id, "not-a-text", code)
            found.update(dict.fromkeys(code_systems.every(str(code), question.code_system)))
        return tuple(found)

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        rows = {row.criteria: row.first for row in policy.codes if row.system == question.code_system}
        return [[code] for code in (*rows.values(), UNLISTED, INVALID)]


KIND = Codes()
