"""The pages of decisions, through signed-in browsers without JavaScript."""

import datetime as dt
import html
import json
import re

import pytest
from django.utils import timezone

from decisions.models import Decision, Event, new_id
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import signers
from decisions.reviews.decision.appeals import file_appeal
from decisions.reviews.decision.verbs import SigningError
from decisions.reviews.ground.work import RefusedError
from tests.reviews.pages import at, text_of
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, basis, corrected, fresh, sent, signed
from tests.web.check_helpers import text as words_of

pytestmark = pytest.mark.django_db
REASON = "The dimple is of the simple kind (made up)."
TYPED = "My own words about this case (made up)."
APPEAL = {"text": "The parents appeal (made up).", "urgency": "standard"}


def hidden(response):
    """The hidden fields of the page, as its form sends them back."""
    found = re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', response.content.decode())
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def filled(page, **fields):
    """What a browser sends from a page for signing."""
    typed = {"confirmed": "on", "rationale": TYPED, "reason": REASON, "result": "approved"}
    return {**hidden(page), **typed, **fields}


def appealing(page, **fields):
    """What a browser sends from the page of an appeal."""
    received = re.search(r'name="received_at" value="([^"]*)"', page.content.decode())[1]
    return {**hidden(page), **APPEAL, "received_at": received, **fields}


def without(data, *names):
    return {name: value for name, value in data.items() if name not in names}


def last_event(action):
    return Event.objects.filter(action=action).order_by("-seq").first()


# Signing


def test_a_reviewer_approves_where_the_determination_can_be_approved(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)

    page = client.get(at("sign", case))
    response = client.post(at("sign", case), filled(page))

    assert response.status_code == 302
    assert response["Location"] == at("new_letter", case, "approval")
    made = Decision.objects.get()
    assert (made.result, made.role, made.against, made.license_number) == ("approved", "reviewer", False, "")
    assert made.rationale == TYPED
    assert fresh(case).state == "decided"


def test_the_page_begins_with_a_rationale_from_the_answers_and_the_passages(world):
    case = world.in_review(answers=MET)

    said = text_of(world.client(world.reviewer).get(at("sign", case)))

    assert "On record: age under 1 month (under 2 years); requested for lumbosacral stigmata; a tail." in said
    assert "The policy says:\n“Spinal and/or paraspinal ultrasound is considered medically necessary" in said


def test_a_reviewer_is_not_offered_an_adverse_result(world):
    case = world.in_review(answers=MET)

    page = world.client(world.reviewer).get(at("sign", case)).content.decode()

    assert 'value="approved"' in page
    assert 'value="adverse"' not in page


@pytest.mark.parametrize("answers", [NOT_MET, INCOMPLETE])
def test_a_reviewer_who_cannot_approve_is_told_why_and_what_to_do(world, answers):
    case = world.in_review(answers=answers)

    response = world.client(world.reviewer).get(at("sign", case))

    said = text_of(response)
    assert response.status_code == 200
    assert signers.NURSE_ONLY_APPROVES in said
    assert at("refer", case) in said
    assert at("information", case) in said
    assert 'name="result"' not in said


