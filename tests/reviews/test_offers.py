"""What the pages of a case offer: whoever is shown a link or a button is not refused where it leads."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from decisions.models import Case, Person, new_id
from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import elsewhere as sending
from decisions.reviews.case import giving, opinions
from decisions.reviews.case import verbs as working
from decisions.reviews.case.offers import OFFERS, steps
from decisions.reviews.case.page import Page
from decisions.reviews.decision import appeals as appealing
from decisions.reviews.ground.work import NotFoundError, RefusedError, Sent, look, may_see
from decisions.reviews.letters import verbs as letters
from decisions.reviews.request import verbs as intake
from decisions.reviews.worklist import emergency
from tests.reviews.world import (
    INCOMPLETE,
    MET,
    NOT_MET,
    OUT_OF_SCOPE,
    REASON,
    Cases,
    appeal_decided,
    corrected,
    fresh,
    judged,
    make_cases,
    sent,
    signed,
    undone,
)

pytestmark = pytest.mark.django_db

ROLES = ("intake", "reviewer", "physician", "appeal_physician", "supervisor", "auditor")
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


def asked_and_sent_back(world: Cases) -> Case:
    """A case whose physician waits for a colleague's answer, and does not have the case any more."""
    case = world.asked()
    working.send_back(world.physician, case.pk, sent(case), "Is its base seen?")
    return fresh(case)


STATES = {
    "draft": lambda world: world.draft(),
    "unassigned": lambda world: world.in_review(),
    "begun": lambda world: world.in_review(world.reviewer, INCOMPLETE),
    "met": lambda world: world.in_review(world.reviewer, MET),
    "expedited": lambda world: world.expedited(world.reviewer),
    "not met": lambda world: world.in_review(world.reviewer, NOT_MET),
    "referred": lambda world: world.in_physician_review(),
    "to be judged": lambda world: world.to_be_judged(world.physician),
    "judged": lambda world: world.judged(),
    "appeal to be judged": lambda world: world.appeal_to_be_judged(world.appeal_physician),
    "with a physician": lambda world: world.in_physician_review(world.physician),
    "sent back": lambda world: world.sent_back(),
    "asked": lambda world: world.asked(),
    "asked, then sent back": lambda world: asked_and_sent_back(world),
    "waiting": lambda world: world.waiting(),
    "approved": lambda world: world.decided(),
    "adverse": lambda world: world.decided_adverse(),
    "adverse, told": lambda world: told(world, world.decided_adverse()),
    "appealed": lambda world: world.appealed(),
    "appeal taken": lambda world: world.appealed(world.appeal_physician),
    "appeal decided": lambda world: told(world, world.appeal_decided()),
    "closed": lambda world: world.closed(),
    "withdrawn": lambda world: world.withdrawn(),
    "out of scope": lambda world: world.in_review(world.reviewer, OUT_OF_SCOPE),
    "out of scope, referred": lambda world: world.in_physician_review(world.physician, OUT_OF_SCOPE),
    "sent elsewhere": lambda world: world.sent_elsewhere(),
}


CLINICAL = ("reviewer", "physician", "appeal_physician")
PAIRS = [*itertools.combinations(CLINICAL, 2), ("intake", "appeal_physician"), ("reviewer", "supervisor")]
"""The two roles of one person who works on cases. Beside a reviewer or a physician, intake adds nothing."""


def build() -> Cases:
    """A world in which each team has a case in every state."""
    world = make_cases()
    world.sign_in(*ROLES)
    for state, made in STATES.items():
        for is_other, side in ((False, world), (True, world.other())):
            world.standing[state, is_other] = made(side).pk
    for pair in PAIRS:
        world.standing[pair] = world.person(" and ".join(pair), *pair).pk
    world.standing["colleague"] = world.person("colleague", *CLINICAL).pk
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


# Two roles of one person: what is offered is done, and nothing else

Try = Callable[[Cases, Person, Case], object]


def signs_something(world: Cases, person: Person, case: Case) -> None:
    """Sign whichever result the person can sign."""
    look(person, case.pk, "sign_approval")  # what would be signed is costly to find
    try:
        signed(person, case, "approved")
    except RefusedError:
        signed(person, case, "adverse")


def issue(world: Cases, person: Person, case: Case) -> None:
    kind = next(iter(letters.kinds(case)), "approval")
    letters.issue(person, case.pk, sent(case), kind, "Dr. O. (made up)", "")


def assign(world: Cases, person: Person, case: Case) -> None:
    working.assign(person, case.pk, sent(case), Person.objects.get(pk=world.standing["colleague"]))


