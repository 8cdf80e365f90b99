"""The questions fit charts: each says where what a chart says is entered, and claims no more than that."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from decisions import services
from decisions.core.answers import Answers, AnswersError, read_answers
from decisions.core.policy import Option, Question

TOPIC = services.library().topics["spinal_ultrasound"]
OPTIONS = {
    "setting": "outpatient inpatient intraoperative_spinal intraoperative_other",
    "reasons": "injury_sequelae lumbar_puncture_guidance suspected_defect lumbosacral_stigmata "
    "tumor_malformation_trauma cord_retethering caudal_regression intraspinal_blood spinal_pain "
    "radiculopathy neuromusculoskeletal_condition therapy_monitoring rehabilitation_guidance "
    "injection_guidance extremity_musculoskeletal other",
    "injury_findings": "hematoma_after_injury hemorrhage_after_injury infection_after_injury "
    "csf_leak_after_injury other_sequela_of_injury infection_without_injury postoperative_csf_leak other",
    "suspected_defects": "cord_tethering diastematomyelia hydromyelia syringomyelia spinal_dysraphism other "
    "not_named",
    "suspected_lesions": "spinal_cord_tumor sacrococcygeal_teratoma vascular_malformation "
    "birth_related_trauma vertebral_bone_lesion paraspinal_or_epidural_tumor other",
    "stigmata": "sacral_dimple midline_mass paramedian_mass skin_tag tail hair_tuft hemangioma lipoma "
    "cutis_aplasia dermal_sinus skin_discoloration deviated_gluteal_cleft other",
    "dimple_count": "single multiple",
    "dimple_position": "midline paramedian",
    "caudal_signs": "syndrome_named anal_atresia anal_stenosis other_anorectal_malformation sacral_agenesis "
    "currarino_triad cloaca oeis_complex vacterl urogenital_malformation other",
    "suspicion_basis": "sacral_dimple other_skin_finding neurological_sign urological_sign orthopedic_sign "
    "syndrome imaging other",
    "contraindications": "open_dysraphism_preoperative skin_thin_or_broken_over_closed_defect",
    "prior_ultrasound": "none normal abnormal_or_equivocal technically_limited",
}
"""The answers that a policy may rely on, word for word: files of others hold them."""

CHARTS = [
    ("weak legs", "reasons", "suspected_defect"),
    ("a neurogenic bladder", "reasons", "suspected_defect"),
    ("a foot deformity", "reasons", "suspected_defect"),
    ("a finding before birth", "reasons", "suspected_defect"),
    ("a syndrome", "reasons", "suspected_defect"),
    ("diabetes of the mother", "reasons", "suspected_defect"),
    ("infection, hemorrhage or a leak without an injury", "reasons", "injury_sequelae"),
    ("spinal anesthesia", "reasons", "injection_guidance"),
    ("not as a lumbar puncture", "reasons", "injection_guidance"),
    ("hemorrhage", "injury_findings", "other"),
    ("weak legs", "suspected_defects", "not_named"),
    ("cauda equina", "suspected_lesions", "spinal_cord_tumor"),
    ("neuroblastoma", "suspected_lesions", "paraspinal_or_epidural_tumor"),
    ("coccygeal pit", "stigmata", "sacral_dimple"),
    ("raised", "stigmata", "hemangioma"),
    ("flat", "stigmata", "hemangioma"),
    ("flat", "stigmata", "skin_discoloration"),
    ("port-wine stain", "stigmata", "skin_discoloration"),
    ("split", "stigmata", "deviated_gluteal_cleft"),
    ("asymmetric", "stigmata", "deviated_gluteal_cleft"),
    ("the widest", "dimple_diameter_mm", ""),
    ("the farthest", "dimple_distance_cm", ""),
    ("the base of each is seen", "dimple_base_visible", ""),
    ("beside the midline, if one is", "dimple_position", ""),
    ("suspected or known", "caudal_signs", "syndrome_named"),
    ("diabetes of the mother", "caudal_signs", "syndrome_named"),
    ("exstrophy of the cloaca", "caudal_signs", "oeis_complex"),
    ("one channel", "caudal_signs", "cloaca"),
    ("imperforate anus", "caudal_signs", "anal_atresia"),
    ("stork bite", "stigmata", "skin_discoloration"),
    ("mongolian", "stigmata", "skin_discoloration"),
    ("mass in front of it", "caudal_signs", "currarino_triad"),
    ("exstrophy of the bladder", "caudal_signs", "urogenital_malformation"),
    ("intraventricular, subdural and subarachnoid", "intracranial_hemorrhage", ""),
    ("a shunt", "prior_spinal_operation", ""),
    ("before birth", "prior_spinal_operation", ""),
    ("of several, the last", "prior_ultrasound", ""),
    ("40 years", "age_months", ""),
]


def words(asked: Question | Option) -> str:
    return f"{asked.label} {asked.help}".lower()


@pytest.mark.parametrize("fact", OPTIONS)
def test_the_answers_that_a_policy_may_rely_on_are_these(fact: str) -> None:
    assert list(TOPIC.by_id[fact].option_ids) == OPTIONS[fact].split()


def test_no_other_question_has_options() -> None:
    assert {question.id for question in TOPIC.questions if question.options} == set(OPTIONS)


@pytest.mark.parametrize(("phrase", "fact", "option"), CHARTS)
def test_a_question_says_where_what_a_chart_says_is_entered(phrase: str, fact: str, option: str) -> None:
    question = TOPIC.by_id[fact]

    assert phrase in words(question.option(option) if option else question)


def test_a_reason_that_could_hide_a_sign_of_the_cord_asks_once() -> None:
    asking = [option.id for option in TOPIC.by_id["reasons"].options if option.asks]

    assert asking == ["radiculopathy", "neuromusculoskeletal_condition", "other"]


def test_a_reason_is_told_as_what_the_request_says_and_never_as_a_finding() -> None:
    reasons = TOPIC.by_id["reasons"]

    assert reasons.said == "requested for"
    assert [
        option.id for option in reasons.options if not option.unsaid.startswith("not requested for ")
    ] == []


@pytest.mark.parametrize("fact", [fact for fact in OPTIONS if TOPIC.by_id[fact].kind == "set"])
def test_the_absence_of_what_is_not_on_a_list_says_so_and_denies_nothing_else(fact: str) -> None:
    unsaid = {option.id: option.unsaid for option in TOPIC.by_id[fact].options}

    assert "no other suspected" not in " ".join(unsaid.values())
    assert len(set(unsaid.values())) == len(unsaid)


# What a chart says in part, and what it implies


def read(**raw: Any) -> Answers:
    return read_answers(TOPIC, raw, dt.date(2026, 6, 15))


INTERVAL, ONE_OF, DESCRIBED, BIRTH = "interval", "one of", "with and without", "month or year of birth"
SETS = ("injury_findings", "suspected_defects", "suspected_lesions", "stigmata", "caudal_signs")
TAKES = {
    **dict.fromkeys(("age_months", "dimple_diameter_mm", "dimple_distance_cm"), INTERVAL),
    **dict.fromkeys(("setting", "dimple_count", "dimple_position"), ONE_OF),
    **dict.fromkeys(SETS, DESCRIBED),
    "date_of_birth": BIRTH,
}
"""Which partial answers a fact takes; the others take none."""


def partial_answers(fact: str) -> list[tuple[str, Any]]:
    """Answers of every partial form, of the fact's own options where it has some."""
    options = list(TOPIC.by_id[fact].option_ids) if fact in TOPIC.by_id else []
    one, two = (options or ["one", "two"])[:2]
    return [
        (INTERVAL, {"at_least": 1}),
        (INTERVAL, {"above": 1, "below": 4, "at_most": None}),
        (ONE_OF, {"one_of": [one, two]}),
        (DESCRIBED, {"with": [one]}),
        (DESCRIBED, {"with": [], "without": [two, one]}),
        (DESCRIBED, [one, "others_unknown"]),
        (BIRTH, "2025"),
        (BIRTH, "2025-01"),
    ]


