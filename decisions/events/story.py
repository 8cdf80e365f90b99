"""The log in words: rows as sentences, with the names of people and the references of cases beside them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils import timezone

from decisions.events.actions import ACTIONS, REFUSALS, SIGN_IN, Action
from decisions.models import Case, Event, Person, Role

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PEOPLE = frozenset({"person", "assignee", "to", "from_person", "to_person"})
UNKNOWN = Action("did something that this version of Conus does not know", "", "E")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log as it is told. The reference of the case stands between ``before`` and ``after``."""

    event: Event
    at: dt.datetime
    who: str
    role: str
    before: str
    reference: str
    after: str
    details: tuple[tuple[str, str], ...]
    action: Action

    @property
    def words(self) -> str:
        """What was done, without who did it."""
        return f"{self.before}{self.reference}{self.after}"


def tell(events: Iterable[Event]) -> list[Line]:
    """The rows as lines, in their order. Names and references are looked up once for all of them."""
    rows = [(event, _details(event)) for event in events]
    names = _names(rows)
    cases = {event.case for event, _ in rows if event.case}
    references = dict(Case.objects.filter(pk__in=cases).values_list("pk", "reference"))
    return [_line(event, details, names, references) for event, details in rows]


def last_changes(case_id: str, most: int = 3) -> list[Line]:
    """What was last changed about a case, newest first."""
    changing = [name for name, action in ACTIONS.items() if action.kind in "CU" and not action.failed]
    return tell(Event.objects.filter(case=case_id, action__in=changing).order_by("-seq")[:most])


def by_day(lines: Iterable[Line]) -> list[tuple[dt.date, list[Line]]]:
    """Lines grouped by the day they happened on, here."""
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: line.at.date())]


def _details(event: Event) -> dict[str, Any]:
    try:
        found = json.loads(event.details)
    except ValueError:  # an altered row is shown too, as far as it can be
        return {}
    return found if isinstance(found, dict) else {}


def _names(rows: Iterable[tuple[Event, Mapping[str, Any]]]) -> dict[int, str]:
    wanted = {event.actor for event, _ in rows if event.actor is not None}
    for _, details in rows:
        wanted |= {value for key, value in details.items() if key in _PEOPLE and _is_number(value)}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=wanted)}


def _is_number(value: Any) -> bool:
    return type(value) is int


def _line(
    event: Event, details: Mapping[str, Any], names: Mapping[int, str], references: Mapping[str, str]
) -> Line:
    action = ACTIONS.get(event.action, UNKNOWN)
    before, holds_case, after = action.words.partition("{case}")
    reference = references.get(event.case, "a case that is not there")
    told = tuple((key.replace("_", " "), _value(key, value, names)) for key, value in details.items())
    return Line(
        event=event,
        at=timezone.localtime(event.at),
        who=_who(event, action, names),
        role=dict(Role.choices).get(event.role, event.role).lower(),
        before=before if holds_case or not event.case else f"{before}, with ",
        reference=reference if event.case else "a case" if holds_case else "",
        after=after,
        details=told,
        action=action,
    )


def _who(event: Event, action: Action, names: Mapping[int, str]) -> str:
    if event.actor is None:
        return "Somebody not signed in" if action.group in (SIGN_IN, REFUSALS) else "Conus"
    return names.get(event.actor, f"Person {event.actor}")


def _value(key: str, value: Any, names: Mapping[int, str]) -> str:
    if isinstance(value, list):
        return ", ".join(_value(key, one, names) for one in value) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if key in _PEOPLE and _is_number(value):
        return names.get(value, f"person {value}")
    text = str(value)
    return f"hidden ({text[:8]})" if _DIGEST.fullmatch(text) else text