def test_a_forged_adverse_decision_of_a_reviewer_is_refused_and_recorded(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert response.status_code == 403
    assert "Only a physician signs an adverse decision" in text_of(response)
    assert TYPED in text_of(response)
    assert not Decision.objects.exists()
    assert json.loads(last_event("refused").details)["action"] == "sign_adverse"


@pytest.mark.parametrize("answers", [NOT_MET, INCOMPLETE])
def test_a_forged_approval_of_a_reviewer_against_the_determination_is_refused(world, answers):
    case = world.in_review(answers=answers)
    client = world.client(world.reviewer)
    data = {
        "token": new_id(), "revision": case.revision, "seen": basis(case), "confirmed": "on",
        "result": "approved", "rationale": TYPED, "reason": REASON,
    }  # fmt: skip

    response = client.post(at("sign", case), data)

    assert response.status_code == 403
    assert TYPED in text_of(response)
    assert not Decision.objects.exists()
    assert last_event("refused").case == case.pk


def test_a_held_request_whose_criteria_are_met_is_no_approval_for_a_reviewer(world):
    case = world.in_review(answers=MET, diagnosis_codes=["Q82.6"])

    said = text_of(world.client(world.reviewer).get(at("sign", case)))

    assert signers.NURSE_ONLY_APPROVES in said


HELD = {**MET, "prior_ultrasound": "normal"}


def test_whoever_approves_what_is_held_says_why_and_it_is_kept_with_the_decision_and_shown(world):
    case = world.in_physician_review(world.physician, HELD)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    assert "Held:</strong> An earlier ultrasound is recorded" in text_of(page)

    refused = client.post(at("sign", case), filled(page, reason=" "))
    assert refused.status_code == 422
    assert "Say why it is approved all the same." in text_of(refused)
    assert client.post(at("sign", case), filled(page)).status_code == 302
    assert fresh(case).decisions.get().reason == REASON
    assert REASON in text_of(client.get(at("decision", case, 1)))


def test_what_is_held_is_not_approved_without_a_reason_whatever_sends_it(world):
    case = world.in_physician_review(world.physician, HELD)

    with pytest.raises(SigningError) as refused:
        signed(world.physician, case, "approved", reason="")
    assert refused.value.problems == {
        "reason": "The determination holds this request: An earlier ultrasound is recorded. "
        "Say why it is approved all the same."
    }


def test_an_approval_of_what_nothing_holds_needs_no_reason(world):
    case = world.in_review(world.reviewer, MET)

    assert "Held:" not in text_of(world.client(world.reviewer).get(at("sign", case)))
    assert signed(world.reviewer, case, "approved", reason="") == 1


def test_the_page_shows_the_request_and_what_is_not_on_record_and_could_change_the_step(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)

    page = words_of(client.get(at("sign", case)))
    assert "Not on record, and could still change this step: Contraindications · Earlier ultrasound" in page
    for told in (case.member_reference, "Dr. Olga Ordering (made up)", "76800 Ultrasound, spinal canal"):
        assert told in page
    answering.answer(
        world.reviewer, case.pk, sent(case), {"contraindications": [], "prior_ultrasound": "none"}
    )
    assert "could still change this step" not in words_of(client.get(at("sign", case)))


def test_a_physician_signs_an_adverse_decision_with_a_reason(world):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result="adverse"))

    made = Decision.objects.get()
    assert response.status_code == 302
    assert (made.result, made.role, made.reason) == ("adverse", "physician", REASON)
    assert (made.license_number, made.license_state) == ("MADE-UP-physician", "NY")
    assert made.license_expires == dt.date(2099, 12, 31)


def test_a_physician_sees_the_note_of_the_referral_and_the_note_of_the_request(world):
    case = world.in_physician_review(world.physician)

    said = text_of(world.client(world.physician).get(at("sign", case)))

    assert "Referral to a physician" in said
    assert "The dimple is small." in said
    assert "Made-up note of the intake." in said


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.parametrize("result", ["adverse", "approved"])
def test_a_physician_gives_a_reason_for_what_is_adverse_or_against(world, result, reason):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result=result, reason=reason))

    said = text_of(response)
    assert response.status_code == 422
    assert "Give the reason." in said
    assert TYPED in said
    assert not Decision.objects.exists()


def test_the_page_says_which_results_are_against_the_determination(world):
    met = world.in_physician_review(world.physician, answers=MET)
    not_met = world.in_physician_review(world.physician)
    client = world.client(world.physician)

    def against(case):
        said = client.get(at("sign", case)).content.decode()
        labels = re.findall(r'name="result" value="(\w+)".*?<label[^>]*>(.*?)</label>', said, re.DOTALL)
        return [value for value, label in labels if "against the determination" in label]

    assert against(met) == ["adverse"]
    assert against(not_met) == ["approved"]


