"""Certificates: what was proved of an edition, and in which situations two policies differ, kept as files.

A certificate names the fingerprint of the files that it was made from. It is out of date when they change.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from decisions import library as shelf
from decisions.core import kinds
from decisions.core.differences import Comparison, Need, Pattern
from decisions.core.policy import Policy, Topic
from decisions.core.proof import Proof
from decisions.core.rules import CRITERIA_MET, CRITERIA_NOT_MET, OUT_OF_SCOPE, Rules
from decisions.core.rules import UNSETTLED as OUTCOME_UNSETTLED
from decisions.library import verbatim
from decisions.library.codebook import CodeBook
from decisions.proofs.decided_cases import unexpected
from decisions.telling import kinds as telling

CERTIFICATES = Path(__file__).parents[1] / "certificates"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Proposition:
    """One thing that is proved of an edition, in a sentence: of how many, and which ones fail."""

    id: str
    sentence: str
    holds: bool
    count: int
    failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was proved of an edition. ``made_at`` is a moment in UTC, ``code`` the version that proved it."""

    fingerprint: str
    made_at: str
    code: str
    situations: int
    outcomes: Mapping[str, int]
    checks: tuple[Proposition, ...]

    @property
    def holds(self) -> bool:
        return all(check.holds for check in self.checks)

    def is_current(self, policy: Policy) -> bool:
        """Whether it was made from the files that the edition has now."""
        return self.fingerprint == policy.fingerprint


@dataclass(frozen=True, slots=True)
class Difference:
    """Situations in which two policies differ, in sentences, with one example of answers."""

    when: tuple[str, ...]
    outcomes: Mapping[str, str]
    situations: int
    example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Differences:
    """All situations in which two policies differ. ``editions`` and ``fingerprints`` are by policy id."""

    policies: tuple[str, str]
    editions: Mapping[str, str]
    fingerprints: Mapping[str, str]
    made_at: str
    situations_total: int
    situations_differing: int
    patterns: tuple[Difference, ...]

    def is_current(self, policies: Iterable[Policy]) -> bool:
        """Whether it was made from the files that both editions have now."""
        return dict(self.fingerprints) == {policy.id: policy.fingerprint for policy in policies}


def code_version() -> str:
    """The name and version of this program."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return f"{project['name']} {project['version']}"


def certificate_file(policy: Policy, folder: Path = CERTIFICATES) -> Path:
    """Where an edition's certificate is kept."""
    return folder / policy.id / f"{policy.edition}.json"


def differences_file(topic_id: str, folder: Path = CERTIFICATES) -> Path:
    """Where the differences of a topic's policies are kept."""
    return folder / topic_id / "differences.json"


