"""The words around amounts: "over", "or less", "3 to 6", "about". They mean the same for lengths and ages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from decisions.questionnaire.typed.text import NotReadError

Relation = Literal["is", "above", "at_least", "below", "at_most"]

_THAN: dict[Relation, str] = {
    "above": "more greater larger bigger wider longer farther further older",
    "below": "less fewer smaller narrower shorter nearer closer younger",
}
_BEFORE: dict[Relation, str] = {
    "above": ">, over, above, beyond, exceeds, exceeding, in excess of",
    "at_least": ">=, =>, > or =, not <, at least, at the least, not under, not below, minimum, min, "
    "minimum of, a minimum of",
    "below": "<, under, below, not yet",
    "at_most": "<=, =<, < or =, not >, within, up to, up to and including, at most, at the most, not over, "
    "not above, not beyond, not exceeding, maximum, max, maximum of, a maximum of",
}
_AFTER: dict[Relation, str] = {
    "at_least": "+, plus, and up, at least, minimum, min, or over, and over",
    "at_most": "at most, maximum, max, or under, and under",
}
_OR_EQUAL: dict[Relation, Relation] = {"above": "at_least", "below": "at_most"}
_OPPOSITE: dict[Relation, Relation] = {"above": "at_most", "below": "at_least"}
_ROUGHLY = (
    "~, ?, about, abt, approximately, approx, around, circa, ca, c, roughly, nearly, almost, close to, near, "
    "maybe, perhaps, probably, possibly, estimated, est, some"
)
_VAGUE = re.compile(
    r"\b(?:several|few|couple|some|many|large|big|wide|small|tiny|narrow|pinpoint|far|near|close|high|low|"
    r"young|preterm|infant|baby|child|toddler|adult)\b"
)
_OR_SO = "?, ish, -ish, or so, approximately, approx, about, or thereabouts, estimated"


def _listed(words: dict[Relation, str]) -> dict[str, Relation]:
    return {word: relation for relation, some in words.items() for word in _words(some)}


def _words(listed: str) -> list[str]:
    return listed.split(", ")


def _before() -> dict[str, Relation]:
    """What may stand before an amount, and what it says of it."""
    said = _listed(_BEFORE)
    for relation, words in _THAN.items():
        for word in words.split():
            said[f"{word} than"] = relation
            said[f"{word} than or equal to"] = _OR_EQUAL[relation]
            said |= dict.fromkeys((f"no {word} than", f"not {word} than"), _OPPOSITE[relation])
    return said


def _after() -> dict[str, Relation]:
    """What may stand after an amount, and what it says of it."""
    said = _listed(_AFTER)
    for relation, words in _THAN.items():
        for word in (*words.split(), relation):
            said |= dict.fromkeys((f"or {word}", f"and {word}"), _OR_EQUAL[relation])
    return said


BEFORE, AFTER = _before(), _after()
_PLUS = re.compile(r"^([0-9.,]+) ?\+ ?([a-z\"']+)$")
"""A sign that stands between a number and its unit: "5+ mm"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is said of one or two amounts, in ``text``. ``rough``: words beside it say that it is not exact.
    ``several``: these are amounts of which none is said to be the one; ``either``: one of the two is.
    """

    text: str
    parts: tuple[tuple[Relation, str], ...]
    rough: bool = False
    several: bool = False
    either: bool = False

    @property
    def is_single(self) -> bool:
        """Whether it names one amount, and no bound."""
        return [relation for relation, _ in self.parts] == ["is"]

    @property
    def is_range(self) -> bool:
        """Whether it goes from one amount to another."""
        return [relation for relation, _ in self.parts] == ["at_least", "at_most"]


def is_vague(text: str) -> bool:
    """Whether a text says a size in words alone."""
    return bool(_VAGUE.search(text)) and not re.search("[0-9]", text)


class Phrases:
    """The phrases about amounts of one kind, each of which matches ``amount``, a pattern without groups."""

    def __init__(self, amount: str) -> None:
        one = f"({amount})"
        before, after = any_of(BEFORE), any_of(AFTER)
        sure = "(?:just |slightly |well |a little |a bit )?"
        compared = f"{sure}({before}) ?{one}"
        self._range = re.compile(
            f"(?:from )?{one}(?: ?- ?| ?to ?| through | thru | until | up to ){one}"
            f"|between {one}(?: and | & | ?- ?| to ){one}"
        )
        self._one = re.compile(f"[+-]?(?:{amount})")
        self._compared = re.compile(compared)
        self._followed = re.compile(f"{one} ?({after})")
        self._both = re.compile(f"{compared},?(?: and| but| &)? ?{compared}")
        self._several = re.compile(f"{one}(?: ?[x*] ?| by | and |, ?| & ){one}")
        self._either = re.compile(f"{one} or {one}")
        self._roughly = re.compile(f"{any_of(_words(_ROUGHLY))}[ :]*(.+)")
        self._or_so = re.compile(f"(.+?) ?{any_of(_words(_OR_SO))}")

    def read(self, text: str) -> Phrase:
        """What a folded text says. Raises NotReadError."""
        text = _PLUS.sub(r"\1 \2+", text)
        exact = self._exactly(text)
        if exact:
            return exact
        found = self._roughly.fullmatch(text) or self._or_so.fullmatch(text)
        about = self._exactly(found[1]) if found else None
        if about is None:
            raise NotReadError(text)
        return replace(about, rough=True)

    def _exactly(self, text: str) -> Phrase | None:
        if self._one.fullmatch(text):
            return Phrase(text, (("is", text),))
        return self._bounds(text) or self._of_two(text)

    def _bounds(self, text: str) -> Phrase | None:
        if found := self._range.fullmatch(text):
            low, high = filter(None, found.groups())
            return Phrase(text, (("at_least", low), ("at_most", high)))
        if found := self._compared.fullmatch(text):
            return Phrase(text, (_before_it(found[1], found[2]),))
        if found := self._followed.fullmatch(text):
            return Phrase(text, ((AFTER[found[2].rstrip(".")], found[1]),))
        if found := self._both.fullmatch(text):
            return Phrase(text, (_before_it(found[1], found[2]), _before_it(found[3], found[4])))
        return None

    def _of_two(self, text: str) -> Phrase | None:
        if found := self._several.fullmatch(text):
            return Phrase(text, (("is", found[1]), ("is", found[2])), several=True)
        if found := self._either.fullmatch(text):
            return Phrase(text, (("at_least", found[1]), ("at_most", found[2])), either=True)
        return None


def _before_it(words: str, amount: str) -> tuple[Relation, str]:
    return BEFORE[words.rstrip(".")], amount


def any_of(words: Iterable[str]) -> str:
    """A pattern of whole words, the longest first. A word may end in a point, as "max." does."""
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(_word(each) for each in ordered)})"


def _word(word: str) -> str:
    # Not followed by a letter: "in" is no part of "infant".
    return re.escape(word) + r"(?![a-z])\.?" if word[-1].isalpha() else re.escape(word)
