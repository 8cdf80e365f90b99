"""Reads the worked cases of an edition, and finds what is wrong with them.

Cases decide nothing, so they are not read when a process starts; the system check and the proof read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from decisions.core import answers as a
from decisions.core import policy as p
from decisions.library.files import PolicyError, refusal, refuse_repeated, toml_of
from decisions.library.shapes import CaseFile, CasesFile

EXPECTED = (
    "edition",
    "outcome",
    "determination",
    "next_step",
    "met",
    "unsettled",
    "missing",
    "holds",
    "requests",
    "cautions",
    "readings",
    "coding",
    "passages",
    "references",
)
"""The keys of a determination that a case may state."""

UNTRIED = "cases"
"""The key of a problem that is a limit without its cases; one of a case has the case's own."""


def read_cases(folder: Path) -> tuple[CaseFile, ...]:
    """The worked cases of an edition. Raises PolicyError."""
    file = folder / "cases.toml"
    cases = toml_of(file, CasesFile).cases
    refuse_repeated(file, "cases", [case.id for case in cases])
    return cases


def case_problems(policy: p.Policy, folder: Path, cases: Iterable[CaseFile]) -> Iterator[PolicyError]:
    """What is wrong with the cases of an edition: a case that cannot be asked, a limit without its cases."""
    file = folder / "cases.toml"
    given: list[a.Answers] = []
    for case in cases:
        unknown = [key for key in case.expected if key not in EXPECTED]
        if unknown or not case.expected:
            message = f"{unknown[0]} is not one of" if unknown else "this states at least one of"
            yield refusal(file, f"cases.{case.id}.expected", f"{message} {', '.join(EXPECTED)}")
        try:
            given.append(a.read_answers(policy.topic, case.answers, case.as_of))
        except a.AnswersError as error:
            yield refusal(file, f"cases.{case.id}.answers", str(error))
    for fact, limit, side in untried(policy, given):
        yield PolicyError(file, UNTRIED, f"there is no case with {fact} {side} {limit}")


def untried(policy: p.Policy, given: list[a.Answers]) -> Iterator[tuple[str, Decimal | int, str]]:
    """The sides of limits that no case tries: fact, limit, and "below", "at" or "above"."""
    for fact, limit in sorted((fact, limit) for fact, limits in policy.limits.items() for limit in limits):
        question = policy.topic.by_id[fact]
        values = [answers.on_record(fact) for answers in given]
        tried = {_side(value, limit) for value in values if isinstance(value, int | Decimal)}
        if question.at_least is not None and limit <= question.at_least:
            tried.add("below")  # no answer lies there
        if limit == question.at_most:
            tried.add("above")
        yield from ((fact, limit, side) for side in ("below", "at", "above") if side not in tried)


def _side(value: Decimal | int, limit: Decimal | int) -> str:
    if value == limit:
        return "at"
    return "below" if value < limit else "above"
