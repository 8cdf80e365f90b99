"""A line of business in which a physician judges first: what they see, and when the determination opens.

The walk goes through every address of a case. Its control shows that it would notice a word of the outcome.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.urls import reverse

from decisions.models import Case, Event, Judgment, LineOfBusiness, Person
from decisions.reviews import urls
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import replay
from decisions.reviews.ground import facts, frozen, judging
from decisions.reviews.ground.judging import Hidden
from decisions.reviews.ground.work import RefusedError, StaleError, look
from decisions.reviews.judgment import verbs as judging_verbs
from decisions.reviews.judgment.agreement import agreement
from decisions.reviews.judgment.verbs import Judged
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from tests.reviews.pages import at, text_of
from tests.reviews.world import (
    MET,
    NOT_MET,
    WHY_JUDGED,
    Cases,
    appeal_decided,
    corrected,
    fresh,
    judged,
    make_cases,
    request_of,
    sent,
    signed,
)

pytestmark = pytest.mark.django_db
UNSETTLED = {**NOT_MET, "dimple_diameter_mm": 5}
OPEN = {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"]}
OUTCOMES = {"met": MET, "not met": NOT_MET, "unsettled": UNSETTLED, "open": OPEN}
FIRST_JUDGE = "^Hidden until you have judged"


def build() -> Cases:
    world = make_cases()
    world.sign_in("physician", "reviewer", "appeal_physician", "auditor")
    for name, answers in OUTCOMES.items():
        world.standing[name] = world.to_be_judged(world.physician, answers=answers).pk
    world.standing["appeal"] = world.appeal_to_be_judged(world.appeal_physician).pk
    return world


# What is to be judged


@pytest.mark.parametrize("name", OUTCOMES)
def test_what_is_to_be_judged_follows_from_what_was_asked_about_and_not_from_what_came_out(world, name):
    asked = judging.criteria(fresh(world.standing[name]))

    assert [each.id for each in asked] == ["lumbosacral-stigmata", "intraoperative"]


# The walk


def addresses(case: Case) -> Iterator[str]:
    """Every address of a case that is opened with GET."""
    more = {"question": {"fact": "dimple_diameter_mm"}, "new_letter": {"kind": ""}, "decision": {"number": 1}}
    more |= {"letter": {"number": 1}, "print_letter": {"number": 1}}
    for route in urls.urlpatterns:
        if "case_id" not in str(route.pattern):
            continue
        given = {"case_id": case.pk, **more.get(route.name, {})}
        kinds = ("information", "extension", "adverse", "approval", "upheld", "overturned")
        for kind in kinds if route.name == "new_letter" else ("",):
            yield reverse(f"reviews:{route.name}", kwargs={**given, **({"kind": kind} if kind else {})})
    yield f"{at('news', case)}?revision=0"
    yield from (reverse(f"audit:{name}", args=[case.pk]) for name in ("story", "story_csv", "story_fhir"))
    yield reverse("reviews:list")


def signs(case: Case) -> set[str]:
    """Words that tell of the determination of a case, or of what was decided on it, in small letters."""
    found = facts.determination(case)
    told = facts.explained(case, found)
    words = {told.sentence, told.next_step, found.outcome, found.next_step, f"state-{told.state}"}
    words |= {"can still matter", "no further question", "still missing", "the mark of"}
    words |= {"not medically necessary", "the dimple is small"}
    words |= {text for made in case.decisions.all() for text in (made.rationale, made.reason, "adverse")}
    # Its own state and the moves to it are called so; the word alone says nothing.
    return {word.lower() for word in words if word} - {"physician_review"}


def told_by(response: HttpResponse, words: set[str], address: str = "") -> set[str]:
    """Which words an answer holds, in its body or in a header. What was asked for itself is not told, and by
    what a list can be filtered is the same for all cases.
    """
    heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    body = re.sub(r"<option.*?</option>", "", text_of(response), flags=re.DOTALL)
    text = f"{heads}\n{body}".lower().replace(address.lower(), "")
    return {word for word in words if word in text}


def walk(world: Cases, person: Person, case: Case) -> dict[str, set[str]]:
    """What each address of a case tells somebody of its outcome."""
    client, words = world.client(person), signs(case)
    told = {}
    for address in addresses(case):
        for method in ("get", "head", "options"):
            if found := told_by(getattr(client, method)(address), words, address):
                told[address] = found
    return told


@pytest.mark.parametrize("name", [*OUTCOMES, "appeal"])
def test_no_address_of_a_case_tells_who_is_to_judge_it_of_its_outcome(world, name):
    case = fresh(world.standing[name])
    who = world.appeal_physician if name == "appeal" else world.physician

    assert walk(world, who, case) == {}
    opening = ("determination_viewed", "determination_opened", "decision_viewed", "letter_viewed")
    assert not Event.objects.filter(case=case.pk, action__in=opening, actor=who.pk).exists()


def test_nor_is_it_told_to_a_physician_of_the_team_who_has_not_taken_the_case(world):
    assert walk(world, world.physician_2, fresh(world.standing["not met"])) == {}


@pytest.mark.parametrize("name", ["not met", "appeal"])
def test_the_walk_notices_what_somebody_else_sees_and_what_opens_by_the_judgment(world, name):
    case = fresh(world.standing[name])
    who = world.appeal_physician if name == "appeal" else world.physician
    shown = {at("case", case), at("determination", case), at("determination_text", case)}
    shown |= {
        at("determination_json", case),
        at("decision", case, 1) if name == "appeal" else at("sign", case),
    }

    assert shown - {at("sign", case)} <= set(walk(world, world.auditor, case))
    judged(who, case)
    signing = at("decide_appeal" if name == "appeal" else "sign", case)
    assert {*shown, signing} <= set(walk(world, who, fresh(case)))


@pytest.mark.parametrize("sent_to", ["worksheet", "figure", "question"])
def test_what_is_sent_and_shown_again_tells_nothing_either(world, sent_to):
    case = fresh(world.standing["not met"])
    client = world.client(world.physician)
    place = at("question", case, "dimple_diameter_mm") if sent_to == "question" else at(sent_to, case)
    form = {"revision": case.revision, "page": "made-up", "on_page": "dimple_diameter_mm", "seen": "99999"}
    typed = {**form, "dimple_diameter_mm": "7"}

    for headers in ({}, {"HTTP_HX_REQUEST": "true"}):
        response = client.post(place, typed, **headers)
        now = signs(fresh(case)) | {"a physician reviews", "can be approved", "medically necessary"}
        assert told_by(response, now) == set(), headers


def test_a_form_to_sign_that_was_made_up_is_refused_and_tells_nothing(world):
    case = fresh(world.standing["not met"])
    form = {"token": "made-up", "revision": case.revision, "confirmed": "on", "result": "adverse"}
    response = world.client(world.physician).post(at("sign", case), {**form, "rationale": "x", "reason": "y"})

    assert response.status_code == 403
    assert told_by(response, signs(case)) == set()
    assert not case.decisions.exists()


# The object in its place


def test_one_function_says_what_stands_in_the_place_of_a_determination(world):
    case = fresh(world.standing["not met"])

    assert judging.shown_to(look(world.physician, case.pk)) == Hidden()
    assert str(Hidden()) == "Hidden until you have judged."
    assert judging.shown_to(look(world.reviewer, case.pk)).outcome == "criteria_not_met"
    client = world.client(world.physician)
    assert client.get(at("determination_json", case)).json() == {
        "id": case.reference,
        "hidden": str(Hidden()),
    }
    assert client.get(at("determination", case))["Location"] == at("judge", case)
    assert client.get(at("sign", case))["Location"] == at("judge", case)
    assert str(Hidden()) in text_of(client.get(at("case", case)))


@pytest.mark.parametrize("asked_for", ["go", "determination", "sign"])
def test_whoever_is_led_to_the_judgment_instead_is_told_why(world, asked_for):
    case, client = fresh(world.standing["not met"]), world.client(world.physician)
    response = client.get(at(asked_for, case), follow=True)

    assert response.redirect_chain[-1][0] == at("judge", case)
    assert judging.JUDGE_FIRST in text_of(response)
    assert judging.JUDGE_FIRST not in text_of(client.get(at("judge", case)))


def test_the_page_of_a_judgment_has_the_record_with_its_places_and_the_policys_text(world):
    case = fresh(world.standing["not met"])
    row = answering.newest(case)["dimple_diameter_mm"]
    type(row).objects.filter(pk=row.pk).update(document="Clinic note", page="3")
    page = text_of(world.client(world.physician).get(at("judge", case)))

    for words in (
        "3 mm",
        "Clinic note",
        "page 3",
        "The whole text of the policy",
        "Made-up note of the intake.",
    ):
        assert words in page
    for criterion in judging.criteria(case):
        quoted = facts.edition_now(case).passages[criterion.passages[-1]].quote
        assert criterion.title in page
        assert quoted[:40] in page


# Who is asked to judge


def test_only_in_a_line_of_business_that_asks_for_it_is_anything_hidden(world):
    case = world.in_physician_review(world.physician)

    assert judging.shown_to(look(world.physician, case.pk)).outcome == "criteria_not_met"
    with pytest.raises(RefusedError):
        judging_verbs.judge(world.physician, case.pk, sent(case), {})


@pytest.mark.parametrize("name", ["reviewer", "auditor", "appeal_physician", "other_physician"])
def test_nobody_else_is_asked_to_judge_a_first_decision(world, name):
    assert not judging.is_hidden_from(getattr(world, name), fresh(world.standing["not met"]))


def test_whoever_is_to_judge_is_told_that_notes_are_hidden_and_not_that_there_are_none(world):
    case = fresh(world.standing["not met"])
    page = text_of(world.client(world.physician).get(at("case", case)))

    assert "Notes of colleagues are hidden until you have judged." in page
    judged(world.physician, case)
    page = text_of(world.client(world.physician).get(at("case", case)))
    assert "Notes of colleagues are hidden" not in page


def test_whoever_is_a_reviewer_and_a_physician_judges_first_too(world):
    both = world.person("both", "reviewer", "physician")

    assert judging.is_hidden_from(both, fresh(world.standing["not met"]))


def test_of_an_appeal_the_appeal_physicians_judge_and_not_who_decided_first(world):
    case = fresh(world.standing["appeal"])
    both = world.person("both", "physician", "appeal_physician")

    assert judging.is_hidden_from(world.appeal_physician, case)
    assert judging.is_hidden_from(both, case)
    assert not judging.is_hidden_from(world.physician, case)
    case.decisions.update(signed_by=both)
    assert not judging.is_hidden_from(both, case)


# Recording


def test_a_judgment_is_kept_with_what_it_rests_on_and_leaves_its_event(world):
    case = fresh(world.standing["not met"])
    left = [each.id for each in judging.left_to_judge(world.physician, case)]

    judged(world.physician, case, **{"lumbosacral-stigmata": "met"})

    rows = {row.criterion: row for row in Judgment.objects.filter(case=case, judged_by=world.physician)}
    assert list(rows) == left
    row = rows["lumbosacral-stigmata"]
    assert (row.verdict, row.determined, row.words) == ("met", "not_met", WHY_JUDGED)
    assert (row.revision, row.role, row.edition) == (case.revision, "physician", "2024-09-15")
    assert row.judged_on["answers"]["dimple_diameter_mm"] == 3
    event = Event.objects.get(case=case.pk, action="judgment_recorded")
    details = json.loads(event.details)
    assert (details["criteria"], details["revision"]) == (left, case.revision)
    assert "not_met" not in event.details


def test_that_the_determination_was_first_opened_after_it_is_an_event_of_its_own(world):
    case = fresh(world.standing["not met"])
    client = world.client(world.physician)
    judged(world.physician, case)
    opened = Event.objects.filter(case=case.pk, action="determination_opened")
    assert not opened.exists()

    client.get(at("case", case))
    client.get(at("determination", case))

    event = opened.get()
    recorded = Event.objects.get(case=case.pk, action="judgment_recorded")
    viewed = Event.objects.get(case=case.pk, action="determination_viewed", actor=world.physician.pk)
    assert recorded.seq < event.seq < viewed.seq


def test_something_left_out_and_something_else_are_not_recorded(world):
    case = fresh(world.standing["not met"])
    some = {"intraoperative": Judged("not_met", WHY_JUDGED)}

    with pytest.raises(StaleError):
        judging_verbs.judge(world.physician, case.pk, sent(case), some)

    client = world.client(world.physician)
    form = client.get(at("judge", case)).context["form"]
    typed = {"token": form["token"].value(), "revision": case.revision, "intraoperative.verdict": "not_met"}
    response = client.post(at("judge", case), typed)
    assert response.status_code == 422
    assert "Say why, for “During spinal or paraspinal surgery”." in text_of(response)
    assert "Judge “Lumbosacral stigmata”" in text_of(response)
    assert not Judgment.objects.filter(case=case).exists()


def typed_judgment(world, client, case):
    """What a physician fills into the form of a judgment."""
    form = client.get(at("judge", case)).context["form"]
    typed = {"token": form["token"].value(), "revision": case.revision}
    for criterion in judging.left_to_judge(world.physician, case):
        typed |= {f"{criterion.id}.verdict": "not_met", f"{criterion.id}.words": WHY_JUDGED}
    return typed


def test_by_its_form_it_is_recorded_once_and_leads_to_the_determination(world):
    case = fresh(world.standing["not met"])
    client = world.client(world.physician)
    typed = typed_judgment(world, client, case)

    for _ in range(2):
        assert client.post(at("judge", case), typed)["Location"] == at("determination", case)

    assert Judgment.objects.filter(case=case).count() == len(judging.criteria(case))
    assert client.get(at("judge", case))["Location"] == at("determination", case)


def test_a_judgment_on_a_case_that_was_changed_meanwhile_is_held_up_with_what_was_typed(world):
    case = fresh(world.standing["not met"])
    client = world.client(world.physician)
    typed = typed_judgment(world, client, case)
    answering.answer(world.physician, case.pk, sent(case), {"dimple_diameter_mm": 7})

    response = client.post(at("judge", case), typed)

    assert response.status_code == 409
    assert WHY_JUDGED in text_of(response)
    assert told_by(response, signs(fresh(case))) == set()


# Changed answers


def test_a_changed_answer_asks_again_for_its_criteria_and_for_no_other(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)

    answering.answer(world.physician, case.pk, sent(case), {"dimple_diameter_mm": 7})

    case = fresh(case)
    assert [each.id for each in judging.left_to_judge(world.physician, case)] == ["lumbosacral-stigmata"]
    assert judging.is_hidden_from(world.physician, case)
    page = text_of(world.client(world.physician).get(at("judge", case)))
    assert "What you judged before" in page
    judged(world.physician, case, "met")
    assert not judging.is_hidden_from(world.physician, fresh(case))
    assert Judgment.objects.filter(case=case, criterion="lumbosacral-stigmata").count() == 2


def test_an_answer_that_comes_back_and_a_set_in_another_order_leave_a_judgment_standing(world):
    case = fresh(world.standing["met"])
    judged(world.physician, case)
    two = {"stigmata": ["tail", "hair_tuft"]}
    answering.answer(world.physician, case.pk, sent(case), two)
    judged(world.physician, case)

    answering.answer(world.physician, case.pk, sent(case), {"stigmata": ["hair_tuft", "tail"]})
    assert not judging.is_hidden_from(world.physician, fresh(case))


def test_another_date_of_birth_asks_again_for_what_hangs_on_the_age(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    born = case.birth_date.replace(year=case.birth_date.year - 1)

    intake.change_request(world.physician, case.pk, sent(case), request_of(case, birth_date=born))

    left = {each.id for each in judging.left_to_judge(world.physician, fresh(case))}
    assert "lumbosacral-stigmata" in left
    assert "intraoperative" not in left


def test_another_branch_that_opens_brings_its_criterion(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    reasons = ["lumbosacral_stigmata", "caudal_regression"]

    answering.answer(world.physician, case.pk, sent(case), {"reasons": reasons})

    assert "caudal-regression" in {each.id for each in judging.left_to_judge(world.physician, fresh(case))}


# Deciding


def test_nothing_is_signed_and_no_information_is_asked_for_before_the_judgment(world):
    case = fresh(world.standing["not met"])
    for result in ("adverse", "approved"):
        with pytest.raises(RefusedError, match=FIRST_JUDGE):
            signed(world.physician, case, result)
    with pytest.raises(RefusedError, match=FIRST_JUDGE):
        working.request_information(world.physician, case.pk, sent(case), "Dr. O.", "Please.")
    appeal = fresh(world.standing["appeal"])
    with pytest.raises(RefusedError, match=FIRST_JUDGE):
        appeal_decided(world.appeal_physician, appeal, "adverse")

    judged(world.physician, case)
    judged(world.appeal_physician, appeal)

    assert signed(world.physician, case, "adverse") == 1
    assert appeal_decided(world.appeal_physician, appeal, "adverse") == 2


def test_a_nurse_approves_as_before_and_nobody_who_did_not_judge_corrects_that_to_adverse(world):
    case = world.in_review(world.reviewer, MET, plan=world.judging_plan())
    signed(world.reviewer, case, "approved")

    with pytest.raises(RefusedError, match="You have recorded no judgment on this case"):
        corrected(world.physician, case, "adverse")

    page = world.client(world.physician).get(at("correct", case)).context["page"]
    assert page.results_possible == ["approved"]


def test_who_judged_and_decided_corrects_in_either_direction(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    signed(world.physician, case, "approved")

    assert corrected(world.physician, case, "adverse") == 2


# In the decision


def test_the_determination_says_to_whoever_judged_where_it_differs_from_the_judgment(world):
    case, client = fresh(world.standing["not met"]), world.client(world.physician)
    judged(world.physician, case, **{"lumbosacral-stigmata": "met"})
    page = text_of(client.get(at("determination", case)))
    title = facts.edition_now(case).criterion("lumbosacral-stigmata").title
    other = facts.edition_now(case).criterion("intraoperative").title
    said = "You judged “met”; the determination says “not met”."

    assert f"<strong>{title}:</strong> {said}" in page
    assert page.count("You judged “") == 1
    assert f"<strong>{other}:</strong>" not in page
    assert page.index(said) < page.index("<h1>Determination")
    assert "You judged" not in text_of(world.client(world.reviewer).get(at("determination", case)))


def test_a_judgment_that_says_what_the_determination_says_is_told_so(world):
    case, client = fresh(world.standing["not met"]), world.client(world.physician)
    judged(world.physician, case)

    assert "Your judgment differs from the determination in no criterion." in text_of(
        client.get(at("determination", case))
    )
    seen_by_the_nurse = text_of(world.client(world.reviewer).get(at("determination", case)))
    assert "Your judgment" not in seen_by_the_nurse


def test_what_was_judged_stands_on_the_page_of_a_signature_before_the_request(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    page = text_of(world.client(world.physician).get(at("sign", case)))

    assert page.index("Judged before the determination was seen") < page.index("<h2>Request</h2>")


def test_where_a_physician_and_the_determination_differ_both_stand_in_the_decision_and_on_its_page(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case, **{"lumbosacral-stigmata": "met"})
    before = text_of(world.client(world.physician).get(at("sign", case)))

    signed(world.physician, case, "approved")

    held = {each.criterion: each for each in frozen.read(case.decisions.get().frozen).judgments}
    stigmata, surgery = held["lumbosacral-stigmata"], held["intraoperative"]
    assert (stigmata.verdict, stigmata.determined, stigmata.words) == ("met", "not_met", WHY_JUDGED)
    assert (surgery.verdict, surgery.determined) == ("not_met", "not_met")
    assert (stigmata.by, stigmata.role) == (world.physician.pk, "physician")
    for page in (before, text_of(world.client(world.auditor).get(at("decision", case, 1)))):
        assert "Judged before the determination was seen" in page
        assert page.count("Differs.") == 1
        assert WHY_JUDGED in page


def test_a_decision_on_an_appeal_holds_what_both_physicians_judged(world):
    case = fresh(world.standing["appeal"])
    judged(world.appeal_physician, case, "cannot_tell")
    appeal_decided(world.appeal_physician, case, "adverse")

    held = frozen.read(case.decisions.get(number=2).frozen).judgments

    assert {(each.role, each.verdict) for each in held} == {
        ("physician", "not_met"),
        ("appeal_physician", "cannot_tell"),
    }
    assert replay.replayed(case.decisions.get(number=2)).is_plain


def test_what_was_judged_is_a_part_of_what_is_signed(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    signed(world.physician, case, "adverse")
    made = case.decisions.get()
    assert replay.replayed(made).is_plain

    text = made.frozen.replace(WHY_JUDGED, "Something else (made up).")
    assert frozen.to_text(frozen.read(text)) == text
    case.decisions.update(frozen=text)

    assert replay.replayed(case.decisions.get()).is_damaged


def test_a_judgment_in_a_form_that_there_never_was_cannot_be_read(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    signed(world.physician, case, "adverse")
    text = case.decisions.get().frozen
    for was, now in (('"verdict":"not_met"', '"verdict":"perhaps"'), ('"at":"2', '"at":"yesterday 2')):
        assert was in text
        with pytest.raises(frozen.UnreadableError):
            frozen.read(text.replace(was, now))


def test_the_letter_names_who_decided_with_license_and_how_software_was_used_where_the_line_says_so(world):
    case = fresh(world.standing["not met"])
    judged(world.physician, case)
    signed(world.physician, case, "adverse")
    said = letters.draft(fresh(case), "adverse")
    decided_by = f"Decided by {world.physician}, physician, license MADE-UP-physician (NY)"
    assert decided_by in said
    assert "software" not in said

    LineOfBusiness.objects.filter(plans=case.plan).update(software="Software sorted it (made up).")
    case = fresh(case)
    assert "How software was used:\nSoftware sorted it (made up)." in letters.draft(case, "adverse")
    assert letters.lacks(case, "adverse").count("software") == 0


# Agreement


def test_agreement_is_counted_by_criterion_from_what_each_person_judged_first(world):
    for name, verdict in (
        ("not met", "met"),
        ("met", "met"),
        ("unsettled", "cannot_tell"),
        ("open", "not_met"),
    ):
        judged(world.physician, fresh(world.standing[name]), "not_met", **{"lumbosacral-stigmata": verdict})
    changed = fresh(world.standing["not met"])
    answering.answer(world.physician, changed.pk, sent(changed), {"dimple_diameter_mm": 7})
    judged(world.physician, changed, "met")

    stigmata, surgery = agreement()

    counts = (stigmata.judged, stigmata.agreed, stigmata.differed, stigmata.not_weighed)
    # The appeal's first decision was judged as well, not met as the determination says.
    assert (stigmata.policy, stigmata.criterion, counts) == (
        "Cigna CPG 038",
        "Lumbosacral stigmata",
        (5, 3, 2, 0),
    )
    assert (surgery.judged, surgery.agreed) == (5, 5)


def test_of_a_request_that_is_out_of_scope_nothing_was_weighed(world):
    case = world.to_be_judged(
        world.physician, date_of_service=dt.date(2024, 9, 1), birth_date=dt.date(2024, 8, 1)
    )
    judged(world.physician, case)

    assert {row.determined for row in Judgment.objects.filter(case=case)} == {"not_weighed"}
    assert not any(judging.differs(verdict, "not_weighed") for verdict in Judgment.Verdict.values)
    assert sum(row.not_weighed for row in agreement()) == 2


@pytest.mark.parametrize(
    ("verdict", "agreeing"),
    [("met", {"met"}), ("not_met", {"not_met"}), ("cannot_tell", {"open", "unsettled"})],
)
def test_a_verdict_agrees_with_what_says_the_same(verdict, agreeing):
    weighed = set(Judgment.Determined.values) - {"not_weighed"}

    assert {said for said in weighed if not judging.differs(verdict, said)} == agreeing


def test_an_auditor_reads_the_agreement_as_a_page_and_as_a_table(world):
    client = world.client(world.auditor)
    judged(world.physician, fresh(world.standing["not met"]), "met")

    page = text_of(client.get(reverse("audit:agreement")))
    table = client.get(reverse("audit:agreement_csv"))

    assert "Lumbosacral stigmata" in page
    lines = table.content.decode().splitlines()
    assert lines[0].removeprefix("\ufeff") == "policy,criterion,judged,agreed,differed,not weighed"
    assert "Cigna CPG 038,Lumbosacral stigmata,2,1,1,0" in lines
    assert table["Content-Disposition"] == 'attachment; filename="agreement.csv"'
    assert world.client(world.physician).get(reverse("audit:agreement")).status_code == 403
