"""What is quoted beside a result: the words that say it, whose words they are, and the other side."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from decisions import services
from decisions.core.determination import Determination
from decisions.core.policy import Policy
from decisions.library.passages import excerpts, parse, places
from decisions.telling.explanation import Explanation

ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
DAY = dt.date(2025, 3, 3)
ACR_LIST = "acr-indications"
OF_ADULTS = {
    "insufficient-evidence-adults",
    *(
        f"evidence-{study}"
        for study in ["howie", "merx", "aca", "nazarian", "chou", "aium", "heidari", "ranger", "aan"]
    ),
    *(f"evidence-{study}" for study in ["todorov", "ahmed", "acr-inflammatory"]),
    "multifidi-research",
    "aan-conclusion",
    "aium-injections",
    "acr-statement-adults",
    "acr-statement-intraoperative",
    "acr-statement-infants",
    "acr-statement-musculoskeletal",
}
"""What the texts say of adults: by its words, or by whom was studied."""
STATEMENT = {passage for passage in OF_ADULTS if passage.startswith("acr-statement")}
both = pytest.mark.parametrize("policy", [ASH, CIGNA])


def decide(policy: str, reason: str, age: int = 3, **more: Any) -> Determination:
    answers = {"setting": "outpatient", "age_months": age, "reasons": [reason], **more}
    (found,) = services.decide_all([policy], answers, DAY)
    return found


def quoted(found: Determination) -> set[str]:
    return {*found.passages, *found.evidence}


def cited(found: Determination) -> set[str]:
    return {reference.removeprefix(f"{ASH}:") for reference in found.references}


def quoted_together(policy: Policy) -> Iterator[tuple[str, set[str]]]:
    """The passages that are quoted together, with what they are quoted for."""
    for criterion in policy.criteria:
        yield criterion.id, set(criterion.evidence)
        for support in criterion.support:
            yield criterion.id, {*support.passages}
    for reading in policy.readings.values():
        yield reading.id, {*reading.passages, *(key for each in reading.support for key in each.passages)}
    for support in (*policy.reasons.values(), *policy.support):
        yield "a reason or a finding", {*support.passages, *support.evidence}


def evidence_together(policy: Policy) -> Iterator[tuple[str, set[str]]]:
    """The evidence that is quoted together, with what it is quoted for."""
    for criterion in policy.criteria:
        for each in (criterion, *criterion.support):
            yield criterion.id, set(each.evidence)
    for support in (*policy.reasons.values(), *policy.support):
        yield "a reason or a finding", set(support.evidence)


@both
def test_an_item_of_the_list_of_the_acr_goes_with_the_sentence_that_says_whose_it_is(policy: str) -> None:
    edition = services.library().editions[policy][-1]
    list_block = edition.passages[ACR_LIST].block + 1
    items = {passage.id for passage in edition.passages.values() if passage.block == list_block}
    with_items = [(key, found) for key, found in quoted_together(edition) if items & found]

    assert len(items) == 8
    assert len(with_items) > 15
    assert [key for key, found in with_items if ACR_LIST not in found] == []


@both
def test_an_indication_goes_with_the_sentence_above_it_wherever_a_reading_quotes_one(policy: str) -> None:
    readings = services.library().editions[policy][-1].readings.values()
    of_indications = {
        reading.id: "necessary" in reading.passages
        for reading in readings
        for each in (reading, *reading.support)
        if any(passage.startswith("indication-") for passage in each.passages)
    }

    assert len(of_indications) > 10
    assert [key for key, with_it in of_indications.items() if not with_it] == []


@both
def test_the_figures_of_the_study_of_newborns_go_with_what_its_authors_conclude(policy: str) -> None:
    with_figures = [
        (key, found)
        for key, found in evidence_together(services.library().editions[policy][-1])
        if "evidence-gajagowni-results" in found
    ]

    assert len(with_figures) > 3
    assert [key for key, found in with_figures if "evidence-gajagowni-conclusion" not in found] == []


FIVE = {
    "injury_sequelae": {"injury_findings": ["hematoma_after_injury"]},
    "lumbar_puncture_guidance": {},
    "cord_retethering": {"prior_spinal_operation": True},
    "intraspinal_blood": {"intracranial_hemorrhage": True},
    "tumor_malformation_trauma": {"suspected_lesions": ["spinal_cord_tumor"]},
}


@both
@pytest.mark.parametrize("reason", FIVE)
def test_a_criterion_that_the_list_of_the_acr_names_cites_it(reason: str, policy: str) -> None:
    found = decide(policy, reason, **FIVE[reason])

    assert found.outcome == "criteria_met"
    assert {"evidence-acr-guideline", ACR_LIST} <= set(found.evidence)
    assert "acr-2021-neonatal-spine" in cited(found)


@both
def test_the_study_of_spinal_hemorrhage_in_a_newborn_belongs_to_blood_alone(policy: str) -> None:
    found = {reason: cited(decide(policy, reason, **more)) for reason, more in FIVE.items()}

    assert [reason for reason, ids in found.items() if "simanovsky-2004" in ids] == ["intraspinal_blood"]


def test_a_reference_that_is_cited_nowhere_is_said_to_be() -> None:
    (note,) = [text for text, _ in services.library().editions[ASH][-1].notes if "Dick 2003" in text]

    assert "cited nowhere" in note


@both
@pytest.mark.parametrize(
    "reason",
    [
        "spinal_pain",
        "radiculopathy",
        "neuromusculoskeletal_condition",
        "therapy_monitoring",
        "rehabilitation_guidance",
    ],
)
def test_what_is_said_of_adults_is_told_of_adults_alone(reason: str, policy: str) -> None:
    text = services.library().editions[policy][-1].passages
    by_age = {age: set(decide(policy, reason, age).evidence) for age in (3, 27, 215, 216, 217, 480)}

    assert {age for age, evidence in by_age.items() if evidence & OF_ADULTS} == {216, 217, 480}
    for age in (3, 27, 215):
        assert not [key for key in by_age[age] if "adult" in text[key].quote.lower()]


@both
def test_a_child_past_infancy_is_told_for_whom_the_ultrasound_is_necessary(policy: str) -> None:
    assert "necessary" in decide(policy, "spinal_pain", 27).passages


@both
@pytest.mark.parametrize("reason", services.topic_of(CIGNA).by_id["reasons"].option_ids)
def test_the_statement_of_the_acr_is_quoted_with_each_of_its_items(reason: str, policy: str) -> None:
    found = quoted(decide(policy, reason, 480)) & STATEMENT

    assert found in (set(), STATEMENT)


def test_the_statement_of_the_acr_is_quoted_at_all() -> None:
    assert quoted(decide(CIGNA, "spinal_pain", 480)) >= STATEMENT


@both
def test_guidance_of_an_injection_quotes_the_whole_statement_and_cites_it(policy: str) -> None:
    found = decide(policy, "injection_guidance", 480)

    assert {"evidence-aium", "aium-injections", "any-other"} <= set(found.passages)
    assert {"aium-2019", "ahmed-2018", "tsui-2010"} <= cited(found)


@both
def test_suspected_dysraphism_is_quoted_where_the_text_names_it(policy: str) -> None:
    text = services.library().editions[policy][-1].passages
    found = decide(policy, "suspected_defect", suspected_defects=["spinal_dysraphism"])
    other = decide(policy, "suspected_defect", suspected_defects=["cord_tethering"])

    assert {"dysraphism-forms", "ultrasound-uses"} <= set(found.passages)
    assert any("occult and non-occult spinal dysraphism" in text[key].quote for key in found.passages)
    assert "spinal mass, and meningocele" in text["evidence-gajagowni-results"].quote
    assert "evidence-gajagowni-results" in found.evidence
    assert "dysraphism-forms" not in other.passages


SIMPLE = {
    "dimple_diameter_mm": 3,
    "dimple_distance_cm": 1,
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}


@both
@pytest.mark.parametrize("beside", ["other", "deviated_gluteal_cleft", "skin_discoloration"])
def test_a_dimple_beside_an_unsettled_finding_is_about_dimples_with_other_stigmata(
    beside: str, policy: str
) -> None:
    together = decide(policy, "lumbosacral_stigmata", stigmata=["sacral_dimple", beside], **SIMPLE)
    alone = decide(policy, "lumbosacral_stigmata", stigmata=[beside])

    assert together.outcome == alone.outcome == "unsettled"
    assert "dimple-atypical" in together.passages
    assert "dimple-atypical" not in alone.passages


@both
@pytest.mark.parametrize(
    ("change", "simple"),
    [({}, True), ({"dimple_diameter_mm": 8}, False), ({"dimple_base_visible": False}, False)],
)
def test_a_child_past_infancy_is_told_of_simple_dimples_only_where_the_dimple_is_one(
    change: dict[str, Any], simple: bool, policy: str
) -> None:
    answers = {**SIMPLE, **change}
    found = decide(policy, "lumbosacral_stigmata", 30, stigmata=["sacral_dimple"], **answers)

    assert found.outcome == "criteria_not_met"
    assert ("dimple-no-ultrasound" in found.passages) is simple


@both
def test_the_other_side_stands_beside_each_open_reading_of_a_finding(policy: str) -> None:
    readings = services.library().editions[policy][-1].readings

    assert "acr-stigmata" in readings["dimple-not-single-midline"].passages
    for reading in ("unnamed-finding", "gluteal-cleft", "defect-not-named", "injury-unlinked", "bone-lesion"):
        assert "any-other" in readings[reading].passages
    assert "excluded-neuromusculoskeletal" in readings["paraspinal-tumor"].passages


def test_the_list_of_diagnoses_is_quoted_where_it_names_what_is_open() -> None:
    readings = services.library().editions[CIGNA][-1].readings

    assert {"codes-diagnosis-necessary", "code-d48-0"} <= set(readings["bone-lesion"].passages)
    leaks = {"code-g96-08", "code-g96-09", "code-g97-51", "code-g97-61", "code-g97-63", "other-conditions"}
    assert leaks <= set(readings["injury-unlinked"].passages)
    for reading in ("injection-guidance", "lumbar-puncture-age"):
        puncture = {"codes-lumbar-puncture-necessary", "codes-lumbar-puncture", "code-76942"}
        assert puncture <= set(readings[reading].passages)


@pytest.mark.parametrize(
    ("age", "more", "statement"),
    [
        (3, {"setting": "outpatient", "stigmata": ["tail"]}, "necessary"),
        (480, {"setting": "intraoperative_spinal"}, "intraoperative"),
    ],
)
def test_the_code_list_is_set_against_the_statement_that_says_necessary(
    age: int, more: dict[str, Any], statement: str
) -> None:
    codes = {"procedure_codes": ["76800"], "diagnosis_codes": ["Z00.00"]}
    found = decide(CIGNA, "lumbosacral_stigmata", age, **more, **codes)
    explained = Explanation(found, codes, services.codebook().in_force(found.answers.day))
    (told,) = [each for each in explained.readings if each.reading.id == "code-list-hold"]

    assert found.outcome == "criteria_met"
    assert {"necessary", "intraoperative"} & set(told.passages) == {statement}


INDICATIONS = [
    ("injury_sequelae", {"injury_findings": ["infection_after_injury"]}, "indication-injury"),
    ("lumbar_puncture_guidance", {}, "indication-lumbar-puncture"),
    ("suspected_defect", {"suspected_defects": ["hydromyelia"]}, "indication-defects"),
    ("lumbosacral_stigmata", {"stigmata": ["tail"]}, "indication-stigmata"),
    ("lumbosacral_stigmata", {"stigmata": ["sacral_dimple"], "dimple_diameter_mm": 6}, "indication-stigmata"),
    ("tumor_malformation_trauma", {"suspected_lesions": ["vascular_malformation"]}, "indication-tumors"),
    ("cord_retethering", {"prior_spinal_operation": True}, "indication-retethering"),
    ("caudal_regression", {"caudal_signs": ["syndrome_named"]}, "indication-caudal-regression"),
    ("intraspinal_blood", {"intracranial_hemorrhage": True}, "indication-blood"),
]


@pytest.mark.parametrize(("reason", "answers", "indication"), INDICATIONS)
def test_an_age_that_leaves_it_open_quotes_the_indication_that_would_be_met(
    reason: str, answers: dict[str, Any], indication: str
) -> None:
    found = decide(ASH, reason, 15, **answers)

    assert (found.outcome, found.readings) == ("unsettled", ("infant-age",))
    assert found.passages == ("necessary", indication, "any-other", "infants-six-months")


@both
def test_an_earlier_ultrasound_is_held_by_what_the_text_says_of_one(
    policy: str,
) -> None:
    (hold,) = [hold for hold in services.library().editions[policy][-1].holds if hold.id == "repeat-study"]
    text = services.library().editions[policy][-1].passages

    assert any("technically limited, MRI is advised" in text[key].quote for key in hold.passages)


# The table of what each quote carries

TABLE = Path(__file__).parents[2] / "docs" / "quotes.md"
NAMES = {"ASH": {ASH}, "Cigna": {CIGNA}, "both": {ASH, CIGNA}}


def rows() -> Iterator[tuple[str, str]]:
    """Each policy, and each id that has a row for it."""
    for line in TABLE.read_text().splitlines():
        policies, _, rest = line.removeprefix("| ").partition(" | ")
        ids = re.findall(r"`([^`]+)`", rest.partition(" | ")[0])
        yield from ((policy, key) for policy in NAMES.get(policies, ()) for key in ids)


@both
def test_each_thing_that_quotes_has_one_row_in_the_table(policy: str) -> None:
    edition = services.library().editions[policy][-1]
    notices = (*edition.holds, *edition.requests, *edition.cautions)
    named = Counter([each.id for each in (*edition.criteria, *notices)])
    named.update([*edition.readings, *edition.reasons])

    assert Counter(key for name, key in rows() if name == policy) == named


def test_the_table_names_passages_that_there_are() -> None:
    words = TABLE.read_text()
    known = {key for policy in (ASH, CIGNA) for key in services.library().editions[policy][-1].passages}
    cells = re.findall(
        r"`((?:acr|dimple|indication|evidence|codes?|excluded|intraop|dus|infants)-[a-z0-9-]+)`", words
    )
    ids = {key for _, key in rows()}

    assert [cell for cell in cells if cell not in known | ids] == []


# What is left out of a quote

TEXT = """Ultrasound is necessary for these: {#sentence}

- one {#one}
- two {#two}
- three {#three}

Another sentence. {#alone}

They say: “It is so. {#opens}
It may be otherwise.” {#closes}
"""


def marked(*ids: str) -> list[str]:
    text = parse(TEXT)
    return [excerpt.words for excerpt in excerpts(text, places(text), ids)]


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        (("sentence", "one", "two", "three"), ["Ultrasound", "“one”", "“two”", "“three”"]),
        (("sentence", "two"), ["Ultrasound", "[…] “two” […]"]),
        (("sentence", "one", "three"), ["Ultrasound", "“one”", "[…] “three”"]),
        (("two",), ["[…] “two” […]"]),
        (("two", "one"), ["[…] “two” […]", "[…] “one” […]"]),
        (("alone",), ["“Another sentence.”"]),
        (("sentence", "alone", "one"), ["Ultrasound […]", "“Another sentence.”", "[…] “one” […]"]),
        (("opens",), ["“They say: “It is so.” […]"]),
        (("closes", "opens"), ["[…] “It may be otherwise.””", "“They say: “It is so.” […]"]),
        (("opens", "closes"), ["“They say: “It is so.”", "“It may be otherwise.””"]),
        ((), []),
    ],
)
def test_what_is_left_out_of_a_list_or_a_quotation_shows(ids: tuple[str, ...], words: list[str]) -> None:
    sentence = "“Ultrasound is necessary for these:”"

    assert marked(*ids) == [each.replace("Ultrasound", sentence) for each in words]


@both
def test_a_heading_and_the_rows_of_a_table_are_no_part_of_a_sentence(policy: str) -> None:
    text = services.library().editions[policy][-1].passages
    where = places(text)

    assert all(where[key].parts == 1 for key, passage in text.items() if passage.kind in ("heading", "row"))
    assert where["acr-stigmata"].part == 2
    assert (where["acr-stigmata"].whole, where["acr-stigmata"].parts) == (where[ACR_LIST].whole, 9)
