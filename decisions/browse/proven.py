"""The kept proofs for a page: whether they are of the editions as they are now, with outcomes in words."""

from __future__ import annotations

from dataclasses import dataclass

from decisions.core.policy import Policy
from decisions.proofs import certificates
from decisions.telling import outcome_words


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome under a policy, in words and with the name of its shape."""

    policy: str
    words: str
    shape: str


@dataclass(frozen=True, slots=True)
class Proven:
    """A certificate for a page; ``outcomes`` tells how many situations have each."""

    certificate: certificates.Certificate
    current: bool
    situations: str
    outcomes: tuple[tuple[Outcome, str], ...]
    checks: tuple[tuple[certificates.Proposition, str], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """Situations in which two policies differ, with the outcome of each."""

    when: tuple[str, ...]
    outcomes: tuple[Outcome, Outcome]
    situations: str


@dataclass(frozen=True, slots=True)
class Apart:
    """All situations in which two editions differ."""

    found: certificates.Differences
    current: bool
    differing: str
    total: str
    patterns: tuple[Pattern, ...]


def proven(policy: Policy) -> Proven | None:
    """What was proven of an edition; None where no certificate of it is kept."""
    certificate = certificates.load_certificate(policy)
    if certificate is None:
        return None
    return Proven(
        certificate,
        certificate.is_current(policy),
        grouped(certificate.situations),
        tuple((outcome(policy, key), grouped(count)) for key, count in certificate.outcomes.items() if count),
        tuple((check, grouped(check.count)) for check in certificate.checks),
    )


def apart(one: Policy, other: Policy) -> Apart | None:
    """Where two editions differ; None where that was not worked out for them."""
    for found in certificates.load_differences(one.topic.id):
        if dict(found.editions) == {one.id: one.edition, other.id: other.edition}:
            patterns = tuple(_pattern(one, other, pattern) for pattern in found.patterns)
            counts = grouped(found.situations_differing), grouped(found.situations_total)
            return Apart(found, found.is_current((one, other)), *counts, patterns)
    return None


def _pattern(one: Policy, other: Policy, pattern: certificates.Difference) -> Pattern:
    outcomes = (outcome(one, pattern.outcomes[one.id]), outcome(other, pattern.outcomes[other.id]))
    return Pattern(pattern.when, outcomes, grouped(pattern.situations))


def outcome(policy: Policy, key: str) -> Outcome:
    """An outcome in the policy's own words where it has some."""
    shown = outcome_words.outcome(policy, key)
    return Outcome(policy.source.short, shown.words, shown.shape)


def grouped(count: int) -> str:
    """A count with its figures in groups of three."""
    return f"{count:,}"
