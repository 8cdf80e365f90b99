"""What of a partial answer still matters: exactly where two of its values can lead to different outcomes."""

from itertools import product

import pytest

from decisions.core.turning import Turning, turning
from tests.core.made_up import say

SPOTTED = {"place": "there", "age": 3, "why": ["a"], "marks": ["spot"]}


def of(fact, **raw):
    return turning(say({**SPOTTED, **raw}), fact)


def test_what_is_known_or_not_answered_at_all_has_nothing_left():
    assert of("size", size=3) is None
    assert of("size", size=None) is None
    assert of("size", size={"above": 5}) is None
    assert of("size", size={"at_least": 3, "at_most": 6}, marks=["red"]) is None


@pytest.mark.parametrize(
    ("size", "groups"),
    [
        ({"at_least": 3, "at_most": 6}, ((0, 1), (2,))),
        ({"at_least": 5, "at_most": 6}, ((1,), (2,))),
        ({"above": 1}, ((0, 1), (2,))),
    ],
)
def test_cells_that_lead_to_the_same_go_together(size, groups):
    assert of("size", size=size) == Turning(groups)


def test_of_a_set_those_members_are_named_on_which_the_outcome_can_turn():
    assert of("marks", marks={"with": ["blue"]}) == Turning(members=("red", "spot"))
    assert of("marks", marks={"with": ["blue"]}, size=3) == Turning(members=("red",))
    assert of("marks", marks={"without": ["red", "spot"]}) == Turning(members=("blue",))


MANY = [
    {"place": place, "age": age, "why": why, "marks": marks, "size": size, "seen": seen}
    for place, age, why, marks, size, seen in product(
        ("here", None),
        ({"at_most": 20}, {"at_least": 11, "at_most": 12}, 3),
        (["a"], ["a", "b"], None),
        ({"with": ["blue"]}, {"without": ["red"]}, ["spot"]),
        ({"at_least": 3, "at_most": 7}, None),
        (False, None),
    )
]


def outcomes(raw, fact, cell):
    """For every completion of the other answers the outcome with the fact in one cell."""
    found = say(raw)
    space, var = found.rules.space, found.rules.space.at[fact, ""]
    ways = []
    for v, left in enumerate(found.cells):
        every = range(len(space.variables[v].cells))
        ways.append((cell,) if v == var else (left,) if isinstance(left, int) else left or every)
    read = set(space.read_by(found.rules.outcome))
    fixed = [way if v in read else tuple(way)[:1] for v, way in enumerate(ways)]
    return [space.diagrams.restrict(found.rules.outcome, place) for place in product(*fixed)]


@pytest.mark.parametrize("raw", [raw for raw in MANY if "age" in say(raw).missing and raw["age"] != 3][::4])
def test_two_cells_are_told_apart_exactly_when_some_completion_of_the_rest_tells_them_apart(raw):
    groups = turning(say(raw), "age").groups
    group_of = {cell: i for i, group in enumerate(groups) for cell in group}

    for one, other in product(group_of, repeat=2):
        same = outcomes(raw, "age", one) == outcomes(raw, "age", other)
        assert (group_of[one] == group_of[other]) == same
