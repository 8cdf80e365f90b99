"""The condition language: tests, how they combine, and what diagrams make of them."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.core import conditions as c
from decisions.core.answers import read_answers
from decisions.core.conditions import MET, NO, UNSETTLED
from decisions.core.policy import Topic
from decisions.core.space import Space
from tests.core.made_up import AGE, DATE, DAY, SIZE, TOPIC, question

TAKEN = {"r": "open", "s": "one", "t": "other"}


def constant(value):
    return {NO: c.Any(()), MET: c.All(()), UNSETTLED: c.Reading("r", c.All(()), c.Any(()))}[value]


def valued(condition):
    return c.value(condition, lambda test: pytest.fail("no test here"), TAKEN)


@pytest.mark.parametrize(("one", "other"), list(product((NO, UNSETTLED, MET), repeat=2)))
def test_all_is_the_least_any_the_greatest_and_a_reading_its_side(one, other):
    parts = (constant(one), constant(other))
    assert valued(c.All(parts)) == min(one, other)
    assert valued(c.Any(parts)) == max(one, other)
    assert valued(c.Reading("r", *parts)) == (one if one == other else UNSETTLED)
    assert valued(c.Reading("s", *parts)) == one
    assert valued(c.Reading("t", *parts)) == other
    assert valued(c.Named("n", parts[0])) == one


LIMITS = [
    ("below", False, False, True),
    ("at_most", False, True, True),
    ("equals", False, True, False),
    ("at_least", True, True, False),
    ("above", True, False, False),
]


@pytest.mark.parametrize(("test", "above", "at", "below"), LIMITS)
def test_a_limit_is_tried_above_at_and_below(test, above, at, below):
    number = c.Number("size", ((test, Decimal("2.5")),))
    given = (Decimal("2.501"), Decimal("2.5"), Decimal("2.499"))
    assert [number.passes(value) for value in given] == [above, at, below]


def test_the_tests_of_sets_flags_and_choices():
    assert c.AnyOf("marks", ("red", "blue")).passes(frozenset(("blue",)))
    assert not c.AnyOf("marks", ("red",)).passes(frozenset(("blue",)))
    assert c.NoneOf("marks", ("red",)).passes(frozenset(("blue",)))
    assert not c.NoneOf("marks", ("red",)).passes(frozenset(("red", "blue")))
    assert c.Exactly("marks", ("red",)).passes(frozenset(("red",)))
    assert not c.Exactly("marks", ("red",)).passes(frozenset(("red", "blue")))
    assert c.Flag("seen", value=False).passes(given=False)
    assert c.OneOf("place", ("here",)).passes("here")


def test_tests_and_readings_are_found_in_the_order_of_the_text():
    flag, choice = c.Flag("seen", value=True), c.OneOf("place", ("here",))
    condition = c.All((c.Named("n", flag), c.Reading("r", choice, c.NEVER)))
    assert list(c.tests(condition)) == [flag, choice]
    assert list(c.readings(condition)) == ["r"]


def test_a_number_is_cut_at_its_limits_and_between_them():
    space = Space(TOPIC, [c.Number("size", (("above", 2), ("at_most", Decimal("4.5"))))])
    cells = space.variables[space.at["size", ""]].cells
    assert cells == (1, 2, Decimal("3.25"), Decimal("4.5"), Decimal("7.25"))
    assert space.scale("size").limits_of(2, 3) == (("above", 2), ("at_most", Decimal("4.5")))
    assert space.scale("size").limits_of(1, 2) == (("at_least", 2), ("below", Decimal("4.5")))
    assert space.scale("size").limits_of(0, 4) == ()


EDGES = [
    (AGE, (0,), (0, 1)),
    (AGE, (100,), (0, 100)),
    (AGE, (12, 13), (0, 12, 13, 14)),
    (AGE, (Decimal("11.5"),), (0, 12)),
    (AGE, (-5, 200), (0,)),
    (SIZE, (0,), (5,)),
    (SIZE, (9, 20), (Decimal("4.5"), 9, Decimal("9.5"))),
    (SIZE, (-2, 10), (5, 10)),
    (question("only", "decimal", at_least=Decimal(3), at_most=Decimal(3)), (), (3,)),
    (question("whole", "decimal", at_least=Decimal(0), at_most=Decimal(4)), (0, 4), (0, 2, 4)),
]


@pytest.mark.parametrize(("number", "limits", "cells"), EDGES)
def test_the_cells_of_a_number_are_answers_and_leave_none_out(number, limits, cells):

    others = () if number.kind == "age" else (AGE,)
    topic = Topic("t", "t", (replace(number, opened_by=None), *others, DATE), {"all": "All"})
    space = Space(topic, [c.Number(number.id, (("below", limit),)) for limit in limits])
    assert space.variables[space.at[number.id, ""]].cells == cells
    assert all(space.scale(number.id).cell(value) == i for i, value in enumerate(cells))


def test_a_number_without_a_highest_value_is_refused():

    endless = question("endless", "decimal", above=Decimal(0))
    with pytest.raises(ValueError, match="endless has no highest value"):
        Space(Topic("t", "t", (AGE, DATE, endless), {"all": "All"}), [])


TESTS = st.sampled_from(
    [
        c.Number("age", (("below", 12),)),
        c.Number("size", (("at_least", 5),)),
        c.Number("size", (("above", 10),)),
        c.OneOf("place", ("here",)),
        c.Flag("seen", value=True),
        c.Flag("seen", value=False),
        c.AnyOf("marks", ("red", "blue")),
        c.NoneOf("marks", ("red",)),
        c.Exactly("marks", ("spot",)),
        c.Exactly("why", ("a",)),
        c.AnyOf("why", ("b", "c")),
    ]
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: c.All(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: c.Any(tuple(parts)))
        | st.builds(c.Reading, st.sampled_from("rst"), inner, inner)
        | st.builds(c.Named, st.just("n"), inner)
    ),
    max_leaves=8,
)
FACTS = {
    "place": ("here", "there"),
    "age": (3, 12),
    "why": (("a",), ("b",), ("a", "b"), ("c",), ("a", "c")),
    "marks": ((), ("red",), ("spot",), ("blue", "spot")),
    "size": (3, 5, 7),
    "seen": (True, False),
}
COMPLETE = [dict(zip(FACTS, chosen, strict=True)) for chosen in product(*FACTS.values())]


@given(CONDITIONS, st.sampled_from(COMPLETE))
def test_a_diagram_gives_the_value_that_the_meaning_of_the_language_gives(condition, raw):

    def passes(test):
        question = TOPIC.by_id[test.fact]
        opened = question.opened_by
        while opened and opened[1] in raw[opened[0]]:
            opened = TOPIC.by_id[opened[0]].opened_by
        value = raw[test.fact] if not opened else {"set": (), "flag": False}.get(question.kind)
        return value is not None and test.passes(frozenset(value) if question.kind == "set" else value)

    space = Space(TOPIC, [condition])
    diagram = space.without_empty(space.diagram(condition, TAKEN))
    found = space.diagrams.restrict(diagram, space.cells(read_answers(TOPIC, raw, DAY)))
    assert found == c.value(condition, passes, TAKEN)
