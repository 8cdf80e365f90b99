"""By which edition of ICD-10-CM a code is not valid: every sentence about it says so where it matters."""

import datetime as dt

import pytest

from decisions import services
from decisions.check.subject import CheckSubject
from decisions.core.answers import read_answers
from decisions.models import Case, Check
from decisions.questionnaire import panel
from decisions.questionnaire.note import case_note
from decisions.questionnaire.page import Page
from decisions.questionnaire.subject import Addresses
from decisions.reviews.decision.freezing import in_words
from decisions.reviews.decision.rationale import rationale
from decisions.telling import code_set_words as code_sets
from decisions.telling.explanation import Explanation

ASH, CIGNA = "ash-cpg-038", "cigna-cpg-038"
DEFECT = {
    "setting": "outpatient",
    "age_months": 1,
    "reasons": ["suspected_defect"],
    "suspected_defects": ["cord_tethering"],
    "procedure_codes": ["76800"],
}
BY = "by ICD-10-CM, April 2026, which is not the one in force on 2025-03-01"
NOT_COVERED, COVERED = "2025-03-01", "2026-05-01"


def answers(day, *codes):
    return {**DEFECT, "date_of_service": day, "diagnosis_codes": list(codes)}


def subject(raw):
    return CheckSubject(Check(id="-" * 22, topic="spinal_ultrasound", policies=[ASH, CIGNA], answers=raw))


def told(raw, policy=CIGNA):
    typed = read_answers(services.topic_of(policy), raw, dt.date(2026, 11, 20))
    return Explanation(services.decide(policy, typed), raw, services.codebook().in_force(typed.day))


@pytest.mark.parametrize("policy", [ASH, CIGNA])
def test_every_notice_of_an_invalid_code_says_by_which_edition(policy):
    notices = [n for n in told(answers(NOT_COVERED, "G35"), policy).notices if "code" in n.sentence]

    assert notices
    assert all(notice.sentence.endswith(f" Not valid {BY}.") for notice in notices)


@pytest.mark.parametrize("policy", [ASH, CIGNA])
def test_a_notice_of_a_code_that_is_invalid_in_the_edition_in_force_says_no_more_than_that(policy):
    notices = told(answers(COVERED, "G35"), policy).notices

    assert [notice.sentence for notice in notices] == [notice.notice.sentence for notice in notices]
    assert [notice.title for notice in notices] == [notice.notice.title for notice in notices]


def test_a_notice_of_something_else_says_nothing_of_the_edition():
    (held,) = told(answers(NOT_COVERED, "Q82.6")).stops

    assert held.sentence == held.notice.sentence


@pytest.mark.parametrize(
    ("code", "said"), [("G35", "not billable: a heading over longer codes"), ("ZZZ", "not a valid code")]
)
def test_a_code_that_is_not_valid_says_by_which_edition(code, said):
    (covered,), (not_covered,) = (told(answers(d, code)).diagnoses for d in (COVERED, NOT_COVERED))

    assert covered.validity == said
    assert not_covered.validity == f"{said} {BY}"


def test_a_valid_code_says_nothing_of_the_edition():
    assert told(answers(NOT_COVERED, "Q06.8")).diagnoses[0].validity == "valid, billable"


def test_the_panel_says_by_which_edition():
    page = subject(answers(NOT_COVERED, "G35"))

    found = panel.part(page.determinations()[1], Addresses(page))

    assert found.reasons
    assert all(reason.endswith(BY) for reason in found.reasons)


def test_the_case_note_says_that_the_code_set_is_not_the_one_in_force():
    note = case_note(Page(subject(answers(NOT_COVERED, "G35"))))

    assert (
        "Code set: ICD-10-CM, April 2026, in force from 2026-04-01 to 2026-09-30, the newest at hand; "
        "not the one in force on 2025-03-01"
    ) in note.splitlines()
    assert f" Not valid {BY}." in note


def test_the_case_note_names_the_code_set_in_force():
    note = case_note(Page(subject(answers("2025-04-01", "G35"))))

    assert "Code set: ICD-10-CM, April 2025, in force from 2025-04-01" in note.splitlines()


def test_what_is_frozen_with_a_decision_and_drafted_for_it_says_by_which_edition():
    explained = told(answers(NOT_COVERED, "G35"))

    frozen = in_words(explained, Case(answers={}))

    assert BY in " ".join(notice.sentence for notice in frozen.notices)
    assert f"{BY}." in rationale(explained)


def test_whoever_keeps_conus_is_told_where_no_edition_is_in_force():
    codes = services.codebook().in_force(dt.date(2026, 4, 1))

    assert code_sets.not_in_force(codes, dt.date(2026, 9, 30)) == ""
    assert "is in force today, 2026-10-01: " in code_sets.not_in_force(codes, dt.date(2026, 10, 1))


@pytest.mark.django_db
def test_where_no_code_set_is_at_hand_the_pages_say_so(client, settings, tmp_path):
    settings.CODESETS = tmp_path
    raw = answers(NOT_COVERED, "Q06.8")
    page = Page(subject(raw))

    assert page.code_set == "none at hand"
    assert "Q06.8, not a valid code, for no code set is at hand" in case_note(page)
    (notice, *_) = page.told[1].stops
    assert notice.sentence.endswith(" Not valid, for no code set is at hand.")
    listed = client.get(f"/policies/{CIGNA}/2024-09-15/codes/")
    assert "No code set of ICD-10-CM is at hand." in listed.content.decode()
