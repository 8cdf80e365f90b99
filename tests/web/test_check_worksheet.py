"""The worksheet: every question on one page, saved as it is filled in, with htmx and without."""

import json
import re

import pytest

from decisions.services import library
from tests.reviews.world import undone
from tests.web.check_helpers import (
    HTMX,
    NOT_DOCUMENTED,
    age,
    ask,
    begin,
    error,
    everything_stored,
    fill,
    path,
    saved,
    text,
)
from tests.web.test_check_guided import NONSENSE

pytestmark = pytest.mark.django_db
QUESTIONS = library().topics["spinal_ultrasound"].questions
FACTS = [question.id for question in QUESTIONS]
REQUEST = {
    "setting": "outpatient",
    "age_months": "1",
    "age_months.unit": "months",
    "date_of_service": "",
    "reasons": ["lumbosacral_stigmata"],
}
DIMPLE = {
    "stigmata": ["sacral_dimple"],
    "dimple_diameter_mm": "4",
    "dimple_distance_cm": "3.2",
    "dimple_base_visible": "yes",
    "dimple_count": "single",
    "dimple_position": "midline",
}


def on_page(response) -> list[str]:
    """The facts whose fields a page or a part of one holds."""
    return re.findall(r'name="on_page" value="(\w+)"', response.content.decode())


def announced(response) -> str:
    return json.loads(response.headers.get("HX-Trigger", '{"announce": ""}'))["announce"]


def sections(response) -> list[str]:
    return re.findall(r'id="g-(\w+)" data-hx-swap-oob="true"', response.content.decode())


@pytest.fixture
def check(client):
    return begin(client, mode="worksheet")


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_filled_in_is_saved_and_shown(client, check, htmx):
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=htmx)

    assert saved(check) == {
        "setting": "outpatient",
        "age_months": 1,
        "reasons": ["lumbosacral_stigmata"],
        "stigmata": ["sacral_dimple"],
        "dimple_diameter_mm": "4",
        "dimple_distance_cm": "3.2",
        "dimple_base_visible": True,
        "dimple_count": "single",
        "dimple_position": "midline",
    }
    shown = client.get(path(check, "worksheet/"))
    assert "Medically necessary" in text(shown)
    assert 'value="3.2"' in shown.content.decode()


def test_without_javascript_an_update_leads_back_to_the_worksheet(client, check):
    assert fill(client, check, REQUEST).headers["Location"] == path(check, "worksheet/")


def test_show_the_determination_leads_there(client, check):
    assert fill(client, check, REQUEST, go="determination").headers["Location"] == path(
        check, "determination/"
    )


def test_show_the_determination_stays_where_something_is_wrong(client, check):
    response = fill(client, check, {**REQUEST, "age_months": "abc"}, go="determination")

    assert response.status_code == 422
    assert '<div class="error-summary" role="alert"' in response.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_wrong_field_says_so_and_the_others_are_saved(client, check, htmx):
    response = fill(client, check, {**REQUEST, "age_months": "abc"}, htmx=htmx)

    assert "“abc” is not an age" in error(response)
    assert saved(check) == {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"]}
    assert response.status_code == (200 if htmx else 422)


def test_without_javascript_what_was_typed_wrongly_is_shown_again(client, check):
    response = fill(client, check, {**REQUEST, "age_months": "abc"})

    assert 'value="abc"' in response.content.decode()


def test_a_wrong_value_takes_the_place_of_a_right_one(client, check):
    """The panel must not go by a number that stands on the page no longer."""
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)
    fill(client, check, {**REQUEST, **DIMPLE, "dimple_distance_cm": "3.2 kg"}, htmx=True)

    assert "dimple_distance_cm" not in saved(check)


def test_what_is_still_being_typed_is_not_complained_of(client, check):
    typed = {**REQUEST, **DIMPLE, "dimple_diameter_mm": "0", "typing": "dimple_diameter_mm"}

    response = fill(client, check, typed, htmx=True)

    assert error(response) == ""
    assert "Diameter" not in announced(response)


