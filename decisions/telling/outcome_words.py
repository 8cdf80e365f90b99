"""The words and the shapes of outcomes, next steps and criteria, for pages, panels, notes and letters alike:
two of them that spoke of one determination with words of their own have named two next steps for it. The
sentence that says why is made in `explanation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from decisions.core.conditions import MET, NO, UNSETTLED
from decisions.core.determination import (
    CAN_APPROVE,
    PHYSICIAN_REVIEW,
    REDIRECT,
    REQUEST_INFORMATION,
    Determination,
    policy_words,
)
from decisions.core.policy import Policy
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET, MORE_INFORMATION, OUT_OF_SCOPE
from decisions.core.rules import UNSETTLED as OUTCOME_UNSETTLED
from decisions.telling.sentences import capital


@dataclass(frozen=True, slots=True)
class Shown:
    """Words as they stand inside a sentence, and the shape beside them: `state-` and its name is the class of
    the style sheet that draws it.
    """

    words: str
    shape: str


OUTCOMES: Mapping[str, Shown] = {
    CRITERIA_MET: Shown("", "met"),
    OUTCOME_UNSETTLED: Shown("the text does not settle this", "unsettled"),
    CRITERIA_NOT_MET: Shown("", "not-met"),
    MORE_INFORMATION: Shown("more information is needed", "open"),
    OUT_OF_SCOPE: Shown("out of scope", "out"),
}
"""Where there are no words, each policy has its own."""

NEXT_STEPS: Mapping[str, str] = {
    CAN_APPROVE: "Can be approved",
    PHYSICIAN_REVIEW: "A physician reviews",
    REQUEST_INFORMATION: "Ask for information",
    REDIRECT: "Send elsewhere",
}
EARLIER_EDITION = "Use the edition in force on that day"
"""A request before the edition's first day is redirected to another text, not to somebody else."""

CRITERIA: Mapping[int | None, Shown] = {
    MET: Shown("met", "met"),
    UNSETTLED: Shown("not settled", "unsettled"),
    NO: Shown("not met", "not-met"),
    None: Shown("open", "open"),
}
"""The values of a criterion; None where its answers are missing."""

NOT_WEIGHED = Shown("not weighed", "out")
"""A criterion of a request that is out of scope."""


def outcome(policy: Policy, key: str) -> Shown:
    """An outcome under a policy, in the policy's own words where it has some."""
    shown = OUTCOMES[key]
    return Shown(policy_words(policy, key) or shown.words, shown.shape)


def headline(found: Determination) -> str:
    """The outcome as a heading."""
    return capital(outcome(found.policy, found.outcome).words)


def shape(found: Determination) -> str:
    """The shape of the outcome."""
    return OUTCOMES[found.outcome].shape


def next_step(found: Determination) -> str:
    """What is to be done next."""
    return EARLIER_EDITION if found.before_edition else NEXT_STEPS[found.next_step]


def needed(count: int) -> str:
    """How many answers a determination still needs, as it stands inside a sentence."""
    return f"needs {count} answer{'' if count == 1 else 's'}"


def criterion(found: Determination, key: str) -> Shown:
    """A criterion that the policy has, as it stands."""
    return NOT_WEIGHED if found.outcome == OUT_OF_SCOPE else CRITERIA[found.values[key]]
