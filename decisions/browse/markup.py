"""A passage as HTML: its emphasis and links, and its citations led to the entries that they name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it.token import Token

from decisions.core.policy import Citation, Policy
from decisions.library import Library
from decisions.library.passages import MARKDOWN
from decisions.services import address

DOES_NOT_RESOLVE = "does not resolve"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a citation leads: an address, and in words what a reader must know of it."""

    link: str
    remark: str


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a passage that is a citation."""

    start: int
    end: int
    citation: Citation


@dataclass(frozen=True, slots=True)
class Run:
    """Words with the same marks around them."""

    text: str
    marks: tuple[tuple[str, str], ...]


def target(library: Library, policy: Policy, citation: Citation) -> Target:
    """The entry that a citation names, in this policy's list or in another's."""
    if not citation.reference:
        return Target("", DOES_NOT_RESOLVE)
    holder, entry = library.reference(citation.reference, policy)
    link = address(holder, "references", entry.id)
    return Target(link, "" if holder.id == policy.id else listed_in(holder))


def listed_in(holder: Policy) -> str:
    """Whose list of references an entry stands in."""
    return f"listed in the {holder.source.short}"


def render(library: Library, policy: Policy, markup: str, citations: Sequence[Citation]) -> SafeString:
    """Markup as HTML. Each citation that stands in these words is led to its entry or marked."""
    runs = tuple(_runs(MARKDOWN.parseInline(markup)))
    found = spans("".join(run.text for run in runs), citations)
    return SafeString("".join(_pieces(library, policy, runs, found)))


def _runs(tokens: Sequence[Token]) -> Iterator[Run]:
    marks: list[tuple[str, str]] = []
    for token in tokens:
        if token.children is not None:
            yield from _runs(token.children)
        elif token.nesting == 1:
            marks.append(_mark(token))
        elif token.nesting == -1:
            marks.pop()
        elif token.content:
            yield Run(token.content, tuple(marks))


def _mark(token: Token) -> tuple[str, str]:
    if token.tag == "a":
        opening = format_html('<a href="{}" rel="noreferrer">', token.attrGet("href"))
        return opening, "</a>"
    return f"<{token.tag}>", f"</{token.tag}>"


def spans(text: str, citations: Sequence[Citation]) -> tuple[Span, ...]:
    """Where the citations stand in a text, in order. One that stands nowhere in it is left out.

    Several years printed as one citation ("2007, 2016") are told apart by their years.
    """
    found: list[Span] = []
    for group in _rounds(citations):
        printed = group[0].as_printed
        start = _free(text, printed, found)
        if start >= 0:
            found += (Span(start + a, start + b, citation) for a, b, citation in _split(printed, group))
    return tuple(sorted(found, key=lambda span: span.start))


def _rounds(citations: Sequence[Citation]) -> Iterator[list[Citation]]:
    """Citations printed as one, together; the same one printed again begins anew."""
    groups: list[list[Citation]] = []
    for citation in citations:
        for group in groups:
            same = group[0].as_printed == citation.as_printed
            if same and citation.year in citation.as_printed and citation.year not in _years(group):
                group.append(citation)
                break
        else:
            groups.append([citation])
    yield from groups


def _years(group: Sequence[Citation]) -> list[str]:
    return [citation.year for citation in group]


def _free(text: str, printed: str, taken: Sequence[Span]) -> int:
    """The first place where the words stand and nothing is marked yet, else -1."""
    start = text.find(printed)
    while start >= 0 and any(start < span.end and span.start < start + len(printed) for span in taken):
        start = text.find(printed, start + 1)
    return start


def _split(printed: str, group: Sequence[Citation]) -> Iterator[tuple[int, int, Citation]]:
    """The part of the printed words that belongs to each year."""
    ordered = sorted(group, key=lambda citation: printed.find(citation.year))
    begin = 0
    for number, citation in enumerate(ordered):
        at = printed.find(citation.year)
        start = begin if number == 0 else max(begin, at)
        last = number == len(ordered) - 1
        end = len(printed) if last else max(start, at + len(citation.year))
        yield start, end, citation
        begin = end


def _pieces(
    library: Library, policy: Policy, runs: Sequence[Run], found: Sequence[Span]
) -> Iterator[SafeString]:
    here = 0
    end = sum(len(run.text) for run in runs)
    for span in found:
        yield _cut(runs, here, span.start)
        yield _cited(_cut(runs, span.start, span.end), target(library, policy, span.citation))
        here = span.end
    yield _cut(runs, here, end)


def _cited(words: SafeString, target: Target) -> SafeString:
    remark = format_html('<span class="tag cite-remark"> {}</span>', target.remark) if target.remark else ""
    if target.link:
        return format_html('<a class="cite" href="{}">{}</a>{}', target.link, words, remark)
    return format_html('<span class="cite-lost">{}</span>{}', words, remark)


def _cut(runs: Sequence[Run], start: int, end: int) -> SafeString:
    """The HTML of the words from one place to another."""
    parts, at = [], 0
    for run in runs:
        words = run.text[max(0, start - at) : max(0, end - at)]
        if words:
            opening = "".join(mark[0] for mark in run.marks)
            closing = "".join(mark[1] for mark in reversed(run.marks))
            parts.append(f"{opening}{escape(words)}{closing}")
        at += len(run.text)
    return mark_safe("".join(parts))  # noqa: S308 (every word is escaped above; the marks are ours)
