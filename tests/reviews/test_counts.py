"""What the head of every page counts: what is new, due soon and overdue, no further than it shows."""

from __future__ import annotations

import datetime as dt
import re
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from decisions.guards import context
from decisions.models import Case, new_id
from decisions.reviews.supervision.figures import Figures
from decisions.reviews.worklist import queries
from decisions.reviews.worklist.counts import SHOWN, counted, counts_for, waiting
from decisions.reviews.worklist.queries import Wanted
from tests.reviews.pages import text_of
from tests.reviews.world import Cases, make_cases

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def build() -> Cases:
    """A world in which each who is asked of here is signed in."""
    world = make_cases()
    world.sign_in("intake", "reviewer", "supervisor", "auditor", "administrator")
    return world


def due(case: Case, hours: float) -> Case:
    """The case, with its answer due in some hours."""
    at = timezone.now() + hours * HOUR
    Case.objects.filter(pk=case.pk).update(due_at=at, sort_due=at)
    return case


def head(client: Client, address: str = "/cases/") -> list[str]:
    """What the head of a page counts."""
    found = re.findall(r'class="site-count[^"]*" href="[^"]*">([^<]+)<', text_of(client.get(address)))
    return [" ".join(each.split()) for each in found]


def copies(case: Case, count: int) -> None:
    """More cases like one."""
    for _ in range(count):
        case.pk, case.reference = new_id(), f"R-{new_id()}"
        case.save(force_insert=True)


@pytest.fixture
def busy(world: Cases) -> Cases:
    """A team with two new cases, one due soon and one overdue of the reviewer, and one overdue of another."""
    for _ in range(2):
        due(world.in_review(), 100)
    due(world.in_review(world.reviewer), 5)
    due(world.in_review(world.reviewer), -5)
    due(world.in_review(world.reviewer_2), -5)
    due(world.in_physician_review(), 100)
    world.draft()
    world.closed()
    due(world.of_other_team("in_review", world.other_reviewer), -5)
    return world


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        ("reviewer", ["2 new", "1 due soon", "1 overdue"]),
        ("physician", ["3 new"]),
        ("appeal_physician", []),
        ("intake", ["1 new", "1 due soon", "2 overdue"]),
        ("supervisor", ["3 new", "1 due soon", "2 overdue"]),
        ("auditor", []),
        ("administrator", []),
        ("other_reviewer", ["1 overdue"]),
    ],
)
def test_whoever_works_is_told_what_is_new_for_them_and_what_of_theirs_is_due(busy, who, counts):
    assert [f"{each.count} {each.label}" for each in counts_for(getattr(busy, who))] == counts


@pytest.mark.parametrize("who", ["reviewer", "intake", "supervisor"])
def test_each_count_leads_to_a_list_of_as_many_cases(busy, who):
    client = busy.client(getattr(busy, who))
    for count in counts_for(getattr(busy, who)):
        assert f"{count.count} case" in text_of(client.get(count.address)).split('id="count">')[1]


def test_the_head_has_the_counts_on_pages_that_ask_for_a_sign_in_and_on_no_other(busy):
    client = busy.client(busy.reviewer)

    assert head(client) == head(client, "/people/account/") == ["2 new", "1 due soon", "1 overdue"]
    for open_to_all in ("/", "/policies/", "/nowhere/"):
        assert head(client, open_to_all) == []
    assert head(Client()) == []


@pytest.mark.parametrize(
    ("there", "shown"), [(24, "24 new"), (25, "25 new"), (26, "25+ new"), (30, "25+ new")]
)
def test_counts_end_at_twenty_five(world, there, shown):
    copies(world.in_review(), there - 1)
    assert head(world.client(world.reviewer)) == [shown]


@pytest.mark.parametrize("who", ["reviewer", "physician", "appeal_physician", "supervisor", "intake"])
def test_all_counts_cost_two_questions_however_many_cases_there_are(busy, who, django_assert_max_num_queries):
    person = getattr(busy, who)
    assert person.role_names
    with django_assert_max_num_queries(2):
        counts_for(person)


def test_where_there_is_no_line_of_business_yet_nothing_is_due(world):
    world.plan.delete()
    world.ash_plan.delete()
    world.ask_plan.delete()
    world.line.delete()

    assert counts_for(world.reviewer) == counts_for(world.supervisor) == []
    assert {row.person.username for row in Figures(world.supervisor).by_person} >= {"reviewer"}


def test_a_part_of_a_page_counts_nothing(busy, monkeypatch):
    def never(person: object) -> None:
        raise AssertionError("counted")

    monkeypatch.setattr(context, "own_counts", never)
    case = busy.in_review(busy.reviewer)
    assert busy.client(busy.reviewer).get(f"/cases/{case.pk}/news/?revision=0").status_code in (200, 204)


@pytest.mark.parametrize("who", ["reviewer", "physician", "appeal_physician", "supervisor", "intake"])
def test_what_is_counted_is_what_the_lists_have(busy, who):
    person = getattr(busy, who)
    wanted = waiting(person) | {"all": Wanted(which=queries.TEAM, state=queries.EVERY_STATE)}
    listed = {name: queries.listing(person, each).counted for name, each in wanted.items()}

    assert counted(person, wanted) == listed


def test_no_count_reads_more_cases_than_it_shows(world):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        counted(world.reviewer, waiting(world.reviewer), SHOWN)
    counting = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    assert len(counting) == 1
    assert counting[0].count("COUNT(") == counting[0].count(f"LIMIT {SHOWN + 1}")


def test_the_statement_is_made_once_for_people_of_the_same_roles_and_counts_for_each_what_is_theirs(busy):
    whose = {name: getattr(busy, name) for name in ("reviewer", "reviewer_2", "other_reviewer")}
    for person in whose.values():
        assert person.role_names == {"reviewer"}
    counts_for(busy.reviewer)
    with mock.patch.object(queries, "lanes", side_effect=AssertionError("made again")):
        found = {
            name: [f"{each.count} {each.label}" for each in counts_for(person)]
            for name, person in whose.items()
        }

    assert found == {
        "reviewer": ["2 new", "1 due soon", "1 overdue"],
        "reviewer_2": ["2 new", "1 overdue"],
        "other_reviewer": ["1 overdue"],
    }


def test_counts_follow_the_time_and_the_hours_in_which_something_is_due_soon(world):
    due(world.in_review(world.reviewer), 5)
    soon = world.line.due_soon_hours

    def told(hours: float) -> list[str]:
        with mock.patch.object(timezone, "now", return_value=start + hours * HOUR):
            return [f"{each.count} {each.label}" for each in counts_for(world.reviewer)]

    start = timezone.now()
    assert (told(0), told(6)) == (["1 due soon"], ["1 overdue"])
    for hours, shown in ((4, []), (6, ["1 due soon"]), (soon, ["1 due soon"])):
        type(world.line).objects.update(due_soon_hours=hours)
        assert told(0) == shown
