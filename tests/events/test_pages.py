"""The pages of the log: who reads what, that reading is recorded, and what a page says."""

import csv
import datetime as dt
import io
import json
import re

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from decisions.administration import members
from decisions.audit import exports, reading
from decisions.log import checkpoints
from decisions.log.services import record_alone
from decisions.log.story import tell
from decisions.models import Case, Event, EventHead, RoleGrant
from tests.events.world import sql, unprotect
from tests.people.world import make_person

pytestmark = pytest.mark.django_db
MISSING = "m" * 22


def make_case(world, team, assignee, reference="R-26-000012") -> Case:
    now = timezone.now()
    return Case.objects.create(
        reference=reference,
        member_reference="M-MADE-UP",
        birth_date=dt.date(2026, 1, 2),
        plan=world.plan,
        policy="cigna-cpg-038",
        ordering_clinician="Dr Made Up",
        urgency=Case.Urgency.STANDARD,
        received_at=now,
        team=team,
        assignee=assignee,
        state=Case.State.IN_REVIEW,
        created_by=world.intake,
        sort_due=now,
    )


@pytest.fixture
def case(world) -> Case:
    return make_case(world, world.team, world.reviewer)


STORIES = ("story", "story_csv", "story_fhir")


def answer(world, person, name, case_id=None):
    address = reverse(f"audit:{name}", args=[case_id] if case_id else [])
    client = world.client(person)
    return client.post(address) if name == "verify_case" else client.get(address)


# Who may


ROLES = ("intake", "reviewer", "physician", "appeal_physician", "supervisor", "auditor", "administrator")


@pytest.mark.parametrize(
    ("name", "readers"),
    [("log", {"auditor"}), ("verify", {"auditor"}), ("status", {"auditor", "administrator"})],
)
@pytest.mark.parametrize("role", ROLES)
def test_the_whole_log_is_for_auditors_and_its_state_for_administrators_too(world, name, readers, role):
    assert answer(world, getattr(world, role), name).status_code == (200 if role in readers else 403)


@pytest.mark.parametrize("name", [*STORIES, "verify_case"])
@pytest.mark.parametrize(
    ("role", "own", "others", "missing"),
    [
        ("intake", 403, 404, 404),
        ("reviewer", 200, 404, 404),
        ("physician", 200, 404, 404),
        ("appeal_physician", 404, 404, 404),
        ("auditor", 200, 200, 404),
        ("administrator", 404, 404, 404),
    ],
)
def test_the_story_of_a_case_is_for_whoever_has_it_and_for_auditors(world, name, role, own, others, missing):
    person = getattr(world, role)
    mine = make_case(world, world.team, person)
    theirs = make_case(world, world.other_team, world.other_reviewer, "R-26-000013")

    assert answer(world, person, name, mine.pk).status_code == own
    assert answer(world, person, name, theirs.pk).status_code == others
    assert answer(world, person, name, MISSING).status_code == missing


@pytest.mark.parametrize("name", [*STORIES, "verify_case"])
@pytest.mark.parametrize("role", ["reviewer", "physician"])
def test_the_story_of_a_colleague_s_case_is_refused(world, name, role):
    of_a_colleague = make_case(world, world.team, world.reviewer_2)

    assert answer(world, getattr(world, role), name, of_a_colleague.pk).status_code == 403


@pytest.mark.parametrize("name", STORIES)
def test_another_team_s_case_and_a_missing_one_answer_alike_and_are_recorded(world, name):
    theirs = make_case(world, world.other_team, world.other_reviewer)
    client = world.client(world.reviewer)

    hidden = client.get(reverse(f"audit:{name}", args=[theirs.pk]))
    missing = client.get(reverse(f"audit:{name}", args=[MISSING]))

    assert hidden.status_code == missing.status_code == 404
    assert told(hidden, theirs.pk) == told(missing, MISSING)
    refused = Event.objects.filter(action="refused", actor=world.reviewer.pk)
    assert list(refused.order_by("seq").values_list("case", flat=True)) == [theirs.pk, ""]


