"""The rationale that a signature begins with: a fact once, the policy word for word, no bare lead-in."""

import datetime as dt
import re

import pytest
from msgspec import to_builtins

from decisions import services
from decisions.core.answers import read_answers
from decisions.reviews.decision.rationale import rationale
from decisions.reviews.ground.frozen import FrozenPassage
from decisions.reviews.ground.quotations import Quotation, passage, quotations
from decisions.telling.explanation import Explanation
from tests.reviews.world import NOT_MET

CIGNA, ASH = POLICIES = ("cigna-cpg-038", "ash-cpg-038")
CODES = {"procedure_codes": ["76800"], "diagnosis_codes": ["Q06.8"]}
SIMPLE = {**NOT_MET, **CODES, "age_months": 1}
TAIL = {
    **CODES,
    "setting": "inpatient",
    "age_months": 1,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["tail"],
}
OPEN = {**SIMPLE, "dimple_diameter_mm": "5"}
HALF = {**SIMPLE, "dimple_distance_cm": None, "dimple_base_visible": None}
PAIN = {**CODES, "setting": "outpatient", "age_months": 480, "reasons": ["spinal_pain"]}
OTHER = {**CODES, "setting": "inpatient", "age_months": 1, "reasons": ["other"]}
CASES = {"simple": SIMPLE, "tail": TAIL, "open": OPEN, "half": HALF, "pain": PAIN, "other": OTHER}


def told(answers, policy=CIGNA):
    day = dt.date(2026, 11, 20)
    typed = read_answers(services.topic_of(policy), answers, day)
    return Explanation(services.decide(policy, typed), answers, services.codebook().in_force(typed.day))


def drafted(answers, policy=CIGNA):
    return rationale(told(answers, policy))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("case", CASES)
def test_no_passage_is_quoted_as_far_as_a_colon_and_left_there(case, policy):
    for line in drafted(CASES[case], policy).splitlines():
        assert ":” (" not in line
        assert "including but not limited to […]" not in line


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("case", CASES)
def test_every_quotation_is_word_for_word_in_the_policy(case, policy):
    found = told(CASES[case], policy)
    text = [passage.quote for passage in found.policy.passages.values()]

    quoted = [line for line in rationale(found).splitlines() if line.startswith("“")]

    for line in quoted:
        for part in re.split("” (?:\\[…\\] )?“", line.rpartition(" (")[0].removesuffix(" […]")):
            assert any(part.strip("“”").removesuffix(" […]") in quote for quote in text), part
    assert quoted


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("case", CASES)
def test_no_line_stands_twice_and_no_answer_is_said_twice(case, policy):
    lines = drafted(CASES[case], policy).splitlines()
    on_record = [line for line in lines if line.startswith("On record: ")]
    said = [fact for line in on_record for fact in line.removesuffix(".")[len("On record: ") :].split("; ")]

    assert len(lines) == len(set(lines))
    assert len(said) == len(set(said))
    assert len(on_record) <= 1


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("case", CASES)
def test_answers_are_not_counted(case, policy):
    text = drafted(CASES[case], policy)

    assert "none of" not in text
    assert "of the 10" not in text


def test_a_rationale_against_says_what_is_on_record_in_the_order_of_the_questions():
    result, on_record = drafted(SIMPLE).splitlines()[:2]

    assert result == (
        "Cigna CPG 038: the requested service is “not medically necessary”. None of the criteria is met."
    )
    assert on_record == (
        "On record: inpatient; reasons: lumbosacral stigmata, nothing else; lumbosacral skin findings: "
        "a sacral dimple, nothing else; a dimple 3 mm wide (under 5 mm); 1.5 cm from the anus "
        "(2.5 cm or less); the base of the dimple is seen; a single dimple; a dimple in the midline."
    )


def test_a_rationale_for_names_the_criterion_once():
    text = drafted(TAIL)

    assert text.startswith(
        "Cigna CPG 038: the requested service is “medically necessary”. "
        "The criterion “Lumbosacral stigmata” is met.\n"
        "On record: age 1 month (under 2 years); requested for lumbosacral stigmata; a tail.\n"
        "The policy says:\n"
    )
    assert text.count("“Lumbosacral stigmata”") == 1


def test_an_exclusion_without_an_example_that_applies_is_quoted_without_its_examples():
    assert "for ANY other indication […]” (GUIDELINES › Not Medically Necessary)" in drafted(OTHER)


def test_an_exclusion_is_quoted_with_its_example_that_applies():
    said = (
        "including but not limited to:” […] “diagnosis and management of spinal pain and radiculopathy” […] ("
    )

    assert said in drafted(PAIN)


