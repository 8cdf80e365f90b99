"""Sending a request elsewhere: what a policy does not address ends without a decision, and is not denied."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from decisions.models import Case, Note, Team, new_id
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import verbs as working
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground import case_clock, facts
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.letters import verbs as letters
from decisions.reviews.worklist import queries as lists
from tests.reviews.pages import at, text_of
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, OUT_OF_SCOPE, REASON, Cases, fresh, make_cases, sent

pytestmark = pytest.mark.django_db

PLACE = "Extremity program (made up)"


def build() -> Cases:
    """A world with a case that the policy does not address, and one that was sent elsewhere."""
    world = make_cases()
    made = {"ours": world.in_review(world.reviewer, OUT_OF_SCOPE), "sent": world.sent_elsewhere()}
    world.standing.update({name: case.pk for name, case in made.items()})
    return world


def out_of_scope(world: Cases) -> Case:
    return fresh(world.standing["ours"])


def sent_elsewhere(world: Cases) -> Case:
    return fresh(world.standing["sent"])


def form_of(response, **fields: str) -> dict[str, str]:
    """A page's form, filled in."""
    form = response.context["form"]
    return {**{name: str(form[name].value() or "") for name in form.fields}, **fields}


@pytest.mark.parametrize("answers", [MET, NOT_MET, INCOMPLETE])
@pytest.mark.parametrize("who", ["reviewer", "physician"])
def test_nobody_sends_elsewhere_what_the_policy_addresses(world, who, answers):
    person = getattr(world, who)
    case = world.in_review(world.reviewer, answers)
    Case.objects.filter(pk=case.pk).update(assignee=person)

    with pytest.raises(RefusedError, match="does not address it"):
        sending.send_elsewhere(person, case.pk, sent(case), PLACE, REASON)
    assert fresh(case).state == "in_review"
    assert at("elsewhere", case) not in text_of(world.client(person).get(at("case", case)))


def test_nothing_is_sent_elsewhere_while_the_policy_cannot_be_read(world):
    case = out_of_scope(world)
    Case.objects.filter(pk=case.pk).update(policy="gone")

    with pytest.raises(RefusedError):
        sending.send_elsewhere(world.reviewer, case.pk, sent(case), PLACE, REASON)
    assert world.client(world.reviewer).get(at("elsewhere", case)).status_code == 200


@pytest.mark.parametrize("made", ["in_review", "in_physician_review"])
def test_what_is_out_of_scope_is_led_elsewhere_before_anything_else(world, made):
    person = world.reviewer if made == "in_review" else world.physician
    case = getattr(world, made)(person, OUT_OF_SCOPE)
    client = world.client(person)

    assert client.get(at("case", case)).context["page"].primary.name == "elsewhere"
    names = [step.name for step in client.get(at("determination", case)).context["steps"]]
    assert next(name for name in names if name != "go") == "elsewhere"


def test_the_page_shows_why_and_begins_with_the_reason_of_the_policy(world):
    case = out_of_scope(world)
    page = text_of(world.client(world.reviewer).get(at("elsewhere", case)))

    assert "Out of scope" in page
    assert "This guideline addresses the use of spinal ultrasound" in page
    assert "Cigna CPG 038: This policy does not address ultrasound away from the spine.</textarea>" in page


def test_the_letter_follows_and_then_the_next_case_to_take(world):
    case, following, client = out_of_scope(world), world.in_review(), world.client(world.reviewer)
    opened = client.get(at("elsewhere", case))
    done = client.post(at("elsewhere", case), form_of(opened, to=PLACE))

    assert done.url == at("new_letter", case, "elsewhere")
    letter = client.get(done.url)
    assert letter.status_code == 200
    issued = client.post(done.url, form_of(letter, read_over="on"))
    assert issued.url == at("letter", case, 1)
    assert at("claim", following) in text_of(client.get(issued.url))


def test_the_letter_says_where_and_why_quotes_the_scope_and_denies_nothing(world):
    text = letters.draft(sent_elsewhere(world), "elsewhere")

    assert "Where this request belongs:\nExtremities (made up)" in text
    assert f"The reason:\n{REASON}" in text
    assert "> “This guideline addresses the use of spinal ultrasound" in text
    assert "Cigna Medical Coverage Policy" in text
    assert "This is no adverse determination" in text
    assert "How to appeal" not in text
    assert letters.copy_to("elsewhere") == "The member"


def test_the_letter_of_the_other_policy_quotes_where_it_sends_such_requests(world):
    text = letters.draft(world.sent_elsewhere(plan=world.ash_plan), "elsewhere")

    assert "See the Non-Vascular Extremity Ultrasound (CPG 188-S)" in text


