"""Days, months and years of the calendar as they are typed."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from decisions.core.days import turned
from decisions.questionnaire.typed.phrases import any_of
from decisions.questionnaire.typed.results import Offer, Read
from decisions.questionnaire.typed.text import NotReadError, clean, folded, shown

FORMS = "in 2026-03-01, 3/25/2026 or March 1, 2026"
HINT = f"As {FORMS}."

_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october"),
    *("november", "december"),
)
_MONTHS = {
    **{name: number for number, name in enumerate(_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_NAMES, 1)},
    "sept": 9,
}
_NAMED = f"(?P<name>{any_of(_MONTHS)})"
_YEAR, _MONTH, _DAY = "(?P<year>[0-9]{4})", "(?P<month>[0-9]{1,2})", "(?P<day>[0-9]{1,2})"
_NTH = f"{_DAY}(?:st|nd|rd|th)?"
_GAP = "[ .,-]{0,2}"

IN_FIGURES = re.compile(f"{_YEAR}[-/.]{_MONTH}[-/.]{_DAY}")
# The year stands first or the month is a word. With the year last, in figures, it may be either of two days.
DAYS = [
    IN_FIGURES,
    re.compile(f"{_NTH}{_GAP}(?:of )?{_NAMED}{_GAP}{_YEAR}"),
    re.compile(f"{_NAMED}{_GAP}{_NTH}[ .,-]{{1,2}}{_YEAR}"),
    re.compile(f"{_YEAR}{_GAP}{_NAMED}{_GAP}{_NTH}"),
]
MONTHS = [
    re.compile(f"{_YEAR}[-/.]{_MONTH}"),
    re.compile(f"{_MONTH}[-/.]{_YEAR}"),
    re.compile(f"{_NAMED}{_GAP}{_YEAR}"),
    re.compile(f"{_YEAR}{_GAP}{_NAMED}"),
]
YEARS = [re.compile(_YEAR)]

_CENTURY = 100
TWO = 2
"""How many days are offered at the most: more of them would be a guess."""
_SHORT = "'?(?P<short>[0-9]{2})"
SHORT_YEARS = [
    re.compile(f"{_NTH}{_GAP}(?:of )?{_NAMED}{_GAP}{_SHORT}"),
    re.compile(f"{_NAMED}{_GAP}{_NTH}[ .,-]{{1,2}}{_SHORT}"),
]
_THREE = re.compile("([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2})")
_AROUND_SIGNS = re.compile(" ?([-/.]) ?")


class SeveralDaysError(ValueError):
    """What was typed can be any of these days."""

    def __init__(self, days: tuple[dt.date, ...]) -> None:
        super().__init__(*map(str, days))
        self.days = days


@dataclass(frozen=True, slots=True)
class Dated:
    """A day, or a month or a year of which the day is not said."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def text(self) -> str:
        """As an answer gives it: YYYY-MM-DD, YYYY-MM or YYYY."""
        parts = (f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None))
        return "-".join(parts)

    @property
    def first(self) -> dt.date:
        """The first day that is meant. Raises ValueError where no calendar has it."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> dt.date:
        """The last day that is meant. Raises ValueError where no calendar has it."""
        month = self.first.replace(month=self.month or 12)
        return self.first if self.day else month.replace(day=calendar.monthrange(self.year, month.month)[1])


def dated(text: str, years: range = range(0)) -> Dated:
    """What a text says of a day, whether or not a calendar has it. Raises NotReadError, and SeveralDaysError
    where it can be one of several days.

    ``years`` are those that can be meant: of a year of two digits the century follows from them.
    """
    small = folded(text)
    for pattern in (*DAYS, *MONTHS, *YEARS):
        if found := pattern.fullmatch(small):
            return _dated(found.groupdict())
    days = tuple(dict.fromkeys(_meant(_AROUND_SIGNS.sub(r"\1", small), years)))
    if len(days) > 1:
        raise SeveralDaysError(days)
    for each in days:
        return Dated(each.year, each.month, each.day)
    raise NotReadError(text)


def _meant(text: str, years: range) -> Iterator[dt.date]:
    """The days that a text can mean whose year stands last in figures, or has two digits."""
    yield from turned(text)
    orders = [_short(found) for pattern in SHORT_YEARS if (found := pattern.fullmatch(text))]
    if found := _THREE.fullmatch(text):
        one, other, last = found.groups()
        # Some write the year first, and shorten it too: 26-03-04.
        orders = [(last, one, other), (last, other, one), *([(one, other, last)] if len(one) > 1 else [])]
    for year, month, day_ in orders:
        for full in years:
            if full % _CENTURY == int(year):
                with contextlib.suppress(ValueError):
                    yield dt.date(full, int(month), int(day_))


def _short(found: re.Match[str]) -> tuple[str, str, str]:
    """Year, month and day of a text whose month is a word."""
    return found["short"], str(_MONTHS[found["name"].rstrip(".")]), found["day"]


def _dated(found: dict[str, str | None]) -> Dated:
    name, month, day = (found.get(part) for part in ("name", "month", "day"))
    number = _MONTHS[name.rstrip(".")] if name else int(month) if month else None
    return Dated(int(found["year"] or 0), number, int(day) if day else None)


def day(text: str) -> str:
    """A day as YYYY-MM-DD where it is in figures, year, month, day; else the text as it is."""
    found = IN_FIGURES.fullmatch(clean(text))
    return _dated(found.groupdict()).text if found else clean(text)


def date(text: str, years: range = range(0)) -> Read:
    """What was typed of a day. An answer is YYYY-MM-DD. ``years`` are those that can be meant."""
    words = clean(text)
    if not words:
        return Read(words)
    try:
        found = dated(words, years)
        if found.first != found.last:
            return Read(words, error=f"{shown(words)} is not one day. Write its day too, as in 2026-03-01.")
    except SeveralDaysError as several:
        return which_day(words, several.days)
    except (NotReadError, ValueError):
        return Read(words, error=no_day(words))
    return Read(words, found.text, note="" if day(words) == found.text else f"Read as {found.text}.")


def which_day(words: str, days: tuple[dt.date, ...]) -> Read:
    """The refusal of what can be one of several days: two of them are offered."""
    if len(days) > TWO:
        return Read(words, error=f"{shown(words)} can be several days. Write the year with four digits.")
    offers = tuple(Offer(spoken(each), str(each), str(each)) for each in days)
    either = " or ".join(map(spoken, days))
    return Read(words, error=f"{shown(words)} can be {either}. Choose the day that is meant.", offers=offers)


def spoken(day: dt.date) -> str:
    """A day that nobody takes for another: "March 4, 2026"."""
    return f"{_NAMES[day.month - 1].capitalize()} {day.day}, {day.year}"


def no_day(words: str) -> str:
    """The message for what no calendar has."""
    return f"{shown(words)} is not a day of the calendar; allowed: a day, as {FORMS}."
