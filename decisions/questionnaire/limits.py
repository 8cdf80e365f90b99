"""The numbers at which policies change what they say, read from their conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from decisions import services
from decisions.core.conditions import Condition, Number, tests
from decisions.core.policy import Policy

_found: dict[tuple[str, str], frozenset[Decimal | int]] = {}


def limits(policy_ids: Iterable[str], fact: str) -> tuple[Decimal | int, ...]:
    """Every limit of a number in any edition of these policies, from the lowest to the highest."""
    editions = [policy for key in policy_ids for policy in services.library().editions[key]]
    return tuple(sorted(frozenset[Decimal | int]().union(*(_of(policy, fact) for policy in editions))))


def _of(policy: Policy, fact: str) -> frozenset[Decimal | int]:
    """The limits in one edition, looked for once."""
    key = (policy.fingerprint, fact)
    if key not in _found:
        _found[key] = frozenset(_limits(_conditions(policy), fact))
    return _found[key]


def _limits(conditions: Iterable[Condition], fact: str) -> Iterator[Decimal | int]:
    for condition in conditions:
        for test in tests(condition):
            if isinstance(test, Number) and test.fact == fact:
                yield from (limit for _, limit in test.limits)


def _conditions(policy: Policy) -> Iterator[Condition]:
    yield policy.scope
    yield from (criterion.when for criterion in policy.criteria)
    for notice in (*policy.holds, *policy.requests, *policy.cautions):
        yield from (part for part in (notice.when, notice.unless) if part is not None)
