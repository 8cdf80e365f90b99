"""A policy's code tables: every printed row with the codes it stands for and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from decisions.browse import reader
from decisions.core.code_systems import CodeSet, expand
from decisions.core.policy import CodeRow, Passage, Policy
from decisions.library.passages import cells as cells_of
from decisions.library.passages import words
from decisions.telling.sentences import listed

AT_MOST = 200
"""Of a range, so many codes are written out; the filter finds the others."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the code set. ``billable`` is false for a heading of the set, and for what it lacks."""

    code: str
    description: str
    billable: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row. ``codes`` are those of the code set that it stands for; none for CPT."""

    row: CodeRow
    passage: Passage
    printed: str
    words: str
    listed_for: str
    codes: tuple[Code, ...]
    more: int = 0

    @property
    def is_range(self) -> bool:
        return bool(self.row.last)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one system that stand under the same headings."""

    system: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


@lru_cache(maxsize=1024)
def _in_range(first: str, last: str, codes: CodeSet) -> tuple[str, ...]:
    return expand(first, last, codes.codes)


def tables(policy: Policy, codes: CodeSet, wanted: str = "") -> tuple[Table, ...]:
    """The policy's tables in the order of the text, with only the rows that a filter finds."""
    common = _common(policy)
    found = []
    for (section, system), rows in groupby(policy.codes, key=lambda row: (_section(policy, row), row.system)):
        headings = tuple(policy.passages[heading].quote for heading in section[len(common) :])
        kept = tuple(kept for row in rows if (kept := _filtered(_row(policy, row, codes), wanted)))
        if kept:
            found.append(Table(system, headings, kept))
    return tuple(found)


def counted(tables: Sequence[Table]) -> str:
    """How many rows are shown, in a sentence."""
    rows = sum(len(table.rows) for table in tables)
    return f"{rows} {'row' if rows == 1 else 'rows'}."


def around(policy: Policy) -> tuple[tuple[Passage, str], ...]:
    """What else the text says in the section of the codes, each passage with its place."""
    common = _common(policy)
    if not common:
        return ()
    known = {row.passage for row in policy.codes} | _heads(policy)
    return tuple(
        (passage, reader.place(policy, passage))
        for passage in policy.passages.values()
        if passage.section[: len(common)] == common and passage.id not in known and passage.kind != "heading"
    )


def _heads(policy: Policy) -> set[str]:
    """The rows that are the head of a table: the first of several."""
    rows = [passage for passage in policy.passages.values() if passage.kind == "row"]
    tables = [list(table) for _, table in groupby(rows, key=lambda passage: passage.block)]
    return {table[0].id for table in tables if len(table) > 1}


def list_rule(policy: Policy) -> str:
    """When the list of diagnoses counts, in words; empty where there is none."""
    rule = policy.diagnosis_list
    if rule is None:
        return ""
    titles = [policy.criterion(criterion).title for criterion in rule.not_for]
    other = f"a criterion other than “{listed(titles)}”" if titles else "a criterion"
    return (
        f"The list of diagnoses counts when procedure {rule.procedure} is asked for, "
        f"or when no procedure is named and {other} is met."
    )


def _section(policy: Policy, row: CodeRow) -> tuple[str, ...]:
    return policy.passages[row.passage].section


def _common(policy: Policy) -> tuple[str, ...]:
    """The headings that stand above every row of every table."""
    sections = [_section(policy, row) for row in policy.codes]
    shared = []
    for headings in zip(*sections, strict=False):
        if len(set(headings)) > 1:
            break
        shared.append(headings[0])
    return tuple(shared)


def _row(policy: Policy, row: CodeRow, codes: CodeSet) -> Row:
    passage = policy.passages[row.passage]
    cells = cells_of(passage.markup) if passage.kind == "row" else (passage.markup,)
    printed = f"{row.first}-{row.last}" if row.last else row.first
    said = " ".join(words(cell) for cell in cells[1:]) if len(cells) > 1 else words(cells[0])
    every = row.criteria == ("*",)
    titles = () if every else tuple(policy.criterion(criterion).title for criterion in row.criteria)
    known = _codes(row, codes)
    return Row(row, passage, printed, said, "Every criterion" if every else listed(titles, "and"), known)


def _codes(row: CodeRow, codes: CodeSet) -> tuple[Code, ...]:
    if row.system != "ICD-10-CM":
        return ()
    names = _in_range(row.first, row.last, codes) if row.last else (row.first,)
    return tuple(
        Code(name, codes.description(name) if codes.knows(name) else "", codes.is_billable(name))
        for name in names
    )


def _filtered(row: Row, wanted: str) -> Row | None:
    """The row with the codes that a filter finds; all of them where it finds the row's own words."""
    if _matches(wanted, row.row.first, row.words) or _matches(wanted, row.row.last, row.words):
        kept = row.codes
    else:
        kept = tuple(code for code in row.codes if _matches(wanted, code.code, code.description))
        if not kept:
            return None
    return replace(row, codes=kept[:AT_MOST], more=max(0, len(kept) - AT_MOST))


def _matches(wanted: str, code: str, text: str) -> bool:
    """Whether a code begins with what is wanted, or a text has every word of it."""
    needle = "".join(wanted.split()).replace(".", "").casefold()
    found = bool(code) and code.replace(".", "").casefold().startswith(needle)
    return found or all(word in text.casefold() for word in wanted.casefold().split())