def load_certificate(policy: Policy, folder: Path = CERTIFICATES) -> Certificate | None:
    """The certificate kept for an edition, current or not; None where there is none that can be read."""
    try:
        kept = json.loads(certificate_file(policy, folder).read_text(encoding="utf-8"))
        return Certificate(**{**kept, "checks": tuple(Proposition(**check) for check in kept["checks"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def load_differences(topic_id: str, folder: Path = CERTIFICATES) -> tuple[Differences, ...]:
    """The differences kept for each pair of a topic's policies; () where there are none that can be read."""
    try:
        kept = json.loads(differences_file(topic_id, folder).read_text(encoding="utf-8"))
        return tuple(_pair(entry) for entry in kept)
    except (OSError, ValueError, TypeError, KeyError):
        return ()


def _pair(entry: dict[str, Any]) -> Differences:
    patterns = tuple(Difference(**{**p, "when": tuple(p["when"])}) for p in entry["patterns"])
    return Differences(**{**entry, "policies": tuple(entry["policies"]), "patterns": patterns})


def write(file: Path, kept: Any) -> None:
    """Writes a record, or a list of them, as JSON that reads well in a diff."""
    file.parent.mkdir(parents=True, exist_ok=True)
    plain = [asdict(record) for record in kept] if isinstance(kept, tuple) else _without_failing(kept)
    file.write_text(json.dumps(plain, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _without_failing(certificate: Certificate) -> dict[str, Any]:
    plain = asdict(certificate)
    for entry in plain["checks"]:
        # What fails is for whoever runs the proof, and is long. The certificate says how many and whether.
        del entry["failing"]
    return plain


class EditionProof:
    """Everything that is proved of one edition: its conditions, its text, its worked cases."""

    def __init__(self, rules: Rules, folder: Path, book: CodeBook) -> None:
        """``folder``: the edition's own files."""
        self.rules, self.policy, self.folder, self.book = rules, rules.policy, folder, book
        self.proof = Proof(rules)

    def certificate(self, now: dt.datetime) -> Certificate:
        """The certificate, whether every check holds or not."""
        moment = now.astimezone(dt.UTC).isoformat(timespec="seconds")
        return Certificate(
            self.policy.fingerprint,
            moment,
            code_version(),
            self.proof.total,
            self.proof.outcomes,
            self.checks,
        )

    @cached_property
    def checks(self) -> tuple[Proposition, ...]:
        return (
            self._outcomes(),
            *self._alive(),
            *self._numbers(),
            self._parts(),
            *self._text(),
            *self._cases(),
        )

    def _outcomes(self) -> Proposition:
        missed = self.proof.undecided()
        sentence = "Every complete answer has exactly one outcome; the situations were counted in two ways."
        return Proposition(
            "outcomes", sentence, not missed, self.proof.total, (str(missed),) if missed else ()
        )

    def _alive(self) -> Iterator[Proposition]:
        """Nothing in the rules is dead."""
        proof, policy = self.proof, self.policy
        notices = len(policy.holds) + len(policy.requests) + len(policy.cautions)
        beside = len(proof.trials.looked_at - proof.situations.facts)
        for key, sentence, count, failing in (
            ("criteria", _CRITERIA, len(policy.criteria), proof.dead_criteria()),
            ("questions", _QUESTIONS, len(proof.situations.facts), proof.dead_facts()),
            ("optional", _OPTIONAL, beside, proof.dead_options()),
            ("readings", _READINGS, len(policy.readings), proof.dead_readings()),
            ("notices", _NOTICES, notices, proof.dead_notices()),
        ):
            yield _proposition(key, sentence, count, failing)

    def _numbers(self) -> Iterator[Proposition]:
        numbers = [q for q in self.policy.topic.questions if kinds.of(q).is_number]
        yield _proposition("numbers", _NUMBERS, len(numbers), self.proof.badly_cut())
        yield _proposition("intervals", _INTERVALS, len(numbers), self.proof.badly_left())

    def _parts(self) -> Proposition:
        return _proposition("parts", _PARTS, self.proof.parts, self.proof.astray())

    def _text(self) -> Iterator[Proposition]:
        yield _proposition("passages", _PASSAGES, len(self.proof.claimable()), self.proof.unclaimed())
        passages = self.policy.passages
        source = (self.folder / self.policy.source.file).read_text(encoding="utf-8")
        lost = [passage.id for passage in verbatim.not_found(passages.values(), source)]
        yield _proposition("quotes", _QUOTES, len(passages), lost)

    def _cases(self) -> Iterator[Proposition]:
        try:
            cases = shelf.read_cases(self.folder)
        except shelf.PolicyError as problem:
            yield Proposition("cases", _CASES, False, 0, (str(problem),))
            return
        problems = list(shelf.case_problems(self.policy, self.folder, cases))
        limits = [str(problem) for problem in problems if problem.key == shelf.UNTRIED]
        failing = [str(problem) for problem in problems if problem.key != shelf.UNTRIED]
        failing += map(str, unexpected(self.rules, self.folder, cases, self.book))
        yield _proposition("cases", _CASES, len(cases), failing if cases else ["there is no case"])
        yield _proposition("limits", _LIMITS, len(self.proof.limits()), limits)


_CRITERIA = "Each criterion can be met or unsettled, and decides some outcome."
_QUESTIONS = "Each question that the criteria and the scope ask can change an outcome."
_OPTIONAL = (
    "Each other question that the edition looks at can change an outcome, the next step, a hold, a request or"
    " a caution."
)
_READINGS = (
    "Each open reading makes something unsettled; each adopted one has an alternative that changes an outcome"
    " or a next step."
)
_NOTICES = "Each hold, request and caution applies in some situation."
_NUMBERS = "The cells of each number cover its limits without gap or overlap."
_INTERVALS = "An interval of each number leaves the cells of the values in it, and no other."
_PARTS = (
    "Where part of the values of a fact is left, each criterion and the outcome are what they are for each of"
    " them, and look at the fact only where these differ."
)
_PASSAGES = (
    "Each passage of the criteria section is claimed by a criterion, a reading, a ground, the scope, a code"
    " table or a judgment."
)
_QUOTES = "Each passage stands in the source word for word."
_CASES = "Each worked case says what was expected."
_LIMITS = "Each limit of a number in the criteria has worked cases below, at and above it."


def _proposition(key: str, sentence: str, count: int, failing: list[str]) -> Proposition:
    return Proposition(key, sentence, not failing, count, tuple(failing))


def unused_questions(topic: Topic, proofs: Iterable[EditionProof]) -> list[str]:
    """Questions of a topic that change nothing under any edition, in order."""
    alive = frozenset[str]().union(*(proof.proof.alive() for proof in proofs))
    return [question.id for question in topic.questions if question.id not in alive]


def compare(policies: Iterable[Policy], now: dt.datetime) -> tuple[Differences, ...]:
    """For each pair of policies on one topic all the situations in which they differ."""
    return tuple(_differences(Comparison(one, other), now) for one, other in combinations(policies, 2))


def _differences(comparison: Comparison, now: dt.datetime) -> Differences:
    one, other = (side.policy for side in comparison.sides)
    return Differences(
        (one.id, other.id),
        {one.id: one.edition, other.id: other.edition},
        {one.id: one.fingerprint, other.id: other.fingerprint},
        now.astimezone(dt.UTC).isoformat(timespec="seconds"),
        comparison.total,
        comparison.differing,
        tuple(_difference(comparison, pattern) for pattern in comparison.patterns),
    )


def _difference(comparison: Comparison, pattern: Pattern) -> Difference:
    topic = comparison.sides[0].policy.topic
    first, before = pattern.days
    day = first or (before - dt.timedelta(days=1) if before else None)
    dated = {**pattern.example, topic.service_date.id: str(day)}
    example = {question.id: dated[question.id] for question in topic.questions if question.id in dated}
    return Difference(tuple(_when(comparison, pattern)), pattern.outcomes, pattern.situations, example)


def _when(comparison: Comparison, pattern: Pattern) -> Iterator[str]:
    """The sentences of a pattern: days, then answers, then outcomes."""
    yield from _days(pattern, comparison)
    for fact, cells in pattern.where:
        yield _in_cells(comparison, fact, cells)
    policies = {side.policy.id: side.policy for side in comparison.sides}
    for need in pattern.needs:
        yield _need(policies[need.policy], need)


def _days(pattern: Pattern, comparison: Comparison) -> Iterator[str]:
    if len(comparison.bands) == 1:
        return
    first, before = pattern.days
    if first and before:
        yield f"Date of service from {first} to {before - dt.timedelta(days=1)}."
    elif first:
        yield f"Date of service {first} or later."


def _in_cells(comparison: Comparison, fact: str, cells: tuple[int, ...]) -> str:
    question = comparison.space.topic.by_id[fact]
    return f"{question.short}: {telling.of(question).cells(question, comparison.space, cells)}."


_NEEDS = {
    CRITERIA_MET: "Under {policy} a criterion is met: {criteria}.",
    OUTCOME_UNSETTLED: "Under {policy} no criterion is met, and one is unsettled: {criteria}.",
    CRITERIA_NOT_MET: "Under {policy} no criterion is met or unsettled.",
    OUT_OF_SCOPE: "Under {policy} the request is out of scope.",
}


def _need(policy: Policy, need: Need) -> str:
    titles = [f"“{policy.criterion(key).title}”" for key in need.criteria]
    one_of = " or ".join(part for part in (", ".join(titles[:-1]), *titles[-1:]) if part)
    return _NEEDS[need.outcome].format(policy=policy.source.short, criteria=one_of)