def claim(world: Cases, person: Person, case: Case) -> None:
    """Take a case. Whoever has it already is not refused, and nothing is done."""
    working.claim(person, case.pk, sent(case), REASON)
    if fresh(case).revision == case.revision:
        raise RefusedError


TRIES: dict[str, Try] = {
    "claim": claim,
    "submit": lambda _, person, case: intake.submit(person, case.pk, sent(case)),
    "judge": lambda world, person, case: judged(person, case),
    "go": lambda _, person, case: answering.answer(person, case.pk, sent(case), {"setting": "outpatient"}),
    "sign": signs_something,
    "decide_appeal": lambda _, person, case: appeal_decided(person, case, "adverse"),
    "elsewhere": lambda _, person, case: sending.send_elsewhere(
        person, case.pk, sent(case), "Extremities (made up)", REASON
    ),
    "refer": lambda _, person, case: working.refer(person, case.pk, sent(case), "Please look."),
    "ask_colleague": lambda world, person, case: opinions.ask_colleague(
        person, case.pk, sent(case), Person.objects.get(pk=world.standing["colleague"]), "Is it a dimple?"
    ),
    "withdraw_question": lambda world, person, case: opinions.withdraw_question(
        person, case.pk, sent(case), world.physician_2
    ),
    "opinion": lambda _, person, case: opinions.give_opinion(person, case.pk, sent(case), "It is."),
    "send_back": lambda _, person, case: working.send_back(person, case.pk, sent(case), "Is it seen?"),
    "information": lambda _, person, case: working.request_information(
        person, case.pk, sent(case), "Dr. O. (made up)", "Please send the note."
    ),
    "received": lambda _, person, case: working.receive_information(person, case.pk, sent(case), "It came."),
    "note": lambda _, person, case: working.note(person, case.pk, sent(case), "A note."),
    "assign": assign,
    "give": lambda world, person, case: giving.give(
        person, case.pk, sent(case), Person.objects.get(pk=world.standing["colleague"]), REASON
    ),
    "extend": lambda _, person, case: working.extend(person, case.pk, sent(case), REASON),
    "standard": lambda _, person, case: intake.make_standard(person, case.pk, sent(case), REASON),
    "correct": lambda _, person, case: corrected(person, case, "approved"),
    "appeal": lambda _, person, case: appealing.file_appeal(person, case.pk, sent(case), "They appeal."),
    "withdraw": lambda _, person, case: working.withdraw(person, case.pk, sent(case), REASON),
    "close": lambda _, person, case: working.close(person, case.pk, sent(case)),
    "reopen": lambda _, person, case: working.reopen(person, case.pk, sent(case), REASON),
    "new_letter": issue,
}


def is_done(world: Cases, name: str, person: Person, case: Case) -> bool:
    """Whether somebody is let do something. Nothing of it is kept."""
    with undone():
        try:
            TRIES[name](world, person, case)
        except (NotFoundError, RefusedError):
            return False
    return True


def offered_to(person: Person, case: Case) -> tuple[set[str], set[str]]:
    """What the page of a case offers, and that of its determination."""
    try:
        work = look(person, case.pk)
    except NotFoundError:  # of an appeal that nobody has, no more is known than that it can be taken
        return {"claim"} if may_see(person, case) else set(), set()
    page = Page(work)
    found = page.determination
    return {action.name for action in page.actions}, {
        action.name for action in (steps(work, found, "/next/") if found else ())
    }


def test_the_tries_are_what_can_be_offered():
    assert set(TRIES) == {*OFFERS, "claim", "new_letter"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("pair", PAIRS)
def test_whoever_has_two_roles_is_offered_what_they_are_let_do_and_nothing_else(world, pair, state):
    case, person = fresh(world.standing[state, False]), Person.objects.get(pk=world.standing[pair])
    if set(pair) & set(CLINICAL) and case.assignee_id:
        Case.objects.filter(pk=case.pk).update(assignee=person)
    case = fresh(case)
    offered, steps_offered = offered_to(person, case)

    assert offered == {name for name in TRIES if is_done(world, name, person, case)}
    # Whoever judges first is not shown the page of a determination before that.
    steps_due = {*("go", "sign", "decide_appeal", "elsewhere", "refer", "information")}
    assert steps_offered == (set() if "judge" in offered else offered & steps_due)


def test_a_reviewer_who_decides_appeals_too_is_offered_no_signature_that_is_a_physicians(world):
    person = Person.objects.get(pk=world.standing["reviewer", "appeal_physician"])
    case = world.in_review(person, NOT_MET)
    shown = world.client(person).get(reverse("reviews:determination", args=[case.pk])).content.decode()

    assert reverse("reviews:sign", args=[case.pk]) not in shown
    assert reverse("reviews:refer", args=[case.pk]) in shown


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
