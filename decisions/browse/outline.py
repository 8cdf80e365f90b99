"""The logic of an edition in words: its criteria, what they share, and what can hold an approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from decisions.core import conditions as c
from decisions.core.policy import Criterion, Notice, Policy
from decisions.library.passages import Excerpt
from decisions.questionnaire.fragments import fragments
from decisions.services import address
from decisions.telling.condition_words import Line, tree
from decisions.telling.sentences import listed

_CODING = {
    "procedure-none-listed": "Procedure codes are given, and none is listed for a criterion that is met",
    "procedure-some-outside": "A procedure code is given that is not in the table",
    "diagnosis-none-listed": "The list of diagnoses counts, valid codes are given, and none is listed",
    "diagnosis-missing": "The list of diagnoses counts, and no code is given",
    "diagnosis-none-valid": "The list of diagnoses counts, and none of the codes given is valid",
    "diagnosis-some-invalid": "A diagnosis code is given that is not valid",
}


@dataclass(frozen=True, slots=True)
class Outlined:
    """A criterion with its condition in words and its deciding passages."""

    criterion: Criterion
    line: Line
    passages: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class NoticeInWords:
    """A hold, request or caution in words: all ``lines`` must be true for it to apply."""

    notice: Notice
    lines: tuple[Line, ...]
    passages: tuple[Excerpt, ...]


def criteria(policy: Policy) -> tuple[Outlined, ...]:
    """Every criterion in the policy's order."""
    return tuple(
        Outlined(criterion, tree(policy, criterion.when), quoted(policy, criterion.passages))
        for criterion in policy.criteria
    )


def quoted(policy: Policy, ids: Iterable[str]) -> tuple[Excerpt, ...]:
    """The passages with these ids, as they are quoted one after the other."""
    return tuple(fragments(policy).excerpts(ids))


def shared(policy: Policy) -> frozenset[str]:
    """The names of the conditions that several criteria use; these are folded where they stand again."""
    counted = Counter(name for criterion in policy.criteria for name in set(names(criterion.when)))
    return frozenset(name for name, count in counted.items() if count > 1)


def names(condition: c.Condition) -> Iterator[str]:
    """The name of every named condition inside one, itself included."""
    if isinstance(condition, c.Named):
        yield condition.name
    for part in c.parts(condition):
        yield from names(part)


def notices(policy: Policy) -> tuple[tuple[str, str, tuple[NoticeInWords, ...]], ...]:
    """The holds, requests and cautions, each kind with what it does."""
    kinds = (
        ("Holds", "The criteria are met, and a physician still decides.", policy.holds),
        ("Requests", "The criteria are met, and something is asked for first.", policy.requests),
        ("Cautions", "These change nothing, and are shown.", policy.cautions),
    )
    return tuple(
        (kind, sentence, tuple(_notice_in_words(policy, notice) for notice in found))
        for kind, sentence, found in kinds
        if found
    )


def _notice_in_words(policy: Policy, notice: Notice) -> NoticeInWords:
    return NoticeInWords(notice, tuple(_parts(policy, notice)), quoted(policy, notice.passages))


def _parts(policy: Policy, notice: Notice) -> Iterator[Line]:
    yield from _of_criteria(policy, notice)
    if notice.coding:
        yield _said(_CODING[notice.coding])
    if notice.overdue:
        yield _said("The service is after the next review date of the edition")
    for words, condition in (("On record", notice.when), ("Unless this is on record", notice.unless)):
        if condition is not None:
            yield Line(words, "all", (tree(policy, condition),))
    if notice.reading:
        reading = policy.readings[notice.reading]
        yield Line(f"Only while this position stands: {reading.one}", "test", (), "", reading.id)


def _of_criteria(policy: Policy, notice: Notice) -> Iterator[Line]:
    for words, ids in (
        ("The only criteria met are", notice.only_met),
        ("None of these criteria is met", notice.none_met),
        ("A criterion is met other than", notice.other_met),
    ):
        if ids:
            yield _said(f"{words}: {listed([policy.criterion(key).title for key in ids])}")
    if notice.other_met == ():
        yield _said("A criterion is met")


def _said(text: str) -> Line:
    return Line(text, "test")


def acts_on(policy: Policy, reading: str) -> tuple[tuple[str, str], ...]:
    """Where a reading acts: titles with the addresses where they are told."""
    found = [
        (criterion.title, address(policy, "logic", criterion.id))
        for criterion in policy.criteria
        if reading in c.readings(criterion.when)
    ]
    found += [
        (notice.title, address(policy, "logic", f"notice_{notice.id}"))
        for notice in (*policy.holds, *policy.requests, *policy.cautions)
        if notice.reading == reading
    ]
    if policy.birthday_reading == reading:
        found.append((policy.topic.age.short, ""))
    return tuple(found)
