"""The work lists and the search, as pages without JavaScript."""

import datetime as dt
import json
import re
from urllib.parse import unquote

import pytest
from django.core import signing
from django.utils import timezone

from decisions.log.services import digest
from decisions.models import EmergencyAccess, Event, KeptView, new_id
from decisions.reviews.ground.work import Sent
from decisions.reviews.worklist import emergency, kept_views
from decisions.reviews.worklist import queries as lists
from decisions.reviews.worklist.forms import CURSOR, seal, unseal
from decisions.reviews.worklist.ordering import Place
from tests.reviews.pages import text_of
from tests.reviews.world import MET, fresh

pytestmark = pytest.mark.django_db
LIST = "/cases/"


def references(response):
    return [row.case.reference for row in response.context["page"].rows]


def next_page(response):
    return response.context["page"].next_address


def test_the_first_visit_shows_what_is_mine(world):
    mine, _ = world.in_review(world.reviewer), world.in_review()
    response = world.client(world.reviewer).get(LIST)

    assert references(response) == [mine.reference]


def test_somebody_who_has_nothing_is_led_to_the_unassigned(world):
    response = world.client(world.reviewer).get(LIST)

    assert "You have no case here." in text_of(response)
    assert 'href="/cases/?which=unassigned"' in text_of(response)


def test_somebody_who_has_nothing_takes_the_next_case_with_one_key(world):
    case, client = world.in_review(), world.client(world.reviewer)
    page = text_of(client.get(LIST))
    assert re.search(rf'/cases/{case.pk}/claim/".*<button[^>]* autofocus>Take the next case', page, re.DOTALL)


def test_somebody_who_has_a_case_begins_with_it_and_takes_the_next_one_from_the_same_list(world):
    first, free, client = world.in_review(world.reviewer), world.in_review(), world.client(world.reviewer)
    page = text_of(client.get(LIST))

    assert re.search(rf'/cases/{free.pk}/claim/".*<button[^>]*>Take the next case', page, re.DOTALL)
    assert re.findall(r"<[^>]* autofocus[^>]*>", page) == [
        f'<a href="/cases/{first.pk}/" autofocus aria-describedby="count">'
    ]
    assert "Take the next case" not in text_of(client.get(LIST, {"which": "team"}))


def test_a_list_that_is_empty_by_its_filters_offers_no_next_case(world):
    world.in_review()

    assert "Take the next case" not in text_of(world.client(world.reviewer).get(LIST, {"due": "overdue"}))


FOLD = re.compile(r'<details class="fold-filters[^"]*"( open)?>\s*<summary>([^<]*)</summary>')


@pytest.mark.parametrize(
    ("asked", "opened", "said"),
    [
        ({}, "", "Filters"),
        ({"state": "open", "order": "due"}, "", "Filters"),
        ({"order": "-reference"}, "", "Filters: Order: Reference, Z to A"),
        ({"urgency": "expedited"}, " open", "Filters: Urgency: Expedited"),
        (
            {"due": "late", "since": "2026-01-31", "order": "received"},
            " open",
            "Filters: State: All · Due: Decided late · From: 2026-01-31",
        ),
        (
            {"dated": "decided", "person": "nobody"},
            " open",
            "Filters: Who has it: Nobody yet · Days of: Decision",
        ),
        ({"since": "yesterday"}, " open", "Filters: Order: Received earliest first"),
    ],
)
def test_the_filters_of_a_list_are_folded_until_one_is_set_or_refused_and_say_which_are_set(
    world, asked, opened, said
):
    world.in_review(world.reviewer)
    page = text_of(world.client(world.reviewer).get(LIST, {"which": "team", **asked}))

    assert FOLD.search(page).groups(default="") == (opened, said)


def test_nobody_is_offered_a_next_case_that_is_not_theirs_to_take(world):
    world.in_physician_review()
    page = text_of(world.client(world.reviewer).get(LIST))

    assert "You have no case here." in page
    assert "Take the next case" not in page


def test_intake_has_no_cases_and_begins_with_those_of_the_team(world):
    case = world.draft()
    response = world.client(world.intake).get(LIST)

    assert references(response) == [case.reference]
    assert "which=mine" not in text_of(response)


def test_another_teams_cases_are_on_no_list(world):
    world.of_other_team("in_review")
    for which in ("mine", "team", "unassigned"):
        assert references(world.client(world.reviewer).get(LIST, {"which": which, "state": "all"})) == []