def test_without_confirming_nothing_is_signed_and_nothing_typed_is_lost(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), without(filled(page), "confirmed"))

    said = text_of(response)
    assert response.status_code == 422
    assert 'role="alert"' in said
    assert '<a href="#id_confirmed">' in said
    assert TYPED in said
    assert not Decision.objects.exists()


def test_an_empty_rationale_is_not_signed(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, rationale=" "))

    assert response.status_code == 422
    assert "Write the rationale." in text_of(response)


@pytest.mark.parametrize(("length", "status"), [(4_999, 302), (5_000, 302), (5_001, 422)])
def test_a_rationale_has_a_limit(world, length, status):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))

    assert client.post(at("sign", case), filled(page, rationale="x" * length)).status_code == status


@pytest.mark.parametrize("result", ["", "bogus"])
def test_a_result_that_there_is_not_is_not_signed(world, result):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result=result))

    assert response.status_code == 422
    assert TYPED in text_of(response)


@pytest.mark.parametrize(
    "shown", ["", "no JSON", "[1]", '{"answers": 5}', '{"answers": {"x": 1}, "Outcome": 3}']
)
def test_what_a_page_remembers_may_be_nonsense(world, shown):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "outpatient"})

    assert client.post(at("sign", case), filled(page, shown=shown)).status_code == 409


# Licenses


@pytest.mark.parametrize(
    ("days", "status"), [(-1, 403), (0, 302), (1, 302)], ids=["yesterday", "today", "tomorrow"]
)
def test_a_physician_signs_until_the_last_day_of_the_license(world, days, status):
    case = world.in_physician_review(world.physician)
    world.physician.license_expires = timezone.localdate() + dt.timedelta(days=days)
    world.physician.save()
    client = world.client(world.physician)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert response.status_code == status
    assert ("Your license expired on" in text_of(page)) == (status == 403)
    assert Decision.objects.exists() == (status == 302)
    if status == 403:
        assert TYPED in text_of(response)
        assert last_event("refused").actor == world.physician.pk


@pytest.mark.parametrize("missing", ["license_number", "license_state", "license_expires"])
def test_a_physician_without_a_whole_license_does_not_sign(world, missing):
    case = world.in_physician_review(world.physician)
    setattr(world.physician, missing, None if missing == "license_expires" else "")
    world.physician.save()
    client = world.client(world.physician)
    page = client.get(at("sign", case))

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert "No complete license of yours is on file." in text_of(page)
    assert response.status_code == 403
    assert not Decision.objects.exists()


def test_a_reviewer_needs_no_license_and_is_not_warned_of_one(world):
    case = world.in_review(answers=MET)

    assert "license" not in text_of(world.client(world.reviewer).get(at("sign", case)))


# Once, and on what was seen


