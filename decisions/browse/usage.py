"""What each passage of a policy is used for, told from the policy's own records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from decisions.core.policy import Notice, Policy, Support
from decisions.services import address
from decisions.telling.condition_words import tree

PLAIN = 2
"""Up to so many uses are written out; more are folded behind words that count them."""

_KINDS = {
    "criterion": ("criterion", "criteria"),
    "evidence for": ("criterion as evidence", "criteria as evidence"),
    "reading": ("reading", "readings"),
    "hold": ("hold", "holds"),
    "request": ("request", "requests"),
    "caution": ("caution", "cautions"),
    "question": ("question", "questions"),
    "criteria not met": ("ground for criteria not met", "grounds for criteria not met"),
    "scope": ("scope", "scope"),
    "note": ("note", "notes"),
    "judgement": ("judgment", "judgments"),
}


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that uses a passage; ``link`` is where it is told in full, empty where nowhere."""

    kind: str
    title: str
    link: str = ""


@dataclass(slots=True)
class Uses:
    """The uses of one passage by kind, each once, in the order of the policy's records."""

    by_kind: dict[str, list[Use]] = field(default_factory=dict)

    def add(self, use: Use) -> None:
        found = self.by_kind.setdefault(use.kind, [])
        if use not in found:
            found.append(use)

    @property
    def plain(self) -> dict[str, list[Use]]:
        """The kinds that are written out: as many of the first as are not too long together."""
        written: dict[str, list[Use]] = {}
        count = 0
        for kind, found in self.by_kind.items():
            count += len(found)
            if count > PLAIN:
                break
            written[kind] = found
        return written

    @property
    def folded(self) -> dict[str, list[Use]]:
        """The kinds that are left when `plain` has as many as a margin holds: `sentence` counts them."""
        return {kind: found for kind, found in self.by_kind.items() if kind not in self.plain}

    @property
    def sentence(self) -> str:
        """How many uses are folded, by kind: "8 criteria, 3 readings"."""
        return ", ".join(
            f"{len(found)} {_KINDS[kind][len(found) != 1]}" for kind, found in self.folded.items()
        )


def uses(policy: Policy) -> dict[str, Uses]:
    """The uses of every passage that is used at all, by the passage's id."""
    found: dict[str, Uses] = {}
    for passage, use in _all(policy):
        found.setdefault(passage, Uses()).add(use)
    return found


def _all(policy: Policy) -> Iterator[tuple[str, Use]]:
    yield from _of_criteria(policy)
    yield from _of_readings(policy)
    for kind, notices in (("hold", policy.holds), ("request", policy.requests), ("caution", policy.cautions)):
        yield from _of_notices(policy, kind, notices)
    for fact, passages in policy.why.items():
        yield from _each(passages, Use("question", policy.topic.by_id[fact].short))
    yield from _each(policy.scope_passages, Use("scope", "what is out of scope"))
    yield from _each(policy.before_passages, Use("scope", "a service before the first day in force"))
    yield from _of_refusals(policy)
    for text, passage in policy.notes:
        yield passage, Use("note", text)
    for passage, reason in policy.judgement.items():
        yield passage, Use("judgement", reason)


def _each(passages: Iterable[str], use: Use) -> Iterator[tuple[str, Use]]:
    return ((passage, use) for passage in passages)


def _of_criteria(policy: Policy) -> Iterator[tuple[str, Use]]:
    for criterion in policy.criteria:
        link = address(policy, "logic", criterion.id)
        own = Support(criterion.when, criterion.passages, criterion.evidence, criterion.references)
        for support in (own, *criterion.support):
            yield from _each(support.passages, Use("criterion", criterion.title, link))
            yield from _each(support.evidence, Use("evidence for", criterion.title, link))


def _of_readings(policy: Policy) -> Iterator[tuple[str, Use]]:
    for reading in policy.readings.values():
        title = f"{reading.title} (open)" if reading.taken == "open" else reading.title
        use = Use("reading", title, address(policy, "readings", reading.id))
        yield from _each(reading.passages, use)
        for support in reading.support:
            yield from _each((*support.passages, *support.evidence), use)


def _of_notices(policy: Policy, kind: str, notices: Iterable[Notice]) -> Iterator[tuple[str, Use]]:
    for notice in notices:
        use = Use(kind, notice.title, address(policy, "logic", f"notice_{notice.id}"))
        yield from _each(notice.passages, use)


def _of_refusals(policy: Policy) -> Iterator[tuple[str, Use]]:
    """What is quoted where no criterion is met. A criterion's own passages go without saying."""
    yield from _each(policy.any_other, Use("criteria not met", "any request that meets no criterion"))
    own = {passage for criterion in policy.criteria for passage in criterion.passages}
    reasons = next(question for question in policy.topic.questions if question.at_least_one)
    for reason, support in policy.reasons.items():
        passages = (*support.passages, *support.evidence)
        use = Use("criteria not met", reasons.option(reason).label)
        yield from _each([passage for passage in passages if passage not in own], use)
    for support in policy.support:
        use = Use("criteria not met", tree(policy, support.when).text)
        yield from _each((*support.passages, *support.evidence), use)