def test_an_appeal_physician_sees_the_own_appeals_and_those_that_nobody_has(world):
    own, free = world.appealed(world.appeal_physician), world.appealed()
    world.in_review()
    client = world.client(world.appeal_physician)

    assert references(client.get(LIST)) == [own.reference]
    unassigned = client.get(LIST, {"which": "unassigned"})
    assert references(unassigned) == [free.reference]
    assert f'href="/cases/{free.pk}/"' not in text_of(unassigned), "it can be taken, not read"
    assert f'action="/cases/{free.pk}/claim/"' in text_of(unassigned)


def test_an_administrator_has_no_work_list(world):
    response = world.client(world.administrator).get(LIST)

    assert response.status_code == 403
    assert f'href="{LIST}"' not in text_of(response), "the page leads to itself"
    assert "Go to the start" in text_of(response)
    assert Event.objects.filter(action="refused", actor=world.administrator.pk).exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"state": "in_review"}, 2),
        ({"state": "draft"}, 1),
        ({"state": "decided"}, 1),
        ({"state": "all"}, 4),
        ({}, 3),
        ({"urgency": "expedited"}, 1),
        ({"urgency": "expedited", "state": "draft"}, 0),
        ({"policy": "ash-cpg-038"}, 1),
        ({"due": "overdue"}, 1),
    ],
)
def test_the_count_is_right_under_every_filter(world, query, expected):
    old = timezone.now() - dt.timedelta(hours=73)
    world.draft(plan=world.ash_plan)
    world.in_review()
    world.in_review(urgency="expedited", received_at=old)
    world.decided()
    response = world.client(world.reviewer).get(LIST, {"which": "team", **query})

    assert response.context["page"].counted.count == len(references(response)) == expected
    assert f"{expected} case{'' if expected == 1 else 's'}</p>" in text_of(response)


@pytest.mark.parametrize(
    "query",
    [{"result": "adverse"}, {"due": "late"}, {"dated": "decided", "since": "2026-01-01"}],
)
def test_whoever_asks_about_decisions_is_shown_all_states_unless_they_name_one(world, query):
    case = world.decided_adverse(received_at=timezone.now() - dt.timedelta(days=8))
    world.decided()
    client = world.client(world.reviewer)
    shown = client.get(LIST, {"which": "team", "state": "open", **query})

    assert case.reference in references(shown)
    assert '<option value="all" selected>' in text_of(shown)
    assert references(client.get(LIST, {"which": "team", "state": "in_review", **query})) == []


def test_a_decided_case_shows_its_result_its_day_and_that_it_came_late(world):
    late = world.decided_adverse(received_at=timezone.now() - dt.timedelta(days=8))
    in_time = world.decided()
    client = world.client(world.reviewer)
    shown = text_of(client.get(LIST, {"which": "team", "state": "decided"}))
    today = timezone.localdate().isoformat()

    assert re.search(rf"{late.reference}.*?decided late.*?Adverse <span[^>]*>{today}", shown, re.DOTALL)
    assert re.search(
        rf"{in_time.reference}.*?decided in time.*?Approved <span[^>]*>{today}", shown, re.DOTALL
    )
    assert references(client.get(LIST, {"which": "team", "due": "late"})) == [late.reference]
    assert "decided late" in text_of(client.get(f"/cases/{late.pk}/"))


def test_who_has_a_case_is_asked_of_the_teams_list_alone(world):
    case, free = world.in_review(world.reviewer_2), world.in_review()
    client = world.client(world.reviewer)
    theirs = {"person": world.reviewer_2.pk}

    assert references(client.get(LIST, {"which": "team", **theirs})) == [case.reference]
    assert references(client.get(LIST, {"which": "team", "person": "nobody"})) == [free.reference]
    assert references(client.get(LIST, {"which": "unassigned", **theirs})) == [free.reference]
    assert 'name="person"' not in text_of(client.get(LIST, {"which": "unassigned"}))
    refused = client.get(LIST, {"which": "team", "person": world.other_reviewer.pk})
    assert refused.status_code == 422


