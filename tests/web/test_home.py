"""The first page."""

import re

import pytest

from decisions.models import Check
from decisions.services import library

pytestmark = pytest.mark.django_db


def test_the_first_page_offers_every_policy_ticked_with_its_state(client):
    page = client.get("/").content.decode()

    ticked = re.findall(r'name="policies" value="([^"]+)"[^>]* checked', page)
    assert ticked == list(library().policy_ids)
    assert page.count('class="state ') == len(ticked)


def test_the_guided_check_comes_first_and_the_worksheet_second(client):
    page = client.get("/").content.decode()

    assert re.findall(r'name="mode" value="(\w+)"', page) == ["guided", "worksheet"]


@pytest.mark.parametrize("mode", ["guided", "worksheet"])
def test_a_check_is_begun_from_the_first_page(client, mode):
    chosen = list(library().policy_ids)[:1]

    response = client.post("/check/start", {"policies": chosen, "mode": mode})

    assert response.status_code == 302
    assert Check.objects.get().policies == chosen


def test_the_first_page_says_what_conus_is_not(client):
    page = " ".join(client.get("/").content.decode().split())

    assert "approves nothing, denies nothing and advises no treatment" in page


def test_the_keys_stand_on_a_page_of_their_own_and_a_search_only_where_there_is_one(client):
    home, keys = client.get("/").content.decode(), client.get("/keys/").content.decode()

    assert 'href="/keys/"' in home
    assert "data-search" not in home
    assert "Shows this list" in keys
    assert "Goes to the search" not in keys
