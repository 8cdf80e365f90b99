"""Two people, or two windows, on one case: exactly one wins, the other sees both and decides."""

import re

import pytest

from decisions.reviews import answering, work, working
from tests.reviews.test_questionnaire_pages import HTMX, actions, at, fill, given, page_of, words
from tests.reviews.world import INCOMPLETE, fresh, make_cases, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_cases()


@pytest.fixture
def case(world):
    return world.in_review(world.reviewer, INCOMPLETE)


@pytest.fixture
def client(world):
    return world.client(world.reviewer)


def over(response):
    """What the button that saves mine sends."""
    return re.search(r'name="over" value="(\d+)"', response.content.decode())[1]


def cells(response):
    """The rows of the table of both versions: question, saved now, mine."""
    table = response.content.decode().partition("conflict-table")[2].partition("</table>")[0]
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", table, re.DOTALL)
    clean = lambda cell: " ".join(re.sub(r"<[^>]+>", " ", cell).split())  # noqa: E731
    return [tuple(clean(cell) for cell in re.split(r"</th>\s*<td>|</td>\s*<td>", row)) for row in rows]


def test_of_two_windows_with_a_question_one_wins_and_the_other_sees_both(world, case, client):
    address = at("question", case, "dimple_diameter_mm")
    one, other = page_of(client, address), page_of(client, address)
    client.post(address, {**one, "dimple_diameter_mm": "4", "dimple_diameter_mm.document": "Note"})

    refused = client.post(
        address,
        {
            **other,
            "dimple_diameter_mm": "7",
            "dimple_diameter_mm.page": "2",
            "dimple_diameter_mm.document": "Letter",
        },
    )

    assert refused.status_code == 409
    assert fresh(case).answers["dimple_diameter_mm"] == "4"
    (row,) = cells(refused)
    assert row[0] == "Diameter"
    assert row[1].startswith("4 mm Note Reviewer (made up), 20")
    assert row[2] == "7 mm Letter, page 2"
    assert 'value="Letter"' in refused.content.decode()
    assert actions(case)[-1] == "answers_conflicted"


@pytest.mark.parametrize("copied", [False, True], ids=["opened twice", "copied"])
def test_a_second_window_of_the_same_person_does_not_write_over_the_first(case, client, copied):
    address = at("question", case, "setting")
    one = page_of(client, address)
    other = one if copied else page_of(client, address)
    client.post(address, {**one, "setting": "outpatient"})

    refused = client.post(address, {**other, "setting": "inpatient"})

    assert refused.status_code == 409
    ((_, saved, mine),) = cells(refused)
    assert (saved.split(" ")[0], mine) == ("Outpatient", "Inpatient")
    assert fresh(case).answers["setting"] == "outpatient"


def test_a_question_that_is_sent_twice_as_it_was_is_saved_once(case, client):
    address = at("question", case, "setting")
    page = {**page_of(client, address), "setting": "outpatient"}

    statuses = [client.post(address, page).status_code for _ in range(2)]

    assert statuses == [302, 302]
    assert [row.value for row in given(case) if row.fact == "setting"].count("outpatient") == 1


def test_an_older_page_may_be_answered_where_its_own_answer_is_as_it_showed(case, client):
    diameter, distance = (at("question", case, name) for name in ("dimple_diameter_mm", "dimple_distance_cm"))
    older = page_of(client, diameter)
    client.post(distance, {**page_of(client, distance), "dimple_distance_cm": "3.2"})

    saved = client.post(diameter, {**older, "dimple_diameter_mm": "4"})

    assert saved.status_code == 302
    assert fresh(case).answers == {**INCOMPLETE, "dimple_distance_cm": "3.2", "dimple_diameter_mm": "4"}


def test_an_older_page_is_held_up_where_somebody_else_answered_meanwhile(world, case, client):
    older = page_of(client, at("question", case, "dimple_diameter_mm"))
    working.claim(world.reviewer_2, case.pk, sent(case), "Ill today (made up).")
    answering.answer(world.reviewer_2, case.pk, sent(case), {"setting": "outpatient"})
    working.claim(world.reviewer, case.pk, sent(case), "Back again (made up).")

    refused = client.post(at("question", case, "dimple_diameter_mm"), {**older, "dimple_diameter_mm": "4"})

    assert refused.status_code == 409
    assert "dimple_diameter_mm" not in fresh(case).answers


