"""A check belongs to the browser that started it, for twelve hours."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from decisions.check import services
from decisions.models import LIFETIME, Check
from decisions.services import library
from tests.web.check_helpers import HTMX, age, ask, begin, fill, give, path, saved, text

pytestmark = pytest.mark.django_db
PAGES = ["", "q/setting/", "worksheet/", "determination/", "determination/text/", "determination/json/"]


def test_a_check_asks_every_policy_of_the_topic_unless_some_are_chosen(client):
    assert begin(client).policies == list(library().policy_ids)


def test_a_check_asks_the_chosen_policies_alone(client):
    assert begin(client, "cigna-cpg-038").policies == ["cigna-cpg-038"]


@pytest.mark.parametrize("policies", [["none-such"], ["ash-cpg-038", "<script>"], ["\x00"]])
def test_a_policy_that_is_not_there_cannot_be_asked(client, policies):
    response = client.post("/check/start", {"policies": policies})

    assert response.status_code == 400
    assert not Check.objects.exists()


def test_a_check_starts_guided_unless_the_worksheet_is_wanted(client):
    assert client.post("/check/start", {}).headers["Location"].count("/") == 3
    assert client.post("/check/start", {"mode": "worksheet"}).headers["Location"].endswith("/worksheet/")


def test_a_check_is_not_started_by_following_a_link(client):
    assert client.get("/check/start").status_code == 405


def test_the_id_of_a_check_has_128_random_bits(client):
    ids = {begin(client).pk for _ in range(20)}

    assert len(ids) == 20
    assert all(len(key) == 22 for key in ids)


@pytest.mark.parametrize("page", PAGES)
def test_another_browser_does_not_find_the_check(client, page):
    check = begin(client)

    assert client.get(path(check, page)).status_code in (200, 302)
    assert Client().get(path(check, page)).status_code == 404


def test_another_browser_with_a_check_of_its_own_does_not_find_it_either(client):
    check, other = begin(client), Client()
    begin(other)

    assert other.get(path(check, "q/setting/")).status_code == 404
    assert ask(other, check, "setting", setting="outpatient").status_code == 404
    assert saved(check) == {}


def test_two_checks_in_one_browser_are_apart(client):
    first, second = begin(client), begin(client)

    ask(client, first, "setting", setting="inpatient")
    ask(client, second, "setting", setting="outpatient")

    assert (saved(first)["setting"], saved(second)["setting"]) == ("inpatient", "outpatient")


@pytest.mark.parametrize("page", PAGES)
def test_a_check_is_over_after_twelve_hours(client, page):
    check = begin(client)
    age(check, hours=12)

    response = client.get(path(check, page))

    assert response.status_code == 410
    assert "12 hours" in text(response)
    assert 'action="/check/start"' in response.content.decode()


def test_a_check_lasts_until_the_last_second_of_its_twelve_hours(client):
    check = begin(client)
    age(check, hours=11, minutes=59, seconds=30)

    assert client.get(path(check, "q/setting/")).status_code == 200


@pytest.mark.parametrize(
    ("clock", "until"),
    [
        ((11, 59, 59), "Kept until 23:59 ("),
        ((12, 0, 0), "Kept until 00:00 tomorrow ("),
        ((22, 48, 0), "Kept until 10:48 tomorrow ("),
    ],
)
def test_a_check_says_until_when_it_is_kept_and_whether_that_is_tomorrow(client, monkeypatch, clock, until):
    start = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(*clock)))
    monkeypatch.setattr(timezone, "now", lambda: start)
    check = begin(client)
    Check.objects.filter(pk=check.pk).update(started_at=start)

    assert until in text(client.get(path(check, "q/setting/")))


def test_a_check_that_is_over_takes_no_answer(client):
    check = begin(client)
    age(check, hours=13)

    assert ask(client, check, "setting", setting="outpatient").status_code == 410
    assert saved(check) == {}


def test_a_part_of_a_page_is_not_swapped_for_the_page_that_says_it_is_over(client):
    check = begin(client)
    age(check, hours=13)

    response = fill(client, check, {"setting": "outpatient"}, htmx=True)

    assert response.headers["HX-Refresh"] == "true"


def test_starting_a_check_forgets_those_that_are_over(client):
    over, still = begin(client), begin(client)
    age(over, hours=12)

    begin(client)

    assert not Check.objects.filter(pk=over.pk).exists()
    assert Check.objects.filter(pk=still.pk).exists()


def test_the_command_forgets_the_checks_that_are_over_and_says_how_many(client, capsys):
    over = begin(client)
    begin(client)
    age(over, hours=12)

    call_command("clear_expired")

    assert capsys.readouterr().out == "1 expired check cleared\n"
    assert Check.objects.count() == 1


def test_the_session_lasts_as_long_as_its_newest_check(client):
    begin(client)
    check = begin(client)

    expiry = timezone.now() + dt.timedelta(seconds=client.cookies["conus_session"]["max-age"])
    assert expiry >= check.started_at + LIFETIME - dt.timedelta(seconds=1)


def test_a_check_can_be_cleared_at_once(client):
    check = begin(client)

    response = client.post(path(check, "clear/"))

    assert "Its answers are gone" in text(response)
    assert not Check.objects.exists()
    assert client.get(path(check)).status_code == 404


def test_a_check_is_not_cleared_by_following_a_link(client):
    check = begin(client)

    assert client.get(path(check, "clear/")).status_code == 405


@pytest.mark.parametrize("page", [*PAGES, "q/none-such/"])
def test_no_page_of_a_check_is_stored(client, page):
    check = begin(client)

    assert client.get(path(check, page)).headers["Cache-Control"] == "no-store"


def test_no_answer_stands_in_an_address(client):
    check = begin(client)
    seen = [
        ask(client, check, "setting", setting="outpatient"),
        ask(client, check, "age_months", age_months__birth="2026-10-03", date_of_service="2026-11-03"),
        fill(client, check, {"dimple_distance_cm": "3.25", "reasons": ["lumbosacral_stigmata"]}),
        fill(client, check, {"dimple_distance_cm": "3.25"}, go="determination"),
    ]

    for response in seen:
        for answer in ("outpatient", "2026", "3.25", "stigmata", "?"):
            assert answer not in response.headers["Location"]


def test_the_cookies_are_those_of_the_session_and_against_forgery_alone(client):
    give(client, begin(client))

    assert set(client.cookies) <= {"conus_session", "conus_csrf"}


def test_an_unknown_question_is_not_found(client):
    check = begin(client)

    assert client.get(path(check, "q/none-such/")).status_code == 404
    assert client.get(path(check, "q/date_of_birth/")).status_code == 404


def test_answers_given_at_the_same_time_are_both_kept(client):
    check = begin(client)
    one, other = Check.objects.get(pk=check.pk), Check.objects.get(pk=check.pk)

    services.answer(one, {"setting": "outpatient"})
    services.answer(other, {"age_months": 3})

    assert saved(check) == {"setting": "outpatient", "age_months": 3}


def test_an_answer_to_a_check_that_was_cleared_meanwhile_is_not_kept(client):
    check = begin(client)
    Check.objects.all().delete()

    with pytest.raises(services.NotFoundError):
        services.answer(check, {"setting": "outpatient"})
    assert not Check.objects.exists()


def test_a_check_of_a_policy_that_is_there_no_longer_is_not_found(client):
    check = begin(client)
    Check.objects.filter(pk=check.pk).update(policies=["ash-cpg-038", "withdrawn"])

    assert client.get(path(check, "worksheet/")).status_code == 404


def test_an_answer_that_is_allowed_no_longer_is_left_out(client):
    check = begin(client)
    Check.objects.filter(pk=check.pk).update(answers={"setting": "spaceship", "age_months": 3, "gone": 1})

    for page in ("worksheet/", "q/setting/", "q/reasons/", "determination/"):
        assert client.get(path(check, page)).status_code == 200
    assert "Age 3 months" in text(client.get(path(check, "q/reasons/")))


def test_a_forged_form_is_refused(client):
    check = begin(client)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert strict.post(path(check, "q/setting/"), {"setting": "outpatient"}, headers=HTMX).status_code == 403
    assert saved(check) == {}
