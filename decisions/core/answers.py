"""Raw answers -> typed facts: what is allowed, what is on a closed branch, what is known.

Raw answers are a mapping fact id -> value, as in JSON. Absent is "not asked", None is "asked, not
documented"; both are unknown to the rules. An answer may also be partial: a set of values of which one is
true. Whatever is not allowed is a Problem that names the fact and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any as Anything

from decisions.core import kinds, measures
from decisions.core.conditions import AnyOf, Test
from decisions.core.kinds.date import day as day_of
from decisions.core.partial import PARTIAL, Members, Partial, Value
from decisions.core.policy import Question, Topic
from decisions.core.refusals import AnswersError as AnswersError
from decisions.core.refusals import Problem as Problem
from decisions.core.refusals import refuse

_MONTH = re.compile(r"[0-9]{4}(-[0-9]{2})?")
_BIRTH_DATES = ("YYYY-MM-DD", "YYYY-MM", "YYYY")


@dataclass(frozen=True)
class Answers:
    """Validated answers to one topic's questions.

    ``values`` holds what is known, ``partly`` what a partial answer leaves where that is more than one
    value and not all; ``asked`` every fact that was asked, documented or not. ``day`` is the date of
    service, or the as-of date where none is given. ``age_if_february`` is the age should a child born on
    29 February complete months on 28 February.
    """

    topic: Topic
    values: Mapping[str, Value]
    partly: Mapping[str, Partial]
    asked: frozenset[str]
    day: dt.date
    as_of: dt.date
    age_if_february: int | None = None
    implied: frozenset[tuple[str, str]] = field(init=False, repr=False, compare=False)
    _members: dict[str, frozenset[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "implied", frozenset(self._implied()))

    def _implied(self) -> list[tuple[str, str]]:
        return [
            opened_by
            for fact, opened_by in self.topic.implying
            if self.left(opened_by[0]) is None
            and (given := self.left(fact)) is not None
            and kinds.of(self.topic.by_id[fact]).names_something(given)
        ]

    def left(self, fact: str) -> Value | Partial | None:
        """What an answer leaves, on a closed branch too: its value, part of the values, or None for all."""
        return self.values.get(fact, self.partly.get(fact))

    def branch(self, question: Question) -> bool | None:
        """True where the question is asked, False where its branch is closed, None where that is not known
        yet.
        """
        if question.opened_by is None:
            return True
        fact, member = question.opened_by
        holder = self.branch(self.topic.by_id[fact])
        there = self._holds(fact, member)
        if holder is False or there is False:
            return False
        return holder if there else None

    def _holds(self, fact: str, member: str) -> bool | None:
        """Whether a member is in a set, None where that is not known."""
        given = self.left(fact)
        if isinstance(given, Members):
            return True if member in given.there else False if member in given.absent else None
        if isinstance(given, frozenset):
            return member in given
        return True if (fact, member) in self.implied else None

    def may_hold(self, fact: str, member: str) -> bool:
        """Whether a member is in a set, or may be, as far as is known."""
        return self._holds(fact, member) is not False

    def on_record(self, fact: str) -> Value | Partial | None:
        """What is known and counts: None where unknown; a closed branch counts as no members, no, or
        nothing.
        """
        question = self.topic.by_id[fact]
        if question.opened_by and self.branch(question) is False:
            return kinds.of(question).closed
        return self.left(fact)

    def members(self, fact: str) -> frozenset[str]:
        """The members of a set that are known to be in it, implied ones included."""
        if fact not in self._members:
            self._members[fact] = self._known_members(fact)
        return self._members[fact]

    def _known_members(self, fact: str) -> frozenset[str]:
        given = self.on_record(fact)
        known = given.there if isinstance(given, Members) else given if isinstance(given, frozenset) else None
        implied = [member for holder, member in self.implied if holder == fact]
        return (known or frozenset()).union(implied)

    def passes(self, test: Test) -> bool:
        """Whether what is on record passes a test, whatever is not: a fact that is not known passes none."""
        if isinstance(test, AnyOf):
            return test.passes(self.members(test.fact))
        given = self.on_record(test.fact)
        if isinstance(given, PARTIAL):
            return kinds.of(self.topic.by_id[test.fact]).passes(test, given)
        return given is not None and test.passes(given)  # type: ignore[arg-type]

    @property
    def denies_a_reason(self) -> bool:
        """Whether a reason is given whose detail is answered with nothing: caution `reason-not-borne-out`."""
        return bool(self.denied_reasons)

    @property
    def denied_reasons(self) -> tuple[tuple[str, str], ...]:
        """The reasons that are given while their detail is answered with nothing, each as (set fact, member),
        in the order of the questions that they open.
        """
        values, denied = self.values, []
        for detail, (fact, member) in self.topic.implying:
            named = values.get(fact)
            if isinstance(named, frozenset) and member in named and (given := values.get(detail)) is not None:
                nothing = not kinds.of(self.topic.by_id[detail]).names_something(given)
                # An answer on a closed branch never counts, and denies nothing.
                if nothing and self.branch(self.topic.by_id[detail]):
                    denied.append((fact, member))
        return tuple(denied)

    def code_list(self, fact: str) -> tuple[str, ...]:
        """Canonical codes in the order given, () where none."""
        given = self.values.get(fact, ())
        return given if isinstance(given, tuple) else ()


def months_between(birth: dt.date, day: dt.date, february: bool = False) -> int:
    """Completed calendar months from birth to a day (negative if the day is earlier).

    A month is completed on the same day of the month; where that day does not exist, on the first day of the
    next month. With ``february`` a child born on 29 February completes on 28 February in common years
    instead.
    """
    months = (day.year - birth.year) * 12 + day.month - birth.month
    early = february and (birth.month, birth.day, day.month, day.day) == (2, 29, 2, 28)
    # In a leap year the day after is the 29th, the birthday itself, and nothing is early.
    if early and (day + dt.timedelta(days=1)).month == 3:
        return months
    # A day of birth that this month lacks has a higher number than every day of it. So the month is not
    # completed before the first day of the next, as the contract has it.
    return months if day.day >= birth.day else months - 1


def read_answers(topic: Topic, raw: Mapping[str, Anything], as_of: dt.date) -> Answers:
    """The typed answers. Raises AnswersError with every problem found."""
    problems: list[Problem] = []
    found: dict[str, Value | Partial | _Birth | None] = {}
    for fact, given in raw.items():
        question = topic.by_id.get(fact)
        if question is None and fact != topic.age.birth_date:
            problems.append(Problem((fact,), "unknown-fact", "", (*topic.by_id, topic.age.birth_date)))
        # null was asked and is not documented: it counts among `asked` below, and is unknown to the rules.
        elif given is not None:
            try:
                found[fact] = kinds.of(question).read(question, given) if question else _birth(fact, given)
            except AnswersError as refused:
                problems.extend(refused.problems)
    if problems:
        raise AnswersError(problems)
    service = found.get(topic.service_date.id)
    day = service if isinstance(service, dt.date) else as_of
    age_if_february = _settle_age(topic, found, day)
    asked = frozenset({topic.age.id if fact == topic.age.birth_date else fact for fact in raw})
    return _answers(topic, found, asked, (day, as_of), age_if_february)


def _answers(
    topic: Topic,
    found: Mapping[str, Anything],
    asked: frozenset[str],
    days: tuple[dt.date, dt.date],
    age_if_february: int | None,
) -> Answers:
    partly = {fact: left for fact, left in found.items() if isinstance(left, PARTIAL)}
    values = {fact: left for fact, left in found.items() if left is not None and fact not in partly}
    return Answers(topic, values, partly, asked, *days, age_if_february)


@dataclass(frozen=True, slots=True)
class _Birth:
    """The days on which somebody may have been born, and whether that is one day, written out. ``given`` is
    the birth date as it was given.
    """

    given: str
    first: dt.date
    last: dt.date
    exact: bool


def _birth(fact: str, given: Anything) -> _Birth:
    """A birth date, whole or partial: YYYY-MM-DD, YYYY-MM or YYYY. Raises AnswersError."""
    if not isinstance(given, str) or not _MONTH.fullmatch(given):
        born = day_of(fact, given, *_BIRTH_DATES[1:])
        return _Birth(given, born, born, exact=True)
    year, _, month = given.partition("-")
    try:
        first = dt.date(int(year), int(month or 1), 1)
    except ValueError:
        raise refuse(fact, "not-a-month", given, *_BIRTH_DATES) from None
    last_month = int(month or 12)
    last = dt.date(first.year, last_month, monthrange(first.year, last_month)[1])
    return _Birth(given, first, last, exact=False)


def _settle_age(topic: Topic, found: dict[str, Anything], day: dt.date) -> int | None:
    """Puts the age in the place of the birth date; returns the age by the other 29 February rule."""
    age, birth_date = topic.age.id, topic.age.birth_date
    birth = found.pop(birth_date, None)
    if birth is None:
        return None
    if age in found:
        raise AnswersError([Problem((age, birth_date), "given-twice")])
    # Of a partial date only the first day tells: where that is not too late, the days after the service are
    # left out, and a birth is possible.
    if birth.first > day:
        facts = (birth_date, topic.service_date.id)
        raise AnswersError([Problem(facts, "born-after-service", birth.given, (str(day),))])
    found[age] = _age_left(topic, birth, day)
    return months_between(birth.first, day, february=True) if birth.exact else None


def _age_left(topic: Topic, birth: _Birth, day: dt.date) -> Value | Partial | None:
    """The ages that some day of birth gives, none after the day of the answers. Raises AnswersError."""
    youngest, oldest = months_between(min(birth.last, day), day), months_between(birth.first, day)
    highest = topic.age.at_most
    if highest is not None and youngest > highest:
        limits = measures.limits_of(topic.age)
        raise AnswersError([Problem((topic.age.birth_date,), "out-of-range", birth.given, limits)])
    if birth.exact:
        return oldest
    # A month or a year of birth may begin beyond the highest age that is an answer: its other days count.
    bounds = {"at_least": youngest, "at_most": oldest if highest is None else min(oldest, int(highest))}
    return kinds.of(topic.age).read(topic.age, bounds)
