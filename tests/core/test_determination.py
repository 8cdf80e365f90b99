"""What is determined of a small made-up policy: outcome, reasons for it, stops, codes, passages."""

from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

import pytest

from decisions.core import conditions as c
from decisions.core.conditions import MET, NO, UNSETTLED
from decisions.core.determination import Literal
from decisions.core.policy import Citation
from decisions.core.rules import Rules
from tests.core.made_up import BIG, BLUE, POLICY, RED, YOUNG, changed, criterion, reading, say

RED_CHILD = {"place": "here", "age": 3, "why": ["a"], "marks": ["red"]}
BLUE_CHILD = {**RED_CHILD, "marks": ["blue"]}
SPOTTED = {**RED_CHILD, "marks": ["spot"], "size": 5}
CODED = {**RED_CHILD, "diagnosis_codes": ["B00.0"]}


OUTCOMES = [
    (RED_CHILD, "criteria_met"),
    (BLUE_CHILD, "unsettled"),
    (SPOTTED, "criteria_not_met"),
    ({**SPOTTED, "size": "5.01"}, "criteria_met"),
    ({**RED_CHILD, "age": 12}, "criteria_not_met"),
    ({"place": "there", "why": ["c"]}, "out_of_scope"),
    ({"place": "here", "why": ["c"]}, "more_information"),
    ({**RED_CHILD, "date": "2019-12-31"}, "out_of_scope"),
    ({**RED_CHILD, "date": "2020-01-01"}, "criteria_met"),
    ({}, "more_information"),
]


@pytest.mark.parametrize(("raw", "outcome"), OUTCOMES)
def test_the_first_outcome_that_applies_is_the_outcome(raw, outcome):
    assert say(raw).outcome == outcome


def test_the_words_of_the_policy_stand_for_met_and_not_met_alone():
    assert [say(raw).words for raw in (RED_CHILD, SPOTTED, BLUE_CHILD)] == ["yes", "no", None]


def test_out_of_scope_lists_no_criteria_and_no_cautions():
    found = say({"place": "there", "why": ["c"], "age": 3, "date": "2025-06-01"})
    assert (found.met, found.unsettled, found.cautions) == ((), (), ())
    assert found.next_step == "redirect"


def test_a_criterion_that_is_still_open_is_neither_met_nor_unsettled():
    found = say({"age": 3, "why": ["a", "b"], "marks": ["blue"]})
    assert found.open_criteria == ("seen",)
    assert (found.met, found.unsettled) == ((), ("marks",))
    assert found.missing == ("seen",)
    assert found.next_step == "request_information"


def test_missing_facts_include_those_behind_a_gate_that_is_not_answered():
    assert say({"place": "here", "age": 3}).missing == ("marks", "seen", "size", "why")
    assert say({"place": "here", "age": 12}).missing == ()
    assert say({"place": "there", "age": 12}).missing == ("why",)


def test_a_set_whose_rest_is_not_described_is_missing_while_it_can_change_the_outcome():
    assert say({**BLUE_CHILD, "marks": ["blue", "others_unknown"]}).missing == ("marks", "size")
    assert say({**RED_CHILD, "marks": ["red", "others_unknown"]}).missing == ()


def test_a_finding_counts_as_its_reason_where_the_reasons_are_not_answered():
    found = say({"place": "here", "age": 3, "marks": ["red"]})
    assert (found.outcome, found.trace["marks"][:1]) == ("criteria_met", (found.rules.space.at["age", ""],))
    assert say({"place": "here", "age": 3, "marks": ["spot"]}).missing == ("seen", "size", "why")


def test_a_set_that_needs_a_member_is_never_taken_for_empty():
    either = (criterion("ab", c.AnyOf("why", ("a", "b"))), criterion("c", c.AnyOf("why", ("c",))))
    found = say({}, changed(criteria=either, scope=c.NEVER))
    assert (found.outcome, found.missing) == ("criteria_met", ())
    neither = (criterion("not-ab", c.NoneOf("why", ("a", "b"))), criterion("not-c", c.NoneOf("why", ("c",))))
    found = say({}, changed(criteria=neither, scope=c.NEVER))
    assert (found.outcome, found.missing) == ("more_information", ("why",))


