"""Which questions are still worth asking."""

from dataclasses import replace

import pytest

from decisions.core import conditions as c
from decisions.core import interview, kinds
from tests.core import contract, real
from tests.core.made_up import POLICY, changed, question, say

RED_CHILD = {"place": "here", "age": 3, "why": ["a"], "marks": ["red"]}


def ids(questions):
    return [question.id for question in questions]


def test_gates_are_asked_before_what_they_open():
    found = [say({"place": "here", "age": 3})]
    assert ids(interview.remaining(found)) == ["why", "marks", "size", "seen"]
    assert interview.next_question(found).id == "why"


def test_a_question_asked_and_not_documented_is_not_asked_again_but_named_as_undocumented():
    found = [say({"place": "here", "age": 3, "why": ["b"], "seen": None})]
    assert interview.remaining(found) == ()
    assert interview.next_question(found) is None
    assert ids(interview.undocumented(found)) == ["seen"]


def test_what_stands_behind_a_gate_that_was_not_documented_is_not_asked():
    found = [say({"place": "here", "age": 3, "why": None})]
    assert ids(interview.remaining(found)) == ["marks", "size", "seen"]
    assert interview.next_question(found) is None


def test_nothing_is_asked_once_the_outcome_is_known():
    assert interview.remaining([say(RED_CHILD)]) == ()


def test_without_a_policy_nothing_is_asked():
    assert interview.remaining([]) == interview.undocumented([]) == interview.offered([]) == ()
    assert interview.next_question([]) is None


def test_under_two_policies_what_either_still_needs_is_asked():
    other = changed(criteria=(POLICY.criterion("seen"),))
    raw = {"place": "here", "age": 3, "why": ["a", "b"], "marks": ["red"]}
    assert interview.remaining([say(raw)]) == ()
    assert ids(interview.remaining([say(raw), say(raw, other)])) == ["seen"]


def test_a_question_is_visible_while_its_branch_is_open_and_nothing_hides_it():
    answers = say({"place": "there", "why": ["a"]}).answers
    seen = ids(interview.visible(answers.topic, answers))
    assert "marks" in seen
    assert not {"note", "seen", "size"} & set(seen)


def test_once_the_outcome_is_known_the_optional_questions_are_offered():
    assert ids(interview.offered([say(RED_CHILD)])) == [
        "date",
        "note",
        "before",
        "procedure_codes",
        "diagnosis_codes",
    ]
    assert "note" not in ids(interview.offered([say({**RED_CHILD, "note": None})]))


def test_a_criterion_still_open_is_offered_where_it_can_lift_a_hold():
    raw = {"place": "here", "age": 3, "why": ["b", "a"], "seen": True}
    only = changed(holds=(replace(POLICY.holds[2], when=c.AnyOf("note", ("x",))),), requests=())
    assert interview.can_change_step(say({**raw, "note": ["x"]}, only)) == {"marks", "size"}
    assert interview.can_change_step(say({**raw, "note": []}, only)) == frozenset()
    assert interview.can_change_step(say({**raw, "marks": ["blue"], "note": ["x"]}, only)) == frozenset()


def test_only_met_criteria_have_a_next_step_that_facts_can_change():
    assert interview.can_change_step(say({"age": 40, "place": "here"})) == frozenset()


HELD = [
    ("seen", c.Flag("seen", value=True), {"why": ["a", "b"]}),
    ("place", c.OneOf("place", ("here",)), {"place": None, "why": ["a"]}),
    ("marks", c.Exactly("marks", ("spot",)), {"why": ["a", "b"], "seen": True, "marks": None}),
]


@pytest.mark.parametrize(("fact", "when", "change"), HELD)
def test_a_fact_that_a_hold_looks_at_is_offered_while_it_is_unknown(fact, when, change):
    policy = changed(holds=(replace(POLICY.holds[0], when=when, unless=None),), requests=())
    found = say({**RED_CHILD, **change}, policy)
    assert found.outcome == "criteria_met"
    assert fact in interview.can_change_step(found)


def test_a_number_that_a_hold_looks_at_has_no_kinds_to_try():
    policy = changed(holds=(replace(POLICY.holds[0], when=c.Number("size", (("above", 5),)), unless=None),))
    found = say({**RED_CHILD, "marks": ["red", "spot"]}, policy)
    assert "size" not in interview.can_change_step(found)


def test_codes_that_were_given_are_not_turned_over_again():
    raw = {
        **RED_CHILD,
        "procedure_codes": ["11111"],
        "diagnosis_codes": ["A00.1"],
        "note": [],
        "before": "none",
    }
    assert interview.can_change_step(say(raw)) == frozenset()


@pytest.mark.parametrize("policy_id", list(contract.IDS))
def test_a_spinal_operation_settles_the_outcome_before_age_or_reasons(policy_id):
    found = real.say(policy_id, {"setting": "intraoperative_spinal"})
    assert found.outcome == "criteria_met"
    assert interview.next_question([found]) is None


@pytest.mark.parametrize("policy_id", list(contract.IDS))
def test_to_answer_what_is_asked_next_always_ends_with_an_outcome(policy_id):
    chance = real.chance()
    for _ in range(40):
        full = {**real.answers(chance, 1.0), "date_of_service": None}
        raw = {}
        found = real.say(policy_id, raw)
        while asked := interview.next_question([found]):
            raw[asked.id] = full.get(asked.id)
            found = real.say(policy_id, raw)
        assert found.outcome != "more_information" or interview.undocumented([found])
        assert found.outcome in ("more_information", real.say(policy_id, {**full, **raw}).outcome)


def test_a_question_without_options_is_known_by_its_own_limits():
    number = question("number", "decimal", above=0, at_most=10)
    assert [kinds.of(number).allows(number, value) for value in (0, 1, 10, 11)] == [False, True, True, False]
    age = question("age", "age", at_least=0, at_most=10)
    assert [kinds.of(age).allows(age, value) for value in (-1, 0, 0.5, 10)] == [False, True, False, True]


def test_codes_can_hold_a_request_only_where_the_policy_has_a_stop_for_them():
    looked_at = {"contraindications", "prior_ultrasound", "setting", "stigmata", "suspicion_basis"}
    assert interview.can_hold(real.rules("ash-cpg-038").policy) == looked_at
    with_codes = looked_at | {"procedure_codes", "diagnosis_codes"}
    assert interview.can_hold(real.rules("cigna-cpg-038").policy) == with_codes
