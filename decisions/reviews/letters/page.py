"""A letter as a page shows and prints it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from decisions.models import Letter
from decisions.reviews.ground.work import Work, may

ITEM, QUOTATION = "- ", "> "
MARKS = {ITEM: "list", QUOTATION: "quote"}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a letter that belong together: text, list or quote. ``title`` is the line above them."""

    kind: str
    lines: tuple[str, ...]
    title: str = ""


def blocks(body: str) -> list[Block]:
    """The text of a letter in blocks, in their order."""
    parts = "\n".join(line.rstrip() for line in body.splitlines()).split("\n\n")
    return [block for part in parts if part.strip() for block in _blocks(part.strip("\n").split("\n"))]


def _blocks(lines: list[str]) -> Iterator[Block]:
    title = ""
    if len(lines) > 1 and lines[0].endswith(":"):
        title, lines = lines[0], lines[1:]
    start = 0
    for end in range(1, len(lines) + 1):
        if end == len(lines) or _kind(lines[end]) != _kind(lines[start]):
            yield Block(_kind(lines[start]), tuple(map(_bare, lines[start:end])), title)
            start, title = end, ""


def _kind(line: str) -> str:
    return MARKS.get(line[:2], "text")


def _bare(line: str) -> str:
    return line[2:] if line[:2] in MARKS else line


class LetterPage:
    """A letter that was issued, for somebody. Without a sight of what is clinical, its text is left out."""

    def __init__(self, work: Work, letter: Letter) -> None:
        self.letter, self.case = letter, work.case
        self.sees_text = may(work.person, "see_clinical", work.case)

    @cached_property
    def blocks(self) -> list[Block]:
        """Its text, as far as the person sees it."""
        return blocks(self.letter.body) if self.sees_text else []
