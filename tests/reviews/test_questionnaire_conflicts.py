"""Two people, or two windows, on one case: exactly one wins, the other sees both and decides."""

import re

import pytest

from decisions.reviews.answers import verbs as answering
from decisions.reviews.case import verbs as working
from decisions.reviews.ground import work
from tests.reviews.test_questionnaire_pages import HTMX, actions, at, fill, given, hidden, page_of, words
from tests.reviews.world import INCOMPLETE, fresh, sent

pytestmark = pytest.mark.django_db
OTHER = "intraoperative_other"
"""A setting that neither is saved nor comes from the other window."""

COPIED = pytest.mark.parametrize("copied", [False, True], ids=["opened twice", "copied"])
HOW = pytest.mark.parametrize("htmx", [False, True], ids=["a page", "an update"])


@pytest.fixture
def case(world):
    return world.in_review(world.reviewer, INCOMPLETE)


@pytest.fixture
def client(world):
    return world.client(world.reviewer)


def over(response):
    """What the button that saves mine sends, with what stands beside it."""
    return {name: hidden(response, name) for name in ("over", "newest")}


def answered_by_a_colleague(world, case, answers):
    """A colleague has the case for a while, and gives it back."""
    working.claim(world.reviewer_2, case.pk, sent(case), "Ill today (made up).")
    answering.answer(world.reviewer_2, case.pk, sent(case), answers)
    working.claim(world.reviewer, case.pk, sent(case), "Back again (made up).")


def two_worksheets(case, client, copied=False):
    """Two windows with the worksheet of a case: opened twice, or the second a copy of the first."""
    one = page_of(client, at("worksheet", case))
    return one, dict(one) if copied else page_of(client, at("worksheet", case))


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


@COPIED
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
    answered_by_a_colleague(world, case, {"setting": "outpatient"})

    refused = client.post(at("question", case, "dimple_diameter_mm"), {**older, "dimple_diameter_mm": "4"})

    assert refused.status_code == 409
    assert "dimple_diameter_mm" not in fresh(case).answers


def test_mine_is_saved_in_one_press(case, client):
    address = at("question", case, "dimple_diameter_mm")
    one, other = page_of(client, address), page_of(client, address)
    client.post(address, {**one, "dimple_diameter_mm": "4"})
    mine = {**other, "dimple_diameter_mm": "7", "dimple_diameter_mm.document": "Letter"}
    refused = client.post(address, mine)

    saved = client.post(address, {**mine, **over(refused)})

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

    again = client.post(address, {**mine, **over(refused)})

    assert again.status_code == 409
    assert cells(again)[0][1].startswith("5 mm")
    assert fresh(case).answers["dimple_diameter_mm"] == "5"


@HOW
@COPIED
def test_of_two_worksheets_one_wins_and_the_other_sees_both(case, client, htmx, copied):
    one, other = two_worksheets(case, client, copied)
    fill(client, case, {"setting": "outpatient"}, page=one, htmx=htmx)

    refused = fill(client, case, {"setting": OTHER, "dimple_distance_cm": "3.2"}, page=other, htmx=htmx)

    assert refused.status_code == 409
    assert [(row[0], row[2]) for row in cells(refused)] == [
        ("Setting", "During another operation"),
        ("Distance from the anus", "3.2 cm"),
    ]
    assert cells(refused)[1][1].startswith("Not asked")
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient"}
    assert refused.headers.get("HX-Retarget") == ("#conflict" if htmx else None)


@HOW
@COPIED
def test_two_worksheets_that_answer_different_questions_both_win(case, client, htmx, copied):
    one, other = two_worksheets(case, client, copied)
    fill(client, case, {"setting": "outpatient", "dimple_distance_cm": ""}, page=one, htmx=htmx)

    merged = fill(client, case, {"setting": "inpatient", "dimple_distance_cm": "3.2"}, page=other, htmx=htmx)

    assert merged.status_code == (200 if htmx else 302)
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient", "dimple_distance_cm": "3.2"}
    shown = merged if htmx else client.get(merged.url)
    assert re.findall(r'name="setting" value="(\w+)"[^>]* checked', shown.content.decode()) == ["outpatient"]


