"""A policy owner changes a position by changing one word of `policy.toml`; the result follows."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project

from decisions import services

ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
DAY = dt.date(2025, 3, 3)
MET, UNSETTLED, NOT_MET = "criteria_met", "unsettled", "criteria_not_met"
Answers = dict[str, Any]


def request(reason: str, age: int = 3, **more: Any) -> Answers:
    """A request with a listed procedure and a listed diagnosis."""
    codes = {"procedure_codes": ["76800"], "diagnosis_codes": ["Q06.8"]}
    return {"setting": "outpatient", "age_months": age, "reasons": [reason], **codes, **more}


def tuft(**more: Any) -> Answers:
    return request("lumbosacral_stigmata", stigmata=["hair_tuft"], **more)


def dimple(diameter: str, distance: str = "1", count: str = "single", position: str = "midline") -> Answers:
    return request(
        "lumbosacral_stigmata",
        stigmata=["sacral_dimple"],
        dimple_diameter_mm=diameter,
        dimple_distance_cm=distance,
        dimple_base_visible=True,
        dimple_count=count,
        dimple_position=position,
    )


Turned = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Turned:
    """Makes the policies with a reading taken in a way, by a change of the policy's file; each once."""

    @cache
    def turn(policy: str, reading: str, taken: str) -> Path:
        folder = Path(shutil.copytree(project.POLICIES, tmp_path_factory.mktemp("turned") / "policies"))
        change(folder, policy, reading, taken)
        return folder

    return turn


def change(folder: Path, policy: str, reading: str, taken: str) -> None:
    (file,) = folder.glob(f"*/{policy}/*/policy.toml")
    pattern = rf'(\[\[readings\]\]\nid = "{re.escape(reading)}"\n(?:(?!\[\[).*\n)*?taken = )"\w+"'
    changed, count = re.subn(pattern, rf'\g<1>"{taken}"', file.read_text())
    assert count == 1
    file.write_text(changed)


def decide(policy: str, answers: Answers, folder: Path, settings: Any) -> Any:
    """The determination under the policies of a folder."""
    settings.POLICIES = folder
    assert services.library().problems == ()
    (found,) = services.decide_all([policy], answers, DAY)
    return found


OPEN = [
    ("dimple-5mm", dimple("5"), NOT_MET, MET),
    ("dimple-not-single-midline", dimple("3", count="multiple"), MET, NOT_MET),
    ("dimple-not-single-midline", dimple("3", position="paramedian"), MET, NOT_MET),
    ("skin-discoloration", request("lumbosacral_stigmata", stigmata=["skin_discoloration"]), MET, NOT_MET),
    ("gluteal-cleft", request("lumbosacral_stigmata", stigmata=["deviated_gluteal_cleft"]), MET, NOT_MET),
    ("defect-not-named", request("suspected_defect", suspected_defects=["not_named"]), MET, NOT_MET),
    (
        "urogenital-alone",
        request("caudal_regression", caudal_signs=["urogenital_malformation"]),
        MET,
        NOT_MET,
    ),
    (
        "paraspinal-tumor",
        request("tumor_malformation_trauma", suspected_lesions=["paraspinal_or_epidural_tumor"]),
        MET,
        NOT_MET,
    ),
    ("unnamed-finding", request("lumbosacral_stigmata", stigmata=["other"]), MET, NOT_MET),
    ("unnamed-finding", request("injury_sequelae", injury_findings=["other"]), MET, NOT_MET),
    ("unnamed-finding", request("suspected_defect", suspected_defects=["other"]), MET, NOT_MET),
    ("unnamed-finding", request("tumor_malformation_trauma", suspected_lesions=["other"]), MET, NOT_MET),
    ("unnamed-finding", request("caudal_regression", caudal_signs=["other"]), MET, NOT_MET),
    (
        "injury-unlinked",
        request("injury_sequelae", injury_findings=["infection_without_injury"]),
        MET,
        NOT_MET,
    ),
    ("injury-unlinked", request("injury_sequelae", injury_findings=["postoperative_csf_leak"]), MET, NOT_MET),
    ("lumbar-puncture-age", request("lumbar_puncture_guidance", 24), MET, NOT_MET),
    ("vacterl-alone", request("caudal_regression", caudal_signs=["vacterl"]), MET, NOT_MET),
    (
        "bone-lesion",
        request("tumor_malformation_trauma", suspected_lesions=["vertebral_bone_lesion"]),
        MET,
        NOT_MET,
    ),
    ("injection-guidance", request("injection_guidance"), MET, NOT_MET),
]
BY_POLICY = [
    pytest.param(policy, *rest, id=f"{policy}-{rest[0]}-{i}")
    for policy in (ASH, CIGNA)
    for i, rest in enumerate(OPEN)
] + [
    pytest.param(ASH, "infant-age", tuft(age=age), NOT_MET, MET, id=f"{ASH}-infant-age-{age}")
    for age in (12, 23)
]