@pytest.mark.parametrize(("since", "until", "status"), [("02", "02", 200), ("03", "02", 422)])
def test_days_begin_no_later_than_they_end(world, since, until, status):
    days = {"since": f"2026-03-{since}", "until": f"2026-03-{until}"}

    assert world.client(world.reviewer).get(LIST, days).status_code == status


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({}, "due"),
        ({"since": "2026-01-01"}, "received"),
        ({"until": "2026-01-01", "dated": "decided"}, "decided"),
        ({"since": "2026-01-01", "order": "due"}, "due"),
    ],
)
def test_a_list_between_two_days_is_in_the_order_of_those_days_unless_another_is_named(world, query, order):
    response = world.client(world.intake).get(LIST, query)

    assert response.context["page"].wanted.order == order
    assert f'<option value="{order}" selected>' in text_of(response)


def heads(response):
    """What the head of each column says of its order, and where a click on it leads."""
    head = re.search(r"<thead>(.*?)</thead>", text_of(response), re.DOTALL)[1]
    cells = re.findall(r'<th scope="col"([^>]*)>(?:<a href="([^"]*)">)?([^<]*)', head)
    return {label: (sort.strip(), address) for sort, address, label in cells if label}


def test_the_head_of_a_column_orders_the_list_and_turns_its_order_round(world):
    cases = [world.draft(reference=name, urgency="expedited") for name in ("B-1", "a-2", "C-3")]
    client = world.client(world.intake)
    first = client.get(LIST, {"urgency": "expedited"})
    assert heads(first)["Due"][0] == 'aria-sort="ascending"'
    assert heads(first)["State"] == ("", "")

    ordered = client.get(heads(first)["Reference"][1])
    assert references(ordered) == ["a-2", "B-1", "C-3"]
    assert heads(ordered)["Reference"][0] == 'aria-sort="ascending"'
    assert heads(ordered)["Due"][0] == ""
    turned = client.get(heads(ordered)["Reference"][1])
    assert references(turned) == ["C-3", "B-1", "a-2"]
    assert heads(turned)["Reference"][0] == 'aria-sort="descending"'
    assert len(references(turned)) == len(cases)
    assert "urgency=expedited" in heads(turned)["Reference"][1]


def kept(world, person, asked, name="My view"):
    return world.client(person).post("/cases/views/", {"name": name, "asked": asked})


def test_a_view_is_kept_opened_and_removed_by_whoever_keeps_it_alone(world):
    urgent = world.draft(urgency="expedited")
    world.draft()
    response = kept(world, world.intake, "which=team&urgency=expedited&order=latest&state=open")
    assert response.url == "/cases/?order=latest&urgency=expedited&which=team"

    client = world.client(world.intake)
    page = text_of(client.get(LIST))
    address = re.search(r'<a href="([^"]*)">My view</a>', page)[1]
    opened = client.get(address)
    assert references(opened) == [urgent.reference]
    assert f'<a href="{address}" aria-current="page">My view</a>' in text_of(opened)
    assert "My view" not in text_of(world.client(world.reviewer).get(LIST))

    removing = re.search(r"/cases/views/\d+/remove/", text_of(opened))[0]
    assert world.client(world.reviewer).post(removing).status_code == 404
    assert client.post(removing).url == address
    assert "My view" not in text_of(client.get(LIST))


def test_a_view_that_is_kept_under_a_name_again_is_another_one(world):
    for urgency in ("expedited", "standard"):
        kept(world, world.intake, f"which=team&urgency={urgency}")

    assert [view.asked for view in KeptView.objects.all()] == [{"which": "team", "urgency": "standard"}]


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "Give the view a name."), ("x" * 41, "Give a name of at most 40 characters."), ("x" * 40, "")],
)
def test_a_view_has_a_name_of_up_to_forty_characters(world, name, said):
    response = kept(world, world.intake, "which=team&urgency=expedited", name)

    assert response.status_code == (422 if said else 302)
    assert not said or (said in text_of(response) and 'value="urgency=expedited' in text_of(response))


@pytest.mark.parametrize("there", [kept_views.MOST - 1, kept_views.MOST])
def test_nobody_keeps_more_views_than_fit_beside_a_list(world, there):
    KeptView.objects.bulk_create(KeptView(person=world.intake, name=f"View {n}") for n in range(there))
    response = kept(world, world.intake, "which=team&urgency=expedited")

    assert response.status_code == (302 if there < kept_views.MOST else 422)
    assert KeptView.objects.count() == kept_views.MOST
    assert kept(world, world.intake, "which=team", "View 0").status_code == 302, "one of them may change"