def test_mine_is_saved_in_one_press(case, client):
    address = at("question", case, "dimple_diameter_mm")
    one, other = page_of(client, address), page_of(client, address)
    client.post(address, {**one, "dimple_diameter_mm": "4"})
    mine = {**other, "dimple_diameter_mm": "7", "dimple_diameter_mm.document": "Letter"}
    refused = client.post(address, mine)

    saved = client.post(address, {**mine, "over": over(refused)})

    assert saved.status_code == 302
    assert fresh(case).answers["dimple_diameter_mm"] == "7"
    assert [(row.value, row.document) for row in given(case)][-2:] == [("4", ""), ("7", "Letter")]


def test_theirs_is_kept_by_a_link(case, client):
    address = at("question", case, "dimple_diameter_mm")
    one, other = page_of(client, address), page_of(client, address)
    client.post(address, {**one, "dimple_diameter_mm": "4"})

    refused = client.post(address, {**other, "dimple_diameter_mm": "7"})

    assert f'href="{address}">Keep theirs' in refused.content.decode()


def test_what_somebody_saved_while_both_versions_were_looked_at_is_shown_too(world, case, client):
    address = at("question", case, "dimple_diameter_mm")
    one, other = page_of(client, address), page_of(client, address)
    client.post(address, {**one, "dimple_diameter_mm": "4"})
    mine = {**other, "dimple_diameter_mm": "7"}
    refused = client.post(address, mine)
    answering.answer(world.reviewer, case.pk, sent(case), {"dimple_diameter_mm": "5"})

    again = client.post(address, {**mine, "over": over(refused)})

    assert again.status_code == 409
    assert cells(again)[0][1].startswith("5 mm")
    assert fresh(case).answers["dimple_diameter_mm"] == "5"


@pytest.mark.parametrize("htmx", [False, True], ids=["a page", "an update"])
def test_of_two_worksheets_one_wins_and_the_other_sees_both(case, client, htmx):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)

    refused = fill(client, case, {"setting": "inpatient", "dimple_distance_cm": "3.2"}, page=other, htmx=htmx)

    assert refused.status_code == 409
    assert [(row[0], row[2]) for row in cells(refused)] == [
        ("Setting", "Inpatient"),
        ("Distance from the anus", "3.2 cm"),
    ]
    assert cells(refused)[1][1].startswith("Not asked")
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient"}
    assert refused.headers.get("HX-Retarget") == ("#conflict" if htmx else None)


def test_of_several_answers_some_can_be_left_as_they_are(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)
    mine = {"setting": "inpatient", "dimple_distance_cm": "3.2"}
    refused = fill(client, case, mine, page=other)

    saved = fill(client, case, mine, page=other, over=over(refused), keep=["setting"])

    assert saved.status_code == 302
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient", "dimple_distance_cm": "3.2"}


def test_mine_of_a_worksheet_is_saved_in_one_press(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)
    mine = {"setting": "inpatient", "dimple_distance_cm": "3.2"}
    refused = fill(client, case, mine, page=other)

    fill(client, case, mine, page=other, over=over(refused))

    assert fresh(case).answers == {**INCOMPLETE, **mine}


def test_what_somebody_else_alone_changed_stays_unless_it_is_said_otherwise(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient", "stigmata": "tail"}, page=one)

    refused = fill(
        client, case, {"setting": "inpatient", "dimple_count": "single", "stigmata": "hemangioma"}, page=other
    )

    ticked = re.findall(r'name="keep" value="(\w+)"[^>]* checked', refused.content.decode())
    assert ticked == ["setting"]
    assert "What you did not change yourself is ticked" in words(refused)


def test_what_this_page_saved_itself_counts_as_known(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    update = fill(client, case, {"setting": "outpatient"}, page=other, htmx=True)
    other["seen"] = re.search(r'name="seen" value="(\d+)"', update.content.decode())[1]
    assert fill(client, case, {"dimple_count": "single"}, page=one).status_code == 409
    newest = page_of(client, at("worksheet", case))
    fill(client, case, {"dimple_count": "single"}, page=newest)

    refused = fill(client, case, {"setting": "inpatient", "dimple_count": "several"}, page=other)

    assert "checked" not in refused.content.decode().partition("conflict-table")[2].partition("</table>")[0]


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "9" * 40])
def test_a_page_that_does_not_say_what_it_knew_is_shown_everything(case, client, seen):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)

    refused = fill(client, case, {"setting": "inpatient"}, page={**other, "seen": seen})

    assert refused.status_code == 409
    assert len(cells(refused)) == 1