def test_the_letter_quotes_nothing_of_a_policy_that_says_otherwise_by_then(world):
    case = sent_elsewhere(world)
    Case.objects.filter(pk=case.pk).update(answers=MET)
    text = letters.draft(fresh(case), "elsewhere")

    assert "From its text" not in text
    assert "Policy asked:" in text


def test_a_case_that_was_sent_elsewhere_has_ended_and_lists_say_so(world):
    case = sent_elsewhere(world)
    assert (case.state, case.result, case.late) == ("closed", "elsewhere", False)
    assert case_clock.standing_in_words(case, case.due_at + dt.timedelta(days=9)) == "sent elsewhere"
    page = world.client(world.reviewer).get("/cases/", {"which": "team", "result": "elsewhere"})

    assert [row.case for row in page.context["page"].rows] == [case]
    assert f'Sent elsewhere <span class="day">{case.sort_decided:%Y-%m-%d}' in text_of(page)
    assert case not in lists.listing(world.reviewer, lists.Wanted()).cases
    assert not case.decisions.exists()


def test_a_case_that_was_sent_elsewhere_too_late_says_so(world):
    case = out_of_scope(world)
    Case.objects.filter(pk=case.pk).update(due_at=case.due_at - dt.timedelta(days=400))
    sending.send_elsewhere(world.reviewer, case.pk, sent(case), PLACE, REASON)

    assert fresh(case).late


def test_the_case_page_says_where_it_was_sent_and_leads_to_its_letter_until_that_is_out(world):
    case, client = sent_elsewhere(world), world.client(world.reviewer)
    page = client.get(at("case", case))
    assert "Extremities (made up)" in text_of(page)
    assert page.context["page"].primary.name == "new_letter"
    letters.issue(world.reviewer, case.pk, sent(case), "elsewhere", "Dr. O. (made up)", "")

    assert client.get(at("case", case)).context["page"].primary is None


def test_the_case_page_leads_with_where_the_request_was_sent_why_and_its_letter(world):
    case, client = sent_elsewhere(world), world.client(world.reviewer)
    page = client.get(at("case", case))
    words = " ".join(text_of(page).split())

    assert "Sent elsewhere</h2>" in words
    assert '<p class="verdict state-out" id="verdict">Extremities (made up)</p>' in words
    assert f"Sent by {world.reviewer}, " in words
    assert "The letter about it is not out yet." in words
    assert "Determination so far" not in words
    assert words.index('id="verdict">Extremities') < words.index(REASON) < words.index("worked out anew")
    assert words.count('id="verdict"') == words.count('id="next-step"') == 1
    assert f"{case.reference}: Sent elsewhere" in page.text
    letters.issue(world.reviewer, case.pk, sent(case), "elsewhere", "Dr. O. (made up)", "")

    assert f'<a href="{at("letter", case, 1)}">The letter about it</a>' in text_of(
        client.get(at("case", case))
    )


@pytest.mark.parametrize("late", [False, True])
def test_the_case_page_says_where_a_request_was_sent_too_late(world, late):
    case = sent_elsewhere(world)
    Case.objects.filter(pk=case.pk).update(late=late)

    assert ("Sent late" in text_of(world.client(world.reviewer).get(at("case", case)))) is late


def test_while_the_review_goes_on_again_the_case_page_leads_with_the_determination(world):
    case = sent_elsewhere(world)
    working.reopen(world.reviewer, case.pk, sent(case), "It is of the spine.")
    page = text_of(world.client(world.reviewer).get(at("case", case)))

    assert "Determination so far" in page
    assert "Sent elsewhere</h2>" not in page


def test_whoever_sends_it_elsewhere_once_more_is_told_who_did_where_and_when(world):
    case = out_of_scope(world)
    client, other = world.client(world.reviewer), world.client(world.reviewer)
    first, second = (each.get(at("elsewhere", case)) for each in (client, other))
    client.post(at("elsewhere", case), form_of(first, to=PLACE))
    stale = other.post(at("elsewhere", case), form_of(second, to="Another place (made up)"))
    assert stale.status_code == 409
    refused = other.post(at("elsewhere", case), form_of(stale, to="Another place (made up)"))

    when = timezone.localtime(Note.objects.filter(kind="elsewhere").latest("pk").written_at)
    assert refused.status_code == 403
    assert f"{world.reviewer} sent this request elsewhere on {when:%Y-%m-%d %H:%M}: {PLACE}." in text_of(
        refused
    )
    assert Note.objects.filter(case=case, kind="elsewhere").count() == 1


