"""Which criteria are to be judged by a person: those that a case is about, whatever was found."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from decisions.core.answers import read_answers
from decisions.core.determination import determine
from decisions.core.in_question import in_question
from tests.core.real import SmallCodeSet, shelf

DAY = dt.date(2026, 1, 20)
EDITIONS = [shelf().editions[key][-1] for key in shelf().policy_ids]
DIMPLE = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["sacral_dimple"]}


def asked(policy, **raw):
    return [each.id for each in in_question(policy, read_answers(policy.topic, raw, DAY))]


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_what_was_found_changes_the_outcome_and_not_the_list(policy):
    lists, outcomes = set(), set()
    for age, size, far, seen in product((None, 3, 30), (3, 5, 7, None), ("1", "4"), (True, None)):
        raw = {**DIMPLE, "age_months": age, "dimple_diameter_mm": size, "dimple_distance_cm": far}
        raw |= {"dimple_base_visible": seen, "dimple_count": "single", "dimple_position": "midline"}
        answers = read_answers(policy.topic, raw, DAY)
        lists.add(tuple(each.id for each in in_question(policy, answers)))
        outcomes.add(determine(shelf().rules(policy), answers, SmallCodeSet()).outcome)

    assert lists == {("lumbosacral-stigmata", "intraoperative")}
    assert outcomes == {"criteria_met", "criteria_not_met", "unsettled", "more_information"}


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_each_reason_brings_its_own_criterion_in_the_order_of_the_policy(policy):
    order = [each.id for each in policy.criteria]
    reasons = {
        "injury_sequelae": "injury-sequelae",
        "lumbar_puncture_guidance": "lumbar-puncture-guidance",
        "suspected_defect": "suspected-defect",
        "tumor_malformation_trauma": "tumor-malformation-trauma",
        "cord_retethering": "cord-retethering",
        "caudal_regression": "caudal-regression",
        "intraspinal_blood": "intraspinal-blood",
        "injection_guidance": "injection-guidance",
    }
    for reason, criterion in reasons.items():
        due = sorted([criterion, "intraoperative"], key=order.index)
        assert asked(policy, setting="outpatient", reasons=[reason]) == due, reason
    every = asked(policy, setting="outpatient", reasons=list(reasons))
    assert every == [key for key in order if key in {*reasons.values(), "intraoperative"}]


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_while_it_is_not_known_what_a_case_is_about_all_criteria_are_in_question(policy):
    assert asked(policy) == [each.id for each in policy.criteria]


@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.id)
def test_a_reason_that_no_criterion_asks_for_leaves_what_is_asked_of_every_case(policy):
    assert asked(policy, setting="outpatient", reasons=["spinal_pain"]) == ["intraoperative"]
