"""What is told of a determination holds for whatever was answered."""

import json
import random
from pathlib import Path

import pytest

from decisions import services
from decisions.check.subject import CheckSubject
from decisions.core.conditions import NO
from decisions.core.determination import Literal
from decisions.core.kinds.set import OTHERS_UNKNOWN
from decisions.core.partial import Members
from decisions.models import Check
from decisions.questionnaire import panel
from decisions.questionnaire.note import case_note
from decisions.questionnaire.page import Page
from decisions.questionnaire.subject import Addresses
from decisions.telling.explanation import Explanation

BOTH = ["ash-cpg-038", "cigna-cpg-038"]
CASES = json.loads((Path(__file__).parents[1] / "cases" / "cases.json").read_text(encoding="utf-8"))
NUMBERS = {
    "age_months": [0, 5, 6, 11, 12, 23, 24, 540],
    "dimple_diameter_mm": ["0.1", "4.9", "5", "5.1", "100"],
    "dimple_distance_cm": ["0", "2.5", "2.51", "30"],
}
CODES = {
    "procedure_codes": ["76800", "62270", "99999"],
    "diagnosis_codes": ["Q06.8", "Q82.6", "Q06", "nonsense"],
}


INTERVALS = {
    "age_months": [{"below": 12}, {"at_least": 6, "at_most": 30}, {"above": 23}],
    "dimple_diameter_mm": [{"above": 5}, {"at_least": 3, "at_most": 6}, {"at_most": "4.5"}],
    "dimple_distance_cm": [{"at_most": "2.5"}, {"at_least": 2, "below": 3}],
}


def a_partial_answer(chance, question):
    """Some partial answer; None where the question takes none."""
    if question.id in INTERVALS:
        return chance.choice(INTERVALS[question.id])
    if question.may_be_one_of:
        return {"one_of": chance.sample(question.option_ids, 2)}
    if question.may_hold_more:
        named = chance.sample(question.option_ids, chance.randint(2, len(question.option_ids)))
        at = chance.randint(0, len(named))
        return {"with": named[:at][:2], "without": named[at:]}
    return None


def an_answer(chance, question):
    """Some answer to a question, or none."""
    partial = a_partial_answer(chance, question) if chance.random() < 0.2 else None
    if partial is not None:
        return partial
    if question.kind == "choice":
        return chance.choice(question.option_ids)
    if question.kind == "flag":
        return chance.random() < 0.5
    if question.kind == "date":
        return chance.choice(["2024-09-14", "2024-09-15", "2025-09-16", "2026-11-01"])
    if question.kind in ("age", "decimal"):
        return chance.choice(NUMBERS[question.id])
    if question.kind == "codes":
        return chance.sample(CODES[question.id], chance.randint(0, 2))
    members = chance.sample(question.option_ids, min(chance.choice([1, 1, 2, 3]), len(question.option_ids)))
    return members + ([OTHERS_UNKNOWN] if question.may_hold_more and chance.random() < 0.2 else [])


def some_answers(seed):
    chance = random.Random(seed)  # noqa: S311 (the same situations on every run)
    given = {}
    for question in services.library().topics["spinal_ultrasound"].questions:
        if chance.random() < 0.75:
            given[question.id] = None if chance.random() < 0.2 else an_answer(chance, question)
    return given


def page_of(answers, policies=BOTH):
    check = Check(id="-" * 22, topic="spinal_ultrasound", policies=policies, answers=answers)
    return Page(CheckSubject(check))


def explanations(answers):
    day = services.today()
    for found in services.decide_all(BOTH, answers, day):
        yield Explanation(found, answers, services.codebook().in_force(found.answers.day))


@pytest.mark.parametrize("block", range(10))
def test_whatever_was_answered_everything_can_be_told(block):
    for seed in range(block * 30, block * 30 + 30):
        page = page_of(some_answers(seed))
        note = case_note(page)
        parts = (page.policy_answers, page.policy_details, page.difference_sections, page.about_policies)

        assert all(told.sentence.endswith((".", "?")) for told in page.told)
        assert all(told.headline in note or f"“{told.determination.words}”" in note for told in page.told)
        assert "%(" not in "".join((*parts, page.changes, page.answers_with_links))
        said = {(told.outcome, told.determination.next_step) for told in page.told}
        assert bool(page.differences) == (len(said) > 1)
        assert all(found.sentences for found in page.differences)


def said_of(told):
    """Everything that is said to carry the outcome or a criterion."""
    yield from told.because
    for criterion in told.criteria:
        yield from criterion.because


def test_no_page_says_no_where_nobody_did():
    denied = closed = 0
    for seed in range(300):
        for told in explanations(some_answers(seed)):
            answers = told.determination.answers
            for because in said_of(told):
                question = answers.topic.by_id[because.fact]
                left = answers.left(because.fact)
                named = because.said.split(", ")
                for option in question.options:
                    if option.unsaid and option.unsaid in named:
                        denied += 1
                        absent = left.absent if isinstance(left, Members) else {*question.option_ids} - left
                        assert option.id in absent, (seed, because)
                if because.closes:
                    closed += 1
                    assert isinstance(left, frozenset), (seed, because)
    assert denied > 50
    assert closed > 50


