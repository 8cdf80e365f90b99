"""Whose turn it is, in every small world, beside what the rules say in other words."""

from __future__ import annotations

import itertools

from decisions.reviews.sharing.turns import Colleague, TeamRule, Turn, whose_turn

LINES, URGENCIES, PEOPLE = (1, 2), ("standard", "expedited"), (7, 8)
GROUPS = [frozenset(some) for count in (0, 1, 2) for some in itertools.combinations(PEOPLE, count)]
KINDS = list(itertools.product((None, *LINES), ("", *URGENCIES), GROUPS))
COLLEAGUES = [
    Colleague(count, can_have, is_away)
    for count in (0, 1)
    for can_have in (True, False)
    for is_away in (False, True)
]


def fits(rule: TeamRule, line: int, urgency: str, colleagues: dict[int, Colleague]) -> list[int]:
    """Who could get the case by a rule, the best one first."""
    if (rule.line and rule.line != line) or (rule.urgency and rule.urgency != urgency):
        return []
    there = [
        each for each in sorted(rule.people) if colleagues[each].can_have and not colleagues[each].is_away
    ]
    return sorted(there, key=lambda each: colleagues[each].open)


def test_in_every_small_world_the_first_rule_that_fits_gives_it_to_whoever_has_fewest():
    tried = 0
    for one, other in itertools.product(KINDS, KINDS[::3]):
        rules = [
            TeamRule(number, people, line, urgency)
            for number, (line, urgency, people) in enumerate((one, other))
        ]
        for line, urgency in itertools.product(LINES, URGENCIES):
            for pair in itertools.product(COLLEAGUES, COLLEAGUES[::3]):
                colleagues = dict(zip(PEOPLE, pair, strict=True))
                able = [(rule.number, fits(rule, line, urgency, colleagues)) for rule in rules]
                due = next((Turn(number, found[0]) for number, found in able if found), None)
                assert whose_turn(rules, line, urgency, colleagues) == due
                tried += 1
    assert tried == 36 * 12 * 4 * 24


def test_without_a_rule_it_is_nobodys_turn():
    assert whose_turn([], 1, "standard", {7: Colleague()}) is None


def test_somebody_whom_nobody_knows_of_any_more_is_passed_over():
    assert whose_turn([TeamRule(1, frozenset({7, 9}))], 1, "standard", {9: Colleague(5)}) == Turn(1, 9)
