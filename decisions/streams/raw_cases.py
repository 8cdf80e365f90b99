"""Cases as JSON: one object each, and why one cannot be used.

An object with the key ``answers`` is a case, any other is bare answers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decisions.core import days
from decisions.core.refusals import shown
from decisions.streams.case_texts import PAUSE, CaseError, Text, texts


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
        """How a complaint names it: by its id as JSON has it, a text without its quotes."""
        if self.id is None:
            return self.place
        return f"case {self.id if isinstance(self.id, str) else shown(self.id)}"


def read(stream: Iterable[str]) -> Iterator[Case]:
    """Every case of a stream of lines, good or not. Raises CaseError where the input as a whole is none."""
    return (case_of(text) for text in texts(stream) if text is not PAUSE)


def case_of(text: Text) -> Case:
    """The case that a text holds, or why it holds none."""
    if text.problem:
        return Case(text.place, problem=text.problem)
    try:
        return _case(text.place, _parse(text.json))
    except ValueError as error:
        return Case(text.place, problem=f"this is not JSON: {error}")


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
    if found := days.written(text):
        return found
    if either := days.either(str(text)):
        raise CaseError(f"{text} has its year last; write {either}")
    raise CaseError(f"{shown(text)} is not a day of the calendar; allowed: YYYY-MM-DD")


class _RefusedError(ValueError):
    """JSON that is not taken, in words for a person."""


def _constant(name: str) -> Any:
    raise _RefusedError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _RefusedError(f"{twice} is given twice")
    return found


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError as error:
        raise _RefusedError(f"{text[:40]} is too large or too small a number") from error


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant, object_pairs_hook=_object)


def _parse(text: str) -> Any:
    """The JSON of a text. Raises ValueError in words for a person."""
    if not text.isascii():
        _refuse_bytes(text)
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise _RefusedError("this is nested too deeply") from error
    except json.JSONDecodeError as error:
        line = f"line {error.lineno} of it, " if error.lineno > 1 else ""
        raise _RefusedError(f"{error.msg} ({line}character {error.colno})") from error
    except _RefusedError:
        raise
    except ValueError as error:  # of a whole number, which Python does not read from any number of figures
        raise _RefusedError("a number has too many figures") from error


def _refuse_bytes(text: str) -> None:
    """Raises ValueError where the text holds a byte that is not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _RefusedError("there is a byte that is not UTF-8") from error
