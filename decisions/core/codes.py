"""How CPT and ICD-10-CM codes are spelled, and which codes lie in a printed range. Holds no list of codes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase

_CATEGORY = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])"
_SUBDIVISION = r"[0-9A-Z]{1,4}"

DIAGNOSIS_CODE = rf"{_CATEGORY}(?:\.{_SUBDIVISION})?"
"""Pattern of an ICD-10-CM code in its canonical spelling, such as C4A, QA0.0101 or S06.0X0A."""

_TYPED_DIAGNOSIS = re.compile(rf"({_CATEGORY})(?:\.?({_SUBDIVISION}))?")
_TYPED_PROCEDURE = re.compile(r"([0-9A-Z]{5})(?:-[0-9A-Z]{2})*")

# str.upper() would turn some letters of other alphabets into A-Z, and so a mistyped code into a real one.
_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)


def _clean(text: str) -> str:
    return "".join(text.split()).translate(_UPPER)


def procedure(text: str) -> str:
    """The CPT code in ``text``: no white space, upper case, no modifiers. Malformed text is only cleaned."""
    cleaned = _clean(text)
    typed = _TYPED_PROCEDURE.fullmatch(cleaned)
    return typed[1] if typed else cleaned


def diagnosis(text: str) -> str:
    """The ICD-10-CM code in ``text``: no white space, upper case, dotted. Malformed text is only cleaned."""
    cleaned = _clean(text)
    typed = _TYPED_DIAGNOSIS.fullmatch(cleaned)
    if typed is None:
        return cleaned
    category, subdivision = typed.groups()
    return f"{category}.{subdivision}" if subdivision else category


def lies_between(code: str, first: str, last: str) -> bool:
    """Whether ``code`` is one of the range's ends, between them, or a subdivision of its last end.

    All three are canonical, so that their dots stand in the same place. They are compared character by
    character, digits before letters.
    """
    return first <= code and (code <= last or code.startswith(last))


def expand(first: str, last: str, codes: Iterable[str]) -> tuple[str, ...]:
    """Those of ``codes`` that lie in the range, once each, in code order. See ``lies_between``."""
    return tuple(sorted({code for code in codes if lies_between(code, first, last)}))


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One edition of a code set. Codes are asked for in their canonical spelling.

    ``last_day`` is the last day in force, ``None`` where that is open.
    ``codes`` holds for each code whether it is billable, and its description.
    """

    name: str
    first_day: datetime.date
    last_day: datetime.date | None
    source: str
    codes: Mapping[str, tuple[bool, str]] = field(repr=False, compare=False)

    def covers(self, day: datetime.date) -> bool:
        """Whether the edition is in force on that day, its first and last day included."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def knows(self, code: str) -> bool:
        """Whether the edition has the code, billable or not."""
        return code in self.codes

    def is_billable(self, code: str) -> bool:
        """Whether the edition has the code as one that may stand on a claim."""
        found = self.codes.get(code)
        return found is not None and found[0]

    def description(self, code: str) -> str:
        """The edition's words for the code. Raises ``KeyError`` for a code it does not have."""
        return self.codes[code][1]
