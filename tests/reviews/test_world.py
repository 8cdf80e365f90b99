"""The made-up cases that other tests work with."""

import pytest

from decisions.models import Case
from decisions.reviews.ground import facts
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, OUT_OF_SCOPE, make_cases

pytestmark = pytest.mark.django_db

MADE = {
    "draft": "draft",
    "in_review": "in_review",
    "in_physician_review": "physician_review",
    "sent_back": "in_review",
    "asked": "physician_review",
    "waiting": "waiting",
    "waiting_for_physician": "waiting",
    "decided": "decided",
    "decided_adverse": "decided",
    "appealed": "appealed",
    "appeal_decided": "decided",
    "closed": "closed",
    "withdrawn": "closed",
    "sent_elsewhere": "closed",
}


@pytest.mark.parametrize("name", MADE)
def test_the_world_brings_a_case_into_every_state(name):
    world = make_cases()
    case, other = getattr(world, name)(), world.of_other_team(name)

    assert (case.state, case.team) == (MADE[name], world.team)
    assert (other.state, other.team) == (MADE[name], world.other_team)


def test_every_state_is_made():
    assert set(MADE.values()) == set(Case.State.values)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (MET, "criteria_met"),
        (NOT_MET, "criteria_not_met"),
        (INCOMPLETE, "more_information"),
        (OUT_OF_SCOPE, "out_of_scope"),
    ],
)
@pytest.mark.parametrize("plan", ["plan", "ash_plan"])
def test_the_worlds_answers_have_the_outcome_that_they_promise(plan, answers, outcome):
    world = make_cases()
    case = world.in_review(answers=answers, plan=getattr(world, plan))

    assert facts.determination(case).outcome == outcome
