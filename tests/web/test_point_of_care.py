"""A stable address for a procedure code begins a check with it, and says nothing of a patient."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from decisions.models import Check
from tests.web.check_helpers import text

pytestmark = pytest.mark.django_db
BOTH = ["ash-cpg-038", "cigna-cpg-038"]


@pytest.mark.parametrize(
    ("address", "code", "policies"),
    [
        ("/for/76800", "76800", BOTH),
        ("/for/76800/", "76800", BOTH),
        ("/for/76800-26", "76800", BOTH),
        ("/for/62270", "62270", ["cigna-cpg-038"]),
    ],
)
def test_the_button_at_the_address_of_a_code_begins_a_check_of_the_policies_that_name_it_with_its_code(
    client, address, code, policies
):
    opened = client.post(address, follow=True)

    check = Check.objects.get()
    assert (check.answers, check.policies) == ({"procedure_codes": [code]}, policies)
    assert opened.redirect_chain[-1][0] == f"/check/{check.pk}/q/setting/"
    assert code in text(opened)


@pytest.mark.parametrize(
    ("code", "name", "asking", "not_asking"),
    [
        ("76800", "Ultrasound, spinal canal and contents", ["ASH", "Cigna"], []),
        ("62270", "Spinal puncture, lumbar", ["Cigna"], ["ASH"]),
    ],
)
def test_the_address_says_what_the_code_is_and_which_policies_ask_about_it_with_the_focus_on_the_button(
    client, code, name, asking, not_asking
):
    page = client.get(f"/for/{code}-26")

    assert page.status_code == 200
    main = page.text[page.text.index("<main") : page.text.index("</main")]
    assert f"{code} {name}" in " ".join(main.split())
    assert all(policy in main for policy in asking)
    assert not any(policy in main for policy in not_asking)
    assert main.count("autofocus") == 1
    assert 'autofocus aria-describedby="asking">Start a check' in main


@pytest.mark.parametrize("look", ["get", "head"])
@pytest.mark.parametrize("address", ["/for/76800", "/for/76800/", "/for/12345"])
def test_whoever_looks_at_the_address_begins_nothing_and_is_kept_no_session(client, look, address):
    getattr(client, look)(address)

    assert not Check.objects.exists()
    assert not Session.objects.exists()
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_a_check_that_another_site_sends_for_is_refused(client):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/for/76800").status_code == 403
    assert not Check.objects.exists()


@pytest.mark.parametrize("code", ["12345", "nonsense", "%3Cb%3E", "Q06.8", "7680", "768000"])
def test_a_code_that_no_policy_names_gets_a_page_that_says_so_and_names_those_that_do(client, code):
    page = client.get(f"/for/{code}")

    assert page.status_code == 404
    assert "No policy here names the code" in text(page)
    assert "76800 Ultrasound, spinal canal and contents" in text(page)
    assert not Check.objects.exists()


def test_no_check_begins_with_a_code_that_no_policy_names(client):
    assert client.post("/for/12345").status_code == 404
    assert not Check.objects.exists()