@pytest.mark.parametrize(("policy", "reading", "answers", "one", "other"), BY_POLICY)
def test_an_open_reading_that_is_taken_settles_what_it_left_unsettled(
    policy: str, reading: str, answers: Answers, one: str, other: str, turned: Turned, settings: Any
) -> None:
    (before,) = services.decide_all([policy], answers, DAY)
    assert (before.outcome, before.readings) == (UNSETTLED, (reading,))
    for taken, outcome in (("one", one), ("other", other)):
        found = decide(policy, answers, turned(policy, reading, taken), settings)
        assert found.outcome == outcome
        assert reading in found.readings


APPROVED, PHYSICIAN = (MET, "can_approve"), (MET, "physician_review")
REFUSED, REQUESTED = (NOT_MET, "physician_review"), (MET, "request_information")
LEAP = {**tuft(date_of_birth="2024-02-29", date_of_service="2026-02-28"), "age_months": None}
ADOPTED = [
    (ASH, "dimple-features", dimple("7"), APPROVED, REFUSED),
    (CIGNA, "dimple-features", dimple("3", "6"), APPROVED, REFUSED),
    (CIGNA, "dimple-2.5cm", dimple("3", "2.5"), REFUSED, APPROVED),
    (ASH, "dimple-2.5cm", dimple("3", "2.5"), REFUSED, APPROVED),
    (
        ASH,
        "intraoperative-any-surgery",
        {"setting": "intraoperative_other", "age_months": 400, "reasons": ["other"]},
        APPROVED,
        REFUSED,
    ),
    (
        ASH,
        "contraindications-hold",
        tuft(contraindications=["open_dysraphism_preoperative"]),
        PHYSICIAN,
        APPROVED,
    ),
    (
        CIGNA,
        "contraindications-hold",
        tuft(contraindications=["open_dysraphism_preoperative"]),
        PHYSICIAN,
        APPROVED,
    ),
    (CIGNA, "code-list-hold", {**tuft(), "diagnosis_codes": ["Q82.6"]}, PHYSICIAN, APPROVED),
    (CIGNA, "code-list-hold", {**tuft(), "diagnosis_codes": []}, REQUESTED, APPROVED),
    (CIGNA, "code-list-hold", {**tuft(), "diagnosis_codes": ["P52.2"]}, REQUESTED, APPROVED),
    (CIGNA, "birthday-29-february", LEAP, APPROVED, REFUSED),
]


@pytest.mark.parametrize(
    ("policy", "reading", "answers", "one", "other"),
    ADOPTED,
    ids=[f"{policy}-{reading}-{i}" for i, (policy, reading, *_) in enumerate(ADOPTED)],
)
def test_an_adopted_reading_taken_the_other_way_changes_the_result(
    policy: str,
    reading: str,
    answers: Answers,
    one: tuple[str, str],
    other: tuple[str, str],
    turned: Turned,
    settings: Any,
) -> None:
    for taken, expected in (("one", one), ("other", other)):
        found = decide(policy, answers, turned(policy, reading, taken), settings)
        assert (found.outcome, found.next_step) == expected
        assert reading in found.readings


def test_a_reading_changes_nothing_outside_its_reach(turned: Turned, settings: Any) -> None:
    for taken in ("open", "one", "other"):
        found = decide(ASH, tuft(age=24), turned(ASH, "infant-age", taken), settings)
        assert found.outcome == NOT_MET
