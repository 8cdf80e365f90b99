"""What the library's pages ask for: editions with their states, and the files behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from decisions.core.policy import Policy, Topic
from decisions.library.files import bytes_of
from decisions.services import address, library, today
from decisions.telling.sentences import short_fingerprint

TABS = (
    ("policy", "Text"),
    ("logic", "Logic in words"),
    ("codes", "Codes"),
    ("readings", "Readings"),
    ("references", "References"),
    ("proof", "Proof"),
    ("source", "Source"),
)


@dataclass(frozen=True, slots=True)
class State:
    """How an edition stands on a day: words, which may end with a date, and the name of their shape."""

    id: str
    words: str
    css: str
    day: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition in a list, with what can be counted of it."""

    policy: Policy
    state: State

    @property
    def fingerprint(self) -> str:
        return short_fingerprint(self.policy.fingerprint)

    @property
    def taken(self) -> int:
        return sum(reading.taken != "open" for reading in self.policy.readings.values())

    @property
    def open(self) -> int:
        return len(self.policy.readings) - self.taken


@dataclass(frozen=True, slots=True)
class Shelf:
    """A topic with the editions of each of its policies, and the one of each that is in force today."""

    topic: Topic
    current: tuple[Edition, ...]
    policies: tuple[tuple[Edition, ...], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """An edition that cannot be used: where and why. The file is told from the folder of policies on."""

    file: str
    line: int | None
    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of an edition, among the others that lead to it."""

    label: str
    address: str
    here: bool


def find(policy_id: str, edition: str) -> Policy:
    """An edition by the names in its address. Raises KeyError."""
    return library().edition(policy_id, edition)


def state(policy: Policy, day: dt.date) -> State:
    """How an edition stands on a day: in force, overdue for review, replaced, or not begun."""
    if policy.first_day > day:
        return State("not_begun", "In force from", "out", str(policy.first_day))
    begun = library().in_force(policy.id, day)
    if begun.edition != policy.edition:
        return State("replaced", "Replaced by the edition of", "not-met", begun.edition)
    if policy.is_past_review(day):
        return State("overdue", "Past its next review date", "unsettled", str(policy.next_review))
    return State("in_force", "In force", "met")


def shown(policy: Policy) -> Edition:
    """An edition with its state today."""
    return Edition(policy, state(policy, today()))


def topics() -> tuple[Shelf, ...]:
    """Every topic that has a policy, with its policies."""
    return tuple(shelf for topic in library().topics.values() if (shelf := _shelf(topic)).policies)


def _shelf(topic: Topic) -> Shelf:
    editions = [found for found in library().editions.values() if found[0].topic is topic]
    current = tuple(shown(library().in_force(found[0].id, today())) for found in editions)
    newest_first = tuple(tuple(shown(policy) for policy in reversed(found)) for found in editions)
    return Shelf(topic, current, newest_first)


def problems() -> tuple[Problem, ...]:
    """What keeps editions from being used."""
    return tuple(
        Problem(_below(Path(settings.POLICIES), found.file), found.line, found.key, found.message)
        for found in library().problems
    )


def _below(folder: Path, file: str) -> str:
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else file


def tabs(policy: Policy, here: str) -> tuple[Tab, ...]:
    """The pages of an edition, with the one that is shown."""
    return tuple(Tab(label, address(policy, name), name == here) for name, label in TABS)


def others(policy: Policy) -> tuple[Edition, ...]:
    """The other editions of the same policy, the newest first."""
    editions: Sequence[Policy] = library().editions[policy.id]
    return tuple(shown(other) for other in reversed(editions) if other.edition != policy.edition)


def source_text(policy: Policy) -> bytes:
    """The file that the text was taken from, as it is. Raises PolicyError where it is gone."""
    folder = Path(settings.POLICIES) / policy.topic.id / policy.id / policy.edition
    return bytes_of(folder / policy.source.file)


def choices() -> tuple[tuple[str, str], ...]:
    """Every edition as a choice: its key, and its name for a reader."""
    return tuple(
        (key(policy), f"{policy.source.short}, edition of {policy.edition}")
        for editions in library().editions.values()
        for policy in reversed(editions)
    )


def key(policy: Policy) -> str:
    """An edition's name in a choice."""
    return f"{policy.id}/{policy.edition}"


def named(choice: str) -> Policy:
    """The edition behind a choice. Raises KeyError."""
    policy_id, _, edition = choice.partition("/")
    return find(policy_id, edition)


def chosen(given: Mapping[str, str]) -> dict[str, str]:
    """Two editions to compare: those asked for, else the first two policies as in force today."""
    current = [key(edition.policy) for shelf in topics() for edition in shelf.current]
    first, second, *_ = (*current, "", "")
    return {"one": given.get("one", first), "other": given.get("other", second)}
