"""What is not allowed in answers: each refusal names the facts, and what is allowed."""

from __future__ import annotations

import json
from dataclasses import dataclass

LONGEST_SHOWN = 60
"""How many characters of what was given are told back."""
NESTED = 4
"""How deep a list or an object is told back."""


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
    """What was given, as a reader of JSON writes it, short enough to be told back."""
    text = given if isinstance(given, str) else _spelled(given, NESTED)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _spelled(given: object, deep: int) -> str:
    if isinstance(given, dict | list | tuple | set | frozenset) and not deep:
        return "…"
    if isinstance(given, dict):
        pairs = (f"{_spelled(key, 0)}: {_spelled(value, deep - 1)}" for key, value in given.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(given, list | tuple | set | frozenset):
        return f"[{', '.join(_spelled(part, deep - 1) for part in given)}]"
    if isinstance(given, str | bool | None):
        return json.dumps(given, ensure_ascii=False)
    return str(given)
