"""What became of a person, a form or a page between the moment it was asked for and the moment it counts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from decisions.administration import members
from decisions.models import Case, Decision, EmergencyAccess, Note, Person, Submission, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.decision.forms import MemoryField
from decisions.reviews.ground.work import REMEMBERED, NotFoundError, RefusedError, Sent
from decisions.reviews.worklist import emergency
from tests.reviews.world import MET, REASON, sent, signed

pytestmark = pytest.mark.django_db


def as_the_page_had(person: Person) -> Person:
    """The person as a request holds them, with everything that it has read of them already."""
    held = Person.objects.select_related("team").get(pk=person.pk)
    assert held.role_names
    return held


def lose_the_role(world) -> None:
    members.take_role(world.administrator, world.reviewer, "reviewer")


def be_deactivated(world) -> None:
    members.deactivate(world.administrator, world.reviewer)


def change_the_team(world) -> None:
    members.change(world.administrator, world.reviewer, {"team": world.other_team})


@pytest.mark.parametrize("change", [lose_the_role, be_deactivated, change_the_team])
def test_nothing_is_signed_by_somebody_who_lost_the_right_while_the_request_waited(world, change):
    case = world.in_review(world.reviewer, MET)
    waiting = as_the_page_had(world.reviewer)
    change(world)
    with pytest.raises((NotFoundError, RefusedError)):
        signed(waiting, case, "approved")
    assert not Decision.objects.exists()


def test_a_license_that_was_taken_away_meanwhile_signs_nothing(world):
    case = world.in_physician_review(world.physician)
    waiting = as_the_page_had(world.physician)
    Person.objects.filter(pk=world.physician.pk).update(license_expires=dt.date(2020, 1, 1))
    with pytest.raises(RefusedError, match="license expired"):
        signed(waiting, case, "adverse")


def test_a_form_of_one_case_that_is_sent_to_another_is_refused_and_not_taken_for_done(world):
    one, other = world.in_review(), world.in_review()
    form = Sent(new_id())
    working.note(world.reviewer, one.pk, form, "About the first.")
    with pytest.raises(RefusedError):
        working.note(world.reviewer, other.pk, form, "About the second.")
    assert Note.objects.count() == 1


@pytest.mark.parametrize("length", [22, 23, 5_000])
def test_an_address_that_is_no_id_of_a_case_leads_nowhere(world, length):
    with pytest.raises(NotFoundError):
        working.note(world.reviewer, "x" * length, Sent(new_id()), "A note.")


@pytest.mark.parametrize(
    ("older", "kept"), [(-dt.timedelta(hours=1), True), (dt.timedelta(seconds=1), False)]
)
def test_a_form_is_remembered_for_as_long_as_its_page_may_be_open(world, older, kept):
    case = world.in_review()
    form = sent(case)
    working.note(world.reviewer, case.pk, form, "A note.")
    Submission.objects.filter(pk=form.token).update(made_at=timezone.now() - REMEMBERED - older)
    world.draft()
    assert Submission.objects.filter(pk=form.token).exists() is kept


@pytest.mark.parametrize("sent_as", ["", "7", "[]", "nonsense", "[" * 100_000, '{"answers": ' * 100_000])
def test_what_a_page_claims_to_have_shown_is_nothing_where_it_cannot_be_read(sent_as):
    assert MemoryField(required=False).clean(sent_as) == {}


# What was typed stays, also where the case is out of reach by now


def posted(world, case: Case, path: str, **fields: str):
    return world.client(world.reviewer).post(
        f"/cases/{case.pk}/{path}", {"token": new_id(), "revision": case.revision, **fields}
    )


def test_a_note_that_is_sent_after_emergency_access_has_ended_is_shown_and_not_lost(world):
    case = world.of_other_team("in_review")
    emergency.take_access(world.reviewer, Sent(new_id()), case.reference, REASON)
    EmergencyAccess.objects.update(ends_at=timezone.now())
    response = posted(world, case, "note/", text="A long <note> (made up).")
    assert response.status_code == 404
    assert "A long &lt;note&gt; (made up)." in response.content.decode()
    assert case.reference not in response.content.decode()
    assert not Note.objects.filter(text__startswith="A long").exists()


def test_what_is_sent_about_a_case_that_went_to_another_team_is_shown_and_not_lost(world):
    case = world.decided_adverse()
    Person.objects.filter(pk=world.reviewer.pk).update(team=world.other_team)
    response = posted(world, case, "appeal/", text="The family writes (made up).")
    assert response.status_code == 404
    assert "The family writes (made up)." in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"


def test_a_page_that_leads_nowhere_shows_nothing_as_typed_where_nothing_was(world):
    response = world.client(world.reviewer).get("/cases/nothing/")
    assert response.status_code == 404
    assert "What you typed" not in response.content.decode()


@pytest.mark.parametrize("path", ["sign/", "correct/", "appeal/decide/"])
@pytest.mark.parametrize("state", ["draft", "waiting", "closed"])
def test_an_unfinished_form_for_a_decision_that_has_no_place_now_is_refused_and_kept(world, path, state):
    case = getattr(world, state)()
    Case.objects.filter(pk=case.pk).update(assignee=world.physician)
    client = world.client(world.physician)
    response = client.post(f"/cases/{case.pk}/{path}", {"rationale": "Half a thought (made up)."})
    assert response.status_code == 403
    assert "Half a thought (made up)." in response.content.decode()
