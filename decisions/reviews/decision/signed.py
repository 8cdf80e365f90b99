"""A signed decision as a page shows it: from what was frozen alone, whatever holds today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from decisions import services
from decisions.core.policy import Policy
from decisions.models import Decision, Judgment, Person, Role
from decisions.reviews.answers.verbs import Evidence
from decisions.reviews.ground import frozen, judging
from decisions.reviews.ground.frozen import (
    Frozen,
    FrozenAnswer,
    FrozenJudgment,
    FrozenSource,
    UnreadableError,
)
from decisions.services import address
from decisions.telling.sentences import short_fingerprint


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was frozen, as it was typed, who gave it, and where it stands in the record."""

    question: str
    answer: str
    own_words: str
    by: str
    at: dt.datetime | None
    where: str


@dataclass(frozen=True, slots=True)
class JudgmentTold:
    """A judgment beside what the determination says of the same criterion, in words."""

    title: str
    verdict: str
    words: str
    by: str
    role: str
    at: dt.datetime
    determined: str
    differs: bool


def judgments_told(judgments: Sequence[FrozenJudgment]) -> list[JudgmentTold]:
    """Judgments as a page tells them, each with who made it."""
    people = Person.objects.in_bulk([each.by for each in judgments])
    return [
        JudgmentTold(
            each.title,
            Judgment.Verdict(each.verdict).label,
            each.words,
            str(people.get(each.by, "")),
            dict(Role.choices).get(each.role, each.role).lower(),
            dt.datetime.fromisoformat(each.at),
            str(Judgment.Determined(each.determined).label),
            judging.differs(each.verdict, each.determined),
        )
        for each in judgments
    ]


class SignedDecision:
    """What a decision rested on, for its page. ``answers`` are those that were frozen."""

    def __init__(self, held: Frozen) -> None:
        self.frozen, self.words = held, held.words
        self.short_fingerprint = short_fingerprint(held.fingerprint)
        self.answers = self._answers()
        self.judgments = judgments_told(held.judgments)

    @cached_property
    def edition(self) -> Policy | None:
        """The edition itself, while it is at hand."""
        try:
            return services.library().edition(self.frozen.policy, self.frozen.edition)
        except KeyError:
            return None

    @property
    def text_address(self) -> str:
        """Where the edition is read; empty where it is gone."""
        return address(self.edition) if self.edition else ""

    @property
    def is_same_text(self) -> bool:
        """Whether the edition at hand is the one that was signed on."""
        return self.edition is not None and self.edition.fingerprint == self.frozen.fingerprint

    def _answers(self) -> list[Given]:
        given = {each.fact: each for each in self.frozen.given}
        people = Person.objects.in_bulk([each.by for each in given.values()])
        return [_given(told, given.get(told.fact), people) for told in self.words.answers]


def signed_decision(decision: Decision) -> SignedDecision | None:
    """What a decision rested on; None where what was frozen cannot be read."""
    try:
        return SignedDecision(frozen.read(decision.frozen))
    except UnreadableError:
        return None


def _given(told: FrozenAnswer, source: FrozenSource | None, people: dict[int, Person]) -> Given:
    said = (told.question, told.answer, told.own_words)
    if source is None:
        return Given(*said, "the request", None, "")
    where = Evidence(source.document, source.page)
    return Given(*said, str(people.get(source.by, "")), source.moment, where.in_words)
