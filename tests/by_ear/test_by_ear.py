"""What somebody hears who reviews with a screen reader: Orca and Chromium, by the keys of a keyboard."""

from __future__ import annotations

import pytest

from decisions.reviews.answers import verbs as answers
from tests.reviews.world import INCOMPLETE, NOT_MET, make_cases, sent

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE_THE_OUTCOME = 4
"""The most that is said before an outcome: the page's name is among the first things that are spoken."""


@pytest.fixture
def world():
    return make_cases()


def times(said: list[str], words: str) -> int:
    return sum(words in one for one in said)


def test_the_outcome_and_the_next_step_are_heard_first_and_again_where_the_focus_stands(world, heard_by, ear):
    case = world.in_review(world.reviewer, NOT_MET)
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/determination/")
    said = ear.hear("Not medically necessary, a physician reviews")
    assert case.reference in said[-1]
    assert len(said) <= BEFORE_THE_OUTCOME, said

    ear.listen()
    ear.press("Tab")
    ear.hear("Ask for information")
    ear.listen()
    ear.forget()
    ear.press("shift+Tab")
    heard = ear.hear("Next step: A physician reviews")
    assert times(heard, "Refer to a physician"), heard


def test_a_question_is_heard_before_its_options_and_what_is_not_ticked_when_tabbing(world, heard_by, ear):
    case = world.in_review(world.reviewer, {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"]})
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/stigmata/")
    said = ear.hear("What is seen on the skin of the lower back?")
    assert times(said, "Sacral dimple") == 0, said
    ear.hear("What is not ticked counts as absent")
    assert times(ear.listen(), "combo box") == 0, "a list that the focus is not on"


def test_a_conflict_is_heard_once_in_a_sentence_and_none_of_its_cells_before_it(world, heard_by, ear):
    case = world.in_review(world.reviewer)
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/setting/")
    answers.answer(world.reviewer, case.pk, sent(case), {"setting": "outpatient"})
    ear.hear("Where is the ultrasound done?")
    ear.listen()
    page.get_by_label("Inpatient").check()
    ear.listen()
    ear.forget()
    ear.press("Return")
    ear.hear("Not saved: Where is the ultrasound done?")
    ear.listen()
    ear.press("Tab")
    ear.hear("Save mine")

    heard = ear.said()
    assert times(heard, "Outpatient") == times(heard, "Saved now") == 0, heard


def test_what_is_asked_now_is_heard_though_the_focus_moves_on_at_once(world, heard_by, ear):
    case = world.in_review(world.reviewer, {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"]})
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/worksheet/")
    ear.hear("Finished loading Worksheet")
    ear.listen()
    page.get_by_label("Sacral dimple", exact=True).focus()
    ear.hear("Sacral dimple")
    ear.listen()
    ear.forget()
    ear.press("space", "Tab")
    ear.hear("Now asked")


def test_an_error_is_heard_with_its_field_and_what_is_allowed(world, heard_by, ear):
    case = world.in_review(world.reviewer, INCOMPLETE)
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/q/dimple_diameter_mm/")
    page.locator("#i-dimple_diameter_mm").fill("rather small")
    ear.forget()
    ear.press("Return")
    ear.hear("1 answer needs a look")
    ear.hear("rather small")


def test_an_empty_note_is_refused_in_words_that_are_heard(world, heard_by, ear):
    case = world.in_review(world.reviewer)
    page = heard_by(world.reviewer)
    page.goto(f"/cases/{case.pk}/note/")
    page.get_by_label("Note").focus()
    ear.forget()
    ear.press("Tab", "Return")
    ear.hear("Not accepted yet")
