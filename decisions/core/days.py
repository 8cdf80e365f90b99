"""Days as they are written here, and days spelled with the year last, where nobody can tell whether the month
comes first or the day.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")


def written(given: object) -> dt.date | None:
    """The day of a text such as 2026-03-01; None for anything else. Python alone would take 20260301 too."""
    if isinstance(given, str) and _WRITTEN.fullmatch(given):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(given)
    return None


def turned(text: str) -> list[dt.date]:
    """The days that such a text can mean: month before day, then day before month. None for another text."""
    found = YEAR_LAST.fullmatch(text.strip())
    if not found:
        return []
    one, other, year = map(int, found.groups())
    days = []
    for month, day in dict.fromkeys(((one, other), (other, one))):
        with contextlib.suppress(ValueError):
            days.append(dt.date(year, month, day))
    return days


def either(text: str) -> str:
    """The days that a text can mean, as "2026-03-01 or 2026-01-03"; "" where it means none."""
    return " or ".join(map(str, turned(text)))