def test_a_list_that_cannot_be_read_is_not_kept(world):
    assert kept(world, world.intake, "state=made-up").status_code == 422
    assert not KeptView.objects.exists()


def test_a_list_as_it_comes_is_not_offered_to_be_kept(world):
    client = world.client(world.intake)

    assert "Keep this view" not in text_of(client.get(LIST))
    assert "Keep this view" in text_of(client.get(LIST, {"urgency": "expedited"}))


def test_of_a_nurses_list_the_next_case_is_the_filled_button(world):
    world.in_review()
    client = world.client(world.reviewer)
    filled = re.findall(r'btn-primary"[^>]*>([^<]*)', text_of(client.get(LIST)))
    assert filled == ["Take the next case"]
    assert "Enter a request" in re.findall(
        r'btn-primary"[^>]*>([^<]*)', text_of(world.client(world.intake).get(LIST))
    )


def test_a_wrong_filter_is_named_and_the_list_is_shown_without_it(world):
    case = world.in_review(world.reviewer)
    response = world.client(world.reviewer).get(LIST, {"state": "lost", "after": "made up"})

    assert response.status_code == 422
    assert "lost is not one of the available choices" in text_of(response)
    assert references(response) == [case.reference]


def many(world, count):
    """Cases that are all due at the same moment."""
    moment = timezone.now()
    for _ in range(count):
        world.draft(received_at=moment)


@pytest.mark.parametrize("order", ["", "latest"])
def test_pages_of_cases_that_are_due_at_the_same_time_lose_and_repeat_none(world, order):
    many(world, 2 * lists.PAGE + 1)
    client = world.client(world.intake)
    address, seen, pages = f"{LIST}?which=team&order={order}", [], 0
    while address:
        response = client.get(address)
        assert response.status_code == 200
        assert response.context["page"].counted.count == 2 * lists.PAGE + 1
        seen += references(response)
        address, pages = next_page(response), pages + 1

    assert pages == 3
    assert len(seen) == len(set(seen)) == 2 * lists.PAGE + 1


@pytest.mark.parametrize(("count", "has_next"), [(24, False), (25, False), (26, True)])
def test_there_is_a_next_page_only_where_a_case_is_left(world, count, has_next):
    many(world, count)
    response = world.client(world.intake).get(LIST)

    assert bool(next_page(response)) is has_next


def test_the_cursor_keeps_its_place_and_cannot_be_made_by_hand():
    now = timezone.now()
    for answered in (True, False):
        for times in ((now, now - dt.timedelta(days=1)), (None, None)):
            place = Place("latest", answered, new_id(), *times)
            assert unseal(seal(place)) == place
    assert seal(None) == ""


def test_the_place_of_a_page_names_no_reference(world):
    many(world, lists.PAGE + 1)
    response = world.client(world.intake).get(LIST, {"order": "reference"})
    sealed = re.search(r"after=([^&]+)", next_page(response))[1]

    said = str(signing.loads(unquote(sealed), salt=CURSOR)).upper()
    assert references(response)[-1].upper() not in said


def test_a_page_in_another_order_than_its_place_is_not_found(world):
    many(world, lists.PAGE + 1)
    address = next_page(world.client(world.intake).get(LIST))
    response = world.client(world.intake).get(f"{address}&order=latest")

    assert response.status_code == 422
    assert "This page of the list cannot be found." in text_of(response)


def test_a_case_is_taken_from_the_list_and_its_page_follows(world):
    case = world.in_review()
    client = world.client(world.reviewer)
    page = text_of(client.get(LIST, {"which": "unassigned"}))
    token = re.search(r'claim/">\s*<input[^>]+>\s*<input type="hidden" name="token" value="([^"]+)"', page)[1]
    first = client.post(f"/cases/{case.pk}/claim/", {"token": token})
    again = client.post(f"/cases/{case.pk}/claim/", {"token": token})

    assert first.url == again.url == f"/cases/{case.pk}/"
    assert fresh(case).assignee == world.reviewer
    assert Event.objects.filter(action="case_claimed").count() == 1


def test_of_two_who_take_a_case_the_second_is_told_who_has_it(world):
    case = world.in_review()
    world.client(world.reviewer).post(f"/cases/{case.pk}/claim/", {"token": new_id()})
    response = world.client(world.reviewer_2).post(f"/cases/{case.pk}/claim/", {"token": new_id()})

    assert response.status_code == 403
    assert f"{world.reviewer} has this case. To take it over, give a reason." in text_of(response)
    assert fresh(case).assignee == world.reviewer