def test_a_mended_field_loses_its_message(client, check):
    response = fill(client, check, REQUEST, htmx=True, told=["age_months"])

    message = response.content.decode().partition('id="m-age_months"')[2].partition("</div>")[0]
    assert 'data-hx-swap-oob="true"' in message
    assert "field-error" not in message


def test_a_doubtful_value_is_questioned_at_the_field_and_kept_once_confirmed(client, check):
    typed = {**REQUEST, **DIMPLE, "dimple_diameter_mm": "50"}

    assert error(fill(client, check, typed, htmx=True)) == "Is it really 50 mm?"
    assert "dimple_diameter_mm" not in saved(check)

    fill(client, check, {**typed, "dimple_diameter_mm.sure": "50"}, htmx=True)
    assert saved(check)["dimple_diameter_mm"] == "50"


def test_a_word_among_codes_is_named_at_the_field_and_the_codes_are_saved(client, check):
    fill(client, check, REQUEST, htmx=True)

    typed = {"diagnosis_codes": "Q82.6 (dimple)"}
    response = fill(client, check, typed, htmx=True, also=["procedure_codes"])

    assert "“dimple” is no code and is left out." in text(response)
    assert "“dimple” is no code and is left out." in announced(response)
    assert error(response) == ""
    assert saved(check)["diagnosis_codes"] == ["Q82.6"]


def test_codes_between_bullets_are_codes_and_bring_no_caution(client, check):
    fill(client, check, {**REQUEST, **DIMPLE, "diagnosis_codes": "\u2022 Q82.6 \u2022 Q06.8"})

    assert saved(check)["diagnosis_codes"] == ["Q82.6", "Q06.8"]
    page = text(client.get(path(check, "determination/")))
    assert "Q06.8 Other specified congenital malformations of spinal cord; valid, billable" in page
    assert "A diagnosis code is not a valid" not in page


def test_without_javascript_a_word_among_codes_is_named_once(client, check):
    response = fill(client, check, {"diagnosis_codes": "Q82.6 (dimple)"})

    assert response.status_code == 422
    assert "“dimple” is no code and is left out." in text(response)
    assert 'value="Q82.6"' in response.content.decode()
    assert fill(client, check, {"diagnosis_codes": "Q82.6"}).status_code == 302


def test_nothing_ticked_is_no_answer(client, check):
    fill(client, check, REQUEST, htmx=True)
    fill(client, check, {"setting": "outpatient"}, htmx=True, also=["reasons"])

    assert saved(check) == {"setting": "outpatient", "age_months": 1}


def test_a_field_that_was_not_on_the_page_keeps_its_answer(client, check):
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)
    fill(client, check, {"setting": "inpatient"}, htmx=True)

    assert saved(check)["dimple_distance_cm"] == "3.2"
    assert saved(check)["setting"] == "inpatient"


@pytest.mark.parametrize("fact", FACTS)
def test_not_documented_can_be_given_for_every_question(client, check, fact):
    kind = next(question.kind for question in QUESTIONS if question.id == fact)
    name = f"{fact}.not" if kind in ("decimal", "age", "date", "codes") else fact

    fill(client, check, {name: NOT_DOCUMENTED}, htmx=True)

    assert saved(check) == {fact: None}


# What appears and vanishes


def test_the_worksheet_shows_the_questions_that_are_asked_now(client, check):
    first = on_page(client.get(path(check, "worksheet/")))
    assert "setting" in first
    assert "stigmata" not in first

    fill(client, check, {**REQUEST, **DIMPLE})
    assert {"stigmata", "dimple_distance_cm"} <= set(on_page(client.get(path(check, "worksheet/"))))


def test_an_opened_section_is_sent_and_announced_and_nothing_else_is(client, check):
    response = fill(client, check, REQUEST, htmx=True, also=["contraindications", "prior_ultrasound"])

    assert sections(response) == ["skin", "codes"]  # the codes were not on the page that was sent
    assert "stigmata" in on_page(response)
    assert "setting" not in on_page(response)
    assert "Now asked: Lumbosacral skin findings" in announced(response)


