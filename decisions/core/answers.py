"""Raw answers -> typed facts: what is allowed, what is on a closed branch, what is known.

Raw answers are a mapping fact id -> value, as in JSON. Absent is "not asked", None is "asked, not
documented"; both are unknown to the rules. Whatever is not allowed is a Problem that names the fact and what
is allowed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any as Anything

from decisions.core import codes
from decisions.core.policy import OTHERS_UNKNOWN, Question, Topic

Value = str | int | bool | Decimal | dt.date | frozenset[str] | tuple[str, ...]

_ON_CLOSED_BRANCH: Mapping[str, Value] = {"set": frozenset(), "flag": False}
LONGEST_NUMBER = 40
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not allowed: in which facts, of which kind, what was given, what is allowed."""

    facts: tuple[str, ...]
    kind: str
    given: str = ""
    allowed: tuple[str, ...] = ()


class AnswersError(ValueError):
    """Answers that are not allowed; ``problems`` holds every one."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{', '.join(p.facts)}: {p.kind}" for p in problems))
        self.problems = problems


@dataclass(frozen=True)
class Answers:
    """Validated answers to one topic's questions.

    ``values`` holds what is known, sets without the extra member; ``more`` the sets whose rest is not
    described; ``asked`` every fact that was asked, documented or not. ``day`` is the date of service, or the
    as-of date where none is given. ``age_if_february`` is the age should a child born on 29 February
    complete months on 28 February.
    """

    topic: Topic
    values: Mapping[str, Value]
    more: frozenset[str]
    asked: frozenset[str]
    day: dt.date
    as_of: dt.date
    age_if_february: int | None = None
    implied: frozenset[tuple[str, str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "implied", frozenset(self._implied()))

    def _implied(self) -> list[tuple[str, str]]:
        return [
            question.opened_by
            for fact, given in self.values.items()
            if (question := self.topic.by_id[fact]).implies
            and question.opened_by
            and question.opened_by[0] not in self.values
            and given
        ]

    def branch(self, question: Question) -> bool | None:
        """True where the question is asked, False where its branch is closed, None where that is not known
        yet.
        """
        if question.opened_by is None:
            return True
        fact, member = question.opened_by
        given = self.values.get(fact)
        if isinstance(given, frozenset):
            if member in given:
                return self.branch(self.topic.by_id[fact])
            if fact not in self.more:
                return False
        elif (fact, member) in self.implied:
            return True
        return False if self.branch(self.topic.by_id[fact]) is False else None

    def on_record(self, fact: str) -> Value | None:
        """What is known and counts: None where unknown; a closed branch counts as no members, no, or
        nothing.
        """
        question = self.topic.by_id[fact]
        if question.opened_by and self.branch(question) is False:
            return _ON_CLOSED_BRANCH.get(question.kind)
        return self.values.get(fact)

    def members(self, fact: str) -> frozenset[str]:
        """The members of a set that are known to be in it, implied ones included."""
        given = self.on_record(fact)
        known = given if isinstance(given, frozenset) else frozenset[str]()
        if not self.implied:
            return known
        return known | {member for holder, member in self.implied if holder == fact}

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
    if early and (day + dt.timedelta(days=1)).month == 3:
        return months
    return months if day.day >= birth.day else months - 1


def check(topic: Topic, raw: Mapping[str, Anything], as_of: dt.date) -> Answers:
    """The typed answers. Raises AnswersError with every problem found."""
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    more: set[str] = set()
    for fact, given in raw.items():
        question = topic.by_id.get(fact)
        if question is None and fact != topic.age.birth_date:
            problems.append(Problem((fact,), "unknown-fact", "", (*topic.by_id, topic.age.birth_date)))
        elif given is not None:
            try:
                if question is None:
                    values[fact] = _date(fact, given)
                else:
                    values[fact] = _READERS[question.kind](question, given)
                    if question.may_hold_more and OTHERS_UNKNOWN in given:
                        more.add(fact)
            except AnswersError as refused:
                problems.extend(refused.problems)
    if problems:
        raise AnswersError(problems)
    service = values.get(topic.service_date.id)
    day = service if isinstance(service, dt.date) else as_of
    age_if_february = _settle_age(topic, values, day)
    asked = {topic.age.id if fact == topic.age.birth_date else fact for fact in raw}
    return Answers(topic, values, frozenset(more), frozenset(asked), day, as_of, age_if_february)


def _settle_age(topic: Topic, values: dict[str, Value], day: dt.date) -> int | None:
    """Puts the age in the place of the birth date, in ``values``; returns the age by the other 29 February
    rule.
    """
    age, birth_date = topic.age.id, topic.age.birth_date
    birth = values.pop(birth_date, None)
    if not isinstance(birth, dt.date):
        return None
    if age in values:
        raise AnswersError([Problem((age, birth_date), "given-twice")])
    if birth > day:
        raise AnswersError(
            [Problem((birth_date, topic.service_date.id), "born-after-service", str(birth), (str(day),))]
        )
    months = months_between(birth, day)
    if topic.age.at_most is not None and months > topic.age.at_most:
        raise AnswersError([Problem((birth_date,), "out-of-range", str(birth), _limits(topic.age))])
    values[age] = months
    return months_between(birth, day, february=True)


def _refuse(question: Question, kind: str, given: object, *allowed: str) -> AnswersError:
    return AnswersError([Problem((question.id,), kind, _shown(given), allowed)])


def _shown(given: object) -> str:
    text = given if isinstance(given, str) else repr(given)
    return text if len(text) <= 60 else text[:59] + "…"


def _limits(question: Question) -> tuple[str, ...]:
    limits = (("above", question.above), ("at least", question.at_least), ("at most", question.at_most))
    unit = f" {question.unit}" if question.unit else ""
    return tuple(f"{word} {limit}{unit}" for word, limit in limits if limit is not None)


def _in_limits(question: Question, number: Decimal | int, given: object) -> None:
    low = question.above is not None and number <= question.above
    under = question.at_least is not None and number < question.at_least
    over = question.at_most is not None and number > question.at_most
    if low or under or over:
        raise _refuse(question, "out-of-range", given, *_limits(question))


def _choice(question: Question, given: Anything) -> str:
    if not isinstance(given, str) or given not in question.option_ids:
        raise _refuse(question, "not-an-option", given, *question.option_ids)
    return given


def _set(question: Question, given: Anything) -> frozenset[str]:
    allowed = (*question.option_ids, OTHERS_UNKNOWN) if question.may_hold_more else question.option_ids
    if not isinstance(given, list | tuple | frozenset | set):
        raise _refuse(question, "not-a-set", given, *allowed)
    for member in given:
        if not isinstance(member, str) or member not in allowed:
            raise _refuse(question, "not-an-option", member, *allowed)
    if question.at_least_one and not given:
        raise _refuse(question, "empty", "", *allowed)
    return frozenset(given) - {OTHERS_UNKNOWN}


def _flag(question: Question, given: Anything) -> bool:
    if not isinstance(given, bool):
        raise _refuse(question, "not-yes-or-no", given, "true", "false")
    return given


def _decimal(question: Question, given: Anything) -> Decimal:
    """An exact decimal: a JSON number or its text. A float is read as the shortest text that gives it."""
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        raise _refuse(question, "not-a-number", given, *_limits(question))
    text = str(given).strip()
    if len(text) > LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        raise _refuse(question, "not-a-number", given, *_limits(question))
    number = Decimal(text)
    _in_limits(question, number, given)
    return number


def _age(question: Question, given: Anything) -> int:
    number = isinstance(given, int | float | Decimal) and not isinstance(given, bool)
    if not number or given != given:
        raise _refuse(question, "not-whole", given, *_limits(question))
    _in_limits(question, given, given)
    if given != int(given):
        raise _refuse(question, "not-whole", given, *_limits(question))
    return int(given)


def _service_date(question: Question, given: Anything) -> dt.date:
    return _date(question.id, given)


def _date(fact: str, given: Anything) -> dt.date:
    try:
        if isinstance(given, str) and _DAY.fullmatch(given):
            return dt.date.fromisoformat(given)
    except ValueError:
        pass
    raise AnswersError([Problem((fact,), "not-a-day", _shown(given), ("YYYY-MM-DD",))])


def _codes(question: Question, given: Anything) -> tuple[str, ...]:
    """Canonical codes, each once, in the order given. A text may hold several. A malformed code is kept; only
    a wrong type is a problem.
    """
    if not isinstance(given, list | tuple | frozenset | set):
        raise _refuse(question, "not-a-set", given)
    found: dict[str, None] = {}
    for code in given:
        if isinstance(code, bool) or not isinstance(code, str | int):
            raise _refuse(question, "not-a-text", code)
        found.update(dict.fromkeys(codes.every(str(code), question.code_system)))
    return tuple(found)


_READERS: dict[str, Callable[[Question, Anything], Value]] = {
    "choice": _choice,
    "set": _set,
    "flag": _flag,
    "decimal": _decimal,
    "age": _age,
    "date": _service_date,
    "codes": _codes,
}
