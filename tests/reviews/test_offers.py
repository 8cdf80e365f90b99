"""What the pages of a case offer: whoever is shown a link or a button is not refused where it leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from decisions.models import Case, Person, new_id
from decisions.reviews.ground.work import Sent
from decisions.reviews.letters import verbs as letters
from decisions.reviews.worklist import emergency
from tests.reviews.world import INCOMPLETE, MET, NOT_MET, REASON, Cases, fresh, make_cases, sent

pytestmark = pytest.mark.django_db

ROLES = ("intake", "reviewer", "physician", "appeal_physician", "auditor")
REFUSED = (403, 404, 405, 500)
SIGNING_OUT = "/accounts/logout/"
NO_CASE = ("/static/", "/policies/", "/check/")
"""What anybody may open."""


@dataclass
class Form:
    """A form of a page as it is sent when nothing is typed."""

    action: str
    is_post: bool
    fields: dict[str, str] = field(default_factory=dict)


class Offers(HTMLParser):
    """The links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self.forms.append(Form(said.get("action", ""), said.get("method", "get") == "post"))
        elif self.forms and "name" in said and (tag == "button" or said.get("type") == "hidden"):
            self.forms[-1].fields[said["name"]] = said.get("value", "")


def offers(page: str, text: str) -> tuple[set[str], list[Form]]:
    """Where the links of a page lead inside Conus, and its forms, with whole addresses."""
    found = Offers()
    found.feed(text)
    links = {urljoin(page, link).partition("#")[0] for link in found.links}
    for form in found.forms:
        form.action = urljoin(page, form.action)
    return {link for link in links if not urlsplit(link).netloc and link.startswith("/")}, found.forms


def answer(client: Client, method: str, address: str, fields: dict[str, str]) -> HttpResponse:
    """What is answered there. Nothing that it did is kept."""
    with transaction.atomic():
        answered = getattr(client, method)(address, fields)
        transaction.set_rollback(True)
    return answered


def addresses_of(case: Case) -> list[str]:
    """The pages about a case."""
    names = ("case", "worksheet", "determination", "sign", "correct", "decide_appeal", "appeal", "note")
    found = [reverse(f"reviews:{name}", args=[case.pk]) for name in names]
    for name, rows in (("decision", case.decisions), ("letter", case.letters)):
        found += [reverse(f"reviews:{name}", args=[case.pk, row.number]) for row in rows.all()]
    return [*found, reverse("audit:story", args=[case.pk])]


Elsewhere = dict[tuple[str, str], int]
"""What somebody was answered at addresses that are not about the case: the same, whichever case it is."""


def all_refused(client: Client, case: Case, elsewhere: Elsewhere) -> list[tuple[str, str, int]]:
    """What the pages offer that somebody may open, and that the same person is then refused."""
    shown = {page: answer(client, "get", page, {}) for page in addresses_of(case)}
    asked: dict[tuple[str, str], dict[str, str]] = {}
    for page, answered in shown.items():
        if answered.status_code == 200:
            links, forms = offers(page, answered.content.decode())
            asked |= {("get", link): {} for link in links}
            asked |= {("post", form.action): form.fields for form in forms if form.is_post}
    # The answer of a page that was opened already would be the same, since nothing was kept.
    known = {("get", page): answered.status_code for page, answered in shown.items()}
    found = []
    for (method, address), fields in asked.items():
        if address == SIGNING_OUT or address.startswith(NO_CASE):
            continue
        answers = known if case.pk in address else elsewhere
        if (method, address) not in answers:
            answers[method, address] = answer(client, method, address, fields).status_code
        if answers[method, address] in REFUSED:
            found.append((method, address, answers[method, address]))
    return found


def told(world: Cases, case: Case) -> Case:
    """The same case, with the letter about its decision out."""
    kind = letters.kinds(case)[0]
    letters.issue(world.intake, case.pk, sent(case), kind, "Dr. O. (made up)", "")
    return case


STATES = {
    "draft": lambda world: world.draft(),
    "unassigned": lambda world: world.in_review(),
    "begun": lambda world: world.in_review(world.reviewer, INCOMPLETE),
    "met": lambda world: world.in_review(world.reviewer, MET),
    "not met": lambda world: world.in_review(world.reviewer, NOT_MET),
    "referred": lambda world: world.in_physician_review(),
    "with a physician": lambda world: world.in_physician_review(world.physician),
    "waiting": lambda world: world.waiting(),
    "approved": lambda world: world.decided(),
    "adverse": lambda world: world.decided_adverse(),
    "adverse, told": lambda world: told(world, world.decided_adverse()),
    "appealed": lambda world: world.appealed(),
    "appeal taken": lambda world: world.appealed(world.appeal_physician),
    "appeal decided": lambda world: told(world, world.appeal_decided()),
    "closed": lambda world: world.closed(),
    "withdrawn": lambda world: world.withdrawn(),
}


def build() -> Cases:
    """A world in which each team has a case in every state."""
    world = make_cases()
    world.sign_in(*ROLES)
    for state, made in STATES.items():
        for is_other, side in ((False, world), (True, world.other())):
            world.standing[state, is_other] = made(side).pk
    return world


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Elsewhere]:
    """What each role was answered elsewhere, in the module's world."""
    return {role: {} for role in ROLES}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_offered_what_they_are_refused(world, elsewhere, role, state):
    person: Person = getattr(world, role)
    case = fresh(world.standing[state, False])

    assert all_refused(world.client(person), case, elsewhere[role]) == []


@pytest.mark.parametrize("state", ["not met", "adverse, told", "closed"])
def test_emergency_access_offers_notes_and_nothing_that_is_refused(world, state):
    case = fresh(world.standing[state, True])
    emergency.take_access(world.reviewer, Sent(new_id()), case.reference, REASON)
    client = world.client(world.reviewer)

    assert all_refused(client, case, {}) == []
    page = client.get(reverse("reviews:case", args=[case.pk])).content.decode()
    assert (reverse("reviews:note", args=[case.pk]) in page) == (state != "closed")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("sign/", 403, "This is not possible"),
        ("decisions/7/", 404, "There is no such page of this case"),
        ("letters/7/", 404, "There is no such page of this case"),
    ],
)
def test_a_refusal_about_a_case_leads_back_to_it_whoever_may_see_it(world, address, status, said):
    case = world.in_review()
    page = f"{reverse('reviews:case', args=[case.pk])}{address}"
    own = world.client(world.reviewer).get(page)

    assert own.status_code == status
    assert said in own.text
    assert f'<a href="/cases/{case.pk}/">Back to the case {case.reference}</a>' in own.text

    other = world.client(world.other_reviewer).get(page)
    assert other.status_code == 404
    assert "There is no such case" in other.text
    assert case.reference not in other.text
