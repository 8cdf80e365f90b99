"""What was changed about a request: in words for a note, and who did it last."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from decisions.models import Case, Event, Person
from decisions.reviews.ground.head import policy_name
from decisions.reviews.request.spelling import NAMES, as_read

CHANGED = "request_changed"
LONG = frozenset(("notes", "attachments"))
"""What is only called changed: a note that repeats it twice would hide the rest."""


def values(case: Case) -> dict[str, str]:
    """What a request says, as a person reads it, with the policy by its name."""
    return {**as_read(case), "policy": policy_name(case.policy)}


def in_words(before: Mapping[str, str], now: Mapping[str, str], changed: Collection[str]) -> str:
    """What was changed, a line a field: "Diagnosis codes: Q82.6 before, Q05.7, Q82.6 now."."""
    return "\n".join(
        f"{words}: {_turn(name, before[name], now[name])}."
        for name, words in NAMES.items()
        if name in changed
    )


def _turn(name: str, before: str, now: str) -> str:
    same = before == now  # such as a time that differs by its seconds
    return "changed" if name in LONG or same else f"{before or 'none'} before, {now or 'none'} now"


@dataclass(frozen=True, slots=True)
class Change:
    """That a request was changed: by whom, when, and which of its fields, in words."""

    person: Person | None
    at: dt.datetime
    fields: str


def last_change(case: Case) -> Change | None:
    """The last change of a request, as the event log tells it; None where it is as it was entered."""
    event = Event.objects.filter(case=case.pk, action=CHANGED).order_by("-seq").first()
    if event is None:
        return None
    changed = json.loads(event.details)["fields"]
    words = ", ".join(words for name, words in NAMES.items() if name in changed)
    person = Person.objects.filter(pk=event.actor).first() if event.actor else None
    return Change(person, event.at, words.lower())
