"""What is proved of a small made-up policy, and that each kind of fault is found."""

from dataclasses import replace
from itertools import product

import pytest

from decisions.core import conditions as c
from decisions.core.answers import read_answers
from decisions.core.conditions import MET
from decisions.core.determination import determine
from decisions.core.differences import Comparison, boxes
from decisions.core.measures import Scale
from decisions.core.proof import Proof, claimed_passages, tiles
from decisions.core.rules import OUTCOMES, Rules
from decisions.core.situations import where
from decisions.core.trials import CODES, INVALID
from tests.core.made_up import DAY, POLICY, TOPIC, YOUNG, changed, criterion, reading, say

PROOF = Proof(Rules(POLICY))


def every_situation(ages=(3, 12, 40)):
    """Every class of complete answers to the facts that the made-up criteria test."""
    for place, age, why in product(("here", "there"), ages, (1, 2, 3, 4, 5, 6, 7)):
        reasons = [key for bit, key in enumerate("abc") if why >> bit & 1]
        marks = [
            [key for bit, key in enumerate(("red", "blue", "spot")) if found >> bit & 1] for found in range(8)
        ]
        for found in marks if "a" in reasons else [None]:
            for size in (3, 5, 7) if found and "spot" in found else (None,):
                for seen in (False, True) if "b" in reasons else (None,):
                    raw = {
                        "place": place,
                        "age": age,
                        "why": reasons,
                        "marks": found,
                        "size": size,
                        "seen": seen,
                    }
                    yield {fact: value for fact, value in raw.items() if value is not None}


def test_the_situations_are_counted_as_they_are_found_one_by_one():
    found = [say(raw).outcome for raw in every_situation()]
    before = len(found)
    wanted = {outcome: found.count(outcome) for outcome in OUTCOMES}
    wanted["out_of_scope"] += before
    assert PROOF.outcomes == wanted
    assert PROOF.total == 2 * before
    assert PROOF.undecided() == 0


def test_the_made_up_policy_is_proved_sound():
    assert PROOF.dead_criteria() == []
    assert PROOF.dead_facts() == []
    assert PROOF.dead_options() == []
    assert PROOF.dead_notices() == []
    assert PROOF.dead_readings() == []
    assert PROOF.badly_cut() == []
    assert PROOF.unclaimed() == []
    assert set(TOPIC.by_id) == PROOF.alive()
    assert PROOF.limits() == {("age", 12), ("size", 5)}


def proof(**more):
    return Proof(Rules(changed(**more)))


def test_a_criterion_that_can_never_be_met_is_dead():
    never = criterion("never", c.All((YOUNG, c.Number("age", (("at_least", 12),)))))
    assert proof(criteria=(*POLICY.criteria, never)).dead_criteria() == ["never"]


def test_a_criterion_that_another_always_covers_is_dead():
    covered = criterion("covered", c.All((YOUNG, c.Flag("seen", value=True), c.OneOf("place", ("here",)))))
    assert proof(criteria=(*POLICY.criteria, covered)).dead_criteria() == ["covered"]


def test_a_fact_that_changes_no_outcome_is_dead():
    idle = criterion(
        "idle",
        c.Any((c.All((YOUNG, c.Flag("seen", value=True))), c.All((YOUNG, c.Flag("seen", value=False))))),
    )
    assert "seen" in proof(criteria=(idle,)).dead_facts()


def test_a_reading_that_changes_nothing_is_dead():
    same = c.Reading("same", YOUNG, YOUNG)
    for taken in ("one", "open"):
        found = proof(
            criteria=(criterion("same", same), *POLICY.criteria[1:]),
            readings={"same": reading("same", taken), "unused": reading("unused", "one")},
        )
        assert found.dead_readings() == ["same", "unused"]


def test_a_hold_that_never_applies_is_dead_and_so_is_what_it_looks_at():
    idle = replace(POLICY.holds[1], none_met=("marks", "seen", "here"))
    found = proof(holds=(idle, *POLICY.holds[2:]))
    assert found.dead_notices() == ["again"]
    assert found.dead_options() == ["before"]


def test_a_rule_for_29_february_is_alive_only_where_a_limit_of_age_is_a_number_of_years():
    month = criterion("month", c.All((c.Number("age", (("below", 13),)), c.AnyOf("marks", ("red",)))))
    readings = {"leap": reading("leap", "one")}
    assert proof(criteria=(month,), readings=readings).dead_readings() == ["leap"]
    assert proof(criteria=POLICY.criteria[1:2], readings=readings).dead_readings() == []


def test_a_hold_that_rests_on_a_reading_keeps_the_reading_alive():
    hold = replace(POLICY.holds[0], reading="rest")
    for taken in ("one", "other"):
        found = proof(holds=(hold,), readings={**POLICY.readings, "rest": reading("rest", taken)})
        assert found.dead_readings() == []


def test_a_passage_of_the_criteria_section_that_nothing_claims_is_found():
    assert proof(any_other=(), support=()).unclaimed() == ["p-other"]
    assert "p-other" in claimed_passages(changed(any_other=(), support=(), judgement={"p-other": "why"}))


@pytest.mark.parametrize(
    ("limits", "cell_of", "whole"),
    [((5,), (0, 1, 2), True), ((5,), (0, 0, 1), True), ((), (0,), True), ((5, 6), (0, 1, 1, 1, 2), True)],
)
def test_cells_in_order_tile(limits, cell_of, whole):
    assert tiles(Scale(limits, cell_of, ()), cell_of[-1] + 1) is whole