def is_allowed(fact: str, given: Any) -> bool:
    try:
        read(**{fact: given})
    except AnswersError:
        return False
    return True


@pytest.mark.parametrize("fact", [*(fact for fact in TOPIC.by_id if "codes" not in fact), "date_of_birth"])
def test_a_fact_takes_the_partial_answers_of_its_kind_and_no_others(fact: str) -> None:
    for form, given in partial_answers(fact):
        assert is_allowed(fact, given) is (TAKES.get(fact) == form), given


IMPLIES = {
    "injury_findings": "injury_sequelae",
    "suspected_defects": "suspected_defect",
    "suspected_lesions": "tumor_malformation_trauma",
    "stigmata": "lumbosacral_stigmata",
    "caudal_signs": "caudal_regression",
    "intracranial_hemorrhage": "intraspinal_blood",
    "prior_spinal_operation": "cord_retethering",
}
"""The reason of a finding, where the reasons are not answered."""


@pytest.mark.parametrize("fact", IMPLIES)
def test_a_finding_implies_its_reason_where_the_reasons_are_not_answered(fact: str) -> None:
    first = TOPIC.by_id[fact].option_ids[:1]
    for given in [first, {"with": first}] if first else [True]:
        assert read(**{fact: given}).members("reasons") == {IMPLIES[fact]}
        assert read(**{fact: given}, reasons=None).members("reasons") == {IMPLIES[fact]}
        assert read(**{fact: given}, reasons=["other"]).members("reasons") == {"other"}


