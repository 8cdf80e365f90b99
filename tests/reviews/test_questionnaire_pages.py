"""The questionnaire of a case: who is given inputs, what is saved and by whom, and where in the record."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from decisions.models import AnswerGiven, Case, Event
from tests.reviews.pages import at
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, fresh, signed

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PAGES = ("go", "worksheet", "determination", "determination_text", "determination_json")
NOTES = {"stigmata.document": "Clinic note of Jan 12", "stigmata.page": "3"}


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def page_of(client, address):
    """What a page says of itself, as its form sends it."""
    shown = client.get(address)
    assert shown.status_code == 200, address
    names = ("page", "revision", "seen")
    return {name: hidden(shown, name) for name in names}


def ask(client, case, fact, **typed):
    address = at("question", case, fact)
    return client.post(address, {**page_of(client, address), **named(typed)})


def fill(client, case, typed, htmx=False, page=None, **more):
    address = at("worksheet", case)
    facts = sorted({name.partition(".")[0] for name in typed})
    data = {**(page or page_of(client, address)), "on_page": facts, **typed, **more}
    return client.post(address, data, headers=HTMX if htmx else {})


def named(typed):
    """A name with a double underscore stands for one with a dot."""
    return {name.replace("__", "."): value for name, value in typed.items()}


def given(case):
    return list(AnswerGiven.objects.filter(case=case).order_by("pk"))


def actions(case):
    return list(Event.objects.filter(case=case.pk).order_by("seq").values_list("action", flat=True))


# Every outcome, without JavaScript


TYPED = {
    "dimple_diameter_mm": "3 mm",
    "dimple_distance_cm": "1,5",
    "dimple_base_visible": "yes",
    ":unknown": ":not-documented",
}


def typed(fact, answers):
    value = answers.get(fact, ":not-documented")
    return TYPED.get(fact, value) if fact in answers else value


def answer_all(client, case, answers):
    """Follow the questions to their end, one page after the other."""
    address = client.get(at("go", case)).url
    for _ in range(30):
        if address == at("determination", case):
            return client.get(address)
        fact = address.rstrip("/").rpartition("/")[2]
        inputs = {fact: typed(fact, answers)}
        if typed(fact, answers) == ":not-documented" and fact in ("dimple_diameter_mm", "dimple_distance_cm"):
            inputs = {f"{fact}.not": ":not-documented"}
        response = client.post(address, {**page_of(client, address), **inputs})
        assert response.status_code == 302, (fact, words(response))
        address = response.url
    raise AssertionError("the questions do not end")


@pytest.mark.parametrize(
    ("answers", "outcome", "offered"),
    [
        (MET, "criteria_met", "Sign a decision"),
        (NOT_MET, "criteria_not_met", "Refer to a physician"),
        ({**INCOMPLETE}, "more_information", "Ask for information"),
    ],
    ids=["met", "not met", "incomplete"],
)
def test_the_questions_lead_to_each_outcome_and_to_what_is_done_next(world, answers, outcome, offered):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)

    page = answer_all(client, case, answers)

    assert client.get(at("determination_json", case)).json()["outcome"] == outcome
    assert offered in words(page)
    assert {row.given_by for row in given(case)} == {world.reviewer}


def test_the_age_is_worked_out_and_never_asked(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)

    for name in ("worksheet", "determination"):
        shown = client.get(at(name, case))
        assert "Age: under 1 month · Date of service: 2026-01-20" in words(shown)
        assert 'name="age_months"' not in shown.content.decode()
    assert client.get(at("question", case, "age_months")).url == at("request", case)
    assert client.get(at("question", case, "no_such_fact")).status_code == 404


def test_a_fact_of_the_request_that_is_sent_all_the_same_is_not_saved(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)

    fill(client, case, {"age_months": "9", "setting": "inpatient"})

    assert fresh(case).answers == {"setting": "inpatient"}


# Who may


@pytest.mark.parametrize("name", PAGES)
def test_intake_sees_no_answer(world, name):
    case = world.in_review(world.reviewer, MET)

    response = world.client(world.intake).get(at(name, case))

    assert response.status_code == 403
    for clinical in ("Inpatient", "stigmata", "medically necessary", "Tail", "dimple"):
        assert clinical.lower() not in words(response).lower()


@pytest.mark.parametrize("name", PAGES)
def test_another_teams_case_is_not_there(world, name):
    case = world.of_other_team("in_review")

    assert world.client(world.reviewer).get(at(name, case)).status_code == 404


@pytest.mark.parametrize("who", ["reviewer_2", "physician", "auditor"])
@pytest.mark.parametrize("name", ["worksheet", "go", "question"])
def test_who_does_not_have_the_case_reads_the_determination_and_is_told_why(world, who, name):
    case = world.in_review(world.reviewer, MET)
    client = world.client(getattr(world, who))
    address = at(name, case, *(["setting"] if name == "question" else []))

    response = client.get(address, follow=True)

    assert response.redirect_chain == [(at("determination", case), 302)]
    assert "The answers are here to be read." in words(response)
    assert "Inpatient" in words(response)
    assert "Sign a decision" not in words(response)


def test_who_sends_an_answer_without_having_the_case_loses_nothing_and_changes_nothing(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer_2)
    page = {"page": "another", "revision": case.revision}

    guided = client.post(at("question", case, "setting"), {**page, "setting": "outpatient"})
    sheet = fill(client, case, {"setting": "outpatient"}, page=page)
    part = fill(client, case, {"setting": "outpatient"}, page=page, htmx=True)

    for response in (guided, sheet, part):
        assert response.status_code == 403
        assert "Outpatient" in words(response)
    assert part.headers["HX-Retarget"] == "#conflict"
    assert fresh(case).answers == MET
    assert actions(case).count("refused") == 3


def test_a_case_that_was_decided_meanwhile_takes_no_answer_and_shows_what_was_typed(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    page = page_of(client, at("worksheet", case))
    signed(world.reviewer, case, "approved")

    guided = client.post(at("question", case, "setting"), {**page, "setting": "outpatient"})
    sheet = fill(client, case, {"setting": "outpatient"}, page=page)
    part = fill(client, case, {"setting": "outpatient"}, page=page, htmx=True)

    for response in (guided, sheet, part):
        assert response.status_code == 409
        assert "The case is in the state: decided." in words(response)
        assert "Outpatient" in words(response)
        assert "Save mine" not in words(response)
    assert fresh(case).answers == MET


def test_a_case_nobody_has_says_that_it_has_to_be_taken(world):
    case = world.in_review()

    response = world.client(world.reviewer).get(at("go", case), follow=True)

    assert "take the case first" in words(response)


# What is recorded


def test_each_page_is_recorded_as_what_it_is(world):
    case = world.in_review(world.reviewer, MET)
    client = world.client(world.reviewer)
    before = len(actions(case))

    client.get(at("question", case, "setting"))
    for name in PAGES[1:]:
        client.get(at(name, case))

    assert actions(case)[before:] == [
        "questionnaire_viewed",
        "questionnaire_viewed",
        "determination_viewed",
        "exported",
        "exported",
    ]


def test_no_value_of_a_patient_is_in_the_log(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    fill(client, case, {"stigmata": ["tail"], "dimple_distance_cm": "2.375", **NOTES})

    log = " ".join(Event.objects.values_list("details", flat=True))

    for value in ("tail", "2.375", "Clinic note"):
        assert value not in log


# Autosave


def test_an_update_is_saved_and_says_who_answered(world):
    case = world.in_review(world.reviewer, INCOMPLETE)

    response = fill(world.client(world.reviewer), case, {"dimple_diameter_mm": "4"}, htmx=True)

    assert response.status_code == 200
    assert fresh(case).answers["dimple_diameter_mm"] == "4"
    assert re.search(
        r'id="b-dimple_diameter_mm" data-hx-swap-oob="true">Reviewer \(made up\), ', response.content.decode()
    )


def test_what_is_being_typed_is_shown_and_saved_once_it_is_done(world):
    case = world.in_review(world.reviewer, INCOMPLETE)
    client = world.client(world.reviewer)
    page = page_of(client, at("worksheet", case))

    shown = fill(client, case, {"dimple_distance_cm": "3"}, htmx=True, page=page, typing="dimple_distance_cm")
    assert "Medically necessary" in words(shown)
    assert fresh(case).answers == INCOMPLETE

    fill(client, case, {"dimple_distance_cm": "3.2"}, htmx=True, page=page)
    assert [row.value for row in given(case) if row.fact == "dimple_distance_cm"] == ["3.2"]


def test_a_page_saves_again_and_again(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    page = page_of(client, at("worksheet", case))

    for setting in ("outpatient", "inpatient", "outpatient"):
        update = fill(client, case, {"setting": setting}, htmx=True, page=page)
        assert update.status_code == 200
        page["seen"] = hidden(update, "seen")

    assert [row.value for row in given(case)] == ["outpatient", "inpatient", "outpatient"]


def test_the_same_form_sent_twice_saves_once(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    address = at("question", case, "setting")
    data = {**page_of(client, address), "setting": "inpatient"}

    first, second = client.post(address, data), client.post(address, data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert len(given(case)) == 1


def test_a_person_goes_on_at_another_machine(world):
    case = world.in_review(world.reviewer)
    at_work, at_home = world.client(world.reviewer), world.client(world.reviewer)
    ask(at_work, case, "setting", setting="inpatient")

    shown = at_home.get(at("worksheet", case))
    assert re.search(r'value="inpatient"[^>]* checked', shown.content.decode())
    assert at_home.get(at("go", case)).url == at_work.get(at("go", case)).url
    ask(at_home, case, "reasons", reasons="lumbosacral_stigmata")

    assert fresh(case).answers == {"setting": "inpatient", "reasons": ["lumbosacral_stigmata"]}


# Where in the record


PAPERS = ["Clinic note <1>.pdf", "Fax 2.pdf"]


def papers_of(response, fact):
    """The papers that can be chosen for an answer, and the one that is."""
    choice = rf'name="{fact}.paper" value="([^"]*)" id="[^"]*"( checked)?><label[^>]*>([^<]*)<'
    offered = re.findall(choice, response.content.decode())
    return [unescape(words) for *_, words in offered], "".join(
        unescape(v) for v, chosen, _ in offered if chosen
    )


def test_the_papers_of_the_request_are_choices_and_another_one_is_a_text(world):
    case = world.in_review(world.reviewer, attachments=PAPERS)
    client = world.client(world.reviewer)
    offered, chosen = papers_of(client.get(at("question", case, "setting")), "setting")
    assert (offered, chosen) == (["Not said", *PAPERS, "Another paper"], "")

    chosen = {"setting__paper": PAPERS[0], "setting__document": "left over", "setting__page": "2"}
    ask(client, case, "setting", setting="outpatient", **chosen)
    another = {
        "stigmata__paper": ":another",
        "stigmata__document": "Letter of Mother",
        "stigmata__page": "",
    }
    ask(client, case, "stigmata", stigmata="tail", **another)

    assert [(row.document, row.page) for row in given(case)] == [
        (PAPERS[0], "2"),
        ("Letter of Mother", ""),
    ]
    saved = client.get(at("question", case, "stigmata"))
    assert papers_of(saved, "stigmata")[1] == ":another"
    assert 'name="stigmata.document" value="Letter of Mother"' in saved.content.decode()


def test_without_papers_where_an_answer_stands_is_a_text(world):
    case = world.in_review(world.reviewer, attachments=[])
    page = world.client(world.reviewer).get(at("question", case, "setting")).content.decode()

    assert "setting.paper" not in page
    assert 'for="i-setting-document">Document<' in page


def test_the_last_paper_stays_chosen_for_what_is_not_answered_yet_and_for_that_alone(world):
    case = world.in_review(world.reviewer, {**INCOMPLETE}, attachments=PAPERS)
    client = world.client(world.reviewer)
    fact = "dimple_diameter_mm"
    ask(
        client,
        case,
        fact,
        **{fact: "4", f"{fact}__paper": PAPERS[1], f"{fact}__document": "", f"{fact}__page": "3"},
    )

    next_one = client.get(at("question", case, "dimple_distance_cm"))
    assert papers_of(next_one, "dimple_distance_cm")[1] == PAPERS[1]
    assert f"{PAPERS[1]}, as before" in words(next_one)
    assert 'name="dimple_distance_cm.page" value=""' in next_one.content.decode()
    assert papers_of(client.get(at("question", case, "setting")), "setting")[1] == ""
    assert papers_of(client.get(at("worksheet", case)), "dimple_distance_cm")[1] == PAPERS[1]

    ask(client, case, fact, **{fact: "5", f"{fact}__paper": "", f"{fact}__document": ""})
    assert papers_of(client.get(at("question", case, "dimple_distance_cm")), "dimple_distance_cm")[1] == ""


def test_the_paper_of_somebody_else_is_not_chosen(world):
    case = world.in_review(world.reviewer, attachments=PAPERS)
    ask(
        world.client(world.reviewer),
        case,
        "setting",
        setting="outpatient",
        setting__paper=PAPERS[0],
        setting__document="",
    )
    Case.objects.filter(pk=case.pk).update(assignee=world.reviewer_2)

    page = world.client(world.reviewer_2).get(at("question", case, "stigmata"))
    assert papers_of(page, "stigmata")[1] == ""


def test_a_paper_that_is_chosen_before_the_answer_keeps_nothing_by_itself(world):
    case = world.in_review(world.reviewer, {**INCOMPLETE}, attachments=PAPERS)
    client = world.client(world.reviewer)
    fill(
        client, case, {**INCOMPLETE, "dimple_distance_cm.paper": PAPERS[0], "dimple_distance_cm.document": ""}
    )

    assert "dimple_distance_cm" not in fresh(case).answers
    assert not case.answers_given.filter(document=PAPERS[0]).exists()


def test_where_an_answer_stands_is_saved_changed_and_kept_in_the_history(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    ask(client, case, "stigmata", stigmata="tail", **{k.replace(".", "__"): v for k, v in NOTES.items()})
    ask(
        client,
        case,
        "stigmata",
        stigmata="tail",
        stigmata__document="Clinic note of Jan 12",
        stigmata__page="4",
    )
    shown = client.get(at("question", case, "stigmata"))

    assert [(row.document, row.page) for row in given(case)] == [
        ("Clinic note of Jan 12", "3"),
        ("Clinic note of Jan 12", "4"),
    ]
    assert "Clinic note of Jan 12, page 4 · Reviewer (made up)," in words(shown)
    assert 'value="Clinic note of Jan 12"' in shown.content.decode()
    assert "data-beside open>" in shown.content.decode()
    assert "data-beside>" in client.get(at("worksheet", case)).content.decode()


def test_an_answer_without_the_inputs_keeps_where_it_stands(world):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    fill(client, case, {"stigmata": ["tail"], **NOTES})

    fill(client, case, {"stigmata": ["tail", "sacral_dimple"]})

    assert (given(case)[-1].document, given(case)[-1].page) == ("Clinic note of Jan 12", "3")


@pytest.mark.parametrize(
    ("part", "length", "status"),
    [
        ("document", 199, 302),
        ("document", 200, 302),
        ("document", 201, 422),
        ("page", 19, 302),
        ("page", 20, 302),
        ("page", 21, 422),
    ],
)
def test_where_an_answer_stands_has_a_length(world, part, length, status):
    case = world.in_review(world.reviewer)
    client = world.client(world.reviewer)
    text = "x" * length

    guided = ask(
        client,
        case,
        "stigmata",
        stigmata="tail",
        **{f"stigmata__{part}": text, "stigmata__document": text if part == "document" else "Note"},
    )
    sheet = fill(client, case, {"stigmata": "tail", "stigmata.document": "Note", f"stigmata.{part}": text})

    assert (guided.status_code, sheet.status_code) == (status, status)
    if status == 422:
        limit = {"document": 200, "page": 20}[part]
        for response in (guided, sheet):
            assert f"The {part} has {length} characters; allowed: up to {limit}." in words(response)
            html = response.content.decode()
            assert f'href="#i-stigmata-{part}"' in html
            assert f'value="{text}"' in html
            assert "data-beside open" in html


@pytest.mark.parametrize(
    ("paper", "page", "status"),
    [
        ("Chart, pages 2 to 4", "1", 422),
        ("Chart, pages 2 to 4", "2", 302),
        ("Chart, pages 2 to 4", "4", 302),
        ("Chart, pages 2 to 4", "5", 422),
        ("Chart, pages 2-4", "22", 422),
        ("Chart, Pages 2 \u2013 4", "3, 5", 422),
        ("Chart, pages 2 to 4", "3-4", 302),
        ("Chart, pages 2 to 4", "back of 5", 302),
        ("Chart, pages 2 to 4", "", 302),
        ("Chart, 4 pages", "22", 302),
        ("Chart, pages 4 to 2", "22", 302),
        ("Chart, pages 1 to 2 and pages 5 to 6", "22", 302),
    ],
)
def test_a_page_that_a_paper_says_it_has_not_is_refused(world, paper, page, status):
    case = world.in_review(world.reviewer)
    where = {"stigmata.paper": paper, "stigmata.document": "", "stigmata.page": page}
    client = world.client(world.reviewer)

    guided = ask(
        client, case, "stigmata", stigmata="tail", **{k.replace(".", "__"): v for k, v in where.items()}
    )
    sheet = fill(client, case, {"stigmata": "tail", **where})

    assert (guided.status_code, sheet.status_code) == (status, status)
    if status == 422:
        for response in (guided, sheet):
            assert f"Page {page} is not in this paper: it has pages 2 to 4." in words(response)
            assert 'href="#i-stigmata-page"' in response.content.decode()


@pytest.mark.parametrize(("typed_", "said"), [("abc", "is not a number"), ("13", "Is it really")])
def test_a_value_that_has_to_be_looked_at_does_not_lose_where_it_stands(world, typed_, said):
    case = world.in_review(world.reviewer, INCOMPLETE)
    client = world.client(world.reviewer)
    where = {"dimple_distance_cm.document": "Ultrasound report", "dimple_distance_cm.page": "2"}

    guided = ask(
        client,
        case,
        "dimple_distance_cm",
        dimple_distance_cm=typed_,
        **{k.replace(".", "__"): v for k, v in where.items()},
    )
    sheet = fill(client, case, {"dimple_distance_cm": typed_, **where})

    for response in (guided, sheet):
        assert response.status_code == 422
        assert said in words(response)
        assert 'value="Ultrasound report"' in response.content.decode()
        assert "data-beside open" in response.content.decode()


def test_what_cannot_be_stored_is_no_fault(world):
    case = world.in_review(world.reviewer)

    response = ask(
        world.client(world.reviewer),
        case,
        "stigmata",
        stigmata="tail",
        stigmata__document="a\x00b\nc",
        stigmata__page=" 3 ",
    )

    assert response.status_code == 302
    assert (given(case)[0].document, given(case)[0].page) == ("a b c", "3")


# What the questions allow no longer, and a policy that is gone


@pytest.mark.parametrize("name", PAGES)
def test_answers_that_are_allowed_no_longer_are_named_and_break_nothing(world, name):
    case = world.in_review(world.reviewer)
    odd = {
        "setting": "on the moon",
        "stigmata": 7,
        "dimple_base_visible": "yes",
        "gone_fact": True,
        "reasons": ["x"],
    }
    Case.objects.filter(pk=case.pk).update(answers=odd)

    response = world.client(world.reviewer).get(at(name, case))

    assert response.status_code == (302 if name == "go" else 200)
    if name in ("worksheet", "determination"):
        assert "counts as not answered: " in words(response)
        assert "gone_fact" in words(response)


@pytest.mark.parametrize("name", PAGES)
def test_a_policy_that_is_gone_is_said_plainly(world, name):
    case = world.in_review(world.reviewer, MET)
    Case.objects.filter(pk=case.pk).update(policy="no-such-policy")

    response = world.client(world.reviewer).get(at(name, case))

    assert response.status_code == 409
    assert "The policy is not at hand" in words(response)


@pytest.mark.parametrize("notes", ["Dimple of 7 mm, seen at birth (made up).", ""])
def test_the_notes_of_the_request_stand_with_each_question(world, notes):
    case = world.in_review(world.reviewer, INCOMPLETE, notes=notes)
    page = words(world.client(world.reviewer).get(at("question", case, "dimple_diameter_mm")))

    assert (f"Notes: {notes}" in page) == bool(notes)


def test_a_request_without_day_and_codes_is_answered_as_well(world):
    case = world.in_review(world.reviewer, MET, date_of_service=None, procedure_codes=[], diagnosis_codes=[])
    client = world.client(world.reviewer)

    assert client.get(at("worksheet", case)).status_code == 200
    assert client.get(at("determination", case)).status_code == 200
    assert client.get(at("go", case)).url == at("determination", case)


def test_a_reader_is_led_to_the_case_and_not_to_a_form_that_is_closed(world):
    case = world.in_review(world.reviewer, MET)

    shown = world.client(world.auditor).get(at("determination", case))

    assert f'href="{at("request", case)}"' not in shown.content.decode()
    assert "See the request" in words(shown)


def test_a_physician_is_offered_to_sign_what_a_reviewer_is_to_refer(world):
    reviewed = world.in_review(world.reviewer, NOT_MET)
    mine = world.client(world.reviewer).get(at("determination", reviewed))
    referred = world.in_physician_review(world.physician)
    theirs = world.client(world.physician).get(at("determination", referred))

    assert "Sign a decision" not in words(mine)
    assert "Refer to a physician" in words(mine)
    assert "Sign a decision" in words(theirs)
    assert "Refer to a physician" not in words(theirs)


def test_an_appeal_is_decided_from_its_determination(world):
    case = world.appealed(world.appeal_physician)

    shown = world.client(world.appeal_physician).get(at("determination", case))

    assert f'href="{at("decide_appeal", case)}"' in shown.content.decode()


# What a page costs the database


def test_the_pages_ask_the_database_little(world):
    case = world.in_review(world.reviewer, {**NOT_MET})
    client = world.client(world.reviewer)
    page = page_of(client, at("worksheet", case))
    asked = {}
    for name in ("worksheet", "determination"):
        with CaptureQueriesContext(connection) as queries:
            client.get(at(name, case))
        asked[name] = len(queries)
    with CaptureQueriesContext(connection) as queries:
        fill(client, case, {"dimple_diameter_mm": "4"}, htmx=True, page=page)
    asked["update"] = len(queries)

    # session, person, roles, case, who answered; two for the counts in the head; the event and its
    # savepoint are five more
    assert asked["determination"] <= 11
    assert asked["worksheet"] <= 12
    assert asked["update"] <= 17


@pytest.mark.parametrize("who", ["reviewer_2", "physician", "auditor"])
@pytest.mark.parametrize(
    ("answers", "words_"), [(INCOMPLETE, "Continue the questions"), (MET, "May be added")]
)
def test_only_whoever_has_the_case_is_led_on_to_its_questions(world, who, answers, words_):
    case = world.in_review(world.reviewer, answers)

    assert words_ in words(world.client(world.reviewer).get(at("determination", case)))
    seen = world.client(getattr(world, who)).get(at("determination", case))
    assert seen.status_code == 200
    assert words_ not in words(seen)
    assert at("go", case) not in seen.content.decode()


# What no option names, and what was typed


def test_what_no_option_names_is_written_down_on_the_page_and_kept_with_the_case(world):
    case, client = world.in_review(world.reviewer), world.client(world.reviewer)
    page = page_of(client, at("worksheet", case))
    assert 'name="stigmata.other"' not in client.get(at("worksheet", case)).content.decode()

    sent = {"reasons": "lumbosacral_stigmata", "stigmata": "other", "stigmata.other": "a made-up mark"}
    fill(client, case, sent, page=page)

    assert fresh(case).answers["stigmata"] == ["other"]
    assert fresh(case).other_words == {"stigmata": "a made-up mark"}
    shown = client.get(at("worksheet", case)).content.decode()
    assert 'name="stigmata.other" value="a made-up mark"' in shown


def test_what_was_typed_is_kept_with_the_case_and_shown_at_the_question(world):
    case, client = world.in_review(world.reviewer, INCOMPLETE), world.client(world.reviewer)

    fill(client, case, {"dimple_distance_cm": "within 2.5 cm"}, page=page_of(client, at("worksheet", case)))

    assert fresh(case).answers["dimple_distance_cm"] == {"at_most": "2.5"}
    assert fresh(case).typed == {"dimple_distance_cm": "within 2.5 cm"}
    assert "Typed: “within 2.5 cm”." in words(client.get(at("question", case, "dimple_distance_cm")))
