"""Two editions of one policy: a request is judged by the one in force on its date of service."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command

from decisions import library, services

CIGNA = "cigna-cpg-038"
OLD, NEW = "2024-09-15", "2025-10-01"
TUFT = {
    "setting": "outpatient",
    "age_months": 20,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["hair_tuft"],
}


@pytest.fixture(autouse=True)
def policies(tmp_path: Path, settings: Any) -> Path:
    """A copy of the policies with a later Cigna edition, under which an infant is below 18 months."""
    settings.POLICIES = Path(shutil.copytree(project.POLICIES, tmp_path / "policies"))
    folder = settings.POLICIES / "spinal_ultrasound" / CIGNA
    file = Path(shutil.copytree(folder / OLD, folder / NEW)) / "policy.toml"
    text = file.read_text()
    for old, new in (
        (f"first_day = {OLD}", f"first_day = {NEW}"),
        ("next_review = 2025-09-15", "next_review = 2026-10-01"),
        (
            'infancy_ends = { number = 24, unit = "months", passages = ["necessary"]',
            'infancy_ends = { number = 18, unit = "months", passages = ["necessary"], why = "Made up."',
        ),
    ):
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)
    return Path(settings.POLICIES)


def test_both_editions_are_kept_in_the_order_of_their_first_days() -> None:
    assert services.library().problems == ()
    assert [policy.edition for policy in services.library().editions[CIGNA]] == [OLD, NEW]
    assert services.library().edition(CIGNA, OLD).edition == OLD


@pytest.mark.parametrize(
    ("day", "edition"),
    [("2024-09-14", OLD), ("2024-09-15", OLD), ("2025-09-30", OLD), ("2025-10-01", NEW), ("2030-01-01", NEW)],
)
def test_the_edition_in_force_on_a_day_is_the_last_that_began(day: str, edition: str) -> None:
    assert services.library().in_force(CIGNA, dt.date.fromisoformat(day)).edition == edition


@pytest.mark.parametrize(
    ("service", "edition", "outcome", "cautions"),
    [
        ("2024-09-14", OLD, "out_of_scope", []),
        ("2025-09-30", OLD, "criteria_met", ["over-six-months", "review-overdue"]),
        ("2025-10-01", NEW, "criteria_not_met", []),
    ],
)
def test_the_command_judges_by_the_date_of_service_and_names_the_edition(
    service: str, edition: str, outcome: str, cautions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({**TUFT, "date_of_service": service})))
    out = io.StringIO()
    call_command("determine", "--as-of", "2026-01-01", "--policy", CIGNA, stdout=out)
    record = json.loads(out.getvalue())
    assert (record["edition"], record["outcome"], record["cautions"]) == (edition, outcome, cautions)


@pytest.mark.parametrize("edition", [OLD, NEW])
def test_no_edition_stands_in_for_a_broken_one(policies: Path, edition: str) -> None:
    (policies / "spinal_ultrasound" / CIGNA / edition / "text.md").unlink()
    shelf = library.load(policies)
    assert [problem.message for problem in shelf.problems] == [
        "this file cannot be read (No such file or directory)"
    ]
    assert shelf.policy_ids == ("ash-cpg-038",)


def test_editions_with_other_files_have_other_fingerprints() -> None:
    fingerprints = {policy.fingerprint for policy in services.library().editions[CIGNA]}
    assert len(fingerprints) == 2


@pytest.mark.parametrize(
    "name", ["policy.toml", "text.md", "codes.csv", "cases.toml", "../../questions.toml"]
)
def test_a_changed_file_changes_the_fingerprint(policies: Path, name: str) -> None:
    folder = policies / "spinal_ultrasound" / CIGNA / OLD
    before = library.fingerprint(folder)
    with (folder / name).open("a") as file:
        file.write("\n")
    assert library.fingerprint(folder) != before
