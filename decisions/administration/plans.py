"""What administrators do with teams, lines of business and plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from decisions.administration.members import by_administrator
from decisions.log.services import record
from decisions.models import LETTER_TEXTS, LineOfBusiness, Person, Plan, Team

Row = TypeVar("Row", Team, LineOfBusiness, Plan)


@by_administrator
def save_team(by: Person, team: Team | None, fields: Mapping[str, Any]) -> Team:
    """Add or rename a team."""
    kept, changed = written(team or Team(), fields)
    record("team_changed", actor=by, details={"team": kept.pk, "changed": changed})
    return kept


@by_administrator
def save_line(by: Person, line: LineOfBusiness | None, fields: Mapping[str, Any]) -> LineOfBusiness:
    """Add or change a line of business. The log keeps the numbers: they say when an answer was owed. Of the
    texts that letters quote it keeps the names of those that changed: a letter keeps its own text.
    """
    kept, changed = written(line or LineOfBusiness(), fields)
    numbers = {name: value for name, value in fields.items() if name not in ("name", *LETTER_TEXTS)}
    record("plan_changed", actor=by, details={"line": kept.pk, "changed": changed, **numbers})
    return kept


@by_administrator
def save_plan(by: Person, plan: Plan | None, fields: Mapping[str, Any]) -> Plan:
    """Add or change a plan. Cases that are there keep the policy they were entered with."""
    kept, changed = written(plan or Plan(), fields)
    details = {"plan": kept.pk, "changed": changed, "line_of_plan": kept.line_id, "policy": kept.policy}
    record("plan_changed", actor=by, details=details)
    return kept


def written(row: Row, fields: Mapping[str, Any]) -> tuple[Row, list[str]]:
    """The row with its new values, saved, and the names of those that changed."""
    new = row.pk is None
    changed = sorted(name for name, value in fields.items() if new or getattr(row, name) != value)
    for name in fields:
        setattr(row, name, fields[name])
    row.save()
    return row, changed
