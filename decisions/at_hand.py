"""The policies and code sets at hand, and a determination for raw answers.

No framework: `manage.py determine` decides with this, and starts without Django.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from decisions.core.answers import Answers, read_answers
from decisions.core.determination import Determination, determine
from decisions.core.policy import Topic
from decisions.library import Library
from decisions.library.codebook import CodeBook


@dataclass(frozen=True, slots=True)
class AtHand:
    """What determinations are made with."""

    library: Library
    codebook: CodeBook

    def topic_of(self, policy_id: str) -> Topic:
        """The topic whose questions a policy answers from. Raises KeyError."""
        return self.library.editions[policy_id][0].topic

    def decide(self, policy_id: str, answers: Answers) -> Determination:
        """What the edition in force on the day of the answers says of them. Raises KeyError."""
        rules = self.library.rules(self.library.in_force(policy_id, answers.day))
        return determine(rules, answers, self.codebook.judging(answers.day))

    def decide_all(
        self, policy_ids: Iterable[str], raw: Mapping[str, Any], as_of: dt.date
    ) -> list[Determination]:
        """A determination of raw answers under each policy. Raises AnswersError."""
        checked: dict[str, Answers] = {}
        found = []
        for policy_id in policy_ids:
            topic = self.topic_of(policy_id)
            if topic.id not in checked:
                checked[topic.id] = read_answers(topic, raw, as_of)
            found.append(self.decide(policy_id, checked[topic.id]))
        return found
