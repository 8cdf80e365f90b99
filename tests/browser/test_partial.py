"""What charts say, entered by keyboard alone, with JavaScript and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from decisions.models import Check
from tests.browser.pages import fits_every_screen, tab_to

pytestmark = pytest.mark.django_db(transaction=True)
KEYBOARDS = ["page", "no_js_page"]
SCREENS = [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(params=KEYBOARDS)
def at_keyboard(request) -> Page:
    """A browser without a mouse: with JavaScript, and without."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def begin(begun) -> Callable[..., str]:
    """Starts a check with some answers; the address that its pages begin with."""

    def made(page: Page, **answers: object) -> str:
        return f"/check/{begun(page, answers).pk}/"

    return made


def answers() -> dict:
    return Check.objects.get().answers


SKIN = {"reasons": ["lumbosacral_stigmata"]}
DIMPLE = {**SKIN, "stigmata": ["sacral_dimple"]}


def test_an_interval_is_entered_by_keyboard(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page, **DIMPLE)}q/dimple_diameter_mm/")
    tab_to(page, page.locator("#i-dimple_diameter_mm"))
    page.keyboard.type("over 5 mm")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dimple_diameter_mm" not in url)

    assert answers()["dimple_diameter_mm"] == {"above": "5"}


def test_enter_takes_no_offer_and_the_button_takes_it(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page, **DIMPLE)}q/dimple_diameter_mm/")
    tab_to(page, page.locator("#i-dimple_diameter_mm"))
    page.keyboard.type("1/4 inch")
    page.keyboard.press("Enter")
    offer = page.get_by_role("button", name="Use 6.35 mm")
    expect(offer).to_be_visible()
    tab_to(page, page.locator("#i-dimple_diameter_mm"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="needs a look")).to_be_visible()
    assert "dimple_diameter_mm" not in answers()

    tab_to(page, page.locator("[data-offer]"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "dimple_diameter_mm" not in url)
    assert answers()["dimple_diameter_mm"] == "6.35"
    assert Check.objects.get().typed == {"dimple_diameter_mm": "1/4 inch"}


def test_what_is_there_and_what_is_not_is_entered_by_keyboard(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page, **SKIN)}q/stigmata/")
    for name, value in (
        ("stigmata", "skin_tag"),
        ("stigmata", "others_unknown"),
    ):
        tab_to(page, page.locator(f'[name="{name}"][value="{value}"]'))
        page.keyboard.press("Space")
    tab_to(page, page.locator('[name="stigmata.without"][value="hair_tuft"]'))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q/stigmata" not in url)

    assert answers()["stigmata"] == {"with": ["skin_tag"], "without": ["hair_tuft"]}


def test_part_of_a_birth_date_is_entered_by_keyboard(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page)}q/age_months/")
    tab_to(page, page.locator("#i-age_months-birth"))
    page.keyboard.type("2024-03")
    tab_to(page, page.locator("#i-date_of_service"))
    page.keyboard.type("2026-03-01")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "age_months" not in url)

    assert answers()["age_months"] == {"at_least": 23, "at_most": 24}


def test_a_reason_that_is_ticked_and_then_denied_is_confirmed_by_keyboard(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page, **SKIN)}q/stigmata/")
    tab_to(page, page.locator('[name="stigmata"][value=":none"]'))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#m-stigmata")).to_contain_text("Is nothing of it there?")
    tab_to(page, page.locator("#i-stigmata-sure"))
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q/stigmata" not in url)

    assert answers()["stigmata"] == []


def test_several_options_of_which_one_is_true_are_entered_by_keyboard(begin, at_keyboard):
    page = at_keyboard
    page.goto(f"{begin(page)}q/setting/")
    tab_to(page, page.locator("[name='setting.several']"))
    page.keyboard.press("Enter")
    expect(page.locator("#f-setting")).to_contain_text("Tick each one that it may be.")
    for value in ("outpatient", "inpatient"):
        tab_to(page, page.locator(f'[name="setting"][value="{value}"]'))
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q/setting" not in url)

    assert answers()["setting"] == {"one_of": ["outpatient", "inpatient"]}


def test_what_is_not_there_can_be_said_once_the_rest_is_left_open(begin, page):
    page.goto(f"{begin(page, **SKIN)}worksheet/")
    not_there = page.get_by_label("Tuft of hair: not there")
    expect(not_there).not_to_be_visible()

    page.locator("#f-stigmata").get_by_label("The rest is not described").check()
    not_there.check()
    expect(page.get_by_label("Tuft of hair", exact=True)).not_to_be_checked()
    page.get_by_label("Tuft of hair", exact=True).check()
    expect(not_there).not_to_be_checked()


def test_on_a_worksheet_an_offer_is_taken_in_place(begin, page):
    page.goto(f"{begin(page, **DIMPLE)}worksheet/")
    diameter = page.get_by_label("Diameter in mm")
    diameter.fill("5 x 3 mm")
    diameter.press("Tab")
    page.get_by_role("button", name="Use 5 mm, the larger").click()

    expect(diameter).to_have_value("5")
    expect(diameter).to_be_focused()
    expect(page.locator("#m-dimple_diameter_mm")).to_contain_text("Typed: “5 x 3 mm”.")
    assert answers()["dimple_diameter_mm"] == "5"


def test_what_an_option_asks_is_shown_and_said_once_it_is_ticked(begin, page):
    page.goto(f"{begin(page)}q/reasons/")
    asks = page.get_by_text("does a sign point to the spinal cord")
    expect(asks.first).not_to_be_visible()

    page.get_by_label("Radiculopathy").check()
    expect(asks.first).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("does a sign point to the spinal cord")


def test_nothing_is_wrong_with_what_charts_say_for_axe(begin, page, axe):
    base = begin(page, **DIMPLE)
    page.goto(f"{base}worksheet/")
    page.locator("#f-stigmata").get_by_label("The rest is not described").check()
    page.get_by_label("Tuft of hair: not there").check()
    page.get_by_label("Diameter in mm").fill("3-6")
    page.get_by_label("Distance from the anus in cm").fill("1/4 inch")
    page.get_by_label("Distance from the anus in cm").press("Tab")
    expect(page.locator("#m-dimple_distance_cm")).to_contain_text("Confirm it")
    page.locator("#f-setting [data-several]").click()
    fits_every_screen(page, axe, SCREENS)
    expect(page.locator("#figure-words")).to_contain_text(re.compile("3 to 6 mm wide"))
    page.goto(f"{base}q/stigmata/")
    fits_every_screen(page, axe, SCREENS)