def test_a_form_that_is_sent_twice_makes_one_decision(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    data = filled(client.get(at("sign", case)))

    first, second = client.post(at("sign", case), data), client.post(at("sign", case), data)

    assert first["Location"] == second["Location"] == at("new_letter", case, "approval")
    assert Decision.objects.count() == 1
    assert Event.objects.filter(action="decision_signed").count() == 1


def test_of_two_physicians_one_decides(world):
    case = world.in_physician_review(world.physician)
    client, other = world.client(world.physician), world.client(world.physician_2)
    page = client.get(at("sign", case))
    working.claim(world.physician_2, case.pk, sent(case), "Taken over (made up).")
    other.post(at("sign", case), filled(other.get(at("sign", case)), result="adverse"))

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert response.status_code == 403
    assert TYPED in text_of(response)
    assert Decision.objects.get().signed_by == world.physician_2


def test_an_answer_that_changed_in_between_is_shown_and_what_was_typed_stays(world):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    answering.answer(world.physician, case.pk, sent(case), {"dimple_distance_cm": "3.2"})

    response = client.post(at("sign", case), filled(page, result="adverse"))

    said = text_of(response)
    assert response.status_code == 409
    assert not Decision.objects.exists()
    assert "1.5 cm before, 3.2 cm now." in said
    assert "Outcome: Not medically necessary before, Medically necessary now." in said
    assert TYPED in said
    assert REASON in said
    assert "Cigna CPG 038: the requested service is “medically necessary”." in said
    assert "checked" not in re.search(r'<input[^>]*name="confirmed"[^>]*>', said)[0]


def test_after_a_change_the_same_form_can_be_confirmed_and_signed(world):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    answering.answer(world.physician, case.pk, sent(case), {"dimple_distance_cm": "3.2"})
    again = client.post(at("sign", case), filled(page, result="adverse"))

    response = client.post(at("sign", case), filled(again, result="adverse"))

    assert response.status_code == 302
    assert json.loads(Decision.objects.get().frozen)["answers"]["dimple_distance_cm"] == "3.2"
    assert Decision.objects.get().against


def test_a_note_that_was_added_in_between_is_not_overlooked(world):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    working.note(world.reviewer, case.pk, sent(case), "Another record came in (made up).")

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert response.status_code == 409
    assert "Another record came in (made up)." in text_of(response)
    assert "Notes: 1 before, 2 now." in text_of(response)


def test_another_edition_that_came_in_between_is_not_overlooked(world, monkeypatch):
    case = world.in_physician_review(world.physician)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    with_another_fingerprint(monkeypatch)

    response = client.post(at("sign", case), filled(page, result="adverse"))

    assert response.status_code == 409
    assert not Decision.objects.exists()


def with_another_fingerprint(monkeypatch):
    import dataclasses

    from decisions import services

    shelf = services.library()
    changed = {
        key: tuple(dataclasses.replace(policy, fingerprint="f" * 64) for policy in editions)
        for key, editions in shelf.editions.items()
    }
    other = dataclasses.replace(shelf, editions=changed, _rules={})
    monkeypatch.setattr(services, "library", lambda: other)


def test_a_reviewer_whose_basis_changed_to_no_approval_keeps_what_was_typed(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page = client.get(at("sign", case))
    answering.answer(world.reviewer, case.pk, sent(case), NOT_MET)

    response = client.post(at("sign", case), filled(page))

    said = text_of(response)
    assert response.status_code == 409
    assert TYPED in said
    assert signers.NURSE_ONLY_APPROVES in said


def test_a_case_that_was_decided_in_another_window_keeps_what_was_typed(world):
    case = world.in_review(answers=MET)
    client = world.client(world.reviewer)
    page, other = client.get(at("sign", case)), client.get(at("sign", case))
    client.post(at("sign", case), filled(other))

    response = client.post(at("sign", case), filled(page, rationale="Words of the first window."))

    assert response.status_code == 409
    assert "Words of the first window." in text_of(response)
    assert Decision.objects.count() == 1


def test_a_case_that_is_decided_offers_no_page_to_sign(world):
    case = world.decided()

    response = world.client(world.reviewer).get(at("sign", case))

    assert response.status_code == 403
    assert last_event("refused").case == case.pk


def test_a_case_whose_policy_is_off_the_shelf_is_not_signed(world, monkeypatch):
    import dataclasses

    from decisions import services

    case = world.in_review(answers=MET)
    empty = dataclasses.replace(services.library(), editions={})
    monkeypatch.setattr(services, "library", lambda: empty)

    response = world.client(world.reviewer).get(at("sign", case))

    assert response.status_code == 403
    assert "cannot be read now" in text_of(response)


# A rationale that speaks for the other result


CONTRARY = [(MET, "adverse"), (NOT_MET, "approved")]


def drafted(page):
    """The rationale that a page begins with, as a browser sends it back."""
    return page.context["form"]["rationale"].value().replace("\n", "\r\n")


@pytest.mark.parametrize(("answers", "result"), CONTRARY)
def test_a_decision_against_the_determination_has_a_rationale_of_its_own(world, answers, result):
    case = world.in_physician_review(world.physician, answers)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    data = filled(page, result=result, reason=REASON, rationale=f" {drafted(page)}\r\n")
    refused = client.post(at("sign", case), data)

    assert refused.status_code == 422
    assert "This rationale speaks for the other result" in text_of(refused)
    assert REASON in text_of(refused)
    assert not Decision.objects.exists()
    own = client.post(at("sign", case), {**data, "rationale": f"{drafted(page)} But it was measured anew."})
    assert own.status_code == 302


@pytest.mark.parametrize(("answers", "result"), [(MET, "approved"), (NOT_MET, "adverse")])
def test_a_decision_with_the_determination_is_signed_with_the_drafted_rationale(world, answers, result):
    case = world.in_physician_review(world.physician, answers)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    data = filled(page, result=result, reason=REASON, rationale=drafted(page))

    assert client.post(at("sign", case), data).status_code == 302


@pytest.mark.parametrize("result", ["approved", "adverse"])
def test_a_rationale_that_speaks_for_no_result_may_stay(world, result):
    case = world.in_physician_review(world.physician, INCOMPLETE)
    client = world.client(world.physician)
    page = client.get(at("sign", case))
    data = filled(page, result=result, reason=REASON, rationale=drafted(page))

    assert client.post(at("sign", case), data).status_code == 302


@pytest.mark.parametrize(("result", "status"), [("adverse", 302), ("approved", 422)])
def test_a_correction_with_another_result_has_a_rationale_of_its_own(world, result, status):
    case = world.decided_adverse()
    client = world.client(world.physician)
    page = client.get(at("correct", case))
    data = filled(page, result=result, reason=REASON, rationale=drafted(page))

    response = client.post(at("correct", case), data)

    assert response.status_code == status
    assert ("speaks for the other result" in text_of(response)) == (status == 422)


# Corrections


def test_a_physician_corrects_with_a_reason_and_the_old_version_stays(world):
    case = world.decided_adverse()
    client = world.client(world.physician_2)
    page = client.get(at("correct", case))

    client.post(at("correct", case), filled(page, result="approved"))

    first, second = Decision.objects.order_by("number")
    assert (first.result, second.result, second.kind) == ("adverse", "approved", "correction")
    assert client.get(at("decision", case, 1)).status_code == 200
    assert "A later version takes the place" in text_of(client.get(at("decision", case, 1)))
    assert last_event("decision_corrected").role == "physician"


def test_a_correction_needs_a_reason_whatever_its_result(world):
    case = world.decided()
    client = world.client(world.physician)
    page = client.get(at("correct", case))

    response = client.post(at("correct", case), filled(page, reason=""))

    assert response.status_code == 422
    assert Decision.objects.count() == 1


def test_the_page_for_a_correction_begins_with_what_was_written(world):
    case = world.decided_adverse()

    said = text_of(world.client(world.physician).get(at("correct", case)))

    assert "The record shows it." in re.search(r"<textarea[^>]*id=\"id_rationale\"[^>]*>([^<]*)", said)[1]


@pytest.mark.parametrize("name", ["intake", "reviewer", "auditor", "appeal_physician"])
def test_before_an_appeal_nobody_but_a_physician_corrects(world, name):
    case = world.decided()

    response = world.client(getattr(world, name)).get(at("correct", case))

    assert response.status_code in (403, 404)


def test_what_an_appeal_decided_is_corrected_by_its_appeal_physician_alone(world):
    case = world.appeal_decided()
    ours, physician = world.client(world.appeal_physician), world.client(world.physician)

    assert physician.get(at("correct", case)).status_code == 403
    page = ours.get(at("correct", case))
    assert ours.post(at("correct", case), filled(page, result="adverse")).status_code == 302
    assert Decision.objects.order_by("-number").first().role == "appeal_physician"


def test_a_physician_with_both_roles_who_has_not_the_appeal_does_not_correct_it(world):
    case = world.appeal_decided()
    both = world.person("both", "physician", "appeal_physician")

    assert world.client(both).get(at("correct", case)).status_code == 403


def test_a_case_in_review_has_nothing_to_correct(world):
    case = world.in_physician_review(world.physician)

    assert world.client(world.physician).get(at("correct", case)).status_code == 403


# Appeals


def test_an_appeal_is_entered_by_intake_and_decided_by_an_appeal_physician(world):
    case = world.decided_adverse()
    intake = world.client(world.intake)
    form = appealing(intake.get(at("appeal", case)))

    assert intake.post(at("appeal", case), form)["Location"] == at("case", case)
    assert "The appeal is entered." in text_of(intake.get(at("case", case)))
    working.claim(world.appeal_physician, case.pk, sent(case))
    client = world.client(world.appeal_physician)
    page = client.get(at("decide_appeal", case))
    response = client.post(at("decide_appeal", case), filled(page, result="approved"))

    assert "The parents appeal (made up)." in text_of(page)
    assert "The decision that is appealed" in text_of(page)
    assert response["Location"] == at("new_letter", case, "overturned")
    made = Decision.objects.get(number=2)
    assert (made.kind, made.role, made.license_number) == (
        "appeal",
        "appeal_physician",
        "MADE-UP-appeal_physician",
    )


def test_an_appeal_says_something(world):
    case = world.decided_adverse()
    client = world.client(world.intake)
    form = appealing(client.get(at("appeal", case)), text=" ")

    assert client.post(at("appeal", case), form).status_code == 422
    assert fresh(case).state == "decided"


def test_an_appeal_that_crosses_with_a_correction_keeps_what_was_typed(world):
    case = world.decided_adverse()
    client = world.client(world.intake)
    form = appealing(client.get(at("appeal", case)))
    corrected(world.physician, case, "adverse")

    response = client.post(at("appeal", case), form)

    assert response.status_code == 409
    assert "The parents appeal (made up)." in text_of(response)
    again = appealing(response)
    assert client.post(at("appeal", case), again).status_code == 302


@pytest.fixture
def evening(world, monkeypatch):
    """A case whose adverse decision was signed 30 seconds after ten; it is noon of the next day."""
    noon = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    case = world.decided_adverse()
    Decision.objects.update(signed_at=dt.datetime(2026, 11, 20, 10, 0, 30, tzinfo=dt.UTC))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    return world, case


@pytest.mark.parametrize(
    ("at_time", "error"),
    [
        ("2026-11-20 09:59", "The decision was signed at 2026-11-20 10:00; allowed: from then on until now."),
        ("2026-11-20 10:00", ""),
        ("2026-11-20 10:01", ""),
        ("2026-11-21 11:59", ""),
        ("2026-11-21 12:00", ""),
        ("2026-11-21 12:01", "This is in the future."),
        ("", "Say when the appeal was received."),
    ],
)
def test_an_appeal_is_received_after_the_signature_and_by_now(evening, at_time, error):
    world, case = evening
    client = world.client(world.intake)
    form = appealing(client.get(at("appeal", case)), received_at=at_time)
    with timezone.override("UTC"):
        response = client.post(at("appeal", case), form)

    assert response.status_code == (422 if error else 302)
    assert fresh(case).state == ("decided" if error else "appealed")
    if error:
        assert error in text_of(response)
        assert "The parents appeal (made up)." in text_of(response)


@pytest.mark.parametrize(
    ("seconds", "is_good"),
    [(-1, False), (0, True), (1, True), (93_569, True), (93_570, True), (93_571, False)],
)
def test_the_time_of_receipt_holds_for_every_way_in(evening, seconds, is_good):
    world, case = evening
    received = Decision.objects.get().signed_at + dt.timedelta(seconds=seconds)
    try:
        file_appeal(world.intake, case.pk, sent(case), "Appeal (made up).", received_at=received)
    except RefusedError:
        assert not is_good
    assert (fresh(case).state == "appealed") is is_good


@pytest.mark.parametrize(
    ("urgency", "due"),
    [("expedited", dt.timedelta(hours=72)), ("standard", dt.timedelta(days=30))],
)
def test_the_clock_of_an_appeal_starts_at_its_receipt_with_its_own_urgency(evening, urgency, due):
    world, case = evening
    client = world.client(world.intake)
    form = hidden(client.get(at("appeal", case)))
    client.post(at("appeal", case), {**form, **APPEAL, "received_at": "2026-11-21 08:00", "urgency": urgency})

    filed = fresh(case)
    received = dt.datetime(2026, 11, 21, 8, tzinfo=timezone.get_default_timezone())
    assert filed.urgency == urgency
    assert filed.due_at == received + due
    assert json.loads(Event.objects.get(action="appeal_filed").details)["urgency"] == urgency


def test_an_appeal_begins_with_now_and_the_urgency_of_the_case(evening):
    world, _ = evening
    case = world.decided_adverse(urgency="expedited")
    form = world.client(world.intake).get(at("appeal", case)).context["form"]

    assert form["received_at"].value() == f"{timezone.localtime():%Y-%m-%d %H:%M}"
    assert form["urgency"].value() == "expedited"


def test_an_appeal_that_arrived_before_a_correction_is_still_one(evening):
    world, case = evening
    corrected(world.physician, case, "adverse")
    received = dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC)
    file_appeal(world.intake, case.pk, sent(case), "Appeal (made up).", received_at=received)

    assert fresh(case).state == "appealed"


@pytest.mark.parametrize("name", ["decided", "in_review", "appealed", "appeal_decided", "closed"])
def test_what_is_not_adverse_or_was_appealed_is_not_appealed(world, name):
    case = getattr(world, name)()

    assert world.client(world.intake).get(at("appeal", case)).status_code == 403


def test_whoever_decided_first_does_not_decide_the_appeal(world):
    both = world.person(
        "both", "physician", "appeal_physician",
        license_number="MADE-UP", license_state="NY", license_expires=dt.date(2099, 1, 1),
    )  # fmt: skip
    case = world.in_physician_review(both)
    client = world.client(both)
    client.post(at("sign", case), filled(client.get(at("sign", case)), result="adverse"))
    file_appeal(world.intake, case.pk, sent(case), "Appeal (made up).")
    case = fresh(case)
    case.assignee = both
    case.save()

    assert client.get(at("decide_appeal", case)).status_code == 403
    data = {
        "token": new_id(), "revision": case.revision, "seen": basis(case), "confirmed": "on",
        "result": "approved", "rationale": TYPED, "reason": REASON,
    }  # fmt: skip
    response = client.post(at("decide_appeal", case), data)
    assert response.status_code == 403
    assert "Whoever decided first does not decide the appeal." in text_of(response)
    assert Decision.objects.count() == 1


# A decision as it was signed


def test_a_decision_is_shown_as_it_was_frozen_whatever_edition_counts_later(world, monkeypatch):
    import dataclasses

    from decisions import services

    case = world.decided_adverse()
    client = world.client(world.physician)
    before = main_of(client.get(at("decision", case, 1)))
    shelf = services.library()
    newest = shelf.editions["cigna-cpg-038"][-1]
    later = dataclasses.replace(
        newest, edition="2025-12-01", first_day=dt.date(2025, 12, 1), fingerprint="9" * 64
    )
    editions = {**shelf.editions, "cigna-cpg-038": (*shelf.editions["cigna-cpg-038"], later)}
    monkeypatch.setattr(services, "library", lambda: dataclasses.replace(shelf, editions=editions, _rules={}))

    assert main_of(client.get(at("decision", case, 1))) == before
    assert "edition of 2024-09-15" in before


def test_a_decision_shows_what_was_left_out_of_a_list_that_it_quotes(world):
    page = main_of(world.client(world.physician).get(at("decision", world.decided_adverse(), 1)))
    (stigmata,) = [block for block in page.split("<blockquote")[1:] if "evaluation of lumbosacral" in block]

    assert [">[…]</div>" in part for part in stigmata.split("<p>")] == [True, True]


def main_of(response):
    said = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text_of(response))
    return said[said.index("<main") : said.index("</main>")]


