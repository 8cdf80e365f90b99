"""A check as the questionnaire sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from decisions.check import services
from decisions.core.determination import Determination
from decisions.core.policy import Topic
from decisions.models import Check


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """A check: every fact is asked, and nothing stands beside a field. A `questionnaire.subject.Subject`."""

    check: Check

    @property
    def topic(self) -> Topic:
        return services.topic(self.check)

    @property
    def policies(self) -> Sequence[str]:
        policies: Sequence[str] = self.check.policies
        return policies

    @property
    def answers(self) -> Mapping[str, Any]:
        answers: Mapping[str, Any] = self.check.answers
        return answers

    @property
    def fixed(self) -> frozenset[str]:
        return frozenset()

    @property
    def revision(self) -> int:
        return self.check.revision

    @property
    def age_from_birth_date(self) -> bool:
        return self.check.age_from_birth_date

    @property
    def age_asked_again(self) -> bool:
        return self.check.age_asked_again

    def determinations(self) -> list[Determination]:
        return services.determinations(self.check)

    def address(self, name: str, *args: str) -> str:
        return reverse(f"check:{name}", args=(self.check.id, *args))

    def beside(self, fact: str) -> None:
        """Nothing."""
