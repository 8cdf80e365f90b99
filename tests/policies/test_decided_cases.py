"""A worked case of which its edition says something else is named, with what was expected and what came."""

from __future__ import annotations

from pathlib import Path

import pytest

from decisions import library, services
from decisions.proofs import decided_cases

CASE = """# Made up.
[[cases]]
id = "made-up"
title = "A dermal sinus at 5 months is approved."
as_of = 2024-10-01
answers = { setting = "outpatient", age_months = 5, reasons = ["lumbosacral_stigmata"], stigmata = ["tail"] }
expected = { outcome = "criteria_met", met = ["lumbosacral-stigmata"], missing = [], passages = [] }
"""
PASSAGES = CASE.replace(", passages = []", "")


def told(folder: Path, *cases: str) -> list[str]:
    """What is told of cases of the Cigna edition, without the name of the file."""
    (folder / "cases.toml").write_text("".join(cases))
    rules = services.library().rules(services.library().edition("cigna-cpg-038", "2024-09-15"))
    found = decided_cases.unexpected(rules, folder, library.read_cases(folder), services.codebook())
    return [str(problem).removeprefix(f"{folder}/") for problem in found]


def test_nothing_is_told_of_a_case_that_expects_what_its_edition_says(tmp_path: Path) -> None:
    assert told(tmp_path, PASSAGES) == []


@pytest.mark.parametrize(
    ("old", "new", "expected", "came"),
    [
        ('"criteria_met"', '"unsettled"', 'outcome "unsettled"', 'outcome "criteria_met"'),
        ('met = ["lumbosacral-stigmata"]', "met = []", "met []", 'met ["lumbosacral-stigmata"]'),
        ("missing = []", 'missing = ["stigmata"]', 'missing ["stigmata"]', "missing []"),
        (
            'outcome = "criteria_met", met = ["lumbosacral-stigmata"]',
            'outcome = "criteria_not_met", met = []',
            'outcome "criteria_not_met", met []',
            'outcome "criteria_met", met ["lumbosacral-stigmata"]',
        ),
        (
            'stigmata = ["tail"]',
            "stigmata = []",
            'outcome "criteria_met", met ["lumbosacral-stigmata"]',
            'outcome "criteria_not_met", met []',
        ),
        (
            "age_months = 5, ",
            "",
            'outcome "criteria_met", met ["lumbosacral-stigmata"], missing []',
            'outcome "more_information", met [], missing ["age_months"]',
        ),
    ],
)
def test_what_was_expected_and_what_came_is_told_at_the_line(
    old: str, new: str, expected: str, came: str, tmp_path: Path
) -> None:
    assert old in PASSAGES
    assert told(tmp_path, PASSAGES.replace(old, new)) == [
        f"cases.toml:7: cases.made-up.expected: {expected} is expected; the edition says {came}"
    ]


def test_passages_are_compared_with_their_quotes(tmp_path: Path) -> None:
    (line,) = told(tmp_path, CASE)
    assert line.startswith("cases.toml:7: cases.made-up.expected: passages [] is expected; the edition says ")
    assert '{"id": "necessary", "quote": "Spinal and/or paraspinal ultrasound is considered' in line


def test_each_wrong_case_is_told_and_no_other(tmp_path: Path) -> None:
    wrong = PASSAGES.replace('"criteria_met"', '"unsettled"')
    cases = [wrong, PASSAGES.replace("made-up", "second"), wrong.replace("made-up", "third")]
    assert [line.partition(": outcome")[0] for line in told(tmp_path, *cases)] == [
        "cases.toml:7: cases.made-up.expected",
        "cases.toml:21: cases.third.expected",
    ]


def test_a_case_that_cannot_be_asked_and_a_key_that_no_determination_has_are_left_to_the_library(
    tmp_path: Path,
) -> None:
    unasked = PASSAGES.replace("age_months = 5", "age_months = -5")
    unknown = PASSAGES.replace("made-up", "other").replace("missing = []", "lost = []")
    assert told(tmp_path, unasked, unknown) == []
