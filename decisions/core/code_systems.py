"""How CPT and ICD-10-CM codes are spelled, and which codes lie in a printed range. Holds no list of codes.

Codes are pasted from charts, claims and web pages. ``split`` is the one place that says where a code begins
and ends in such a text; ``procedure`` and ``diagnosis`` say which code a text of one code means.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

_CATEGORY = r"[A-Z](?:[0-9][0-9A-Z]|[A-Z][0-9])"
_SUBDIVISION = r"[0-9A-Z]{1,4}"

DIAGNOSIS_CODE = rf"{_CATEGORY}(?:\.{_SUBDIVISION})?"
"""Pattern of an ICD-10-CM code in its canonical spelling, such as C4A, QA0.0101 or S06.0X0A."""

PROCEDURE_CODE = r"(?=[A-Z]*[0-9])[0-9A-Z]{5}"
"""Pattern of a CPT code in its canonical spelling: five characters, one of them a digit at least."""

CPT, ICD10CM = "CPT", "ICD-10-CM"

# str.upper() would turn some letters of other alphabets into A-Z, and so a mistyped code into a real one.
_UPPER = str.maketrans(ascii_lowercase, ascii_uppercase)


class Split(NamedTuple):
    """What stands in a text: the codes as they were typed, one in each, and the words, which are none."""

    codes: tuple[str, ...]
    words: tuple[str, ...]


# What is seen of a text

_DASHES = frozenset("\u02d7\u2043\u207b\u208b\u2212")
_COLONS = frozenset("\u02d0\u2236\ua789\ufe13\ufe55")
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_FULL_WIDTH_TO_ASCII = 0xFF01 - ord("!")
# Besides the format characters, what Unicode calls ignorable: joiners, fillers, variation selectors, and what
# is kept free for more of them.
_FILLERS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0, 0x1D159)).union(
    range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xFFF0, 0xFFF9), range(0xE0000, 0xE1000)
)


class _Seen(dict[int, str | None]):
    """Each character as it counts in a code: None for what cannot be seen, a blank for a sign of no meaning.

    Letters and digits of other alphabets stay: they are no part of a code, and must not become one.
    """

    def __missing__(self, point: int) -> str | None:
        found = _as_seen(chr(point))
        if len(self) < REMEMBERED:
            self[point] = found
        return found


def _as_seen(character: str) -> str | None:
    point, kind = ord(character), unicodedata.category(character)
    if character.isspace():
        return " "
    if kind in ("Cf", "Cc") or point in _FILLERS:
        return None
    if point < 0x80:
        return character
    if point in _FULL_WIDTH:
        return chr(point - _FULL_WIDTH_TO_ASCII)
    if kind == "Pd" or character in _DASHES:
        return "-"
    if character in _COLONS:
        return ":"
    return " " if kind[0] in "PSC" else character


REMEMBERED = 4096
"""How many characters are kept at hand with what is seen of them."""
_SEEN = _Seen()
_AROUND = str.maketrans(dict.fromkeys("()[]{}<>\"'`*/+&~=", " "))
# A soft hyphen cannot be seen inside a code. Between a code and its modifier it is the hyphen it is named.
_SOFT = re.compile(r"(?<![0-9A-Z])([0-9A-Z]{5})\u00ad(?=[0-9A-Z]{2}(?![0-9A-Z]))", re.ASCII | re.IGNORECASE)


def _plain(text: str) -> str:
    """The text in ASCII where it can be, without what cannot be seen."""
    return _SOFT.sub(r"\1-", text).translate(_SEEN)


_CASELESS = re.ASCII | re.IGNORECASE
_LABEL = re.compile(
    r"(?<![0-9A-Z])(?<![0-9A-Z][:.-])"
    r"(?:(?:(?:ICD[ -]?(?:9|10)(?:[ -]?CM)?|[A-Z]+) *:+|(?:ICD-?10(?:-?CM)?|CPT|HCPCS)(?![0-9A-Z])) *)+",
    _CASELESS,
)
"""What a code is called in front of it: ``ICD-10-CM:``, ``Diagnosis:``, or a qualifier of X12, ``ABK:``."""
_NUMBERED = re.compile(
    r"(?<![0-9A-Z.])(?<![0-9A-Z][:-])"
    r"(?:\(?[0-9]{1,2}\)|[A-Z]\) |(?:[0-9]{1,2}|[A-Z])\. +|[0-9]{1,2}\.(?=[A-Z][0-9]))",
    _CASELESS,
)
"""The number of an item in a list, or its letter: ``1. Q82.6``, ``(2) Q06.8``."""
_EDGES = "-:."


# One code

_TYPED_DIAGNOSIS = re.compile(rf"({_CATEGORY})(?:\.?({_SUBDIVISION}))?")
_ENDED = r"(?![0-9A-Z])"
_MODIFIER = rf"(?: *[-:] *[0-9A-Z] *[0-9A-Z]| +[0-9A-Z]{{2}}){_ENDED}"
_TYPED_PROCEDURE = re.compile(rf"([0-9A-Z](?: *[0-9A-Z]){{4}})(?:{_MODIFIER})*[ :]*")


def _unlabelled(text: str) -> str:
    """A text of one code without brackets and label, in upper case."""
    return _LABEL.sub("", _plain(text).translate(_AROUND)).translate(_UPPER)


def _clean(text: str) -> str:
    return _LABEL.sub("", "".join(_unlabelled(text).split()))


def procedure(text: str) -> str:
    """The CPT code in ``text``: no white space, upper case, no label, no modifiers.

    A modifier is two characters after the five of the code and any dash, a colon or a blank. Malformed text
    is only cleaned.
    """
    typed = _TYPED_PROCEDURE.fullmatch(_unlabelled(text).strip())
    return "".join(typed[1].split()) if typed else _clean(text)


def diagnosis(text: str) -> str:
    """The ICD-10-CM code in ``text``: no white space, upper case, no label, dotted. Malformed text is only
    cleaned.
    """
    cleaned = _clean(text)
    typed = _TYPED_DIAGNOSIS.fullmatch(cleaned)
    if typed is None:
        return cleaned
    category, subdivision = typed.groups()
    return f"{category}.{subdivision}" if subdivision else category


# Several codes

_PROCEDURE = re.compile(PROCEDURE_CODE)
_DIAGNOSIS = re.compile(DIAGNOSIS_CODE)
_JOINED_PROCEDURE = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}")
"""A code whose characters may have stood apart. Stricter, or ``see 76`` would be one."""
_PROCEDURE_PIECE = re.compile(rf"{PROCEDURE_CODE}(?:{_MODIFIER})*(?=[-:.]*(?:\s|$))|\S+", _CASELESS)
_BEGUN_DIAGNOSIS = re.compile(r"[A-Z](?:[0-9][0-9A-Z]?|[A-Z][0-9])?\.?", _CASELESS)
_APART = re.compile(r"[,;|]")


def split(text: str, system: str) -> Split:
    """The codes and the words of a text that people typed or pasted, for CPT or ICD10CM.

    Codes are apart by blanks, commas, semicolons, bullets, brackets and the like. Two characters after a
    procedure code and a blank are its modifier, so ``76800 26 59`` is one code and ``76800 62270`` are two. A
    piece with a digit that is no code is kept among the codes, malformed as it is.
    """
    pieces = _procedures if system == CPT else _diagnoses
    found = [piece for part in _APART.split(_bare(text)) for piece in pieces(part)]
    coded = (piece for piece in found if not is_word(piece))
    return Split(tuple(coded), tuple(filter(is_word, found)))


def every(text: str, system: str) -> tuple[str, ...]:
    """The canonical codes of a text. Where nobody can be told of words, what they say is a malformed code."""
    if (_PROCEDURE if system == CPT else _DIAGNOSIS).fullmatch(text):
        return (text,)
    canonical = spelling(system)
    pieces, words = split(text, system)
    return tuple(filter(None, (*map(canonical, pieces), canonical(" ".join(words)))))


def spelling(system: str) -> Callable[[str], str]:
    """What makes the code of a system, CPT or ICD10CM, canonical."""
    return procedure if system == CPT else diagnosis


def is_word(piece: str) -> bool:
    """Whether a piece of a text is a word: every code has a digit."""
    return not any("0" <= character <= "9" for character in piece)


def _bare(text: str) -> str:
    """The text without what stands around codes: brackets, labels, and the numbers of a list."""
    bare = _NUMBERED.sub(" ", _plain(text)).translate(_AROUND)
    return " ".join(_NUMBERED.sub(" ", _LABEL.sub(" ", bare)).split())


def _procedures(part: str) -> Iterator[str]:
    if _JOINED_PROCEDURE.fullmatch(procedure(part)):
        yield part.strip(f"{_EDGES} ")
        return
    yield from filter(None, (piece[0].strip(_EDGES) for piece in _PROCEDURE_PIECE.finditer(part)))


def _diagnoses(part: str) -> Iterator[str]:
    pieces = [piece for piece in part.split() if piece.strip(_EDGES)]
    if _are_one_diagnosis(pieces):
        yield " ".join(pieces)
        return
    yield from (piece.strip(_EDGES) for piece in pieces)


def _are_one_diagnosis(pieces: list[str]) -> bool:
    """Whether the pieces are one code written with blanks, such as ``Q82 . 6``, and no codes of their own."""
    first, *rest = pieces or [""]
    return (
        bool(rest)
        and bool(_BEGUN_DIAGNOSIS.fullmatch(first))
        and all(not is_word(piece) and not _DIAGNOSIS.fullmatch(diagnosis(piece)) for piece in rest)
        and bool(_DIAGNOSIS.fullmatch(diagnosis("".join(pieces))))
    )


# Ranges and editions


def lies_between(code: str, first: str, last: str) -> bool:
    """Whether ``code`` is one of the range's ends, between them, or a subdivision of its last end.

    All three are canonical, so that their dots stand in the same place. They are compared character by
    character, digits before letters.
    """
    # ASCII has digits before letters, as the code set has.
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


NO_CODE_SET = CodeSet("no code set", datetime.date.max, None, "", {})
"""What codes are judged by where no edition is at hand: it has no code, and is in force on no day."""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A printed row of a code table: one code, or a range when ``last`` is given."""

    system: str
    first: str
    last: str
    passage: str
    criteria: tuple[str, ...]

    def contains(self, code: str) -> bool:
        """Whether a canonical code is this row's or lies in its range, subdivisions of the last end
        included.
        """
        return lies_between(code, self.first, self.last) if self.last else code == self.first

    def lists_for(self, criterion: str) -> bool:
        return self.criteria == ("*",) or criterion in self.criteria
