"""Raw answers: what is allowed, what is refused, what counts."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.core.answers import AnswersError, read_answers
from tests.core.made_up import DAY, TOPIC


def read(raw):
    return read_answers(TOPIC, raw, DAY)


def refused(raw):
    with pytest.raises(AnswersError) as error:
        read(raw)
    return [(problem.facts, problem.kind) for problem in error.value.problems]


ALLOWED = [
    ("place", "here", "here"),
    ("age", 0, 0),
    ("age", 100, 100),
    ("age", 3.0, 3),
    ("age", Decimal("3.0"), 3),
    ("why", ["a", "b", "a"], frozenset("ab")),
    ("marks", [], frozenset()),
    ("size", "0.001", Decimal("0.001")),
    ("size", 0.1, Decimal("0.1")),
    ("size", " 10 ", Decimal(10)),
    ("size", "1e1", Decimal(10)),
    ("seen", False, False),
    ("date", "2025-12-31", dt.date(2025, 12, 31)),
    ("procedure_codes", ["11111-26", " 11111 ", ""], ("11111",)),
    ("diagnosis_codes", ["a001", "A00.1", 5], ("A00.1", "5")),
]


@pytest.mark.parametrize(("fact", "raw", "value"), ALLOWED)
def test_an_allowed_answer_is_read_exactly(fact, raw, value):
    assert read({fact: raw}).values[fact] == value


REFUSED = [
    ("nothing", 1, "unknown-fact"),
    ("place", "nowhere", "not-an-option"),
    ("place", 3, "not-an-option"),
    ("age", -1, "out-of-range"),
    ("age", 101, "out-of-range"),
    ("age", 1.5, "not-whole"),
    ("age", "3", "a-text"),
    ("age", True, "not-whole"),
    ("age", float("nan"), "not-whole"),
    ("age", float("inf"), "not-whole"),
    ("why", [], "empty"),
    ("why", ["others_unknown"], "not-an-option"),
    ("why", "a", "not-a-set"),
    ("why", [["a"]], "not-an-option"),
    ("marks", ["green"], "not-an-option"),
    ("size", 0, "out-of-range"),
    ("size", "10.0001", "out-of-range"),
    ("size", "ten", "not-a-number"),
    ("size", "NaN", "not-a-number"),
    ("size", True, "not-a-number"),
    ("size", [1], "not-a-number"),
    ("size", "1" * 41, "not-a-number"),
    ("seen", "yes", "not-yes-or-no"),
    ("seen", 1, "not-yes-or-no"),
    ("date", "2026-02-30", "not-a-day"),
    ("date", "1.1.2026", "not-a-day"),
    ("date", 20260101, "not-a-day"),
    ("born", "x" * 80, "not-a-day"),
    ("procedure_codes", "11111", "not-a-set"),
    ("procedure_codes", [True], "not-a-text"),
    ("diagnosis_codes", [1.5], "not-a-text"),
]


@pytest.mark.parametrize(("fact", "raw", "kind"), REFUSED)
def test_an_answer_that_is_not_allowed_is_refused_by_fact_and_kind(fact, raw, kind):
    assert refused({fact: raw}) == [((fact,), kind)]


def test_a_refusal_names_what_is_allowed_and_shortens_what_was_given():
    with pytest.raises(AnswersError, match="age: out-of-range") as error:
        read({"age": 500})
    assert error.value.problems[0].allowed == ("at least 0 months", "at most 100 months")
    with pytest.raises(AnswersError) as error:
        read({"place": "x" * 500})
    assert len(error.value.problems[0].given) == 60
    assert error.value.problems[0].allowed == ("here", "there")


def test_every_problem_is_reported_at_once():
    assert len(refused({"place": "nowhere", "age": -1, "what": 1})) == 3


def test_an_answer_on_a_closed_branch_is_still_checked():
    assert refused({"why": ["c"], "marks": ["green"]}) == [(("marks",), "not-an-option")]


def test_absent_and_null_are_both_unknown_and_only_null_was_asked():
    answers = read({"place": None})
    assert answers.values == {}
    assert answers.asked == {"place"}


def test_an_age_and_a_birth_date_are_not_both_given():
    assert refused({"age": 3, "born": "2025-01-01"}) == [(("age", "born"), "given-twice")]
    assert read({"age": 3, "born": None}).values == {"age": 3}


def test_a_birth_after_the_date_of_service_is_refused():
    assert refused({"born": "2026-01-02"}) == [(("born", "date"), "born-after-service")]
    assert read({"born": "2026-01-02", "date": "2026-01-02"}).values["age"] == 0


def test_a_birth_so_long_ago_that_the_age_is_out_of_range_is_refused():
    assert refused({"born": "1900-01-01"}) == [(("born",), "out-of-range")]


def test_a_birth_date_becomes_the_age_and_is_dropped():
    answers = read({"born": "2025-06-01"})
    assert answers.values == {"age": 7}
    assert answers.asked == {"age"}


BRANCHES = [
    ({}, "marks", None),
    ({"why": ["a"]}, "marks", True),
    ({"why": ["b"]}, "marks", False),
    ({"marks": ["red"]}, "marks", True),
    ({"why": ["a"], "marks": ["spot"]}, "size", True),
    ({"why": ["a"], "marks": ["red"]}, "size", False),
    ({"why": ["a"], "marks": ["red", "others_unknown"]}, "size", None),
    ({"why": ["b"], "marks": ["red", "others_unknown"]}, "size", False),
    ({"why": ["b"], "marks": ["spot"]}, "size", False),
    ({"why": ["b"]}, "size", False),
    ({}, "place", True),
]


@pytest.mark.parametrize(("raw", "fact", "state"), BRANCHES)
def test_a_branch_is_open_closed_or_not_known_yet(raw, fact, state):
    assert read(raw).branch(TOPIC.by_id[fact]) is state


def test_what_counts_on_a_closed_branch_is_none_of_these_no_or_nothing():
    answers = read({"why": ["c"], "marks": ["red"], "size": 3, "seen": True})
    assert answers.on_record("marks") == frozenset()
    assert answers.on_record("seen") is False
    assert answers.on_record("size") is None


def test_a_finding_implies_its_reason_only_while_the_reasons_are_unknown():
    assert read({"marks": ["red"]}).members("why") == {"a"}
    assert read({"seen": True, "marks": ["others_unknown"]}).members("why") == {"b"}
    assert read({"seen": False}).members("why") == frozenset()
    assert read({"marks": ["red"], "why": ["c"]}).members("why") == {"c"}


def test_codes_that_were_not_given_are_no_codes():
    assert read({}).code_list("procedure_codes") == ()


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just("red")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*TOPIC.by_id, "born", "else"]), JSON, max_size=6))
def test_any_json_is_read_or_refused_with_problems_that_name_facts(raw):
    problems, values = [], {}
    try:
        values = read(raw).values
    except AnswersError as error:
        problems = error.problems
    assert all(problem.facts and problem.kind for problem in problems)
    assert not problems or not values
    assert set(values) <= set(TOPIC.by_id)