@pytest.mark.parametrize("fact", IMPLIES)
def test_what_names_no_finding_implies_no_reason(fact: str) -> None:
    first = TOPIC.by_id[fact].option_ids[:1]
    for given in [[], ["others_unknown"], {"without": first}] if first else [False]:
        assert read(**{fact: given}).members("reasons") == set()


def test_nothing_else_implies_a_reason() -> None:
    others = {
        "setting": "outpatient",
        "age_months": 4,
        "date_of_service": "2026-06-15",
        "dimple_diameter_mm": 9,
        "dimple_distance_cm": 9,
        "dimple_base_visible": True,
        "dimple_count": "multiple",
        "dimple_position": "paramedian",
        "suspicion_basis": ["imaging"],
        "contraindications": ["open_dysraphism_preoperative"],
        "prior_ultrasound": "abnormal_or_equivocal",
        "procedure_codes": ["76800"],
        "diagnosis_codes": ["Q06.8"],
    }
    assert {*others, *IMPLIES, "reasons"} == set(TOPIC.by_id)
    assert read(**others).members("reasons") == set()


ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"


@pytest.mark.parametrize(
    ("born", "served", "open_under"),
    [
        ("2025", "2026-12-30", {ASH}),
        ("2024", "2026-06-15", {ASH, CIGNA}),
        ("2024-02", "2025-02-28", {ASH}),
        ("2024-02", "2026-02-28", {ASH, CIGNA}),
        ("2024-06", "2025-06-15", {ASH}),
        ("2024-07", "2025-06-15", set()),
    ],
)
def test_an_age_that_a_part_of_a_birth_date_leaves_open_is_missing_as_the_age(
    born: str, served: str, open_under: set[str]
) -> None:
    answers = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"]}
    dated = {"date_of_birth": born, "date_of_service": served}
    for found in services.decide_all([ASH, CIGNA], answers | dated, dt.date(2026, 11, 20)):
        assert found.missing == (("age_months",) if found.policy.id in open_under else ())
        assert "birthday-29-february" not in found.readings
