"""Why two policies answer the same request differently: the first thing that differs, with both texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decisions.core import conditions
from decisions.core.conditions import MET, UNSETTLED
from decisions.core.policy import Criterion, Notice
from decisions.core.rules import CRITERIA_MET, MORE_INFORMATION, OUT_OF_SCOPE
from decisions.core.rules import UNSETTLED as OUTCOME_UNSETTLED
from decisions.telling import outcome_words
from decisions.telling.explanation import Explanation

ROWS_OF_A_TABLE = 3


@dataclass(frozen=True, slots=True)
class Side:
    """One policy's part in a difference: the passages of its text that are to be compared."""

    told: Explanation
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Why two policies differ, in sentences, and what each of them says."""

    sentences: tuple[str, ...]
    sides: tuple[Side, Side]


def differences(told: Sequence[Explanation]) -> tuple[Difference, ...]:
    """Why each policy that differs from the first one in outcome or next step does."""
    return tuple(difference(told[0], other) for other in told[1:] if _result(other) != _result(told[0]))


def _result(told: Explanation) -> tuple[str, str]:
    return told.outcome, told.determination.next_step


def difference(one: Explanation, other: Explanation) -> Difference:
    """The first thing that makes two differing results differ."""
    if one.determination.before_edition or other.determination.before_edition:
        return _by_date(one, other)
    if OUT_OF_SCOPE in (one.outcome, other.outcome):
        return _by_scope(one, other)
    key = _telling_criterion(one, other) if one.outcome != other.outcome else ""
    return _by_criterion(key, one, other) if key else _by_notice(one, other)


def _by_date(one: Explanation, other: Explanation) -> Difference:
    day = one.determination.answers.day
    sentences = tuple(
        f"{told.name}: in force from {told.policy.first_day}; {day} is "
        f"{'before' if told.determination.before_edition else 'not before'} that day."
        for told in (one, other)
    )
    return Difference(sentences, (_dated(one), _dated(other)))


def _dated(told: Explanation) -> Side:
    return Side(told, told.policy.before_passages)


def _by_scope(one: Explanation, other: Explanation) -> Difference:
    outside, inside = (one, other) if one.outcome == OUT_OF_SCOPE else (other, one)
    sentences = (outside.policy.words.out_of_scope, f"{inside.name}: the request is within its scope.")
    return Difference(sentences, (Side(one, one.passages), Side(other, other.passages)))


def _telling_criterion(one: Explanation, other: Explanation) -> str:
    """The criterion that lifts the one outcome above the other."""
    wanted = ((CRITERIA_MET, MET), (OUTCOME_UNSETTLED, UNSETTLED), (MORE_INFORMATION, None))
    for outcome, value in wanted:
        for high, low in ((one, other), (other, one)):
            if high.outcome == outcome != low.outcome:
                values = high.determination.values
                telling = [key for key in values if values[key] == value != _value(low, key)]
                first = [key for key in high.carrying if key in telling]
                if telling:
                    return next(iter((*first, *telling)))
    return _open_otherwise(one, other)


def _open_otherwise(one: Explanation, other: Explanation) -> str:
    """A criterion that is open under both, and can be met under one of them alone."""
    keys = (*one.determination.values, *other.determination.values)
    return next((key for key in keys if one.possible(key) != other.possible(key)), "")


def _value(told: Explanation, key: str) -> int | None:
    return told.determination.values.get(key, conditions.NO)


def _by_criterion(key: str, one: Explanation, other: Explanation) -> Difference:
    holder = one if key in one.determination.values else other
    states = "; ".join(f"{told.name}: {_state(told, key)}" for told in (one, other))
    first = f"“{holder.policy.criterion(key).title}”. {states}."
    sentences = [sentence for told in (one, other) for sentence in _how_read(told, key)]
    return Difference((first, *sentences), _aligned(key, one, other))


def _state(told: Explanation, key: str) -> str:
    if key not in told.determination.values:
        return "not a criterion"
    value = told.determination.values[key]
    if value is None and MET not in told.possible(key):
        return "open, at most not settled"
    return outcome_words.CRITERIA[value].words


def _criterion(told: Explanation, key: str) -> Criterion | None:
    return next((criterion for criterion in told.policy.criteria if criterion.id == key), None)


def _how_read(told: Explanation, key: str) -> Iterable[str]:
    """The readings in play that this criterion turns on, as sentences."""
    criterion = _criterion(told, key)
    mentioned = set(conditions.readings(criterion.when)) if criterion else set()
    for read in told.readings:
        if read.reading.id in mentioned:
            said = read.reading.question if read.is_open else f"the text is read so: {read.taken}"
            yield f"{told.name}: {said}"


def _aligned(key: str, one: Explanation, other: Explanation) -> tuple[Side, Side]:
    """Both texts at the passages of the same name; where they say the same, that says nothing."""
    read, own = _passages(key, one, other)
    for ids in (read, own):
        telling = [passage for passage in ids if _quote(one, passage) != _quote(other, passage)]
        if telling:
            return _side(one, telling), _side(other, telling)
    return _side(one, (*read, *own)), _side(other, (*read, *own))


def _passages(key: str, *sides: Explanation) -> tuple[Iterable[str], Iterable[str]]:
    """The passages of the open readings in play that a criterion turns on, and those of the criterion."""
    read: dict[str, None] = {}
    own: dict[str, None] = {}
    for told in sides:
        criterion = _criterion(told, key)
        if criterion:
            own |= dict.fromkeys(criterion.passages)
            mentioned = set(conditions.readings(criterion.when))
            for reading in told.readings:
                if reading.is_open and reading.reading.id in mentioned:
                    read |= dict.fromkeys(reading.passages)
    return read, own


def _quote(told: Explanation, passage: str) -> str:
    return told.policy.passages[passage].quote if passage in told.policy.passages else ""


def _side(told: Explanation, ids: Iterable[str]) -> Side:
    return Side(told, tuple(key for key in ids if key in told.policy.passages))


def _by_notice(one: Explanation, other: Explanation) -> Difference:
    """Both say the same of the criteria; something stands in the way under one of them."""
    sentences: list[str] = []
    for told, against in ((one, other), (other, one)):
        for stop in told.stops:
            if stop.notice.id not in {theirs.notice.id for theirs in against.stops}:
                sentences.append(f"{told.name}: {stop.sentence}")
                sentences += _no_such_list(against, stop.notice)
    return Difference(tuple(sentences), (_at_notices(one, other), _at_notices(other, one)))


def _no_such_list(told: Explanation, notice: Notice) -> list[str]:
    if told.lists_diagnoses or not notice.coding.startswith("diagnosis"):
        return []
    return [f"{told.name}: there is no list of diagnoses."]


def _at_notices(told: Explanation, against: Explanation) -> Side:
    """The passages of a policy's own stops, then its counterparts to those of the other policy."""
    own = [passage for stop in told.stops for passage in stop.notice.passages]
    theirs = [passage for stop in against.stops for passage in stop.notice.passages]
    both = [passage for passage in theirs if passage in told.policy.passages]
    found = tuple(dict.fromkeys((*own, *both))) or _code_table(told)
    return Side(told, found)


def _code_table(told: Explanation) -> tuple[str, ...]:
    rows = tuple(dict.fromkeys(row.passage for row in told.policy.codes))
    return rows if len(rows) <= ROWS_OF_A_TABLE else ()
