"""An edition is past its next review date where the service is after it, else today: on every page alike."""

import datetime as dt
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from decisions import services
from decisions.browse.services import state
from decisions.check.subject import CheckSubject
from decisions.models import Case, Check
from decisions.questionnaire import guided
from decisions.questionnaire import worksheet as sheets
from decisions.questionnaire.note import case_note
from decisions.questionnaire.page import Page
from decisions.reviews.decision.freezing import in_words
from decisions.reviews.ground import facts

CIGNA = "cigna-cpg-038"
TAIL = {"setting": "outpatient", "age_months": 1, "reasons": ["lumbosacral_stigmata"], "stigmata": ["tail"]}
BEFORE, DUE, AFTER, LATER = "2025-09-14", "2025-09-15", "2025-09-16", "2026-11-20"

DAYS = [
    ("2025-01-10", LATER, False),
    (BEFORE, LATER, False),
    (DUE, LATER, False),
    (AFTER, LATER, True),
    (AFTER, DUE, True),
    (None, BEFORE, False),
    (None, DUE, False),
    (None, AFTER, True),
]


def edition():
    return services.library().editions[CIGNA][0]


def subject_of(service, today, monkeypatch):
    monkeypatch.setattr(services, "today", lambda: dt.date.fromisoformat(today))
    answers = {**TAIL, "date_of_service": service} if service else TAIL
    return CheckSubject(Check(id="-" * 22, topic="spinal_ultrasound", policies=[CIGNA], answers=answers))


def head(page):
    return render_to_string("questionnaire/policies.html", {"page": page})


def panel(page):
    return render_to_string("questionnaire/panel.html", {"page": page})


def shown(subject):
    """What each page and record says, by its name."""
    sheet, page = sheets.Page(subject), Page(subject)
    asked = subject.topic.by_id["stigmata"]
    form = SimpleNamespace(problems=[], questions=(asked,))
    return {
        "the question": head(guided.Page(subject, asked, form)),
        "the worksheet": head(sheet),
        "its panel": panel(sheet),
        "the determination": page.policy_passages,
        "the note": case_note(page),
        "the signing": page.told[0].overdue,
    }


@pytest.mark.parametrize(("service", "today", "past"), DAYS)
def test_every_page_says_alike_whether_an_edition_is_past_its_next_review_date(
    service, today, past, monkeypatch
):
    subject = subject_of(service, today, monkeypatch)

    for name, text in shown(subject).items():
        said = re.search(rf"past its next review date[ ,(]+{DUE}", text, re.IGNORECASE)
        assert (said is not None) == past, name


@pytest.mark.parametrize(("service", "today", "past"), DAYS)
def test_the_caution_the_signed_words_and_the_flag_of_a_case_say_so_on_the_same_days(
    service, today, past, monkeypatch
):
    subject = subject_of(service, today, monkeypatch)
    [told] = Page(subject).told
    case = Case(policy=CIGNA, date_of_service=dt.date.fromisoformat(service) if service else None)

    assert ("review-overdue" in told.determination.cautions) == past
    caution = next(caution for caution in edition().cautions if caution.overdue)
    assert (caution.sentence in [notice.sentence for notice in in_words(told, Case()).notices]) == past
    assert facts.overdue(case) == f"past its next review date, {DUE}" * past


@pytest.mark.parametrize(("day", "past"), [(BEFORE, False), (DUE, False), (AFTER, True)])
def test_the_library_says_so_of_a_day(day, past):
    assert (state(edition(), dt.date.fromisoformat(day)).id == "overdue") == past


@pytest.mark.parametrize(("day", "past"), [(BEFORE, False), (DUE, False), (AFTER, True)])
def test_the_next_review_date_is_past_from_the_day_after_it_on(day, past):
    assert edition().is_past_review(dt.date.fromisoformat(day)) is past


def test_an_edition_without_a_next_review_date_is_never_past_it():
    assert not replace(edition(), next_review=None).is_past_review(dt.date.max)
