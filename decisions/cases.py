"""Cases from a stream: one JSON object of answers, a JSON array, or JSON Lines, read as they come.

An object with the key ``answers`` is a case, any other is bare answers. An array is read whole; lines are
not. The stream is UTF-8 text, its bad bytes kept as lone surrogates, so that a bad line spoils no other.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any, TextIO

LONGEST_OBJECT = 1_000_000
"""The characters that one object over several lines may have; what is longer is read as lines."""
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
    lines = _numbered(stream)
    number, first = next(lines, (0, ""))
    if not number:
        raise CaseError("the input is empty; a JSON object, a JSON array or JSON Lines are allowed")
    first = first.lstrip("\ufeff")
    if first.lstrip().startswith("["):
        yield from _array(first + stream.read())
    elif _is_json(first):
        yield from _lines(chain([(number, first)], lines))
    else:
        yield from _object_or_lines(chain([(number, first)], lines))


def _numbered(stream: TextIO) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    return ((number, line) for number, line in enumerate(stream, 1) if line.strip("\ufeff \t\r\n"))


def _is_json(text: str) -> bool:
    try:
        _parse(text)
    except ValueError:
        return False
    return True


def _array(text: str) -> Iterator[Case]:
    try:
        items = _parse(text)
    except ValueError as error:
        raise CaseError(f"the array is not JSON: {error}") from error
    for number, item in enumerate(items, 1):
        yield _case(f"item {number}", item)


def _object_or_lines(lines: Iterator[tuple[int, str]]) -> Iterator[Case]:
    """One object over several lines; or lines of which the first is broken."""
    held: list[tuple[int, str]] = []
    size = 0
    for number, line in lines:
        held.append((number, line))
        size += len(line)
        if size > LONGEST_OBJECT:
            break
    whole = "".join(line for _, line in held)
    if size <= LONGEST_OBJECT and _is_json(whole):
        yield _case("the object", _parse(whole))
    else:
        yield from _lines(chain(held, lines))


def _lines(lines: Iterator[tuple[int, str]]) -> Iterator[Case]:
    for number, line in lines:
        place = f"line {number}"
        try:
            yield _case(place, _parse(line))
        except ValueError as error:
            yield Case(place, problem=f"this is not JSON: {error}")


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
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{twice} is given twice")
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise ValueError(f"{text[:40]} is too large or too small a number") from error


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant, object_pairs_hook=_object)


def _parse(text: str) -> Any:
    try:
        return _DECODER.decode(text if text.isascii() else _utf8(text))
    except RecursionError as error:
        raise ValueError("this is nested too deeply") from error


def _utf8(text: str) -> str:
    """The same text. Raises ValueError where it holds a byte that is not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("there is a byte that is not UTF-8") from error
    return text