def test_a_closed_section_is_emptied_and_announced(client, check):
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)
    response = fill(client, check, {**REQUEST, **DIMPLE, "stigmata": ["hair_tuft"]}, htmx=True)

    assert "dimple" in sections(response)
    assert re.search(r'id="g-dimple" data-hx-swap-oob="true" hidden>\s*</div>', response.content.decode())
    assert "No longer asked: Diameter, Distance from the anus" in announced(response)


def test_a_section_that_opens_again_has_its_answers(client, check):
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)
    fill(client, check, {**REQUEST, **DIMPLE, "stigmata": ["hair_tuft"]}, htmx=True)

    response = fill(client, check, {**REQUEST, "stigmata": ["sacral_dimple"]}, htmx=True)

    assert 'name="dimple_distance_cm" value="3.2"' in response.content.decode()


def test_a_changed_outcome_is_announced_once(client, check):
    response = fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)
    assert "ASH guideline: Medically necessary" in announced(response)

    shown = dict(re.findall(r'name="(outcomes|details)" value="([^"]*)"', response.content.decode()))
    again = fill(client, check, {**REQUEST, **DIMPLE}, htmx=True, **shown)
    assert "Medically necessary" not in announced(again)
    assert again.headers["HX-Reswap"] == "none"


def test_no_field_in_use_is_made_anew(client, check):
    response = fill(client, check, {**REQUEST, **DIMPLE, "dimple_distance_cm": "3"}, htmx=True, drawn="4|3.2")

    assert 'name="dimple_distance_cm"' not in response.content.decode()
    assert 'id="figure" data-hx-swap-oob="true"' in response.content.decode()


def test_a_figure_that_is_right_is_not_sent_again(client, check):
    response = fill(client, check, {**REQUEST, **DIMPLE}, htmx=True, drawn="4|3.2")

    assert 'id="figure"' not in response.content.decode()


def test_an_update_that_opens_nothing_sends_no_field(client, check):
    sent = {**REQUEST, **DIMPLE}
    fill(client, check, sent, htmx=True)
    page = client.get(path(check, "worksheet/")).text
    there = re.findall(r'name="on_page" value="(\w+)"', page)

    update = fill(client, check, sent, htmx=True, also=there, drawn="4|3.2").text

    assert "panel-outcome" in update
    assert "setting" in there
    assert not set(re.findall(r'name="(\w+)', update)).intersection(["on_page", *there])


def test_a_message_is_announced_when_it_appears_and_not_at_every_update(client, check):
    wrong = {**REQUEST, "age_months": "abc"}

    assert "Age: “abc” is not an age" in announced(fill(client, check, wrong, htmx=True))
    assert "Age" not in announced(fill(client, check, wrong, htmx=True, told=["age_months"]))


def test_the_figure_draws_a_doubtful_measure_that_stands_in_its_field(client, check):
    fill(client, check, {**REQUEST, **DIMPLE}, htmx=True)

    response = fill(
        client, check, {**REQUEST, **DIMPLE, "dimple_diameter_mm": "50"}, htmx=True, drawn="4|3.2"
    )

    assert "The dimple is 50 mm wide" in text(response)
    assert 'name="drawn" value="50|3.2"' in response.content.decode()


def test_on_a_worksheet_the_figure_follows_with_everything_else_and_is_not_asked_for_alone(client, check):
    fill(client, check, {**REQUEST, **DIMPLE})

    assert path(check, "figure/") not in client.get(path(check, "worksheet/")).content.decode()
    assert path(check, "figure/") in client.get(path(check, "q/dimple_distance_cm/")).content.decode()


# The panel


def test_the_panel_names_what_is_missing_and_links_to_it(client, check):
    fill(client, check, {**REQUEST, "stigmata": ["sacral_dimple"]})

    page = client.get(path(check, "worksheet/")).content.decode()
    links = re.findall(r'<a href="#(i-\w+)">', page)
    assert "i-dimple_distance_cm" in links
    for link in links:
        assert f'id="{link}"' in page