HOLDS = [
    ({}, ()),
    ({"note": ["y"]}, ("noted",)),
    ({"note": []}, ()),
    ({"note": ["y"], "place": "there"}, ()),
    ({"before": "some"}, ("again",)),
    ({"before": "none"}, ()),
    ({"procedure_codes": ["22222"]}, ("procedure",)),
    ({"procedure_codes": ["22222", "11111"]}, ()),
    ({"procedure_codes": ["11111"], "diagnosis_codes": ["C00.0"]}, ("diagnosis",)),
    ({"diagnosis_codes": ["A00.2"]}, ()),
    ({"marks": [], "why": ["a", "b"], "seen": True, "note": ["x"]}, ("noted", "only")),
    ({"why": ["a", "b"], "seen": True, "note": ["x"]}, ("noted",)),
]


@pytest.mark.parametrize(("change", "holds"), HOLDS)
def test_a_hold_applies_when_all_its_parts_are_on_record(change, holds):
    found = say({**CODED, **change})
    assert found.outcome == "criteria_met"
    assert found.holds == holds
    assert found.next_step == ("physician_review" if holds else "can_approve")


REQUESTS = [
    ({}, ("missing",)),
    ({"diagnosis_codes": ["Z1"]}, ("invalid",)),
    ({"diagnosis_codes": ["Z1", "A00.1"]}, ()),
    ({"procedure_codes": ["11111"]}, ("missing",)),
    ({"note": ["x"]}, ()),
]


@pytest.mark.parametrize(("change", "requests"), REQUESTS)
def test_a_request_is_made_only_where_nothing_holds(change, requests):
    found = say({**RED_CHILD, **change})
    assert found.requests == requests
    assert found.next_step == (
        "request_information" if requests else "physician_review" if found.holds else "can_approve"
    )


def test_the_list_of_diagnoses_does_not_count_for_a_criterion_that_is_exempt():
    raw = {"place": "here", "age": 3, "why": ["c"]}
    assert say(raw).next_step == "can_approve"
    assert say({**raw, "procedure_codes": ["11111"]}).requests == ("missing",)
    assert say(RED_CHILD, changed(diagnosis_list=None)).requests == ()


CAUTIONS = [
    ({"age": 5}, ()),
    ({"age": 6}, ("old",)),
    ({"age": 6, "why": ["c"]}, ()),
    ({"date": "2025-01-01"}, ()),
    ({"date": "2025-01-02"}, ("late",)),
    ({"procedure_codes": ["33333"]}, ("outside",)),
    ({"diagnosis_codes": ["Z1", "A00.1"]}, ("bad",)),
]


@pytest.mark.parametrize(("change", "cautions"), CAUTIONS)
def test_a_caution_warns_and_changes_nothing(change, cautions):
    assert say({**RED_CHILD, "date": "2024-01-01", **change}).cautions == cautions


def test_a_policy_without_a_review_date_is_never_overdue():
    assert "late" not in say(RED_CHILD, changed(next_review=None)).cautions


CODING = [
    ({}, "not_supplied", "not_supplied"),
    ({"procedure_codes": [], "diagnosis_codes": []}, "not_supplied", "not_supplied"),
    ({"procedure_codes": ["11111"], "diagnosis_codes": ["A00.3"]}, "listed", "listed"),
    (
        {"procedure_codes": ["11111", "3"], "diagnosis_codes": ["A00.1", "A00.4"]},
        "partly_listed",
        "partly_listed",
    ),
    ({"procedure_codes": ["3"], "diagnosis_codes": ["A00.4"]}, "not_listed", "not_listed"),
    ({"diagnosis_codes": ["Z1"]}, "not_supplied", "invalid"),
]


