"""The text of a policy: one passage a line, verbatim, each with its id.

A line is ``<prefix><markup> {#id}``. The prefix tells what the passage is (``## `` heading, ``- `` bullet,
``1. `` numbered item, ``> `` quotation, ``| a | b |`` table row, none: paragraph). Lines without a blank
line between them are one paragraph, list or table. The markup is CommonMark emphasis; the quote is the words
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from decisions.core.policy import Passage

Kind = Literal["heading", "paragraph", "bullet", "number", "quotation", "row"]

_LINE = re.compile(r"(?P<body>.*\S)\s*\{#(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)\}\s*")
_PREFIXES: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"(#{1,4}) +"), "heading"),
    (re.compile(r"(-) +"), "bullet"),
    (re.compile(r"(1\.) +"), "number"),
    (re.compile(r"(>) +"), "quotation"),
    (re.compile(r"(\|) *"), "row"),
)
# Nothing but what passages have: whatever else looks like markup in a source is words of it.
MARKDOWN = MarkdownIt("zero", {"html": False}).enable(["emphasis", "escape", "autolink"])


class TextError(ValueError):
    """A line of a text that cannot be used: which passage, why, on which line."""

    def __init__(self, key: str, message: str, line: int) -> None:
        super().__init__(f"{line}: {key}: {message}")
        self.key, self.message, self.line = key, message, line


def parse(text: str) -> dict[str, Passage]:
    """The passages of a text by id, in the order of the text. Raises TextError."""
    found: dict[str, Passage] = {}
    section: tuple[tuple[int, str], ...] = ()
    block, previous = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            previous = ""
            continue
        kind, level, markup, passage_id = _parts(line, number)
        if passage_id in found:
            raise TextError(passage_id, "this id stands twice", number)
        # A heading below a heading is no part of it.
        block += kind != previous or kind == "heading"
        previous = kind
        if kind == "heading":
            section = tuple(entry for entry in section if entry[0] < level)
        path = tuple(heading for _, heading in section)
        quote = cells_or_words(kind, markup)
        found[passage_id] = Passage(passage_id, quote, markup, kind, level, block, path, number)
        if kind == "heading":
            section = (*section, (level, passage_id))
    return found


def _parts(line: str, number: int) -> tuple[Kind, int, str, str]:
    matched = _LINE.fullmatch(line)
    if matched is None:
        raise TextError("", "a passage ends with its id, as in {#an-id}", number)
    body = matched["body"]
    for pattern, kind in _PREFIXES:
        if prefix := pattern.match(body):
            level = len(prefix[1]) if kind == "heading" else 0
            return kind, level, body[prefix.end() :].rstrip(" |" if kind == "row" else None), matched["id"]
    return "paragraph", 0, body, matched["id"]


def cells_or_words(kind: Kind, markup: str) -> str:
    """The words of a passage without its marks; the cells of a row one after the other."""
    if kind == "row":
        return " ".join(filter(None, (words(cell) for cell in cells(markup))))
    return words(markup)


def cells(markup: str) -> tuple[str, ...]:
    """The cells of a table row."""
    return tuple(cell.strip() for cell in markup.split("|"))


def words(markup: str) -> str:
    """Markup as plain text."""
    return "".join(_text(token) for token in MARKDOWN.parseInline(markup))


def _text(token: Token) -> str:
    if token.children is not None:
        return "".join(_text(child) for child in token.children)
    return token.content


LEFT_OUT = "[…]"
"""Stands beside a quote for what was left out of the sentence, list or quotation that it is a part of."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage stands in the sentence, list or quotation that it is a part of: the number of that
    whole in the text, the passage's position in it from 1, and how many parts the whole has.
    """

    whole: int
    part: int
    parts: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A passage as it is quoted: whether parts of its whole were left out before it, and after it."""

    passage: Passage
    before: bool
    after: bool

    @property
    def words(self) -> str:
        """The quote in its marks."""
        marks = (LEFT_OUT * self.before, f"“{self.passage.quote}”", LEFT_OUT * self.after)
        return " ".join(filter(None, marks))


def excerpts(
    text: Mapping[str, Passage], where: Mapping[str, Place], ids: Iterable[str]
) -> Iterator[Excerpt]:
    """Passages as they are quoted one after the other; ``where`` are the places of the text."""
    quoted = [(passage, where[passage]) for passage in ids]
    for i, (passage, here) in enumerate(quoted):
        above = quoted[i - 1][1] if i else None
        below = quoted[i + 1][1] if i + 1 < len(quoted) else None
        goes_on = below is not None and below.whole == here.whole and below.part > here.part
        joins = above is not None and (above.whole, above.part) == (here.whole, here.part - 1)
        yield Excerpt(text[passage], here.part > 1 and not joins, here.part < here.parts and not goes_on)


def places(text: Mapping[str, Passage]) -> dict[str, Place]:
    """Where each passage stands in a sentence, list or quotation that takes up several."""
    wholes: list[list[str]] = []
    last: Passage | None = None
    for passage in text.values():
        if last is not None and _goes_on(last, passage):
            wholes[-1].append(passage.id)
        else:
            wholes.append([passage.id])
        last = passage
    return {
        passage: Place(number, part, len(whole))
        for number, whole in enumerate(wholes)
        for part, passage in enumerate(whole, 1)
    }


def _goes_on(passage: Passage, below: Passage) -> bool:
    """Whether the next passage of a text goes on with the sentence, list or quotation of this one."""
    if "heading" in (passage.kind, below.kind) or "row" in (passage.kind, below.kind):
        return False
    is_open = passage.quote.count("“") > passage.quote.count("”")
    return is_open or leads(passage) or (is_item(passage) and passage.block == below.block)


def leads(passage: Passage) -> bool:
    """Whether a passage begins a sentence that the items below it complete."""
    return passage.kind == "paragraph" and passage.quote.endswith(":") and " " in passage.quote


def is_item(passage: Passage) -> bool:
    """Whether a passage is an item of a list."""
    return passage.kind in ("bullet", "number")
