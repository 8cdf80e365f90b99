"""Whether the words of a passage stand in a source as it was converted to plain text.

What a conversion adds is left out on both sides: printed line numbers, marks of emphasis, headings, lists
and links, and every blank and line break. What is left must stand in the source character for character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from decisions.core.policy import Passage

_NUMBERED = re.compile(r"\s*(?:- |#+ )?(\d{1,2})(?:\s|$)")
_LINK = re.compile(r"\[([^\]\s]+)\]\(https?://[^)\s]+(?:\([^)\s]*\)[^)\s]*)*\)")
_ADDRESS = re.compile(r"<(https?://[^\s>]+)>")
_MARKS = re.compile(r"[\s*#•|\\\[\]]|^- ", re.MULTILINE)
_LAST_OF_A_PAGE = 30


def not_found(passages: Iterable[Passage], source: str) -> Iterator[Passage]:
    """The passages whose words do not stand in the source."""
    whole = squeezed(without_line_numbers(source))
    for passage in passages:
        if squeezed(passage.quote) not in whole:
            yield passage


def squeezed(text: str) -> str:
    """The characters of a text without blanks and without the marks of a conversion."""
    return _MARKS.sub("", _ADDRESS.sub(r"\1", _LINK.sub(r"\1", text)))


def without_line_numbers(source: str) -> str:
    """The source without the line numbers that a printed page carries beside its text.

    A number counts as one only where it is one or two above the last: a blank line may have taken one, and a
    paragraph may begin with a number of its own.
    """
    kept: list[str] = []
    previous = 0
    for line in source.splitlines():
        found = _NUMBERED.match(line)
        number = int(found[1]) if found else 0
        # A 1 in the midst of a page is the first item of a list, and a part of the text.
        starts_page = number == 1 and (previous == 0 or previous >= _LAST_OF_A_PAGE)
        if found and (starts_page or previous < number <= previous + 2):
            previous = number
            line = line[found.end() :]
        kept.append(line)
    return "\n".join(kept)
