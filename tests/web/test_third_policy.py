"""A third policy is a folder: dropped in beside the others, it is served everywhere with no code changed.

The policy is the made-up one of `docs/example-policy`, which `docs/adding-a-policy.md` explains.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.checks import INFO, run_checks
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from decisions import library, services
from decisions.core.answers import read_answers
from decisions.core.determination import determine
from decisions.proofs import certificates as proof
from decisions.telling.record import as_record
from tests.web.check_helpers import begin, fill, give, path, text

pytestmark = pytest.mark.django_db(databases=["default", "counters"])

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-policy" / "example-cpg-999"
ASH, CIGNA, THIRD = "ash-cpg-038", "cigna-cpg-038", "example-cpg-999"
EDITION = f"/policies/{THIRD}/2025-01-01/"
DIMPLE_OF_8_MM = {
    "setting": "outpatient",
    "age_months": 30,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": 8,
}
PAGES = (
    ("setting", {"setting": "outpatient"}),
    ("age_months", {"age_months": "30", "age_months.unit": "months"}),
    ("reasons", {"reasons": ["lumbosacral_stigmata"]}),
    ("stigmata", {"stigmata": ["sacral_dimple"]}),
    ("dimple_diameter_mm", {"dimple_diameter_mm": "8"}),
)

BACK_PAIN = (
    ("setting", {"setting": "outpatient"}),
    ("age_months", {"age_months": "20", "age_months.unit": "months"}),
    ("reasons", {"reasons": ["spinal_pain"]}),
)


@pytest.fixture(autouse=True)
def policies(tmp_path: Path, settings: Any) -> Path:
    """The policies of the project, and the made-up one beside them."""
    folder = Path(shutil.copytree(project.POLICIES, tmp_path / "policies"))
    shutil.copytree(EXAMPLE, folder / "spinal_ultrasound" / THIRD)
    settings.POLICIES = folder
    return folder


@pytest.fixture
def see(client: Client) -> Callable[[str], str]:
    """Opens a page and returns its words."""

    def see_(address: str) -> str:
        response = client.get(address, follow=True)
        assert response.status_code == 200
        return text(response)

    return see_


def test_the_library_has_it_without_a_problem() -> None:
    assert services.library().problems == ()
    assert services.library().policy_ids == (ASH, CIGNA, THIRD)


def test_the_system_checks_find_no_fault_in_it() -> None:
    assert [message for message in run_checks(tags=["policies"]) if message.level > INFO] == []


def test_its_cases_hold() -> None:
    policy = services.library().edition(THIRD, "2025-01-01")
    cases = library.read_cases(EXAMPLE / "2025-01-01")
    assert len(cases) == 7
    for case in cases:
        answers = read_answers(policy.topic, case.answers, case.as_of)
        rules = services.library().rules(policy)
        record = as_record(case.id, determine(rules, answers, services.codebook().in_force(answers.day)))
        assert {key: record[key] for key in case.expected} == case.expected


def test_the_command_determines_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"id": "x", "answers": DIMPLE_OF_8_MM})))
    out = io.StringIO()
    call_command("determine", "--as-of", "2025-06-01", stdout=out)
    found = {record["policy"]: record for record in map(json.loads, out.getvalue().splitlines())}
    assert {policy: record["outcome"] for policy, record in found.items()} == {
        ASH: "criteria_not_met",
        CIGNA: "criteria_not_met",
        THIRD: "unsettled",
    }
    assert found[THIRD]["readings"] == ["dimple-8mm"]
    assert found[THIRD]["passages"] == [
        {"id": "dimple", "quote": "a sacral dimple more than 8 mm wide"},
        {"id": "dimple-8mm", "quote": "A dimple of exactly 8 mm is not mentioned (Nobody, 2001)."},
    ]
    assert found[THIRD]["references"] == ["nobody-2001"]


def test_prove_certifies_it(tmp_path: Path) -> None:
    out = io.StringIO()
    folder = tmp_path / "certificates"
    call_command("prove", "--policy", THIRD, "--write", "--folder", str(folder), stdout=out, stderr=out)
    assert f"{THIRD} 2025-01-01: " in out.getvalue()
    assert "FAILS" not in out.getvalue()
    assert json.loads((folder / THIRD / "2025-01-01.json").read_text())["fingerprint"]


def test_the_situations_in_which_it_differs_from_another_are_found() -> None:
    editions = [services.library().editions[policy][-1] for policy in (CIGNA, THIRD)]
    (found,) = proof.compare(editions, timezone.now())
    assert found.policies == (CIGNA, THIRD)
    assert found.patterns


def test_the_first_page_offers_it(see: Callable[[str], str]) -> None:
    assert "Example 999" in see("/")


def test_the_list_of_policies_shows_it_with_its_dates(see: Callable[[str], str]) -> None:
    words = see("/policies/")
    assert "Example Guideline 999" in words
    assert "2025" in words


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("", "a sacral dimple more than 8 mm wide"),
        ("logic/", "8 mm"),
        ("codes/", "Q06.8"),
        ("readings/", "Is a dimple of exactly 8 mm more than 8 mm wide?"),
        ("references/", "A study that was never made."),
        ("proof/", "Example"),
        ("source/", "Anything but tests and as an example"),
    ],
)
def test_the_reader_shows_it(see: Callable[[str], str], page: str, expected: str) -> None:
    assert expected in see(EDITION + page)


def test_its_source_can_be_read(client: Client) -> None:
    response = client.get(f"{EDITION}source/text/")
    assert response.status_code == 200
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert b"MADE-UP POLICY FOR TESTS" in body


def test_it_is_compared_with_another_policy(client: Client, see: Callable[[str], str]) -> None:
    chosen = re.findall(
        r'<option value="([^"]*(?:ash|example)[^"]*)"', client.get("/policies/compare/").content.decode()
    )
    values = set(map(unescape, chosen))
    third = next(value for value in values if THIRD in value)
    ash = next(value for value in values if ASH in value)
    names = re.findall(r'<select[^>]*name="([^"]+)"', client.get("/policies/compare/").content.decode())
    words = see(f"/policies/compare/?{names[0]}={ash}&{names[1]}={third}")
    assert "Marks over the lower back" in words
    assert "Sequelae of injury" in words


def test_a_guided_check_asks_only_what_it_needs_and_determines(client: Client) -> None:
    started = begin(client, THIRD)
    give(client, started, PAGES)
    following = client.get(path(started), follow=True)
    assert following.redirect_chain[-1][0].endswith("/determination/")
    words = text(following)
    assert "A dimple of exactly 8 mm is not mentioned (Nobody, 2001)." in words
    assert "Is a dimple of exactly 8 mm more than 8 mm wide?" in words
    assert "unproven" not in words
    assert "not medically necessary" not in words


def test_its_own_words_are_used_for_its_outcome(client: Client) -> None:
    started = begin(client, THIRD)
    give(client, started, BACK_PAIN)
    words = text(client.get(path(started), follow=True))
    assert "not covered" in words
    assert "any other reason is not covered, such as back pain" in words


def test_a_worksheet_follows_it_beside_the_others(client: Client) -> None:
    started = begin(client, ASH, CIGNA, THIRD, mode="worksheet")
    fill(client, started, {"setting": "outpatient", "age_months": "30", "age_months.unit": "months"})
    words = text(client.get(path(started, "worksheet/")))
    assert "Example 999" in words
    assert "A wide dimple" in words


def test_a_check_of_all_policies_asks_for_what_any_of_them_needs_and_shows_each(client: Client) -> None:
    started = begin(client)
    give(client, started, PAGES[:4])
    words = text(client.get(path(started, "determination/")))
    for name in ("ASH", "Cigna", "Example 999"):
        assert name in words
    object_ = client.get(path(started, "determination/json/")).content.decode()
    assert THIRD in object_
