"""The program against the contract, restated in plain Python, on random answers under both policies."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import product

import pytest

from decisions.core.answers import months_between
from tests.core import contract, real
from tests.core.completions import Completions, subsets

POLICIES = list(contract.IDS)
EVERY_READING = (
    "dimple-features",
    "dimple-2.5cm",
    "intraoperative-any-surgery",
    "contraindications-hold",
    "code-list-hold",
)


SIMPLE = {
    "setting": "outpatient",
    "age_months": 3,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": 4,
    "dimple_distance_cm": 2,
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
}


SIMPLE_DIMPLE = {fact: SIMPLE[fact] for fact in contract.DIMPLE}


@cache
def completions(policy, flipped=frozenset()):
    def value(key, age, setting, opened, own):
        return contract.criterion(key, policy, age, setting, opened, own, flipped)

    return Completions(value, contract.CLASSES, contract.AGES)


def before(policy, raw):
    return contract.day(raw, str(real.AS_OF)) < contract.FIRST_DAY[policy]


def expected(policy, raw, flipped=frozenset()):
    """What the contract says of answers, without the missing facts and the readings."""
    ways = completions(policy, flipped)
    outcomes = {"out_of_scope"} if before(policy, raw) else ways.outcomes(raw)
    outcome = outcomes.pop() if len(outcomes) == 1 else "more_information"
    values = {key: ways.criterion(raw, key) for key in contract.CRITERIA}
    met = {key for key, found in values.items() if found == {contract.MET}}
    unsettled = {key for key, found in values.items() if found == {contract.UNSETTLED}}
    holds = contract.holds(policy, raw, met, real.LISTED, real.VALID, flipped)
    requests = contract.requests(policy, raw, met, real.VALID, flipped)
    holds = holds if outcome == "criteria_met" else set()
    requests = requests if outcome == "criteria_met" and not holds else set()
    if outcome == "out_of_scope":
        met, unsettled = set(), set()
    return {
        "outcome": outcome,
        "met": tuple(sorted(met)),
        "unsettled": tuple(sorted(unsettled)),
        "holds": tuple(sorted(holds)),
        "requests": tuple(sorted(requests)),
        "next_step": contract.next_step(outcome, holds, requests),
        "cautions": _cautions(policy, raw, met, outcome),
    }


def _cautions(policy, raw, met, outcome):
    if outcome == "out_of_scope":
        return ()
    return tuple(sorted(contract.cautions(policy, raw, met, real.VALID, str(real.AS_OF))))


def expected_missing(policy, raw, outcome):
    ways = completions(policy)
    return tuple(sorted(ways.missing(raw))) if outcome == "more_information" else ()


def expected_readings(policy, raw):
    """The readings of an outcome that is not unsettled."""
    now = expected(policy, raw)
    if now["outcome"] == "more_information":
        return ()
    apart = {"ash": {"code-list-hold"}, "cigna": {"intraoperative-any-surgery"}}[policy]
    return tuple(
        sorted(
            reading
            for reading in set(EVERY_READING) - apart
            if (other := expected(policy, raw, frozenset((reading,))))
            and (other["outcome"], other["next_step"]) != (now["outcome"], now["next_step"])
        )
    )


def agree(policy_id, raw, missing=True):
    policy = contract.IDS[policy_id]
    found = real.say(policy_id, raw)
    wanted = expected(policy, raw)
    assert {key: getattr(found, key) for key in wanted} == wanted, raw
    if missing:
        assert found.missing == expected_missing(policy, raw, found.outcome), raw
    if found.outcome != "unsettled":
        assert found.readings == expected_readings(policy, raw), raw
    return found


def complete(chance):
    """Answers with nothing unknown among what the criteria ask; often to few reasons."""
    raw = real.answers(chance, 1.0)
    raw["reasons"] = chance.sample(contract.REASONS, chance.choice((1, 1, 2, 3)))
    for fact in contract.SETS:
        raw[fact] = [member for member in raw[fact] if member != "others_unknown"]
    if chance.random() < 0.3:
        raw.update({key: value for key, value in SIMPLE.items() if key not in ("setting", "age_months")})
        changed = chance.choice(contract.DIMPLE)
        raw[changed] = chance.choice(contract.CLASSES[changed])
    return raw


def run(times, make, look, seed=None):
    chance = real.chance(seed)
    for _ in range(times):
        raw = make(chance)
        for policy_id in POLICIES:
            look(policy_id, raw)


def test_complete_answers_are_decided_as_the_contract_says():
    run(1_000, complete, agree)


def test_partial_answers_are_decided_as_the_contract_says():
    run(150, lambda chance: real.answers(chance, chance.choice((0.5, 0.75, 0.9, 0.97))), agree)


def charts(chance):
    """Answers as charts give them: many are partial."""
    return real.answers(chance, chance.choice((0.75, 0.9, 0.97, 1.0)), partly=0.5)


def test_what_charts_say_in_part_is_decided_as_the_contract_says():
    run(150, charts, agree)


@pytest.mark.proof
def test_three_thousand_charts_are_decided_as_the_contract_says():
    run(3_000, charts, agree)


@pytest.mark.proof
def test_thirty_thousand_charts_have_the_outcome_that_the_contract_gives():
    run(30_000, charts, partial(agree, missing=False))


@pytest.mark.proof
def test_ten_thousand_complete_answers_are_decided_as_the_contract_says():
    run(10_000, complete, agree)


@pytest.mark.proof
def test_two_thousand_partial_answers_are_decided_as_the_contract_says():
    run(2_000, lambda chance: real.answers(chance, chance.choice((0.4, 0.6, 0.75, 0.9, 0.97))), agree)


@pytest.mark.proof
def test_fifteen_thousand_partial_answers_have_the_outcome_that_the_contract_gives():
    make = partial(real.answers, known=0.85)
    run(15_000, make, partial(agree, missing=False))


def look_at_readings(seen, policy_id, raw):
    """What is unsettled names the open readings that make it so in some completion."""
    found = real.say(policy_id, raw)
    if found.outcome != "unsettled":
        return
    wanted = set()
    for key in found.unsettled:
        for age, own in every_completion(key, raw):
            wanted |= contract.open_readings(key, contract.IDS[policy_id], age, own)
    assert set(found.readings) == wanted, raw
    seen.update(wanted)


def test_what_is_unsettled_names_the_open_readings_that_make_it_so():
    seen = set()
    run(3_000, complete, partial(look_at_readings, seen), seed=1)
    assert len(seen) == 14


def test_what_charts_leave_unsettled_names_the_open_readings_of_every_completion():
    seen = set()
    run(1_500, unsettled_charts, partial(look_at_readings, seen))
    assert len(seen) >= 12


def unsettled_charts(chance):
    """Charts of what no text settles: partial answers of one or two reasons, with no finding that is
    listed.
    """
    raw = {**charts(chance), "setting": "outpatient"}
    keys = chance.sample(sorted(contract.FINDINGS), chance.choice((1, 1, 2)))
    raw["reasons"] = [contract.CRITERIA[key][0] for key in keys]
    for key in keys:
        fact, met, unsettled = contract.FINDINGS[key]
        there = chance.sample(sorted(unsettled), chance.choice((0, 1, 1)))
        raw[fact] = {"with": there, "without": sorted(met)}
        if fact == "stigmata":
            raw.update(
                SIMPLE_DIMPLE | {chance.choice(contract.DIMPLE): None for _ in range(chance.choice((0, 1)))}
            )
            raw["dimple_position"] = chance.choice(("midline", "paramedian"))
            raw["dimple_diameter_mm"] = chance.choice((4, 5, {"at_most": 5}, {"at_least": 3, "at_most": 5}))
            raw[fact]["with"] = [*there, *["sacral_dimple"] * chance.choice((0, 1))]
    return raw


def every_completion(key, raw):
    """The ages and own facts of every completion, in which each member that is left open is in or out."""
    names = contract.CRITERIA[key][1]
    ages = [
        contract.class_of("age_months", age) for age in contract.left("age_months", raw.get("age_months"))
    ]
    for age in set(ages):
        for own in product(*(_every_way(name, raw.get(name)) for name in names)):
            yield age, dict(zip(names, own, strict=True))


def _every_way(fact, given):
    if fact in contract.SETS:
        there, absent = contract.described(given) if given is not None else (set(), set())
        free = [] if absent is None else sorted(set(contract.MEMBERS_OF[fact]) - there - absent)
        return [frozenset(there) | frozenset(more) for more in subsets(free)]
    if isinstance(given, dict) and fact in contract.NUMBERS:
        return list({contract.class_of(fact, value) for value in contract.left(fact, given)})
    if isinstance(given, dict):
        return contract.left(fact, given)
    return [given] if given is not None else list(contract.CLASSES[fact])


def test_months_are_completed_as_the_contract_says():
    for birth in (date(2024, 1, 31), date(2024, 2, 29), date(2024, 8, 30), date(2023, 12, 1)):
        for days in range(1_200):
            on = birth + timedelta(days=days)
            assert months_between(birth, on) == contract.completed_months(birth, on), (birth, on)


def test_a_child_born_on_29_february_is_24_months_on_1_march():
    birth = date(2024, 2, 29)
    assert months_between(birth, date(2026, 2, 28)) == 23
    assert months_between(birth, date(2026, 3, 1)) == 24
    assert months_between(birth, date(2026, 2, 28), february=True) == 24
    assert months_between(birth, date(2028, 2, 28), february=True) == 47


@pytest.mark.parametrize("policy_id", POLICIES)
def test_the_other_rule_for_29_february_is_named_where_the_outcome_turns_on_it(policy_id):
    years = {"ash-cpg-038": 1, "cigna-cpg-038": 2}[policy_id]
    raw = {
        "setting": "outpatient",
        "date_of_birth": "2024-02-29",
        "date_of_service": f"{2024 + years}-02-28",
        "reasons": ["lumbosacral_stigmata"],
        "stigmata": ["hair_tuft"],
        "diagnosis_codes": ["Q06.8"],
    }
    assert real.say(policy_id, raw).outcome == "criteria_met"
    assert real.say(policy_id, raw).readings == ("birthday-29-february",)
    assert real.say(policy_id, {**raw, "date_of_service": f"{2024 + years}-02-27"}).readings == ()


LIMITS = [
    ("age_months", 11, {"ash": "criteria_met", "cigna": "criteria_met"}),
    ("age_months", 12, {"ash": "unsettled", "cigna": "criteria_met"}),
    ("age_months", 13, {"ash": "unsettled", "cigna": "criteria_met"}),
    ("age_months", 23, {"ash": "unsettled", "cigna": "criteria_met"}),
    ("age_months", 24, {"ash": "criteria_not_met", "cigna": "criteria_not_met"}),
    ("age_months", 25, {"ash": "criteria_not_met", "cigna": "criteria_not_met"}),
]


@pytest.mark.parametrize("policy_id", POLICIES)
@pytest.mark.parametrize(("fact", "value", "outcomes"), LIMITS)
def test_the_limits_of_infancy_fall_where_each_policy_puts_them(policy_id, fact, value, outcomes):
    raw = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"], fact: value}
    assert real.say(policy_id, raw).outcome == outcomes[contract.IDS[policy_id]]


DIMPLES = [
    ({}, "criteria_not_met"),
    ({"dimple_diameter_mm": "4.999"}, "criteria_not_met"),
    ({"dimple_diameter_mm": 5}, "unsettled"),
    ({"dimple_diameter_mm": "5.001"}, "criteria_met"),
    ({"dimple_distance_cm": "2.499"}, "criteria_not_met"),
    ({"dimple_distance_cm": "2.5"}, "criteria_not_met"),
    ({"dimple_distance_cm": Decimal("2.501")}, "criteria_met"),
    ({"dimple_base_visible": False}, "criteria_met"),
    ({"dimple_count": "multiple"}, "unsettled"),
    ({"dimple_position": "paramedian"}, "unsettled"),
    ({"stigmata": ["sacral_dimple", "lipoma"]}, "criteria_met"),
    ({"stigmata": ["sacral_dimple", "skin_discoloration"]}, "unsettled"),
    ({"stigmata": ["sacral_dimple", "others_unknown"]}, "more_information"),
    ({"dimple_base_visible": None}, "more_information"),
]


@pytest.mark.parametrize("policy_id", POLICIES)
@pytest.mark.parametrize(("change", "outcome"), DIMPLES)
def test_a_dimple_falls_on_the_side_of_each_limit_that_the_contract_names(policy_id, change, outcome):
    assert real.say(policy_id, {**SIMPLE, **change}).outcome == outcome
