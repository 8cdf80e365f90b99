"""The rules as the policy files have them, decided by trying every completion, against the program.

Conditions are valued by ``conditions.value`` over complete answers; unknown answers are completed one by one.
One value stands for each class that no condition tells apart. ``make proof`` tries all but for what is
missing, of which it tries a share; every other run tries a random tenth.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise, product
from math import log

import pytest

from decisions.core import conditions
from decisions.telling.record import as_record
from tests.core import contract, real
from tests.core.completions import Completions, subsets

POLICIES = list(contract.IDS)
CODES = ("procedure_codes", "diagnosis_codes")
SMALL = [key for key in contract.CRITERIA if key != "lumbosacral-stigmata"]


class Decider:
    """The value of a condition of complete answers.

    It follows from which of the condition's tests pass, so that it is worked out once for each way.
    """

    def __init__(self, condition, taken):
        self.condition, self.taken = condition, taken
        self.known, self.values, self.firsts, self.tests = {}, {}, {}, {}
        for test in conditions.tests(condition):
            self.tests.setdefault(test.fact, {})[test] = None

    def passing(self, fact, given):
        """The tests of a fact that an answer to it passes; of a fact that is hidden, with None."""
        key = fact, given
        if key not in self.known:
            nothing = {"set": frozenset(), "flag": False}.get(real.topic().by_id[fact].kind)
            given = nothing if given is None else given
            passed = (test for test in self.tests.get(fact, ()) if given is not None and test.passes(given))
            self.known[key] = frozenset(passed)
        return self.known[key]

    def __call__(self, facts):
        """The value, ``facts`` holding the answers that no closed branch hides."""
        known, given = self.known, facts.get
        try:
            passing = tuple([known[fact, given(fact)] for fact in self.tests])
        except KeyError:
            passing = tuple([self.passing(fact, given(fact)) for fact in self.tests])
        if passing not in self.values:
            every = frozenset().union(*passing)
            self.values[passing] = conditions.value(self.condition, every.__contains__, self.taken)
        return self.values[passing]

    def alike(self, fact, given):
        """The first answer to a fact that was seen and that no test tells apart from this one."""
        opens = fact == "stigmata" and "sacral_dimple" in given
        return self.firsts.setdefault((fact, self.passing(fact, given), opens), given)


def classes(policy_id, fact):
    """One value of each class that the criteria tell apart; for a set one member of each class."""
    question = real.topic().by_id[fact]
    found = [
        test
        for c in real.rules(policy_id).policy.criteria
        for test in conditions.tests(c.when)
        if test.fact == fact
    ]
    if question.kind == "flag":
        return (True, False)
    if question.kind in ("decimal", "age"):
        return _number_classes(question, found)
    kinds = {}
    for option in question.option_ids:
        given = frozenset((option,)) if question.kind == "set" else option
        kinds.setdefault(tuple(test.passes(given) for test in found), option)
    return tuple(kinds.values())


def _number_classes(question, found):
    limits = {limit for test in found for _, limit in test.limits}
    step = 1 if question.kind == "age" else conditions.Decimal("0.01")
    kinds = {}
    for value in sorted({limit + move for limit in limits for move in (-step, 0, step)}):
        kinds.setdefault(tuple(test.passes(value) for test in found), value)
    return tuple(kinds.values())


@cache
def completions(policy_id):
    rules = real.rules(policy_id)
    own = [fact for _, facts in contract.CRITERIA.values() for fact in facts]
    decide = {key: Decider(rules.policy.criterion(key).when, rules.taken) for key in contract.CRITERIA}

    def value(key, age, setting, opened, facts):
        reason, names = contract.CRITERIA[key]
        known = {"age_months": age, "setting": setting}
        if opened:
            known |= {"reasons": frozenset((reason,)), **facts}
            if "stigmata" in names and "sacral_dimple" not in facts["stigmata"]:
                known = {fact: given for fact, given in known.items() if fact not in contract.DIMPLE}
        return decide[key](known)

    ages = classes(policy_id, "age_months")
    of_each = {fact: classes(policy_id, fact) for fact in own}
    return Completions(value, of_each, ages, alike=lambda key, fact, given: decide[key].alike(fact, given))


def states(ways, fact):
    """Every answer to a fact, complete or not, one of each class."""
    if fact not in contract.SETS:
        return [*ways.classes[fact], None]
    sets = [list(members) for members in subsets(ways.classes[fact])]
    return [*sets, *([*members, "others_unknown"] for members in sets), None]


def always():
    return True


def partial_answers(policy_id, key, is_taken=always):
    """Every way to answer the facts of one criterion, with age, reasons and, unless it is large, setting: of
    all these those for which ``is_taken()``.
    """
    ways = completions(policy_id)
    reason, own = contract.CRITERIA[key]
    reasons = [None, ["other"], *([[reason], [reason, "other"]] if reason else [])]
    settings = [*contract.SETTINGS, None] if key in SMALL else [None]
    shared = [[*ways.ages, None], settings, reasons]
    for age, setting, given, *facts in product(*shared, *(states(ways, fact) for fact in own)):
        if not is_taken():
            continue
        named = {
            "age_months": age,
            "setting": setting,
            "reasons": given,
            **dict(zip(own, facts, strict=True)),
        }
        yield {fact: value for fact, value in named.items() if value is not None}


def look_at_criterion(policy_id, key, raw, values=None):
    """A criterion is known if and only if every completion gives it the same value. ``values`` are those of
    a determination; without them the criteria alone are valued.
    """
    wanted = completions(policy_id).criterion(raw, key)
    found = (values or real.values(policy_id, raw))[key]
    assert (found is None) == (len(wanted) > 1), raw
    assert found is None or wanted == {found}, raw


OF_EACH = [(policy_id, key) for policy_id in POLICIES for key in contract.CRITERIA]


@pytest.mark.parametrize(("policy_id", "key"), OF_EACH)
def test_a_tenth_of_the_answers_to_a_criterion_is_known_exactly_when_all_completions_agree(policy_id, key):
    chance = real.chance()
    for raw in partial_answers(policy_id, key, lambda: chance.random() < 0.1):
        look_at_criterion(policy_id, key, raw)


@pytest.mark.proof
@pytest.mark.parametrize(("policy_id", "key"), OF_EACH)
def test_every_answer_to_a_criterion_is_known_exactly_when_all_completions_agree(policy_id, key):
    for raw in partial_answers(policy_id, key):
        look_at_criterion(policy_id, key, raw)


@cache
def fine_kinds(policy_id, key):
    """Answers to the own facts of a criterion, one of each kind: that behave alike in every age and leave the
    same facts open.
    """
    ways = completions(policy_id)
    reason, own = contract.CRITERIA[key]
    found = {}
    for facts in product(*(states(ways, fact) for fact in own)):
        raw = {fact: value for fact, value in zip(own, facts, strict=True) if value is not None}
        known = {**raw, "reasons": [reason], "setting": "outpatient"}
        values = ways.in_every_age(known, key)
        left_open = tuple(fact for fact in own if ways.unknown(raw, fact))
        found.setdefault((values, bool(contract.implied(raw)), left_open), raw)
    return found


def kinds(policy_id, key, fine):
    """The same; where not ``fine``, whatever facts they leave open."""
    found = {}
    for (*alike, left_open), raw in fine_kinds(policy_id, key).items():
        found.setdefault((*alike, left_open if fine else ()), raw)
    return list(found.values())


def some(chance, share, of):
    """Of the numbers below ``of`` a random share, each as likely to be in it, without drawing for each."""
    at = -1
    while True:
        at += 1 if share == 1 else 1 + int(log(1 - chance.random()) / log(1 - share))
        if at >= of:
            return
        yield at


def situations(policy_id, fine, chance, share):
    """Shared facts in every way, with the facts of every one and every two criteria in every kind: of all
    these situations a random share.
    """
    ways = completions(policy_id)
    each = {key: kinds(policy_id, key, fine) for key, (reason, _) in contract.CRITERIA.items() if reason}
    for one, other in combinations(each, 2):
        reasons = sorted(contract.CRITERIA[key][0] for key in (one, other))
        given = [None, ["other"], reasons, [reasons[0], "other"], ["extremity_musculoskeletal"]]
        shared = list(product((*ways.ages, None), (*contract.SETTINGS, None), given))
        for at in some(chance, share, len(each[one]) * len(each[other]) * len(shared)):
            both, beside = divmod(at, len(shared))
            first, second = divmod(both, len(each[other]))
            named = dict(zip(("age_months", "setting", "reasons"), shared[beside], strict=True))
            raw = {**named, **each[one][first], **each[other][second]}
            yield {fact: value for fact, value in raw.items() if value is not None}


def look_at_outcome(policy_id, raw):
    outcomes = completions(policy_id).outcomes(raw)
    found = real.say(policy_id, raw).outcome
    assert {found} == (outcomes if len(outcomes) == 1 else {"more_information"}), raw


def look_at_missing(policy_id, raw):
    ways = completions(policy_id)
    wanted = ways.missing(raw) if len(ways.outcomes(raw)) > 1 else ()
    assert real.say(policy_id, raw).missing == tuple(sorted(wanted)), raw


def look_at(policy_id, share, look, fine):
    chance, tried = real.chance(), 0
    for raw in situations(policy_id, fine, chance, share):
        look(policy_id, raw)
        tried += 1
    assert tried > 50


@pytest.mark.parametrize("policy_id", POLICIES)
def test_a_tenth_of_the_outcomes_is_known_exactly_when_all_completions_agree(policy_id):
    look_at(policy_id, 0.1, look_at_outcome, fine=False)


@pytest.mark.parametrize("policy_id", POLICIES)
def test_in_a_few_situations_a_fact_is_missing_exactly_when_it_is_unknown_and_can_change_the_outcome(
    policy_id,
):
    look_at(policy_id, 0.0002, look_at_missing, fine=True)


def look_at_charts(policy_id, times, share_missing):
    """Random answers of which many are partial, with what all their completions give."""
    chance = real.chance()
    for _ in range(times):
        raw = real.answers(chance, chance.choice((0.75, 0.9, 1.0)), partly=0.5)
        values = real.say(policy_id, raw).values
        for key in contract.CRITERIA:
            look_at_criterion(policy_id, key, raw, values)
        if not before(policy_id, raw):
            look_at_outcome(policy_id, raw)
            if chance.random() < share_missing:
                look_at_missing(policy_id, raw)


def before(policy_id, raw):
    return contract.day(raw, str(real.AS_OF)) < contract.FIRST_DAY[contract.IDS[policy_id]]


@pytest.mark.parametrize("policy_id", POLICIES)
def test_partial_answers_are_known_and_missing_exactly_as_their_completions_say(policy_id):
    look_at_charts(policy_id, 150, 0.2)


@pytest.mark.proof
@pytest.mark.parametrize("policy_id", POLICIES)
def test_ten_thousand_partial_answers_are_known_and_missing_exactly_as_their_completions_say(policy_id):
    look_at_charts(policy_id, 10_000, 0.05)


@pytest.mark.proof
@pytest.mark.parametrize("policy_id", POLICIES)
def test_every_outcome_is_known_exactly_when_all_completions_agree(policy_id):
    look_at(policy_id, 1, look_at_outcome, fine=False)


@pytest.mark.proof
@pytest.mark.parametrize("policy_id", POLICIES)
def test_in_a_share_of_situations_a_fact_is_missing_exactly_when_it_can_change_the_outcome(policy_id):
    look_at(policy_id, 0.01, look_at_missing, fine=True)


def chains(times):
    """Complete answers, and the same with ever fewer of them."""
    chance = real.chance()
    for _ in range(times):
        raw = {fact: given for fact, given in real.answers(chance, 0.97).items() if given is not None}
        for fact in contract.SETS:
            if fact in raw:
                raw[fact] = [member for member in raw[fact] if member != "others_unknown"]
        # Without reasons, what is found implies them: to take them away would change more than it hides.
        order = chance.sample(sorted(set(raw) - {"reasons", "date_of_service"}), len(raw) // 2)
        steps = [raw]
        for fact in order:
            steps.append({key: given for key, given in steps[-1].items() if key != fact})
        yield steps


@pytest.mark.parametrize("policy_id", POLICIES)
def test_more_answers_never_change_a_known_outcome_or_criterion(policy_id):
    for steps in chains(150):
        found = [real.say(policy_id, raw) for raw in reversed(steps)]
        for less, more in pairwise(found):
            assert less.outcome in ("more_information", more.outcome)
            assert all(value in (None, more.values[key]) for key, value in less.values.items())


@pytest.mark.parametrize("policy_id", POLICIES)
def test_the_rest_of_a_set_described_never_changes_a_known_outcome(policy_id):
    chance = real.chance()
    for _ in range(400):
        raw = real.answers(chance, 0.9)
        found = real.say(policy_id, raw)
        for fact in contract.SETS:
            if "others_unknown" in (raw.get(fact) or ()):
                known = [member for member in raw[fact] if member != "others_unknown"]
                option = chance.choice(real.topic().by_id[fact].option_ids)
                for described in (known, [*known, option], [*raw[fact], option]):
                    if described or raw.get("reasons") is not None:
                        more = real.say(policy_id, {**raw, fact: described})
                        assert found.outcome in ("more_information", more.outcome), (raw, fact, described)


@pytest.mark.parametrize("policy_id", POLICIES)
def test_the_order_of_answers_and_of_members_never_matters(policy_id):
    chance = real.chance()
    for _ in range(200):
        raw = real.answers(chance, 0.8)
        turned = {
            fact: given[::-1] + given[:1] if isinstance(given, list) and fact not in CODES else given
            for fact, given in chance.sample(list(raw.items()), len(raw))
        }
        assert as_record("", real.say(policy_id, turned)) == as_record("", real.say(policy_id, raw))


def _in_another_form(question, given):
    """The same answer as a partial one: what is known with one value left, what is not with all of them."""
    if question.id in contract.NUMBERS and not isinstance(given, dict):
        return {"at_least": 0} if given is None else {"at_least": given, "at_most": given}
    if question.may_be_one_of and given is None:
        return {"one_of": question.option_ids}
    if question.may_hold_more and not isinstance(given, dict):
        there = [member for member in given or () if member != "others_unknown"]
        absent = [member for member in question.option_ids if member not in there]
        closed = given is not None and "others_unknown" not in given
        return {"with": there, "without": absent if closed else []}
    return given


@pytest.mark.parametrize("policy_id", POLICIES)
def test_the_same_answers_in_another_form_are_decided_the_same(policy_id):
    chance = real.chance()
    for _ in range(300):
        raw = real.answers(chance, chance.choice((0.6, 0.9, 1.0)), partly=0.3)
        formed = {q.id: _in_another_form(q, raw.get(q.id)) for q in real.topic().questions}
        assert as_record("", real.say(policy_id, formed)) == as_record("", real.say(policy_id, raw)), raw


@pytest.mark.parametrize("policy_id", POLICIES)
def test_what_stands_on_a_closed_branch_never_counts(policy_id):
    chance = real.chance()
    for _ in range(300):
        raw = real.answers(chance, 0.9)
        if raw.get("reasons") is None:
            continue
        closed = [q.id for q in real.topic().questions if _is_closed(q, raw)]
        without = {fact: given for fact, given in raw.items() if fact not in closed}
        assert as_record("", real.say(policy_id, raw)) == as_record("", real.say(policy_id, without))


def _is_closed(question, raw):
    if question.opened_by is None:
        return False
    fact, member = question.opened_by
    given = raw.get(fact)
    if given is None:
        return _is_closed(real.topic().by_id[fact], raw)
    absent = member not in given and "others_unknown" not in given
    return absent or _is_closed(real.topic().by_id[fact], raw)


@pytest.mark.parametrize("policy_id", POLICIES)
def test_a_finding_counts_as_its_reason_where_the_reasons_are_not_answered(policy_id):
    raw = {"setting": "outpatient", "age_months": 3, "stigmata": ["tail"]}
    assert real.say(policy_id, raw).outcome == "criteria_met"
    assert real.say(policy_id, {**raw, "reasons": ["spinal_pain"]}).outcome == "criteria_not_met"
    assert real.say(policy_id, {**raw, "stigmata": ["others_unknown"]}).outcome == "more_information"


@pytest.mark.parametrize("fact", ["suspicion_basis", *contract.DIMPLE])
def test_the_basis_of_a_suspicion_and_the_measures_of_a_dimple_imply_no_reason(fact):
    given = ["sacral_dimple"] if fact == "suspicion_basis" else contract.CLASSES[fact][-1]
    found = real.say(POLICIES[0], {"setting": "outpatient", "age_months": 3, fact: given})
    assert found.answers.implied == frozenset()
    assert "reasons" in found.missing
