"""Lengths as they are typed: a number or a fraction, and its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from decisions.questionnaire.typed.amounts import FRACTION, NUMBER, PRECISION, number
from decisions.questionnaire.typed.phrases import Phrase, any_of
from decisions.questionnaire.typed.text import NotReadError

NAMES = {"mm": "millimeters", "cm": "centimeters"}
"""The units of questions that are lengths. One may be meant where the other was."""

_MILLIMETERS = {"mm": Decimal(1), "cm": Decimal(10), "inch": Decimal("25.4")}
_SPELLED = {
    **dict.fromkeys(("mm", "mms", "millimeter", "millimeters", "millimetre", "millimetres"), "mm"),
    **dict.fromkeys(("cm", "cms", "centimeter", "centimeters", "centimetre", "centimetres"), "cm"),
    **dict.fromkeys(("in", "inch", "inches", '"', "''"), "inch"),
}
_UNIT = any_of(_SPELLED)
_LENGTH = re.compile(rf"([+-]?)({FRACTION}|{NUMBER}) ?({_UNIT})?")
LENGTH = rf"(?:{FRACTION}|{NUMBER})(?: ?{_UNIT})?"
"""A length in a folded text."""


@dataclass(frozen=True, slots=True)
class Length:
    """A number in a unit; "" is none. ``is_fraction``: it was typed as a fraction."""

    number: Decimal
    unit: str
    is_fraction: bool = False

    @property
    def is_metric(self) -> bool:
        """Whether it was typed as a decimal, and not in inches."""
        return self.unit != "inch" and not self.is_fraction

    def to(self, unit: str) -> Decimal:
        """The number in another unit, exactly."""
        if self.unit == unit:
            return self.number
        with localcontext(prec=PRECISION):
            return self.number * _MILLIMETERS[self.unit] / _MILLIMETERS[unit]


def length(text: str) -> Length:
    """A length as it was typed. Raises NotReadError."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise NotReadError(text)
    unit = _SPELLED[found[3].rstrip(".")] if found[3] else ""
    size = number(found[2])
    return Length(size.copy_negate() if found[1] == "-" else size, unit, "/" in found[2])


def lengths(phrase: Phrase, unit: str) -> tuple[tuple[Length, ...], bool]:
    """The lengths of a phrase, and whether one was typed with a unit. That counts for both, else ``unit``.

    Raises NotReadError, also for a unit of length where ``unit`` is none.
    """
    found = [length(amount) for _, amount in phrase.parts]
    typed = next((each.unit for each in found if each.unit), "")
    if typed and unit not in NAMES:
        raise NotReadError(typed)
    return tuple(each if each.unit else replace(each, unit=typed or unit) for each in found), bool(typed)
