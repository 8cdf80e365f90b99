"""The log in words: rows as sentences, with the names of people and the references of cases beside them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from django.utils import timezone

from decisions import services
from decisions.log.actions import (
    ACTIONS,
    ANSWERED,
    FIRST_ANSWER,
    NAME_BEFORE,
    NEXT_ANSWER,
    NO_ANSWER,
    REFUSALS,
    RENAMING,
    SIGN_IN,
    Action,
)
from decisions.models import Case, Event, Person, Role

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
_PEOPLE = frozenset({"person", "assignee", "to", "from_person", "to_person"})
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
_IN_SENTENCE = frozenset({"move", "reference"})
"""Details that the sentence of an event says already."""
_SAID_AS = {
    "start": "from",
    "end": "to",
    "from_person": "had it before",
    "to": "given to",
    "to_person": "given to",
    "fact": "question",
    "facts": "questions",
    "against": "against the determination",
    "note": "note number",
    "access": "access number",
    "key": "signed with key",
    "due": "due at",
    NAME_BEFORE: "called before",
}
"""What details are called on a page, where their own names are not words for it."""
UNKNOWN = Action("did something that this version of Conus does not know", "", "E")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the log as it is told. The reference of the case stands between ``before`` and ``after``.

    ``about`` names the question that was answered. ``details`` are as the log has them, with names and
    without digests; ``said`` are those that a page tells in words, and ``digests`` those that were left out.
    """

    event: Event
    at: dt.datetime
    who: str
    role: str
    before: str
    reference: str
    after: str
    about: str
    details: tuple[tuple[str, str], ...]
    said: tuple[tuple[str, str], ...]
    digests: tuple[tuple[str, str], ...]
    action: Action

    @property
    def words(self) -> str:
        """What was done, without who did it."""
        return f"{self.before}{self.reference}{self.after}"


def tell(events: Iterable[Event]) -> list[Line]:
    """The rows as lines, in their order. Names and references are looked up once for all of them."""
    rows = [(event, _details(event)) for event in events]
    names = _names_of(rows)
    cases = {event.case for event, _ in rows if event.case}
    references = dict(Case.objects.filter(pk__in=cases).values_list("pk", "reference"))
    answers = _answers([event for event, _ in rows if event.action == ANSWERED])
    return [_line(event, details, names, references, answers) for event, details in rows]


def _answers(events: list[Event]) -> dict[int, str]:
    """What answers are called, by the number of their event: a first one, another one, none any more."""
    if not events:
        return {}
    until = max(event.seq for event in events)
    # From the beginning: whether an answer is a first one is told by those on earlier pages too.
    before = Event.objects.filter(case__in={event.case for event in events}, action=ANSWERED, seq__lte=until)
    standing: set[tuple[str, str]] = set()
    called = {}
    for event in before.order_by("seq"):
        details = _details(event)
        place = (event.case, str(details.get("fact")))
        if details.get("taken_back"):
            called[event.seq] = NO_ANSWER
            standing.discard(place)
        else:
            called[event.seq] = NEXT_ANSWER if place in standing else FIRST_ANSWER
            standing.add(place)
    return called


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


class Names:
    """What people were called when something happened. A change of a name is an event that keeps the former
    one, so the name of then is the one that the next change of it kept.
    """

    def __init__(self, people: Collection[int], since: int) -> None:
        self._now = {person.pk: str(person) for person in Person.objects.filter(pk__in=people)}
        self._former: dict[int, list[tuple[int, str]]] = {}
        renamed = Event.objects.filter(
            action__in=RENAMING, seq__gt=since, details__contains=f'"{NAME_BEFORE}"'
        )
        for event in renamed.order_by("seq") if people else ():
            details = _details(event)
            for person in _numbers(details.get("person")):
                self._former.setdefault(person, []).append((event.seq, str(details.get(NAME_BEFORE))))

    def at(self, seq: int, person: int) -> str:
        """A person's name when the event with this number was recorded; "" for a number that nobody has."""
        former = (name for changed, name in self._former.get(person, ()) if changed > seq)
        return next(former, self._now.get(person, ""))