def test_what_one_cannot_take_is_not_among_the_unassigned_and_has_no_button_on_the_teams_list(world):
    case = world.in_physician_review()
    client = world.client(world.reviewer)
    unassigned, team = client.get(LIST, {"which": "unassigned"}), client.get(LIST, {"which": "team"})

    assert (references(unassigned), references(team)) == ([], [case.reference])
    assert unassigned.context["page"].counted.count == 0
    assert "/claim/" not in text_of(team)


@pytest.mark.parametrize("who", ["intake", "auditor"])
def test_whoever_can_take_nothing_has_no_list_of_the_unassigned(world, who):
    world.in_review()
    client = world.client(getattr(world, who))

    assert "which=unassigned" not in text_of(client.get(LIST))
    assert references(client.get(LIST, {"which": "unassigned"})) == []


def test_a_colleagues_appeal_is_taken_over_from_the_list_by_an_appeal_physician_who_cannot_read_it(world):
    away = world.person("away", "appeal_physician")
    case = world.appealed(away)
    client = world.client(world.appeal_physician)
    listed = text_of(client.get(LIST, {"which": "team"}))

    assert f'href="/cases/{case.pk}/claim/"' in listed
    assert f'href="/cases/{case.pk}/"' not in listed
    assert client.get(f"/cases/{case.pk}/").status_code == 403

    form = {"token": new_id(), "revision": case.revision, "reason": "They are away (made up)."}
    assert client.post(f"/cases/{case.pk}/claim/", form).status_code == 302
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_an_appeal_is_not_offered_for_taking_over_to_who_signed_the_case_before(world):
    signer = world.person("signer", "appeal_physician")
    case = world.appealed(world.appeal_physician)
    case.decisions.update(signed_by=signer)

    assert "/claim/" not in text_of(world.client(signer).get(LIST, {"which": "team"}))


def test_a_search_finds_part_of_a_reference_and_leaves_a_digest_of_it_alone(world):
    case = world.draft(reference="SECRET-77")
    world.of_other_team("draft", reference="SECRET-78")
    response = world.client(world.intake).post("/cases/search/", {"reference": "secret-7"})

    assert [row.case for row in response.context["rows"]] == [case]
    event = Event.objects.get(action="search_made")
    assert json.loads(event.details) == {"count": 1, "sought": digest("", "SECRET-7")}
    assert "secret" not in event.details.lower()


def found(world, person, sought):
    """The references of the cases that a search finds."""
    response = world.client(person).post("/cases/search/", {"reference": sought})
    assert sought not in response.request["PATH_INFO"] + response.request["QUERY_STRING"]
    return [row.case.reference for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("sought", "is_found"),
    [
        ("Member-4711", True),
        ("MEMBER-4711", True),
        (" member-4711 ", True),
        ("MEMBER-471", True),
        ("ember-4711", True),
        ("émbér-4711", True),
        ("47", True),
        ("MEMBER-47111", False),
        ("MEMBER%", False),
    ],
)
def test_a_case_is_found_by_a_part_of_the_reference_of_its_member(world, sought, is_found):
    case = world.decided_adverse(member_reference="Member-4711")
    world.of_other_team("draft", member_reference="Member-4711")

    assert found(world, world.intake, sought) == [case.reference] * is_found


def test_whose_member_a_case_is_of_is_told_to_those_alone_who_may_read_it(world):
    other = world.appealed(member_reference="M-4711")
    own = world.appealed(world.appeal_physician, member_reference="M-4711")

    for part in ("m-4711", "m-47", "47"):
        assert found(world, world.appeal_physician, part) == [own.reference]
    assert found(world, world.appeal_physician, other.reference) == [other.reference]
    assert set(found(world, world.auditor, "m-4711")) == {own.reference, other.reference}


@pytest.mark.parametrize(("length", "status"), [(1, 200), (40, 200), (41, 422)])
def test_a_search_takes_up_to_forty_characters(world, length, status):
    response = world.client(world.intake).post("/cases/search/", {"reference": "x" * length})

    assert response.status_code == status
    assert "x" * length in text_of(response)