def test_a_decision_whose_edition_is_lost_is_still_read(world, monkeypatch):
    import dataclasses

    from decisions import services

    case = world.decided_adverse()
    empty = dataclasses.replace(services.library(), editions={})
    monkeypatch.setattr(services, "library", lambda: empty)

    response = world.client(world.physician).get(at("decision", case, 1))

    said = text_of(response)
    assert response.status_code == 200
    assert "no longer at hand" in said
    assert "Diagnostic ultrasound of the spine and/or paraspinal tissues is considered not medically" in said


@pytest.mark.parametrize("held", ["", "[]", "{}", "null", '{"answers": 1}', "no JSON"])
def test_a_decision_whose_frozen_record_was_destroyed_says_so(world, held):
    case = world.decided_adverse()
    Decision.objects.update(frozen=held)

    response = world.client(world.physician).get(at("decision", case, 1))

    assert response.status_code == 200
    assert "cannot be read" in text_of(response)


def test_a_decision_shows_who_gave_each_answer_and_where_it_stands(world):
    case = world.in_review(answers=MET)
    evidence = {"setting": answering.Evidence("made-up/record-1.pdf", "3")}
    answering.answer(world.reviewer, case.pk, sent(case), {"setting": "outpatient"}, evidence)
    client = world.client(world.reviewer)
    client.post(at("sign", case), filled(client.get(at("sign", case))))

    said = text_of(client.get(at("decision", case, 1)))

    assert "made-up/record-1.pdf, page 3" in said
    assert "Reviewer (made up)" in said
    assert "the request" in said


