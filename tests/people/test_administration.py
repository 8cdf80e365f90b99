"""What administrators do with people, roles, teams and plans, and the rules that hold for them too."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError

from decisions.administration import leaving, members, plans
from decisions.models import Case, Event, LineOfBusiness, Person, Plan, Role, Team, new_id
from decisions.reviews.case.verbs import assign, claim
from decisions.reviews.ground.work import Sent
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.queries import Wanted
from tests.people.helpers import TURNAROUND, actions
from tests.people.world import add_app, make_person

pytestmark = pytest.mark.django_db
ENTRY = {
    "name": "Nora (made up)",
    "email": "",
    "team": "",
    "license_number": "",
    "license_state": "",
    "license_expires": "",
}


def held(person: Person) -> set[str]:
    return set(person.grants.values_list("role", flat=True))


def test_somebody_is_added_without_roles_and_gets_a_link_that_is_shown_once(world, admin):
    given = {**ENTRY, "username": "nora", "email": "nora@example.org", "team": world.team.pk}
    page = admin.post("/people/add/", given)
    nora = Person.objects.get(username="nora")
    assert "/people/set-up/" in page.content.decode()
    assert "/people/set-up/" not in admin.get(f"/people/{nora.pk}/").content.decode()
    assert (held(nora), nora.team, nora.has_usable_password()) == (set(), world.team, False)
    assert actions()[:2] == ["person_added", "link_made"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"username": "REVIEWER"}, "Somebody has this user name."),
        ({"username": "a b"}, "Enter a valid username"),
        ({"email": "Taken@Example.org"}, "Somebody has this e-mail address."),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"license_number": "1"}, "A license has a number, a state and a last day."),
        ({"team": "9999"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_an_entry_that_is_not_right_says_so_and_keeps_what_was_typed(world, admin, change, said):
    Person.objects.filter(pk=world.intake.pk).update(email="taken@example.org")
    response = admin.post("/people/add/", {**ENTRY, "username": "nora", "license_state": "NY-7", **change})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert 'value="NY-7"' in response.content.decode()
    assert not Person.objects.filter(username="nora").exists()


def test_a_changed_entry_is_recorded_by_what_changed_not_by_what_it_says(world, admin):
    admin.post(f"/people/{world.intake.pk}/", {**ENTRY, "name": "Another Name (made up)"})
    world.intake.refresh_from_db()
    assert world.intake.name == "Another Name (made up)"
    event = Event.objects.latest("seq")
    assert json.loads(event.details)["changed"] == ["name", "team"]
    assert "Another" not in event.details


# Roles


def test_a_role_is_given_and_taken_and_both_are_recorded(world, admin):
    path = f"/people/{world.intake.pk}/role/"
    admin.post(path, {"role": "reviewer", "give": "1"})
    assert held(world.intake) == {"intake", "reviewer"}
    assert world.intake.grants.get(role="reviewer").granted_by == world.administrator
    admin.post(path, {"role": "reviewer", "give": "0"})
    assert held(world.intake) == {"intake"}
    events = list(Event.objects.order_by("-seq")[:2])
    assert [event.action for event in events] == ["role_taken", "role_granted"]
    assert json.loads(events[0].details) == {"person": world.intake.pk, "role": "reviewer"}


def test_a_role_that_is_held_is_not_given_twice_nor_taken_when_it_is_not_held(world):
    before = Event.objects.count()
    members.grant_role(world.administrator, world.intake, "intake")
    members.take_role(world.administrator, world.intake, "auditor")
    assert Event.objects.count() == before


FORBIDDEN = {
    frozenset(pair)
    for pair in [
        (Role.REVIEWER, Role.AUDITOR),
        (Role.SUPERVISOR, Role.AUDITOR),
        (Role.ADMINISTRATOR, Role.SUPERVISOR),
        (Role.ADMINISTRATOR, Role.REVIEWER),
        (Role.ADMINISTRATOR, Role.PHYSICIAN),
        (Role.ADMINISTRATOR, Role.APPEAL_PHYSICIAN),
    ]
}


@pytest.mark.parametrize("have", list(Role))
@pytest.mark.parametrize("wanted", list(Role))
def test_two_roles_that_must_not_meet_are_not_held_together(world, have, wanted):
    somebody = make_person("somebody", have)
    if {have, wanted} in FORBIDDEN:
        with pytest.raises(members.RefusedError, match="cannot be held together"):
            members.grant_role(world.administrator, somebody, wanted)
        assert held(somebody) == {have}
    else:
        members.grant_role(world.administrator, somebody, wanted)
        assert held(somebody) == {have, wanted}


@pytest.mark.parametrize("have", list(Role))
@pytest.mark.parametrize("wanted", list(Role))
def test_the_page_offers_no_role_beside_one_that_it_must_not_meet_and_says_why(world, admin, have, wanted):
    somebody = make_person("somebody", have)
    page = admin.get(f"/people/{somebody.pk}/").text
    said = f"{wanted.label} cannot be held together with {have.label.lower()}."
    is_forbidden = {have, wanted} in FORBIDDEN
    assert (said in page) == is_forbidden
    assert (f'Give<span class="visually-hidden">&nbsp;the role {wanted.label}' in page) == (
        have != wanted and not is_forbidden
    )


def checked(**options: Any) -> str:
    """What ``manage.py check`` says of people."""
    said = StringIO()
    try:
        call_command("check", "--tag", "people", stdout=said, stderr=said, **options)
    except SystemCheckError as error:
        return str(error)
    return said.getvalue()


@pytest.mark.parametrize("pair", sorted(sorted(pair) for pair in FORBIDDEN))
def test_a_database_where_one_person_holds_two_such_roles_is_told_by_check_and_on_the_page(
    world, admin, pair
):
    assert "no issues" in checked()
    both = make_person("both", *pair)
    one, other = (role for role in Role if role in pair)
    said = f"{one.label} cannot be held together with {other.label.lower()}."

    assert f"(conus.E005) both: {said}" in checked()
    page = admin.get(f"/people/{both.pk}/").text
    assert f"<strong>{said}</strong> Take one of them away." in page
    members.take_role(world.administrator, both, pair[0])
    assert "no issues" in checked()


def test_check_says_nothing_of_people_where_there_are_no_tables(monkeypatch):
    def no_tables() -> None:
        raise OperationalError("no such table")

    monkeypatch.setattr(members, "all_held_against_the_rules", no_tables)
    assert "no issues" in checked()


WARNED = {
    frozenset({Role.REVIEWER, Role.PHYSICIAN}): "one person can then review a request and sign it adverse",
    frozenset({Role.PHYSICIAN, Role.APPEAL_PHYSICIAN}): "whoever signed first never decides the appeal",
    frozenset({Role.REVIEWER, Role.APPEAL_PHYSICIAN}): "whoever signed first never decides the appeal",
}


@pytest.mark.parametrize("have", list(Role))
@pytest.mark.parametrize("wanted", list(Role))
def test_the_page_says_what_it_means_to_hold_two_clinical_roles(world, admin, have, wanted):
    somebody = make_person("somebody", have)
    said = members.together({have}, wanted)
    expected = WARNED.get(frozenset({have, wanted}))
    assert [expected in meaning for meaning in said] == ([True] if expected else [])
    page = admin.get(f"/people/{somebody.pk}/").text
    assert all(meaning in page for meaning in said)


def test_a_warning_stays_where_both_roles_are_held(world, admin):
    both = make_person("both", Role.REVIEWER, Role.PHYSICIAN)
    assert admin.get(f"/people/{both.pk}/").text.count("Reviewer and physician together") == 2


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", [members.grant_role, members.take_role])
def test_nobody_gives_or_takes_a_role_of_their_own(world, verb, role):
    make_person("another", Role.ADMINISTRATOR)
    with pytest.raises(members.RefusedError, match="themselves"):
        verb(world.administrator, world.administrator, role)
    assert held(world.administrator) == {"administrator"}


def test_the_page_says_what_was_refused(world, admin):
    response = admin.post(f"/people/{world.auditor.pk}/role/", {"role": "reviewer", "give": "1"})
    assert response.status_code == 422
    assert "Reviewer cannot be held together with auditor." in response.content.decode()
    assert admin.post(f"/people/{world.auditor.pk}/role/", {"role": "king", "give": "1"}).status_code == 422


def test_the_last_active_administrator_is_neither_deactivated_nor_loses_the_role(world):
    boss, other = world.administrator, world.other_administrator
    members.deactivate(boss, other)
    for verb in (
        lambda: members.take_role(other, boss, "administrator"),
        lambda: members.deactivate(other, boss),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    third = make_person("third", Role.ADMINISTRATOR)
    members.take_role(boss, third, "administrator")
    # Whoever asks must be an administrator, so the rule itself is asked here.
    with pytest.raises(members.RefusedError, match="one active administrator"):
        members.keep_an_administrator(boss)
    assert held(boss) == {"administrator"}


def test_nobody_deactivates_themselves(world):
    with pytest.raises(members.RefusedError, match="yourself"):
        members.deactivate(world.administrator, world.administrator)


@pytest.mark.parametrize(
    "name", ["intake", "reviewer", "physician", "appeal_physician", "supervisor", "auditor"]
)
def test_the_services_refuse_everybody_but_administrators(world, name):
    by, somebody = getattr(world, name), world.other_intake
    verbs = [
        lambda: members.add(by, {"username": "x", "name": "x"}),
        lambda: members.change(by, somebody, {"name": "x"}),
        lambda: members.deactivate(by, somebody),
        lambda: members.reactivate(by, somebody),
        lambda: members.grant_role(by, somebody, "auditor"),
        lambda: members.take_role(by, somebody, "intake"),
        lambda: members.reset_second_factor(by, somebody),
        lambda: members.unlink_provider(by, somebody),
        lambda: members.end_session(by, somebody, 1),
        lambda: members.end_sessions(by, somebody),
        lambda: members.new_link(by, somebody),
        lambda: plans.save_team(by, None, {"name": "x"}),
        lambda: plans.save_line(by, None, {"name": "x"}),
        lambda: plans.save_plan(by, None, {"name": "x", "line": world.line, "policy": ""}),
    ]
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
    assert actions() == ["refused"] * len(verbs)
    assert held(somebody) == {"intake"}


def test_an_administrator_who_was_deactivated_a_moment_ago_does_nothing_more(world):
    gone = world.other_administrator
    assert gone.role_names
    members.deactivate(world.administrator, gone)
    with pytest.raises(PermissionDenied):
        members.grant_role(gone, world.intake, "reviewer")


# Deactivation


def test_the_page_says_what_stays_with_somebody_before_they_are_deactivated(world, admin):
    for number, state in enumerate(["in_review", "in_review", "waiting", "decided", "closed"]):
        make_case(world, number, state)
    page = " ".join(admin.get(f"/people/{world.reviewer.pk}/deactivate/").content.decode().split())
    assert (
        "<strong>In review: 2 open cases.</strong> Can be taken by Physician (made up), "
        "Physician 2 (made up), Reviewer 2 (made up)."
    ) in page
    assert "<strong>Waiting for information: 1 open case.</strong> Can be taken by Physician" in page
    assert "Nobody in the team" not in page
    assert "Decided" not in page
    world.reviewer.refresh_from_db()
    assert world.reviewer.is_active
    admin.post(f"/people/{world.reviewer.pk}/deactivate/")
    world.reviewer.refresh_from_db()
    assert not world.reviewer.is_active
    assert Case.objects.filter(assignee=world.reviewer).count() == 5
    assert json.loads(Event.objects.latest("seq").details)["open_cases"] == 3


def test_the_page_says_that_no_case_stays_behind(admin, world):
    assert "No open case is with them." in admin.get(f"/people/{world.reviewer.pk}/deactivate/").text


def test_the_page_says_which_cases_nobody_else_can_take(world, admin):
    for number, state in enumerate(["appealed", "appealed", "draft"]):
        make_case(world, number, state)
    Case.objects.update(assignee=world.appeal_physician)
    page = admin.get(f"/people/{world.appeal_physician.pk}/deactivate/").text
    assert "Nobody in the team can take 2 of them." in page
    assert "The whole team goes on with a draft." in page
    make_person("second", Role.APPEAL_PHYSICIAN, team=world.team)
    page = admin.get(f"/people/{world.appeal_physician.pk}/deactivate/").text
    assert "Can be taken by Second (made up)." in page
    assert "Nobody in the team" not in page


WHO_TAKES = [("in_review", "reviewer_2"), ("physician_review", "physician_2"), ("waiting", "reviewer_2")]


@pytest.mark.parametrize(("state", "colleague"), [*WHO_TAKES, ("appealed", "second")])
def test_a_case_of_somebody_who_was_deactivated_is_taken_over_by_a_colleague(world, state, colleague):
    second = make_person("second", Role.APPEAL_PHYSICIAN, team=world.team)
    world.people["second"] = second
    case = make_case(world, 1, state)
    members.deactivate(world.administrator, world.reviewer)
    taker = getattr(world, colleague)
    claim(taker, case.pk, Sent(token=new_id(), revision=case.revision), "They have left.")
    case.refresh_from_db()
    assert case.assignee == taker


def test_the_cases_of_somebody_who_leaves_are_put_among_the_unassigned_where_the_box_is_ticked(world, admin):
    states = ["in_review", "waiting", "appealed", "draft", "decided", "closed"]
    cases = [make_case(world, number, state) for number, state in enumerate(states)]
    other = make_case(world, 7, "in_review")
    Case.objects.filter(pk=other.pk).update(assignee=world.reviewer_2)
    page = admin.get(f"/people/{world.reviewer.pk}/deactivate/").text
    assert 'type="checkbox" name="free"' in page
    assert "checked" in page

    admin.post(f"/people/{world.reviewer.pk}/deactivate/", {"free": "on"})

    for case in cases:
        case.refresh_from_db()
    assert [case.state for case in cases if case.assignee is None] == ["in_review", "waiting", "appealed"]
    assert [case.revision for case in cases] == [1, 1, 1, 0, 0, 0]
    freed = Event.objects.filter(action="case_freed")
    assert {(event.case, event.actor, event.details) for event in freed} == {
        (case.pk, world.administrator.pk, f'{{"from_person":{world.reviewer.pk}}}') for case in cases[:3]
    }
    assert cases[0] in queries.listing(world.reviewer_2, Wanted(which=queries.UNASSIGNED)).cases
    assert not Person.objects.get(pk=world.reviewer.pk).is_active
    other.refresh_from_db()
    assert other.assignee == world.reviewer_2


def test_where_the_last_administrator_would_leave_no_case_is_freed(world):
    case = make_case(world, 1, "in_review")
    Case.objects.update(assignee=world.administrator)
    for by in (world.administrator, world.other_administrator):
        Person.objects.exclude(pk=world.administrator.pk).filter(pk=by.pk).update(is_active=False)
        with pytest.raises((members.RefusedError, PermissionDenied)):
            leaving.deactivate(by, world.administrator, free=True)
    case.refresh_from_db()
    assert case.assignee == world.administrator
    assert not Event.objects.filter(action="case_freed").exists()


def test_lists_and_the_case_mark_whoever_was_deactivated(world):
    case = make_case(world, 1, "in_review")
    client = world.client(world.reviewer_2)
    pages = [f"/cases/{case.pk}/", "/cases/?which=team"]
    assert ["(deactivated)" in client.get(page).text for page in pages] == [False, False]

    leaving.deactivate(world.administrator, world.reviewer, free=False)

    case.refresh_from_db()
    assert case.assignee == world.reviewer
    assert [f"{world.reviewer} (deactivated)" in client.get(page).text for page in pages] == [True, True]


@pytest.mark.parametrize(("state", "colleague"), WHO_TAKES)
def test_a_case_of_somebody_who_was_deactivated_is_given_to_a_colleague(world, state, colleague):
    case = make_case(world, 1, state)
    members.deactivate(world.administrator, world.reviewer)
    to = getattr(world, colleague)
    assign(world.physician, case.pk, Sent(token=new_id(), revision=case.revision), to)
    case.refresh_from_db()
    assert case.assignee == to


def make_case(world, number: int, state: str) -> Case:
    import datetime as dt

    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return Case.objects.create(
        reference=f"R-{number}",
        member_reference="MADE-UP",
        birth_date=day.date(),
        plan=world.plan,
        policy="cigna-cpg-038",
        ordering_clinician="Made up",
        urgency="standard",
        received_at=day,
        team=world.team,
        assignee=world.reviewer,
        state=state,
        resumes_to="in_review" if state == "waiting" else "",
        appealed=state == "appealed",
        created_by=world.intake,
        sort_due=day,
    )


def test_the_administration_shows_nothing_of_a_case(world, admin):
    make_case(world, 7, "in_review")
    for path in ["/people/", f"/people/{world.reviewer.pk}/", f"/people/{world.reviewer.pk}/deactivate/"]:
        page = admin.get(path).content.decode()
        assert "MADE-UP<" not in page
        assert "R-7" not in page


def test_a_physician_without_a_license_is_pointed_out(world, admin):
    words = "No license that is good today."
    assert words not in admin.get(f"/people/{world.physician.pk}/").content.decode()
    Person.objects.filter(pk=world.physician.pk).update(license_expires="2020-01-01")
    assert words in admin.get(f"/people/{world.physician.pk}/").content.decode()
    assert words not in admin.get(f"/people/{world.reviewer.pk}/").content.decode()


def test_resetting_a_second_factor_removes_it_and_ends_the_sessions(world, admin):
    theirs = world.client(world.physician)
    admin.post(f"/people/{world.physician.pk}/second-factor/")
    assert not Authenticator.objects.filter(user=world.physician).exists()
    assert "Sign out" not in theirs.get("/").content.decode()
    add_app(world.physician)
    with pytest.raises(members.RefusedError):
        members.reset_second_factor(world.administrator, world.administrator)


# Teams, lines of business and plans


def test_a_team_is_added_and_renamed(admin):
    admin.post("/people/teams/add/", {"name": "Team C (made up)"})
    team = Team.objects.get(name="Team C (made up)")
    admin.post(f"/people/teams/{team.pk}/", {"name": "Team D (made up)"})
    team.refresh_from_db()
    assert team.name == "Team D (made up)"
    assert "Team D (made up)" in admin.get("/people/teams/").content.decode()
    assert actions()[-2:] == ["team_changed", "team_changed"]
    assert admin.post("/people/teams/add/", {"name": "Team D (made up)"}).status_code == 422


LINE = {"name": "Line", **TURNAROUND, "paused_states": ["waiting"]}


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("expedited_hours", 1440),
        ("standard_days", 365),
        ("extension_days", 365),
        ("due_soon_hours", 1440),
        ("appeal_expedited_hours", 1440),
        ("appeal_standard_days", 365),
    ],
)
def test_a_turnaround_has_limits(admin, name, most):
    for value, status in [
        (0, 422),
        (1, 302),
        (2, 302),
        (most - 1, 302),
        (most, 302),
        (most + 1, 422),
        ("x", 422),
    ]:
        given = {**LINE, "name": f"Line {value}", name: value}
        assert admin.post("/people/lines/add/", given).status_code == status, value


def test_a_line_says_in_which_states_the_clock_stands_still(admin):
    admin.post("/people/lines/add/", LINE)
    line = LineOfBusiness.objects.get(name="Line")
    assert line.paused_states == ["waiting"]
    assert admin.post(f"/people/lines/{line.pk}/", {**LINE, "paused_states": ["king"]}).status_code == 422
    admin.post(f"/people/lines/{line.pk}/", {**LINE, "paused_states": []})
    line.refresh_from_db()
    assert line.paused_states == []
    assert actions().count("plan_changed") == 2


@pytest.mark.parametrize(("policy", "status"), [("", 302), ("ash-cpg-038", 302), ("no-policy", 422)])
def test_a_plan_names_a_policy_of_the_library_or_none(world, admin, policy, status):
    given = {"name": "Plan", "line": world.line.pk, "policy": policy}
    assert admin.post("/people/plans/add/", given).status_code == status
    assert Plan.objects.filter(name="Plan", policy=policy).exists() is (status == 302)


def test_second_factors_are_removed_only_after_a_page_has_asked(world, admin):
    page = admin.get(f"/people/{world.physician.pk}/").text
    path = f"/people/{world.physician.pk}/second-factor/"
    add_app(world.physician)
    offered = admin.get(f"/people/{world.physician.pk}/").text
    asked = admin.get(path).text

    assert path not in page
    assert f'<a href="{path}">Remove the second factors</a>' in offered
    assert "set up a second factor anew" in asked
    assert Person.objects.get(pk=world.physician.pk).has_second_factor

    admin.post(path)

    assert not Person.objects.get(pk=world.physician.pk).has_second_factor
    assert "They have no second factor." in admin.get(path).text
