"""How few answers can be enough: so many answers do settle the outcome, and no fewer."""

import pytest

from decisions.core import interview
from decisions.core.rules import MORE_INFORMATION
from decisions.core.shortest import enough
from tests.core.real import say

BOTH = ("ash-cpg-038", "cigna-cpg-038")
OUTPATIENT = {"setting": "outpatient"}
INFANT = {**OUTPATIENT, "age_months": 1}
STIGMATA = {**INFANT, "reasons": ["lumbosacral_stigmata"]}
WAYS = [
    ({}, {"setting": "intraoperative_spinal"}),
    (OUTPATIENT, {"age_months": 30, "reasons": ["spinal_pain"]}),
    (INFANT, {"reasons": ["spinal_pain"]}),
    (STIGMATA, {"stigmata": ["tail"]}),
    ({**STIGMATA, "stigmata": ["tail"]}, {}),
]


@pytest.mark.parametrize("policy", BOTH)
@pytest.mark.parametrize(("given", "more"), WAYS)
def test_so_many_answers_settle_the_outcome(policy, given, more):
    assert enough(say(policy, given)) == len(more)
    assert say(policy, {**given, **more}).outcome != MORE_INFORMATION


AGES = (0, 1, 11, 12, 23, 24, 30, 400)


@pytest.mark.parametrize("policy", BOTH)
def test_where_two_answers_are_said_to_be_needed_none_to_the_next_question_settles_it(policy):
    found = say(policy, OUTPATIENT)
    asked = interview.next_question([found])

    assert (enough(found), asked.id) == (2, "age_months")
    for answer in AGES:
        further = say(policy, {**OUTPATIENT, asked.id: answer})
        assert further.outcome == MORE_INFORMATION
        assert enough(further) >= 1
