"""References into another policy's list: finds those that are not there, and leaves them out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from decisions.core import policy as p
from decisions.library.files import PolicyError

Editions = Mapping[str, tuple[p.Policy, ...]]


def unresolved_references(editions: Editions) -> Iterator[PolicyError]:
    """A problem for each reference of an edition that another policy's list does not have."""
    for policy in (policy for policies in editions.values() for policy in policies):
        file = f"{policy.topic.id}/{policy.id}/{policy.edition}/references.toml"
        for reference in sorted(_unresolved(policy, editions)):
            yield PolicyError(file, "reference", f"there is no reference {reference}")


def without_unresolved(editions: Editions) -> dict[str, tuple[p.Policy, ...]]:
    """The editions without such references: a policy that is broken or gone takes no other with it."""
    return {
        policy_id: tuple(_without(policy, _unresolved(policy, editions)) for policy in policies)
        for policy_id, policies in editions.items()
    }


def _unresolved(policy: p.Policy, editions: Editions) -> frozenset[str]:
    named = {citation.reference for citation in policy.citations}
    named |= {tie for part in _tied(policy) for tie in part.references}
    return frozenset(reference for reference in named if ":" in reference and not _found(reference, editions))


def _found(reference: str, editions: Editions) -> bool:
    holder, _, entry = reference.partition(":")
    policies = editions.get(holder, ())
    return bool(policies) and entry in policies[-1].references


def _tied(policy: p.Policy) -> Iterator[p.Support | p.Criterion]:
    yield from policy.criteria
    yield from (support for criterion in policy.criteria for support in criterion.support)
    yield from (support for reading in policy.readings.values() for support in reading.support)
    yield from (*policy.reasons.values(), *policy.support)


def _without(policy: p.Policy, gone: frozenset[str]) -> p.Policy:
    if not gone:
        return policy

    def supports(all_of: tuple[p.Support, ...]) -> tuple[p.Support, ...]:
        return tuple(dataclasses.replace(s, references=_left(s.references, gone)) for s in all_of)

    return dataclasses.replace(
        policy,
        citations=tuple(
            dataclasses.replace(cited, reference="") if cited.reference in gone else cited
            for cited in policy.citations
        ),
        criteria=tuple(
            dataclasses.replace(item, references=_left(item.references, gone), support=supports(item.support))
            for item in policy.criteria
        ),
        readings={
            key: dataclasses.replace(reading, support=supports(reading.support))
            for key, reading in policy.readings.items()
        },
        reasons=dict(zip(policy.reasons, supports(tuple(policy.reasons.values())), strict=True)),
        support=supports(policy.support),
    )


def _left(ids: tuple[str, ...], gone: frozenset[str]) -> tuple[str, ...]:
    return tuple(reference for reference in ids if reference not in gone)
