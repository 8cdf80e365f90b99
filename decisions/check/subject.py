"""A check as the questionnaire sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from decisions.check import services
from decisions.core.determination import Determination
from decisions.core.policy import Topic
from decisions.models import Check
from decisions.questionnaire.answering import NOTHING, Kept
from decisions.questionnaire.conflict import Conflict
from decisions.questionnaire.forms import QuestionsForm


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """A check: every fact is asked, and nothing stands beside a field. A `questionnaire.subject.Subject`.

    It keeps no words of what no option names: they could say who is meant.
    """

    check: Check
    concludes: ClassVar[bool] = True
    takes_other_words: ClassVar[bool] = False
    other_words: ClassVar[Mapping[str, str]] = NOTHING

    @property
    def topic(self) -> Topic:
        return services.topic(self.check)

    @property
    def policies(self) -> Sequence[str]:
        policies: Sequence[str] = self.check.policies
        return policies

    @property
    def kept(self) -> Kept:
        """What counts today."""
        return services.kept(self.check)

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.kept.answers

    @property
    def typed(self) -> Mapping[str, str]:
        return self.kept.typed

    @property
    def fixed(self) -> frozenset[str]:
        return frozenset()

    @property
    def revision(self) -> int:
        return services.revision(self.check)

    @property
    def age_from_birth_date(self) -> bool:
        return self.kept.age_from_birth_date

    @property
    def age_asked_again(self) -> bool:
        return self.kept.age_asked_again

    @property
    def shown(self) -> str:
        """The answers as a page that shows them sends them back."""
        return json.dumps(self.answers, separators=(",", ":"))

    def determinations(self) -> list[Determination]:
        return services.determinations(self.check)

    def address(self, name: str, *args: str) -> str:
        return reverse(f"check:{name}", args=(self.check.id, *args))

    def beside(self, fact: str) -> None:
        """Nothing: a check knows of no record, and of nobody who answers."""


class CheckConflict(Conflict):
    """A check was saved in another window: nobody but this browser has it."""

    thing = "check"
    happened = "This check was changed in another window after your page was made."

    def __init__(
        self, subject: CheckSubject, form: QuestionsForm, form_id: str, before: Mapping[str, Any] | None
    ) -> None:
        super().__init__(subject, form, form_id, before)
        self.inputs = [("seen", subject.shown)]
