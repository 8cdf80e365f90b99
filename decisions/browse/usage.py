"""What each passage of a policy is used for, told from the policy's own records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from decisions.browse.services import address
from decisions.core.policy import Notice, Policy, Support

PLAIN = 4
"""Up to so many uses are written out; more are folded behind a sentence that counts them."""

_COUNTED = {
    "Criterion": ("criterion", "criteria"),
    "Evidence": ("criterion as evidence", "criteria as evidence"),
    "Reading": ("reading", "readings"),
    "Hold": ("hold", "holds"),
    "Request": ("request", "requests"),
    "Caution": ("caution", "cautions"),
    "Asked": ("question", "questions"),
    "Not met": ("reason that is not covered", "reasons that are not covered"),
    "Scope": ("scope", "scope"),
    "Note": ("note", "notes"),
    "Judgement": ("judgement", "judgements"),
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
    def count(self) -> int:
        return sum(len(found) for found in self.by_kind.values())

    @property
    def folded(self) -> bool:
        return self.count > PLAIN

    @property
    def sentence(self) -> str:
        """How many uses of each kind there are: "8 criteria, 3 readings"."""
        return ", ".join(
            f"{len(found)} {_COUNTED[kind][len(found) != 1]}" for kind, found in self.by_kind.items()
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
    for kind, notices in (("Hold", policy.holds), ("Request", policy.requests), ("Caution", policy.cautions)):
        yield from _of_notices(policy, kind, notices)
    for fact, passages in policy.why.items():
        yield from _each(passages, Use("Asked", policy.topic.by_id[fact].short))
    yield from _each(policy.scope_passages, Use("Scope", "What is out of scope"))
    yield from _each(policy.before_passages, Use("Scope", "A service before the first day in force"))
    yield from _of_refusals(policy)
    for text, passage in policy.notes:
        yield passage, Use("Note", text)
    for passage, reason in policy.judgement.items():
        yield passage, Use("Judgement", reason)


def _each(passages: Iterable[str], use: Use) -> Iterator[tuple[str, Use]]:
    return ((passage, use) for passage in passages)


def _of_criteria(policy: Policy) -> Iterator[tuple[str, Use]]:
    for criterion in policy.criteria:
        link = address(policy, "logic", criterion.id)
        own = Support(criterion.when, criterion.passages, criterion.evidence, criterion.references)
        for support in (own, *criterion.support):
            yield from _each(support.passages, Use("Criterion", criterion.title, link))
            yield from _each(support.evidence, Use("Evidence", criterion.title, link))


def _of_readings(policy: Policy) -> Iterator[tuple[str, Use]]:
    for reading in policy.readings.values():
        title = f"{reading.title} (open)" if reading.taken == "open" else reading.title
        use = Use("Reading", title, address(policy, "readings", reading.id))
        yield from _each(reading.passages, use)
        for support in reading.support:
            yield from _each((*support.passages, *support.evidence), use)


def _of_notices(policy: Policy, kind: str, notices: Iterable[Notice]) -> Iterator[tuple[str, Use]]:
    for notice in notices:
        use = Use(kind, notice.title, address(policy, "logic", f"notice_{notice.id}"))
        yield from _each(notice.passages, use)


def _of_refusals(policy: Policy) -> Iterator[tuple[str, Use]]:
    yield from _each(policy.any_other, Use("Not met", "Any request that meets no criterion"))
    reasons = next(question for question in policy.topic.questions if question.at_least_one)
    for reason, support in policy.reasons.items():
        use = Use("Not met", reasons.option(reason).label)
        yield from _each((*support.passages, *support.evidence), use)
    for support in policy.support:
        use = Use("Not met", "Where the answers call for it")
        yield from _each((*support.passages, *support.evidence), use)
