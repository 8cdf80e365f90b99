"""Where answers stand in the record, as a page of the questionnaire sends it beside each question."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.http import QueryDict

from decisions.questionnaire.forms import QuestionsForm
from decisions.questionnaire.typed import clean
from decisions.reviews.answers.verbs import Evidence

DOCUMENT, PAGE = "document", "page"
PAPER, ANOTHER = "paper", ":another"
"""Where the request names papers one of them is chosen, or another one, which is a text."""
LONGEST = {DOCUMENT: 200, PAGE: 20}
"""How many characters each of them may have."""
PAGES = re.compile(r"\bpages? +([0-9]{1,6}) *(?:to|[-\u2013]) *([0-9]{1,6})\b", re.IGNORECASE)
"""Which pages a document has, where its own words say so: "Chart, pages 1 to 4"."""
PAGE_NUMBERS = re.compile(r"[0-9]{1,6}(?: *(?:to|and|[-\u2013,]) *[0-9]{1,6})*")


def pages_of(document: str) -> range | None:
    """The pages that a document says it has; None where it does not, or does so more than once."""
    said = PAGES.findall(document)
    if len(said) != 1:
        return None
    first, last = map(int, said[0])
    return range(first, last + 1) if first <= last else None


class EvidenceForm:
    """The inputs ``.paper``, ``.document`` and ``.page`` of every question that was sent, behind its id."""

    def __init__(self, data: QueryDict) -> None:
        self._data = data
        self._left: frozenset[str] = frozenset()

    @property
    def seen(self) -> int:
        """The number of the newest answer that the page knew; 0 where it knew none, or does not say."""
        return self._number("seen") or 0

    @property
    def shown(self) -> int | None:
        """The number of the newest answer that whoever sent the page had before them; None where it does not
        say. Whoever chose between both versions had what was saved before them, beside the page.
        """
        return self._number("newest" if "over" in self._data else "seen")

    @property
    def was_held_up(self) -> bool:
        """Whether both versions stand on the page."""
        return "newest" in self._data

    def _number(self, name: str) -> int | None:
        said = self._data.get(name, "")
        return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None

    def leave(self, facts: Iterable[str]) -> None:
        """Leave as it is saved what was sent of some questions."""
        self._left = self._left.union(facts)

    def sent(self, fact: str) -> Evidence | None:
        """What stands in the inputs of a question; None where it was sent without them, or is to be left."""
        if fact in self._left or f"{fact}.{DOCUMENT}" not in self._data:
            return None
        return Evidence(self._text(fact, DOCUMENT), self._text(fact, PAGE))

    def _text(self, fact: str, part: str) -> str:
        paper = self._data.get(f"{fact}.{PAPER}", ANOTHER) if part == DOCUMENT else ANOTHER
        text = self._data.get(f"{fact}.{part}", "") if paper == ANOTHER else paper
        return clean("".join(letter if letter.isprintable() else " " for letter in text))

    def wrong_at(self, fact: str) -> str:
        """The input of a question that holds too much, or a page that its document has not: "document",
        "page", or "" where all is well.
        """
        if fact in self._left:
            return ""
        longer = (part for part in LONGEST if len(self._text(fact, part)) > LONGEST[part])
        return next(longer, "") or (PAGE if self._is_beyond(fact) else "")

    def _is_beyond(self, fact: str) -> bool:
        pages, page = pages_of(self._text(fact, DOCUMENT)), self._text(fact, PAGE)
        if pages is None or not PAGE_NUMBERS.fullmatch(page):
            return False
        return any(int(number) not in pages for number in re.findall("[0-9]+", page))

    def problem(self, fact: str) -> str:
        """What is wrong with it, in a sentence."""
        part = self.wrong_at(fact)
        if not part:
            return ""
        text = self._text(fact, part)
        if len(text) > LONGEST[part]:
            return f"The {part} has {len(text)} characters; allowed: up to {LONGEST[part]}."
        pages = pages_of(self._text(fact, DOCUMENT))
        assert pages is not None  # noqa: S101 (`wrong_at` looked there)
        return f"Page {text} is not in this paper: it has pages {pages[0]} to {pages[-1]}."

    def look_over(self, form: QuestionsForm) -> None:
        """Say at each field what is wrong with where it stands, if nothing is wrong with the answer."""
        for entry in form.entries:
            if not entry.problem and (wrong := self.problem(entry.fact)):
                form.add_error(entry.fact, ValidationError(wrong, code=self.wrong_at(entry.fact)))

    def pointers(self, facts: Iterable[str]) -> dict[str, Evidence]:
        """What can be kept. A question that is not in it keeps what was said of it before."""
        given = {fact: self.sent(fact) for fact in facts if not self.wrong_at(fact)}
        return {fact: evidence for fact, evidence in given.items() if evidence is not None}
