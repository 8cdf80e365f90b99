"""Decision diagrams against the functions that they stand for, tried in every place."""

from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.core.diagrams import Diagrams, Node, fewest, nodes, smallest_support, values, variables

SIZES = (2, 4, 2, 2)
PLACES = list(product(*(range(size) for size in SIZES)))
TABLES = st.lists(st.integers(0, 2), min_size=len(PLACES), max_size=len(PLACES))
SOME = [left for size in (2, 3) for left in combinations(range(SIZES[1]), size)]
"""What a partial answer can leave of the second variable: several cells, not all."""


def _left(var):
    known = st.none() | st.integers(0, SIZES[var] - 1)
    return known | st.sampled_from(SOME) if var == 1 else known


PARTS = st.tuples(*(_left(var) for var in range(len(SIZES))))


def built(shop, table):
    """The diagram of a function given by its value in every place."""

    def build(place):
        if len(place) == len(SIZES):
            return table[PLACES.index(place)]
        return shop.node(len(place), tuple(build((*place, cell)) for cell in range(SIZES[len(place)])))

    return build(())


def completions(part):
    return [
        place
        for place in PLACES
        if all(left is None or given in _cells(left) for given, left in zip(place, part, strict=True))
    ]


def _cells(left):
    return left if isinstance(left, tuple) else (left,)


@given(TABLES, PARTS)
def test_what_is_left_is_a_value_exactly_when_every_completion_has_it(table, part):
    shop = Diagrams()
    left = shop.restrict(built(shop, table), part)
    found = {table[PLACES.index(place)] for place in completions(part)}
    assert isinstance(left, int) == (len(found) == 1)
    assert values(left) == found


@given(TABLES, PARTS)
def test_what_is_left_reads_a_variable_exactly_when_it_can_change_the_value(table, part):
    shop = Diagrams()
    left = shop.restrict(built(shop, table), part, keep=True)
    read = set(variables(left.reads)) if isinstance(left, Node) else set()
    changing = {
        var
        for one, other in combinations(completions(part), 2)
        for var in range(len(SIZES))
        if one[:var] + one[var + 1 :] == other[:var] + other[var + 1 :]
        and table[PLACES.index(one)] != table[PLACES.index(other)]
    }
    assert read == changing


@given(TABLES, TABLES)
def test_functions_are_combined_place_by_place_and_equal_ones_are_the_same_object(one, other):
    shop = Diagrams()
    found = shop.combine(min, built(shop, one), built(shop, other))
    wanted = built(shop, [min(pair) for pair in zip(one, other, strict=True)])
    assert found is wanted or found == wanted
    assert all(len(set(node.kids)) > 1 for node in nodes(found))


@given(TABLES, st.sampled_from(PLACES), st.permutations(range(len(SIZES))))
def test_no_fewer_known_variables_settle_a_function_and_ties_go_by_rank(table, place, rank):
    shop = Diagrams()
    diagram = built(shop, table)
    by_rank = sorted(range(len(SIZES)), key=rank.__getitem__)
    smallest = next(
        kept
        for size in range(len(SIZES) + 1)
        for kept in combinations(by_rank, size)
        if isinstance(
            shop.restrict(diagram, [cell if var in kept else None for var, cell in enumerate(place)]), int
        )
    )
    assert smallest_support(diagram, place, rank) == smallest


@given(TABLES, st.sampled_from(PLACES), st.sampled_from([{4: 0b0101}, {4: 0b1011}, {4: 0b0011, 5: 0b1100}]))
def test_what_stands_for_several_variables_counts_as_one(table, place, together):
    shop = Diagrams()
    diagram = built(shop, table)
    keeps = {**{var: 1 << var for var in range(len(SIZES))}, **together}
    # What stands for several comes right after the last of them, as that a set is closed does.
    order = sorted(keeps, key=lambda each: (keeps[each].bit_length(), each))
    rank = [order.index(each) for each in range(len(keeps))]
    smallest = next(
        kept
        for size in range(len(SIZES) + 1)
        for kept in combinations(order, size)
        if isinstance(
            shop.restrict(
                diagram,
                [
                    cell if any(keeps[each] >> var & 1 for each in kept) else None
                    for var, cell in enumerate(place)
                ],
            ),
            int,
        )
    )
    assert smallest_support(diagram, place, rank, together) == smallest


@given(TABLES, PARTS)
def test_the_fewest_of_partial_answers_settle_a_function_where_they_settle_it_at_all(table, part):
    shop = Diagrams()
    diagram = built(shop, table)
    if isinstance(shop.restrict(diagram, part), Node):
        with pytest.raises(ValueError, match="do not settle"):
            smallest_support(diagram, part, range(len(SIZES)))
        return
    answered = [var for var, left in enumerate(part) if left is not None]
    smallest = next(
        kept
        for size in range(len(SIZES) + 1)
        for kept in combinations(answered, size)
        if isinstance(
            shop.restrict(diagram, [left if var in kept else None for var, left in enumerate(part)]), int
        )
    )
    assert smallest_support(diagram, part, range(len(SIZES))) == smallest


def test_a_variable_is_a_choice_of_values():
    shop = Diagrams()
    assert shop.restrict(shop.variable(1, (0, 1, 2)), (None, 2, None, None)) == 2
    assert shop.variable(0, (1, 1)) == 1
    assert nodes(1) == []


def test_the_fewest_variables_meet_every_exception_even_where_another_is_tried_first():
    exceptions = [frozenset((0, 1)), frozenset((0, 2)), frozenset((0, 3))]
    assert fewest(exceptions, (3, 0, 1, 2)) == fewest(exceptions, (0, 1, 2, 3)) == (0,)
    assert fewest([*exceptions, frozenset((1, 2))], (3, 0, 1, 2)) == (1, 0)
    assert fewest([], (0, 1)) == ()
