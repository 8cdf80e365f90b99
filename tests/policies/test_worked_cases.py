"""The worked cases, from vignettes and at boundaries, agree under both policies; the bad ones are refused."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from decisions import services
from decisions.core.answers import AnswersError
from decisions.streams import raw_cases as cases
from decisions.telling.record import as_record
from decisions.telling.refusal_words import sentence

FOLDER = Path(__file__).parents[1] / "cases"
GOOD: list[dict[str, Any]] = json.loads((FOLDER / "cases.json").read_text())
BAD: list[dict[str, Any]] = json.loads((FOLDER / "errors.json").read_text())
CONTRADICTIONS = {
    "given-twice": "give one of the two",
    "two-lower-bounds": "give one lower bound: above or at_least",
    "with-and-without": "name it in one of the two",
}
"""What is said of answers that contradict themselves: each part is allowed, not both."""
EXPECTED = [
    pytest.param(case, policy, expected, id=f"{case['id']}-{policy}")
    for case in GOOD
    for policy, expected in case["expected"].items()
]


def read(case: dict[str, Any]) -> cases.Case:
    """The case as the product reads it."""
    (found,) = cases.read(io.StringIO(json.dumps(case)))
    return found


@pytest.mark.parametrize(("case", "policy", "expected"), EXPECTED)
def test_a_worked_case_agrees(case: dict[str, Any], policy: str, expected: dict[str, Any]) -> None:
    given = read(case)
    assert given.answers is not None
    (found,) = services.decide_all([policy], given.answers, given.as_of or services.today())
    record = as_record(given.id, found)
    assert {key: record[key] for key in expected} == expected


def test_every_worked_case_says_what_both_policies_say() -> None:
    policies = set(services.library().policy_ids)
    assert policies
    assert [case["id"] for case in GOOD if set(case["expected"]) != policies] == []


@pytest.mark.parametrize("case", BAD, ids=[case["id"] for case in BAD])
def test_a_bad_case_is_refused_for_its_fact(case: dict[str, Any]) -> None:
    given = read(case)
    facts = case["error"]["fact"]
    assert given.answers is not None
    with pytest.raises(AnswersError) as refused:
        services.decide_all(services.library().policy_ids, given.answers, cases.day("2026-11-20"))
    (problem,) = refused.value.problems
    assert set(problem.facts) == ({facts} if isinstance(facts, str) else set(facts))
    assert CONTRADICTIONS.get(problem.kind, "; allowed: ") in sentence(problem)


def test_bad_cases_among_good_ones_are_named_and_the_good_ones_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mixed = [case for pair in zip(BAD, GOOD, strict=False) for case in pair]
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(json.dumps(case) + "\n" for case in mixed)))
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("determine", "--as-of", "2026-11-20", stdout=out, stderr=err)
    assert ended.value.code == 2
    printed = [json.loads(line)["id"] for line in out.getvalue().splitlines()]
    assert printed == [case["id"] for case in GOOD[: len(BAD)] for _ in services.library().policy_ids]
    lines = [line for line in err.getvalue().splitlines() if line.startswith("case ")]
    besides = [line for line in err.getvalue().splitlines() if line not in lines]
    assert len(lines) == len(BAD)
    assert [line.partition(" is in force on ")[0] for line in besides] == ["No ICD-10-CM edition at hand"]
    for case, line in zip(BAD, lines, strict=True):
        facts = case["error"]["fact"]
        assert line.startswith(f"case {case['id']}: ")
        assert all(fact in line for fact in ([facts] if isinstance(facts, str) else facts))
