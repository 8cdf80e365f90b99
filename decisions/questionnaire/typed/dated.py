"""Days, months and years of the calendar as they are typed."""

from __future__ import annotations

import calendar
import contextlib
import datetime as dt
import re
from dataclasses import dataclass

from decisions.core.days import turned
from decisions.questionnaire.typed.phrases import any_of
from decisions.questionnaire.typed.results import Offer, Read
from decisions.questionnaire.typed.text import ALIKE, NotReadError, clean, folded, shown

HINT = "Year, month, day: 2026-03-01, or 1 March 2026."

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


def dated(text: str) -> Dated:
    """What a text says of a day, whether or not a calendar has it. Raises NotReadError."""
    small = folded(text)
    for pattern in (*DAYS, *MONTHS, *YEARS):
        if found := pattern.fullmatch(small):
            return _dated(found.groupdict())
    raise NotReadError(text)


def _dated(found: dict[str, str | None]) -> Dated:
    name, month, day = (found.get(part) for part in ("name", "month", "day"))
    number = _MONTHS[name.rstrip(".")] if name else int(month) if month else None
    return Dated(int(found["year"] or 0), number, int(day) if day else None)


def day(text: str) -> str:
    """A day as YYYY-MM-DD where it is in figures, year, month, day; else the text as it is."""
    found = IN_FIGURES.fullmatch(clean(text))
    return _dated(found.groupdict()).text if found else clean(text)


def date(text: str) -> Read:
    """What was typed of a day. An answer is YYYY-MM-DD."""
    words = clean(text)
    if not words:
        return Read(words)
    with contextlib.suppress(NotReadError, ValueError):
        found = dated(words)
        if found.first == found.last:
            return Read(words, found.text)
        return Read(words, error=f"{shown(words)} is not one day. Write its day too, as in 2026-03-01.")
    return year_last(words) or Read(words, error=no_day(words))


def year_last(words: str) -> Read | None:
    """The refusal of a day with its year last, which offers what it may be; None for another text."""
    days = [str(each) for each in turned(words.translate(ALIKE))]
    if not days:
        return None
    offers = tuple(Offer(f"Use {each}", each, each) for each in days)
    return Read(words, error=f"Write year, month, day: {' or '.join(days)}.", offers=offers)


def no_day(words: str) -> str:
    """The message for what no calendar has."""
    return f"{shown(words)} is not a day of the calendar; allowed: year, month, day, as in 2026-03-01."