def test_the_panel_says_what_of_a_partial_answer_matters(client, check):
    answers = {
        "setting": "outpatient",
        "age_months": 1,
        "reasons": ["lumbosacral_stigmata"],
        "stigmata": ["sacral_dimple"],
        "dimple_diameter_mm": {"at_least": 5, "at_most": 6},
        "dimple_distance_cm": "1",
        "dimple_base_visible": True,
    }
    type(check).objects.filter(pk=check.pk).update(answers=answers)

    panel = text(client.get(path(check, "worksheet/"))).partition("Needs 1 answer")[2]
    assert panel.strip(": ").startswith("Diameter (5 to 6 mm: whether it is over 5 mm matters)")


def test_a_request_out_of_scope_weighs_no_criterion(client, check):
    fill(client, check, {**REQUEST, "reasons": ["extremity_musculoskeletal"]})

    words = text(client.get(path(check, "worksheet/")))
    assert "Out of scope" in words
    assert "not weighed" in words
    assert "not met" not in words


def test_what_is_missing_is_named_in_the_order_of_the_questions(client, check):
    fill(client, check, {**REQUEST, "stigmata": ["sacral_dimple"]})

    panel = client.get(path(check, "worksheet/")).content.decode().partition('id="panel"')[2]
    links = re.findall(r'<a href="#i-(\w+)">', panel)
    assert links[: len(links) // 2] == [fact for fact in FACTS if fact in links]


def test_what_is_missing_behind_a_gate_links_to_the_gate(client, check):
    page = client.get(path(check, "worksheet/")).content.decode()

    assert '<a href="#i-reasons">Distance from the anus</a>' in page


def test_the_panel_shows_every_criterion_of_every_policy_with_its_state_in_words(client, check):
    fill(client, check, {**REQUEST, **DIMPLE})

    page = client.get(path(check, "worksheet/")).content.decode()
    rows = dict(re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', page))
    titles = {c.title for key in check.policies for c in library().editions[key][-1].criteria}
    assert len(rows) == len({c.id for key in check.policies for c in library().editions[key][-1].criteria})
    assert set(rows) <= titles
    assert re.findall(r">([a-z ]+)</span>", rows["Lumbosacral stigmata"]) == ["met", "met"]


def test_the_words_of_one_policy_are_not_used_for_the_other(client):
    check = begin(client, "cigna-cpg-038")
    fill(client, check, {**REQUEST, "reasons": ["spinal_pain"]})

    words = text(client.get(path(check, "worksheet/")))
    assert "Not medically necessary" in words
    assert "unproven" not in words.lower()


def test_the_panel_says_that_a_policy_is_past_its_review_date(client, check):
    assert "Past its next review date (2025-09-15)" in text(client.get(path(check, "worksheet/")))


# Ages


def test_weeks_become_months_and_the_field_says_so(client, check):
    response = fill(client, check, {**REQUEST, "age_months": "7", "age_months.unit": "weeks"}, htmx=True)

    assert "This is 1 completed month." in text(response)
    assert 'name="age_months"' not in response.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_birth_date_becomes_months_and_leaves_the_page(client, check, htmx):
    typed = {**REQUEST, "age_months": "", "age_months.birth": "2026-01-15", "date_of_service": "2026-03-14"}

    response = fill(client, check, typed, htmx=htmx)

    assert saved(check)["age_months"] == 1
    assert "2026-01-15" not in everything_stored()
    page = response if htmx else client.get(path(check, "worksheet/"))
    assert 'name="age_months" value="1"' in page.content.decode()
    assert "2026-01-15" not in page.content.decode()


def test_a_birth_date_that_was_read_leaves_the_page_although_another_field_is_wrong(client, check):
    typed = {**REQUEST, "age_months": "", "age_months.birth": "2026-01-15", "date_of_service": "2026-03-14"}

    response = fill(client, check, {**typed, **DIMPLE, "dimple_diameter_mm": "abc"})

    assert response.status_code == 422
    assert 'name="age_months" value="1"' in response.content.decode()
    assert "2026-01-15" not in response.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_a_changed_date_of_service_asks_for_the_age_again(client, check, htmx):
    typed = {**REQUEST, "age_months": "", "age_months.birth": "2026-01-15", "date_of_service": "2026-03-14"}
    fill(client, check, typed, htmx=True)

    response = fill(client, check, {**REQUEST, "date_of_service": "2026-04-14"}, htmx=htmx)

    assert "age_months" not in saved(check)
    page = response if htmx else client.get(path(check, "worksheet/"))
    assert "The date of service was changed. Give the age, or the birth date, again." in text(page)
    assert 'name="age_months" value=""' in page.content.decode()


# Windows out of date


def test_a_worksheet_does_not_undo_what_another_window_saved(client, check):
    stale = {"page": "one", "revision": 0}
    fill(client, check, {"setting": "inpatient"}, page="two", revision=0)

    response = fill(client, check, {"setting": "outpatient"}, **stale)

    assert response.status_code == 409
    assert saved(check) == {"setting": "inpatient"}
    assert "changed in another window" in text(response)


def test_a_worksheet_in_the_browser_is_told_of_another_window(client, check):
    ask(client, check, "setting", setting="inpatient")

    response = fill(client, check, {"setting": "outpatient"}, htmx=True, page="one", revision=0)

    assert response.headers["HX-Retarget"] == "#conflict"
    assert "changed in another window" in text(response)
    assert saved(check) == {"setting": "inpatient"}


def test_a_worksheet_goes_on_after_its_own_changes(client, check):
    for setting in ("inpatient", "outpatient", "inpatient"):
        fill(client, check, {"setting": setting}, htmx=True, page="one", revision=0)

    assert saved(check) == {"setting": "inpatient"}


def test_an_update_of_a_check_that_is_over_loads_the_page_anew(client, check):
    age(check, hours=12)

    assert fill(client, check, REQUEST, htmx=True).headers["HX-Refresh"] == "true"
    assert fill(client, check, REQUEST).status_code == 410


# Nonsense


@pytest.mark.parametrize("nonsense", NONSENSE)
@pytest.mark.parametrize("htmx", [True, False])
def test_nonsense_in_every_field_at_once_never_breaks_the_page(client, check, nonsense, htmx):
    names = [*FACTS, *(f"{fact}.{part}" for fact in FACTS for part in ("unit", "birth", "not", "sure"))]

    response = fill(client, check, dict.fromkeys(names, nonsense), htmx=htmx)

    assert response.status_code == (200 if htmx else 422)
    assert client.get(path(check, "worksheet/")).status_code == 200


@pytest.mark.parametrize(
    "name", ["on_page", "page", "revision", "told", "typing", "drawn", "outcomes", "shown", "go"]
)
def test_nonsense_in_what_the_page_says_of_itself_never_breaks_it(client, check, name):
    for nonsense in (*NONSENSE, "-1", "99999999999999999999"):
        said = {"on_page": "setting", name: nonsense}
        with undone():
            response = client.post(path(check, "worksheet/"), said, headers=HTMX)

        # A page that names itself and not what it was made from is out of date, whatever it is.
        assert response.status_code == (409 if name == "page" and nonsense else 200), nonsense


def test_an_empty_form_changes_nothing(client, check):
    fill(client, check, REQUEST)
    before = saved(check)

    client.post(path(check, "worksheet/"), {"page": "this"}, headers=HTMX)

    assert saved(check) == before


@pytest.mark.parametrize("htmx", [True, False])
def test_the_panel_names_what_asks_for_the_next_step(client, check, htmx):
    typed = {**REQUEST, **DIMPLE, "prior_ultrasound": "normal", "contraindications": ":none"}
    fill(client, check, {**typed, "prior_ultrasound": "none"})
    before = text(client.get(path(check, "worksheet/")))
    response = fill(client, check, typed, htmx=htmx)
    after = text(response if htmx else client.get(path(check, "worksheet/")))

    assert "An earlier ultrasound is recorded" not in before
    assert "Next step: A physician reviews An earlier ultrasound is recorded" in after
