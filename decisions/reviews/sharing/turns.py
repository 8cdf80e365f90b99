"""Whose turn it is: which rule of a team gives a case, and to whom.

Pure: no request, no database, no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TeamRule:
    """A rule: for which cases it is, and to whom they go. Without a line, or an urgency, it is for any."""

    number: int
    people: frozenset[int]
    line: int | None = None
    urgency: str = ""

    def is_for(self, line: int, urgency: str) -> bool:
        """Whether the rule is for a case of a line of business and an urgency."""
        return self.line in (None, line) and self.urgency in ("", urgency)


@dataclass(frozen=True, slots=True)
class Colleague:
    """What counts of somebody whom a rule names: how many open cases they have, and what keeps them out."""

    open: int = 0
    can_have: bool = True
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and by which rule."""

    rule: int
    person: int


def whose_turn(
    rules: Iterable[TeamRule], line: int, urgency: str, colleagues: Mapping[int, Colleague]
) -> Turn | None:
    """By the first rule that is for the case and names somebody who can have it and is there: whoever of them
    has fewest open cases, and of those whoever is longest on file. None where no rule gives it.
    """
    for rule in rules:
        there = [each for each in rule.people & colleagues.keys() if _is_there(colleagues[each])]
        if there and rule.is_for(line, urgency):
            return Turn(rule.number, min(there, key=lambda each: (colleagues[each].open, each)))
    return None


def _is_there(colleague: Colleague) -> bool:
    return colleague.can_have and not colleague.is_away