@pytest.mark.parametrize(("raw", "procedure", "diagnosis"), CODING)
def test_codes_are_compared_with_the_tables(raw, procedure, diagnosis):
    coding = say(raw).coding
    assert (coding.procedure, coding.diagnosis) == (procedure, diagnosis)


def test_a_policy_without_a_list_of_diagnoses_says_so():
    policy = changed(codes=POLICY.codes[:2])
    assert say({"diagnosis_codes": ["A00.1"]}, policy).coding.diagnosis == "no_list"


def test_an_adopted_reading_is_named_where_its_other_side_gives_another_result():
    assert say(SPOTTED).readings == ("big",)
    assert say({**SPOTTED, "size": 6}).readings == ()
    assert say({**SPOTTED, "size": None}).readings == ()
    assert say({"born": "2024-02-29", "date": "2025-02-28", "why": ["a"], "marks": ["red"]}).readings == (
        "leap",
    )


def test_a_reading_taken_the_other_way_is_followed():
    readings = {**POLICY.readings, "big": reading("big", "other"), "leap": reading("leap", "other")}
    policy = changed(readings=readings)
    assert say(SPOTTED, policy).outcome == "criteria_met"
    assert say(SPOTTED, policy).readings == ("big",)
    born = {"place": "here", "born": "2024-02-29", "date": "2025-02-28", "why": ["a"], "marks": ["red"]}
    assert say(born, policy).outcome == "criteria_not_met"


def test_a_stop_that_rests_on_a_reading_goes_with_it():
    holds = (replace(POLICY.holds[0], reading="rest"),)
    raw = {**CODED, "note": ["y"]}
    adopted = changed(holds=holds, readings={**POLICY.readings, "rest": reading("rest", "one")})
    assert (say(raw, adopted).holds, say(raw, adopted).readings) == (("noted",), ("rest",))
    refused = changed(holds=holds, readings={**POLICY.readings, "rest": reading("rest", "other")})
    assert (say(raw, refused).holds, say(raw, refused).readings) == ((), ("rest",))


def test_a_scope_that_rests_on_a_reading_moves_with_it():
    wide = c.Reading("wide", POLICY.scope, c.OneOf("place", ("there",)))
    policy = changed(scope=wide, readings={**POLICY.readings, "wide": reading("wide", "one")})
    found = say({**RED_CHILD, "place": "there"}, policy)
    assert (found.outcome, found.readings) == ("criteria_met", ("wide",))


def test_unsettled_names_the_open_readings_that_make_it_so():
    assert say(BLUE_CHILD).readings == ("blue",)
    both = c.Reading("far", c.Reading("near", c.Any(()), c.All(())), c.All(()))
    readings = {key: reading(key, "open") for key in ("far", "near")}
    policy = changed(
        criteria=(criterion("both", both),), readings={**readings, "leap": reading("leap", "one")}
    )
    assert say({"place": "here"}, policy).readings == ("far", "near")


def test_a_side_that_is_not_taken_makes_nothing_unsettled():
    unread = c.Reading("big", BLUE, c.Reading("unread", c.Any(()), c.All(())))
    readings = {**POLICY.readings, "unread": reading("unread", "open")}
    policy = changed(criteria=(criterion("blue", unread),), readings=readings)
    assert say(BLUE_CHILD, policy).readings == ("blue",)
    other = changed(criteria=policy.criteria, readings={**readings, "big": reading("big", "other")})
    assert say(RED_CHILD, other).readings == ("unread",)


PASSAGES = [
    (RED_CHILD, ("p-marks", "p-reason")),
    (SPOTTED, ("p-other",)),
    ({**SPOTTED, "why": ["a", "b"], "seen": False}, ("p-other", "p-reason")),
    (BLUE_CHILD, ("p-reading",)),
    ({"place": "there", "why": ["c"]}, ("p-scope",)),
    ({**RED_CHILD, "date": "2019-01-01"}, ()),
    ({"place": "here", "age": 3, "why": ["b"]}, ("p-seen",)),
]


@pytest.mark.parametrize(("raw", "passages"), PASSAGES)
def test_the_passages_of_a_result_stand_in_the_order_of_the_text(raw, passages):
    assert say(raw).passages == passages