def told(response, case_id: str) -> str:
    """What an answer says beside its own address and the token of its forms."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.text.replace(case_id, ""))


@pytest.mark.parametrize("name", ["log", "verify", "status"])
def test_nobody_reads_the_log_without_signing_in(client, name):
    assert client.get(reverse(f"audit:{name}")).status_code == 302


def test_the_navigation_shows_the_log_to_auditors_and_its_state_to_administrators(world):
    assert 'href="/log/"' in world.client(world.auditor).get("/").text
    assert 'href="/log/status/"' in world.client(world.administrator).get("/").text
    assert "/log/" not in world.client(world.reviewer).get("/").text


# Reading is an event


def events(world, role):
    found = Event.objects.filter(actor=getattr(world, role).pk).order_by("seq")
    return [(event.action, event.case, json.loads(event.details).get("page")) for event in found]


def test_reading_the_log_is_recorded(world, case):
    client = world.client(world.auditor)
    client.get(reverse("audit:log"))
    for name in STORIES:
        client.get(reverse(f"audit:{name}", args=[case.pk]))

    assert [event for event in events(world, "auditor") if event[0].startswith("log_")] == [
        ("log_viewed", "", "log"),
        ("log_viewed", case.pk, "story"),
        ("log_exported", case.pk, "csv"),
        ("log_exported", case.pk, "fhir"),
    ]


# What the pages say


def test_the_log_says_who_did_what_to_which_case(world, case):
    record_alone("case_viewed", actor=world.reviewer, role="reviewer", case=case.pk)
    record_alone("sign_in_failed", actor=None)

    page = answer(world, world.auditor, "log").text

    assert " ".join(page.split()).count("<strong>Reviewer (made up)</strong> viewed the case <a class=") == 1
    assert f'<a class="reference" href="/log/case/{case.pk}/">R-26-000012</a>.' in page
    assert "<strong>Somebody not signed in</strong>\n            could not sign in" in page


def test_a_name_is_escaped(world):
    person = make_person("mallory", "reviewer", team=world.team, name="<b>Mallory</b>")
    record_alone("signed_in", actor=person)

    assert "&lt;b&gt;Mallory" in answer(world, world.auditor, "log").text


def test_the_filters_narrow_the_log(world, case):
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    record_alone("case_viewed", actor=world.physician, case=case.pk)
    record_alone("signed_in", actor=world.physician)
    client = world.client(world.auditor)
    today = timezone.localdate()

    def shown(**query):
        page = client.get(reverse("audit:log"), query)
        return [line.event.action for _, lines in page.context["days"] for line in lines]

    assert shown(person=world.physician.pk) == ["signed_in", "case_viewed"]
    assert shown(person=world.physician.pk, group="sign_in") == ["signed_in"]
    assert shown(group="people") == []
    assert shown(person=world.reviewer.pk, day=today) == ["case_viewed"]
    assert shown(person=world.reviewer.pk, day=today - dt.timedelta(days=1)) == []
    assert shown(person=world.reviewer.pk, day=today + dt.timedelta(days=1)) == []
    assert shown(day="9999-12-31") == []
    assert shown(day="0001-01-01") == []


def test_a_day_is_looked_up_by_its_time_and_not_by_walking_the_log():
    wanted = {"before": 900, "group": "", "person": None, "day": dt.date(2026, 1, 3)}
    plan = reading.wanted_events(wanted).explain()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = reading.wanted_events({**wanted, "before": None}).explain()

    assert "events_by_time" in plan


@pytest.mark.parametrize(
    "query",
    [
        {"group": "nonsense"},
        {"person": "999999"},
        {"person": "x"},
        {"day": "yesterday"},
        {"before": "0"},
        {"before": "x"},
        {"before": str(2**63)},
        {"day": "2026-02-30"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_with_the_form(world, query):
    page = world.client(world.auditor).get(reverse("audit:log"), query)

    assert page.status_code == 422
    assert "The filter cannot be used" in page.text


@pytest.mark.parametrize("count", [49, 50, 51, 101])
def test_the_pages_of_the_log_hold_each_event_once(world, count):
    for _ in range(count):
        record_alone("case_viewed", actor=world.reviewer, case="c1")
    client, seen, query = world.client(world.auditor), [], f"?person={world.reviewer.pk}"
    pages = 0
    while query:
        page = client.get(reverse("audit:log") + query)
        seen += [line.event.seq for _, lines in page.context["days"] for line in lines]
        query, pages = page.context["older"], pages + 1

    assert len(seen) == count
    assert seen == sorted(set(seen), reverse=True)
    assert pages == -(-count // reading.PAGE)


@pytest.mark.parametrize("count", [199, 200, 201])
def test_a_long_story_goes_on_on_another_page(world, case, count):
    for _ in range(count):
        record_alone("case_viewed", actor=world.reviewer, case=case.pk)

    page = reading.of_case(case.pk, 0)

    assert len(page.lines) == min(count, 200)
    assert (page.next is None) is (count <= 200)
    assert len(reading.of_case(case.pk, page.next or page.lines[-1].event.seq).lines) == max(0, count - 200)


def test_the_story_says_no_values_but_that_there_was_one(world, case):
    from decisions.log.services import digest

    hidden = digest(case.pk, 7)
    record_alone(
        "answer_changed",
        actor=world.reviewer,
        role="reviewer",
        case=case.pk,
        details={
            "fact": "dimple_diameter_mm",
            "value": hidden,
            "changed": True,
            "facts": ["a", "b"],
            "none": None,
        },
    )

    page = answer(world, world.reviewer, "story", case.pk).text
    log = answer(world, world.auditor, "log").text

    assert f"value: hidden ({hidden[:8]})" in log
    assert hidden[:8] not in page
    assert hidden not in page + log
    assert "as reviewer · changed: yes · questions: a, b · none: none</p>" in page


def test_a_case_that_no_longer_exists_is_told_all_the_same(world):
    record_alone("case_viewed", actor=None, case="gone")

    assert "a case that is not there" in answer(world, world.auditor, "log").text


def test_people_in_details_are_named(world):
    record_alone(
        "role_granted", actor=world.administrator, details={"person": world.reviewer.pk, "role": "auditor"}
    )

    assert "person: Reviewer (made up) · role: auditor" in answer(world, world.auditor, "log").text


def test_each_of_several_people_in_a_detail_is_named_and_one_whom_nobody_knows_is_called_so(world):
    people = [world.reviewer.pk, world.physician.pk, 4711]
    record_alone("giving_rule_changed", actor=world.supervisor, details={"change": "added", "to": people})
    log = answer(world, world.auditor, "log").text

    assert "given to: Reviewer (made up), Physician (made up), an unknown person (number 4711)" in log


def test_what_somebody_did_is_told_with_the_name_that_they_had_then(world, case):
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    for name in ("Second Name (made up)", "Third Name (made up)"):
        members.change(world.administrator, world.reviewer, {"name": name})
        record_alone("case_assigned", actor=world.physician, case=case.pk, details={"to": world.reviewer.pk})
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    first, second, third, last = reading.of_case(case.pk, 0).lines

    assert first.who == "Reviewer (made up)"
    assert second.said == (("given to", "Second Name (made up)"),)
    assert third.said == (("given to", "Third Name (made up)"),)
    assert last.who == "Third Name (made up)"
    changes = [
        dict(line.said) for line in tell(Event.objects.filter(action="person_changed").order_by("-seq"))
    ]
    assert [(told["person"], told["called before"]) for told in changes] == [
        ("Third Name (made up)", "Second Name (made up)"),
        ("Second Name (made up)", "Reviewer (made up)"),
    ]


def test_a_change_that_is_not_of_the_name_keeps_no_name(world):
    members.change(world.administrator, world.reviewer, {"license_number": "MADE-UP-1"})

    told = json.loads(Event.objects.get(action="person_changed").details)
    assert told == {"person": world.reviewer.pk, "changed": ["license_number"]}


def test_an_altered_row_is_shown_as_far_as_it_can_be(world):
    record_alone("signed_in", actor=world.reviewer, details={"a": 1})
    unprotect()
    sql("UPDATE decisions_event SET details = 'nonsense', action = 'invented'")

    page = answer(world, world.auditor, "log")

    assert page.status_code == 200
    assert "did something that this version of Conus does not know" in page.text


# Exports


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_a_cell_that_would_be_a_formula_is_defused(start):
    assert exports.defused(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "a=1", "1-1", " =1", "'=1"])
def test_other_cells_are_left_as_they_are(text):
    assert exports.defused(text) == text


def test_the_table_holds_each_event_and_no_formula(world, case):
    person = make_person("mallory", "reviewer", team=world.team, name='=cmd|"/c calc"!A1, "x"\n')
    record_alone("case_viewed", actor=person, role="reviewer", case=case.pk, details={"note": "=1+1"})

    response = answer(world, world.auditor, "story_csv", case.pk)
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))

    assert response.content.startswith(b"\xef\xbb\xbfsequence,")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="events-{case.pk}.csv"'
    assert response.content.count(b"\r\n") == 2
    row = next(row for row in rows if row["action"] == "case_viewed")
    assert row["person"] == '\'=cmd|"/c calc"!A1, "x"\n'
    assert row["words"] == "viewed the case R-26-000012"
    assert row["details"] == "note: =1+1"
    assert row["hash"] == Event.objects.get(action="case_viewed").hash


def test_the_fhir_export_is_a_bundle_of_audit_events(world, case):
    record_alone("case_viewed", actor=world.reviewer, role="reviewer", case=case.pk)
    record_alone("refused", actor=world.reviewer, case=case.pk, details={"why": ""})
    record_alone("exported", actor=None, case=case.pk)

    response = answer(world, world.auditor, "story_fhir", case.pk)
    bundle = response.json()

    assert response.headers["Content-Type"] == "application/fhir+json"
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "collection")
    viewed, refused, exported = (entry["resource"] for entry in bundle["entry"])
    assert viewed["type"]["code"] == "110110"
    assert viewed["subtype"][0]["code"] == "case_viewed"
    assert (viewed["action"], viewed["outcome"], viewed["recorded"][-1]) == ("R", "0", "Z")
    assert viewed["agent"] == [
        {
            "role": [{"text": "reviewer"}],
            "who": {
                "display": "Reviewer (made up)",
                "identifier": {"system": "urn:conus:person", "value": str(world.reviewer.pk)},
            },
            "name": "Reviewer (made up)",
            "requestor": True,
        }
    ]
    assert viewed["entity"][0]["what"]["identifier"]["value"] == case.pk
    assert (refused["type"]["code"], refused["outcome"]) == ("110113", "4")
    assert refused["entity"][0]["detail"][0] == {"type": "why", "valueString": "(empty)"}
    assert (exported["type"]["code"], exported["agent"][0]["name"]) == ("110106", "Conus")
    assert empty_values(bundle) == []
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == 3


def empty_values(value, path="") -> list[str]:
    """Where FHIR finds an empty text, list or object, which it forbids."""
    if isinstance(value, dict):
        inner = [found for key, part in value.items() for found in empty_values(part, f"{path}.{key}")]
    elif isinstance(value, list):
        inner = [found for part in value for found in empty_values(part, f"{path}[]")]
    else:
        return [path] if value in ("", None) else []
    return inner if value else [path]


# Verification on the page


def test_an_auditor_verifies_the_log_on_its_page(world):
    record_alone("signed_in", actor=world.reviewer)
    client = world.client(world.auditor)

    page = client.post(reverse("audit:verify"))

    assert "Not anchored" in page.text
    assert Event.objects.filter(action="log_verified", actor=world.auditor.pk).count() == 1
    assert "The log has not been verified yet" not in client.get(reverse("audit:verify")).text


def test_the_page_does_not_call_a_log_intact_that_nothing_protects(world):
    record_alone("signed_in", actor=world.reviewer)
    checkpoints.write()
    client = world.client(world.auditor)
    unprotect()

    page = client.post(reverse("audit:verify")).text

    assert "Not protected" in page
    assert "Intact" not in page
    assert "the log was not protected then" in client.get(reverse("audit:status")).text


def test_a_damaged_log_is_named_on_the_page_and_left_as_it_is(world):
    record_alone("signed_in", actor=world.reviewer)
    unprotect()
    sql("UPDATE decisions_event SET role = 'auditor' WHERE seq = 1")
    client = world.client(world.auditor)
    before = Event.objects.count()

    page = client.post(reverse("audit:verify"))

    assert "Damaged. Event 1 was altered" in page.text
    assert Event.objects.count() == before


def test_a_reviewer_verifies_the_events_of_an_own_case(world, case):
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    client = world.client(world.reviewer)

    assert "1 event: each fits" in client.post(reverse("audit:verify_case", args=[case.pk])).text
    unprotect()
    sql("UPDATE decisions_event SET role = 'auditor' WHERE action = 'case_viewed'")
    assert "was altered" in client.post(reverse("audit:verify_case", args=[case.pk])).text


def test_the_state_says_how_many_and_whether_protected_and_nothing_else(world, case):
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)

    page = answer(world, world.administrator, "status").text

    assert "refuses to change or delete events" in page
    assert case.reference not in page
    assert "Reviewer (made up)" not in page
    unprotect()
    assert "The database lacks" in answer(world, world.administrator, "status").text


def test_a_line_costs_no_query_of_its_own(world, case, django_assert_num_queries):
    for _ in range(5):
        record_alone("case_viewed", actor=world.reviewer, case=case.pk)

    rows = list(Event.objects.all())
    with django_assert_num_queries(3):  # names, names of before, references
        tell(rows)


def test_an_auditor_who_is_taken_the_role_reads_nothing_more(world):
    client = world.client(world.auditor)
    RoleGrant.objects.filter(person=world.auditor).delete()

    assert client.get(reverse("audit:log")).status_code == 403


@pytest.mark.parametrize(
    ("events", "age", "late"),
    [
        (1, dt.timedelta(0), False),
        (1, dt.timedelta(minutes=29), False),
        (1, dt.timedelta(minutes=31), True),
        (1000, dt.timedelta(0), False),
        (1001, dt.timedelta(0), True),
    ],
)
def test_the_state_says_when_a_checkpoint_is_overdue(events, age, late):
    record_alone("signed_in", actor=None)
    unprotect()
    Event.objects.update(at=timezone.now() - age)
    EventHead.objects.update(seq=events)

    assert reading.status().late is late


def test_a_log_without_a_head_is_said_to_be_without(world):
    client = world.client(world.administrator)
    client.get(reverse("audit:status"))
    unprotect()
    EventHead.objects.all().delete()

    assert "The head of the log is missing" in client.get(reverse("audit:status")).text


def test_a_story_tells_what_was_done_and_on_request_what_was_only_looked_at(world, case):
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    record_alone("refused", actor=world.reviewer, case=case.pk, details={"action": "note"})
    client = world.client(world.auditor)
    address = reverse("audit:story", args=[case.pk])

    whole, acts = client.get(f"{address}?views=yes").text, client.get(address).text

    assert "viewed the case" in whole
    assert "viewed the case" not in acts
    assert "not done" in acts
    assert client.get(f"{address}?views=nonsense").status_code == 200


def test_details_are_told_in_words_and_moments_as_the_clock_here_shows_them(world, case):
    details = {"start": "in_review", "end": "decided", "move": "decide", "against": False}
    record_alone("decision_signed", actor=world.reviewer, case=case.pk, details=details)
    received = {"received_at": "2026-03-01T14:30:12.345678+00:00"}
    record_alone("appeal_filed", actor=world.intake, case=case.pk, details=received)

    signed, appealed = tell(Event.objects.order_by("-seq")[:2])[::-1]
    assert signed.said == (("from", "in review"), ("against the determination", "no"), ("to", "decided"))
    assert appealed.said == (("received at", "2026-03-01 14:30"),)


def test_after_verifying_a_case_an_auditor_is_led_to_the_whole_log_and_others_to_an_auditor(world, case):
    told = "Whether the whole log is intact, an auditor finds out."
    record_alone("case_viewed", actor=world.reviewer, case=case.pk)
    auditors = answer(world, world.auditor, "verify_case", case.pk).text
    reviewers = answer(world, world.reviewer, "verify_case", case.pk).text

    assert f'<a href="{reverse("audit:verify")}">Verify the whole log</a>' in auditors
    assert told not in auditors
    assert told in reviewers
    assert reverse("audit:verify") not in reviewers
    for page in (auditors, reviewers):
        assert f'<a href="/cases/{case.pk}/">The case</a>' in page


def test_the_story_of_another_team_s_case_does_not_lead_an_auditor_to_its_page(world):
    case = make_case(world, world.other_team, world.other_reviewer)

    for name in ("story", "verify_case"):
        page = answer(world, world.auditor, name, case.pk)
        assert page.status_code == 200
        assert f'"/cases/{case.pk}/"' not in page.text


def test_the_story_says_in_words_what_was_answered_changed_and_taken_back(world, case):
    def answered(fact, value, **more):
        details = {"fact": fact, "value": value, "taken_back": not value, **more}
        record_alone("answer_changed", actor=world.reviewer, case=case.pk, details=details)

    answered("dimple_diameter_mm", "a" * 64)
    answered("setting", "b" * 64)
    answered("dimple_diameter_mm", "c" * 64)
    answered("dimple_diameter_mm", "")
    answered("dimple_diameter_mm", "d" * 64)
    answered("a_question_of_before", "e" * 64)
    lines = tell(Event.objects.filter(action="answer_changed").order_by("seq"))

    assert [(line.before, line.about) for line in lines] == [
        ("answered a question of ", "Diameter"),
        ("answered a question of ", "Setting"),
        ("changed an answer of ", "Diameter"),
        ("took back an answer of ", "Diameter"),
        ("answered a question of ", "Diameter"),
        ("answered a question of ", "a question of before"),
    ]
    assert [line.said for line in lines] == [()] * 6
    assert tell(Event.objects.filter(seq=lines[2].event.seq))[0].before == "changed an answer of "
    page = answer(world, world.reviewer, "story", case.pk).text
    assert "</span>: Diameter." in page
    for code in ("dimple_diameter", "taken back", "cccccccc"):
        assert code not in page


def test_the_questions_of_answers_that_met_are_named_in_words_too(world, case):
    facts = ["setting", "stigmata"]
    record_alone("answers_conflicted", actor=world.reviewer, case=case.pk, details={"facts": facts})
    record_alone("refused", actor=world.reviewer, case=case.pk, details={"action": "sign_adverse"})

    page = answer(world, world.auditor, "story", case.pk).text

    assert "questions: Setting, Lumbosacral skin findings" in page
    assert "action: sign adverse" in page
