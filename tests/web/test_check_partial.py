"""What charts say instead of a value: bounds, several options, what is not there, part of a date."""

import re

import pytest

from decisions.models import Check
from decisions.services import library
from tests.web.check_helpers import NONE_OF_THESE, ask, begin, error, fill, path, saved, text

pytestmark = pytest.mark.django_db
TOPIC = library().topics["spinal_ultrasound"]
OPEN_SETS = [question.id for question in TOPIC.questions if question.may_hold_more]
SEVERAL = [question.id for question in TOPIC.questions if question.may_be_one_of]
REASON = {"reasons": "lumbosacral_stigmata"}


def typed(check: Check) -> dict[str, str]:
    return Check.objects.get(pk=check.pk).typed


def page(client, check, fact: str) -> str:
    return client.get(path(check, f"q/{fact}/")).content.decode()


def ticked(html: str) -> set[tuple[str, str]]:
    """The names and values of what is ticked on a page."""
    return set(re.findall(r'name="([\w.]+)" value="([\w:-]+)" id="[^"]*" checked', html))


# Measures


@pytest.mark.parametrize(
    ("fact", "given", "kept", "shown"),
    [
        ("dimple_diameter_mm", "over 5 mm", {"above": "5"}, "over 5 mm"),
        ("dimple_diameter_mm", "3-6", {"at_least": "3", "at_most": "6"}, "3 to 6 mm"),
        ("dimple_diameter_mm", "5 or less", {"at_most": "5"}, "up to 5 mm"),
        ("dimple_distance_cm", "within 2.5 cm", {"at_most": "2.5"}, "up to 2.5 cm"),
        ("age_months", "1 year", {"at_least": 12, "at_most": 23}, "12 to 23 months"),
        ("age_months", "52 weeks", {"at_least": 11, "at_most": 12}, "11 to 12 months"),
    ],
)
def test_what_a_chart_says_of_a_number_is_kept_as_it_stands(client, fact, given, kept, shown):
    check = begin(client)

    assert ask(client, check, fact, **{fact: given}).status_code == 302

    assert saved(check) == {fact: kept}
    html = page(client, check, fact)
    assert f'name="{fact}" value="{shown}"' in html


def test_what_was_typed_is_kept_where_it_says_more_and_shown_at_the_question(client):
    check = begin(client)

    ask(client, check, "dimple_distance_cm", dimple_distance_cm="within 2.5 cm")

    assert typed(check) == {"dimple_distance_cm": "within 2.5 cm"}
    assert "Typed: “within 2.5 cm”." in text(client.get(path(check, "q/dimple_distance_cm/")))


def test_what_was_typed_stays_where_the_page_is_sent_again_as_it_stood(client):
    check = begin(client)
    ask(client, check, "dimple_distance_cm", dimple_distance_cm="within 2.5 cm")

    ask(client, check, "dimple_distance_cm", dimple_distance_cm="up to 2.5 cm")

    assert typed(check) == {"dimple_distance_cm": "within 2.5 cm"}


@pytest.mark.parametrize("given", ["4", "up to 2.5 cm"])
def test_what_was_typed_is_not_kept_where_it_says_no_more_than_the_answer(client, given):
    check = begin(client)
    ask(client, check, "dimple_distance_cm", dimple_distance_cm="within 3 cm")

    ask(client, check, "dimple_distance_cm", dimple_distance_cm=given)

    assert typed(check) == {}


def test_what_may_be_meant_is_offered_and_nothing_is_saved_until_it_is_taken(client):
    check = begin(client)

    asked = ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="1/4 inch")

    assert asked.status_code == 422
    assert saved(check) == {}
    button = re.search(r'<button [^>]*name="(\S+)" value="([^"]*)"[^>]*>([^<]*)</button>', offers(asked))
    assert button.groups() == ("dimple_diameter_mm.take", "6.35 mm", "Use 6.35 mm")


def offers(response) -> str:
    return re.search(r'<p class="offers">(.*?)</p>', response.content.decode(), re.DOTALL)[1]


@pytest.mark.parametrize("htmx", [True, False])
def test_an_offer_that_is_taken_is_saved_with_what_was_typed_first(client, htmx):
    check = begin(client)
    sent = {"dimple_diameter_mm": "1/4 inch", "dimple_diameter_mm.take": "6.35 mm"}

    response = fill(client, check, {**REASON, "stigmata": "sacral_dimple", **sent}, htmx=htmx)

    assert saved(check)["dimple_diameter_mm"] == "6.35"
    assert typed(check) == {"dimple_diameter_mm": "1/4 inch"}
    shown = response if htmx else client.get(path(check, "worksheet/"))
    assert 'name="dimple_diameter_mm" value="6.35"' in shown.content.decode()


