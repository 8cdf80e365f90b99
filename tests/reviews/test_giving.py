"""Giving cases to somebody else, as a supervisor does: one, or those that are ticked on a list."""

from __future__ import annotations

import json
import re

import pytest

from decisions.models import Case, Event, Person, RoleGrant, new_id
from decisions.reviews.case import giving
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.queries import Wanted
from tests.reviews.pages import text_of
from tests.reviews.world import REASON, Cases, fresh, make_cases, sent

pytestmark = pytest.mark.django_db
LIST, GIVE = "/cases/?which=team", "/cases/give/"


def build() -> Cases:
    """A world in which the supervisor and a nurse are signed in."""
    world = make_cases()
    world.sign_in("supervisor", "reviewer")
    return world


def tick(case: Case) -> str:
    return f"{case.pk}.{fresh(case).revision}"


def given(world: Cases, *cases: Case, to: Person | str, follow: bool = False, **said: object):
    """What the form of the list is answered for some ticked cases."""
    fields = {
        "token": new_id(),
        "asked": "which=team",
        "cases": [tick(case) for case in cases],
        "to": to.pk if isinstance(to, Person) else to,
        "reason": "She is away.",
        **said,
    }
    return world.client(world.supervisor).post(GIVE, fields, follow=follow)


def newest() -> tuple[str, dict[str, object], str]:
    event = Event.objects.order_by("-seq")[0]
    return event.action, json.loads(event.details), event.role


# One case


def test_a_supervisor_gives_a_case_whoever_has_it_and_the_log_says_from_whom_and_as_what(world):
    case = world.in_review(world.reviewer)
    giving.give(world.supervisor, case.pk, sent(case), world.reviewer_2, "She is away.")

    assert fresh(case).assignee == world.reviewer_2
    details = {"to": world.reviewer_2.pk, "from_person": world.reviewer.pk}
    assert newest() == ("case_assigned", details, "supervisor")
    note = case.case_notes.get()
    assert (note.text, note.written_by) == (
        "Given to Reviewer 2 (made up): She is away.",
        world.supervisor,
    )


def test_a_case_is_taken_off_somebody_and_is_among_the_unassigned_again(world):
    case = world.in_review(world.reviewer)
    giving.give(world.supervisor, case.pk, sent(case), None, "She is away.")

    assert fresh(case).assignee is None
    assert case in queries.listing(world.reviewer_2, Wanted(which=queries.UNASSIGNED)).cases
    assert newest() == ("case_freed", {"from_person": world.reviewer.pk}, "supervisor")
    assert case.case_notes.get().text == "Taken off Reviewer (made up): She is away."


@pytest.mark.parametrize(
    ("made", "to", "why"),
    [
        ("draft", "reviewer", "The case is in the state: draft"),
        ("closed", "physician", "The case is in the state: closed"),
        ("in_review", "intake", "cannot have this case"),
        ("in_review", "supervisor", "cannot have this case"),
        ("in_review", "other_reviewer", "cannot have this case"),
        ("in_physician_review", "reviewer", "cannot have this case"),
        ("appealed", "physician", "cannot have this case"),
        ("in_review", None, "Nobody has this case"),
        ("decided_adverse", None, "The case is in the state: decided"),
        ("decided_adverse", "physician", "has this case already"),
    ],
)
def test_a_supervisor_gives_a_case_to_nobody_whom_its_rules_do_not_let_have_it(world, made, to, why):
    case = getattr(world, made)()
    before = case.assignee
    with pytest.raises(RefusedError, match=why):
        giving.give(world.supervisor, case.pk, sent(case), getattr(world, to) if to else None, REASON)

    assert fresh(case).assignee == before
    assert newest()[0] == "refused"


def test_an_appeal_is_not_given_to_who_signed_the_first_decision(world):
    RoleGrant.objects.create(person=world.physician, role="appeal_physician")
    case = world.appealed()
    with pytest.raises(RefusedError, match="cannot have this case"):
        giving.give(world.supervisor, case.pk, sent(case), Person.objects.get(pk=world.physician.pk), REASON)


def test_a_supervisor_who_is_a_reviewer_too_keeps_what_a_reviewer_may(world):
    both = world.person("both", "reviewer", "supervisor")
    case = world.in_review()
    working.claim(both, case.pk, sent(case))
    assert newest()[::2] == ("case_claimed", "reviewer")
    giving.give(both, case.pk, sent(case), world.reviewer, REASON)
    assert newest()[::2] == ("case_assigned", "supervisor")


def test_the_page_of_a_case_lets_a_supervisor_give_it_to_those_who_can_have_it_and_to_nobody(world):
    case = world.in_physician_review(world.physician)
    page = text_of(world.client(world.supervisor).get(f"/cases/{case.pk}/give/"))

    assert re.findall(r"<option[^>]*>([^<]+)<", page) == [
        "Choose somebody",
        "Physician 2 (made up)",
        "Nobody: back among the unassigned",
    ]


# Several cases, on the list