def test_a_page_with_both_versions_saves_nothing_by_itself(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)
    refused = fill(client, case, {"setting": "inpatient"}, page=other)
    html = refused.content.decode()
    shown = {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in other}

    again = fill(client, case, {"setting": "inpatient"}, page=shown, htmx=True)

    assert shown == other
    assert again.status_code == 409
    assert fresh(case).answers["setting"] == "outpatient"


def test_what_is_no_longer_asked_is_carried_along_and_saved_with_mine(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"stigmata": ["tail"]}, page=one)
    mine = {"stigmata": ["sacral_dimple"], "dimple_diameter_mm": "4"}
    refused = fill(client, case, mine, page=other)

    html = refused.content.decode()
    assert 'type="hidden" name="dimple_diameter_mm" value="4" form="worksheet-form"' in html
    assert 'type="hidden" name="on_page" value="dimple_diameter_mm" form="worksheet-form"' in html
    assert 'name="stigmata" value="sacral_dimple" form=' not in html


def test_a_wrong_value_is_among_what_is_shown(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)

    refused = fill(client, case, {"dimple_distance_cm": "wide"}, page=other)

    assert "wide “wide” is not a number in cm" in cells(refused)[0][2]


def test_a_page_that_says_the_same_as_what_is_saved_has_nothing_to_choose(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    fill(client, case, {"setting": "outpatient"}, page=one)

    refused = fill(client, case, {"setting": "outpatient"}, page=other)

    assert refused.status_code == 409
    assert cells(refused) == []
    assert "Save mine" not in words(refused)
    assert "Show the newest answers" in words(refused)


def test_where_an_answer_stands_alone_is_a_difference(case, client):
    one, other = page_of(client, at("worksheet", case)), page_of(client, at("worksheet", case))
    where = {"setting": "inpatient", "setting.document": "Note", "setting.page": ""}
    fill(client, case, where, page=one)

    refused = fill(client, case, {**where, "setting.document": "Letter"}, page=other)

    ((_, saved, mine),) = cells(refused)
    assert "Inpatient Note" in saved
    assert mine == "Inpatient Letter"


@pytest.mark.parametrize(
    "page", [{}, {"page": "", "revision": ""}, {"page": "x", "revision": "²"}, {"revision": "-1"}]
)
def test_a_form_that_does_not_say_what_it_was_made_from_saves_nothing(case, client, page):
    response = client.post(at("question", case, "setting"), {**page, "setting": "outpatient"})

    assert response.status_code == 409
    assert fresh(case).answers == INCOMPLETE


def test_a_case_that_somebody_else_took_over_keeps_what_was_typed_on_the_page(world, case, client):
    page = page_of(client, at("worksheet", case))
    working.claim(world.reviewer_2, case.pk, sent(case), "Ill today (made up).")

    refused = fill(client, case, {"setting": "outpatient"}, page=page, htmx=True)

    assert refused.status_code == 403
    assert "Outpatient" in words(refused)
    assert fresh(case).answers == INCOMPLETE


def test_the_service_refuses_and_the_page_shows_the_same_case(world, case):
    with pytest.raises(work.StaleError) as stale:
        answering.answer(world.reviewer, case.pk, work.Sent(page="p", revision=0), {"setting": "outpatient"})

    assert stale.value.case.answers == INCOMPLETE
    assert actions(case)[-1] == "answers_conflicted"


# A sign-in that has ended


@pytest.mark.parametrize("name", ["worksheet", "question"])
def test_a_sign_in_that_ended_loses_nothing(world, case, client, name):
    address = at(name, case, *(["dimple_diameter_mm"] if name == "question" else []))
    typed = {
        **page_of(client, address),
        "on_page": "dimple_diameter_mm",
        "dimple_diameter_mm": "4",
        "dimple_diameter_mm.document": "Clinic note",
        "dimple_diameter_mm.page": "3",
    }
    client.logout()

    kept = client.post(address, typed)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', kept.content.decode()))
    for own in ("csrfmiddlewaretoken", "next"):  # of the switch of the theme
        fields.pop(own, None)
    assert kept.status_code == 401
    assert fields == typed

    again = world.client(world.reviewer).post(address, fields)
    assert again.status_code == 302
    (row,) = [row for row in given(case) if row.fact == "dimple_diameter_mm"]
    assert (row.value, row.document, row.page) == ("4", "Clinic note", "3")


def test_an_update_without_a_sign_in_is_refused_in_a_way_the_page_can_tell(case, client):
    page = page_of(client, at("worksheet", case))
    client.logout()

    response = client.post(at("worksheet", case), {**page, "setting": "outpatient"}, headers=HTMX)

    assert response.status_code == 401
    assert fresh(case).answers == INCOMPLETE
