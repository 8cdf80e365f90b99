"""What was typed, and what was written of a finding that no option names: kept, shown and frozen."""

import json

import pytest

from decisions.models import AnswerGiven, Event
from decisions.questionnaire.answering import ABSENT, names_other
from decisions.reviews.answers import verbs as answering
from decisions.reviews.answers.verbs import Evidence, OwnWords, Shown
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import replay
from decisions.reviews.decision.basis import basis as basis_of_page
from decisions.reviews.ground import facts
from decisions.reviews.ground.frozen import FORMAT
from decisions.reviews.ground.work import StaleError
from tests.reviews.pages import at
from tests.reviews.world import NOT_MET, fresh, sent, signed
from tests.web.check_helpers import text

pytestmark = pytest.mark.django_db

WITH_OTHER = {**NOT_MET, "stigmata": ["sacral_dimple", "other"]}
SAID = OwnWords({"dimple_diameter_mm": "0.3 cm"}, {"stigmata": "a made-up mark, two millimeters"})


def given(world, answers=WITH_OTHER, words=SAID, **more):
    """A case whose reviewer gave answers in words of their own."""
    case = world.in_review(world.reviewer)
    answering.answer(world.reviewer, case.pk, sent(case), answers, words=words, **more)
    return fresh(case)


def change(world, case, changes, **words):
    answering.answer(world.reviewer, case.pk, sent(case), changes, words=OwnWords(**words))
    return fresh(case)


def rows(case, fact):
    found = case.answers_given.filter(fact=fact).order_by("pk")
    return [(row.value, row.typed, row.other_words) for row in found]


def test_they_are_kept_beside_the_answers_and_in_the_rows_of_who_gave_them(world):
    case = given(world)

    assert (case.typed, case.other_words) == (SAID.typed, SAID.other)
    assert rows(case, "dimple_diameter_mm") == [(3, "0.3 cm", "")]
    assert rows(case, "stigmata") == [(WITH_OTHER["stigmata"], "", SAID.other["stigmata"])]
    assert rows(case, "setting") == [("inpatient", "", "")]


def test_what_was_typed_goes_with_another_answer(world):
    case = change(world, given(world), {"dimple_diameter_mm": 4})

    assert case.typed == {}
    assert rows(case, "dimple_diameter_mm")[-1] == (4, "", "")


@pytest.mark.parametrize("value", [["sacral_dimple"], ["sacral_dimple", "others_unknown"], None, ABSENT])
def test_what_was_written_of_something_else_goes_with_the_option(world, value):
    assert change(world, given(world), {"stigmata": value}).other_words == {}


def test_what_was_written_of_something_else_stays_where_the_option_stays(world):
    case = change(world, given(world), {"stigmata": ["other", "skin_tag"]})

    assert case.other_words == SAID.other
    assert rows(case, "stigmata")[-1] == (["other", "skin_tag"], "", SAID.other["stigmata"])


def test_other_words_alone_are_a_change(world):
    case = given(world)
    before = case.revision

    case = change(world, case, {"stigmata": WITH_OTHER["stigmata"]}, other={"stigmata": "something else"})

    assert (case.other_words, case.revision) == ({"stigmata": "something else"}, before + 1)
    assert rows(case, "stigmata")[-1][2] == "something else"
    values = [json.loads(event.details) for event in Event.objects.filter(action="answer_changed")]
    first, last = [each["value"] for each in values if each["fact"] == "stigmata"]
    assert first != last


def test_the_same_words_again_are_no_change(world):
    case = given(world)

    again = change(world, case, WITH_OTHER, typed=SAID.typed, other=SAID.other)

    assert again.revision == case.revision
    assert AnswerGiven.objects.count() == len(WITH_OTHER)


def test_words_that_are_emptied_are_taken_back(world):
    case = change(world, given(world), WITH_OTHER, typed={"dimple_diameter_mm": ""}, other={"stigmata": ""})

    assert (case.typed, case.other_words) == ({}, {})