def test_an_update_says_which_answers_came_from_another_window(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient", "setting.document": "Letter", "setting.page": "2"}, page=one)

    shown = client.get(at("worksheet", case)).content.decode()
    all_asked = re.findall(r'name="on_page" value="(\w+)"', shown)
    unchanged = {**INCOMPLETE, "setting.document": "", "setting.page": ""}
    mine = {**unchanged, "dimple_distance_cm": "3.2"}
    update = fill(client, case, mine, page=other, htmx=True, on_page=all_asked)

    assert "Changed in another window. This is what is saved now." in words(update)
    assert 'name="setting.document" value="Letter"' in update.content.decode()
    assert "Setting: Changed in another window" in update.headers["HX-Trigger"]
    assert "Conus-Saved-Up-To" not in update.headers
    other["seen"] = hidden(update, "seen")
    again = fill(client, case, {"setting": "inpatient"}, page=other, htmx=True)
    assert (again.status_code, fresh(case).answers["setting"]) == (200, "inpatient")


def test_where_an_answer_stands_is_not_taken_back_by_a_window_that_left_it_alone(case, client):
    one, other = two_worksheets(case, client)
    where = {"setting": "inpatient", "setting.document": "Letter", "setting.page": "2"}
    fill(client, case, where, page=one)

    fill(client, case, {**where, "setting.document": "", "setting.page": ""}, page=other)

    assert answering.newest(case)["setting"].document == "Letter"


def test_an_update_that_the_browser_passes_over_tells_that_its_answers_are_saved(case, client):
    page = page_of(client, at("worksheet", case))
    late = fill(client, case, {"setting": "outpatient"}, page=page, htmx=True)
    page["seen"] = late.headers["Conus-Saved-Up-To"]

    assert fill(client, case, {"setting": OTHER}, page=page, htmx=True).status_code == 200
    assert fresh(case).answers["setting"] == OTHER


@pytest.mark.parametrize("text", ["3", "", "wide"])
def test_a_measure_that_is_being_typed_does_not_pass_over_what_another_window_saved(case, client, text):
    one, other = two_worksheets(case, client)
    fill(client, case, {"dimple_distance_cm": "1.5"}, page=one)

    shown = fill(
        client, case, {"dimple_distance_cm": text}, page=other, htmx=True, typing="dimple_distance_cm"
    )

    assert shown.status_code == 409
    assert cells(shown)[0][1].startswith("1.5 cm")
    assert fresh(case).answers["dimple_distance_cm"] == "1.5"


def test_what_a_copied_worksheet_saved_while_both_versions_were_looked_at_is_shown_too(case, client):
    one, other = two_worksheets(case, client, copied=True)
    fill(client, case, {"setting": "outpatient"}, page=one)
    refused = fill(client, case, {"setting": OTHER}, page=other)
    fill(client, case, {"setting": "intraoperative_spinal"}, page={**one, "seen": hidden(refused, "newest")})

    again = fill(client, case, {"setting": OTHER}, page=other, **over(refused))

    assert again.status_code == 409
    assert cells(again)[0][1].startswith("During spinal")
    assert fresh(case).answers["setting"] == "intraoperative_spinal"


def test_mine_is_saved_once_also_if_it_is_sent_twice(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient"}, page=one)
    refused = fill(client, case, {"setting": OTHER}, page=other)

    again = [fill(client, case, {"setting": OTHER}, page=other, **over(refused)) for _ in range(2)]

    assert [response.status_code for response in again] == [302, 302]
    assert [row.value for row in given(case) if row.fact == "setting"].count(OTHER) == 1


def test_a_window_that_takes_over_what_is_saved_is_no_longer_held_up(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient"}, page=one)
    refused = fill(client, case, {"setting": OTHER}, page=other, htmx=True)

    update = fill(
        client, case, {"setting": "outpatient"}, page=other, htmx=True, newest=hidden(refused, "newest")
    )

    assert update.status_code == 200
    assert '<div id="conflict" data-hx-swap-oob="true"></div>' in update.content.decode()


def test_a_worksheet_is_held_up_where_somebody_else_answered_meanwhile(world, case, client):
    older = page_of(client, at("worksheet", case))
    answered_by_a_colleague(world, case, {"setting": "outpatient"})

    refused = fill(client, case, {"setting": "inpatient", "dimple_distance_cm": "3.2"}, page=older)

    assert refused.status_code == 409
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient"}


def test_a_worksheet_is_not_held_up_by_a_note_about_its_case(world, case, client):
    older = page_of(client, at("worksheet", case))
    working.note(world.reviewer_2, case.pk, sent(case), "Called the clinic (made up).")
    working.extend(world.reviewer, case.pk, sent(case), "The clinic is closed (made up).")

    assert fill(client, case, {"setting": "outpatient"}, page=older).status_code == 302


def test_of_several_answers_some_can_be_left_as_they_are(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient"}, page=one)
    mine = {"setting": OTHER, "dimple_distance_cm": "3.2"}
    refused = fill(client, case, mine, page=other)

    saved = fill(client, case, mine, page=other, **over(refused), keep=["setting"])

    assert saved.status_code == 302
    assert fresh(case).answers == {**INCOMPLETE, "setting": "outpatient", "dimple_distance_cm": "3.2"}


def test_mine_of_a_worksheet_is_saved_in_one_press(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient"}, page=one)
    mine = {"setting": OTHER, "dimple_distance_cm": "3.2"}
    refused = fill(client, case, mine, page=other)

    fill(client, case, mine, page=other, **over(refused))

    assert fresh(case).answers == {**INCOMPLETE, **mine}


def test_what_somebody_else_alone_changed_stays_unless_it_is_said_otherwise(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient", "stigmata": "tail"}, page=one)

    refused = fill(
        client,
        case,
        {"setting": "inpatient", "dimple_count": "single", "stigmata": "hemangioma"},
        page=other,
    )

    ticked = re.findall(r'name="keep" value="(\w+)"[^>]* checked', refused.content.decode())
    assert ticked == ["setting"]
    assert "What you did not change yourself is ticked" in words(refused)


def test_what_this_page_saved_itself_counts_as_known(case, client):
    one, other = two_worksheets(case, client)
    update = fill(client, case, {"setting": "outpatient"}, page=other, htmx=True)
    other["seen"] = hidden(update, "seen")
    fill(client, case, {"dimple_count": "single"}, page=one)

    refused = fill(client, case, {"setting": OTHER, "dimple_count": "multiple"}, page=other)

    assert [(row[0], row[2]) for row in cells(refused)] == [
        ("Setting", "During another operation"),
        ("Number of dimples", "Several"),
    ]
    assert "checked" not in refused.content.decode().partition("conflict-table")[2].partition("</table>")[0]


@pytest.mark.parametrize("seen", ["", "x", "-1", "²", "9" * 40])
def test_a_page_that_does_not_say_what_it_knew_is_shown_everything(case, client, seen):
    one, other = two_worksheets(case, client, copied=True)
    fill(client, case, {"setting": "outpatient"}, page=one)

    refused = fill(client, case, {"setting": OTHER}, page={**other, "seen": seen})

    assert refused.status_code == 409
    assert len(cells(refused)) == 1


def test_a_page_with_both_versions_saves_nothing_by_itself(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"setting": "outpatient"}, page=one)
    refused = fill(client, case, {"setting": OTHER}, page=other)
    html = refused.content.decode()
    shown = {name: re.search(rf'name="{name}" value="([^"]*)"', html)[1] for name in other}

    again = fill(client, case, {"setting": OTHER}, page=shown, htmx=True)

    assert shown == other
    assert again.status_code == 409
    assert fresh(case).answers["setting"] == "outpatient"


def test_what_is_no_longer_asked_is_carried_along_and_saved_with_mine(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"stigmata": ["tail"]}, page=one)
    mine = {"stigmata": ["sacral_dimple", "hemangioma"], "dimple_diameter_mm": "4"}
    refused = fill(client, case, mine, page=other)

    html = refused.content.decode()
    assert 'type="hidden" name="dimple_diameter_mm" value="4" form="worksheet-form"' in html
    assert 'type="hidden" name="on_page" value="dimple_diameter_mm" form="worksheet-form"' in html
    assert 'name="stigmata" value="sacral_dimple" form=' not in html


def test_a_wrong_value_is_among_what_is_shown_and_is_not_exchanged_for_what_is_saved(case, client):
    one, other = two_worksheets(case, client)
    fill(client, case, {"dimple_distance_cm": "3.2"}, page=one)

    refused = fill(client, case, {"dimple_distance_cm": "wide"}, page=other)

    assert refused.status_code == 409
    assert "wide “wide” leaves its bounds open" in cells(refused)[0][2]
    assert fresh(case).answers["dimple_distance_cm"] == "3.2"


def test_a_page_that_says_the_same_as_what_is_saved_has_nothing_to_choose(world, case, client):
    older = page_of(client, at("worksheet", case))
    answered_by_a_colleague(world, case, {"setting": "outpatient"})

    refused = fill(client, case, {"setting": "outpatient"}, page=older)

    assert refused.status_code == 409
    assert cells(refused) == []
    assert "Save mine" not in words(refused)
    assert "Show the newest answers" in words(refused)


def test_where_an_answer_stands_alone_is_a_difference(case, client):
    one, other = two_worksheets(case, client)
    where = {"setting": OTHER, "setting.document": "Note", "setting.page": ""}
    fill(client, case, where, page=one)

    refused = fill(client, case, {**where, "setting.document": "Letter"}, page=other)

    ((_, saved, mine),) = cells(refused)
    assert "During another operation Note" in saved
    assert mine == "During another operation Letter"


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
        answering.answer(world.reviewer, case.pk, work.Sent(revision=0), {"setting": "outpatient"})

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


@pytest.mark.parametrize("typing", ["", "dimple_diameter_mm"])
def test_a_conflict_is_told_in_a_sentence_and_its_table_is_no_part_of_what_interrupts(case, client, typing):
    sheet = at("worksheet", case)
    one, other = page_of(client, sheet), page_of(client, sheet)
    fill(client, case, {**INCOMPLETE, "dimple_diameter_mm": "4"}, page=one)
    typed = {**INCOMPLETE, "dimple_diameter_mm": "7", "setting": "outpatient"}
    held_up = fill(client, case, typed, htmx=True, page=other, typing=typing).content.decode()

    heading, said = re.search(r"<h2[^>]*>", held_up)[0], re.search(r'<p id="conflict-said"[^>]*>', held_up)[0]
    assert 'aria-describedby="conflict-said"' in heading
    assert ("data-focus" in heading) is not bool(typing)
    assert ('role="alert"' in said) is bool(typing)
    assert held_up.count("role=") == held_up.count('role="alert"') == bool(typing)