def test_an_empty_search_says_what_to_give(world):
    response = world.client(world.intake).post("/cases/search/", {"reference": " "})

    assert response.status_code == 422
    assert "Give a part of the reference of a case or of a member." in text_of(response)


def test_viewing_a_list_is_recorded_with_a_count_alone(world):
    world.in_review(world.reviewer)
    world.client(world.reviewer).get(LIST, {"urgency": "standard"})
    event = Event.objects.get(action="list_viewed")

    assert event.details == '{"count":1,"list":"mine"}'
    assert event.actor == world.reviewer.pk


def test_a_list_of_appeals_costs_the_same_for_one_and_for_many(world, django_assert_max_num_queries):
    world.appealed()
    client = world.client(world.appeal_physician)
    client.get(LIST, {"which": "unassigned"})
    with django_assert_max_num_queries(25) as few:
        client.get(LIST, {"which": "unassigned"})
    for _ in range(3):
        world.appealed()
    with django_assert_max_num_queries(len(few)):
        assert len(references(client.get(LIST, {"which": "unassigned"}))) == 4


def test_a_list_costs_the_same_for_one_case_and_for_many(world, django_assert_max_num_queries):
    many(world, 3)
    client = world.client(world.intake)
    client.get(LIST)
    with django_assert_max_num_queries(25) as few:
        client.get(LIST)
    many(world, 20)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_the_next_case_is_the_one_that_is_due_first_among_those_one_can_have(world):
    done = world.decided()
    world.in_physician_review()
    world.in_review()
    urgent = world.in_review(urgency="expedited")
    response = world.client(world.reviewer).get(f"/cases/{done.pk}/")

    assert response.context["page"].next_case == urgent
    assert "Take the next case" in text_of(response)


def test_running_emergency_access_is_on_the_work_list_until_it_ends(world):
    case = world.of_other_team("in_review")
    emergency.take_access(world.physician, Sent(new_id()), case.reference, "Nobody else is there (made up).")
    client = world.client(world.physician)
    assert f'Emergency access to <a href="/cases/{case.pk}/">' in text_of(client.get(LIST))

    ended = timezone.now() - dt.timedelta(seconds=1)
    EmergencyAccess.objects.update(ends_at=ended)
    assert f"/cases/{case.pk}/" not in text_of(client.get(LIST))


def test_emergency_access_is_taken_read_and_acknowledged(world):
    case = world.of_other_team("in_review", world.other_reviewer, MET)
    physician, auditor = world.client(world.physician), world.client(world.auditor)
    assert physician.get(f"/cases/{case.pk}/").status_code == 404
    form = {"token": new_id(), "reference": case.reference, "reason": "The night shift is alone (made up)."}
    response = physician.post("/cases/emergency/", form)
    assert response.url == f"/cases/{case.pk}/"
    assert "You see this case by emergency access." in text_of(physician.get(response.url))

    assert "The night shift is alone" in text_of(auditor.get("/cases/emergency/accesses/"))
    viewed = Event.objects.get(action="list_viewed", actor=world.auditor.pk)
    assert viewed.details == '{"count":1,"list":"emergency"}'
    access = EmergencyAccess.objects.get()
    auditor.post(f"/cases/emergency/{access.pk}/acknowledge/")
    assert "There is none." in text_of(auditor.get("/cases/emergency/accesses/"))


def test_an_unknown_reference_keeps_what_was_typed(world):
    form = {"token": new_id(), "reference": "R-NOWHERE", "reason": "A long reason."}
    response = world.client(world.physician).post("/cases/emergency/", form)

    assert response.status_code == 422
    assert "A long reason." in text_of(response)
    assert "There is no case with this reference." in text_of(response)


@pytest.mark.parametrize("who", ["intake", "supervisor", "auditor", "administrator"])
def test_emergency_access_is_not_for_everybody(world, who):
    client = world.client(getattr(world, who))

    assert client.get("/cases/emergency/").status_code == 403
    form = {"token": new_id(), "reference": world.of_other_team("draft").reference, "reason": "Curious."}
    assert client.post("/cases/emergency/", form).status_code == 403
    assert not EmergencyAccess.objects.exists()


@pytest.mark.parametrize("who", ["intake", "reviewer", "physician", "appeal_physician", "administrator"])
def test_only_an_auditor_looks_at_emergency_accesses(world, who):
    assert world.client(getattr(world, who)).get("/cases/emergency/accesses/").status_code == 403
