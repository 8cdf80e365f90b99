"""The dimple drawn to scale."""

import re

import pytest
from django.template.loader import render_to_string

from decisions.questionnaire.figure import figure
from decisions.services import library

TOPIC = library().topics["spinal_ultrasound"]
POLICIES = tuple(library().policy_ids)


def drawn(**measures):
    return figure(TOPIC, POLICIES, {f"dimple_{name}": value for name, value in measures.items()})


def markup(**measures):
    return render_to_string("questionnaire/figure.html", {"figure": drawn(**measures)})


@pytest.mark.parametrize(("diameter", "distance"), [("4", "3.2"), ("0.1", "0"), ("100", "30"), ("50", "1")])
def test_lengths_are_drawn_to_scale(diameter, distance):
    drawing = drawn(diameter_mm=diameter, distance_cm=distance).drawing
    anus, line = float(drawing.at["anus"]), drawing.lines[0]

    assert float(drawing.dimple.r) * 2 == pytest.approx(float(diameter))
    assert anus - float(drawing.dimple.y) == pytest.approx(float(distance) * 10, abs=0.02)
    assert anus - float(line.at) == pytest.approx(25, abs=0.02)
    assert float(drawing.circles[0].at) == 2.5


@pytest.mark.parametrize(("diameter", "distance"), [("4", "3.2"), ("100", "30"), ("100", "0"), ("0.1", "30")])
def test_the_whole_dimple_lies_inside_the_drawing(diameter, distance):
    drawing = drawn(diameter_mm=diameter, distance_cm=distance).drawing
    x, y, r = (float(part) for part in (drawing.dimple.x, drawing.dimple.y, drawing.dimple.r))

    assert y - r >= 0
    assert y <= float(drawing.at["height"])
    assert 0 <= x - r < x + r <= float(drawing.at["width"])


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        (
            {"diameter_mm": "7", "distance_cm": "3.2"},
            (
                "The dimple is 7 mm wide, wider than the mark of 5 mm. "
                "It lies 3.2 cm from the anus, farther than the mark of 2.5 cm."
            ),
        ),
        (
            {"diameter_mm": "5.0", "distance_cm": "2.50"},
            (
                "The dimple is 5 mm wide, exactly at the mark of 5 mm. "
                "It lies 2.5 cm from the anus, exactly at the mark of 2.5 cm."
            ),
        ),
        (
            {"diameter_mm": "4"},
            (
                "The dimple is 4 mm wide, narrower than the mark of 5 mm. "
                "Its distance from the anus is not known."
            ),
        ),
        (
            {"distance_cm": "0", "diameter_mm": None},
            (
                "The width of the dimple is not known. "
                "It lies 0 cm from the anus, nearer than the mark of 2.5 cm."
            ),
        ),
        ({}, "The width of the dimple is not known. Its distance from the anus is not known."),
    ],
)
def test_the_figure_says_in_words_what_it_shows(measures, words):
    assert drawn(**measures).words == words
    assert words in markup(**measures)


def test_a_dimple_of_unknown_place_stands_apart_and_says_so():
    assert "place not known" in markup(diameter_mm="4")
    assert "place not known" not in markup(diameter_mm="4", distance_cm="1")


def text_boxes(html):
    """Left, right, top and bottom of every text; a letter is taken to be 0.6 of the font size wide."""
    font = float(re.search(r'font-size="([\d.]+)"', html)[1])
    for x, y, rest, words in re.findall(
        r'<text class="fig-text" x="(.*?)" y="(.*?)"(.*?)>(.*?)</text>', html
    ):
        wide = len(words) * 0.6 * font
        left = float(x) - (wide / 2 if "middle" in rest else 0)
        yield left, left + wide, float(y) - font, float(y) + font / 4


