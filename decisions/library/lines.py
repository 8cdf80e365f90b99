"""Where in a TOML file a key stands, so that a refusal can name the line. The parser does not tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"\s*(?:([A-Za-z0-9_-]+)|\"([^\"]+)\")\s*=\s*(?:\"([^\"]*)\")?")


def line_of(text: str, key: str, near: str = "") -> int | None:
    """The line of a key such as ``criteria.infant.when`` or ``criteria[3].when``, or of what holds it.

    An item of a list is named by its place or by its id. ``near`` is a word that stands in quotes there.
    """
    lines = text.splitlines()
    marks = list(_landmarks(lines))
    leading = [(len(path), line, path) for line, path in marks if _leads_to(path, key)]
    if not leading:
        return next(_quoting(lines, near, 1), None) if near else None
    _, start, best = max(leading, key=lambda mark: mark[0])
    inside = {line for line, path in marks if _leads_to(best, path)}
    after = (line for line, _ in marks if line > start and line not in inside)
    end = next(after, len(lines) + 1)
    found = next(_quoting(lines[: end - 1], near, start), None) if near else None
    return found or start


def _leads_to(path: str, key: str) -> bool:
    return key == path or (key.startswith(path) and key[len(path)] in ".[")


def _quoting(lines: list[str], word: str, first: int) -> Iterator[int]:
    return (number for number, line in enumerate(lines, 1) if number >= first and f'"{word}"' in line)


def _landmarks(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The line and path of every table and key; an item of a list by its place, and once more by its id."""
    counts: Counter[str] = Counter()
    named: dict[str, str] = {}
    table, opened = "", 0
    for number, line in enumerate(lines, 1):
        if header := _HEADER.fullmatch(line):
            table = _place(header[2], header[1] == "[[", counts)
            opened = number
            yield from ((number, path) for path in {table, _by_id(table, named)})
        elif key := _KEY.match(line):
            name = key[1] or key[2]
            if name == "id" and table.endswith("]"):
                named[table] = f"{_by_id(table, named).rpartition('[')[0]}.{key[3]}"
                yield opened, named[table]
            for holder in {table, _by_id(table, named)}:
                yield number, f"{holder}.{name}" if holder else name


def _place(name: str, in_list: bool, counts: Counter[str]) -> str:
    """The path of a header: each list on the way with the place of its item at hand."""
    path = ""
    parts = name.replace('"', "").split(".")
    for i, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if in_list and i == len(parts) - 1:
            counts[path] += 1
        if counts[path]:
            path = f"{path}[{counts[path] - 1}]"
    return path


def _by_id(path: str, named: dict[str, str]) -> str:
    """A path with the item of its first list named by its id, where it has one."""
    for place, name in named.items():
        if _leads_to(place, path):
            return name + path[len(place) :]
    return path
