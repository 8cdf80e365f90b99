"""What was proven of an edition, and where two editions differ, as a page shows it.

The proofs are made by ``manage.py prove --write``, which keeps them as files beside the code. A file that is
missing, broken or of other editions is told as such and never hides a page.
"""

from __future__ import annotations


from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

import decisions
from decisions.core.policy import Policy

CERTIFICATES = Path(decisions.__file__).parent / "certificates"

OUTCOMES = {
    "out_of_scope": "out of scope",
    "unsettled": "the text does not settle this",
    "more_information": "more information is needed",
}


class Check(msgspec.Struct, frozen=True):
    """One thing that was proven: the sentence, whether it holds, over how many things."""

    id: str
    sentence: str
    holds: bool
    count: int = 0


class Certificate(msgspec.Struct, frozen=True):
    """What was proven of an edition, when, and of which fingerprint."""

    fingerprint: str
    made_at: str
    situations: int
    checks: tuple[Check, ...]
    outcomes: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate for a page. ``current`` is whether it is of the edition as it is now."""

    certificate: Certificate
    current: bool
    outcomes: tuple[tuple[str, int], ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.certificate.checks)


class Pattern(msgspec.Struct, frozen=True):
    """Situations in which two policies give different outcomes, in sentences."""

    when: tuple[str, ...]
    outcomes: dict[str, str]
    situations: int
    example: dict[str, Any] = {}


class Differences(msgspec.Struct, frozen=True):
    """Every situation in which two policies differ, merged into patterns."""

    policies: tuple[str, ...]
    fingerprints: dict[str, str]
    situations_total: int
    situations_differing: int
    patterns: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A pattern with the outcome of each policy in words."""

    when: tuple[str, ...]
    outcomes: tuple[tuple[str, str, str], ...]
    situations: int


@dataclass(frozen=True, slots=True)
class Between:
    """The differences of two editions for a page. ``current`` as for a certificate."""

    found: Differences
    current: bool
    rows: tuple[Row, ...]


def certificate(policy: Policy) -> Shown | None:
    """The certificate of an edition; None where there is none that can be read."""
    found = _read(CERTIFICATES / policy.id / f"{policy.edition}.json", Certificate)
    if found is None:
        return None
    outcomes = tuple((outcome_in_words(policy, key), count) for key, count in found.outcomes.items())
    return Shown(found, found.fingerprint == policy.fingerprint, outcomes)


def outcome_in_words(policy: Policy, outcome: str) -> str:
    """An outcome in the policy's own words where it has some."""
    own = {"criteria_met": policy.words.criteria_met, "criteria_not_met": policy.words.criteria_not_met}
    return own.get(outcome) or OUTCOMES.get(outcome, outcome)


_SHAPES = {"criteria_met": "met", "criteria_not_met": "not-met", "out_of_scope": "out"}


def between(one: Policy, other: Policy) -> Between | None:
    """Where two editions differ; None where that was not proven or they answer other questions."""
    pair = {one.id, other.id}
    for found in _read(CERTIFICATES / one.topic.id / "differences.json", tuple[Differences, ...]) or ():
        if set(found.policies) == pair and len(pair) > 1:
            current = all(found.fingerprints.get(policy.id) == policy.fingerprint for policy in (one, other))
            return Between(found, current, tuple(_row((one, other), pattern) for pattern in found.patterns))
    return None


def _row(policies: tuple[Policy, Policy], pattern: Pattern) -> Row:
    outcomes = tuple(
        (policy.source.short, outcome_in_words(policy, key), _SHAPES.get(key, "unsettled"))
        for policy in policies
        for key in [pattern.outcomes.get(policy.id, "")]
    )
    return Row(pattern.when, outcomes, pattern.situations)


T = TypeVar("T")


def _read(file: Path, shape: type[T]) -> T | None:
    """A file of the prover as records; None where it is missing or broken."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError):
        return None
