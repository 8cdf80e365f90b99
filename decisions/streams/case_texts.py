"""The texts of cases in a stream: one JSON object, a JSON array, or JSON Lines, taken apart as they come.

An array is read whole; lines are not, and each is a text before the next is waited for. Bytes that are not
UTF-8 are kept as lone surrogates, so that a bad line spoils no other.
"""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import chain
from typing import NamedTuple, Protocol

LONGEST_OBJECT = 1_000_000
"""The characters that one object over several lines may have."""
LOOKED_AT_EACH_LINE = 64
"""The lines of an object after which it is looked at again where it ends, or has doubled."""
CHUNK = 1 << 16
_MARK = "\ufeff"
_BLANK = f"{_MARK} \t\r\n"
_DEPTH = {"[": 1, "{": 1, "]": -1, "}": -1}
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},"]', re.DOTALL)
_LENIENT = json.JSONDecoder(parse_int=str, parse_float=str)
"""Tells only where JSON ends: a number may have any size, a key may stand twice."""


class CaseError(ValueError):
    """Input that is not a case; the message says where and what is allowed."""


class Text(NamedTuple):
    """The JSON text of one case, and its place in the input. ``problem`` says why it cannot be one."""

    place: str
    json: str
    problem: str = ""


PAUSE = Text("", "")
"""No case: what has come so far is read, and more may take a while."""


# Lines


class Bytes(Protocol):
    """A stream of bytes without a buffer: it gives what has come, and waits only where nothing has."""

    def read(self, size: int, /) -> bytes | None: ...


def lines_of(stream: Bytes) -> Iterator[str | None]:
    """The lines of a stream without their ends, whatever these are; None each time before it may wait.

    Raises OSError.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    decoder = io.IncrementalNewlineDecoder(utf8, translate=True)
    begun: list[str] = []
    data: bytes | None = b"?"
    while data:
        data = stream.read(CHUNK)
        if data is None:  # nothing has come to a stream that does not wait: no end
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        first, *more = decoder.decode(data, final=not data).split("\n")
        begun.append(first)
        if more:
            yield "".join(begun)
            yield from more[:-1]
            yield None
            begun = more[-1:]
    yield "".join(begun)


Line = tuple[int, str]
_WAIT = (0, "")


def _numbered(lines: Iterable[str | None]) -> Iterator[Line]:
    """The lines that are not blank, with their numbers."""
    number = 0
    for line in lines:
        if line is None:
            yield _WAIT
            continue
        number += 1
        if line.strip(_BLANK):
            yield number, line.lstrip(_MARK)


# Texts


def texts(stream: Iterable[str | None]) -> Iterator[Text]:
    """The text of each case, and PAUSE where more may take a while. Raises CaseError where there is none."""
    lines = _numbered(stream)
    first = next((line for line in lines if line is not _WAIT), None)
    if first is None:
        raise CaseError("the input is empty; a JSON object, a JSON array or JSON Lines are allowed")
    if first[1].lstrip().startswith("["):
        return _items("\n".join([first[1], *(line for _, line in lines)]))
    lines = chain([first], lines)
    return _objects(lines) if _shape(first[1]) is _Shape.BEGUN else _lines(lines)


def _lines(lines: Iterable[Line]) -> Iterator[Text]:
    return (Text(f"line {number}", line) if number else PAUSE for number, line in lines)


def _items(array: str) -> Iterator[Text]:
    """The items of an array, told apart by brackets and commas alone: a bad one spoils no other."""
    ends = _ends(array)
    if array[ends[-1] + 1 :].strip():
        raise CaseError(f"the array is not JSON: it ends in item {len(ends)}, and more follows")
    begins = (array.index("["), *ends[:-1])
    items = (array[begin + 1 : end] for begin, end in zip(begins, ends, strict=True))
    is_empty = len(ends) == 1 and not array[begins[0] + 1 : ends[0]].strip()
    return iter(()) if is_empty else (Text(f"item {n}", item) for n, item in enumerate(items, 1))


def _ends(array: str) -> list[int]:
    """Where each item of an array ends, the last one with the array. Raises CaseError where it does not."""
    depth, ends = 0, []
    for token in _TOKEN.finditer(array):
        depth += _DEPTH.get(token[0], 0)
        if token[0] == '"':
            break
        if depth == 0 or (depth == 1 and token[0] == ","):
            ends.append(token.start())
        if depth == 0:
            return ends
    raise CaseError(f"the array is not JSON: item {len(ends) + 1} or the array has no end")


def _objects(lines: Iterable[Line]) -> Iterator[Text]:
    """Objects that may stand over several lines each.

    What follows a broken one is passed over, up to a line that begins with a brace.
    """
    held, skips = _Held(), False
    for number, line in lines:
        begins = line.lstrip().startswith("{")
        if not number:
            yield PAUSE
        if not number or (skips and not begins):
            continue
        if begins and held.lines and held.shape_with(line) is _Shape.BROKEN:
            yield held.taken()
        held = held if held.lines else _Held(number)
        shape = held.add(line)
        skips = shape is _Shape.BROKEN and held.lines[0].lstrip().startswith("{")
        if shape is not _Shape.BEGUN:
            yield held.taken()
    if held.lines:
        yield held.taken()


class _Shape(Enum):
    """How far a JSON object has come."""

    BEGUN = auto()
    WHOLE = auto()
    BROKEN = auto()


def _shape(text: str) -> _Shape:
    """Whether a text is JSON, can be the beginning of an object, or neither. Its contents do not matter."""
    try:
        _LENIENT.decode(text)
    except json.JSONDecodeError as error:
        goes_on = text.lstrip().startswith("{") and error.pos >= len(text.rstrip())
        return _Shape.BEGUN if goes_on else _Shape.BROKEN
    except RecursionError:
        return _Shape.BROKEN
    return _Shape.WHOLE


class _Held:
    """The lines of an object, as far as it has come, and the number of the first."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.lines: list[str] = []
        self._size = self._depth = self._looked_at = 0

    def add(self, line: str) -> _Shape:
        """The shape of what is held, with this line."""
        self.lines.append(line)
        self._size += len(line)
        self._depth += sum(_DEPTH.get(token, 0) for token in _TOKEN.findall(line))
        if self._size > LONGEST_OBJECT:
            return _Shape.BROKEN
        # A long object is not read anew at each of its lines.
        count = len(self.lines)
        if self._depth > 0 and LOOKED_AT_EACH_LINE < count < 2 * self._looked_at:
            return _Shape.BEGUN
        self._looked_at = count
        return _shape("\n".join(self.lines))

    def shape_with(self, line: str) -> _Shape:
        """The shape that what is held would have with another line."""
        return _shape("\n".join([*self.lines, line]))

    def taken(self) -> Text:
        """What was held; afterwards nothing is."""
        place = f"line {self.number}" if len(self.lines) == 1 else f"the object on line {self.number}"
        most = f"an object over several lines may have up to {LONGEST_OBJECT:,} characters"
        text = Text(place, "\n".join(self.lines), most if self._size > LONGEST_OBJECT else "")
        self.lines = []
        return text
