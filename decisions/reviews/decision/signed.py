"""A signed decision as a page shows it: from what was frozen alone, whatever holds today."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.dateparse import parse_datetime

from decisions import services
from decisions.core.policy import Policy
from decisions.models import Decision, Person
from decisions.services import address

SHORT_FINGERPRINT = 12
NEEDED = ("answers", "edition", "fingerprint", "policy", "software", "words", "code_set", "as_of", "given")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was frozen, as it was typed, who gave it, and where it stands in the record."""

    question: str
    answer: str
    own_words: str
    by: str
    at: dt.datetime | None
    where: str


class SignedDecision:
    """A signed decision for its page, read from what was frozen. ``answers`` are those that were frozen.

    Where what was frozen cannot be read, ``is_readable`` is False.
    """

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.held: dict[str, Any] = {}
        self.answers: list[Given] = []
        try:
            self.held = json.loads(decision.frozen)
            complete = all(key in self.held for key in NEEDED)
            self.answers = self._answers()
        except (ValueError, KeyError, TypeError, AttributeError):
            complete = False
        if not complete:
            self.held = {}

    @property
    def is_readable(self) -> bool:
        """Whether what was frozen can be read."""
        return bool(self.held)

    @property
    def words(self) -> dict[str, Any]:
        """The determination in words."""
        found: dict[str, Any] = self.held["words"]
        return found

    @property
    def short_fingerprint(self) -> str:
        """The beginning of the fingerprint."""
        return str(self.held["fingerprint"])[:SHORT_FINGERPRINT]

    @cached_property
    def edition(self) -> Policy | None:
        """The edition itself, while it is at hand."""
        try:
            return services.library().edition(self.held["policy"], self.held["edition"])
        except KeyError:
            return None

    @property
    def text_address(self) -> str:
        """Where the edition is read; empty where it is gone."""
        return address(self.edition) if self.edition else ""

    @property
    def is_same_text(self) -> bool:
        """Whether the edition at hand is the one that was signed on."""
        return self.edition is not None and self.edition.fingerprint == self.held["fingerprint"]

    def _answers(self) -> list[Given]:
        given = {each["fact"]: each for each in self.held["given"]}
        people = Person.objects.in_bulk([each["by"] for each in given.values()])
        return [self._given(told, given.get(told["fact"]), people) for told in self.words["answers"]]

    def _given(self, told: dict[str, str], given: dict[str, Any] | None, people: dict[int, Person]) -> Given:
        said = (told["question"], told["answer"], told.get("own_words", ""))
        if given is None:
            return Given(*said, "the request", None, "")
        page = f"page {given['page']}" if given["page"] else ""
        where = ", ".join(filter(None, (given["document"], page)))
        by = str(people.get(given["by"], ""))
        return Given(*said, by, parse_datetime(given["at"]), where)
