"""Lists, filters, deep pages, searches, the head's counts and the log by group: among a thousand cases and
among a million.

The same pages are asked for by the same people, in turn. A page must not cost more because there is more that
it does not show. What PostgreSQL's server spends on them is counted with them.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench import report
from bench.clock import interleave
from bench.million import Crowd, seed
from bench.pages import Visit
from config import databases
from decisions.models import Case, Person
from decisions.models.reviews import NO_DUE
from decisions.reviews.worklist.counts import counts_for
from decisions.reviews.worklist.forms import seal
from decisions.reviews.worklist.ordering import ORDERS, Place
from tests import private_postgres

FEW = 1_000
LIST, FOUND = 1.5, 2.0
"""How many times what it costs among few cases a list, or what is sought, may cost among many."""
HEAD = ""
"""In place of a view: a hundred times what the head of every page counts, alone."""
COUNTED = 100


@dataclass(frozen=True)
class Page:
    """A page to ask for: by whom, and where, or what for, on the side that is measured."""

    title: str
    role: str
    most: float | None
    asked: Callable[[Side], dict[str, Any]]
    view: str = "reviews:list"


class Reader(Visit):
    """A browser in which somebody is signed in, as far as the server can tell."""

    def __init__(self, person: Any, address: str) -> None:
        client = Client(headers={"host": "localhost"})
        client.force_login(person)
        client.get(address)
        self.browse_as(client)


@dataclass
class Side:
    """A database of so many cases, and the browsers of its people."""

    count: int
    connection: Any
    crowd: Crowd = field(init=False)
    readers: dict[str, Reader] = field(default_factory=dict)

    def made(self) -> Side:
        """The same, with its tables and its cases."""
        self.use()
        call_command("migrate", database=DEFAULT_DB_ALIAS, verbosity=0)
        self.crowd = seed(self.count)
        for role in ("reviewer", "appeal_physician", "auditor"):
            person = self.crowd.of(role)
            Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
            self.readers[role] = Reader(person, reverse("reviews:list"))
        return self

    def use(self) -> None:
        """Let everything that is asked of the database be asked of this one."""
        connections[DEFAULT_DB_ALIAS] = self.connection

    def work(self, page: Page) -> Callable[[], object]:
        """What asks for a page once."""
        self.use()
        if page.view == HEAD:
            return self._counts(self.crowd.of(page.role))
        asked, reader, address = page.asked(self), self.readers[page.role], reverse(page.view)
        body = urlencode(asked).encode()

        def work() -> bytes:
            self.use()
            if page.view == "reviews:search":
                return reader.post(address, body)
            return reader.get(f"{address}?{urlencode(asked)}")

        return work

    def _counts(self, person: Person) -> Callable[[], object]:
        def work() -> object:
            self.use()
            return [counts_for(person) for _ in range(COUNTED)]

        return work

    def server_seconds(self) -> float:
        """The processor time of the server process of this connection, where there is one."""
        if self.connection.vendor == "sqlite" or self.connection.connection is None:
            return 0.0
        backend = self.connection.connection.info.backend_pid
        return int(Path(f"/proc/{backend}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9


def run(rounds: int, most: int) -> None:
    """Prints each page among few cases and among many, on each database that is here."""
    here = connections[DEFAULT_DB_ALIAS]
    try:
        with tempfile.TemporaryDirectory(prefix="conus-lists-") as folder:
            files = (Path(folder) / f"{count}.sqlite3" for count in (FEW, most))
            _compare("SQLite", [databases.sqlite(file, "FULL") for file in files], (FEW, most), rounds)
        with _servers() as urls:
            _compare("PostgreSQL", [databases.database(url) for url in urls], (FEW, most), rounds)
    finally:
        connections[DEFAULT_DB_ALIAS] = here


@contextmanager
def _servers() -> Iterator[list[str]]:
    """Two databases of a PostgreSQL server of their own; none where there is no server here."""
    try:
        private_postgres.binaries()
    except SystemExit as missing:
        print(f"\nLists on PostgreSQL were not measured. {missing}")
        yield []
        return
    with private_postgres.server() as url:
        at = _connection(databases.database(url.replace("/conus?", "/postgres?")))
        with at.cursor() as cursor:
            for name in ("few", "many"):
                cursor.execute(f"CREATE DATABASE {name}")
        at.close()
        yield [url.replace("/conus?", f"/{name}?") for name in ("few", "many")]


def _compare(name: str, settings: list[dict[str, Any]], counts: tuple[int, int], rounds: int) -> None:
    if not settings:
        return
    began = time.process_time()
    sides = [Side(count, _connection(each)).made() for count, each in zip(counts, settings, strict=True)]
    made = time.process_time() - began
    print(f"\nLists on {name}: {counts[0]:,} and {counts[1]:,} cases, made in {made:.0f} s of CPU")
    report.heading("CPU time of a page, with that of the server", "milliseconds")
    try:
        for page in PAGES:
            _page(name, page, sides, rounds)
    finally:
        for side in sides:
            side.connection.close()


def _page(name: str, page: Page, sides: list[Side], rounds: int) -> None:
    turns = {f"{page.title}, {side.count:,}": side.work(page) for side in sides}

    def clock() -> float:
        return time.process_time() + sum(side.server_seconds() for side in sides)

    spreads = interleave(turns, rounds, 1_000, clock)
    for title, spread in spreads.items():
        print(f"  {title:{report.WIDE}} {spread}")
    few, many = spreads.values()
    report.compare(f"{name}: {page.title}, many against few", many, few, page.most)


def _connection(settings: dict[str, Any]) -> Any:
    return ConnectionHandler({DEFAULT_DB_ALIAS: settings})[DEFAULT_DB_ALIAS]


def _always(**asked: str) -> Callable[[Side], dict[str, Any]]:
    return lambda _: asked


def _of_team(**asked: str) -> Callable[[Side], dict[str, Any]]:
    return _always(which="team", **asked)


def _days(dated: str, share: float) -> Callable[[Side], dict[str, Any]]:
    """So much of the days on which cases came, in the middle of them."""

    def asked(_: Side) -> dict[str, Any]:
        middle = timezone.localdate() - dt.timedelta(days=200)
        half = dt.timedelta(days=200 * share)
        days = {"since": middle - half, "until": middle + half}
        return {"which": "team", "state": "all", "dated": dated, **days}

    return asked


ANSWERED: dict[str, Any] = {"answered__in": (True,)}
"""Said so, an index has them: to find the middle, all before it are passed over."""


def _deep(order: str = "due", **only: Any) -> Callable[[Side], dict[str, Any]]:
    """The page that begins in the middle of the team's cases, or of some of them."""

    def asked(side: Side) -> dict[str, Any]:
        cases = ORDERS[order].sorted(Case.objects.filter(team=side.crowd.team, **only))
        place = Place.of(cases[cases.count() // 2], order)
        state = {"state": only["state"]} if "state" in only else {"state": "all"}
        return {"which": "team", **state, "order": order, "after": seal(place)}

    return asked


def _member_of(side: Side) -> str:
    return _some_case(side).member_reference


def _reference_of(side: Side) -> str:
    return _some_case(side).reference


def _some_case(side: Side) -> Case:
    return ORDERS["received"].sorted(Case.objects.filter(team=side.crowd.team, **ANSWERED))[0]


def _sought(text: Callable[[Side], str]) -> Callable[[Side], dict[str, Any]]:
    return lambda side: {"reference": text(side)}


def _search(
    title: str, text: Callable[[Side], str], most: float | None = FOUND, role: str = "reviewer"
) -> Page:
    return Page(f"search: {title}", role, most, _sought(text), "reviews:search")


def _head(title: str, role: str) -> Page:
    return Page(f"head: a hundred times what {title} counts", role, LIST, _always(), HEAD)


def _group(group: str) -> Page:
    return Page(f"log: {group}", "auditor", FOUND, _always(group=group), "audit:log")


PAGES = (
    _head("a reviewer", "reviewer"),
    _head("an appeal physician", "appeal_physician"),
    _head("intake", "intake"),
    Page("list: mine", "reviewer", LIST, _always()),
    Page("list: the team's", "reviewer", LIST, _of_team()),
    Page("list: unassigned", "reviewer", LIST, _always(which="unassigned")),
    Page("list: unassigned, by receipt", "reviewer", LIST, _always(which="unassigned", order="received")),
    Page("list: the team's, all states", "reviewer", LIST, _of_team(state="all")),
    Page("list: an appeal physician's team", "appeal_physician", LIST, _of_team(state="all")),
    Page(
        "list: an appeal physician's team, by receipt",
        "appeal_physician",
        LIST,
        _of_team(state="all", order="received"),
    ),
    Page("list: decided, latest first", "reviewer", LIST, _of_team(state="decided", order="-decided")),
    Page("list: by receipt", "reviewer", LIST, _of_team(order="-received")),
    Page("list: by reference", "reviewer", LIST, _of_team(order="reference", state="all")),
    Page("list: mine, all states, by receipt", "reviewer", LIST, _always(state="all", order="received")),
    Page("filter: waiting", "reviewer", LIST, _of_team(state="waiting")),
    Page("filter: expedited", "reviewer", LIST, _of_team(urgency="expedited")),
    Page("filter: a policy", "reviewer", LIST, _of_team(policy="ash-cpg-038")),
    Page(
        "filter: a plan",
        "reviewer",
        LIST,
        lambda side: {"which": "team", "plan": side.crowd.plans[1].pk},
    ),
    Page(
        "filter: a person",
        "reviewer",
        LIST,
        lambda side: {"which": "team", "person": side.crowd.people[1].pk},
    ),
    Page("filter: adverse", "reviewer", LIST, _of_team(result="adverse")),
    Page("filter: decided late", "reviewer", LIST, _of_team(due="late")),
    Page("filter: overdue", "reviewer", LIST, _of_team(due="overdue")),
    Page("filter: due soon", "reviewer", LIST, _of_team(due="soon")),
    Page("filter: received in a tenth of the time", "reviewer", LIST, _days("", 0.1)),
    Page("filter: decided in half of the time", "reviewer", LIST, _days("decided", 0.5)),
    Page(
        "filter: received in a tenth of the time, by due date",
        "reviewer",
        LIST,
        lambda side: {**_days("", 0.1)(side), "order": "due"},
    ),
    Page("filter: decided late, mine", "reviewer", LIST, _always(due="late")),
    Page("filter: expedited, waiting", "reviewer", LIST, _of_team(urgency="expedited", state="waiting")),
    Page("deep page: all states", "reviewer", LIST, _deep(**ANSWERED)),
    Page("deep page: latest first", "reviewer", LIST, _deep("latest", **ANSWERED)),
    Page("deep page: by receipt", "reviewer", LIST, _deep("received", **ANSWERED)),
    Page("deep page: by reference", "reviewer", LIST, _deep("reference", **ANSWERED)),
    Page("deep page: clocks that stand still", "reviewer", LIST, _deep(state="waiting", sort_due=NO_DUE)),
    _search("a whole reference", _reference_of),
    _search("five letters of a reference", lambda side: _reference_of(side)[3:8].lower()),
    _search("two letters", lambda side: _reference_of(side)[3:5]),
    _search("what every reference has", lambda _: "r-"),
    _search("a whole member's reference", _member_of),
    _search("six letters of a member's reference", lambda side: _member_of(side)[-6:]),
    _search("what every member's reference has", lambda _: "made-up"),
    _search("what nobody has", lambda _: "nowhere"),
    _search("two letters that nobody has", lambda _: "??", None),
    _search("what every reference has, an appeal physician", lambda _: "r-", None, "appeal_physician"),
    _search(
        "two letters, an appeal physician", lambda side: _reference_of(side)[3:5], None, "appeal_physician"
    ),
    _group("cases"),
    _group("sign_in"),
    _group("people"),
    _group("decisions"),
    _group("refusals"),
    _group("emergency"),
    _group("record"),
)
