"""The page of a case: what is offered to whom, and what somebody may not see."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from decisions import services
from decisions.models import Case, EmergencyAccess, Event, Person
from decisions.reviews.case import verbs as working
from decisions.reviews.case.page import Page
from decisions.reviews.ground.head import Due
from decisions.reviews.ground.work import Permit, Work
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from tests.reviews.pages import text_of
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, RATIONALE, REASON, fresh, request_of, sent

pytestmark = pytest.mark.django_db


def page(person, case):
    return Page(Work(Person.objects.get(pk=person.pk), fresh(case), Permit("")))


def offered(person, case):
    return {action.name for action in page(person, case).actions}


def primary(person, case):
    action = page(person, case).primary
    return action.name if action else ""


def get(world, person, case, more=""):
    return world.client(person).get(f"/cases/{case.pk}/{more}")


@pytest.mark.parametrize(
    ("made", "who", "first"),
    [
        (lambda w: w.draft(), "intake", "submit"),
        (lambda w: w.draft(), "reviewer", "submit"),
        (lambda w: w.in_review(), "reviewer", "claim"),
        (lambda w: w.in_review(), "intake", ""),
        (lambda w: w.in_review(w.reviewer), "reviewer", "go"),
        (lambda w: w.in_review(w.reviewer, INCOMPLETE), "reviewer", "go"),
        (lambda w: w.in_review(w.reviewer, MET), "reviewer", "sign"),
        (lambda w: w.in_review(w.reviewer, MET), "reviewer_2", ""),
        (lambda w: w.in_review(w.reviewer, NOT_MET), "reviewer", "refer"),
        (lambda w: w.in_physician_review(), "physician", "claim"),
        (lambda w: w.in_physician_review(), "reviewer", ""),
        (lambda w: w.in_physician_review(w.physician), "physician", "sign"),
        (lambda w: w.waiting(), "intake", "received"),
        (lambda w: w.waiting(), "reviewer", "received"),
        (lambda w: w.decided(), "reviewer", "new_letter"),
        (lambda w: w.closed(), "reviewer", ""),
        (lambda w: w.appealed(w.appeal_physician), "appeal_physician", "decide_appeal"),
        (lambda w: w.in_review(w.reviewer, MET), "auditor", ""),
    ],
)
def test_what_comes_next_is_the_first_thing_offered(world, made, who, first):
    assert primary(getattr(world, who), made(world)) == first


def test_nothing_is_offered_that_somebody_may_not_do(world):
    case = world.in_review(world.reviewer, NOT_MET)

    assert offered(world.intake, case) == set()
    assert offered(world.auditor, case) == set()
    assert offered(world.reviewer_2, case) == {"claim", "note"}
    mine = {"go", "refer", "information", "note", "assign", "extend", "withdraw"}
    assert offered(world.reviewer, case) == mine


def test_a_nurse_is_offered_to_sign_an_approval_alone(world):
    assert "sign" in offered(world.reviewer, world.in_review(world.reviewer, MET))
    assert "sign" not in offered(world.reviewer, world.in_review(world.reviewer, NOT_MET))
    assert "sign" in offered(world.physician, world.in_physician_review(world.physician))


def test_a_letter_that_is_out_is_no_longer_the_next_thing_to_do(world):
    case = world.decided_adverse()
    before = page(world.physician, case)
    assert before.primary.label.startswith("Letter: ")
    body = letters.draft(case, "adverse")
    letters.issue(world.physician, case.pk, sent(case), "adverse", "Dr. O. (made up)", body)

    after = page(world.physician, case)

    assert after.actions[0].name != "new_letter"
    again = next(each.label for each in after.others if each.name == "new_letter")
    assert again.startswith("Issue it again: ")


def test_the_page_of_a_letter_leads_to_the_next_case(world):
    case = world.decided_adverse()
    body = letters.draft(case, "adverse")
    letters.issue(world.physician, case.pk, sent(case), "adverse", "Dr. O. (made up)", body)
    assert "Take the next case" not in text_of(get(world, world.physician, case, "letters/1/"))
    waiting = world.in_physician_review()

    shown = text_of(get(world, world.physician, case, "letters/1/"))

    assert "Take the next case" in shown
    assert f'action="/cases/{waiting.pk}/claim/"' in shown


def test_everything_that_is_offered_opens(world):
    cases = [
        (world.reviewer, world.in_review(world.reviewer, NOT_MET)),
        (world.physician, world.in_physician_review(world.physician)),
        (world.physician, world.decided_adverse()),
        (world.intake, world.draft()),
        (world.intake, world.waiting()),
        (world.appeal_physician, world.appealed(world.appeal_physician)),
    ]
    for person, case in cases:
        client = world.client(person)
        for action in page(person, case).actions:
            if not action.is_post:
                response = client.get(action.address, follow=True)
                assert response.status_code == 200, (action.name, case.state)


def test_the_time_is_extended_once(world):
    case = world.in_review(world.reviewer)
    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")

    assert "extend" not in offered(world.reviewer, case)


def test_an_appeal_is_not_offered_to_whoever_signed(world):
    signer = world.person("both", "physician", "appeal_physician")
    case = world.appealed()
    case.decisions.update(signed_by=signer)

    assert "claim" not in offered(signer, case)


def test_a_reader_of_the_team_sees_the_answers_and_who_gave_them(world):
    case = world.in_review(world.reviewer, MET)
    shown = text_of(get(world, world.auditor, case))

    assert "Lumbosacral stigmata" in shown
    assert f"{world.reviewer}, " in shown
    assert "Medically necessary" in shown


def test_the_page_of_a_case_shows_its_holds_and_cautions(world):
    denied = {**MET, "reasons": [*MET["reasons"], "suspected_defect"], "suspected_defects": []}
    case = world.in_review(world.reviewer, denied)

    assert "<strong>Caution:</strong> The request gives a reason" in text_of(get(world, world.reviewer, case))


def test_intake_sees_neither_answers_nor_notes_nor_a_determination(world):
    case = world.in_physician_review(world.physician, MET)
    shown = text_of(get(world, world.intake, case)).replace("details", "")
    assert case.member_reference in shown

    shown = re.sub(r"[\w-]{22,}", "", shown)  # ids and tokens, in which chance can write any word
    for clinical in (
        "tail",
        "Tail",
        "stigmata",
        "The dimple is small.",
        "Made-up note of the intake.",
        "necessary",
    ):
        assert clinical not in shown


def test_intake_sees_no_rationale_of_a_decision(world):
    shown = text_of(get(world, world.intake, world.decided_adverse()))

    assert "Initial decision: adverse" in shown
    assert RATIONALE not in shown
    assert REASON not in shown


def test_intake_sees_the_notes_of_a_request_while_it_is_a_draft(world):
    assert "Made-up note of the intake." in text_of(get(world, world.intake, world.draft()))


def test_a_case_of_another_team_and_a_case_that_is_missing_look_alike(world):
    other = world.of_other_team("in_review")
    client = world.client(world.reviewer)
    addresses = (f"/cases/{other.pk}/", "/cases/AAAAAAAAAAAAAAAAAAAAAA/")
    shown = [(r.status_code, text_of(r).replace(a, "")) for a in addresses for r in [client.get(a)]]

    assert shown[0][0] == shown[1][0] == 404
    assert other.reference not in shown[0][1]


def test_seeing_a_case_is_recorded_and_asking_for_news_is_not(world):
    case = world.in_review(world.reviewer)
    get(world, world.reviewer, case)
    get(world, world.reviewer, case, f"news/?revision={case.revision}")

    assert Event.objects.filter(action="case_viewed", case=case.pk).count() == 1


def test_there_is_news_once_somebody_changed_the_case(world):
    case = world.in_review(world.reviewer)
    assert get(world, world.physician, case, f"news/?revision={case.revision}").status_code == 204

    working.extend(world.reviewer, case.pk, sent(case), "The record is long (made up).")
    news = get(world, world.physician, case, f"news/?revision={case.revision}")
    assert news.status_code == 200
    assert "Reviewer (made up) extended the turnaround" in text_of(news)
    assert "Load it again" in text_of(news)


@pytest.mark.parametrize("query", ["", "?revision=", "?revision=-1", "?revision=x", f"?revision={2**31}"])
def test_a_question_for_news_that_makes_no_sense_is_answered_with_news(world, query):
    case = world.in_review(world.reviewer)

    assert get(world, world.reviewer, case, f"news/{query}").status_code == 200


def test_asking_for_news_keeps_no_session_alive():
    from decisions.reviews.case.views import news

    assert news.background is True


def test_a_physician_without_a_good_license_is_warned_on_the_own_cases(world):
    case = world.in_physician_review(world.physician)
    yesterday = services.today() - dt.timedelta(days=1)
    for expires, warned in ((yesterday, True), (services.today(), False), (None, True)):
        Person.objects.filter(pk=world.physician.pk).update(license_expires=expires)
        assert page(world.physician, case).unlicensed is warned


def test_emergency_accesses_are_shown_to_the_team_with_their_reason(world):
    case = world.in_review(world.reviewer)
    now = timezone.now()
    EmergencyAccess.objects.create(
        person=world.other_physician, case=case, reason="Alone at night (made up).", ends_at=now
    )

    assert "Alone at night (made up)." in text_of(get(world, world.reviewer, case))
    assert "Alone at night" not in text_of(get(world, world.intake, case))


def test_a_policy_that_is_off_the_shelf_is_said_and_breaks_nothing(world):
    case = world.in_review(world.reviewer)
    Case.objects.filter(pk=case.pk).update(policy="gone")
    response = get(world, world.reviewer, case)

    assert response.status_code == 200
    assert "The policy of this case cannot be read now." in text_of(response)


def test_no_decision_is_offered_while_the_policy_is_off_the_shelf(world):
    case = world.in_review(world.reviewer)
    assert "Sign a decision" in text_of(
        get(world, world.physician, world.in_physician_review(world.physician))
    )
    Case.objects.update(policy="gone")

    for person, each in ((world.reviewer, case), (world.physician, Case.objects.exclude(pk=case.pk).get())):
        assert "Sign a decision" not in text_of(get(world, person, each))


def test_an_edition_past_its_review_date_is_flagged_while_the_case_is_open_only(world):
    assert "past its next review date" in text_of(get(world, world.reviewer, world.in_review(world.reviewer)))
    assert "past its next review date" not in text_of(get(world, world.reviewer, world.decided()))


def test_a_decided_case_leads_with_its_decision_and_the_title_says_it(world):
    decided = world.decided_adverse()
    told = text_of(get(world, world.physician, decided))

    assert told.index("<h2>Decided</h2>") < told.index("The determination, worked out anew")
    assert "Determination so far" not in told
    assert f"<title>{decided.reference}: Adverse - Conus</title>" in told
    assert "Decided late" not in told


def test_a_case_that_is_not_decided_leads_with_its_determination_also_under_appeal(world):
    for made in (world.in_review(world.reviewer, NOT_MET), world.appealed()):
        told = text_of(get(world, world.physician, made))
        assert "<h2>Decided</h2>" not in told
        assert told.index("Determination so far") < told.index("Notes</h2>")
        assert (
            f"<title>{made.reference}: Not medically necessary, a physician reviews - Conus</title>" in told
        )


def test_whoever_sees_nothing_clinical_reads_what_was_decided_and_not_why(world):
    told = text_of(get(world, world.intake, world.decided_adverse()))

    assert "<h2>Decided</h2>" in told
    assert "with its rationale" not in told
    assert "Determination" not in told


def test_a_decision_that_came_late_says_so_in_its_case(world):
    received = timezone.now() - dt.timedelta(days=8)
    told = text_of(get(world, world.reviewer, world.decided(received_at=received)))

    assert "Decided late</span>: an answer was due" in told


def test_the_page_of_a_case_costs_few_queries(world, django_assert_max_num_queries):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    address = f"/cases/{case.pk}/"
    client.get(address)
    with django_assert_max_num_queries(25):
        client.get(address)


def test_the_due_time_is_overdue_soon_or_paused_in_words(world):
    now = timezone.now()
    case = world.draft()
    soon, second = dt.timedelta(hours=24), dt.timedelta(seconds=1)
    for due, shape in (
        (now - second, "overdue"),
        (now, "soon"),
        (now + soon, "soon"),
        (now + soon + second, "in-time"),
        (None, "paused"),
    ):
        case.due_at, case.clock_left = due, None if due else dt.timedelta(hours=5)
        assert Due(case, now).shape == shape
    assert Due(case, now).words == "paused, 5 hours left"


def test_the_letters_of_a_case_are_listed(world):
    case = world.closed()

    assert "Approval</a> to" in text_of(get(world, world.reviewer, case))


def queries_of(world, person, case, more=""):
    client = world.client(person)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(f"/cases/{case.pk}/{more}").status_code == 200
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def test_the_page_of_a_case_reads_nothing_twice_however_many_are_named_on_it(world):
    case = world.decided()
    before = queries_of(world, world.reviewer, case)
    for who in (world.physician, world.reviewer_2, world.reviewer):
        working.note(who, case.pk, sent(case), f"A note of {who} (made up)")
    after = queries_of(world, world.reviewer, case)

    assert len(after) == len(before)
    tables = [sql.split(" FROM ")[1].split()[0] for sql in after]
    for kind in ("decision", "letter", "note", "answergiven", "emergencyaccess"):
        assert tables.count(f'"decisions_{kind}"') <= 1, kind
    shown = text_of(get(world, world.reviewer, case))
    assert all(str(who) in shown for who in (world.physician, world.reviewer_2))


@pytest.mark.parametrize("wrong", ["document", "page"])
def test_what_was_typed_beside_one_question_is_shown_beside_no_other_and_to_nobody_else(world, wrong):
    case = world.in_review(world.reviewer, INCOMPLETE)
    client = world.client(world.reviewer)
    typed = f"100 % <typed> {'x' * 190}"
    posted = {"on_page": "setting", "setting": "outpatient", "page": "p"} | {
        "setting.document": "",
        f"setting.{wrong}": typed,
    }
    answered = client.post(f"/cases/{case.pk}/worksheet/", {**posted, "revision": fresh(case).revision})

    assert answered.status_code == 422
    assert answered.content.decode().count("100 % &lt;typed&gt;") == 1
    assert "<typed>" not in text_of(client.get(f"/cases/{case.pk}/worksheet/"))


def test_who_changed_the_request_stands_with_its_facts_and_what_changed_with_the_notes(world):
    case = world.in_review(world.reviewer, diagnosis_codes=["Q82.6"])
    entered = get(world, world.reviewer, case)
    request = request_of(case, diagnosis_codes=["Q05.7", "Q82.6"])
    intake.change_request(world.reviewer, case.pk, sent(case), request)
    page = text_of(get(world, world.reviewer, case))
    when = timezone.localtime(Event.objects.filter(action="request_changed").latest("seq").at)

    assert "Changed by" not in text_of(entered)
    told = f"<dt>Changed by</dt><dd>{world.reviewer}, {when:%Y-%m-%d %H:%M}: diagnosis codes</dd>"
    assert told in page
    assert "Change of the request" in page
    assert "Diagnosis codes: Q82.6 before, Q05.7, Q82.6 now." in page


def test_whoever_signs_is_told_what_was_changed_and_intake_is_told_the_fields_alone(world):
    case = world.in_review(world.reviewer, MET, diagnosis_codes=["Q82.6"])
    request = request_of(case, diagnosis_codes=["Q05.7", "Q82.6"])
    intake.change_request(world.reviewer, case.pk, sent(case), request)
    told = "Diagnosis codes: Q82.6 before, Q05.7, Q82.6 now."

    assert told in text_of(get(world, world.reviewer, case, "sign/"))
    page = text_of(get(world, world.intake, case))
    assert told not in page
    assert ": diagnosis codes</dd>" in page
