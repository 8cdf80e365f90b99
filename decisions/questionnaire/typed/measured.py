"""A measure as it is typed: a number, what a chart says of it, or what has to be asked about first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from decisions.core.policy import Question
from decisions.questionnaire.typed import bounds
from decisions.questionnaire.typed.bounds import EMPTY, Bounds, Raw, between, in_words, plain
from decisions.questionnaire.typed.lengths import LENGTH, NAMES, Length, lengths
from decisions.questionnaire.typed.phrases import Phrase, Phrases, is_vague
from decisions.questionnaire.typed.results import Offer, Read
from decisions.questionnaire.typed.text import LONGEST, NotReadError, clean, folded, shown

_PHRASES = Phrases(LENGTH)
_OTHER_UNIT = {"mm": "cm", "cm": "mm"}
_EXACTLY = re.compile(
    "^(?:= ?|(?:exactly|measures|measuring|measured|diameter|size|width)[ :](?:of |is )?)"
    "| (?:exactly|in diameter|diameter|in size|in width|wide|across|away)$"
)


@dataclass(frozen=True, slots=True)
class Measure:
    """What was typed of a question, and what it leaves, in the unit of the question."""

    question: Question
    words: str
    phrase: Phrase
    lengths: tuple[Length, ...]
    has_unit: bool
    left: Bounds

    @property
    def in_words(self) -> str:
        return in_words(self.left, self.question.unit)

    @property
    def is_plain(self) -> bool:
        """Whether it is one number in the unit of the question."""
        return self.phrase.is_single and self.lengths[0].unit == self.question.unit


def measure(question: Question, text: str) -> Read:
    """What was typed of a measure. An answer is in the unit of the question, exact, as the shortest text."""
    words = clean(text)
    if not words:
        return Read(words)
    try:
        found = _measure(question, words)
    except NotReadError:
        error = _left_open if is_vague(words[:LONGEST].lower()) else _not_read
        return Read(words, error=f"{shown(words)} {error(question)}")
    return _refused(found) or _asked_about(found) or _taken(found)


def _measure(question: Question, words: str) -> Measure:
    phrase = _PHRASES.read(_value(question, folded(words)))
    typed, has_unit = lengths(phrase, question.unit)
    exact = [each.to(question.unit) for each in typed]
    if phrase.several:
        left = Bounds(max(exact), max(exact))
    elif phrase.either:
        left = Bounds(min(exact), max(exact))
    else:
        left = bounds.of(zip((relation for relation, _ in phrase.parts), exact, strict=True))
    return Measure(question, words, phrase, typed, has_unit, left)


def _value(question: Question, text: str) -> str:
    """Without the words that the question has around its value, and the like: "within 2.5 cm of the anus"."""
    before, _, after = question.said.lower().partition("{value}")
    text = _EXACTLY.sub("", text.removeprefix(before)).strip()
    place = after.removeprefix(" from the ")
    if place != after:
        return re.sub(f" (?:from|of|above)(?: the)? {re.escape(place)}$", "", text)
    return text.removesuffix(after) if after else text


def _examples(question: Question) -> str:
    """How bounds can be given."""
    bounded = (Bounds(3, 6), Bounds(low=3, low_counts=False), Bounds(high=6))
    first, second, third = (in_words(each, question.unit) for each in bounded)
    return f"{first}, {second} or {third}"


def _not_read(question: Question) -> str:
    unit = f" in {question.unit}" if question.unit else ""
    allowed = f"is not a number{unit}; allowed: {between(question)}"
    return f"{allowed}. Bounds are read too, as in {_examples(question)}."


def _left_open(question: Question) -> str:
    return f"leaves its bounds open. Write them, as in {_examples(question)}."


def _refused(found: Measure) -> Read | None:
    """What can be no answer; None where it can."""
    allowed = f"allowed: {between(found.question)}"
    problem = bounds.problem(found.question, _raw(found.left))
    if not problem:
        return None
    if problem != EMPTY:
        return Read(found.words, error=f"{found.words[:60]} is outside the limits; {allowed}.")
    if found.phrase.is_range and found.left.low != found.left.high:
        turned = Bounds(found.left.high, found.left.low)
        error = f"{shown(found.words)} names the larger number first. Confirm the bounds, or write them anew."
        return Read(found.words, error=error, offers=(_offer(found.question, turned),))
    return Read(found.words, error=f"{shown(found.words)} leaves no value; {allowed}.")


def _asked_about(found: Measure) -> Read | None:
    """What is not taken silently: bounds that are left open, two measures, other units; else None."""
    error = _question(found)
    if not error:
        return None
    offered = not found.phrase.rough or found.left.single is None
    more = ", the larger" if found.phrase.several else ""
    offers = (_offer(found.question, found.left, more),) if offered else ()
    return Read(found.words, error=f"{shown(found.words)} {error}", offers=offers)


def _question(found: Measure) -> str:
    if found.phrase.rough:
        return _left_open(found.question)
    if found.phrase.several:
        return "is more than one measure. The larger counts: confirm it, or write one measure."
    if found.phrase.either:
        return f"names two measures. Confirm that it is {found.in_words}, or write one measure."
    if not all(each.is_metric for each in found.lengths):
        return f"is {found.in_words}. Confirm it, or write it as a decimal in {found.question.unit}."
    return ""


def _offer(question: Question, left: Bounds, more: str = "") -> Offer:
    text = in_words(left, question.unit)
    return Offer(f"Use {text}{more}", text, _raw(left))


def _raw(left: Bounds) -> Raw:
    if left.single is not None:
        return plain(left.single)
    return {name: plain(end) for name, end in left.named.items()}


def _taken(found: Measure) -> Read:
    note = "" if found.is_plain else f"This is {found.in_words}."
    doubt, offers = _doubt(found)
    return Read(found.words, _raw(found.left), note, doubt, offers=offers)


def _doubt(found: Measure) -> tuple[str, tuple[Offer, ...]]:
    """Why what is allowed may still be a slip, and what may be meant; ("", ()) where it is not doubtful."""
    question, largest = found.question, max(found.left.named.values())
    above = question.doubtful_above is not None and largest > question.doubtful_above
    small = question.unit == "mm" and 0 < largest < 1 and not found.has_unit
    if not above and not small:
        return "", ()
    asked = f"Is it really {found.in_words}?"
    if found.has_unit or (above and question.unit != "cm"):
        return asked, ()
    other = _OTHER_UNIT[question.unit]
    meant = in_words(found.left, other)
    offered = measure(question, meant)
    return (
        f"{asked} If it is in {NAMES[other]}, write {meant}.",
        (Offer(f"Use {meant}", meant, offered.raw),),
    )
