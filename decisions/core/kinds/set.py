"""A set: for each of the question's options whether it is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any as Anything
from typing import ClassVar

from decisions.core.conditions import AnyOf, Exactly, NoneOf, Test
from decisions.core.kinds import Compared, Kind, one_of_each
from decisions.core.partial import Members, Partial, Value
from decisions.core.questions import Question
from decisions.core.refusals import refuse

OTHERS_UNKNOWN = "others_unknown"
"""The extra member of a set that says: the rest is not described, further members may be present."""

THERE, ABSENT = "with", "without"
"""The keys of a partial answer."""


class SetOf(Kind):
    """A set of the question's options. On a closed branch it is empty.

    Where the question may hold more than is named, a partial answer names what is there and what is not.
    """

    has_options = True
    has_members = True
    tests: ClassVar = {"any_of": AnyOf, "none_of": NoneOf, "exactly": Exactly}
    closed = frozenset[str]()

    def read(self, question: Question, given: Anything) -> Value | Partial | None:
        if question.may_hold_more and isinstance(given, dict):
            return _left(question, *_with_and_without(question, given))
        if not isinstance(given, list | tuple | frozenset | set):
            raise refuse(question.id, "not-a-set", given, *_allowed(question))
        open_end = question.may_hold_more and OTHERS_UNKNOWN in given
        listed = [each for each in given if each != OTHERS_UNKNOWN] if open_end else given
        named = _members(question, listed, _allowed(question))
        if question.at_least_one and not named:
            raise refuse(question.id, "empty", "", *question.option_ids)
        return _left(question, named, frozenset()) if open_end else named

    def names_something(self, left: Value | Partial) -> bool:
        return bool(left.there if isinstance(left, Members) else left)

    def passes(self, test: Anything, left: Partial) -> bool:
        """A set that is left open holds what is there; it is exactly nothing, and free only of what
        is absent.
        """
        if not isinstance(left, Members):
            return False
        if isinstance(test, AnyOf):
            return test.passes(left.there)
        return isinstance(test, NoneOf) and left.absent.issuperset(test.members)

    def told_apart(
        self, question: Question, left: Partial | None, looking: Sequence[Test]
    ) -> Iterator[Value]:
        single: list[Value] = [frozenset((option,)) for option in question.option_ids]
        exact: list[Value] = [frozenset(test.members) for test in looking if isinstance(test, Exactly)]
        every: list[Value] = [frozenset(), *single, *exact]
        if isinstance(left, Members):
            there, absent = left.there, left.absent
            every = [(value | there) - absent for value in every if isinstance(value, frozenset)]
        yield from one_of_each(every, looking)

    def tried(self, question: Question, looking: Sequence[Test], policy: Compared) -> list[Anything]:
        exact = [list(test.members) for test in looking if isinstance(test, Exactly)]
        return [*([option] for option in question.option_ids), *exact]


def _allowed(question: Question) -> tuple[str, ...]:
    return (*question.option_ids, OTHERS_UNKNOWN) if question.may_hold_more else question.option_ids


def _members(question: Question, given: Anything, allowed: tuple[str, ...]) -> frozenset[str]:
    """The options that are named. What is ``allowed`` is for the refusal of another. Raises AnswersError."""
    for member in given:
        if not isinstance(member, str) or member not in question.allowed:
            raise refuse(question.id, "not-an-option", member, *allowed)
    return frozenset(given)


def _with_and_without(
    question: Question, given: dict[str, Anything]
) -> tuple[frozenset[str], frozenset[str]]:
    """What a partial answer says is there, and what is not. Raises AnswersError."""
    if not given or set(given) - {THERE, ABSENT}:
        raise refuse(question.id, "not-with-without", given, *question.option_ids)
    for named in given.values():
        if not isinstance(named, list | tuple):
            raise refuse(question.id, "not-a-set", named, *question.option_ids)
    there, absent = (_members(question, given.get(key, ()), question.option_ids) for key in (THERE, ABSENT))
    if both := there & absent:
        raise refuse(question.id, "with-and-without", ", ".join(sorted(both)))
    return there, absent


def _left(question: Question, there: frozenset[str], absent: frozenset[str]) -> Value | Partial | None:
    # With every member named, in or out, one value is left, and that is the value.
    if len(there) + len(absent) == len(question.option_ids):
        return there
    return Members(there, absent) if there or absent else None


KIND = SetOf()
