"""The texts of a line of business that letters quote: who writes them, how long they are, what is logged."""

import html
import json

import pytest

from decisions.models import LETTER_TEXTS, NOT_NEEDED, Event, LineOfBusiness
from tests.people.helpers import TURNAROUND

pytestmark = pytest.mark.django_db
LINE = {"name": "Made-up line with texts", **TURNAROUND}


def address(line):
    return f"/people/lines/{line.pk}/"


def page_of(client, path):
    return html.unescape(client.get(path).content.decode())


def test_every_text_of_the_form_is_kept(world, admin):
    given = {name: f"Made-up text of {name}." for name in LETTER_TEXTS}

    assert admin.post(address(world.line), {**LINE, **given}).status_code == 302

    world.line.refresh_from_db()
    assert {name: getattr(world.line, name) for name in LETTER_TEXTS} == given
    assert world.line.unwritten_texts == []


def test_the_form_says_of_every_text_which_letters_quote_it(world, admin):
    said = page_of(admin, address(world.line))

    assert "Texts for letters" in said
    for label in LETTER_TEXTS.values():
        assert label in said
    assert said.count("In an adverse determination") == 4
    assert "at the end of every letter" in said
    assert "In a request for information." in said
    assert "In the notice of an extension." in said


def test_no_text_has_to_be_written(world, admin):
    assert admin.post(address(world.line), LINE).status_code == 302

    world.line.refresh_from_db()
    needed = [label for name, label in LETTER_TEXTS.items() if name not in NOT_NEEDED]
    assert world.line.unwritten_texts == needed


@pytest.mark.parametrize("name", LETTER_TEXTS)
@pytest.mark.parametrize(("length", "status"), [(1_999, 302), (2_000, 302), (2_001, 422)])
def test_the_length_of_a_text_has_a_limit_and_nothing_typed_is_lost(world, admin, name, length, status):
    response = admin.post(address(world.line), {**LINE, name: "x" * length})

    assert response.status_code == status
    if status == 422:
        assert f"{LETTER_TEXTS[name]}: Ensure" in response.content.decode()
        assert "x" * length in response.content.decode()


def test_the_end_of_a_line_counts_as_one_character(world, admin):
    lines = "\r\n".join(["x"] * 1_000)

    assert admin.post(address(world.line), {**LINE, "contact": lines}).status_code == 302

    world.line.refresh_from_db()
    assert world.line.contact == "\n".join(["x"] * 1_000)
    assert len(world.line.contact) == 1_999


def test_an_event_names_the_texts_that_changed_and_holds_none(world, admin):
    LineOfBusiness.objects.filter(pk=world.line.pk).update(**{**LINE, "contact": "As it was."})

    admin.post(address(world.line), {**LINE, "contact": "As it was.", "copies": "Ask Amir (made up)."})

    details = json.loads(Event.objects.filter(action="plan_changed").latest("seq").details)
    assert details["changed"] == ["copies"]
    assert details["standard_days"] == 7
    assert not set(LETTER_TEXTS) & set(details)
    assert "Ask Amir" not in json.dumps(details)


def test_the_list_of_plans_says_which_texts_are_missing(world, admin):
    texts = {name: "Made up." for name in LETTER_TEXTS if name != "peer_review"}
    LineOfBusiness.objects.filter(pk=world.line.pk).update(**texts)

    assert "Letters still need: talking with a physician" in page_of(admin, "/people/plans/")

    LineOfBusiness.objects.filter(pk=world.line.pk).update(peer_review="Made up.")
    assert "Letters still need" not in page_of(admin, "/people/plans/")


def test_a_line_of_business_can_ask_that_a_physician_judges_first_and_does_not_by_itself(world, admin):
    assert not world.line.independent_judgment

    assert admin.post(address(world.line), {**LINE, "independent_judgment": "on"}).status_code == 302

    world.line.refresh_from_db()
    assert world.line.independent_judgment
    assert json.loads(Event.objects.order_by("-seq")[0].details)["independent_judgment"] is True
    assert "a physician judges first" in page_of(admin, "/people/plans/")
    assert admin.post(address(world.line), LINE).status_code == 302
    world.line.refresh_from_db()
    assert not world.line.independent_judgment
