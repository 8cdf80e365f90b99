"""Cases from a stream: one JSON object of answers, a JSON array, or JSON Lines, read as they come.

An object with the key ``answers`` is a case, any other is bare answers. An array is read whole; lines are
not.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TextIO

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class CaseError(ValueError):
    """Input that is not a case; the message says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case as it came: its place in the input, its id, its raw answers, its own as-of date if it has one.

    ``problem`` says why it cannot be used; then the rest is empty.
    """

    place: str
    id: Any = None
    answers: dict[str, Any] | None = None
    as_of: dt.date | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        return self.place if self.id is None else f"case {self.id}"


def read(stream: TextIO) -> Iterator[Case]:
    """Every case of a stream, good or not. Raises CaseError where the input as a whole is no JSON."""
    first = _first_line(stream)
    if not first.strip():
        raise CaseError("the input is empty; a JSON object, a JSON array or JSON Lines are allowed")
    if first.lstrip().startswith("["):
        yield from _array(first + stream.read())
        return
    try:
        _parse(first)
    except ValueError:
        yield from _object_or_lines(first, stream)
        return
    yield from _lines(first, stream)


def _first_line(stream: TextIO) -> str:
    for line in stream:
        if line.strip("\ufeff \t\r\n"):
            return line.lstrip("\ufeff")
    return ""


def _array(text: str) -> Iterator[Case]:
    try:
        items = _parse(text)
    except ValueError as error:
        raise CaseError(f"the array is not JSON: {error}") from error
    for number, item in enumerate(items, 1):
        yield _case(f"item {number}", item)


def _object_or_lines(first: str, stream: TextIO) -> Iterator[Case]:
    """One object over several lines; or lines of which the first is broken."""
    rest = stream.read()
    try:
        yield _case("the object", _parse(first + rest))
    except ValueError:
        yield from _lines(first, iter(rest.splitlines()))


def _lines(first: str, rest: Iterator[str] | TextIO) -> Iterator[Case]:
    yield _line(1, first)
    for number, line in enumerate(rest, 2):
        if line.strip():
            yield _line(number, line)


def _line(number: int, line: str) -> Case:
    place = f"line {number}"
    try:
        return _case(place, _parse(line))
    except ValueError as error:
        return Case(place, problem=f"this is not JSON: {error}")


def _case(place: str, item: Any) -> Case:
    if not isinstance(item, dict):
        return Case(place, problem="a JSON object is wanted here")
    if "answers" not in item:
        return Case(place, answers=item)
    answers, as_of = item["answers"], item.get("as_of")
    if not isinstance(answers, dict):
        return Case(
            place, item.get("id"), problem="answers: a JSON object of fact id and value is wanted here"
        )
    try:
        return Case(place, item.get("id"), answers, None if as_of is None else day(as_of))
    except CaseError as error:
        return Case(place, item.get("id"), problem=f"as_of: {error}")


def day(text: Any) -> dt.date:
    """A day given as YYYY-MM-DD. Raises CaseError."""
    try:
        if isinstance(text, str) and _DAY.fullmatch(text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise CaseError(f"{text} is not a day of the calendar; allowed: YYYY-MM-DD")


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for i, (key, _) in enumerate(pairs) if key in [other for other, _ in pairs[:i]])
        raise ValueError(f"{twice} is given twice")
    return found


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_constant, object_pairs_hook=_object)


def _parse(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("this is nested too deeply") from error