def test_a_sentence_is_quoted_once_with_every_item_that_applies():
    text = drafted({**TAIL, "reasons": ["lumbosacral_stigmata", "lumbar_puncture_guidance"]})

    assert text.count("for ANY of the following indications:") == 1
    assert "indications:” […] “evaluation of lumbosacral stigmata" in text
    assert "” […] “guidance for lumbar puncture” […] (" in text


def test_items_of_a_list_are_quoted_in_its_order_with_a_sign_where_others_are_left_out():
    policy = told(TAIL, ASH).policy
    keys = ("necessary", "indication-defects", "indication-lumbar-puncture", "indication-injury")
    (found,) = quotations(passage(policy, key) for key in keys)
    (last,) = quotations(passage(policy, key) for key in ("indication-blood", "necessary"))

    words = [policy.passages[key].quote for key in (keys[0], *reversed(keys[1:]))]
    assert found.parts == (*words, "[…]")
    assert last.parts == (words[0], "[…]", policy.passages["indication-blood"].quote)


def test_what_is_open_in_the_text_is_asked_in_its_own_words():
    text = drafted(OPEN)

    assert "the text does not settle this request. Left open: “Lumbosacral stigmata”." in text
    assert "Is a dimple of exactly 5 mm simple or large?" in text


def test_what_is_not_on_record_is_named():
    assert "Not on record: distance from the anus; base seen." in drafted(HALF)


def test_a_reason_that_the_record_denies_is_named():
    text = drafted({**PAIN, "reasons": ["spinal_pain", "suspected_defect"], "suspected_defects": []})

    assert "Also considered: A reason that its record denies: a suspected defect." in text


def test_what_is_on_record_in_part_is_named_with_what_of_it_matters():
    text = drafted({**SIMPLE, "dimple_diameter_mm": {"at_least": 5}, "dimple_base_visible": None})

    assert "Not on record: base seen." in text
    assert "On record only in part: diameter (5 mm or more: whether it is over 5 mm matters)." in text


def test_a_hold_is_named_with_its_passages_after_those_of_the_result():
    text = drafted({**TAIL, "diagnosis_codes": ["Q82.6"]})

    result, _, hold = text.partition("Also considered: No diagnosis is on the policy's list.\n")
    assert "All other codes" not in result
    assert "“All other codes” (" in hold
    assert "A physician decides" not in text


def test_what_is_not_known_whole_is_told_answer_by_answer():
    answers = {**SIMPLE, "stigmata": ["sacral_dimple"], "dimple_diameter_mm": 3, "reasons": None}

    assert "reasons: " not in drafted(answers)


# Quotations


def test_an_item_is_frozen_with_the_sentence_that_it_completes():
    policy = told(TAIL).policy

    stigmata = to_builtins(passage(policy, "indication-stigmata"))
    assert stigmata["lead"] == policy.passages["necessary"].quote
    assert "lead" not in to_builtins(passage(policy, "necessary"))
    assert "lead" not in to_builtins(passage(policy, "dimple-simple"))
    assert list(stigmata["item"]) == [4, 8]


def frozen_passage(**said):
    return FrozenPassage(id="made-up", place="Here", before=False, after=False, **said)


def test_passages_that_were_frozen_without_their_sentence_are_quoted_as_they_are():
    held = [frozen_passage(quote="For these:"), frozen_passage(quote="an item")]

    assert [str(each) for each in quotations(held)] == ["“For these: […]” (Here)", "“an item” (Here)"]


def test_items_that_were_frozen_without_their_number_are_quoted_as_parts():
    held = [frozen_passage(lead="For these:", quote=words) for words in ("one", "two")]

    assert [str(each) for each in quotations(held)] == ["“For these:” […] “one” […] “two” (Here)"]


def test_a_quotation_that_ends_with_the_policys_own_mark_gets_no_second_one():
    assert str(Quotation(("May be used.”",), "Here")) == "“May be used.” (Here)"
    assert str(Quotation(("“Both” and “more”",), "Here")) == "““Both” and “more”” (Here)"


@pytest.mark.parametrize(("text", "stands"), [("a: b", True), ("a: […]", False), ("b", False), ("", False)])
def test_a_quotation_stands_in_a_text_that_has_all_of_its_parts(text, stands):
    assert Quotation(("a:", "b"), "Here").stands_in(text) is stands


def test_a_quotation_that_was_cut_stands_where_what_is_left_of_it_stands():
    assert Quotation(("Not for others […]",), "Here").stands_in("It says: Not for others.")