def test_an_offer_gives_up_the_box_beside_the_text(client):
    check = begin(client)
    sent = {"dimple_diameter_mm": "5 x 3 mm", "dimple_diameter_mm__take": "5 mm"}

    ask(client, check, "dimple_diameter_mm", **sent, dimple_diameter_mm__not=":not-documented")

    assert saved(check) == {"dimple_diameter_mm": "5"}


def test_a_doubtful_interval_is_kept_once_confirmed(client):
    check = begin(client)
    sent = {"dimple_diameter_mm": "over 50"}

    assert "Is it really over 50 mm?" in error(ask(client, check, "dimple_diameter_mm", **sent))
    sent["dimple_diameter_mm__sure"] = "over 50 mm"
    assert ask(client, check, "dimple_diameter_mm", **sent).status_code == 302
    assert saved(check) == {"dimple_diameter_mm": {"above": "50"}}


def test_an_age_without_a_unit_that_makes_no_sense_in_months_is_questioned(client):
    check = begin(client)

    asked = ask(client, check, "age_months", age_months="40")

    assert error(asked) == "Is it really 40 months? For years, write 40 years."
    assert 'name="age_months.take" value="40 years"' in offers(asked)
    assert saved(check) == {}


# The birth date


@pytest.mark.parametrize(
    ("birth", "months"),
    [("2024-03", {"at_least": 23, "at_most": 24}), ("2024", {"at_least": 14, "at_most": 26})],
)
def test_a_month_or_a_year_of_birth_gives_the_months_that_it_leaves_and_is_not_kept(client, birth, months):
    check = begin(client)

    ask(client, check, "age_months", age_months__birth=birth, date_of_service="2026-03-01")

    assert saved(check) == {"age_months": months, "date_of_service": "2026-03-01"}
    assert typed(check) == {}
    assert f'value="{birth}"' not in page(client, check, "age_months")


@pytest.mark.parametrize("name", ["date_of_service", "age_months.birth"])
def test_a_date_that_can_be_two_days_is_asked_about_by_both(client, name):
    check, fact = begin(client), name.partition(".")[0]

    response = client.post(path(check, f"q/{fact}/"), {name: "1/3/2026"})

    assert "“1/3/2026” can be January 3, 2026 or March 1, 2026." in error(response)
    assert f'name="{name}.take" value="2026-01-03"' in offers(response)
    taken = {name: "1/3/2026", f"{name}.take": "2026-01-03"}
    assert client.post(path(check, f"q/{fact}/"), taken).status_code == 302
    assert fact in saved(check)


# Choices


@pytest.mark.parametrize("fact", SEVERAL)
def test_where_more_than_one_option_is_possible_each_can_be_ticked(client, fact):
    check, options = begin(client), list(TOPIC.by_id[fact].option_ids[:2])

    pressed = client.post(path(check, f"q/{fact}/"), {f"{fact}.several": "now"})

    assert error(pressed) == "Tick each one that it may be."
    assert f'type="checkbox" name="{fact}" value="{options[0]}"' in pressed.content.decode()
    sent = {fact: options[::-1], f"{fact}.several": "yes"}
    assert client.post(path(check, f"q/{fact}/"), sent).status_code == 302
    assert saved(check) == {fact: {"one_of": options}}
    assert {(fact, option) for option in options} <= ticked(page(client, check, fact))


def test_one_option_of_several_is_that_option(client):
    check = begin(client)

    client.post(path(check, "q/setting/"), {"setting": "outpatient", "setting.several": "yes"})

    assert saved(check) == {"setting": "outpatient"}
    assert 'type="radio" name="setting" value="outpatient"' in page(client, check, "setting")


def test_not_documented_is_not_one_of_several(client):
    sent = {"setting": ["outpatient", ":not-documented"], "setting.several": "yes"}

    response = client.post(path(begin(client), "q/setting/"), sent)

    assert error(response) == "“Not documented” stands alone. Keep it, or what else is ticked."


def test_a_choice_of_which_one_option_is_known_offers_no_several(client):
    check = begin(client)

    assert "prior_ultrasound.several" not in page(client, check, "prior_ultrasound")
    client.post(
        path(check, "q/prior_ultrasound/"),
        {"prior_ultrasound": ["none", "normal"], "prior_ultrasound.several": "yes"},
    )
    assert saved(check) == {}


# Sets


