"""What the tests of a check share: start one, answer a page, fill in a worksheet."""

import datetime as dt
import re
from html import unescape
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from decisions.models import Check

NOT_DOCUMENTED = ":not-documented"
NONE_OF_THESE = ":none"
HTMX = {"HX-Request": "true"}

DIMPLE = (
    ("setting", {"setting": "outpatient"}),
    ("age_months", {"age_months": "1", "age_months.unit": "months"}),
    ("reasons", {"reasons": ["lumbosacral_stigmata"]}),
    ("stigmata", {"stigmata": ["sacral_dimple"]}),
    ("dimple_diameter_mm", {"dimple_diameter_mm": "4"}),
    ("dimple_distance_cm", {"dimple_distance_cm": "2"}),
    ("dimple_base_visible", {"dimple_base_visible": "yes"}),
    ("dimple_count", {"dimple_count": "single"}),
    ("dimple_position", {"dimple_position": "midline"}),
)
"""The pages of a guided check of a simple dimple, in their order, and what is typed on each."""


def begin(client: Client, *policies: str, mode: str = "guided") -> Check:
    """Start a check as the first page does."""
    response = client.post("/check/start", {"policies": policies, "mode": mode})
    assert response.status_code == 302
    return Check.objects.latest("started_at")


def path(check: Check, rest: str = "") -> str:
    return f"/check/{check.pk}/{rest}"


def ask(client: Client, check: Check, fact: str, **typed: Any) -> HttpResponse:
    """Send the page of a question. A name with a double underscore stands for one with a dot."""
    data = {name.replace("__", "."): value for name, value in typed.items()}
    return client.post(path(check, f"q/{fact}/"), data)


def give(client: Client, check: Check, pages: Any = DIMPLE) -> None:
    """Answer several pages of a guided check."""
    for fact, typed in pages:
        assert client.post(path(check, f"q/{fact}/"), typed).status_code == 302, fact


def fill(
    client: Client, check: Check, typed: dict[str, Any], htmx: bool = False, **more: Any
) -> HttpResponse:
    """Send a worksheet on which the fields that are typed in are all there are."""
    facts = sorted({name.partition(".")[0] for name in typed} | set(more.pop("also", ())))
    revision = Check.objects.get(pk=check.pk).revision
    page = {"on_page": facts, "page": "this", "revision": revision, **typed, **more}
    return client.post(path(check, "worksheet/"), page, headers=HTMX if htmx else {})


def saved(check: Check) -> dict[str, Any]:
    return Check.objects.get(pk=check.pk).answers


def text(response: HttpResponse) -> str:
    """The words of a page, in one line."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(words).split())


def error(response: HttpResponse) -> str:
    """What is said to be wrong, at the fields."""
    said = re.findall(
        r'<p class="field-(?:error|doubt)"[^>]*>(.*?)</p>', response.content.decode(), re.DOTALL
    )
    return unescape(" ".join(said))


def age(check: Check, **past: float) -> None:
    """Make a check older than it is."""
    Check.objects.filter(pk=check.pk).update(started_at=check.started_at - dt.timedelta(**past))


def everything_stored() -> str:
    """Every row of every table, as text; sessions as they read."""
    with connection.cursor() as cursor:
        dump = []
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            dump.append(repr(cursor.fetchall()))
    from django.contrib.sessions.models import Session

    return "\n".join([*dump, *(repr(session.get_decoded()) for session in Session.objects.all())])
