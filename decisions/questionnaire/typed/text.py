"""A typed text: as it is kept, and as it is read."""

from __future__ import annotations

import re

LONGEST = 120
"""How many characters of what somebody typed are read as a measure, an age or a day."""

_INVISIBLE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),
    0: "\ufffd",  # a null, which PostgreSQL cannot keep: shown as what browsers show for it
}

# What looks alike is one character here. Only digits stay as they are: "5²" is not 52.
ALIKE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00ad\u061c\u200e\u200f")),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-"),
    **dict.fromkeys(map(ord, "\u2264\u2266\u2a7d"), "<="),
    **dict.fromkeys(map(ord, "\u2265\u2267\u2a7e"), ">="),
    **dict.fromkeys(map(ord, "\u2248\u2243\u223c\uff5e"), "~"),
    **dict.fromkeys(map(ord, "\u00d7\u2715\u2a2f"), "x"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u2033\uff02"), '"'),
    **dict.fromkeys(map(ord, "\u2018\u2019\u2032"), "'"),
    ord("\uff1c"): "<",
    ord("\uff1e"): ">",
    ord("\uff0b"): "+",
    ord("\u2044"): "/",
    ord("\u00bc"): " 1/4",
    ord("\u00bd"): " 1/2",
    ord("\u00be"): " 3/4",
    ord("\u215b"): " 1/8",
    ord("\u215c"): " 3/8",
    ord("\u215d"): " 5/8",
    ord("\u215e"): " 7/8",
}

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED_OUT = re.compile(rf"\b(?:(half an?)|({'|'.join(_NUMBERS)}))\b")


class NotReadError(ValueError):
    """What was typed is nothing that is understood here."""


def clean(text: str) -> str:
    """Without what cannot be seen or stored, and without blanks of any width at the ends."""
    return text.translate(_INVISIBLE).strip()


def folded(text: str) -> str:
    """As it is read: small letters, single blanks, figures, one kind of each sign, no last point.

    Raises NotReadError where it is too long to be a measure, an age or a day.
    """
    if len(text) > LONGEST:
        raise NotReadError(text)
    words = clean(text).translate(ALIKE).lower().split()
    return _SPELLED_OUT.sub(_in_figures, re.sub(r" ?[.,;]$", "", " ".join(words)))


def _in_figures(found: re.Match[str]) -> str:
    return "1/2" if found[1] else str(_NUMBERS.index(found[2]) + 1)


def shown(text: str) -> str:
    """The beginning of what was typed, as a message quotes it."""
    return f"“{clean(text)[:60]}”"