def test_references_are_those_cited_and_those_tied():
    cited = (
        Citation("p-marks", "(A 2001)", "2001", "a-2001", ""),
        Citation("p-marks", "(B 2002)", "2002", "", "not in the list"),
        Citation("p-evidence", "(C 2003)", "2003", "other:c-2003", ""),
        Citation("p-seen", "(D 2004)", "2004", "d-2004", ""),
    )
    tied = replace(POLICY.criteria[0], references=("z-1999",))
    found = say(RED_CHILD, changed(citations=cited, criteria=(tied,)))
    assert found.references == ("a-2001", "other:c-2003", "z-1999")
    assert found.evidence == ("p-evidence",)


def test_the_fewest_answers_carry_the_outcome():
    wanted = [("age", "", 3), ("why", "a", True), ("marks", "red", True)]
    assert say(RED_CHILD).because == tuple(Literal(*literal) for literal in wanted)
    assert say({**RED_CHILD, "age": 40}).because == (Literal("place", "", "here"), Literal("age", "", 40))
    assert say({}).because == ()
    before = say({**RED_CHILD, "date": "2019-01-01"})
    assert before.because == (Literal("date", "", before.answers.day),)


def test_a_criterion_says_which_answers_made_it_so():
    found = say({"age": 40})
    assert found.why("seen") == (Literal("age", "", 40),)
    assert say({"age": 3}).why("seen") == ()


def test_a_number_that_carries_the_outcome_says_how_far_it_may_move():
    found = say({**SPOTTED, "size": 7})
    by_fact = {literal.fact: literal for literal in found.because}
    assert found.reach(by_fact["size"]) == (("above", Decimal(5)),)
    assert found.reach(by_fact["age"]) == (("below", 12),)
    for size in (3, 5):
        small = say({**SPOTTED, "size": size})
        carries = next(literal for literal in small.because if literal.fact == "size")
        assert small.reach(carries) == (("at_most", Decimal(5)),)


def test_that_a_set_is_closed_counts_as_one_answer_and_comes_after_one_member_that_is_not_there():
    nothing = say({"place": "there", "age": 3, "why": ["a"], "marks": []})
    assert Literal("marks", "", frozenset()) in nothing.because
    one = say({**RED_CHILD, "place": "there", "marks": ["blue", "spot"], "size": 3})
    assert Literal("marks", "red", False) in one.because
    assert not any(literal.closes for literal in one.because if literal.fact == "marks")
    described = say({"place": "there", "age": 3, "why": ["a"], "marks": {"without": ["red", "blue", "spot"]}})
    assert described.because == nothing.because


def test_how_far_a_number_may_move_leaves_a_closed_set_closed():
    found = say({"place": "there", "age": 14, "why": ["a"], "marks": ["red"]})
    assert found.reach(Literal("age", "", 14)) == (("at_least", 12),)
    spotted = say({**SPOTTED, "place": "there", "why": ["a"]})
    assert any(literal.closes for literal in spotted.because)
    assert spotted.reach(Literal("size", "", Decimal(5))) == (("at_most", Decimal(5)),)


def test_that_a_set_is_closed_keeps_all_that_is_not_in_it_where_it_is():
    found = say({**RED_CHILD, "marks": ["blue"]})
    singly = [Literal("marks", key, False) for key in ("red", "spot")]
    assert found.keeps([Literal("marks", "", frozenset({"blue"}))]) == found.keeps(singly)
    assert found.keeps([Literal("marks", "blue", True)]) & found.keeps(singly) == 0


def test_any_condition_of_a_policy_has_a_value_or_is_open():
    found = say({"age": 3})
    assert found.value_of(YOUNG) == MET
    assert found.value_of(RED) is None
    assert say({"age": 12}).value_of(RED) == NO
    assert say(BLUE_CHILD).value_of(BLUE) == UNSETTLED


