"""The pages are HTML as its standard has it. `every_page_is_html` looks at each page that a test gets."""

import pytest
from django.test import Client

from tests import markup

WHOLE = "<html><body>{}</body></html>"


@pytest.mark.parametrize(
    "part",
    [
        '<div hx-get="/news">',
        "<button>Save</button>",
        '<button class="btn">Save</button>',
        '<ul class="because" aria-label="Because">',
        '<time datetime="2026-11-30T10:20:30.123456+00:00">',
        '<time datetime="yesterday">',
        '<input type="date" value="yesterday">',
        'Read the text<span class="visually-hidden"> of it</span>',
        '<form method="post"><textarea name="note" required></textarea></form>',
    ],
)
def test_what_is_no_html_is_caught(part: str):
    assert markup.faults(part)


@pytest.mark.parametrize(
    "part",
    [
        '<div data-hx-get="/news">',
        '<button type="submit">Save</button>',
        '<section aria-label="Because"><ul>',
        '<time datetime="2026-11-30T10:20:30+0000">',
        '<time datetime="2026-11-30">',
        '<input type="date" value="2026-11-30">',
        '<input type="date">',
        "<input autofocus><h1>A heading</h1><h3>Another</h3><input autofocus>",
        'Read the text<span class="visually-hidden">&nbsp;of it</span>',
        '<a><span class="visually-hidden">Theme</span></a>',
        "<textarea id='note'>\n<button>Save</button></textarea>",
        '<p id="once"></p><p id="once"></p>',
        '<label for="elsewhere">',
        '<form method="post" novalidate><textarea name="note" required></textarea></form>',
        '<form method="post"><button type="submit">Save</button></form>',
    ],
)
def test_what_is_html_passes_in_a_part_of_a_page(part: str):
    assert markup.faults(part) == []


@pytest.mark.parametrize(
    "part",
    [
        '<p id="twice"></p><p id="twice"></p>',
        '<label for="nowhere">',
        '<p aria-describedby="here gone" id="here">',
    ],
)
def test_an_id_that_stands_twice_or_nowhere_is_caught_in_a_whole_page(part: str):
    assert markup.faults(WHOLE.format(part))


@pytest.mark.parametrize(
    "part",
    [
        "<input autofocus><a href='/' autofocus>Home</a>",
        "<h1>Cases</h1><h3>Mine</h3>",
        "<h1>Cases</h1><h2>Mine</h2><h4>New</h4>",
    ],
)
def test_two_focuses_and_a_level_of_headings_passed_over_are_caught_in_a_whole_page(part: str):
    assert markup.faults(WHOLE.format(part))


def test_one_focus_and_headings_in_order_pass_in_a_whole_page():
    part = "<h2>Not saved</h2><h1>Cases</h1><h2>Mine</h2><h3>New</h3><h2>All</h2><input autofocus>"
    assert markup.faults(WHOLE.format(part)) == []


def test_a_test_that_gets_a_page_which_is_no_html_fails(monkeypatch: pytest.MonkeyPatch, client: Client):
    monkeypatch.setattr(markup, "faults", lambda page: ["a made-up fault"])
    with pytest.raises(AssertionError, match="a made-up fault"):
        client.get("/")
