"""Partial answers: what they leave, which are refused, and what counts as on record."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.core import conditions as c
from decisions.core import kinds, measures
from decisions.core.answers import AnswersError, months_between, read_answers
from decisions.core.interview import is_visible
from decisions.core.partial import Interval, Members, OneOfThese
from tests.core import real
from tests.core.made_up import AGE, SIZE, TOPIC, question

DAY = dt.date(2026, 6, 15)
OPEN_PLACE = replace(
    TOPIC, questions=tuple(replace(q, may_be_one_of=True) if q.id == "place" else q for q in TOPIC.questions)
)
"""The made-up topic, its choice of a place open to partial answers."""


def read(raw, topic=TOPIC):
    return read_answers(topic, raw, DAY)


def left(fact, raw):
    return read({fact: raw}).left(fact)


INTERVALS = [
    ({"above": 5}, ("5", False, "10", True)),
    ({"at_least": 5}, ("5", True, "10", True)),
    ({"below": 5}, ("0", False, "5", False)),
    ({"at_most": "5.0"}, ("0", False, "5", True)),
    ({"at_least": 3, "at_most": 6}, ("3", True, "6", True)),
    ({"at_least": 0, "at_most": 6}, ("0", False, "6", True)),
    ({"above": 3, "below": 10}, ("3", False, "10", False)),
    ({"above": 3, "below": None}, ("3", False, "10", True)),
]


@pytest.mark.parametrize(("raw", "ends"), INTERVALS)
def test_an_interval_has_the_ends_that_are_given_within_the_limits_of_the_question(raw, ends):
    found = left("size", raw)
    low, low_counts, high, high_counts = ends
    assert (found.low, found.high) == (Decimal(low), Decimal(high))
    assert (found.low_counts, found.high_counts) == (low_counts, high_counts)


def test_an_interval_keeps_its_bounds_as_they_were_written():
    assert left("size", {"above": 5}).limits == (("above", Decimal(5)),)
    assert left("age", {"below": 24}).limits == (("at_most", 23),)
    assert left("age", {"above": 5, "at_most": 11}).limits == (("at_least", 6), ("at_most", 11))


ONE_OR_ALL = [
    ("size", {"at_least": 3, "at_most": 3}, Decimal(3)),
    ("age", {"above": 5, "below": 7}, 6),
    ("age", {"at_least": 100}, 100),
    ("marks", {"with": ["red"], "without": ["blue", "spot"]}, frozenset({"red"})),
    ("marks", {"without": ["red", "blue", "spot"]}, frozenset()),
    ("marks", ["red", "blue", "spot", "others_unknown"], frozenset({"red", "blue", "spot"})),
    ("size", {"above": 0}, None),
    ("size", {"at_least": 0, "at_most": 10}, None),
    ("age", {"at_least": 0}, None),
    ("age", {"at_most": 100}, None),
    ("place", {"one_of": ["there", "here"]}, None),
    ("marks", {"with": [], "without": []}, None),
    ("marks", ["others_unknown"], None),
]


@pytest.mark.parametrize(("fact", "raw", "value"), ONE_OR_ALL)
def test_one_value_left_is_that_value_and_all_of_them_are_nothing_known(fact, raw, value):
    answers = read({fact: raw}, OPEN_PLACE)
    assert (answers.values.get(fact), dict(answers.partly)) == (value, {})
    assert answers.asked == {fact}


def test_a_set_that_is_partly_described_keeps_what_is_there_and_what_is_not():
    assert left("marks", {"with": ["red"]}) == Members(frozenset({"red"}), frozenset())
    assert left("marks", ["red", "others_unknown"]) == left("marks", {"with": ["red"], "without": []})
    assert left("marks", {"without": ["red", "red"]}) == Members(frozenset(), frozenset({"red"}))


def test_a_choice_that_is_left_between_some_options_keeps_them_in_their_order():
    raw = {"setting": {"one_of": ["inpatient", "outpatient", "inpatient"]}}
    assert read_answers(real.topic(), raw, DAY).partly == {"setting": OneOfThese(("outpatient", "inpatient"))}


REFUSED = [
    ("size", {}, "no-bound"),
    ("size", {"above": None}, "no-bound"),
    ("size", {"above": 5, "below": 5}, "empty-interval"),
    ("size", {"above": 5, "at_most": 5}, "empty-interval"),
    ("size", {"at_least": 5, "at_most": 5}, None),
    ("size", {"at_least": 6, "at_most": 5}, "empty-interval"),
    ("size", {"at_most": 0}, "empty-interval"),
    ("size", {"above": 10}, "empty-interval"),
    ("size", {"above": 5, "at_least": 4}, "two-lower-bounds"),
    ("size", {"below": 5, "at_most": 4}, "two-upper-bounds"),
    ("size", {"over": 5}, "not-a-bound"),
    ("size", {"above": 5, "unit": "mm"}, "not-a-bound"),
    ("size", {"at_least": -1}, "out-of-range"),
    ("size", {"at_most": "10.1"}, "out-of-range"),
    ("size", {"above": "five"}, "not-a-number"),
    ("size", {"above": True}, "not-a-number"),
    ("size", {"above": {"above": 5}}, "not-a-number"),
    ("age", {"above": 5, "below": 6}, "empty-interval"),
    ("age", {"at_least": 1.5}, "not-whole"),
    ("age", {"at_least": "1"}, "a-text"),
    ("age", {"at_least": -1}, "out-of-range"),
    ("age", {"at_most": 101}, "out-of-range"),
    ("marks", {}, "not-with-without"),
    ("marks", {"without": ["red"], "maybe": []}, "not-with-without"),
    ("marks", {"with": ["red"], "without": ["red"]}, "with-and-without"),
    ("marks", {"with": ["red", "others_unknown"]}, "not-an-option"),
    ("marks", {"with": ["green"]}, "not-an-option"),
    ("marks", {"with": None}, "not-a-set"),
    ("marks", {"with": "red"}, "not-a-set"),
    ("why", {"with": ["a"]}, "not-a-set"),
    ("note", {"without": ["x"]}, "not-a-set"),
    ("place", {"one_of": ["here", "there"]}, "not-an-option"),
    ("before", {"one_of": ["none", "some"]}, "not-an-option"),
    ("seen", {"one_of": [True, False]}, "not-yes-or-no"),
    ("date", {"at_least": "2026-01-01"}, "not-a-day"),
    ("procedure_codes", {"with": ["76800"]}, "not-a-set"),
]


@pytest.mark.parametrize(("fact", "raw", "kind"), REFUSED)
def test_a_partial_answer_that_is_not_allowed_is_refused_by_fact_and_kind(fact, raw, kind):
    try:
        read({fact: raw})
        found = None
    except AnswersError as refused:
        (problem,) = refused.problems
        assert problem.facts == (fact,)
        found = problem.kind
    assert found == kind


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({"one_of": ["outpatient"]}, "too-few-options"),
        ({"one_of": ["outpatient", "outpatient"]}, "too-few-options"),
        ({"one_of": []}, "too-few-options"),
        ({"one_of": "outpatient"}, "not-one-of"),
        ({"one_of": ["outpatient", "inpatient"], "or": []}, "not-one-of"),
        ({}, "not-one-of"),
        ({"one_of": ["outpatient", "clinic"]}, "not-an-option"),
        ({"one_of": ["outpatient", None]}, "not-an-option"),
    ],
)
def test_options_that_are_left_of_a_choice_are_two_or_more_of_its_own(raw, kind):
    with pytest.raises(AnswersError) as refused:
        read_answers(real.topic(), {"setting": raw}, DAY)
    assert [problem.kind for problem in refused.value.problems] == [kind]


def test_a_partial_answer_on_a_closed_branch_is_checked_and_never_counts():
    with pytest.raises(AnswersError):
        read({"why": ["c"], "marks": {"with": ["green"]}})
    answers = read({"why": ["c"], "marks": {"with": ["red"]}})
    assert answers.on_record("marks") == frozenset()
    assert answers.members("marks") == frozenset()


@pytest.mark.parametrize(
    ("marks", "state"),
    [
        ({"with": ["spot"]}, True),
        ({"with": ["red"]}, None),
        ({"without": ["red"]}, None),
        ({"without": ["spot"]}, False),
        ({"with": ["red"], "without": ["spot"]}, False),
    ],
)
def test_a_member_that_is_said_to_be_absent_closes_its_branch_and_one_left_open_does_not(marks, state):
    assert read({"why": ["a"], "marks": marks}).branch(TOPIC.by_id["size"]) is state


def test_only_a_member_that_is_there_implies_its_reason():
    assert read({"marks": {"with": ["red"]}}).members("why") == {"a"}
    assert read({"marks": {"without": ["red"]}}).members("why") == frozenset()
    assert read({"marks": {"with": ["red"]}, "why": ["c"]}).members("why") == {"c"}


# A partial birth date


BORN = [
    ("2026-06", (0, 0)),
    ("2026-05", (0, 1)),
    ("2026-04", (1, 2)),
    ("2025-06", (11, 12)),
    ("2025", (5, 17)),
    ("2026", (0, 5)),
]


@pytest.mark.parametrize(("born", "ages"), BORN)
def test_a_birth_month_or_year_leaves_the_ages_that_some_day_in_it_gives(born, ages):
    answers = read({"born": born})
    found = answers.left("age")
    wanted = ages[0] if ages[0] == ages[1] else (("at_least", ages[0]), ("at_most", ages[1]))
    assert (found.limits if isinstance(found, Interval) else found) == wanted
    assert answers.age_if_february is None
    assert answers.asked == {"age"}


def test_every_day_of_a_birth_month_gives_an_age_that_it_leaves_and_every_such_age_comes_from_one():
    for year, month in product((2024, 2025), range(1, 13)):
        born = dt.date(year, month, 1)
        days = [born + dt.timedelta(days=n) for n in range(31)]
        ages = {months_between(day, DAY) for day in days if day.month == month}
        found = read({"born": f"{year}-{month:02}"}).left("age")
        kept = range(found.low, found.high + 1) if isinstance(found, Interval) else [found]
        assert set(kept) == ages


@pytest.mark.parametrize(
    ("born", "kind"),
    [
        ("2026-07", "born-after-service"),
        ("2027", "born-after-service"),
        ("2026-13", "not-a-month"),
        ("2026-00", "not-a-month"),
        ("0000", "not-a-month"),
        ("2026-6", "not-a-day"),
        (2025, "not-a-day"),
        ("1900", "out-of-range"),
    ],
)
def test_a_birth_month_or_year_that_cannot_be_is_refused(born, kind):
    with pytest.raises(AnswersError) as refused:
        read({"born": born})
    assert [problem.kind for problem in refused.value.problems] == [kind]


def test_an_age_and_a_partial_birth_date_are_not_both_given():
    for age, born in ((3, "2025"), ({"at_least": 0}, "2025-01"), ({"at_most": 5}, "2025-01-01")):
        with pytest.raises(AnswersError, match="given-twice"):
            read({"age": age, "born": born})
    assert read({"age": None, "born": "2026-06"}).values["age"] == 0


# Cells


NUMBERS = [n / Decimal(4) for n in range(41)]


@given(
    st.lists(st.sampled_from([0, 3, 5, Decimal("7.5"), 10]), unique=True, max_size=3),
    st.sampled_from(["above", "at_least", None]),
    st.sampled_from(["below", "at_most", None]),
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS),
)
def test_an_interval_leaves_exactly_the_cells_of_the_numbers_in_it(limits, lower, upper, low, high):
    bounds = {key: bound for key, bound in ((lower, low), (upper, high)) if key}
    for number, step in ((SIZE, Decimal("0.125")), (AGE, 1)):
        if number is AGE:
            bounds = {key: int(bound) for key, bound in bounds.items()}
        scale = measures.cut(
            number, [limit for limit in limits if kinds.of(number).allows(number, limit)], whole=number is AGE
        )
        found = measures.between(number, tuple(bounds.items()))
        found = found if number is SIZE else kinds.of(number).tightened(number, found)
        every = [
            n * step
            for n in range(1 + int(number.at_most / step))
            if kinds.of(number).allows(number, n * step)
        ]
        inside = [n for n in every if all(c.NUMBER_TESTS[test](n, bound) for test, bound in bounds.items())]
        assert measures.is_empty(found) == (not inside)
        if inside:
            assert set(scale.left(found)) == {scale.cell(n) for n in inside}


@given(
    st.sampled_from(sorted(c.NUMBER_TESTS)),
    st.sampled_from(NUMBERS),
    st.sampled_from(["above", "at_least"]),
    st.sampled_from(["below", "at_most"]),
    st.sampled_from(NUMBERS),
    st.sampled_from(NUMBERS),
)
def test_all_of_an_interval_passes_a_test_exactly_when_each_number_in_it_does(
    test, limit, lower, upper, low, high
):
    wide = question("wide", "decimal", at_least=Decimal(0), at_most=Decimal(10))
    found = measures.between(wide, ((lower, low), (upper, high)))
    if not measures.is_empty(found) and found.low != found.high:
        step = Decimal("0.125")
        inside = [
            n * step
            for n in range(81)
            if c.NUMBER_TESTS[lower](n * step, low) and c.NUMBER_TESTS[upper](n * step, high)
        ]
        wanted = all(c.NUMBER_TESTS[test](n, limit) for n in inside)
        assert found.all_pass(((test, limit),)) is wanted


# What is on record


def test_a_test_is_passed_on_record_when_all_that_is_left_passes_it():
    answers = read({"why": ["a"], "marks": {"with": ["red"], "without": ["blue"]}, "age": {"at_least": 6}})
    assert answers.passes(c.AnyOf("marks", ("red", "spot")))
    assert not answers.passes(c.AnyOf("marks", ("spot",)))
    assert answers.passes(c.NoneOf("marks", ("blue",)))
    assert not answers.passes(c.NoneOf("marks", ("blue", "spot")))
    assert not answers.passes(c.Exactly("marks", ("red",)))
    assert answers.passes(c.Number("age", (("at_least", 6),)))
    assert not answers.passes(c.Number("age", (("at_least", 7),)))


CASE = {
    "setting": "outpatient",
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["tail"],
    "diagnosis_codes": ["Q06.8"],
}


@pytest.mark.parametrize(
    ("age", "warned"),
    [
        ({"at_least": 5, "at_most": 8}, False),
        ({"at_least": 6, "at_most": 8}, True),
        ({"above": 5, "below": 9}, True),
        ({"above": 6}, False),
        ({"at_most": 8}, False),
    ],
)
def test_the_caution_on_six_months_stands_where_every_age_left_is_six_months_or_more(age, warned):
    found = real.say("cigna-cpg-038", {**CASE, "age_months": age})
    assert ("over-six-months" in found.cautions) is warned


def test_a_contraindication_does_not_hold_where_the_setting_is_one_of_the_two_operations():
    both = {"one_of": ["intraoperative_spinal", "intraoperative_other"]}
    one = {"one_of": ["outpatient", "intraoperative_spinal"]}
    raw = {**CASE, "age_months": 3, "contraindications": ["open_dysraphism_preoperative"]}
    assert real.say("cigna-cpg-038", {**raw, "setting": both}).holds == ()
    assert real.say("cigna-cpg-038", {**raw, "setting": one}).holds == ("contraindication",)
    hidden = real.topic().by_id["contraindications"]
    assert not is_visible(hidden, read_answers(real.topic(), {"setting": both}, DAY))
    assert is_visible(hidden, read_answers(real.topic(), {"setting": one}, DAY))


BASIS = {
    "setting": "outpatient",
    "age_months": 3,
    "reasons": ["suspected_defect", "lumbosacral_stigmata"],
    "suspected_defects": ["cord_tethering"],
    "dimple_diameter_mm": 3,
    "dimple_distance_cm": 1,
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}
OTHER_STIGMATA = sorted(set(real.topic().by_id["stigmata"].option_ids) - {"sacral_dimple"})


@pytest.mark.parametrize(
    ("stigmata", "held"),
    [
        (["sacral_dimple"], True),
        ({"with": ["sacral_dimple"], "without": OTHER_STIGMATA}, True),
        ({"with": ["sacral_dimple"], "without": OTHER_STIGMATA[:-1]}, False),
        (["sacral_dimple", "others_unknown"], False),
    ],
)
def test_a_suspicion_rests_on_a_dimple_alone_only_where_the_set_is_closed(stigmata, held):
    found = real.say("ash-cpg-038", {**BASIS, "stigmata": stigmata})
    assert found.holds == (("dimple-basis",) if held else ())


DENIED = [
    ({"reasons": ["lumbosacral_stigmata"], "stigmata": []}, True),
    ({"reasons": ["lumbosacral_stigmata"], "stigmata": None}, False),
    ({"reasons": ["lumbosacral_stigmata"], "stigmata": ["others_unknown"]}, False),
    ({"reasons": ["lumbosacral_stigmata"], "stigmata": {"without": ["tail"]}}, False),
    (
        {"reasons": ["lumbosacral_stigmata"], "stigmata": {"without": [*OTHER_STIGMATA, "sacral_dimple"]}},
        True,
    ),
    ({"reasons": ["spinal_pain"], "stigmata": []}, False),
    ({"stigmata": []}, False),
    ({"reasons": ["intraspinal_blood"], "intracranial_hemorrhage": False}, True),
    ({"reasons": ["intraspinal_blood"], "intracranial_hemorrhage": True}, False),
    ({"reasons": ["suspected_defect"], "suspicion_basis": []}, False),
    ({"reasons": ["cord_retethering", "spinal_pain"], "prior_spinal_operation": False}, True),
]


@pytest.mark.parametrize(("raw", "denied"), DENIED)
@pytest.mark.parametrize("policy_id", ["ash-cpg-038", "cigna-cpg-038"])
def test_a_reason_is_not_borne_out_where_an_answer_denies_all_of_its_detail(policy_id, raw, denied):
    found = real.say(policy_id, {"setting": "outpatient", "age_months": 3, **raw})
    assert ("reason-not-borne-out" in found.cautions) is denied
