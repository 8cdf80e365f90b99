"""Small words: lists in a sentence, numbers with their unit, fingerprints as far as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

Number = Decimal | int


def listed(words: Sequence[str], last: str = "or") -> str:
    """Words as a list in a sentence: "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capital(words: str) -> str:
    """The same words with a large first letter."""
    return words[:1].upper() + words[1:]


def plain(number: Number) -> str:
    """A number as a reader writes it: 5 for 5.0, 0.0001 for 1E-4."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(number: Number, unit: str) -> str:
    """A number with its unit: "1 month", "3.2 cm"."""
    one = number == 1 and len(unit) > len("mm")
    return f"{plain(number)} {unit.removesuffix('s') if one else unit}".rstrip()


def short_fingerprint(whole: str) -> str:
    """The fingerprint of an edition as far as a person compares it."""
    return whole[:12]