def test_the_letter_says_who_sent_the_request_where_and_when(world):
    case = sent_elsewhere(world)
    when = timezone.localtime(case.sort_decided)
    page = text_of(world.client(world.reviewer).get(at("new_letter", case, "elsewhere")))

    assert f"sent elsewhere: Extremities (made up), by {world.reviewer}, {when:%Y-%m-%d %H:%M}." in page
    assert "out already" not in page


def test_a_letter_about_an_earlier_sending_is_not_the_one_that_is_out(world):
    case, client = sent_elsewhere(world), world.client(world.reviewer)
    letters.issue(world.reviewer, case.pk, sent(case), "elsewhere", "Dr. O. (made up)", "")
    assert "Such a letter is out already" in text_of(client.get(at("new_letter", case, "elsewhere")))
    working.reopen(world.reviewer, case.pk, sent(case), "It is of the spine.")
    sending.send_elsewhere(world.reviewer, case.pk, sent(case), PLACE, "It is not.")

    page = text_of(client.get(at("new_letter", case, "elsewhere")))
    assert "out already" not in page
    assert PLACE in page


def test_intake_issues_the_letter_and_reads_no_reason(world):
    case, client = sent_elsewhere(world), world.client(world.intake)

    assert "Sent elsewhere</h2>" in text_of(client.get(at("case", case)))
    assert "Extremities (made up)" not in text_of(client.get(at("case", case)))
    assert REASON not in text_of(client.get(at("case", case)))
    assert REASON not in text_of(client.get(at("new_letter", case, "elsewhere")))
    letters.issue(world.intake, case.pk, sent(case), "elsewhere", "Dr. O. (made up)", "")
    assert REASON in case.letters.get().body


def test_a_withdrawn_request_and_one_that_was_sent_elsewhere_are_not_appealed(world):
    case = sent_elsewhere(world)

    with pytest.raises(RefusedError):
        appealing.file_appeal(world.intake, case.pk, sent(case), "They appeal.")


@pytest.mark.parametrize("made", ["in_review", "in_physician_review"])
def test_opened_again_the_review_goes_on_where_it_was_with_the_time_that_it_had(world, made):
    person = world.reviewer if made == "in_review" else world.physician
    case = getattr(world, made)(person, OUT_OF_SCOPE)
    sending.send_elsewhere(person, case.pk, sent(case), PLACE, REASON)
    working.reopen(world.intake, case.pk, sent(case), "It is of the spine.")
    now = fresh(case)

    assert (now.state, now.result, now.late, now.resumes_to) == (case.state, "", False, "")
    assert (now.due_at, now.sort_due, now.assignee) == (case.due_at, case.sort_due, person)
    assert "by when it was owed before" in text_of(
        world.client(world.intake).get(at("reopen", sent_elsewhere(world)))
    )
    assert facts.determination(now).next_step == "redirect"


def test_sent_elsewhere_again_the_case_asks_for_another_letter(world):
    case = sent_elsewhere(world)
    letters.issue(world.reviewer, case.pk, sent(case), "elsewhere", "Dr. O. (made up)", "")
    working.reopen(world.reviewer, case.pk, sent(case), "It is of the spine.")
    assert letters.kinds(fresh(case)) == []
    sending.send_elsewhere(world.reviewer, case.pk, sent(case), PLACE, "It is not.")

    page = world.client(world.reviewer).get(at("case", case)).context["page"]
    assert page.primary.name == "new_letter"
    assert PLACE in letters.draft(fresh(case), "elsewhere")


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_where_a_request_goes_has_a_limit(world, over):
    case, client = out_of_scope(world), world.client(world.reviewer)
    place = "x" * (200 + over)
    answer = client.post(at("elsewhere", case), form_of(client.get(at("elsewhere", case)), to=place))

    assert answer.status_code == (422 if over > 0 else 302)
    assert Note.objects.filter(kind="elsewhere", to=place).exists() == (over <= 0)


def test_without_a_place_nothing_is_sent(world):
    case, client = out_of_scope(world), world.client(world.reviewer)
    answer = client.post(at("elsewhere", case), form_of(client.get(at("elsewhere", case)), to=" "))

    assert answer.status_code == 422
    assert "Say where the request goes." in text_of(answer)
    assert fresh(case).state == "in_review"


def test_another_team_is_not_told_where_a_request_went(world):
    case = sent_elsewhere(world)
    Case.objects.filter(pk=case.pk).update(team=Team.objects.create(name=new_id()))

    assert world.client(world.reviewer).get(at("case", case)).status_code == 404