@pytest.mark.parametrize("fact", OPEN_SETS)
@pytest.mark.parametrize("mode", ["guided", "worksheet"])
def test_each_member_of_an_open_set_can_be_said_not_to_be_there(client, fact, mode):
    check, options = begin(client), TOPIC.by_id[fact].option_ids
    reason = TOPIC.by_id[fact].opened_by[1]
    ask(client, check, "reasons", reasons=[reason])
    sent = {fact: [options[0], "others_unknown"], f"{fact}.without": [options[2], options[1]]}

    if mode == "guided":
        client.post(path(check, f"q/{fact}/"), sent)
    else:
        fill(client, check, sent)

    assert saved(check)[fact] == {"with": [options[0]], "without": list(options[1:3])}
    where = {"guided": f"q/{fact}/", "worksheet": "worksheet/"}[mode]
    html = client.get(path(check, where)).content.decode()
    assert {(f"{fact}.without", option) for option in options[1:3]} <= ticked(html)
    assert (fact, "others_unknown") in ticked(html)


def test_what_is_not_there_alone_leaves_the_rest_open(client):
    check = begin(client)

    client.post(path(check, "q/stigmata/"), {"stigmata.without": ["hair_tuft", "skin_tag"]})

    assert saved(check) == {"stigmata": {"without": ["skin_tag", "hair_tuft"]}}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"stigmata": ["hair_tuft"], "stigmata.without": ["hair_tuft"]}, "there, or not there?"),
        ({"stigmata": [NONE_OF_THESE], "stigmata.without": ["tail"]}, "“None of these” stands alone"),
        ({"stigmata": [":not-documented"], "stigmata.without": ["tail"]}, "“Not documented” stands alone"),
        ({"stigmata.without": ["wings"]}, "allowed"),
    ],
)
def test_what_cannot_be_of_a_set_is_refused(client, sent, said):
    check = begin(client)

    response = client.post(path(check, "q/stigmata/"), sent)

    assert response.status_code == 422
    assert said in error(response)
    assert saved(check) == {}


@pytest.mark.parametrize("fact", ["reasons", "contraindications"])
def test_a_set_that_is_always_closed_has_nothing_to_say_is_not_there(client, fact):
    assert f"{fact}.without" not in page(client, begin(client), fact)


# A reason that is ticked and then denied


@pytest.mark.parametrize(
    ("reason", "fact", "nothing"),
    [
        ("lumbosacral_stigmata", "stigmata", NONE_OF_THESE),
        ("cord_retethering", "prior_spinal_operation", "no"),
        ("intraspinal_blood", "intracranial_hemorrhage", "no"),
    ],
)
def test_a_reason_that_is_denied_is_asked_about_once_where_that_is_entered(client, reason, fact, nothing):
    check, label = begin(client), TOPIC.by_id["reasons"].option(reason).label
    ask(client, check, "reasons", reasons=[reason])

    asked = ask(client, check, fact, **{fact: nothing})

    assert error(asked) == f"The request gives “{label}” as a reason. Is nothing of it there?"
    assert fact not in saved(check)
    assert ask(client, check, fact, **{fact: nothing, f"{fact}__sure": "nothing"}).status_code == 302
    assert ask(client, check, fact, **{fact: nothing}).status_code == 302


def test_on_the_worksheet_a_reason_that_is_denied_is_asked_about_at_the_question(client):
    check = begin(client)
    sent = {**REASON, "stigmata": NONE_OF_THESE}

    assert "Is nothing of it there?" in error(fill(client, check, sent, htmx=True))
    assert "stigmata" not in saved(check)
    fill(client, check, {**sent, "stigmata.sure": "nothing"}, htmx=True)
    assert saved(check)["stigmata"] == []


def test_nothing_is_asked_about_where_no_reason_is_denied(client):
    check = begin(client)

    assert ask(client, check, "stigmata", stigmata=NONE_OF_THESE).status_code == 302
    ask(client, check, "reasons", reasons=["suspected_defect"])
    assert ask(client, check, "stigmata", stigmata=NONE_OF_THESE).status_code == 302


# What an option asks


@pytest.mark.parametrize("option", [o for o in TOPIC.by_id["reasons"].options if o.asks], ids=lambda o: o.id)
def test_what_an_option_asks_stands_at_it(client, option):
    html = page(client, begin(client), "reasons")
    at = html.partition(f'value="{option.id}"')[2].partition("</div>\n<div")[0]

    assert option.asks in at


def test_there_is_no_place_for_other_words_in_a_check(client):
    check = begin(client)

    assert 'name="stigmata.other"' not in page(client, check, "stigmata")
    client.post(path(check, "q/stigmata/"), {"stigmata": "other", "stigmata.other": "Mr. Typed (made up)"})
    assert saved(check) == {"stigmata": ["other"]}
    assert "Mr. Typed" not in page(client, check, "stigmata")
