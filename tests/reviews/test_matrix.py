"""Every address of the reviews, by every role: one's own case, a colleague's, another team's, a missing one.

The addresses are found in the URL configuration. One that is not in the table here fails a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from decisions.models import Absence, Case, EmergencyAccess, Event, GivingRule, KeptView, Person, new_id
from decisions.reviews import urls
from decisions.reviews.ground.work import Sent
from decisions.reviews.letters import verbs as letters
from decisions.reviews.worklist import emergency
from tests.reviews.world import REASON, Cases, fresh, make_cases, sent

pytestmark = pytest.mark.django_db

ROLES = ("intake", "reviewer", "physician", "appeal_physician", "supervisor", "auditor", "administrator")
OWN, COLLEAGUES, OTHER_TEAMS, MISSING = "own", "a colleague's", "another team's", "missing"
PLACES = (OWN, COLLEAGUES, OTHER_TEAMS, MISSING)
OPEN, REFUSED, NOT_FOUND, NO_SUCH_METHOD = "open", "refused", "not found", "no such method"
ANSWERS = {403: REFUSED, 404: NOT_FOUND, 405: NO_SUCH_METHOD} | dict.fromkeys((200, 204, 302, 409, 422), OPEN)

TEAMS, MINE, NONE = {OWN, COLLEAGUES}, {OWN}, set()
Reach = dict[str, set[str]]
WORKERS, CLINICAL = ("intake", "reviewer", "physician"), ("reviewer", "physician")
OVERSEERS = ("supervisor", "auditor")


def every(roles: tuple[str, ...], places: set[str], appeals: set[str] = NONE, **more: set[str]) -> Reach:
    """The same cases for some roles, and others for the rest."""
    return {**dict.fromkeys(roles, places), "appeal_physician": appeals, **more}


KNOWN = every((*WORKERS, *OVERSEERS), TEAMS, MINE)
READ = every((*CLINICAL, *OVERSEERS), TEAMS, MINE)
ANSWERED = every(CLINICAL, MINE, MINE)


@dataclass(frozen=True)
class Route:
    """Who may open an address, and who may send a form to it. None: no page is there, or no form."""

    get: Reach | None
    post: Reach | None = None
    made: str = "in_review"
    made_for_appeals: str = "appealed"
    more: dict[str, Any] = field(default_factory=dict)


def both(reach: Reach, *made: str, **more: Any) -> Route:
    """A page with a form, for the same people."""
    return Route(reach, reach, *made, more=more)


DECIDED = ("decided_adverse", "appeal_decided")
OF_A_CASE = {
    "case": Route(KNOWN),
    "news": Route(KNOWN),
    "request": both(every(WORKERS, TEAMS), "draft"),
    "submit": both(every(WORKERS, TEAMS), "draft"),
    "claim": both(every(CLINICAL, TEAMS, TEAMS)),
    "assign": both(every(CLINICAL, TEAMS, MINE)),
    "give": both({"supervisor": TEAMS}),
    "refer": both({"reviewer": MINE}),
    "ask_colleague": both({"physician": MINE}, "in_physician_review"),
    "opinion": both({"physician": TEAMS}, "in_physician_review"),
    "withdraw_question": both({"physician": TEAMS}, "in_physician_review"),
    "send_back": both({"physician": MINE}, "in_physician_review"),
    "elsewhere": both(every(CLINICAL, MINE)),
    "information": both(every(CLINICAL, MINE)),
    "received": both(every(WORKERS, TEAMS), "waiting"),
    "extend": both(every(CLINICAL, MINE, MINE)),
    "standard": both(every(CLINICAL, MINE)),
    "note": both(every(CLINICAL, TEAMS, MINE, supervisor=TEAMS)),
    "withdraw": both(every(WORKERS, TEAMS)),
    "close": both(every(WORKERS, TEAMS), *DECIDED),
    "reopen": both(every(WORKERS, TEAMS), "closed"),
    "judge": both({"physician": MINE, "appeal_physician": MINE}, "to_be_judged", "appeal_to_be_judged"),
    "go": Route(READ),
    "question": Route(READ, ANSWERED, more={"fact": "setting"}),
    "worksheet": Route(READ, ANSWERED),
    "figure": Route(None, READ),
    "determination": Route(READ),
    "determination_text": Route(READ),
    "determination_json": Route(READ),
    "sign": both(every(CLINICAL, MINE)),
    "correct": both({"physician": TEAMS, "appeal_physician": MINE}, *DECIDED),
    "appeal": both(every(WORKERS, TEAMS), *DECIDED),
    "decide_appeal": both({"appeal_physician": MINE}, "appealed"),
    "decision": both(READ, *DECIDED, number=1),
    "new_letter": both(every(WORKERS, TEAMS, MINE), *DECIDED, kind=""),
    "letter": Route(KNOWN, None, *DECIDED, more={"number": 1}),
    "print_letter": Route(READ, None, *DECIDED, more={"number": 1}),
}
# Addresses that are about no case: the roles that may open them, and that may send a form there.
OF_NO_CASE: dict[str, tuple[set[str] | None, set[str] | None]] = {
    "list": ({*WORKERS, "appeal_physician", *OVERSEERS}, None),
    "search": ({*WORKERS, "appeal_physician", *OVERSEERS},) * 2,
    "new": (set(WORKERS),) * 2,
    "emergency": ({*CLINICAL, "appeal_physician"},) * 2,
    "give_cases": (None, {"supervisor"}),
    "figures": ({"supervisor"}, None),
    "rules": ({"supervisor"}, None),
    "add_rule": (None, {"supervisor"}),
    "add_absence": (None, {"supervisor"}),
    "remove_rule": (None, {"supervisor"}),
    "move_rule_up": (None, {"supervisor"}),
    "remove_absence": (None, {"supervisor"}),
    "keep_view": (None, {*WORKERS, "appeal_physician", *OVERSEERS}),
    "remove_view": (None, set(ROLES)),
    # It says what codes are called, and nothing of a case.
    "codes": (None, set(ROLES)),
    "accesses": ({"auditor"}, None),
    "acknowledge": (None, {"auditor"}),
}


def test_the_table_has_every_address_and_no_other():
    assert {route.name for route in urls.urlpatterns} == {*OF_A_CASE, *OF_NO_CASE}


def made(world: Cases, name: str) -> Case:
    """A case in a state; where it is decided, its letter is out."""
    case = getattr(world, name)()
    if case.state == "decided":
        kind = letters.kinds(case)[0]
        letters.issue(world.intake, case.pk, sent(case), kind, "Dr. O. (made up)", "")
    return case


def build() -> Cases:
    """A world in which each team has a case in every state that the table asks for."""
    world = make_cases()
    world.sign_in(*ROLES)
    routes = OF_A_CASE.values()
    for state in sorted({state for route in routes for state in (route.made, route.made_for_appeals)}):
        for is_other, side in ((False, world), (True, world.other())):
            world.standing[state, is_other] = made(side, state).pk
    return world


def of_role(route: Route, role: str) -> str:
    return route.made_for_appeals if role == "appeal_physician" else route.made


def address(name: str, route: Route, case_id: str, state: str) -> str:
    more = dict(route.more)
    if name == "new_letter":
        more["kind"] = "overturned" if state == "appeal_decided" else "adverse"
    return reverse(f"reviews:{name}", kwargs={"case_id": case_id, **more})


def known(role: str, place: str, case: Case | None) -> bool:
    """Whether somebody may know that there is this case."""
    if case is None or place == OTHER_TEAMS:
        return False
    if role == "appeal_physician":
        return case.state == "appealed" or (case.appealed and place == OWN)
    return role in KNOWN


def expected(reach: Reach | None, role: str, place: str, case: Case | None) -> str:
    if reach is None:
        return NO_SUCH_METHOD
    if not known(role, place, case):
        return NOT_FOUND
    return OPEN if place in reach.get(role, ()) else REFUSED


def neutral(body: bytes) -> str:
    """A page without what differs from one request to the next."""
    secrets = r'((csrfmiddlewaretoken|token)" value=|nonce=|"X-CSRFToken": )"[^"]*"'
    text = re.sub(secrets, "", body.decode())
    return re.sub(r"[\w-]{22}(?=/)", "", text)


@dataclass
class Visit:
    """The cases of a route, and what each person is answered there."""

    world: Cases
    name: str
    route: Route
    clients: dict[str, Client] = field(default_factory=dict)

    def case(self, role: str, place: str) -> Case | None:
        if place == MISSING:
            return None
        is_other = place == OTHER_TEAMS
        case = fresh(self.world.standing[of_role(self.route, role), is_other])
        if not is_other:
            colleague = self.world.reviewer_2 if role != "appeal_physician" else self.world.physician_2
            holder = getattr(self.world, role) if place == OWN else colleague
            Case.objects.filter(pk=case.pk).update(assignee=holder)
        return case

    def client(self, role: str) -> Client:
        if role not in self.clients:
            self.clients[role] = self.world.client(getattr(self.world, role))
        return self.clients[role]

    def answer(self, method: str, role: str, case: Case | None) -> Any:
        state = of_role(self.route, role)
        url = address(self.name, self.route, case.pk if case else new_id(), state)
        return getattr(self.client(role), method)(url)


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_A_CASE)
def test_an_address_of_a_case_answers_each_role_as_the_table_says(world, name, method):
    route = OF_A_CASE[name]
    visit = Visit(world, name, route)
    reach = route.get if method == "get" else route.post
    answers, table = {}, {}
    for role in ROLES:
        for place in PLACES:
            case = visit.case(role, place)
            table[role, place] = expected(reach, role, place, case)
            answers[role, place] = ANSWERS[visit.answer(method, role, case).status_code]

    differing = {key: (answers[key], table[key]) for key in table if answers[key] != table[key]}
    assert differing == {}, "(answered, and due by the table)"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_A_CASE)
def test_another_teams_case_and_a_missing_one_are_answered_with_the_same_page_and_event(world, name, method):
    visit = Visit(world, name, OF_A_CASE[name])
    told = []
    for place in (OTHER_TEAMS, MISSING):
        answer = visit.answer(method, "reviewer", visit.case("reviewer", place))
        event = Event.objects.order_by("-seq")[0]
        told.append((answer.status_code, neutral(answer.content), event.action, event.details))

    assert told[0] == told[1]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OF_A_CASE)
def test_nobody_who_is_not_signed_in_is_told_anything_of_a_case(world, name, method):
    route = OF_A_CASE[name]
    case = fresh(world.standing[route.made, False])
    there = getattr(Client(), method)(address(name, route, case.pk, route.made))
    missing = getattr(Client(), method)(address(name, route, new_id(), route.made))

    assert there.status_code == missing.status_code
    assert neutral(there.content) == neutral(missing.content)
    assert ANSWERS.get(there.status_code, "") != OPEN or "/accounts/login/" in there.get(
        "Location", "/accounts/login/"
    )
    assert case.reference.encode() not in there.content


def away_today(person: Person) -> int:
    today = timezone.localdate()
    return Absence.objects.create(person=person, since=today, until=today, said_by=person).pk


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OF_NO_CASE)
def test_an_address_of_no_case_answers_each_role_as_the_table_says(world, name, role):
    emergency.take_access(world.reviewer, Sent(new_id()), world.of_other_team().reference, REASON)
    access = EmergencyAccess.objects.get()
    person = getattr(world, role)
    numbers = {
        "acknowledge": access.pk,
        "remove_rule": GivingRule.objects.create(team=world.team, place=1).pk,
        "move_rule_up": GivingRule.objects.create(team=world.team, place=2).pk,
        "remove_absence": away_today(person),
        "remove_view": KeptView.objects.create(person=person, name="Mine").pk,
    }
    url = reverse(f"reviews:{name}", args=[numbers[name]] if name in numbers else [])
    client = world.client(person)
    for method, roles in zip(("get", "post"), OF_NO_CASE[name], strict=True):
        due = NO_SUCH_METHOD if roles is None else OPEN if role in roles else REFUSED
        assert (method, ANSWERS[getattr(client, method)(url).status_code]) == (method, due)


def holder_of_emergency_access(world: Cases) -> tuple[Client, Case]:
    case = fresh(world.standing["decided_adverse", True])
    emergency.take_access(world.reviewer, Sent(new_id()), case.reference, REASON)
    return world.client(world.reviewer), case


@pytest.mark.parametrize("name", OF_A_CASE)
def test_emergency_access_opens_reading_and_notes_and_nothing_else(world, name):
    client, case = holder_of_emergency_access(world)
    route = OF_A_CASE[name]
    url = address(name, route, case.pk, "decided_adverse")
    reads = route.get in (KNOWN, READ)
    answers = {method: ANSWERS[getattr(client, method)(url).status_code] for method in ("get", "post")}

    assert answers["get"] == (
        NO_SUCH_METHOD if route.get is None else OPEN if reads or name == "note" else REFUSED
    )
    if name not in ("note", "figure", "decision"):  # the last of them replays, which changes nothing
        assert answers["post"] in (REFUSED, NO_SUCH_METHOD)


@pytest.mark.parametrize(
    "url",
    [
        "/cases/%00/",
        "/cases/a%00b/sign/",
        f"/cases/{'x' * 5000}/",
        f"/cases/emergency/{10**30}/acknowledge/",
        f"/cases/{'x' * 22}/decisions/{10**30}/",
        f"/cases/{'x' * 22}/letters/new/{'y' * 500}/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_an_address_that_nobody_made_is_an_answer_and_no_failure(world, url, method, role):
    assert getattr(world.client(getattr(world, role)), method)(url).status_code in (400, 403, 404, 405)


def test_numbers_of_decisions_and_letters_that_are_not_there_are_not_found(world):
    case = fresh(world.standing["decided_adverse", False])
    client = world.client(world.physician)
    for name in ("decision", "letter", "print_letter"):
        for number, status in ((0, 404), (1, 200), (2, 404), (10**30, 404)):
            url = reverse(f"reviews:{name}", args=[case.pk, number])
            assert (name, number, client.get(url).status_code) == (name, number, status)