PAIN = {"setting": "outpatient", "age_months": 1, "reasons": ["spinal_pain"]}
DENIED = {**PAIN, "reasons": ["spinal_pain", "suspected_defect"], "suspected_defects": []}


def test_a_reason_that_the_answers_deny_carries_its_caution_by_its_name():
    for told in explanations(DENIED):
        (caution,) = told.denied
        assert caution in told.raised
        assert caution.sentence.endswith("Check that this is meant. The reason: a suspected defect.")
        assert caution.title == "A reason that its record denies: a suspected defect"
        assert f"Caution: {caution.sentence}" in case_note(page_of(DENIED))
        assert panel.part(told.determination, Addresses(CheckSubject(Check()))).cautions == (caution.title,)
    for told in explanations(PAIN):
        assert not told.denied


def test_the_answers_that_close_a_criterion_are_as_few_as_can_be():
    closed = 0
    for case in CASES:
        for told in explanations(case["answers"]):
            for criterion in told.criteria:
                key = criterion.criterion.id
                if told.determination.values[key] == NO:
                    closed += 1
                    found = sum(because.count for because in criterion.because)
                    assert found == len(told.determination.why(key)), (case["id"], key)
    assert closed > 0


def test_the_answers_told_for_a_result_are_those_that_force_it():
    for case in CASES:
        for told in explanations(case["answers"]):
            assert sum(because.count for because in told.because) == len(told.determination.because)


def because(answers):
    return [[because.said for because in told.because] for told in explanations(answers)]


BARE = {**PAIN, "reasons": ["lumbosacral_stigmata"]}


def test_that_nothing_else_is_there_names_what_is_where_that_is_not_told_beside_it():
    assert because(PAIN) == [["outpatient", "Reasons: spinal pain, nothing else"]] * 2


def test_a_set_that_holds_nothing_says_so():
    assert (
        because({**BARE, "stigmata": []})
        == [
            [
                "outpatient",
                "Reasons: lumbosacral stigmata, nothing else",
                "Lumbosacral skin findings: none of these",
            ]
        ]
        * 2
    )


def sentence(answers):
    return [told.sentence for told in explanations(answers)]


def test_the_sentence_names_what_a_closed_set_holds_and_says_once_what_its_members_share():
    assert sentence(PAIN) == ["Outpatient, requested for spinal pain: none of the 10 criteria is met."] * 2
    reasons = ["spinal_pain", "radiculopathy", "therapy_monitoring"]
    said = "requested for spinal pain, radiculopathy and monitoring of therapy"
    assert (
        sentence({**PAIN, "reasons": reasons}) == [f"Outpatient, {said}: none of the 10 criteria is met."] * 2
    )


def test_the_sentence_names_no_reason_beside_what_is_found_for_it():
    listed = {"diagnosis_codes": ["Q06.8"]}
    met = sentence({**BARE, **listed, "stigmata": ["tail", "skin_tag"], "age_months": {"below": 12}})
    assert met == ["Age under 12 months, a skin tag: “Lumbosacral stigmata” is met."] * 2
    marks = sentence({**BARE, "age_months": 24, "stigmata": ["skin_discoloration"]})
    assert marks[0].startswith("Outpatient, age 2 years, requested for lumbosacral stigmata: none of the")


def test_a_reason_that_nobody_gave_says_that_it_is_implied():
    tuft = {"age_months": {"below": 12}, "stigmata": ["hair_tuft"]}
    implied = ["requested for lumbosacral stigmata (implied)", "a tuft of hair"]
    assert [told[1:] for told in because(tuft)] == [implied] * 2
    given = ["requested for lumbosacral stigmata", "a tuft of hair"]
    assert [told[1:] for told in because({**tuft, "reasons": ["lumbosacral_stigmata"]})] == [given] * 2


def test_members_that_are_denied_one_by_one_are_told_together():
    sole = [{**BARE, "stigmata": {"without": ["tail", "skin_tag", "hair_tuft"], "with": ["sacral_dimple"]}}]
    found = next(explanations(sole[0]))
    told = found._grouped([Literal("stigmata", key, False) for key in ("skin_tag", "tail", "hair_tuft")])

    assert [(each.said, each.count) for each in told] == [("no skin tag, no tail, no tuft of hair", 3)]


def test_a_code_is_typed_as_it_was_given_only_where_that_differs():
    answers = {"diagnosis_codes": ["q068", "Q06.8", "Q82.6"]}
    told = next(explanations(answers))

    assert [(code.typed, code.code) for code in told.diagnoses] == [("q068", "Q06.8"), ("", "Q82.6")]


def test_the_words_of_a_number_that_carries_a_result_come_with_how_far_it_may_move():
    told = list(explanations({"setting": "outpatient", "age_months": 14, "reasons": ["suspected_defect"],
                              "suspected_defects": ["cord_tethering"]}))  # fmt: skip
    ages = [because.said for one in told for because in one.because if because.fact == "age_months"]

    assert Literal("age_months", "", 14) in told[0].determination.because
    assert ages == ["age 14 months (12 to 23 months)", "age 14 months (under 2 years)"]