class Torn:
    """A scale whose stretches are said outright."""

    def __init__(self, *stretches):
        self.stretches = stretches

    def limits_of(self, low, high):
        return self.stretches[low]


@pytest.mark.parametrize(
    "stretches",
    [
        [(("below", 5),), (("above", 5),)],
        [(("at_most", 5),), (("at_least", 5),)],
        [(("below", 5),), (("at_least", 4),)],
        [(("at_least", 1), ("below", 5)), (("at_least", 5),)],
        [(("below", 5),), (("at_least", 5), ("at_most", 9))],
    ],
)
def test_a_gap_an_overlap_or_an_open_end_is_found(stretches):
    assert not tiles(Torn(*stretches), len(stretches))


def test_a_test_that_a_cell_does_not_tell_apart_is_found():
    found = Proof(Rules(POLICY))
    other = criterion("other", c.Number("size", (("above", 7),)))
    found.policy = changed(criteria=(*POLICY.criteria, other))
    assert found.badly_cut() == ["size"]


def test_an_example_is_one_of_its_region_and_none_is_given_of_an_empty_one():
    for value, outcome in enumerate(OUTCOMES):
        raw = PROOF.situations.example(where(PROOF.space, PROOF.rules.outcome, value))
        assert say(raw).outcome == outcome
    assert PROOF.situations.example(0) is None
    assert PROOF.situations.count(MET) == PROOF.situations.total


def test_the_answers_tried_meet_each_criterion_that_can_be_met():
    met = [determine(PROOF.rules, read_answers(TOPIC, raw, DAY), CODES).met for raw in PROOF.trials.bases]
    assert met == [("marks",), ("seen",), ("here",)]
    covered = criterion("covered", c.All((YOUNG, c.Flag("seen", value=True))))
    unmet = criterion("unmet", c.NEVER)
    trials = proof(criteria=(*POLICY.criteria[1:], covered, unmet)).trials
    assert len(trials.bases) == 3
    assert not CODES.is_billable(INVALID)


def test_a_notice_that_looks_at_numbers_flags_and_exact_sets_is_tried_at_their_limits():
    holds = (
        replace(POLICY.holds[0], id="sized", when=c.Number("size", (("above", 5),)), unless=None),
        replace(POLICY.holds[0], id="both", when=c.Exactly("note", ("x", "y")), unless=None),
    )
    found = proof(holds=holds, next_review=None, cautions=POLICY.cautions[:1])
    assert set(found.trials.notices) == {"sized", "both", "missing", "invalid", "old"}


def test_points_become_disjoint_boxes():
    assert boxes([]) == []
    assert boxes([()]) == [()]
    assert sorted(boxes(product((0, 1), (2, 3)))) == [((0, 1), (2, 3))]
    points = {(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)}
    found = boxes(points)
    inside = [point for box in found for point in product(*box)]
    assert sorted(inside) == sorted(points)


OTHER = changed(
    id="other",
    first_day=POLICY.first_day.replace(year=2022),
    scope=c.Exactly("why", ("c",)),
    criteria=(
        criterion("marks", c.All((c.Number("age", (("below", 40),)), c.AnyOf("marks", ("red", "blue"))))),
        criterion("seen", c.All((YOUNG, c.Reading("blue", c.Flag("seen", value=True), c.NEVER)))),
    ),
)
DAYS = ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01")


def test_two_policies_differ_exactly_where_their_patterns_say():
    found = Comparison(POLICY, OTHER)
    assert sum(pattern.situations for pattern in found.patterns) == found.differing
    differing = 0
    for raw in every_situation((3, 12, 13, 40, 41)):
        for day in (DAYS[0], DAYS[2], DAYS[3]):
            outcomes = {policy.id: say({**raw, "date": day}, policy).outcome for policy in (POLICY, OTHER)}
            differing += len(set(outcomes.values())) > 1
    assert found.differing == differing
    assert found.total == 3 * len(list(every_situation((3, 12, 13, 40, 41))))


def test_each_pattern_has_an_example_that_gives_its_outcomes():
    found = Comparison(POLICY, OTHER)
    assert found.patterns
    for pattern in found.patterns:
        first, before = pattern.days
        day = first or before.replace(year=before.year - 1)
        for policy in (POLICY, OTHER):
            raw = {**pattern.example, "date": str(day)}
            assert say(raw, policy).outcome == pattern.outcomes[policy.id]


def test_two_editions_of_one_day_have_no_days_between_them():
    same = replace(OTHER, first_day=POLICY.first_day)
    assert len(Comparison(POLICY, same).bands) == 2
    assert Comparison(POLICY, replace(POLICY, id="twin")).patterns == ()


def test_an_interval_that_leaves_other_cells_than_those_of_its_values_is_found(monkeypatch):
    found = proof()
    assert found.badly_left() == []
    monkeypatch.setattr(Scale, "left", lambda self, partial: (0,))
    assert found.badly_left() == ["age", "size"]


def test_a_part_of_a_fact_that_is_decided_otherwise_than_its_values_is_found(monkeypatch):
    found = proof()
    assert found.astray() == []
    assert found.parts > 0
    restrict = type(found.space.diagrams).restrict

    def first_cell(self, diagram, cells, **more):
        cells = [left[0] if isinstance(left, tuple) else left for left in cells]
        return restrict(self, diagram, cells, **more)

    monkeypatch.setattr(type(found.space.diagrams), "restrict", first_cell)
    assert "outcome" in found.astray()
