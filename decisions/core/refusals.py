"""What is not allowed in answers: each refusal names the facts, and what is allowed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

LONGEST_SHOWN = 60
"""How many characters of what was given are told back."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not allowed: in which facts, of which kind, what was given, what is allowed."""

    facts: tuple[str, ...]
    kind: str
    given: str = ""
    allowed: tuple[str, ...] = ()


class AnswersError(ValueError):
    """Answers that are not allowed; ``problems`` holds every one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{', '.join(p.facts)}: {p.kind}" for p in problems))
        self.problems = problems


def refuse(fact: str, kind: str, given: object, *allowed: str) -> AnswersError:
    """The refusal of one answer."""
    return AnswersError([Problem((fact,), kind, shown(given), allowed)])


def shown(given: object) -> str:
    """What was given, short enough to be told back."""
    plain = isinstance(given, str | int | float | Decimal | dt.date) and not isinstance(given, bool)
    text = str(given) if plain else repr(given)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
