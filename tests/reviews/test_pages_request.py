"""Entering a request and changing it, as pages without JavaScript."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from decisions import services
from decisions.models import Case, Event, new_id
from decisions.reviews.ground.moments import received, years_before
from decisions.reviews.request import verbs as intake
from decisions.reviews.request.duplicates import shown_duplicates
from decisions.reviews.request.inputs import MOST_CODES
from decisions.reviews.request.spelling import as_read
from tests.reviews.pages import text_of
from tests.reviews.world import fresh, request_for, sent

pytestmark = pytest.mark.django_db
NEW = "/cases/new/"
NOT_A_TIME = "This is not a time; allowed: day and time, as in 2026-03-01 14:30 or 3/25/2026 2:30 pm."
NOT_A_DAY = "“{}” is not a day of the calendar; allowed: a day, as in 2026-03-01, 3/25/2026 or March 1, 2026."


def typed(world, **fields):
    """What a browser sends of a request."""
    said = {
        "token": new_id(),
        "member_reference": "MADE-UP-1",
        "birth_date": "2026-01-10",
        "plan": str(world.plan.pk),
        "policy": "",
        "ordering_clinician": "Dr. Olga Ordering (made up)",
        "urgency": "standard",
        "received_at": "2026-11-01 10:00",
        "date_of_service": "2026-01-20",
        "procedure_codes": "76800",
        "diagnosis_codes": "q826, S06.0X0A",
        "notes": "A made-up note.",
        "attachments": "Cabinet 3\n\nCabinet 4\n",
    }
    return {**said, **fields}


def typed_from(case, **fields):
    """What a browser sends of the form that changes a request."""
    said = {
        "token": new_id(),
        "revision": str(case.revision),
        "reference": case.reference,
        "member_reference": case.member_reference,
        "birth_date": case.birth_date.isoformat(),
        "plan": str(case.plan_id),
        "ordering_clinician": case.ordering_clinician,
        "urgency": case.urgency,
        "received_at": timezone.localtime(case.received_at).strftime("%Y-%m-%d %H:%M"),
        "date_of_service": case.date_of_service.isoformat(),
        "procedure_codes": " ".join(case.procedure_codes),
        "diagnosis_codes": " ".join(case.diagnosis_codes),
        "notes": case.notes,
        "attachments": "\n".join(case.attachments),
    }
    return {**said, **fields}


@pytest.fixture
def clock(monkeypatch):
    """It is noon on a day."""
    noon = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: noon)
    return noon


def errors(response):
    """The messages by field, "" where the answer was a redirect."""
    form = response.context["form"] if response.context else None
    return {name: " ".join(found) for name, found in form.errors.items()} if form else {}


def test_a_request_is_entered_once_however_often_it_is_sent(world):
    client, form = world.client(world.intake), typed(world)
    first, again = client.post(NEW, form), client.post(NEW, form)

    case = Case.objects.get()
    assert first.url == again.url == f"/cases/{case.pk}/"
    assert case.diagnosis_codes == ["Q82.6", "S06.0X0A"]
    assert case.attachments == ["Cabinet 3", "Cabinet 4"]
    assert case.policy == "cigna-cpg-038"
    assert case.reference.startswith("R-")
    assert Event.objects.filter(action="case_created").count() == 1


@pytest.mark.parametrize(
    ("given", "is_good"),
    [
        ("John Smith", False),
        ("Zoë  van Dœ", False),
        ("JohnSmith", True),
        ("MADE-UP-1", True),
        ("MADE UP 1", True),
        ("J. Smith", True),
    ],
)
def test_a_member_reference_is_no_name(world, given, is_good):
    client = world.client(world.intake)
    assert "The plan's reference of the member. It is no name." in text_of(client.get(NEW))
    response = client.post(NEW, typed(world, member_reference=given))

    assert errors(response) == ({} if is_good else {"member_reference": "A member reference is no name."})
    assert is_good or f'value="{given}"' in text_of(response)


def test_nothing_of_a_patient_is_in_an_address(world):
    response = world.client(world.intake).post(NEW, typed(world))

    assert re.fullmatch(r"/cases/[\w-]{22}/", response.url)


def test_everything_that_is_missing_is_named_and_what_was_typed_stays(world):
    response = world.client(world.intake).post(NEW, {"token": new_id(), "notes": "A long note."})

    assert response.status_code == 422
    assert {"member_reference", "birth_date", "plan", "ordering_clinician", "received_at"} <= errors(
        response
    ).keys()
    assert "A long note." in text_of(response)
    assert 'href="#id_member_reference"' in text_of(response)


def test_each_line_of_the_summary_leads_to_a_control_and_each_control_to_its_error(world):
    page = text_of(world.client(world.intake).post(NEW, typed(world, urgency="", plan="", birth_date="")))

    controls = {
        re.search(r' id="(\w+)"', tag)[1]: tag
        for tag in re.findall(r"<(?:input|select)[^>]* id=[^>]*>", page)
    }
    leads = re.findall(r'<a href="#(\w+)">', page)
    assert leads == ["id_birth_date", "id_plan", "id_urgency_0"]
    assert all('aria-invalid="true"' in controls[control] for control in leads)
    for name in ("birth_date", "plan", "urgency"):
        assert re.search(rf'aria-describedby="[^"]*\bid_{name}_error\b', page), name
        assert page.count(f'id="id_{name}_error"') == 1, name


def test_a_form_without_its_token_is_refused(world):
    response = world.client(world.intake).post(NEW, typed(world, token=""))

    assert response.status_code == 422
    assert "The page is incomplete. Load it again." in text_of(response)


@pytest.mark.parametrize(
    ("birth", "service", "error"),
    [
        ("2026-11-20", "", ""),
        ("2026-11-21", "", ""),
        ("2026-11-22", "", "The date of birth is after today."),
        ("2026-01-20", "2026-01-20", ""),
        ("2026-01-21", "2026-01-20", "The date of birth is after the date of service."),
        ("1901-01-21", "2026-01-20", ""),
        ("1901-01-20", "2026-01-20", ""),
        ("1901-01-19", "2026-01-20", "Allowed: up to 125 years before the date of service."),
        ("1901-11-21", "", ""),
        ("1901-11-20", "", "Allowed: up to 125 years before the date of service."),
        ("2026-02-30", "", NOT_A_DAY.format("2026-02-30")),
        ("2026/1/9", "", ""),
        (
            "1/9/2026",
            "",
            "“1/9/2026” can be January 9, 2026 or September 1, 2026. Choose the day that is meant.",
        ),
        ("Jan 9 2026", "", ""),
        ("1/19/2026", "", ""),
        ("1/19/28", "", ""),
    ],
)
def test_a_date_of_birth_lies_before_the_service_and_today(world, clock, birth, service, error):
    response = world.client(world.intake).post(NEW, typed(world, birth_date=birth, date_of_service=service))

    assert errors(response).get("birth_date", "") == error
    assert response.status_code == (422 if error else 302)


def test_a_hundred_and_twenty_five_years_before_a_leap_day_is_the_day_before():
    assert years_before(dt.date(2024, 2, 29), 125) == dt.date(1899, 2, 28)
    assert years_before(dt.date(2024, 2, 29), 124) == dt.date(1900, 2, 28)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        ("2026-11-21 11:59", ""),
        ("2026-11-21 12:00", ""),
        ("2026-11-21T12:00", ""),
        ("2026-11-21 12:01", "This is in the future."),
        ("9999-12-31 23:59", "This is in the future."),
        ("2016-01-01 00:00", ""),
        ("2015-12-31 23:59", "This is too long ago; allowed: within the last 10 years."),
        ("2026/11/1 9:30", ""),
        ("11/20/2026 09:30", ""),
        ("11/20/26, 9:30 AM", ""),
        ("Nov 20 2026 9:30 p.m.", ""),
        ("31/31/2026 09:30", NOT_A_DAY.format("31/31/2026")),
        ("7/10/26 9:30", "“7/10/26” can be July 10, 2026 or October 7, 2026. Choose the day that is meant."),
        ("2026-11-21 12:00 pm", ""),
        ("2026-11-21 12:01 pm", "This is in the future."),
        ("2026-11-20 13:30 pm", NOT_A_TIME),
        ("2026-11-20", NOT_A_TIME),
        ("2026-11-20 24:00", NOT_A_TIME),
        ("yesterday", NOT_A_TIME),
    ],
)
def test_a_request_was_received_by_now_and_not_too_long_ago(world, clock, at, error):
    response = world.client(world.intake).post(NEW, typed(world, received_at=at))

    assert errors(response).get("received_at", "") == error


def test_a_time_is_local_and_one_that_a_changed_clock_left_out_is_refused(clock):
    with timezone.override("Europe/Berlin"):
        assert received("2026-11-21 12:30", clock) == dt.datetime(2026, 11, 21, 11, 30, tzinfo=dt.UTC)
        with pytest.raises(Exception, match="couldn’t be interpreted"):
            received("2026-03-29 02:30", clock)


@pytest.mark.parametrize(
    ("count", "status"), [(MOST_CODES - 1, 302), (MOST_CODES, 302), (MOST_CODES + 1, 422)]
)
@pytest.mark.parametrize("field", ["procedure_codes", "diagnosis_codes"])
def test_up_to_twenty_codes_are_taken(world, field, count, status):
    form = "768{:02}" if field == "procedure_codes" else "A{:02}.0"
    valid = services.codebook().editions[-1].is_billable
    made = (form.format(number) for number in range(100))
    codes = " ".join([code for code in made if field == "procedure_codes" or valid(code)][:count])
    response = world.client(world.intake).post(NEW, typed(world, **{field: codes}))

    assert response.status_code == status
    if status == 422:
        assert errors(response)[field] == "These are 21 codes; allowed: up to 20."


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("reference", 40),
        ("member_reference", 40),
        ("ordering_clinician", 150),
        ("rendering_clinician", 150),
        ("notes", 5000),
        ("attachments", 200),
    ],
)
@pytest.mark.parametrize("over", [-1, 0, 1])
def test_texts_have_a_limit(world, field, limit, over):
    response = world.client(world.intake).post(NEW, typed(world, **{field: "x" * (limit + over)}))

    assert response.status_code == (422 if over > 0 else 302)
    assert (field in errors(response)) is (over > 0)


@pytest.mark.parametrize(("lines", "status"), [(19, 302), (20, 302), (21, 422)])
def test_up_to_twenty_attachments_are_named(world, lines, status):
    response = world.client(world.intake).post(NEW, typed(world, attachments="paper\n" * lines))

    assert response.status_code == status


def test_a_plan_that_asks_needs_a_policy_and_one_that_names_its_own_takes_no_other(world):
    client = world.client(world.intake)
    asks = client.post(NEW, typed(world, plan=world.ask_plan.pk))
    assert errors(asks)["policy"] == "This plan names no policy. Choose the one that counts."

    other = client.post(NEW, typed(world, policy="ash-cpg-038"))
    assert "This plan names its policy, Cigna CPG 038." in errors(other)["policy"]

    client.post(NEW, typed(world, plan=world.ask_plan.pk, policy="ash-cpg-038"))
    assert Case.objects.get().policy == "ash-cpg-038"


@pytest.mark.parametrize("name", ["plan", "policy", "urgency"])
def test_a_choice_that_is_not_offered_is_refused(world, name):
    response = world.client(world.intake).post(NEW, typed(world, **{name: "999"}))

    assert response.status_code == 422
    assert name in errors(response)


def test_a_reference_that_another_case_has_is_refused(world):
    world.of_other_team("draft", reference="A-1")
    response = world.client(world.intake).post(NEW, typed(world, reference="A-1"))

    assert response.status_code == 422
    assert errors(response)["reference"].startswith("Another case has this reference.")


@pytest.mark.parametrize(
    ("reference", "is_good"), [("A-1/c.d", True), ("Jane Roe", False), ("A_1", False), ("A<b>", False)]
)
def test_a_reference_has_plain_signs(world, reference, is_good):
    response = world.client(world.intake).post(NEW, typed(world, reference=reference))

    assert ("reference" not in errors(response)) is is_good


@pytest.mark.parametrize(
    ("served", "is_good"),
    [
        ("2024-10-31", False), ("2024-11-01", True), ("2024-11-02", True),
        ("2028-10-31", True), ("2028-11-01", True), ("2028-11-02", False),
    ],
)  # fmt: skip
def test_a_service_lies_within_two_years_of_the_receipt(world, served, is_good):
    form = typed(world, birth_date="2024-01-01", date_of_service=served)
    response = world.client(world.intake).post(NEW, form)

    said = errors(response).get("date_of_service", "")
    assert said == ("" if is_good else "Allowed: within 2 years of the day of receipt, 2026-11-01.")


def test_a_day_that_can_be_two_is_asked_about_with_a_button_for_each_and_nothing_is_lost(world):
    client, form = world.client(world.intake), typed(world, date_of_service="07.10.2026", send="on")
    asked = client.post(NEW, form)
    buttons = re.findall(r'name="(date_of_service.take)" value="([^"]*)">([^<]*)<', text_of(asked))
    assert [label for *_, label in buttons] == ["July 10, 2026", "October 7, 2026"]
    assert "07.10.2026" in text_of(asked)

    name, value, _ = buttons[1]
    chosen = client.post(NEW, {**form, name: value})
    assert chosen.status_code == 200
    assert 'value="2026-10-07"' in text_of(chosen)
    assert "The day that you chose is filled in. Nothing was saved yet." in text_of(chosen)
    assert 'name="send" value="on" autofocus aria-describedby="taken"' in text_of(chosen)
    beside = re.search(r'(?s)<div class="actions">(.*?)</div>', text_of(chosen))[1]
    assert beside.index('id="taken"') < beside.index("autofocus")
    assert not Case.objects.exists()

    client.post(NEW, {**form, "date_of_service": value})
    assert str(Case.objects.get().date_of_service) == "2026-10-07"


def test_a_time_on_one_of_two_days_is_offered_with_its_time(world, clock):
    page = text_of(world.client(world.intake).post(NEW, typed(world, received_at="7/10/2026 2:30 pm")))

    assert 'name="received_at.take" value="2026-07-10 14:30">July 10, 2026, 14:30<' in page


def test_a_day_of_a_saved_request_that_is_chosen_is_not_saved_by_that(world):
    case = world.draft()
    address = f"/cases/{case.pk}/request/"
    form = typed_from(case, **{"birth_date": "1/2/2026", "birth_date.take": "2026-01-02"})
    chosen = world.client(world.intake).post(address, form)

    assert chosen.status_code == 200
    assert "Nothing was saved yet." in text_of(chosen)
    assert fresh(case).birth_date == case.birth_date


def test_what_was_read_in_other_words_is_shown_back(world):
    client = world.client(world.intake)
    wrong = client.post(NEW, typed(world, birth_date="Jan 9, 2026", member_reference=""))
    assert "Read as 2026-01-09." in text_of(wrong)

    saved = client.post(NEW, typed(world, birth_date="Jan 9, 2026"), follow=True)
    assert "Date of birth read as 2026-01-09." in text_of(saved)
    assert set(client.cookies) <= {"conus_session", "conus_csrf"}, "no browser keeps a day of birth"
    plain = client.post(NEW, typed(world, member_reference="MADE-UP-2"), follow=True)
    assert "read as" not in text_of(plain)


@pytest.mark.parametrize("given", ["31/31/2026", "2026-02-30", "2026.13.1", "0000-01-01", "soon", "50% <b>"])
def test_what_is_no_day_is_named_and_kept(world, given):
    response = world.client(world.intake).post(NEW, typed(world, date_of_service=given))

    assert errors(response)["date_of_service"] == NOT_A_DAY.format(given)
    assert response.context["form"]["date_of_service"].value() == given


def test_every_date_shows_its_pattern(world):
    form = world.client(world.intake).get(NEW).context["form"]

    assert all(
        "s in 2026-03-01" in form[name].help_text and "3/25/2026" in form[name].help_text
        for name in ("birth_date", "date_of_service", "received_at")
    )


def test_codes_that_look_wrong_are_named_and_kept_once_that_is_said(world):
    client = world.client(world.intake)
    form = typed(world, procedure_codes="76800 768", diagnosis_codes="Q82.6 Q8")
    asked = client.post(NEW, form)
    assert asked.status_code == 422
    assert "Not spelled like a code: 768." in errors(asked)["procedure_codes"]
    assert "Not spelled like a code: Q8." in errors(asked)["diagnosis_codes"]
    assert 'value="76800 768"' in text_of(asked)
    assert "Keep these codes as they are" in text_of(asked)
    assert not Case.objects.exists()
    response = client.post(NEW, {**form, "codes_ok": confirmation(asked, "codes_ok")})

    assert "Not spelled like a code: 768, Q8." in text_of(client.get(response.url))


def odd(client, form, field="procedure_codes"):
    """What is said of a field of a request whose codes are odd, "" where nothing is."""
    return errors(client.post(NEW, form)).get(field, "")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("7680O", "76800"), ("7680o", "76800"), ("768OO", "76800"), ("7B8O0", "78800"),
        ("9921S", "99215"), ("76B00", "76800"), ("7694Z", ""), ("6227O", "62270"), ("6ZZ70", ""),
    ],
)  # fmt: skip
def test_a_letter_for_a_figure_in_a_procedure_code_is_asked_back_with_the_code_that_it_is_read_as(
    world, given, meant
):
    said = odd(world.client(world.intake), typed(world, procedure_codes=given))

    proposed = f" Did you mean {meant}?" if meant else ""
    stays = "Mend it, or say below that it stays."
    assert said == f"Not spelled like a code: {given.upper()}.{proposed} {stays}"
    assert not Case.objects.exists()


def test_such_a_procedure_code_is_sent_as_it_is_once_that_is_said(world):
    client, form = world.client(world.intake), typed(world, procedure_codes="7680O", send="on")
    asked = client.post(NEW, form)
    assert "Keep these codes as they are" in text_of(asked)
    assert "has no name at hand" not in text_of(asked)

    client.post(NEW, {**form, "codes_ok": confirmation(asked, "codes_ok")})

    case = Case.objects.get()
    assert (case.procedure_codes, case.state) == (["7680O"], Case.State.IN_REVIEW)


def test_of_several_odd_codes_it_is_said_which_is_meant_by_which(world):
    said = odd(world.client(world.intake), typed(world, procedure_codes="7680O 6227O 768"))

    assert said == (
        "Not spelled like a code: 7680O, 6227O, 768. By 7680O, did you mean 76800? "
        "By 6227O, did you mean 62270? Mend them, or say below that they stay."
    )


@pytest.mark.parametrize(
    ("code", "is_odd"),
    [
        ("00000", False), ("99999", False), ("0042T", False), ("0001F", False), ("0001U", False),
        ("0002M", False), ("0002N", True), ("0002E", True), ("A0000", False), ("V9999", False),
        ("W0000", True), ("AA000", True), ("7680", True), ("768000", True),
    ],
)  # fmt: skip
def test_a_procedure_code_is_spelled_as_cpt_or_hcpcs_spell_them(world, code, is_odd):
    assert bool(odd(world.client(world.intake), typed(world, procedure_codes=code))) is is_odd


INVALID = (
    "Q82.61: not a valid code; Q82: not billable: a heading over longer codes. Judged by ICD-10-CM, April"
)


def test_a_well_spelled_code_that_is_not_valid_is_named_with_the_edition_and_kept_once_that_is_said(world):
    client = world.client(world.intake)
    form = typed(world, diagnosis_codes="Q82.6 Q82.61 Q82")
    asked = client.post(NEW, form)
    assert errors(asked)["diagnosis_codes"].startswith(INVALID)
    assert not Case.objects.exists()

    response = client.post(NEW, {**form, "codes_ok": confirmation(asked, "codes_ok")})
    assert response.status_code == 302
    assert INVALID in text_of(client.get(response.url))
    case = Case.objects.get()
    assert case.diagnosis_codes == ["Q82.6", "Q82.61", "Q82"]
    again = client.post(f"/cases/{case.pk}/request/", typed_from(case, notes="Changed alone."))
    assert again.status_code == 302


def test_a_code_is_judged_by_the_edition_of_the_day_of_service(world):
    response = world.client(world.intake).post(
        NEW,
        typed(world, diagnosis_codes="Q82.61", date_of_service="2025-05-01", birth_date="2025-04-01"),
    )

    assert "Judged by ICD-10-CM, April 2025, in force from 2025-04-01." in errors(response)["diagnosis_codes"]


NAMES = ("Ultrasound, spinal canal and contents", "Congenital sacral dimple")


def test_codes_stand_with_their_names_wherever_a_request_is_shown(world):
    case = world.in_review(world.reviewer, procedure_codes=["76800"], diagnosis_codes=["Q82.6"])
    client = world.client(world.reviewer)
    for page in ("", "request/", "q/setting/", "worksheet/", "determination/"):
        shown = text_of(client.get(f"/cases/{case.pk}/{page}"))
        assert [name for name in NAMES if name not in shown] == [], page


@pytest.mark.parametrize(
    ("changed", "named", "said"),
    [
        ("procedure_codes", "procedure_codes", ["76800", NAMES[0], "76999", "has no name at hand"]),
        ("procedure_codes", "procedure_codes", ["Not spelled like a code: 7680O. Did you mean 76800?"]),
        ("diagnosis_codes", "diagnosis_codes", ["Q82.6", NAMES[1], "Q82.61: not a valid code"]),
        ("date_of_service", "diagnosis_codes", ["Q82.6", NAMES[1], "Q82.61: not a valid code"]),
    ],
)
def test_codes_are_named_as_soon_as_they_are_typed(world, changed, named, said):
    given = {
        "procedure_codes": "76800 76999 7680O",
        "diagnosis_codes": "q826, Q82.61",
        "date_of_service": "soon",
    }
    headers = {"HX-Request": "true", "HX-Trigger-Name": changed}
    part = text_of(world.client(world.intake).post(f"{NEW}codes/", given, headers=headers))

    assert f'id="told-{named}"' in part
    assert [words for words in said if words not in part] == []
    assert part.count("id=") == 1


def test_a_word_among_codes_is_named_and_left_out_once_that_is_said(world):
    client = world.client(world.intake)
    form = typed(world, diagnosis_codes="• Q82.6 sacral dimple")
    asked = client.post(NEW, form)
    said = "“SACRAL”, “DIMPLE” are no codes and are left out. Say below that the others stay."
    assert errors(asked)["diagnosis_codes"] == said
    assert not Case.objects.exists()

    client.post(NEW, {**form, "codes_ok": confirmation(asked, "codes_ok")})

    assert Case.objects.get().diagnosis_codes == ["Q82.6"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("abc", "“ABC” is no code and is left out. Mend this, or confirm it below."),
        (
            "sacral dimple",
            "“SACRAL”, “DIMPLE” are no codes and are left out. Mend this, or confirm it below.",
        ),
        ("abc Q82.6", "“ABC” is no code and is left out. Say below that the others stay."),
    ],
)
def test_that_others_stay_is_said_where_there_are_others_alone(world, given, said):
    client, form = world.client(world.intake), typed(world, diagnosis_codes=given)
    asked = client.post(NEW, form)

    assert errors(asked)["diagnosis_codes"] == said
    some_stay = given.endswith("Q82.6")
    label = "Keep these codes as they are" if some_stay else "Leave out what is no code"
    assert label in text_of(asked)

    client.post(NEW, {**form, "codes_ok": confirmation(asked, "codes_ok")})
    assert Case.objects.get().diagnosis_codes == (["Q82.6"] if some_stay else [])


def test_that_others_stay_is_said_beside_one_that_is_not_valid(world):
    asked = world.client(world.intake).post(NEW, typed(world, diagnosis_codes="abc Q82.61"))

    assert "Say below that the others stay." in errors(asked)["diagnosis_codes"]
    assert "Keep these codes as they are" in text_of(asked)


def test_codes_are_read_however_they_were_pasted(world):
    client = world.client(world.intake)

    client.post(
        NEW, typed(world, procedure_codes="HC:76800:26", diagnosis_codes="\u2022 Q82.6 \u2022 ABK:Q068\u200b")
    )

    case = Case.objects.get()
    assert (case.procedure_codes, case.diagnosis_codes) == (["76800"], ["Q82.6", "Q06.8"])


def confirmation(response, name="duplicate_ok"):
    """What a box says once it is ticked: as a rule, that a request is another one."""
    return re.search(rf'<input type="checkbox" name="{name}" value="([^"]+)"', text_of(response))[1]


def test_codes_that_were_kept_say_nothing_of_others(world):
    client = world.client(world.intake)
    form = typed(world, procedure_codes="76800 768")
    said = confirmation(client.post(NEW, form), "codes_ok")
    kept = client.post(NEW, {**form, "codes_ok": said, "birth_date": ""})
    assert set(errors(kept)) == {"birth_date"}
    assert re.search(r'name="codes_ok"[^>]*checked', text_of(kept))

    other = client.post(NEW, {**form, "codes_ok": said, "procedure_codes": "76800 7680"})

    assert "Not spelled like a code: 7680." in errors(other)["procedure_codes"]
    assert not re.search(r'name="codes_ok"[^>]*checked', text_of(other))
    assert not Case.objects.exists()


def test_a_duplicate_is_named_before_it_is_saved_and_saved_once_it_is_confirmed(world):
    client = world.client(world.intake)
    client.post(NEW, typed(world))
    first = Case.objects.get()
    form = typed(world, notes="The second time.")
    response = client.post(NEW, form)

    assert response.status_code == 422
    assert f'<a href="/cases/{first.pk}/">{first.reference}</a>' in text_of(response)
    assert "The second time." in text_of(response)
    assert Case.objects.count() == 1
    assert Event.objects.filter(action="duplicate_seen", case=first.pk).count() == 1

    confirmed = client.post(NEW, {**form, "duplicate_ok": confirmation(response)})
    assert confirmed.status_code == 302
    assert "This may be the same request as:" in text_of(client.get(confirmed.url))


def test_a_duplicate_is_told_with_where_it_differs_and_the_page_of_the_case_tells_it_too(world):
    client = world.client(world.intake)
    client.post(NEW, typed(world, birth_date="2025-12-01"))
    first, form = Case.objects.get(), typed(world, birth_date="2025-12-12")
    asked = client.post(NEW, form)
    confirmed = client.post(NEW, {**form, "duplicate_ok": confirmation(asked)})

    said = "Date of birth: 2025-12-01 there, 2025-12-12 here"
    for page in (asked, client.get(confirmed.url)):
        assert said in text_of(page)
        assert text_of(page).count(" there, ") == 1
    other_way = "Date of birth: 2025-12-12 there, 2025-12-01 here"
    assert other_way in text_of(client.get(f"/cases/{first.pk}/"))


def test_a_duplicate_that_differs_in_nothing_that_is_compared_names_no_field(world):
    client = world.client(world.intake)
    client.post(NEW, typed(world))

    assert "It differs in:" not in text_of(client.post(NEW, typed(world, notes="The second time.")))


def test_nothing_is_said_of_where_a_case_of_another_team_differs(world):
    other = world.of_other_team("draft", member_reference="MADE-UP-1", birth_date=dt.date(2025, 11, 30))
    page = text_of(world.client(world.intake).post(NEW, typed(world)))

    assert "A case of another team" in page
    assert other.birth_date.isoformat() not in page
    assert "It differs in:" not in page


def test_an_appeal_that_somebody_knows_of_without_reading_it_tells_no_birth_date(world):
    person = world.person("both", "intake", "appeal_physician")
    appealed = world.appealed(birth_date=dt.date(2025, 11, 30))
    here = as_read(world.draft(member_reference=appealed.member_reference))

    assert [each.differing for each in shown_duplicates(world.appeal_physician, [appealed], here)] == [()]
    assert shown_duplicates(world.appeal_physician, [appealed], here)[0].case == appealed
    assert shown_duplicates(person, [appealed], here)[0].differing[0].there == "2025-11-30"


def test_a_duplicate_of_another_team_is_named_without_its_reference(world):
    other = world.of_other_team("draft", member_reference="MADE-UP-1")
    response = world.client(world.intake).post(NEW, typed(world))

    assert response.status_code == 422
    assert "A case of another team" in text_of(response)
    assert other.reference not in text_of(response)
    assert other.pk not in text_of(response)


@pytest.mark.parametrize(
    "otherwise",
    [{"member_reference": "MADE-UP-2"}, {"date_of_service": "2026-01-21"}, {"procedure_codes": "76801"}],
)
def test_another_member_day_or_code_is_no_duplicate(world, otherwise):
    client = world.client(world.intake)
    client.post(NEW, typed(world))

    assert client.post(NEW, typed(world, **otherwise)).status_code == 302


@pytest.mark.parametrize("who", ["appeal_physician", "auditor", "administrator"])
def test_a_request_is_not_entered_by_everybody(world, who):
    client = world.client(getattr(world, who))

    assert client.get(NEW).status_code == 403
    assert client.post(NEW, typed(world)).status_code == 403
    assert not Case.objects.exists()


def test_somebody_of_no_team_enters_no_request(world):
    nobody = world.person("loner", "intake")
    nobody.team = None
    nobody.save()

    assert world.client(nobody).get(NEW).status_code == 403


def test_a_draft_is_changed_and_an_untouched_time_keeps_its_seconds(world):
    case = world.draft()
    client = world.client(world.intake)
    address = f"/cases/{case.pk}/request/"
    assert case.member_reference in text_of(client.get(address))
    response = client.post(address, typed_from(case, urgency="expedited"))

    changed = fresh(case)
    assert response.url == f"/cases/{case.pk}/"
    assert changed.urgency == "expedited"
    assert changed.received_at == case.received_at
    assert changed.due_at == case.received_at + dt.timedelta(hours=72)


ODD = {
    "reference": ("Old case 1", "Old case 2"),
    "member_reference": ("Old member", "Another member"),
    "date_of_service": ("2020-01-20", "2020-01-21"),
    "procedure_codes": ("768", "769"),
    "diagnosis_codes": ("QQ", "QX"),
}
"""What the form takes no longer, as it was saved once and as it is typed anew."""


@pytest.mark.parametrize("name", ODD)
def test_what_was_saved_stays_allowed_until_it_is_changed(world, name):
    saved, anew = ODD[name]
    value = [saved] if name.endswith("codes") else saved
    case = world.draft()
    Case.objects.filter(pk=case.pk).update(birth_date="2019-12-01", **{name: value})
    client, case = world.client(world.intake), fresh(case)
    address = f"/cases/{case.pk}/request/"
    refused = client.post(address, typed_from(case, **{name: anew}))
    assert set(errors(refused)) == {name}
    assert f'value="{anew}"' in text_of(refused)

    kept = client.post(address, typed_from(case, notes="Changed alone."))

    assert kept.status_code == 302
    assert (fresh(case).notes, getattr(fresh(case), name)) == ("Changed alone.", getattr(case, name))


def test_what_was_confirmed_stays_confirmed_while_something_else_is_mended(world):
    client = world.client(world.intake)
    client.post(NEW, typed(world))
    form = typed(world, procedure_codes="76800 768")
    form["codes_ok"] = confirmation(client.post(NEW, form), "codes_ok")
    said = confirmation(client.post(NEW, form))
    asked = client.post(NEW, {**form, "duplicate_ok": said, "birth_date": ""})

    assert set(errors(asked)) == {"birth_date"}
    kept = {name: asked.context["form"][name].value() for name in ("duplicate_ok", "codes_ok")}
    assert client.post(NEW, {**form, **kept}).status_code == 302


def test_what_was_confirmed_of_some_duplicates_says_nothing_of_others(world):
    client = world.client(world.intake)
    for member in ("MADE-UP-1", "MADE-UP-2"):
        client.post(NEW, typed(world, member_reference=member))
    first = Case.objects.get(member_reference="MADE-UP-1")
    form = typed(world)
    said = confirmation(client.post(NEW, form))
    asked = client.post(NEW, {**form, "member_reference": "MADE-UP-2", "duplicate_ok": said})

    assert asked.status_code == 422
    assert first.reference not in text_of(asked)
    assert confirmation(asked) != said
    assert not re.search(r"duplicate_ok[^>]*checked", text_of(asked))
    assert Case.objects.count() == 2


def test_a_change_that_changes_nothing_is_no_change(world):
    case = world.draft()
    world.client(world.intake).post(f"/cases/{case.pk}/request/", typed_from(case))

    assert fresh(case).revision == case.revision
    assert not Event.objects.filter(action="request_changed").exists()


def test_of_two_changes_the_second_sees_both_and_keeps_one_by_a_button(world):
    case = world.draft()
    address = f"/cases/{case.pk}/request/"
    mine = typed_from(case, ordering_clinician="Dr. Mine (made up)", notes="Mine.")
    theirs = request_for(case.plan, member_reference=case.member_reference, ordering_clinician="Dr. Theirs")
    intake.change_request(world.reviewer, case.pk, sent(case), theirs)
    client = world.client(world.intake)
    response = client.post(address, mine)

    assert response.status_code == 409
    assert "Dr. Theirs" in text_of(response)
    assert "Dr. Mine (made up)" in text_of(response)
    assert "Reviewer (made up) changed the request" in text_of(response)
    assert fresh(case).ordering_clinician == "Dr. Theirs"

    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text_of(response)))
    again.pop("csrfmiddlewaretoken", None)
    assert client.post(address, again).status_code == 302
    assert fresh(case).ordering_clinician == "Dr. Mine (made up)"
    assert fresh(case).notes == "Mine."


def test_codes_that_were_kept_stay_kept_in_a_conflict(world):
    case, client = world.draft(), world.client(world.intake)
    address = f"/cases/{case.pk}/request/"
    mine = typed_from(case, procedure_codes="76800 768")
    mine["codes_ok"] = confirmation(client.post(address, mine), "codes_ok")
    intake.change_request(world.reviewer, case.pk, sent(case), request_for(case.plan, notes="Theirs."))
    response = client.post(address, mine)

    assert response.status_code == 409
    again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text_of(response)))
    assert client.post(address, again).status_code == 302
    assert fresh(case).procedure_codes == ["76800", "768"]


def test_a_request_that_went_to_review_while_it_was_typed_keeps_what_was_typed(world):
    case = world.draft()
    form = typed_from(case, notes="A long note.")
    intake.submit(world.reviewer, case.pk, sent(case))
    response = world.client(world.intake).post(f"/cases/{case.pk}/request/", form)

    assert response.status_code == 403
    assert "A long note." in text_of(response)
    assert "After intake" in text_of(response)
    assert "Made-up note of the intake." not in text_of(response)


def test_after_intake_only_whoever_has_the_case_changes_its_request(world):
    case = world.in_review(world.reviewer)
    address = f"/cases/{case.pk}/request/"

    assert world.client(world.reviewer).get(address).status_code == 200
    assert world.client(world.reviewer_2).get(address).status_code == 403
    assert world.client(world.intake).get(address).status_code == 403
    assert world.client(world.other_reviewer).get(address).status_code == 404
    assert world.client(world.reviewer).get("/cases/AAAAAAAAAAAAAAAAAAAAAA/request/").status_code == 404


def test_the_time_of_receipt_begins_with_now(world, clock):
    form = world.client(world.intake).get(NEW).context["form"]

    assert form["received_at"].value() == "2026-11-21 12:00"
    assert services.today() == clock.date()


# Save and send to review


def moves_of(case):
    """What the log tells of a case being made, changed and sent."""
    told = Event.objects.filter(case=case.pk, action__in=("case_created", "request_changed", "state_changed"))
    return list(told.order_by("seq").values_list("action", flat=True))


def test_a_request_is_saved_and_sent_to_review_with_one_button_once_however_often_it_is_pressed(world):
    client, form = world.client(world.intake), typed(world, send="on")
    assert 'name="send"' in text_of(client.get(NEW))
    first, again = client.post(NEW, form), client.post(NEW, form)

    case = Case.objects.get()
    assert first.url == again.url == f"/cases/{case.pk}/"
    assert case.state == "in_review"
    assert case.edition_at_start
    assert moves_of(case) == ["case_created", "state_changed"]
    assert not Event.objects.filter(action="refused").exists()


def test_a_request_that_is_sent_to_review_as_it_is_saved_says_so(world):
    client = world.client(world.intake)
    told = "The request is sent to review."
    assert told in text_of(client.get(client.post(NEW, typed(world, send="on")).url))

    saved = client.post(NEW, typed(world, member_reference="MADE-UP-2"))
    assert told not in text_of(client.get(saved.url))
    case = fresh(saved.url.split("/")[2])
    changed = typed_from(case, notes="Another note.", send="on")
    again = [client.post(f"/cases/{case.pk}/request/", changed) for _ in range(2)]
    assert told in text_of(client.get(again[1].url))


def test_without_that_button_a_request_stays_a_draft(world):
    world.client(world.intake).post(NEW, typed(world))

    assert Case.objects.get().state == "draft"


def test_a_draft_that_was_gone_back_to_is_sent_and_not_made_again(world):
    client, form = world.client(world.intake), typed(world)
    client.post(NEW, form)
    client.post(NEW, {**form, "send": "on"})

    case = Case.objects.get()
    assert (case.state, moves_of(case)) == ("in_review", ["case_created", "state_changed"])


def test_a_duplicate_is_pointed_out_before_anything_is_sent_and_the_button_stays(world):
    other = world.draft(member_reference="MADE-UP-1")
    client, form = world.client(world.intake), typed(world, send="on")
    asked = client.post(NEW, form)
    assert asked.status_code == 422
    assert other.reference in text_of(asked)
    assert 'name="send"' in text_of(asked)
    assert Case.objects.count() == 1

    client.post(NEW, {**form, "duplicate_ok": confirmation(asked)})
    assert Case.objects.exclude(pk=other.pk).get().state == "in_review"


def test_with_an_error_nothing_is_sent_and_nothing_typed_is_lost(world):
    form = typed(world, send="on", birth_date="soon", notes="A long note.")
    response = world.client(world.intake).post(NEW, form)

    assert response.status_code == 422
    assert errors(response).keys() == {"birth_date"}
    assert "A long note." in text_of(response)
    assert "soon" in text_of(response)
    assert not Case.objects.exists()


def test_a_draft_is_changed_and_sent_with_one_button_once(world):
    case, client = world.draft(), world.client(world.intake)
    assert 'name="send"' in text_of(client.get(f"/cases/{case.pk}/request/"))
    form = typed_from(case, notes="Another note.", send="on")
    first, again = (client.post(f"/cases/{case.pk}/request/", form) for _ in range(2))

    assert first.url == again.url == f"/cases/{case.pk}/"
    assert (fresh(case).state, fresh(case).notes) == ("in_review", "Another note.")
    assert moves_of(case) == ["case_created", "request_changed", "state_changed"]


def test_a_draft_that_somebody_else_changed_is_not_sent(world):
    case, client = world.draft(), world.client(world.intake)
    form = typed_from(case, notes="Mine.", send="on")
    intake.change_request(world.intake, case.pk, sent(case), request_for(world.plan, notes="Theirs."))
    response = client.post(f"/cases/{case.pk}/request/", form)

    assert response.status_code == 409
    assert (fresh(case).state, fresh(case).notes) == ("draft", "Theirs.")
    assert "Mine." in text_of(response)


def test_a_request_that_is_in_review_is_saved_alone(world):
    case = world.in_review(world.reviewer)
    page = text_of(world.client(world.reviewer).get(f"/cases/{case.pk}/request/"))

    assert "Save the request" in page
    assert 'name="send"' not in page


def test_enter_does_what_the_filled_button_says(world):
    """It presses the first button of a form, also where a day is offered above."""
    client, case = world.client(world.intake), world.in_review(world.reviewer)
    asked = client.post(NEW, typed(world, birth_date="1/2/2026"))
    for page in (client.get(NEW), asked, world.client(world.reviewer).get(f"/cases/{case.pk}/request/")):
        form = text_of(page).split('class="request-form"')[1]
        first, *others = re.findall(r"<button([^>]*)>([^<]*)<", form)
        filled = next(each for each in others if "btn-primary" in each[0])
        assert first[1] == filled[1]
        assert ('name="send"' in first[0]) is ('name="send"' in filled[0])
        assert "hidden" in first[0]


def test_the_choices_of_a_request_look_like_those_of_the_questionnaire(world):
    page = text_of(world.client(world.intake).get(NEW))

    urgency = re.findall(r'<input type="radio"[^>]*name="urgency"[^>]*>', page)
    assert len(urgency) == 2
    assert all('class="form-check-input"' in choice and 'id="' in choice for choice in urgency)


LIMITS = {"notes": 5000, "diagnosis_codes": 400, "ordering_clinician": 150, "member_reference": 40}


@pytest.mark.parametrize("field", LIMITS)
def test_what_is_too_long_is_named_and_kept_and_never_cut_off_by_the_browser(world, field):
    client, pasted = world.client(world.intake), "x" * (LIMITS[field] + 1)
    assert "maxlength" not in text_of(client.get(NEW))
    response = client.post(NEW, typed(world, **{field: pasted}))

    assert f"at most {LIMITS[field]} characters" in errors(response)[field]
    assert pasted in text_of(response)
    assert "maxlength" not in text_of(response)


@pytest.mark.parametrize("page", ["note", "withdraw", "assign"])
def test_no_page_of_a_case_has_a_browser_cut_off_what_is_pasted(world, page):
    case = world.in_review(world.reviewer)

    assert "maxlength" not in text_of(world.client(world.reviewer).get(f"/cases/{case.pk}/{page}/"))
