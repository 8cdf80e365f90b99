"""A stable address for a procedure code begins a check with it, and says nothing of a patient."""

import pytest

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
def test_the_address_of_a_code_opens_a_check_of_the_policies_that_name_it_with_the_code_entered(
    client, address, code, policies
):
    opened = client.get(address, follow=True)

    check = Check.objects.get()
    assert (check.answers, check.policies) == ({"procedure_codes": [code]}, policies)
    assert opened.redirect_chain[-1][0] == f"/check/{check.pk}/q/setting/"
    assert code in text(opened)


@pytest.mark.parametrize("code", ["12345", "nonsense", "%3Cb%3E", "Q06.8", "7680", "768000"])
def test_a_code_that_no_policy_names_gets_a_page_that_says_so_and_names_those_that_do(client, code):
    page = client.get(f"/for/{code}")

    assert page.status_code == 404
    assert "No policy here names the code" in text(page)
    assert "76800 Ultrasound, spinal canal and contents" in text(page)
    assert not Check.objects.exists()


def test_whoever_only_looks_whether_the_address_is_good_begins_nothing(client):
    assert client.head("/for/76800").status_code == 200
    assert client.post("/for/76800").status_code == 405
    assert not Check.objects.exists()
