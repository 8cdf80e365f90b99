"""Two windows on one check: one wins, the other sees both versions, row by row, and decides."""

import json
import re
from html import unescape

import pytest

from decisions.check.forms import ShownForm
from tests.reviews.test_questionnaire_conflicts import cells
from tests.web.check_helpers import ask, begin, fill, path, saved, text

pytestmark = pytest.mark.django_db
HOW = pytest.mark.parametrize("htmx", [False, True], ids=["a page", "an update"])
MEASURES = {"dimple_diameter_mm": "4", "dimple_distance_cm": "2"}
GATES = {"setting": "outpatient", "reasons": ["lumbosacral_stigmata"], "stigmata": ["sacral_dimple"]}


@pytest.fixture
def check(client):
    check = begin(client, mode="worksheet")
    fill(client, check, GATES)
    return check


def hidden(response, name):
    """What stands in a hidden input, or on a button, of a name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found and unescape(found[1])


def page_of(client, check):
    """What a worksheet says of itself, as its form sends it."""
    page = client.get(path(check, "worksheet/"))
    return {name: hidden(page, name) for name in ("page", "revision", "shown")}


def kept(response):
    """The questions that are ticked to stay as they are."""
    boxes = re.findall(r'<input[^>]*name="keep" value="(\w+)"[^>]*>', response.content.decode())
    ticked = re.findall(r'<input[^>]*name="keep" value="(\w+)"[^>]* checked>', response.content.decode())
    return boxes, ticked


def two_pages(client, check):
    return page_of(client, check), page_of(client, check)


@HOW
def test_what_was_sent_stands_beside_what_is_saved(client, check, htmx):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "intraoperative_other"}, htmx=htmx, **other)

    assert refused.status_code == 409
    assert cells(refused) == [("Setting", "Inpatient", "During another operation")]
    assert saved(check) == {**GATES, "setting": "inpatient"}
    for said in (
        "Not saved: the check was changed in between",
        "This check was changed in another window after your page was made. Nothing of yours is lost.",
        "Save mine",
        "Keep theirs",
    ):
        assert said in text(refused)
    assert f'href="{path(check, "worksheet/")}">Keep theirs' in refused.content.decode()


def test_an_update_that_is_held_up_is_shown_at_its_place(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "outpatient"}, htmx=True, **other)

    assert (refused.headers["HX-Retarget"], refused.headers["HX-Reswap"]) == ("#conflict", "innerHTML")
    assert "<html" not in refused.content.decode()


def test_a_page_that_is_held_up_still_holds_what_was_typed_on_it(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"dimple_diameter_mm": "4"}, **one)

    refused = fill(client, check, {"dimple_diameter_mm": "6"}, **other)

    assert 'name="dimple_diameter_mm" value="6"' in refused.content.decode()
    assert {name: hidden(refused, name) for name in other} == other


def test_mine_is_saved_in_one_press_and_also_if_it_is_sent_twice(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)
    mine = {"setting": "outpatient", **MEASURES}
    over = hidden(fill(client, check, mine, **other), "over")

    again = [fill(client, check, mine, over=over, **other) for _ in range(2)]

    assert [response.status_code for response in again] == [302, 302]
    assert saved(check) == {**GATES, **mine}


def test_of_several_answers_some_can_be_left_as_they_are(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)
    mine = {"setting": "intraoperative_other", **MEASURES}
    over = hidden(fill(client, check, mine, **other), "over")

    fill(client, check, mine, over=over, keep=["setting"], **other)

    assert saved(check) == {**GATES, "setting": "inpatient", **MEASURES}


@HOW
def test_what_the_other_window_alone_changed_is_ticked_to_stay(client, check, htmx):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "outpatient", **MEASURES}, htmx=htmx, **other)

    assert kept(refused) == (["setting", *MEASURES], ["setting"])
    assert "What you did not change yourself is ticked to stay as it is." in text(refused)


def test_what_both_windows_changed_is_not_ticked(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "intraoperative_other", **MEASURES}, **other)

    assert kept(refused) == (["setting", *MEASURES], [])
    assert "is ticked to stay" not in text(refused)


def test_an_answer_that_the_other_window_alone_took_back_is_ticked_to_stay_so(client, check):
    fill(client, check, MEASURES)
    one, other = two_pages(client, check)
    fill(client, check, {"dimple_diameter_mm": ""}, **one)

    refused = fill(client, check, {**MEASURES, "dimple_distance_cm": "3"}, **other)

    assert cells(refused)[0][1].startswith("Not asked")
    assert kept(refused)[1] == ["dimple_diameter_mm"]


def test_after_an_update_a_page_knows_its_own_answers_as_those_that_it_was_made_from(client, check):
    page = page_of(client, check)
    page["shown"] = hidden(fill(client, check, {"setting": "inpatient"}, htmx=True, **page), "shown")
    assert json.loads(page["shown"]) == {**GATES, "setting": "inpatient"}
    fill(client, check, {"setting": "intraoperative_other"}, **page_of(client, check))

    refused = fill(client, check, {"setting": "inpatient", **MEASURES}, **page)

    assert kept(refused)[1] == ["setting"]


def test_a_row_alone_has_nothing_to_choose(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    assert kept(fill(client, check, {"setting": "outpatient"}, **other)) == ([], [])


def test_a_page_that_says_the_same_as_what_is_saved_has_nothing_to_choose(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "inpatient"}, **other)

    assert refused.status_code == 409
    assert cells(refused) == []
    assert "Save mine" not in text(refused)
    assert "Show the newest answers" in text(refused)


def test_a_wrong_value_is_among_what_is_shown(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"dimple_distance_cm": "3.2"}, **one)

    refused = fill(client, check, {"dimple_distance_cm": "wide"}, **other)

    [row] = cells(refused)
    assert row[1] == "3.2 cm"
    assert "wide “wide” leaves its bounds open" in row[2]


def test_what_is_no_longer_asked_is_sent_with_the_rest(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"stigmata": ["tail"]}, **one)

    refused = fill(client, check, {"dimple_diameter_mm": "6"}, **other)

    assert cells(refused)[0][::2] == ("Diameter", "6 mm")
    carried = '<input type="hidden" name="dimple_diameter_mm" value="6" form="worksheet-form">'
    assert carried in refused.content.decode()


def test_what_a_third_window_saved_while_both_versions_were_looked_at_is_shown_too(client, check):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)
    mine = {"setting": "intraoperative_other"}
    over = hidden(fill(client, check, mine, **other), "over")
    ask(client, check, "setting", setting="intraoperative_spinal")

    again = fill(client, check, mine, over=over, **other)

    assert again.status_code == 409
    assert cells(again)[0][1].startswith("During spinal")
    assert saved(check)["setting"] == "intraoperative_spinal"


@pytest.mark.parametrize("said", ["", "[]", "3", "nonsense", "\0", '{"setting":', "[" * 50_000, "NaN"])
def test_a_page_that_does_not_say_what_it_was_made_from_shows_both_versions_and_ticks_none(
    client, check, said
):
    one, other = two_pages(client, check)
    fill(client, check, {"setting": "inpatient"}, **one)

    refused = fill(client, check, {"setting": "outpatient", **MEASURES}, **{**other, "shown": said})

    assert refused.status_code == 409
    assert ShownForm({"shown": said}).before is None
    assert len(cells(refused)) == 3
    assert kept(refused)[1] == []


# A tab that was copied is the same page twice


@HOW
def test_a_copied_tab_does_not_write_over_what_the_first_one_saved_meanwhile(client, check, htmx):
    tab = page_of(client, check)
    fill(client, check, {"setting": "inpatient"}, htmx=htmx, **tab)

    refused = fill(client, check, {"setting": "outpatient", **MEASURES}, htmx=htmx, **tab)

    assert refused.status_code == 409
    question, theirs, mine = cells(refused)[0]
    assert (question, theirs.split()[0], mine) == ("Setting", "Inpatient", "Outpatient")
    assert kept(refused)[1] == ["setting"]
    assert saved(check) == {**GATES, "setting": "inpatient"}


def test_a_copied_tab_saves_what_the_first_one_did_not_touch(client, check):
    tab = page_of(client, check)
    fill(client, check, {"dimple_diameter_mm": "4"}, **tab)

    assert fill(client, check, {"dimple_distance_cm": "2"}, **tab).status_code == 302
    assert saved(check) == {**GATES, **MEASURES}


def test_of_a_copied_tab_mine_is_saved_in_one_press_unless_the_first_one_saves_again(client, check):
    tab, mine = page_of(client, check), {"setting": "intraoperative_other"}
    first = {**tab, "shown": hidden(fill(client, check, {"setting": "inpatient"}, htmx=True, **tab), "shown")}
    refused = fill(client, check, mine, **tab)
    decided = {**tab, "over": hidden(refused, "over"), "seen": hidden(refused, "seen")}
    assert fill(client, check, mine, **tab).status_code == 409
    assert fill(client, check, {"setting": "outpatient"}, htmx=True, **first).status_code == 200

    again = fill(client, check, mine, **decided)
    assert (again.status_code, saved(check)["setting"]) == (409, "outpatient")
    decided = {**tab, "over": hidden(again, "over"), "seen": hidden(again, "seen")}
    sent_twice = [fill(client, check, mine, **decided).status_code for _ in range(2)]
    assert (sent_twice, saved(check)["setting"]) == ([302, 302], "intraoperative_other")


def test_a_page_that_saves_again_and_again_is_no_conflict_with_itself(client, check):
    page = page_of(client, check)
    for setting in ("inpatient", "outpatient", "inpatient"):
        updated = fill(client, check, {"setting": setting}, htmx=True, **page)
        assert updated.status_code == 200
        page["shown"] = hidden(updated, "shown")

    assert saved(check)["setting"] == "inpatient"


# A question alone


def shown_at(client, check, fact):
    """The answers that the page of a question says it was made from."""
    return hidden(client.get(path(check, f"q/{fact}/")), "shown")


def test_a_question_does_not_write_over_what_another_window_answered_meanwhile(client, check):
    shown = shown_at(client, check, "setting")
    ask(client, check, "setting", setting="inpatient")

    refused = ask(client, check, "setting", setting="intraoperative_other", shown=shown)

    assert refused.status_code == 409
    assert cells(refused) == [("Setting", "Inpatient", "During another operation")]
    assert saved(check)["setting"] == "inpatient"
    assert f'href="{path(check, "q/setting/")}">Keep theirs' in refused.content.decode()


def test_of_a_question_mine_is_saved_in_one_press_unless_a_third_window_answers_it_too(client, check):
    shown = shown_at(client, check, "setting")
    ask(client, check, "setting", setting="inpatient")
    mine = {"setting": "intraoperative_other"}
    refused = ask(client, check, "setting", **mine, shown=shown)
    decided = {"over": hidden(refused, "over"), "shown": hidden(refused, "shown")}
    ask(client, check, "setting", setting="outpatient")

    again = ask(client, check, "setting", **mine, **decided)
    decided = {"over": hidden(again, "over"), "shown": hidden(again, "shown")}

    assert (again.status_code, saved(check)["setting"]) == (409, "outpatient")
    assert ask(client, check, "setting", **mine, **decided).status_code == 302
    assert saved(check)["setting"] == "intraoperative_other"


def test_a_question_is_saved_whatever_another_window_answered_elsewhere(client, check):
    shown = shown_at(client, check, "dimple_diameter_mm")
    fill(client, check, {"setting": "inpatient"})

    assert ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="4", shown=shown).status_code == 302
    assert saved(check) == {**GATES, "setting": "inpatient", "dimple_diameter_mm": "4"}


def test_the_answer_of_a_question_that_is_sent_twice_is_no_conflict(client, check):
    shown = shown_at(client, check, "setting")

    again = [ask(client, check, "setting", setting="inpatient", shown=shown) for _ in range(2)]

    assert [response.status_code for response in again] == [302, 302]


def test_a_question_sent_back_for_what_was_typed_still_knows_what_it_was_made_from(client, check):
    shown = shown_at(client, check, "dimple_diameter_mm")
    ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="6")
    wrong = ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="wide", shown=shown)

    refused = ask(client, check, "dimple_diameter_mm", dimple_diameter_mm="4", shown=hidden(wrong, "shown"))

    assert (wrong.status_code, refused.status_code) == (422, 409)
