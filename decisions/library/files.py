"""Reads a file of a policy, and refuses one that cannot be used with its name, the key and the line."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from decisions.library.lines import line_of

T = TypeVar("T")


class PolicyError(ValueError):
    """Something in a policy's files that cannot be used: in which file, at which key, on which line, why."""

    def __init__(self, file: Path | str, key: str, message: str, line: int | None = None) -> None:
        self.file, self.key, self.message, self.line = str(file), key, message, line
        place = f"{file}:{line}" if line else f"{file}"
        super().__init__(f"{place}: {key}: {message}" if key else f"{place}: {message}")


Refuse = Callable[[str, str, str], PolicyError]
"""Makes a refusal of a key, with a message and a word that stands in quotes near the fault."""


def refusal(file: Path, key: str, message: str, near: str = "") -> PolicyError:
    """The refusal of a key of a TOML file, with its line. ``near`` is a word that stands in quotes there."""
    return PolicyError(file, key, message, line_of(text_of(file), key, near))


def bytes_of(file: Path) -> bytes:
    """The file as it is. Raises PolicyError."""
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise PolicyError(file, "", f"this file cannot be read ({reason})") from error


def text_of(file: Path) -> str:
    """The file as text, without a byte order mark, its lines ended as here. Raises PolicyError."""
    content = bytes_of(file).removeprefix(BOM_UTF8)
    try:
        return content.decode().replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyError(file, "", f"this is not UTF-8 text (byte {error.start})", line) from error


def toml_of(file: Path, shape: type[T]) -> T:
    """The file as a record of ``shape``. Raises PolicyError."""
    text = text_of(file)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        line = re.search(r"line (\d+)", str(error))
        last = text.count("\n") + 1 if "end of document" in str(error) else None
        message = "tables are nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise PolicyError(file, "", message, int(line[1]) if line else last) from error
    return shaped(file, data, shape)


def shaped(file: Path, data: Any, shape: type[T], inside: str = "") -> T:
    """What a file holds as a record of ``shape``. ``inside`` is the key at which it stands. Raises
    PolicyError.
    """
    try:
        return msgspec.convert(data, shape, strict=True)
    except msgspec.ValidationError as error:
        message, _, at = str(error).partition(" - at ")
        key = at.strip("`").removeprefix("$.") or _quoted(message)
        raise refusal(file, ".".join(part for part in (inside, key) if part), message) from error


def _quoted(message: str) -> str:
    """The key that a message about a whole record names."""
    named = re.search(r"field `([^`]*)`", message)
    return named[1] if named else ""


def refuse_repeated(file: Path, key: str, ids: Iterable[str]) -> None:
    """Raises PolicyError where an id stands twice."""
    seen: set[str] = set()
    for identifier in ids:
        if identifier in seen:
            raise PolicyError(file, key, f"the id {identifier} stands twice", _last(file, identifier))
        seen.add(identifier)


def _last(file: Path, word: str) -> int | None:
    """The last line on which a word stands in quotes."""
    lines = [n for n, line in enumerate(text_of(file).splitlines(), 1) if f'"{word}"' in line]
    return lines[-1] if lines else None
