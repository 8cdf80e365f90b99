"""A policy's text made ready for the page: its blocks, its contents, and the notes in the margin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.safestring import SafeString

from decisions.browse import markup
from decisions.browse.usage import Uses, uses
from decisions.core.policy import Citation, Passage, Policy
from decisions.library import Library
from decisions.library.passages import cells

LEAD_WORDS = 5
"""So many of its first words name a passage in the margin."""


@dataclass(frozen=True, slots=True)
class Item:
    """A passage as shown. ``html`` is its words; a table row has ``cells`` instead."""

    passage: Passage
    html: SafeString
    cells: tuple[SafeString, ...]
    uses: Uses | None
    remarks: tuple[tuple[str, str], ...]

    @property
    def noted(self) -> bool:
        return bool(self.uses or self.remarks)

    @property
    def lead(self) -> str:
        """The first words of the passage."""
        return lead(self.passage)


@dataclass(frozen=True, slots=True)
class Block:
    """Passages that stand together: a heading, a paragraph, a list, a table or a quotation."""

    kind: str
    items: tuple[Item, ...]
    header: Item | None = None

    @property
    def tag(self) -> str:
        """The element of a heading. The page's own title is the first level."""
        return f"h{min(self.items[0].passage.level + 1, 6)}"

    @property
    def several(self) -> bool:
        """Whether a note must say which of the passages it is about."""
        return len(self.items) > 1

    @property
    def noted(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.noted)


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading in the contents, with those beneath it."""

    passage: Passage
    entries: tuple[Entry, ...]


def lead(passage: Passage) -> str:
    """The first words of a passage, to name it by."""
    words = passage.quote.split()
    return " ".join(words[:LEAD_WORDS]) + ("…" if len(words) > LEAD_WORDS else "")


def place(policy: Policy, passage: Passage) -> str:
    """Where a passage stands: the headings above it, but for the text's own title."""
    headings = [policy.passages[heading] for heading in passage.section]
    return " › ".join(heading.quote for heading in headings if heading.level > 1)


def blocks(library: Library, policy: Policy) -> tuple[Block, ...]:
    """The whole text in order."""
    used = uses(policy)
    cited: dict[str, list[Citation]] = defaultdict(list)
    for citation in policy.citations:
        cited[citation.passage].append(citation)
    items = (
        _item(library, policy, passage, used.get(passage.id), cited[passage.id])
        for passage in policy.passages.values()
    )
    coded = {row.passage for row in policy.codes}
    return tuple(
        _block(tuple(group), coded) for _, group in groupby(items, key=lambda item: item.passage.block)
    )


def _item(
    library: Library, policy: Policy, passage: Passage, used: Uses | None, citations: Sequence[Citation]
) -> Item:
    remarks = tuple((_printed(c), c.note) for c in citations if c.note or not c.reference)
    if passage.kind == "row":
        rendered = tuple(markup.render(library, policy, cell, citations) for cell in cells(passage.markup))
        return Item(passage, SafeString(), rendered, used, remarks)
    html = markup.render(library, policy, passage.markup, citations)
    return Item(passage, html, (), used, remarks)


def _printed(citation: Citation) -> str:
    """A citation in the margin, with what becomes of it."""
    several = citation.year and citation.year != citation.as_printed.strip("()")
    year = f" ({citation.year})" if several and citation.as_printed.count(",") > 1 else ""
    lost = "" if citation.reference else f" {markup.DOES_NOT_RESOLVE}"
    return f"“{citation.as_printed}”{year}{lost}"


def _block(items: tuple[Item, ...], coded: set[str]) -> Block:
    kind = items[0].passage.kind
    headed = kind == "row" and len(items) > 1 and items[0].passage.id not in coded
    return Block(kind, items[1:], items[0]) if headed else Block(kind, items)


def contents(policy: Policy) -> tuple[Entry, ...]:
    """The headings of the text below its title, nested."""
    headings = [p for p in policy.passages.values() if p.kind == "heading" and p.level > 1]
    return tuple(_entries(headings))


def _entries(headings: Sequence[Passage]) -> Iterator[Entry]:
    rest = list(headings)
    while rest:
        first = rest.pop(0)
        inner = []
        while rest and rest[0].level > first.level:
            inner.append(rest.pop(0))
        yield Entry(first, tuple(_entries(inner)))