def test_the_list_of_a_supervisor_has_a_tick_for_each_case_that_can_be_given_and_no_other_has_any(world):
    cases = [world.in_review(), world.in_review(world.reviewer), world.draft()]
    client = world.client(world.supervisor)
    page = text_of(client.get(LIST))
    ticks = re.findall(r'name="cases" value="([^"]+)" aria-label="Give ([^"]+)"', page)

    assert sorted(ticks) == sorted((tick(case), case.reference) for case in cases[:2])
    assert "Give the ticked cases" in page
    assert 'name="cases"' not in text_of(world.client(world.reviewer).get(LIST))
    assert "Give the ticked cases" not in text_of(client.get("/cases/?which=team&state=closed"))


def test_ticked_cases_are_given_in_one_go_with_an_event_each_and_the_list_comes_back(world):
    cases = [world.in_review(), world.in_review(world.reviewer)]
    other = world.in_review(world.reviewer)
    response = given(world, *cases, to=world.reviewer_2, asked="which=team&urgency=standard")

    assert response.status_code == 302
    assert response.url == "/cases/?urgency=standard&which=team"
    assert [fresh(case).assignee for case in (*cases, other)] == [*[world.reviewer_2] * 2, world.reviewer]
    assert set(Event.objects.filter(action="case_assigned").values_list("case", flat=True)) == {
        case.pk for case in cases
    }


def test_all_on_the_page_are_given_without_a_tick(world):
    cases = [world.in_review(), world.in_review(world.reviewer)]
    response = given(
        world, to="nobody", shown=[tick(case) for case in cases[1:]], everything="on", follow=True
    )

    assert [fresh(case).assignee for case in cases] == [None, None]
    assert "1 case unassigned." in text_of(response)


def test_what_could_not_be_given_is_listed_with_why_and_keeps_nothing_else_back(world):
    fits = world.in_review(world.reviewer)
    referred, changed, foreign = world.in_physician_review(), world.in_review(), world.of_other_team()
    old = tick(changed)
    working.claim(world.reviewer, changed.pk, sent(changed))
    ticks = [tick(fits), tick(referred), old, tick(foreign), f"{'x' * 22}.0"]
    response = given(world, to=world.reviewer_2, cases=ticks)
    page = text_of(response)

    assert response.status_code == 200
    assert "4 cases could not be given" in page
    assert f"{referred.reference}</a>: Reviewer 2 (made up) cannot have this case" in page
    assert f"{changed.reference}</a>: Somebody changed it meanwhile" in page
    assert page.count("There is no such case.") == 2
    assert foreign.reference not in page
    assert "1 case given to Reviewer 2 (made up)." in page
    assert [fresh(case).assignee for case in (fits, referred, changed)] == [
        world.reviewer_2,
        None,
        world.reviewer,
    ]


def test_the_same_form_sent_again_gives_each_case_once(world):
    cases = [world.in_review(), world.in_review(world.reviewer)]
    said = {"token": new_id(), "cases": [tick(case) for case in cases]}
    first = given(world, to=world.reviewer_2, **said)
    count = Event.objects.filter(action="case_assigned").count()
    again = given(world, to=world.reviewer_2, **said)

    assert (again.status_code, again.url) == (302, first.url)
    assert Event.objects.filter(action="case_assigned").count() == count == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"reason": ""}, "Give a reason."),
        ({"to": ""}, "Choose somebody."),
        ({"to": "999999"}, "Select a valid choice"),
        ({"cases": []}, "Tick the cases, or tick this."),
        ({"cases": ["nonsense"]}, "This list is not complete."),
        ({"cases": [f"{'x' * 21}{n:x}.0" for n in range(26)]}, "This list is not complete."),
        ({"cases": [f"{'x' * 22}.{10**12}"]}, "This list is not complete."),
        ({"asked": "which=nonsense"}, "This list cannot be found."),
    ],
)
def test_a_form_that_is_not_filled_in_says_so_gives_nothing_and_keeps_the_ticks(world, said, why):
    case = world.in_review(world.reviewer)
    response = (
        given(world, case, to=world.reviewer_2, **said) if "to" not in said else given(world, case, **said)
    )
    page = text_of(response)

    assert response.status_code == 422
    assert why in page
    assert fresh(case).assignee == world.reviewer
    if "cases" not in said:
        assert re.search(rf'value="{tick(case)}" aria-label="Give {case.reference}" checked', page)


def test_a_page_of_twenty_five_is_given_as_a_whole(world):
    ticks = [f"{'x' * 21}{chr(97 + n)}.0" for n in range(25)]
    page = text_of(given(world, to="nobody", cases=ticks))

    assert "25 cases could not be given" in page
    assert "Nothing was given." in page


def test_nobody_else_gives_cases_so_and_the_refusal_is_recorded(world):
    case = world.in_review(world.reviewer)
    response = world.client(world.reviewer).post(GIVE, {"cases": [tick(case)], "to": world.reviewer_2.pk})

    assert response.status_code == 403
    assert newest()[:2] == ("refused", {"action": "give", "kind": "refused"})


def test_a_supervisor_without_a_team_gives_nothing(world):
    Person.objects.filter(pk=world.supervisor.pk).update(team=None)
    assert given(world, to="nobody", cases=[f"{'x' * 22}.0"]).status_code == 403
