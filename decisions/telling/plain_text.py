"""A text as plain fields of other systems take it: short lines, and on request no character beyond ASCII."""

from __future__ import annotations

import textwrap
import unicodedata

WIDTH = 79
"""How long a line may be: many fields show 80 characters, and break a longer line where it hurts."""
HANGING = "  "
"""What the lines begin with that go on with the one above."""

_ASCII = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2013": "-",
    "\u2014": "-",
    "\u2022": "-",
    "\u2026": "...",
    "\u203a": ">",
    "\u00a0": " ",
    "\u00b7": "-",
    "\u00d7": "x",
    "\u00b5": "u",
    "\u03bc": "u",
    "\u00b1": "+/-",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00ae": "(R)",
    "\u2122": "(TM)",
    "\u00a9": "(C)",
    "\u00b0": " degrees",
    "\u00bc": " 1/4",
    "\u00bd": " 1/2",
    "\u00be": " 3/4",
    "\u00df": "ss",
}
UNKNOWN = "?"
"""What stands for a character that ASCII has nothing for."""


def fitted(text: str, *, ascii_alone: bool = False) -> str:
    """A text in lines of at most `WIDTH` characters; a word that is longer stays whole."""
    text = in_ascii(text) if ascii_alone else text
    return "\n".join(map(_wrapped, text.split("\n")))


def _wrapped(line: str) -> str:
    wrapped = textwrap.wrap(
        line, WIDTH, subsequent_indent=HANGING, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(wrapped)


def in_ascii(text: str) -> str:
    """A text with ASCII alone: signs spelled out, letters without their accents."""
    return "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    if character in _ASCII:
        return _ASCII[character]
    # Accents alone are taken off: what only looks alike, as ½ and 12 would, is another number.
    bare = unicodedata.normalize("NFD", character)[0]
    return bare if bare.isascii() else UNKNOWN