def test_intake_sees_no_decision(world):
    case = world.decided_adverse()

    response = world.client(world.intake).get(at("decision", case, 1))

    assert response.status_code == 403
    assert "The record shows it." not in text_of(response)


def test_a_decision_that_there_is_not_is_not_found(world):
    case = world.decided()

    assert world.client(world.reviewer).get(at("decision", case, 2)).status_code == 404


@pytest.mark.parametrize("name", ["auditor", "reviewer", "physician"])
def test_a_decision_is_replayed_from_its_page(world, name):
    case = world.decided_adverse()

    response = world.client(getattr(world, name)).post(at("decision", case, 1))

    assert response.status_code == 200
    assert "comes out as it did" in text_of(response)
    event = last_event("replayed")
    assert (event.case, event.actor) == (case.pk, getattr(world, name).pk)
    details = json.loads(event.details)
    assert (details["decisions"], details["same"], details["damaged"], details["number"]) == (1, 1, 0, 1)


def test_a_replay_names_what_differs(world):
    case = world.decided_adverse()
    Decision.objects.update(rationale="Something else.")

    said = words_of(world.client(world.auditor).post(at("decision", case, 1)))

    assert "Damaged Replayed just now. Damaged: The stored decision is not what was signed." in said


def test_a_replay_under_revised_files_says_so_and_speaks_of_no_damage(world, monkeypatch):
    case = world.decided_adverse()
    with_another_fingerprint(monkeypatch)

    said = words_of(world.client(world.auditor).post(at("decision", case, 1)))

    assert "As it was signed, same result Replayed just now. What differs comes from what changed" in said
    assert "Policy files revised: The files of cigna-cpg-038, edition of 2024-09-15, were revised" in said
    assert "amage" not in said


def test_nothing_of_a_patient_stands_in_the_events_of_a_decision(world):
    case = world.appeal_decided()

    told = " ".join(Event.objects.filter(case=case.pk).values_list("details", flat=True))

    for value in ("The record shows it", "dimple is small", case.member_reference, "2026-01-10", "family"):
        assert value not in told


NEWEST = "ICD-10-CM, April 2026, in force from 2026-04-01 to 2026-09-30, the newest at hand"


@pytest.mark.parametrize(
    ("served", "said"),
    [
        ("2025-04-01", "ICD-10-CM, April 2025, in force from 2025-04-01"),
        ("2026-01-20", f"{NEWEST}; not the one in force on 2026-01-20"),
    ],
)
def test_a_decision_says_by_which_code_set_it_was_made(world, served, said):
    born = dt.date.fromisoformat(served) - dt.timedelta(days=10)
    case = world.decided(date_of_service=dt.date.fromisoformat(served), birth_date=born)

    page = words_of(world.client(world.reviewer).get(at("decision", case, 1)))

    assert f"Code set {said} Software" in page
