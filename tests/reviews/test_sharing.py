"""Cases that come into review are given by the rules of their team; people are away; the team has figures."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from decisions.models import Absence, Case, Event, GivingRule, Person, new_id
from decisions.reviews.case import verbs as working
from decisions.reviews.ground.work import RefusedError
from decisions.reviews.supervision import team_rules
from decisions.reviews.supervision.figures import Figures
from tests.reviews.pages import text_of
from tests.reviews.world import Cases, fresh, make_cases, sent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
RULES = "/cases/team/rules/"


def build() -> Cases:
    """A world in which the supervisor is signed in."""
    world = make_cases()
    world.sign_in("supervisor", "reviewer")
    return world


def rule(world: Cases, *people: Person, **said: object) -> GivingRule:
    """One more rule of the team."""
    line, urgency = said.get("line"), str(said.get("urgency", ""))
    team_rules.add_rule(world.supervisor, line, urgency, people)
    return GivingRule.objects.latest("pk")


def away(world: Cases, person: Person, since: int, until: int) -> Absence:
    """Somebody is away from some days after today to others."""
    today = timezone.localdate()
    team_rules.say_away(world.supervisor, person, today + since * DAY, today + until * DAY)
    return Absence.objects.latest("pk")


def by_rule() -> list[dict[str, int]]:
    """What the log says of cases that were given by a rule."""
    events = Event.objects.filter(action="case_given_by_rule").order_by("seq")
    return [json.loads(event.details) for event in events]


# By rules


def test_a_case_that_is_sent_to_review_is_given_by_the_rule_and_the_log_names_it(world):
    made = rule(world, world.reviewer)
    case = world.in_review()

    assert case.assignee == world.reviewer
    assert by_rule() == [{"rule": made.pk, "to": world.reviewer.pk}]


@pytest.mark.parametrize("is_given", [True, False])
def test_whoever_sends_a_request_to_review_is_told_who_has_it(world, is_given):
    if is_given:
        rule(world, world.reviewer)
    case, client = world.draft(), world.client(world.intake)
    data = {"token": new_id(), "revision": case.revision}
    said = text_of(client.post(f"/cases/{case.pk}/submit/", data, follow=True))

    has_it = f"{world.reviewer} has it" if is_given else "The reviewers of the team have it"
    assert f"The request is sent to review. {has_it} on their list." in said


def test_a_referral_that_a_rule_gives_to_somebody_says_who_has_it(world):
    case = world.in_review(world.reviewer)
    rule(world, world.physician_2)
    data = {"token": new_id(), "revision": case.revision, "text": "Please look.", "to": ""}
    said = text_of(world.client(world.reviewer).post(f"/cases/{case.pk}/refer/", data, follow=True))

    assert f"The case is referred. {world.physician_2} has it on their list." in said


def test_without_a_rule_that_fits_a_case_is_nobodys(world):
    rule(world, world.reviewer, urgency="expedited")
    rule(world, world.reviewer, line=world.plan_of().line)
    rule(world, world.physician_2)
    Person.objects.filter(pk=world.physician_2.pk).update(is_active=False)

    assert world.in_review().assignee is None
    assert by_rule() == []


def test_rules_are_for_a_line_of_business_and_an_urgency_and_the_first_counts(world):
    rule(world, world.reviewer_2, urgency="expedited", line=world.line)
    rule(world, world.reviewer)

    assert world.expedited().assignee == world.reviewer_2
    assert world.in_review().assignee == world.reviewer


def test_of_several_people_whoever_has_fewest_open_cases_gets_it(world):
    world.in_review(world.reviewer)
    rule(world, world.reviewer, world.reviewer_2)
    given = [world.in_review().assignee for _ in range(3)]

    assert given == [world.reviewer_2, world.reviewer, world.reviewer_2]


def test_a_referral_is_given_to_a_physician_and_not_to_the_nurse_of_an_earlier_rule(world):
    rule(world, world.reviewer_2)
    made = rule(world, world.physician)
    case = world.in_review(urgency="standard")
    assert case.assignee == world.reviewer_2
    working.refer(world.reviewer_2, case.pk, sent(case), "Please look.")

    assert fresh(case).assignee == world.physician
    assert by_rule()[-1] == {"rule": made.pk, "to": world.physician.pk}


def test_a_referral_to_somebody_by_name_is_given_by_no_rule(world):
    case = world.in_review(world.reviewer)
    rule(world, world.physician_2)
    working.refer(world.reviewer, case.pk, sent(case), "Please look.", world.physician)

    assert fresh(case).assignee == world.physician
    assert by_rule() == []


def test_rules_of_another_team_give_nothing(world):
    team_rules.add_rule(world.other_supervisor, None, "", [world.reviewer, world.other_reviewer])
    assert world.in_review().assignee is None


# Away


@pytest.mark.parametrize(
    ("since", "until", "is_there"),
    [(1, 2, True), (0, 0, False), (-1, 0, False), (-2, -1, True), (0, 1, False)],
)
def test_whoever_is_away_today_gets_nothing_by_a_rule(world, since, until, is_there):
    rule(world, world.reviewer)
    away(world, world.reviewer, since, until)

    assert world.in_review().assignee == (world.reviewer if is_there else None)


@pytest.mark.parametrize(("since", "until", "is_given"), [(0, 0, True), (1, 1, False), (-1, -1, False)])
def test_the_case_of_somebody_who_is_away_is_given_on_by_a_colleague(world, since, until, is_given):
    case = world.in_review(world.reviewer)
    away(world, world.reviewer, since, until)
    if is_given:
        working.assign(world.reviewer_2, case.pk, sent(case), world.reviewer_2)
    else:
        with pytest.raises(RefusedError, match="Only they hand it over"):
            working.assign(world.reviewer_2, case.pk, sent(case), world.reviewer_2)

    assert fresh(case).assignee == (world.reviewer_2 if is_given else world.reviewer)


def test_nobody_is_away_until_a_day_before_the_first(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        away(world, world.reviewer, 1, 0)


# The page of both


def test_a_supervisor_adds_moves_and_removes_rules_each_with_its_event(world):
    client = world.client(world.supervisor)
    for people in ([world.reviewer.pk], [world.reviewer.pk, world.reviewer_2.pk]):
        said = {"rule-people": people, "rule-line": world.line.pk, "rule-urgency": "expedited"}
        assert client.post(f"{RULES}add/", said).url == RULES
    first, second = GivingRule.objects.all()
    page = " ".join(text_of(client.get(RULES)).split())
    assert f"Rule {first.pk}: Made-up line, expedited. To Reviewer (made up)." in page
    assert "To Reviewer (made up), Reviewer 2 (made up): whoever has fewest open cases." in page

    client.post(f"{RULES}{second.pk}/up/")
    assert list(GivingRule.objects.all()) == [second, first]
    client.post(f"{RULES}{second.pk}/remove/")
    assert list(GivingRule.objects.all()) == [first]
    told = [json.loads(e.details) for e in Event.objects.filter(action="giving_rule_changed").order_by("seq")]
    assert [(each["rule"], each["change"]) for each in told] == [
        (first.pk, "added"),
        (second.pk, "added"),
        (second.pk, "moved up"),
        (second.pk, "removed"),
    ]
    assert told[0]["to"] == [world.reviewer.pk]


def test_a_supervisor_says_who_is_away_and_takes_it_back(world):
    client, today = world.client(world.supervisor), timezone.localdate()
    said = {"away-person": world.reviewer.pk, "away-since": str(today), "away-until": str(today + DAY)}
    assert client.post("/cases/team/away/add/", said).url == RULES
    assert f"Reviewer (made up): {today} to {today + DAY}" in text_of(client.get(RULES))
    assert f"Reviewer (made up) (away until {today + DAY})" in text_of(
        client.get(f"/cases/{world.in_review().pk}/give/")
    )
    client.post(f"/cases/team/away/{Absence.objects.get().pk}/remove/")
    assert not Absence.objects.exists()
    changes = [
        json.loads(event.details)["change"] for event in Event.objects.filter(action="absence_changed")
    ]
    assert changes == ["added", "removed"]


@pytest.mark.parametrize(
    ("since", "until"),
    [("{0}-12-13", "{0}-12-24"), ("12/13/{0}", "Dec 24, {0}"), ("Dec 13 {0}", "12/24/{1}")],
)
def test_the_days_of_an_absence_are_taken_as_they_are_written_and_shown_back(world, since, until):
    client, year = world.client(world.supervisor), timezone.localdate().year
    days = {"away-since": since.format(year), "away-until": until.format(year, f"{year % 100:02}")}
    said = {"away-person": world.reviewer.pk, **days}
    page = client.post("/cases/team/away/add/", said, follow=True)

    assert f"Added: Reviewer (made up) is away from {year}-12-13 to {year}-12-24." in text_of(page)
    absence = Absence.objects.get()
    assert (str(absence.since), str(absence.until)) == (f"{year}-12-13", f"{year}-12-24")
    assert "Added:" not in text_of(client.get(RULES))


def test_of_two_days_that_can_be_meant_one_is_chosen_before_an_absence_is_added(world):
    client, year = world.client(world.supervisor), timezone.localdate().year
    days = {"away-since": f"3/4/{year % 100:02}", "away-until": f"{year}-12-24"}
    said = {"away-person": world.reviewer.pk, **days}
    asked = client.post("/cases/team/away/add/", said)
    assert asked.status_code == 422
    assert f'name="away-since.take" value="{year}-03-04"' in asked.content.decode()

    chosen = client.post("/cases/team/away/add/", {**said, "away-since.take": f"{year}-03-04"})
    page = chosen.content.decode()
    assert chosen.status_code == 200
    assert f'name="away-since" value="{year}-03-04"' in page
    assert "Nothing was added yet." in page
    assert page.count("autofocus") == 1
    assert not Absence.objects.exists()


def test_what_was_done_with_rules_and_absences_is_told_where_the_focus_is(world):
    client = world.client(world.supervisor)
    away(world, world.reviewer, 0, 3)
    rule(world, world.reviewer)
    rule(world, world.reviewer_2)
    first, second = GivingRule.objects.values_list("pk", flat=True)
    said = {"rule-people": [world.reviewer.pk]}
    done = [
        (f"{RULES}add/", said, f"Rule {second + 1} was added."),
        (f"{RULES}{second}/up/", {}, f"Rule {second} was moved up."),
        (f"{RULES}{first}/remove/", {}, f"Rule {first} was removed."),
        (f"/cases/team/away/{Absence.objects.get().pk}/remove/", {}, "The absence was removed."),
    ]
    for address, data, words in done:
        page = client.post(address, data, follow=True).content.decode()
        assert f'<p class="remark" role="status" tabindex="-1" autofocus>{words}</p>' in page
        assert page.count(words) == 1


@pytest.mark.parametrize(
    ("address", "said", "why"),
    [
        (f"{RULES}add/", {}, "Tick somebody."),
        (f"{RULES}add/", {"rule-people": ["0"]}, "Select a valid choice"),
        (
            "/cases/team/away/add/",
            {"away-since": "2026-12-02", "away-until": "2026-12-01"},
            "before the first",
        ),
        ("/cases/team/away/add/", {"away-since": "x"}, "is not a day of the calendar"),
    ],
)
def test_what_is_not_filled_in_says_so_and_adds_nothing(world, address, said, why):
    response = world.client(world.supervisor).post(address, said)

    assert response.status_code == 422
    assert why in text_of(response)
    assert not GivingRule.objects.exists()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("there", "status"), [(49, 302), (50, 422)])
def test_a_team_has_at_most_fifty_rules(world, there, status):
    GivingRule.objects.bulk_create(GivingRule(team=world.team, place=n) for n in range(there))
    response = world.client(world.supervisor).post(f"{RULES}add/", {"rule-people": [world.reviewer.pk]})

    assert response.status_code == status
    assert GivingRule.objects.count() == 50


def test_nobody_of_another_team_is_named_and_nothing_of_another_team_is_changed(world):
    team_rules.add_rule(world.other_supervisor, None, "", [world.other_reviewer])
    team_rules.say_away(
        world.other_supervisor, world.other_reviewer, timezone.localdate(), timezone.localdate()
    )
    client, foreign, absence = world.client(world.supervisor), GivingRule.objects.get(), Absence.objects.get()

    for address in (
        f"{RULES}{foreign.pk}/remove/",
        f"{RULES}{foreign.pk}/up/",
        f"/cases/team/away/{absence.pk}/remove/",
    ):
        assert client.post(address).status_code == 404
    assert client.post(f"{RULES}add/", {"rule-people": [world.other_reviewer.pk]}).status_code == 422
    assert "Other" not in text_of(client.get(RULES)).split("<main")[1]
    assert (GivingRule.objects.count(), Absence.objects.count()) == (1, 1)


# Figures


def due(case: Case, hours: int) -> None:
    at = timezone.now() + dt.timedelta(hours=hours)
    Case.objects.filter(pk=case.pk).update(due_at=at, sort_due=at)


def test_the_figures_are_those_of_the_team_now_and_each_leads_to_its_cases(world):
    for who, hours in ((None, 100), (world.reviewer, 5), (world.reviewer, -5), (world.reviewer_2, -5)):
        due(world.in_review(who), hours)
    world.draft()
    world.closed()
    world.of_other_team("in_review", world.other_reviewer)
    away(world, world.reviewer_2, 0, 3)
    figures = Figures(world.supervisor)

    told = {figure.label: str(figure.count) for figure in (*figures.of_team, *figures.by_state)}
    assert told == {
        "Open": "5",
        "New, with nobody": "1",
        "Due soon": "1",
        "Overdue": "2",
        "Draft": "1",
        "In review": "4",
        "Waiting for information": "0",
        "Physician review": "0",
        "Appealed": "0",
    }
    people = {row.person.username: [str(f.count) for f in row.figures] for row in figures.by_person}
    assert people["reviewer"] == ["2", "1", "1"]
    assert people["reviewer_2"] == ["1", "0", "1"]
    assert people.keys() == {"reviewer", "reviewer_2", "physician", "physician_2", "appeal_physician"}
    client = world.client(world.supervisor)
    shown = (*figures.of_team, *figures.by_state, *(f for row in figures.by_person for f in row.figures))
    for figure in shown:
        listed = re.search(r'id="count">([\d+]+) case', text_of(client.get(figure.address)))
        assert (listed[1] if listed else "") == str(figure.count), figure


def test_the_page_of_the_figures_says_who_is_away_and_is_recorded(world):
    away(world, world.reviewer, 0, 3)
    page = text_of(world.client(world.supervisor).get("/cases/team/"))

    assert f"away until {timezone.localdate() + 3 * DAY}" in page
    assert Event.objects.filter(action="figures_viewed", actor=world.supervisor.pk).count() == 1


def test_who_left_stands_in_the_figures_while_they_have_cases(world):
    world.in_review(world.reviewer)
    Person.objects.filter(pk__in=[world.reviewer.pk, world.reviewer_2.pk]).update(is_active=False)
    people = [row.person.username for row in Figures(world.supervisor).by_person]

    assert ("reviewer" in people, "reviewer_2" in people) == (True, False)


def test_figures_cost_the_same_for_one_case_and_for_many(world, django_assert_max_num_queries):
    def ask() -> None:
        figures = Figures(world.supervisor)
        assert figures.of_team
        assert figures.by_state
        assert figures.by_person

    with django_assert_max_num_queries(8) as few:
        ask()
    for _ in range(3):
        world.in_review(world.reviewer)
    with django_assert_max_num_queries(len(few)):
        ask()


def test_the_team_is_in_the_navigation_of_supervisors_alone(world):
    assert 'href="/cases/team/"' in text_of(world.client(world.supervisor).get("/cases/"))
    assert 'href="/cases/team/"' not in text_of(world.client(world.reviewer).get("/cases/"))