@pytest.mark.parametrize("diameter", [None, "0.1", "4", "100"])
@pytest.mark.parametrize("distance", [None, "0", "3.2", "30"])
def test_every_word_lies_inside_the_drawing(diameter, distance):
    html = markup(diameter_mm=diameter, distance_cm=distance)
    width, height = (float(part) for part in re.search(r'viewBox="0 0 (\S+) (\S+)"', html).groups())
    boxes = list(text_boxes(html))

    assert len(boxes) == 4 + (diameter is not None and distance is None)
    for left, right, top, bottom in boxes:
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height


def test_a_dimple_of_unknown_width_is_a_cross():
    assert drawn(distance_cm="1").drawing.cross
    assert drawn(distance_cm="1").drawing.dimple is None


def test_the_figure_has_no_style_of_its_own():
    assert not re.search(r"style=|<style|fill=|stroke=", markup(diameter_mm="4", distance_cm="1"))


# What is left open


@pytest.mark.parametrize(
    ("diameter", "circles"),
    [({"at_least": "3", "at_most": "6"}, [1.5, 3]), ({"above": "5"}, [2.5]), ({"at_most": "5"}, [2.5])],
)
def test_an_interval_of_the_width_is_drawn_by_the_ends_that_were_given(diameter, circles):
    found = drawn(diameter_mm=diameter, distance_cm="1")

    assert [float(dimple.r) for dimple in found.drawing.dimples] == circles
    assert all(dimple.is_bound for dimple in found.drawing.dimples)
    assert "drawn by its ends, as dashed circles" in markup(diameter_mm=diameter)


@pytest.mark.parametrize(
    ("distance", "nearest", "farthest"),
    [({"at_least": "1", "at_most": "2"}, 10, 20), ({"at_most": "2.5"}, 0, 25), ({"above": "3"}, 30, None)],
)
def test_an_interval_of_the_distance_is_a_line_along_all_places_that_are_left(distance, nearest, farthest):
    drawing = drawn(distance_cm=distance, diameter_mm="4").drawing
    bottom, top = (float(end) for end in re.fullmatch(r"M\S+ (\S+)V(\S+)", drawing.band).groups())
    anus = float(drawing.at["anus"])

    assert anus - bottom == pytest.approx(nearest, abs=0.02)
    assert top == 0 if farthest is None else anus - top == pytest.approx(farthest, abs=0.02)
    assert len(drawing.dimples) == len(distance)


@pytest.mark.parametrize("diameter", [{"above": "50"}, {"at_least": "3", "at_most": "6"}])
@pytest.mark.parametrize("distance", [{"at_most": "30"}, {"above": "2.5"}, None])
def test_every_end_that_was_given_lies_inside_the_drawing(diameter, distance):
    drawing = drawn(diameter_mm=diameter, distance_cm=distance).drawing

    for dimple in drawing.dimples:
        x, y, r = (float(part) for part in (dimple.x, dimple.y, dimple.r))
        assert y - r >= 0
        assert 0 <= x - r < x + r <= float(drawing.at["width"])


@pytest.mark.parametrize(
    ("diameter", "words"),
    [
        ({"above": "5"}, "over 5 mm wide, wider than the mark of 5 mm"),
        ({"at_least": "5"}, "at least 5 mm wide, wider than the mark of 5 mm or exactly at it"),
        ({"at_most": "5"}, "up to 5 mm wide, narrower than the mark of 5 mm or exactly at it"),
        ({"below": "5"}, "under 5 mm wide, narrower than the mark of 5 mm"),
        (
            {"at_least": "3", "at_most": "6"},
            "3 to 6 mm wide, perhaps narrower, perhaps wider than the mark of 5 mm",
        ),
    ],
)
def test_an_interval_is_told_by_the_sides_of_a_mark_on_which_it_may_lie(diameter, words):
    assert f"The dimple is {words}." in drawn(diameter_mm=diameter).words


def test_what_is_known_exactly_is_not_said_to_be_left_open():
    html = markup(diameter_mm="4", distance_cm="1")

    assert "left open" not in html
    assert "fig-b" not in html.replace("fig-bar", "")


def test_an_answer_that_is_not_allowed_is_not_drawn():
    assert drawn(diameter_mm={"about": "5"}).words == drawn().words
