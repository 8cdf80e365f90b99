"""The page of the documentation about states and moves, made from the tables that the code itself follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from decisions.models import Case, Role
from decisions.reviews.ground import permissions, states

INTRODUCTION = """\
# The states of a case

Made by `manage.py states --write` from `states.py` and `permissions.py` in `decisions/reviews/ground`. A test
fails when this page and the code differ. Whatever is not listed here is not possible.
"""
PERMITS = {"decide": ("sign_approval", "sign_adverse"), "review_again": ("reopen",)}
"""The permissions of a move, where they are not named like the move."""
REACHES = {
    permissions.Reach.APPEAL: "the own appeal",
    permissions.Reach.OWN: "the own case",
    permissions.Reach.TEAM: "the team's cases",
    permissions.Reach.EVERY_TEAM: "the cases of every team",
    permissions.Reach.OTHER_TEAMS: "the cases of other teams",
}


def document() -> str:
    """The whole page, as Markdown."""
    parts = (INTRODUCTION, "## The moves\n", _diagram(), _moves(), "## Who may do what\n", _permissions())
    return "\n".join(parts)


def _diagram() -> str:
    return f"```mermaid\n{states.diagram(dict(Case.State.choices))}```\n"


def _moves() -> str:
    rows = [
        (move.words, _labels(move.starts), _labels([move.ends] if move.ends else states.RESUMES), _who(name))
        for name, move in states.MOVES.items()
    ]
    return _table(("Move", "From", "To", "By"), rows)


def _labels(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(Case.State(name).label for name in names)


def _who(move: str) -> str:
    roles = [role for permit in PERMITS.get(move, (move,)) for role in permissions.RULES[permit]]
    return ", ".join(Role(role).label for role in dict.fromkeys(roles))


def _permissions() -> str:
    roles = [role for role in Role if role != Role.ADMINISTRATOR]
    rows = [
        (action.replace("_", " "), *(_reach(reaches.get(role.value)) for role in roles))
        for action, reaches in permissions.RULES.items()
    ]
    return _table(("Action", *(role.label for role in roles)), rows)


def _reach(reach: permissions.Reach | None) -> str:
    return REACHES[reach] if reach else "-"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(_lines(head, rows)) + "\n"


def _lines(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for cells in (head, tuple("---" for _ in head), *rows):
        yield f"| {' | '.join(cells)} |"
