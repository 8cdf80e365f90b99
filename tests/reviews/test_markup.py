"""What somebody types is text on every page that shows it, never a part of the page.

Whoever is meant is made up.
"""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape

from decisions.models import new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground.work import Sent
from decisions.reviews.letters import verbs as letters
from decisions.reviews.worklist import emergency
from tests.reviews.pages import at
from tests.reviews.world import NOT_MET, appeal_decided, fresh, sent, signed

pytestmark = pytest.mark.django_db
MARKUP = '<b onclick="go()">typed & made up</b>'


@pytest.fixture
def referred(world):
    """A case whose request and notes hold markup, with a physician."""
    case = world.in_review(world.reviewer, NOT_MET, notes=MARKUP, ordering_clinician=MARKUP)
    working.note(world.reviewer, case.pk, sent(case), MARKUP)
    working.refer(world.reviewer, case.pk, sent(case), MARKUP)
    working.claim(world.physician, case.pk, sent(case))
    return fresh(case)


@pytest.fixture
def decided(world, referred):
    """The same, decided with markup in the rationale and the reason."""
    signed(world.physician, referred, "adverse", rationale=MARKUP, reason=MARKUP)
    return fresh(referred)


@pytest.fixture
def told(world, decided):
    """The same, with its letter out."""
    body = f"{letters.draft(decided, 'adverse')}\n\n{MARKUP}"
    letters.issue(world.physician, decided.pk, sent(decided), "adverse", MARKUP, body, MARKUP)
    return fresh(decided)


@pytest.fixture
def appealed(world, told):
    """The same, appealed, with an appeal physician."""
    appealing.file_appeal(world.intake, told.pk, sent(told), MARKUP)
    working.claim(world.appeal_physician, told.pk, sent(told))
    return fresh(told)


def as_text(response) -> int:
    """How often a page shows the markup as text. It is never a part of the page."""
    page = response.content.decode()
    assert MARKUP not in page
    return page.count(escape(MARKUP))


def shown(world, person, address: str) -> int:
    """The same of a page that is opened."""
    response = world.client(person).get(address)
    assert response.status_code == 200
    return as_text(response)


def test_markup_in_a_request_and_its_notes_is_text(world, referred):
    assert shown(world, world.physician, at("case", referred)) >= 4
    assert shown(world, world.physician, at("request", referred)) >= 2
    assert shown(world, world.physician, at("sign", referred)) >= 3


def test_markup_in_a_decision_is_text(world, decided):
    assert shown(world, world.physician, at("decision", decided, 1)) >= 2
    assert shown(world, world.physician, at("correct", decided)) >= 2
    assert shown(world, world.physician, at("new_letter", decided, "adverse")) >= 2


def test_markup_in_a_letter_is_text(world, told):
    assert shown(world, world.physician, at("letter", told, 1)) >= 3
    assert shown(world, world.physician, at("print_letter", told, 1)) >= 3


def test_markup_in_an_appeal_is_text(world, appealed):
    assert shown(world, world.appeal_physician, at("case", appealed)) >= 4
    assert shown(world, world.appeal_physician, at("decide_appeal", appealed)) >= 3
    appeal_decided(world.appeal_physician, appealed, "adverse", rationale=f"{MARKUP} again", reason=MARKUP)
    assert shown(world, world.appeal_physician, at("decision", appealed, 2)) >= 2


def test_markup_in_the_reason_of_an_emergency_is_text(world, referred):
    emergency.take_access(world.other_physician, Sent(new_id()), referred.reference, MARKUP)
    assert shown(world, world.other_physician, at("case", referred)) >= 4
    assert shown(world, world.auditor, at("case", referred)) >= 1
    assert shown(world, world.auditor, reverse("reviews:accesses")) >= 1


def test_markup_in_a_search_is_text(world):
    found = world.client(world.reviewer).post(reverse("reviews:search"), {"reference": MARKUP})
    assert as_text(found) >= 1


def test_markup_in_a_form_that_came_too_late_is_text(world, referred):
    outdated = {"text": MARKUP, "token": new_id(), "revision": referred.revision - 1}
    late = world.client(world.physician).post(at("note", referred), outdated)
    assert late.status_code == 409
    assert as_text(late) >= 1
