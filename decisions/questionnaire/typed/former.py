"""How the forms read a number, a length and an age until they ask for an answer as a whole."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, localcontext

from decisions.core.policy import Question
from decisions.questionnaire.typed.bounds import plain
from decisions.questionnaire.typed.text import NotReadError, clean

LONGEST = 40
"""How many characters of a number are read."""

DAYS_IN_A_MONTH = Decimal("30.4375")
MONTHS_IN_A_YEAR = 12

# How far each length is from a millimetre, as a power of ten, and how it may be spelled.
_POWERS = {"mm": 0, "cm": 1}
_SPELLED = {
    "mm": "mm",
    "millimeter": "mm",
    "millimeters": "mm",
    "millimetre": "mm",
    "millimetres": "mm",
    "cm": "cm",
    "centimeter": "cm",
    "centimeters": "cm",
    "centimetre": "cm",
    "centimetres": "cm",
    "d": "days",
    "day": "days",
    "days": "days",
    "w": "weeks",
    "wk": "weeks",
    "wks": "weeks",
    "week": "weeks",
    "weeks": "weeks",
    "m": "months",
    "mo": "months",
    "mos": "months",
    "month": "months",
    "months": "months",
    "y": "years",
    "yr": "years",
    "yrs": "years",
    "year": "years",
    "years": "years",
}
_NUMBER = re.compile(r"([+\-−]?)([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)\s*([A-Za-z]*)\.?")
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A number, and the unit typed with it, "" where there was none."""

    number: Decimal
    unit: str


class CoarseError(ValueError):
    """An age in this unit is not exact enough: it is within a month of a limit, which is ``months``."""

    def __init__(self, months: Decimal | int) -> None:
        super().__init__(str(months))
        self.months = months


def number(text: str, units: Collection[str]) -> Typed:
    """A number such as "5", "5,0" or "0.5 cm". A comma is a decimal point. Raises NotReadError."""
    found = _NUMBER.fullmatch(clean(text)) if len(text) <= LONGEST else None
    if found is None or _THOUSANDS.fullmatch(found[2]):
        raise NotReadError(text)
    unit = _SPELLED.get(found[3].lower(), "") if found[3] else ""
    if found[3] and unit not in units:
        raise NotReadError(text)
    sign = "-" if found[1] in ("-", "−") else ""
    return Typed(Decimal(sign + found[2].replace(",", ".")), unit)


def length(text: str, unit: str) -> Typed:
    """A length, converted exactly to ``unit``; keeps the unit that was typed. Raises NotReadError."""
    typed = number(text, _POWERS if unit in _POWERS else ())
    if not typed.unit:
        return typed
    with localcontext(prec=2 * LONGEST):
        return Typed(typed.number.scaleb(_POWERS[typed.unit] - _POWERS[unit]), typed.unit)


def doubt(question: Question, typed: Typed) -> str:
    """Why a length that is allowed may still be a slip, as a question; "" where it is not doubtful."""
    shown = f"{plain(typed.number)} {question.unit}"
    above = question.doubtful_above is not None and typed.number > question.doubtful_above
    if above and question.unit == "cm" and not typed.unit:
        return f"Is it really {shown}? If it is in millimeters, write {plain(typed.number)} mm."
    if above:
        return f"Is it really {shown}?"
    if question.unit == "mm" and not typed.unit and 0 < typed.number < 1:
        return f"Is it really {shown}? If it is in centimeters, write {plain(typed.number)} cm."
    return ""


def months(typed: Typed, unit: str, limits: Collection[Decimal | int]) -> Decimal:
    """An age in completed months. ``unit`` is one of AGE_UNITS and counts where none was typed.

    ``limits`` are the ages in months near which days and weeks are not exact enough. The result is whole
    unless months or years were typed that are not. Raises NearLimitError, and NotReadError for no years.
    """
    unit = typed.unit or unit
    if unit == "months":
        return typed.number
    if unit == "years":
        if typed.number == 0:
            raise CoarseError(MONTHS_IN_A_YEAR)
        return typed.number * MONTHS_IN_A_YEAR
    days = typed.number * (7 if unit == "weeks" else 1)
    for limit in sorted(limits):
        if abs(days - limit * DAYS_IN_A_MONTH) <= DAYS_IN_A_MONTH:
            raise CoarseError(limit)
    return days // DAYS_IN_A_MONTH if days >= 0 else days
