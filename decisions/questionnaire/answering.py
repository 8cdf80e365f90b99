"""Answers as they are kept: what a change makes of them, and what the policies say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from decisions import services
from decisions.core.answers import Answers, AnswersError, read_answers
from decisions.core.determination import Determination
from decisions.core.policy import Topic


class NotAnswered:
    """The type of ABSENT."""


ABSENT: Final = NotAnswered()
"""In a change: the fact was not answered, and what was answered before is dropped."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A page that saves: its own token, and the revision of the answers that it was made from."""

    page: str
    revision: int

    def is_outdated(self, revision: int, written_by: str) -> bool:
        """Whether another page changed the answers since this one was made. ``written_by`` is the token of
        the page that made the ``revision``.
        """
        return written_by != self.page and revision != self.revision


NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
"""No texts."""

OTHER = "other"
"""The option of a set for what no option names."""


class Kept(NamedTuple):
    """Raw answers as they are kept. ``typed`` is what was typed for some of them.

    Of an age among them has to be known whether it was made from a birth date, which is never kept; for which
    day; and whether such an age was dropped because another day counts.
    """

    answers: dict[str, Any]
    age_from_birth_date: bool
    age_asked_again: bool
    typed: Mapping[str, str] = NOTHING
    age_made_on: dt.date | None = None


def changed(
    topic: Topic,
    kept: Kept,
    changes: Mapping[str, Any],
    from_birth_date: bool,
    typed: Mapping[str, str] = NOTHING,
) -> Kept:
    """The answers after the changes. A value ABSENT takes an answer back.

    ``from_birth_date`` says that the age among the changes was made from a birth date. Such an age goes when
    another day counts than it was made for, and is asked again. ``typed`` is what was typed for the changes;
    of a birth date nothing is kept.
    """
    age, before = topic.age.id, kept.answers
    after = {fact: value for fact, value in {**before, **changes}.items() if value is not ABSENT}
    texts = texts_after(kept.typed, {**typed, age: ""} if from_birth_date else typed, before, changes)
    if from_birth_date:
        return Kept(after, True, False, texts, day_of(topic, after))
    # A page sends everything that stands on it: an age that is sent as it was is still the one from the birth
    # date.
    if age in changes and before.get(age, ABSENT) != changes[age]:
        return Kept(after, False, False, texts)
    return current(topic, kept._replace(answers=after, typed=texts))


def current(topic: Topic, kept: Kept) -> Kept:
    """What counts today: without an age that was made from a birth date for another day than counts now.

    That is a day before today where there is no date of service, or another date of service.
    """
    if not kept.age_from_birth_date or kept.age_made_on == day_of(topic, kept.answers):
        return kept
    age = topic.age.id
    answers, texts = ({k: v for k, v in each.items() if k != age} for each in (kept.answers, kept.typed))
    return Kept(answers, False, True, texts)


def day_of(topic: Topic, answers: Mapping[str, Any]) -> dt.date:
    """The day that an age is made for: the date of service, else today."""
    given = answers.get(topic.service_date.id)
    return dt.date.fromisoformat(given) if given else services.today()


def why_asked_again(topic: Topic, answers: Mapping[str, Any]) -> str:
    """Why an age from a birth date was dropped, in a sentence."""
    if answers.get(topic.service_date.id):
        return "The date of service was changed. Give the age, or the birth date, again."
    now = services.today_in_words()
    return f"Another day counts now: {now}. Give the age, or the birth date, which was not kept, again."


def without_old_age(topic: Topic, stored: Kept, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes from a page that still showed an age that no longer counts, without that age."""
    age = topic.age.id
    return {fact: value for fact, value in changes.items() if fact != age or value != stored.answers.get(age)}


def texts_after(
    kept: Mapping[str, str],
    given: Mapping[str, str],
    before: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> dict[str, str]:
    """What was typed for the answers after the changes."""
    news = {
        fact: typed_text(value, before.get(fact, ABSENT), kept.get(fact, ""), given.get(fact))
        for fact, value in changes.items()
    }
    return {fact: text for fact, text in {**kept, **news}.items() if text}


def typed_text(value: Any, before: Any, kept: str, given: str | None) -> str:
    """What stands as typed beside an answer. It goes with its value, unless something is ``given``: "" takes
    it back.
    """
    if value is ABSENT or value is None:
        return ""
    if given is not None:
        return given
    return kept if value == before else ""


def other_text(value: Any, kept: str, given: str | None) -> str:
    """What stands as written of a finding that no option names. It goes with that option."""
    if not names_other(value):
        return ""
    return kept if given is None else given


def names_other(value: Any) -> bool:
    """Whether a raw answer names something that no option names."""
    members = value.get("with") if isinstance(value, dict) else value
    return isinstance(members, list) and OTHER in members


def own_words(typed: str, other: str = "") -> str:
    """What stands beside an answer in the words of whoever gave it; "" for nothing."""
    said = (f"typed: {typed}" if typed else "", f"other: {other}" if other else "")
    return "; ".join(filter(None, said))


def in_own_words(answer: str, typed: str, other: str = "") -> str:
    """An answer, and in brackets what stands beside it."""
    words = own_words(typed, other)
    return f"{answer} ({words})" if words else answer


def readable(topic: Topic, raw: Mapping[str, Any], as_of: dt.date) -> Answers:
    """The answers as the rules take them. What the questions allow no longer after an update is left out."""
    try:
        return read_answers(topic, raw, as_of)
    except AnswersError as refused:
        wrong = {fact for problem in refused.problems for fact in problem.facts}
        # What is left may be refused too: days are held against each other once all can be read.
        return readable(topic, {fact: value for fact, value in raw.items() if fact not in wrong}, as_of)


def determinations(policies: Iterable[str], answers: Answers) -> list[Determination]:
    """What each policy says of the answers, in the order of the policies. Raises KeyError."""
    return [services.decide(policy_id, answers) for policy_id in policies]
