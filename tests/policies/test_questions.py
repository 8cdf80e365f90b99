"""The questions fit charts: each says where what a chart says is entered, and claims no more than that."""

from __future__ import annotations

import pytest

from decisions import services
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
