"""The pictures of the documentation show the pages as they are now.

Each is taken anew here, from made-up data on a day that stands still. Two pictures are not compared point by
point: on another machine letters have other shapes and lines end elsewhere, so that nearly every point
differs. What has to be the same is what the page says and in which order (the tree that a screen reader gets,
with what stands in the controls), and how each part is drawn (the styles that the browser works out, but for
those that follow from the width of letters). A text beside each picture holds both, and the sum of the file
of the picture, so that neither changes without the other. `make pictures` writes pictures and texts again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from decisions.check.services import OWNER
from decisions.demonstration import made_up_cases as cases
from decisions.demonstration import made_up_people as people
from decisions.models import Case, Check
from tests.browser.pages import give_cookie
from tests.processes import ROOT
from tests.reviews.pages import at

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "counters"])

FOLDER = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 800
NOW = dt.datetime(2026, 5, 4, 14, 30, tzinfo=dt.UTC)
DIMPLE = {
    "setting": "outpatient",
    "age_months": 1,
    "reasons": ["lumbosacral_stigmata"],
    "stigmata": ["sacral_dimple"],
}
POLICIES = ["ash-cpg-038", "cigna-cpg-038"]

# Addresses hold ids, which are others each time. A fingerprint is another with every comma of a policy file.
ADDRESS = re.compile(r"^ *- /url: .*\n", re.MULTILINE)
FINGERPRINT = re.compile(r"\b[0-9a-f]{12,64}\b")
DRAWN = (
    *("color", "background-color", "background-image", "fill", "stroke", "opacity", "display", "position"),
    *("font-family", "font-size", "font-weight", "font-style", "text-decoration-line", "list-style-type"),
    *("border-top-width", "border-top-style", "border-top-color", "border-left-width", "border-left-color"),
    *("border-top-left-radius", "padding-top", "padding-left", "flex-direction"),
)
STYLES = """names => [...document.querySelectorAll("body *")]
    .filter(part => part.checkVisibility())
    .map(part => [part, getComputedStyle(part)])
    .map(([part, style]) => [part.localName, ...names.map(name => style.getPropertyValue(name))].join(" "))
    .join("\\n")"""


class StandingStill(dt.datetime):
    """A clock that stands still. Columns whose default is `timezone.now` know no other name of it."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> StandingStill:
        return cls.fromtimestamp(NOW.timestamp(), tz)


def determination() -> str:
    """A dimple of 7 mm: both policies are met, and their next steps differ."""
    return f"/check/{a_check({**DIMPLE, 'dimple_diameter_mm': 7})}/determination/"


def worksheet() -> str:
    """A dimple of 3 to 6 mm, as a chart gives it: the panel says what is still to be known."""
    return f"/check/{a_check({**DIMPLE, 'dimple_diameter_mm': {'at_least': 3, 'at_most': 6}})}/worksheet/"


def work_list() -> str:
    """The cases of a team, by due date."""
    return "/cases/?which=team&state=all"


def decision() -> str:
    """A signed adverse decision."""
    return at("decision", Case.objects.get(reference="DEMO-009"), 1)


PICTURES: dict[str, tuple[str, Callable[[], str]]] = {
    "determination": ("", determination),
    "worksheet": ("", worksheet),
    "work-list": ("nora", work_list),
    "decision": ("paula", decision),
}
"""The pictures by their names: who looks at the page, "" for a visitor, and what makes its address."""


@pytest.fixture
def visit(page: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Page]:
    """Opens the page of a picture, at the time that stands still."""
    monkeypatch.setattr(timezone, "datetime", StandingStill)

    def opened(who: str, address: Callable[[], str]) -> Page:
        if who:
            with transaction.atomic():
                people.load()
                cases.load()
                came_one_by_one()
        key = session_of(who) if who else visitor()
        give_cookie(page, live_server, key)
        page.goto(address())
        page.evaluate("document.activeElement.blur()")
        return page

    return opened


def came_one_by_one() -> None:
    """Give each case a moment of its own: a list tells cases apart by it, and the clock stood still."""
    for count, case in enumerate(Case.objects.order_by("reference")):
        Case.objects.filter(pk=case.pk).update(created_at=NOW + dt.timedelta(microseconds=count - 1_000))


def session_of(who: str) -> str:
    """A session of somebody who is made up."""
    client = Client()
    client.force_login(people.loaded(who))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def visitor() -> str:
    """A session of somebody who did not sign in."""
    session = SessionStore()
    session[OWNER] = OWNER
    session.save()
    return str(session.session_key)


def a_check(answers: dict[str, Any]) -> str:
    """The id of the visitor's check under both policies."""
    check = Check.objects.create(owner=OWNER, topic="spinal_ultrasound", policies=POLICIES, answers=answers)
    return check.pk


def told(page: Page, picture: bytes) -> str:
    """The text that lies beside a picture: its sum, that of the styles, and what the page says."""
    styles = page.evaluate(STYLES, DRAWN)
    says = FINGERPRINT.sub("fingerprint", ADDRESS.sub("", page.locator("body").aria_snapshot()))
    return f"picture: {sum_of(picture)}\nstyles: {sum_of(styles.encode())}\n{says}\n"


def sum_of(what: bytes) -> str:
    return hashlib.sha256(what).hexdigest()


def size(picture: bytes) -> tuple[int, ...]:
    """The width and the height of a PNG."""
    return struct.unpack(">II", picture[16:24])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_the_page_as_it_is(
    name: str, visit: Callable[..., Page], request: pytest.FixtureRequest
):
    picture, text = FOLDER / f"{name}.png", FOLDER / f"{name}.txt"
    page = visit(*PICTURES[name])
    taken = page.screenshot()
    if request.config.getoption("--write-pictures"):
        picture.write_bytes(taken)
        text.write_text(told(page, taken), encoding="utf-8")

    committed = picture.read_bytes()
    assert size(taken) == size(committed) == (WIDTH, HEIGHT)
    assert told(page, committed) == text.read_text(encoding="utf-8"), "run make pictures, and look at them"


def test_the_documentation_shows_every_picture_and_no_other():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = {place for file in pages for place in images(file)}
    assert shown == {FOLDER / f"{name}.png" for name in PICTURES} == set(FOLDER.glob("*.png"))


def images(file: Path) -> list[Path]:
    """The pictures that a page of the documentation shows."""
    links = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", file.read_text(encoding="utf-8"))
    return [(file.parent / link).resolve() for link in links]
