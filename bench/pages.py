"""The pages that work hardest, beside bare views that read and save the same check and send the same bytes.

Requests go through the whole middleware, in this process. CPU time is counted, so waiting for the disk is
not. Each request that changes something changes it: the two values of one answer take turns.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from bench import bare, report
from bench.clock import CPU, interleave
from bench.start import first_load
from decisions.models import Check

REQUESTS = 10
"""How many requests one turn makes; even, so that a turn ends where it began."""

ANSWERS = {
    "setting": "outpatient",
    "age_months": 4,
    "date_of_service": "2026-11-01",
    "reasons": ["lumbosacral_stigmata", "suspected_defect"],
    "suspected_defects": [],
    "stigmata": ["sacral_dimple", "skin_discoloration"],
    bare.FACT: "3",
    "dimple_distance_cm": "2",
    "dimple_base_visible": True,
    "dimple_count": "single",
    "dimple_position": "midline",
    "prior_ultrasound": "none",
    "procedure_codes": ["76800"],
    "diagnosis_codes": ["Q06.8"],
}
VALUES = ("3", "7")
STIGMATA = (["skin_discoloration"], ["sacral_dimple", "skin_discoloration"])
MOST = 3
"""How many times a bare view the worksheet, and an update of it, may cost."""

PAGE = "a-page-of-the-bench"
FORM = "application/x-www-form-urlencoded"


def run(rounds: int) -> None:
    """Prints the pages beside their bare views."""
    with override_settings(ROOT_URLCONF="bench.bare"):
        visit = Visit()
        _determination(visit, rounds)
        _worksheet(visit, rounds)
        _update(visit, rounds)
        _opening(visit, rounds)
        for name in ("determination", "worksheet"):
            first_load(f"the {name}", visit.get(reverse(f"check:{name}", args=[visit.check.pk])))


def _determination(visit: Visit, rounds: int) -> None:
    address = reverse("check:determination", args=[visit.check.pk])
    bare.MADE["determination"] = visit.get(address)
    page = f"the determination ({len(bare.MADE['determination']):,} bytes)"
    barest = "a bare view that reads and saves the check"
    contenders = {
        page: lambda: visit.get(address),
        barest: lambda: visit.get(f"/bare/{visit.check.pk}/determination/"),
    }
    compare_pages("The determination page", contenders, rounds, 2)


def _worksheet(visit: Visit, rounds: int) -> None:
    address = reverse("check:worksheet", args=[visit.check.pk])
    bare.MADE["worksheet"] = visit.get(address)
    contenders = {
        f"the worksheet ({len(bare.MADE['worksheet']):,} bytes)": lambda: visit.get(address),
        "a bare view that reads and saves the check": lambda: visit.get(f"/bare/{visit.check.pk}/worksheet/"),
    }
    compare_pages("The whole worksheet", contenders, rounds, MOST)


def _opening(visit: Visit, rounds: int) -> None:
    """The dimple ticked and unticked: its six questions come and go, with the figure."""
    address = reverse("check:worksheet", args=[visit.check.pk])
    bodies = [_stigmata(visit, address, was, given) for was, given in (STIGMATA, STIGMATA[::-1])]
    for name, body in zip(bare.OPENING, bodies, strict=True):
        bare.MADE[name] = visit.post(address, body)
    sizes = " and ".join(f"{len(bare.MADE[name]):,}" for name in bare.OPENING)
    bare_address = f"/bare/{visit.check.pk}/opening/"
    contenders = {
        f"the update that opens or closes the dimple ({sizes} bytes)": lambda: [
            visit.post(address, body) for body in bodies
        ],
        "a bare view that reads, changes and saves the check": lambda: [
            visit.post(bare_address, body) for body in bodies
        ],
    }
    compare_pages("An update that opens a section", contenders, rounds, MOST, len(bodies))


def _stigmata(visit: Visit, address: str, was: list[str], given: list[str]) -> bytes:
    """What a browser sends when the worksheet shows some skin findings and others are ticked."""
    visit.check.answers["stigmata"] = was
    visit.check.save()
    fields = Fields(visit.get(address).decode(), "worksheet-form").sent
    kept = [(name, PAGE if name == "page" else value) for name, value in fields if name != "stigmata"]
    return urlencode([*kept, *(("stigmata", finding) for finding in given)]).encode()


def _update(visit: Visit, rounds: int) -> None:
    address = reverse("check:worksheet", args=[visit.check.pk])
    bodies = [
        _body(visit, address, before, value) for before, value in zip(VALUES[::-1], VALUES, strict=True)
    ]
    for value, body in zip(VALUES, bodies, strict=True):
        bare.MADE[value] = visit.post(address, body)
    sizes = " and ".join(f"{len(bare.MADE[value]):,}" for value in VALUES)
    page = f"the worksheet's htmx update ({sizes} bytes)"
    barest = "a bare view that reads, changes and saves the check"
    contenders = {
        page: lambda: [visit.post(address, body) for body in bodies],
        barest: lambda: [visit.post(f"/bare/{visit.check.pk}/update/", body) for body in bodies],
    }
    compare_pages("An update of the worksheet", contenders, rounds, MOST, len(bodies))


def compare_pages(
    title: str, contenders: Mapping[str, Callable[[], object]], rounds: int, most: int, requests: int = 1
) -> None:
    """Prints a page beside its bare view, and the target beside that."""

    def repeated(work: Callable[[], object]) -> Callable[[], None]:
        def turn() -> None:
            for _ in range(REQUESTS // requests):
                work()

        return turn

    turns = {name: repeated(work) for name, work in contenders.items()}
    spreads = interleave(turns, rounds, REQUESTS, CPU)
    report.table(title, "microseconds of CPU a request", spreads)
    page, barest = spreads.values()
    report.compare(f"{title}, against the bare view", page, barest, most)


def _body(visit: Visit, address: str, before: str, value: str) -> bytes:
    """What a browser sends when the worksheet shows one value of the fact and another is put in."""
    visit.check.answers[bare.FACT] = before
    visit.check.save()
    changed = {bare.FACT: value, "page": PAGE}
    fields = Fields(visit.get(address).decode(), "worksheet-form").sent
    return urlencode([(name, changed.get(name, was)) for name, was in fields]).encode()


class RefusedError(Exception):
    """A page that is measured did not answer as it should."""


@dataclass
class Visit:
    """A browser with a check, as far as the server can tell."""

    check: Check

    def __init__(self) -> None:
        client = Client(headers={"host": "localhost"})
        client.post(reverse("check:start"), {"mode": "worksheet"})
        self.check = Check.objects.get()
        self.check.answers = ANSWERS
        self.check.save()
        client.get(reverse("check:worksheet", args=[self.check.pk]))
        self.browse_as(client)

    def browse_as(self, client: Client) -> None:
        """Send what a client has been given so far."""
        self._application = WSGIHandler()
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        self._headers = {
            "host": "localhost",
            "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "x-csrftoken": cookies["conus_csrf"],
        }
        self._environments: dict[str, dict[str, Any]] = {}

    def get(self, address: str) -> bytes:
        """The page at an address, whole. Raises RefusedError."""
        return self._answer(self._environment(address, b""), b"")

    def post(self, address: str, body: bytes) -> bytes:
        """What an htmx request is sent back. Raises RefusedError."""
        return self._answer(self._environment(address, body), body)

    def _environment(self, address: str, body: bytes) -> dict[str, Any]:
        """Made once for each address, so that its making is not measured with the page."""
        key = f"{len(body)} {address}"
        if key not in self._environments:
            factory = RequestFactory(headers=self._headers)
            method, htmx = ("POST", {"hx-request": "true"}) if body else ("GET", {})
            made = factory.generic(method, address, body, content_type=FORM, headers=htmx)
            self._environments[key] = made.environ
        return self._environments[key]

    def _answer(self, environment: dict[str, Any], body: bytes) -> bytes:
        said: list[str] = []

        def start(status: str, headers: object, error: object = None, /) -> Callable[[bytes], object]:
            said.append(status)
            return said.append  # type: ignore[return-value]

        fresh = {**environment, "wsgi.input": BytesIO(body), "wsgi.errors": sys.stderr}
        response = self._application(fresh, start)
        content = b"".join(response)
        response.close()
        if not said[0].startswith("200"):
            raise RefusedError(f"{environment['PATH_INFO']}: {said[0]}")
        return content


class Fields(HTMLParser):
    """What a browser sends of one form: every field with a name whose value counts."""

    def __init__(self, page: str, form: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._form = form
        self._inside = False
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes where the form begins, and its fields, inside it or tied to it by name."""
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == self._form
        if given.get("form", self._form if self._inside else "") == self._form:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "")
        ticked = kind not in ("checkbox", "radio") or "checked" in given
        if tag == "input" and name and ticked and kind != "submit":
            self.sent.append((name, given.get("value", "")))
        self._area = name if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        """Notes what stands in a larger field."""
        if self._area:
            self.sent.append((self._area, data))
            self._area = ""

    def handle_endtag(self, tag: str) -> None:
        """Notes where a form ends."""
        self._inside = self._inside and tag != "form"
