"""Answers in words."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from decisions.core import kinds as core
from decisions.core.answers import read_answers
from decisions.core.determination import Literal
from decisions.core.policy import Topic
from decisions.services import library
from decisions.telling import answer_words as phrases
from decisions.telling import kinds

DAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="module")
def topic() -> Topic:
    return library().topics["spinal_ultrasound"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((("below", 24),), "under 2 years"),
        ((("below", 12),), "under 12 months"),
        ((("at_most", 11),), "under 12 months"),
        ((("at_least", 12), ("below", 24)), "12 to 23 months"),
        ((("at_least", 12), ("at_most", 23)), "12 to 23 months"),
        ((("above", 11), ("below", 24)), "12 to 23 months"),
        ((("at_least", 24),), "2 years or older"),
        ((("at_least", 6),), "6 months or older"),
        ((("below", 1),), "under 1 month"),
        ((("equals", 7),), "exactly 7 months"),
        ((), "any age"),
    ],
)
def test_limits_of_an_age_are_told_in_months_and_from_two_years_in_years(
    topic: Topic, limits: phrases.Limits, words: str
) -> None:
    assert phrases.limits(topic.age, limits) == words


@pytest.mark.parametrize(
    ("fact", "limits", "words"),
    [
        ("dimple_distance_cm", (("above", Decimal("2.5")),), "over 2.5 cm"),
        ("dimple_distance_cm", (("at_most", Decimal("2.5")),), "2.5 cm or less"),
        ("dimple_distance_cm", (("at_least", Decimal("2.50")),), "2.5 cm or more"),
        ("dimple_diameter_mm", (("below", Decimal(5)),), "under 5 mm"),
        ("dimple_diameter_mm", (("equals", Decimal(5)),), "exactly 5 mm"),
        ("dimple_diameter_mm", (("at_least", Decimal(5)), ("at_most", Decimal("5.0"))), "exactly 5 mm"),
        ("dimple_diameter_mm", (("above", Decimal(5)), ("at_most", Decimal(10))), "over 5 mm, 10 mm or less"),
    ],
)
def test_limits_of_a_size_are_told_in_its_unit(
    topic: Topic, fact: str, limits: phrases.Limits, words: str
) -> None:
    assert phrases.limits(topic.by_id[fact], limits) == words


@pytest.mark.parametrize(
    ("literal", "limits", "words"),
    [
        (Literal("age_months", "", 1), (("below", 24),), "age 1 month (under 2 years)"),
        (Literal("age_months", "", 0), (), "age under 1 month"),
        (Literal("age_months", "", 62), (), "age 5 years 2 months"),
        (Literal("age_months", "", 540), (("at_least", 24),), "age 45 years (2 years or older)"),
        (
            Literal("dimple_distance_cm", "", Decimal("3.20")),
            (("above", Decimal("2.5")),),
            "3.2 cm from the anus (over 2.5 cm)",
        ),
        (
            Literal("dimple_diameter_mm", "", Decimal(7)),
            (("above", Decimal(5)),),
            "a dimple 7 mm wide (over 5 mm)",
        ),
        (Literal("dimple_diameter_mm", "", Decimal("1E+1")), (), "a dimple 10 mm wide"),
        (Literal("stigmata", "hair_tuft", True), (), "a tuft of hair"),
        (Literal("stigmata", "hair_tuft", False), (), "no tuft of hair"),
        (Literal("setting", "", "outpatient"), (), "outpatient"),
        (Literal("dimple_base_visible", "", False), (), "the base of the dimple is not seen"),
        (Literal("date_of_service", "", dt.date(2024, 9, 14)), (), "date of service 2024-09-14"),
    ],
)
def test_an_answer_inside_a_sentence_has_the_words_of_its_question(
    topic: Topic, literal: Literal, limits: phrases.Limits, words: str
) -> None:
    assert phrases.literal(topic, literal, limits) == words


@pytest.mark.parametrize(
    ("raw", "fact", "words"),
    [
        ({}, "setting", "Not asked"),
        ({"setting": None}, "setting", "Not documented"),
        ({"setting": "inpatient"}, "setting", "Inpatient"),
        ({"stigmata": []}, "stigmata", "None of these"),
        ({"stigmata": ["others_unknown"]}, "stigmata", "Not documented"),
        (
            {"stigmata": ["tail", "sacral_dimple", "others_unknown"]},
            "stigmata",
            "Sacral dimple, Tail; the rest is not described",
        ),
        (
            {"stigmata": {"with": ["skin_tag"], "without": ["tail", "hair_tuft"]}},
            "stigmata",
            "Skin tag; no tail, no tuft of hair; the rest is not described",
        ),
        ({"stigmata": {"without": ["tail"]}}, "stigmata", "No tail; the rest is not described"),
        ({"setting": {"one_of": ["outpatient", "inpatient"]}}, "setting", "Outpatient or inpatient"),
        ({"dimple_diameter_mm": {"above": 5}}, "dimple_diameter_mm", "over 5 mm"),
        ({"dimple_diameter_mm": {"at_least": 3, "at_most": 6}}, "dimple_diameter_mm", "3 to 6 mm"),
        ({"dimple_distance_cm": {"at_most": "2.50"}}, "dimple_distance_cm", "2.5 cm or less"),
        ({"age_months": {"below": 24}}, "age_months", "under 2 years"),
        ({"age_months": {"at_least": 2, "at_most": 11}}, "age_months", "2 to 11 months"),
        ({"age_months": {"at_least": 0, "at_most": 10}}, "age_months", "under 11 months"),
        ({"age_months": {"at_least": 480, "at_most": 491}}, "age_months", "40 years"),
        ({"age_months": {"at_least": 480, "at_most": 599}}, "age_months", "40 to 49 years"),
        ({"age_months": {"at_least": 30, "at_most": 600}}, "age_months", "2 years 6 months to 50 years"),
        ({"date_of_birth": "2026"}, "age_months", "under 11 months"),
        ({"dimple_distance_cm": "3.20"}, "dimple_distance_cm", "3.2 cm"),
        ({"dimple_base_visible": True}, "dimple_base_visible", "Yes"),
        ({"age_months": 14}, "age_months", "14 months"),
        ({"date_of_birth": "2026-10-01"}, "age_months", "1 month"),
        ({"date_of_service": "2026-11-01"}, "date_of_service", "2026-11-01"),
        ({"diagnosis_codes": ["q826", "Q06.8"]}, "diagnosis_codes", "Q82.6, Q06.8"),
        ({"diagnosis_codes": []}, "diagnosis_codes", "None"),
    ],
)
def test_an_answer_in_the_list_of_answers_reads_as_it_was_chosen(
    topic: Topic, raw: dict[str, Any], fact: str, words: str
) -> None:
    assert phrases.answer(topic.by_id[fact], read_answers(topic, raw, DAY)) == words


@pytest.mark.parametrize(
    ("fact", "given", "limits", "words"),
    [
        ("dimple_diameter_mm", {"above": 5}, (), "a dimple over 5 mm wide"),
        ("dimple_diameter_mm", {"above": 5}, (("above", Decimal(5)),), "a dimple over 5 mm wide"),
        ("dimple_diameter_mm", {"above": 8}, (("above", Decimal(5)),), "a dimple over 8 mm wide (over 5 mm)"),
        ("dimple_diameter_mm", {"at_least": 3, "at_most": 6}, (), "a dimple 3 to 6 mm wide"),
        (
            "dimple_diameter_mm",
            {"above": 3, "below": 6},
            (),
            "a dimple over 3 mm and under 6 mm wide",
        ),
        ("dimple_diameter_mm", {"at_most": 4}, (), "a dimple at most 4 mm wide"),
        ("dimple_distance_cm", {"at_most": "2.5"}, (), "at most 2.5 cm from the anus"),
        (
            "age_months",
            {"at_least": 2, "at_most": 11},
            (("below", 24),),
            "age 2 to 11 months (under 2 years)",
        ),
        ("age_months", {"at_most": 11}, (("below", 12),), "age under 12 months"),
        ("age_months", {"at_least": 480, "at_most": 491}, (), "age 40 years"),
        ("setting", {"one_of": ["inpatient", "outpatient"]}, (), "outpatient or inpatient"),
    ],
)
def test_a_partial_answer_inside_a_sentence_has_the_bounds_that_were_given_and_no_other_number(
    topic: Topic, fact: str, given: Any, limits: phrases.Limits, words: str
) -> None:
    left = read_answers(topic, {fact: given}, DAY).partly[fact]

    assert phrases.literal(topic, Literal(fact, "", left), limits) == words


@pytest.mark.parametrize(
    ("fact", "members", "words"),
    [
        ("stigmata", (), "Lumbosacral skin findings: none of these"),
        ("stigmata", ("skin_tag",), "Lumbosacral skin findings: a skin tag, nothing else"),
        ("reasons", ("radiculopathy", "spinal_pain"), "Reasons: spinal pain, radiculopathy, nothing else"),
    ],
)
def test_that_a_set_holds_nothing_more_is_an_answer_of_its_own(
    topic: Topic, fact: str, members: tuple[str, ...], words: str
) -> None:
    assert phrases.literal(topic, Literal(fact, "", frozenset(members))) == words


def test_every_kind_of_question_has_its_words(topic: Topic) -> None:
    assert [kinds.named(name) for name in core.names()]
    with pytest.raises(KeyError):
        kinds.named("rhyme")


def test_every_answer_that_can_carry_a_result_has_words_of_its_own(topic: Topic) -> None:
    for question in topic.questions:
        for option in question.options:
            if question.kind == "set":
                there = phrases.literal(topic, Literal(question.id, option.id, True))
                absent = phrases.literal(topic, Literal(question.id, option.id, False))
                assert there
                assert absent.startswith(("no ", "not ")), (question.id, option.id, absent)
        if question.kind in ("decimal", "age", "date"):
            assert "{value}" in question.said, question.id
