"""Answers as they are kept: what a change makes of them, and what the policies say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from decisions import services
from decisions.core.answers import Answers, AnswersError
from decisions.core.answers import check as checked
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


class Kept(NamedTuple):
    """Raw answers, and what has to be known of an age among them."""

    answers: dict[str, Any]
    age_from_birth_date: bool
    age_asked_again: bool


def changed(topic: Topic, kept: Kept, changes: Mapping[str, Any], from_birth_date: bool) -> Kept:
    """The answers after the changes. A value ABSENT takes an answer back.

    ``from_birth_date`` says that the age among the changes was made from a birth date. Such an age goes when
    the date of service changes, and is asked again.
    """
    age, service = topic.age.id, topic.service_date.id
    before = kept.answers
    after = {fact: value for fact, value in {**before, **changes}.items() if value is not ABSENT}
    if from_birth_date or (age in changes and before.get(age, ABSENT) != changes[age]):
        return Kept(after, from_birth_date, age_asked_again=False)
    if kept.age_from_birth_date and before.get(service) != after.get(service):
        del after[age]
        return Kept(after, age_from_birth_date=False, age_asked_again=True)
    return kept._replace(answers=after)


def typed(topic: Topic, raw: Mapping[str, Any], as_of: dt.date) -> Answers:
    """The typed answers. What is not allowed (any longer, after an update of the questions) is left out."""
    try:
        return checked(topic, raw, as_of)
    except AnswersError as refused:
        wrong = {fact for problem in refused.problems for fact in problem.facts}
        # What is left may be refused too: days are held against each other once all can be read.
        return typed(topic, {fact: value for fact, value in raw.items() if fact not in wrong}, as_of)


def determinations(policies: Iterable[str], answers: Answers) -> list[Determination]:
    """What each policy says of the answers, in the order of the policies. Raises KeyError."""
    return [services.decide(policy_id, answers) for policy_id in policies]