def test_another_windows_words_are_not_written_over(world):
    case = given(world)
    newest = max(case.answers_given.values_list("pk", flat=True))
    change(world, case, {"stigmata": WITH_OTHER["stigmata"]}, other={"stigmata": "of another window"})

    mine = OwnWords(other={"stigmata": "of this one"})
    shown = Shown(newest, frozenset({"stigmata"}))
    with pytest.raises(StaleError):
        answering.answer(
            world.reviewer, case.pk, sent(case), {"stigmata": WITH_OTHER["stigmata"]}, None, shown, mine
        )
    assert fresh(case).other_words == {"stigmata": "of another window"}


def test_a_window_that_only_sends_an_answer_along_leaves_anothers_words(world):
    case = given(world)
    newest = max(case.answers_given.values_list("pk", flat=True))
    change(world, case, {"stigmata": WITH_OTHER["stigmata"]}, other={"stigmata": "of another window"})

    changes = {"stigmata": WITH_OTHER["stigmata"], "setting": "outpatient"}
    shown = Shown(newest, frozenset({"setting"}))
    answering.answer(world.reviewer, case.pk, sent(case), changes, None, shown, SAID)

    assert fresh(case).other_words == {"stigmata": "of another window"}
    assert fresh(case).answers["setting"] == "outpatient"


def test_where_an_answer_stands_stays_with_its_words(world):
    case = given(world, evidence={"stigmata": Evidence("Clinic note", "3")})

    case = change(world, case, {"stigmata": WITH_OTHER["stigmata"]}, other={"stigmata": "something else"})

    row = case.answers_given.filter(fact="stigmata").last()
    assert (row.document, row.page) == ("Clinic note", "3")


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (["other"], True),
        (["sacral_dimple"], False),
        ({"with": ["other"], "without": []}, True),
        ({"without": ["other"]}, False),
        ("other", False),
        (None, False),
        (ABSENT, False),
    ],
)
def test_something_else_is_named_by_the_option_that_says_so(value, named):
    assert names_other(value) is named


# Where they are seen


def referred(world):
    case = given(world)
    working.refer(world.reviewer, case.pk, sent(case), "The dimple is small.")
    working.claim(world.physician, case.pk, sent(case))
    return fresh(case)


@pytest.mark.parametrize("page", ["case", "determination"])
def test_they_stand_beside_the_answers(world, page):
    case = referred(world)

    said = text(world.client(world.physician).get(at(page, case)))

    assert "typed: 0.3 cm" in said
    assert "other: a made-up mark, two millimeters" in said


def test_whoever_signs_reads_what_no_option_names(world):
    case = referred(world)

    said = text(world.client(world.physician).get(at("sign", case)))

    assert "other: a made-up mark, two millimeters" in said


def test_a_case_note_has_what_was_typed_and_not_what_was_written(world):
    case = referred(world)

    note = world.client(world.physician).get(at("determination_text", case)).context["note"]

    assert "typed: 0.3 cm" in note
    assert "made-up mark" not in note


def test_they_are_frozen_with_the_decision_and_shown_with_it_whatever_stands_in_the_case_later(world):
    case = referred(world)
    signed(world.physician, case, "adverse")
    made = case.decisions.get()
    case.typed, case.other_words = {}, {}
    case.save()

    held = json.loads(made.frozen)
    said = text(world.client(world.physician).get(at("decision", case, 1)))

    assert (held["typed"], held["other_words"], held["format"]) == (SAID.typed, SAID.other, FORMAT)
    assert "typed: 0.3 cm" in said
    assert "other: a made-up mark, two millimeters" in said
    assert replay.replayed(made).findings == ()


def test_words_that_change_before_a_signature_are_not_signed_unseen(world):
    case = referred(world)
    seen = signing_basis(case)
    case.other_words = {"stigmata": "something else"}
    case.save()

    assert signing_basis(fresh(case)) != seen


def signing_basis(case):
    return basis_of_page(case, facts.determination(case))


def test_the_log_holds_none_of_them(world):
    case = referred(world)
    signed(world.physician, case, "adverse")

    told = " ".join(Event.objects.values_list("details", flat=True))
    assert "made-up mark" not in told
    assert "0.3 cm" not in told
