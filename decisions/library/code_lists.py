"""Reads the code tables of an edition."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from decisions.core import code_systems
from decisions.core import policy as p
from decisions.library.files import PolicyError, text_of
from decisions.library.passages import cells, words

COLUMNS = ["system", "first", "last", "passage", "criteria"]
_SPELLINGS = {
    code_systems.CPT: (code_systems.procedure, re.compile(code_systems.PROCEDURE_CODE)),
    code_systems.ICD10CM: (code_systems.diagnosis, re.compile(code_systems.DIAGNOSIS_CODE)),
}


def printed_procedures(policy: p.Policy) -> Iterator[tuple[str, str]]:
    """Each procedure code that a table of the policy names, and its name there."""
    for row in policy.codes:
        if row.system == code_systems.CPT and not row.last:
            _, *rest = cells(policy.passages[row.passage].markup)
            yield row.first, words(" ".join(rest)).strip(" ;")


def read_codes(file: Path, passages: Collection[str], criteria: Collection[str]) -> tuple[p.CodeRow, ...]:
    """The printed rows of the code tables. Raises PolicyError."""
    lines = csv.reader(io.StringIO(text_of(file), newline=""), strict=True)
    try:
        if next(lines, None) != COLUMNS:
            raise PolicyError(file, "", f"the columns are {', '.join(COLUMNS)}", 1)
        rows = [(lines.line_num, line) for line in lines if line]
    except csv.Error as error:
        raise PolicyError(file, "", f"this is not CSV: {error}", lines.line_num) from error
    found: dict[tuple[str, str, str], p.CodeRow] = {}
    for number, line in rows:
        row = _row(file, number, line, passages, criteria)
        key = (row.system, row.first, row.last)
        if key in found:
            raise PolicyError(file, "first", f"{row.first} stands twice", number)
        found[key] = row
    return tuple(found.values())


def _row(
    file: Path, line: int, cells: list[str], passages: Collection[str], criteria: Collection[str]
) -> p.CodeRow:
    if len(cells) != len(COLUMNS):
        raise PolicyError(file, "", f"a row has {len(COLUMNS)} cells, not {len(cells)}", line)
    system, first, last, passage, listed_for = cells
    if system not in _SPELLINGS:
        raise PolicyError(file, "system", f"{system} is not {' or '.join(_SPELLINGS)}", line)
    if passage not in passages:
        raise PolicyError(file, "passage", f"there is no passage {passage}", line)
    for criterion in listed_for.split():
        if criterion != "*" and criterion not in criteria:
            raise PolicyError(file, "criteria", f"there is no criterion {criterion}", line)
    low = _code(file, "first", line, system, first)
    high = _code(file, "last", line, system, last) if last else ""
    if high and not low <= high:
        raise PolicyError(file, "last", f"{high} comes before {low}", line)
    return p.CodeRow(system, low, high, passage, tuple(listed_for.split()))


def _code(file: Path, key: str, line: int, system: str, text: str) -> str:
    canonical, shape = _SPELLINGS[system]
    if not shape.fullmatch(canonical(text)):
        raise PolicyError(file, key, f"{text!r} is not a code of {system}", line)
    return canonical(text)