Namer = Callable[[int], str]
"""Gives the name of a person, by their number, at one event; "" where nobody has that number."""


def _names_of(rows: Sequence[tuple[Event, Mapping[str, Any]]]) -> Names:
    wanted = {event.actor for event, _ in rows if event.actor is not None}
    for _, details in rows:
        wanted |= {number for key, value in details.items() if key in _PEOPLE for number in _numbers(value)}
    return Names(wanted, min((event.seq for event, _ in rows), default=0))


def _numbers(value: Any) -> list[int]:
    """The numbers of people in a detail that names one of them or several."""
    return [each for each in (value if isinstance(value, list) else [value]) if _is_number(each)]


def _is_number(value: Any) -> bool:
    # True is an int to Python, and nobody's number.
    return type(value) is int


def _line(
    event: Event,
    details: Mapping[str, Any],
    names: Names,
    references: Mapping[str, str],
    answers: Mapping[int, str],
) -> Line:
    action, named = ACTIONS.get(event.action, UNKNOWN), partial(names.at, event.seq)
    before, holds_case, after = answers.get(event.seq, action.words).partition("{case}")
    reference = references.get(event.case, "a case that is not there")
    told = tuple((key.replace("_", " "), _value(key, value, named)) for key, value in details.items())
    return Line(
        event=event,
        at=timezone.localtime(event.at),
        who=_who(event, action, named),
        role=dict(Role.choices).get(event.role, event.role).lower(),
        before=before if holds_case or not event.case else f"{before}, with ",
        reference=reference if event.case else "a case" if holds_case else "",
        after=after,
        about=_question(details["fact"]) if _is_told_of(event, details) else "",
        details=told,
        said=tuple(_said(event, details, named)),
        digests=tuple((key, value[:8]) for key, value in details.items() if _is_digest(value)),
        action=action,
    )


def _is_told_of(event: Event, details: Mapping[str, Any]) -> bool:
    return event.action == ANSWERED and "fact" in details


def _said(event: Event, details: Mapping[str, Any], names: Namer) -> Iterator[tuple[str, str]]:
    """The details in words, without digests and without what the sentence says already."""
    in_sentence = {"fact", "taken_back", *_IN_SENTENCE} if _is_told_of(event, details) else _IN_SENTENCE
    # Where a case came from is told before where it went.
    for key, value in sorted(details.items(), key=lambda detail: detail[0] != "start"):
        if key not in in_sentence and not _is_digest(value) and value != "":
            yield _SAID_AS.get(key) or key.replace("_", " "), _in_words(key, value, names)


def _in_words(key: str, value: Any, names: Namer) -> str:
    if isinstance(value, list):
        return ", ".join(_in_words(key, one, names) for one in value) or "none"
    if key in ("fact", "facts"):
        return _question(value)
    text = _value(key, value, names)
    if _MOMENT.fullmatch(text):
        return f"{timezone.localtime(dt.datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
    return text.replace("_", " ") if _CODE.fullmatch(text) else text


def _question(fact: Any) -> str:
    """The short words of a question; its name where no topic has it any more."""
    topics = services.library().topics.values()
    found = (topic.by_id[fact].short for topic in topics if isinstance(fact, str) and fact in topic.by_id)
    return next(found, str(fact).replace("_", " "))


def _is_digest(value: Any) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _who(event: Event, action: Action, names: Namer) -> str:
    if event.actor is None:
        return "Somebody not signed in" if action.group in (SIGN_IN, REFUSALS) else "Conus"
    return names(event.actor) or f"An unknown person (number {event.actor})"


def _value(key: str, value: Any, names: Namer) -> str:
    if isinstance(value, list):
        return ", ".join(_value(key, one, names) for one in value) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if key in _PEOPLE and _is_number(value):
        return names(value) or f"an unknown person (number {value})"
    text = str(value)
    return f"hidden ({text[:8]})" if _DIGEST.fullmatch(text) else text
