"""Ages as they are typed: so many years, months, weeks, days or hours, and words for the first days."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, floor

from decisions.questionnaire.typed.amounts import FRACTION, NUMBER, number
from decisions.questionnaire.typed.birthdays import Age
from decisions.questionnaire.typed.phrases import any_of
from decisions.questionnaire.typed.text import NotReadError

UNITS = ("months", "days", "weeks", "years")
"""The units that can be chosen for a number that is typed without one."""

NEWBORN_DAYS = 28
"""How old a newborn is at the most. The 28th day counts: some count it in, others do not."""

WEEKS_OF_GESTATION = 22
"""From how many weeks on "32+3" may be the gestational age at which somebody was born."""

MIXED = "mixed"
"""What the unit of an age with several is called."""

_SPELLED = {
    **dict.fromkeys(("y", "yr", "yrs", "year", "years", "yo", "y/o", "y.o"), "years"),
    **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months", "m/o"), "months"),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks", "w/o", "wo"), "weeks"),
    **dict.fromkeys(("d", "day", "days", "d/o", "do"), "days"),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "hours"),
}
_FALLING = ("years", "months", "weeks", "days", "hours")
_IN_MONTHS = {"months": 1, "years": 12}
_IN_DAYS = {"weeks": 7, "days": 1}

_UNIT = any_of(_SPELLED)
_SIZE = f"(?:{FRACTION}|{NUMBER})"
_JOINED = r"(?:,? and |,? ?| ?[+&] ?)"
AGE = f"{_SIZE}(?: ?{_UNIT}(?:{_JOINED}{_SIZE} ?{_UNIT})*)?"
"""An age in a folded text."""

_PART = re.compile(f"({_SIZE}) ?({_UNIT})?{_JOINED}")
_WEEK = any_of(spelled for spelled, unit in _SPELLED.items() if unit == "weeks")
# "6+3" and "6 3/7": weeks and days as they are written of a pregnancy, and of an infant too.
_AND_DAYS = re.compile(rf"([0-9]+)(?:\+([0-6])(?:/7)?| ([0-6])/7)(?: ?{_WEEK}|$)")
_A_UNIT = re.compile(r"\ban? (?=(?:hour|day|week|month|year)\b)")
_WHO = "infant|baby|child|male|female|boy|girl|newborn|neonate"
_BESIDE = re.compile(
    "[ -]?old(?![a-z])| of age(?![a-z])| chronological(?: age)?"
    f"|^(?:(?:at )?(?:the |an )?age of |aged? |age: ?)|^(?:{_WHO}),? (?=.*[0-9])"
)
# The sex behind an age, as in "6 wo m": an m by itself would be months.
_OF_WHOM = re.compile(f"^(.*[0-9].*[a-z])(?: (?:{_WHO})|(?<=/o|yo|ld) [mf])$")
_NEWBORN = re.compile(
    f"(?:an? )?(?:term |full-term |healthy )?(?:newborn|new-born|neonate|neonatal)(?: (?:{_WHO}|period))?"
)
_NTH = "([0-9]{1,5})"
_LIFE = re.compile(
    rf"(?:dol|day of life|day of age|pnd|postnatal day) ?[#:]? ?{_NTH}(?: ?- ?{_NTH}| to {_NTH})?"
    rf"|{_NTH}(?:st|nd|rd|th)? days? of life|day {_NTH} of life"
)

_IN_WORDS = {"first": "1st", "second": "2nd", "third": "3rd"}


class NotWholeError(ValueError):
    """A number of months that is not whole; ``completed`` are."""

    def __init__(self, completed: int) -> None:
        super().__init__(str(completed))
        self.completed = completed


def simplified(text: str, unit: str) -> str:
    """A folded text without words that say no more than that it is an age; "6+3 weeks" as 6 weeks 3 days."""
    text = re.sub(r"(?<=[0-9])-(?=[a-z])", " ", text)
    text = _BESIDE.sub("", _OF_WHOM.sub(r"\1", _A_UNIT.sub("1 ", text)))
    if unit == "weeks" or re.search(_WEEK, text):
        text = _AND_DAYS.sub(r"\1 weeks \2\3 days", text)
    return text.strip()


def may_be_gestation(text: str) -> bool:
    """Whether a folded text is weeks and days as they are written of a pregnancy, and as many."""
    found = re.match(r"([0-9]+)\+[0-6]", text)
    return found is not None and int(found[1]) >= WEEKS_OF_GESTATION


def first_days(text: str) -> tuple[Age, str] | None:
    """The age of a newborn, or on a day of life, and what that is taken for; None for another text."""
    if _NEWBORN.fullmatch(text):
        return Age(0, 0, 0, NEWBORN_DAYS), f"A newborn is 0 to {NEWBORN_DAYS} days old."
    found = _LIFE.fullmatch(re.sub("^(?:first|second|third)", lambda word: _IN_WORDS[word[0]], text))
    if not found:
        return None
    first, *more = (int(each) for each in found.groups() if each)
    last = max((first, *more))
    return Age(0, 0, max(first - 1, 0), last), "The day of birth is day of life 0 or 1."


def age(text: str, unit: str) -> Age:
    """An age, in ``unit`` where none was typed. Raises NotReadError, and NotWholeError for parts of months.

    A fraction needs its unit, for 6/12 may be half a year or six months.
    """
    if "/" in text and not unit_of(text):
        raise NotReadError(text)
    parts = [(Fraction(number(size)), _SPELLED.get(spelled, unit)) for size, spelled in _parts(text)]
    if len(parts) == 1:
        return _single(*parts[0])
    units = [unit for _, unit in parts]
    # The largest first, each once: "3 days 2 months" is rather two ages, or a slip.
    if units != sorted(set(units), key=_FALLING.index) or any(size != floor(size) for size, _ in parts):
        raise NotReadError(text)
    return _joined({unit: int(size) for size, unit in parts})


def is_age(text: str) -> bool:
    """Whether a folded text is one age and nothing else."""
    return bool(re.fullmatch(AGE, text))


def unit_of(text: str) -> str:
    """The unit that was typed with an age, "" for none, MIXED for several."""
    units = [_SPELLED[spelled] for _, spelled in _parts(text) if spelled]
    return MIXED if len(units) > 1 else "".join(units)


def has_unit(text: str) -> bool:
    """Whether a unit stands anywhere in a folded text."""
    return bool(re.search(f"(?<![a-z]){_UNIT}", text))


def _parts(text: str) -> list[tuple[str, str]]:
    """The sizes of an age and their units as they are spelled, "" for none."""
    return [(size, spelled.rstrip(".")) for size, spelled in _PART.findall(text.lstrip("+-"))]


def _single(size: Fraction, unit: str) -> Age:
    if unit in _IN_MONTHS:
        months = size * _IN_MONTHS[unit]
        if months != floor(months):
            raise NotWholeError(floor(months))
        # A year is 12 to 23 completed months, as people count; a year and a half is 18 and no more.
        width = _IN_MONTHS[unit] if size == floor(size) else 1
        return Age(int(months), int(months) + width - 1)
    # By the calendar, 30 hours before noon is yesterday and 40 hours are two days: one day more is left open.
    if unit == "hours":
        return Age(0, 0, floor(size / 24), floor(size / 24) + 1)
    # 7 weeks are 49 to 55 days: six more, as whole weeks are counted.
    days, width = size * _IN_DAYS[unit], 6 if unit == "weeks" and size == floor(size) else 0
    return Age(0, 0, floor(days), ceil(days) + width)


def _joined(sizes: dict[str, int]) -> Age:
    """An age of several parts: as exact as its smallest one."""
    months = sum(sizes.get(unit, 0) * each for unit, each in _IN_MONTHS.items())
    if sizes.keys() <= _IN_MONTHS.keys():
        return Age(months, months)
    days = sizes.get("weeks", 0) * 7 + sizes.get("days", 0) + sizes.get("hours", 0) // 24
    width = 1 if "hours" in sizes else 0 if "days" in sizes else 6
    return Age(months, months, days, days + width)