def elements(found):
    """Every answer that can carry the outcome, in the order of the questions, with the variables it keeps
    where they are: each variable that is not wholly unknown, and after the members of a set that is
    answered whole that nothing else is in it.
    """
    space = found.rules.space
    for question in found.policy.topic.questions:
        of_fact = [(key, var) for key, var in space.at.items() if key[0] == question.id]
        for (fact, member), var in of_fact:
            if found.cells[var] is not None:
                value = bool(found.cells[var]) if member else found.answers.left(fact)
                yield Literal(fact, member, value), {var}
        whole = found.answers.values.get(question.id)
        if isinstance(whole, frozenset):
            yield Literal(question.id, "", whole), {var for _, var in of_fact if found.cells[var] == 0}


def brute_smallest(raw):
    """The fewest answers that alone give the outcome, by trying every set of them."""
    found = say(raw)
    rules, every = found.rules, list(elements(found))
    for size in range(len(every) + 1):
        for kept in combinations(every, size):
            held = set().union(*(variables for _, variables in kept))
            some = [cell if var in held else None for var, cell in enumerate(found.cells)]
            if isinstance(rules.space.diagrams.restrict(rules.outcome, some), int):
                return tuple(literal for literal, _ in kept)
    return None


MANY = [
    {"place": place, "age": age, "why": why, "marks": marks, "size": size, "seen": seen}
    for place, age, why, marks, size, seen in product(
        ("here", "there"),
        (3, 12),
        (["a"], ["a", "b"], ["b"], ["c"], ["a", "c"]),
        (["red"], ["blue", "spot"], ["red", "blue"], []),
        (3, 7),
        (True, False),
    )
]


PARTLY = [
    {"place": place, "age": age, "why": why, "marks": marks, "size": size, "seen": seen}
    for place, age, why, marks, size, seen in product(
        ("there", "here"),
        ({"at_least": 2, "below": 12}, {"at_least": 12}, {"at_most": 20}),
        (["a"], ["a", "b"], ["c"], None),
        ({"with": ["red"]}, {"without": ["red", "blue"]}, {"with": ["spot"], "without": ["red"]}, ["spot"]),
        ({"above": 5}, {"at_most": 5}, {"at_least": 3, "at_most": 7}),
        (False, None),
    )
]


def known(many):
    return [raw for raw in many if say(raw).outcome != "more_information"]


@pytest.mark.parametrize("raw", [*MANY[::7], *known(PARTLY)[::5]])
def test_no_smaller_set_of_answers_forces_the_outcome_and_ties_go_by_the_order_of_the_questions(raw):
    assert say(raw).because == brute_smallest(raw)


def test_rules_under_another_reading_are_made_once():
    rules = Rules(POLICY)
    assert rules.under("big", "other") is rules.under("big", "other")
    with pytest.raises(KeyError):
        rules.under("nothing", "other")


def test_a_policy_names_its_criteria_and_a_question_its_options():
    assert POLICY.criterion("seen").id == "seen"
    assert POLICY.topic.by_id["place"].option("here").id == "here"
    with pytest.raises(KeyError):
        POLICY.criterion("nothing")
    with pytest.raises(KeyError):
        POLICY.topic.by_id["place"].option("nowhere")


def test_what_is_on_record_is_never_a_reading_of_silence():
    exactly = changed(holds=(replace(POLICY.holds[0], when=c.Exactly("marks", ("red",)), unless=None),))
    assert say(CODED, exactly).holds == ("noted",)
    assert say({**CODED, "marks": ["red", "others_unknown"]}, exactly).holds == ()
    read = changed(holds=(replace(POLICY.holds[0], when=c.All((BIG, c.Named("n", YOUNG))), unless=None),))
    assert say({**CODED, "marks": ["red", "spot"], "size": 7}, read).holds == ("noted",)
    assert say({**CODED, "marks": ["red", "spot"]}, read).holds == ()
    some = changed(holds=(replace(POLICY.holds[0], when=c.Any((BIG, YOUNG)), unless=None),))
    assert say(CODED, some).holds == ("noted",)
