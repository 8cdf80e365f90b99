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


def test_a_test_that_gets_a_page_which_is_no_html_fails(monkeypatch: pytest.MonkeyPatch, client: Client):
    monkeypatch.setattr(markup, "faults", lambda page: ["a made-up fault"])
    with pytest.raises(AssertionError, match="a made-up fault"):
        client.get("/")
