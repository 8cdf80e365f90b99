"""An age as it is typed, as the completed months that some day of birth allows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from decisions.core import kinds
from decisions.core.policy import Question
from decisions.questionnaire.typed import ages, bounds
from decisions.questionnaire.typed.birthdays import Age
from decisions.questionnaire.typed.bounds import Bounds, Raw, between, in_words
from decisions.questionnaire.typed.dated import SeveralDaysError, dated
from decisions.questionnaire.typed.phrases import Phrase, Phrases, is_vague
from decisions.questionnaire.typed.results import Offer, Read
from decisions.questionnaire.typed.text import LONGEST, NotReadError, clean, folded, shown

HINT = "Or what the chart says: 7 weeks, 1y 6m, newborn, under 1 year, 2 to 3 months."
EXAMPLES = "2 to 3 months, at least 6 weeks or under 1 year"

_YEARS = range(1900, 2101)
_PHRASES = Phrases(ages.AGE)
_NOT_SINCE_BIRTH = re.compile(r"\b(?:corrected|adjusted|gestation|gestational|ga|cga|pma|pca)\b")


DOUBTFUL_MONTHS = 36
"""Up to where an age is commonly told in months: growth charts go from birth to 36 months. A higher number
without a unit may be one of years.
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for an age: in which unit a number counts that has none, and on which day it is the age."""

    question: Question
    words: str
    unit: str
    day: dt.date | None

    @property
    def allowed(self) -> str:
        return f"allowed: {between(self.question)}"

    def refused(self, message: str, offers: tuple[Offer, ...] = ()) -> Read:
        """The refusal of what was typed, with a sentence about it."""
        return Read(self.words, error=f"{shown(self.words)} {message}", offers=offers)

    def outside(self) -> Read:
        if _is_date(self.words):
            return self.refused("is a date. Write it as the birth date, or give the age.")
        return Read(self.words, error=f"{self.words[:60]} is outside the limits; {self.allowed}.")


@dataclass(frozen=True, slots=True)
class Found:
    """What was typed: its phrase, each age in it and the unit that counts for it, and what months are left.

    ``taken`` says what a word was taken for.
    """

    phrase: Phrase
    said: tuple[Age, ...]
    units: tuple[str, ...]
    left: Bounds
    taken: str = ""

    @property
    def raw(self) -> Raw:
        """The months that are left as an answer gives them."""
        if self.left.single is not None:
            return int(self.left.single)
        return {name: int(end) for name, end in self.left.named.items()}

    def is_plain(self, unit: str) -> bool:
        """Whether it is one number in a unit."""
        return self.phrase.is_single and self.units == (unit,)

    @property
    def is_falling(self) -> bool:
        """Whether the first of two ages is the higher one."""
        first, second = self.said
        if first.days is None or second.days is None or first.months != second.months:
            return first.months > second.most_months
        return first.days > second.most_days


def age(question: Question, text: str, unit: str, day: dt.date | None) -> Read:
    """What was typed of an age. An answer is a whole number of completed months, or their bounds.

    ``unit`` is one of ``ages.UNITS`` and counts where none was typed. ``day``, from which days of birth are
    counted back, is the date of service, else the as-of date; None where that cannot be read.
    """
    asked = Asked(question, clean(text), unit, day)
    if not asked.words:
        return Read(asked.words)
    try:
        found = _found(asked)
    except ages.NotWholeError as part:
        return _not_whole(asked, part.completed)
    except NotReadError:
        return _not_read(asked)
    except (OverflowError, ValueError):
        return asked.outside()
    if found is None:
        return asked.refused("needs a date of service that can be read, for days are counted back from it.")
    return _refused(asked, found) or _asked_about(asked, found) or _taken(asked, found)


def _found(asked: Asked) -> Found | None:
    """What was typed; None where it needs a day and there is none. Raises NotReadError, NotWholeError, and
    ValueError for an age that no calendar has.
    """
    text = ages.simplified(folded(asked.words), asked.unit)
    first_days = ages.first_days(text)
    if first_days:
        phrase, units, taken = Phrase(text, (("is", text),)), ["days"], first_days[1]
        said = [first_days[0]]
    else:
        phrase, taken = _PHRASES.read(text), ""
        units = _units(phrase, asked.unit)
        said = [ages.age(part, unit) for (_, part), unit in zip(phrase.parts, units, strict=True)]
    if phrase.several:
        raise NotReadError(text)
    if asked.day is None and any(each.days is not None for each in said):
        return None
    return Found(phrase, tuple(said), tuple(units), _left(asked, phrase, said), taken)


def _units(phrase: Phrase, unit: str) -> list[str]:
    """The unit of each age of a phrase; of one that has none that of the other, else ``unit``."""
    parts = [part for _, part in phrase.parts]
    units = [ages.unit_of(part) for part in parts]
    typed = next((each for each in units if each), unit)
    if ages.MIXED in units and "" in units:
        raise NotReadError(phrase.text)
    return [each or typed for each in units]


def _left(asked: Asked, phrase: Phrase, said: list[Age]) -> Bounds:
    """The completed months that are left. Raises ValueError for a negative age."""
    if phrase.text.startswith("-"):
        raise ValueError(phrase.text)
    relations = [relation for relation, _ in phrase.parts]
    given = [each.completed(relation, asked.day) for relation, each in zip(relations, said, strict=True)]
    left = bounds.of(bound for both in given for bound in both)
    return _cut(asked, left, max(each.least(asked.day)[1] for each in said))


def _cut(asked: Asked, left: Bounds, fewest: int) -> Bounds:
    """Without the months over the limit that only the width of an age reaches: 125 years are 1500 to 1511."""
    most = asked.question.at_most
    if most is None or left.high is None or left.high <= most or fewest > most:
        return left
    return Bounds(left.low, int(most), left.low_counts)


def _refused(asked: Asked, found: Found) -> Read | None:
    """What can be no answer; None where it can."""
    problem = bounds.problem(asked.question, found.raw)
    if problem not in ("", bounds.EMPTY):
        return asked.outside()
    if found.phrase.either:
        return None
    if found.phrase.is_range and found.is_falling:
        offers = _offers(asked, _as_range(found))
        return asked.refused("names the higher age first. Confirm the bounds, or write them anew.", offers)
    return asked.refused(f"leaves no month; {asked.allowed}.") if problem else None


def _asked_about(asked: Asked, found: Found) -> Read | None:
    """What is not taken silently: bounds that are left open, and two ages; else None."""
    if found.phrase.rough:
        offers = () if found.phrase.is_single else _offers(asked, found.phrase.text)
        return _left_open(asked, offers)
    if found.phrase.either:
        offers = _offers(asked, _as_range(found))
        return asked.refused("names two ages. Confirm that it is one from the first to the second.", offers)
    return None


def _as_range(found: Found) -> str:
    """Two ages as a range, the lower one first."""
    parts = zip(found.phrase.parts, found.units, strict=True)
    ends = [part if ages.unit_of(part) else f"{part} {unit}" for (_, part), unit in parts]
    low, high = ends[::-1] if found.is_falling else ends
    return f"{low.removesuffix(f' {high.split()[-1]}')} to {high}"


def _offers(asked: Asked, text: str) -> tuple[Offer, ...]:
    """The offer to take an age as it is written otherwise, where it can be one."""
    raw = age(asked.question, text, asked.unit, asked.day).raw
    return () if raw is None else (Offer(f"Use {text}", text, raw),)


def _taken(asked: Asked, found: Found) -> Read:
    left = kinds.of(asked.question).read(asked.question, found.raw)
    raw = left if isinstance(left, int) else found.raw
    note = "" if found.is_plain(asked.question.unit) else f"{found.taken} {_note(found.left, raw)}".strip()
    doubt, offers = _doubt(asked, found)
    return Read(_with_unit(asked, found), raw, note, doubt, offers=offers)


def _with_unit(asked: Asked, found: Found) -> str:
    """What was typed, and the unit that was chosen for it where it has none of its own: "7 weeks"."""
    text = folded(asked.words)
    if asked.unit == asked.question.unit or found.taken or ages.has_unit(text):
        return asked.words
    unit = asked.unit.removesuffix("s") if text == "1" else asked.unit
    return f"{asked.words} ({unit})" if re.search("[a-z]$", text) else f"{asked.words} {unit}"


def _note(left: Bounds, raw: Raw) -> str:
    if isinstance(raw, int):
        left = Bounds(raw, raw)
    more = f", so {left.low + 1} or more" if left.low is not None and not left.low_counts else ""
    return f"This is {in_words(left, 'completed months')}{more if left.high is None else ''}."


def _doubt(asked: Asked, found: Found) -> tuple[str, tuple[Offer, ...]]:
    """Why an age that is allowed may still be a slip, and what may be meant; else ("", ())."""
    if ages.may_be_gestation(folded(asked.words)):
        return "Is this the age since birth? The weeks of the pregnancy do not count.", ()
    has_unit = any(ages.unit_of(part) for _, part in found.phrase.parts)
    largest = max(found.left.named.values())
    if has_unit or found.taken or asked.unit != "months" or largest <= DOUBTFUL_MONTHS:
        return "", ()
    years = in_words(found.left, "years")
    offers = _offers(asked, years)
    meant = f" For years, write {years}." if offers else ""
    return f"Is it really {in_words(found.left, asked.unit)}?{meant}", offers


def _left_open(asked: Asked, offers: tuple[Offer, ...] = ()) -> Read:
    return asked.refused(f"leaves its bounds open. Write them, as in {EXAMPLES}.", offers)


def _not_whole(asked: Asked, completed: int) -> Read:
    text = in_words(Bounds(completed, completed), "months")
    error = f"{asked.words[:60]} is not a whole number of months; {asked.allowed}, whole."
    is_single = ages.is_age(ages.simplified(folded(asked.words), asked.unit))
    return Read(asked.words, error=error, offers=_offers(asked, text) if is_single else ())


def _not_read(asked: Asked) -> Read:
    """What is wrong with an age that cannot be read: it is no age since birth, it is a date, its bounds are
    open, or it is something else.
    """
    text = asked.words[:LONGEST].lower()
    if _NOT_SINCE_BIRTH.search(text):
        return asked.refused("is not the age since birth. Give that one: it alone counts.")
    if _is_date(text):
        return asked.outside()
    if is_vague(text):
        return _left_open(asked)
    return asked.refused(
        f"is not an age; allowed: a number of months {between(asked.question)}. "
        f"Other ages and bounds are read too, as in 7 weeks, {EXAMPLES}."
    )


def _is_date(text: str) -> bool:
    """Whether this is a date of birth, and not an age: in a year of the last centuries."""
    try:
        return dated(text, _YEARS).year in _YEARS
    except SeveralDaysError:
        return True
    except NotReadError:
        return False
