"""Fixtures that tests share: a database for other processes, a real browser, an accessibility check."""

import fcntl
import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

from tests.processes import QUICKLY_PACKED, clean_environment, start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, ViewportSize

AXE = "/static/axe.min.js"
"""Where the live server of the tests has axe: Chromium keeps it, as it does our own scripts."""
# What passes is not told, and style sheets are not read again: no rule that axe runs by itself asks for them.
ONLY_VIOLATIONS = {
    "reporter": "no-passes",
    "resultTypes": ["violations"],
    "selectors": False,
    "preload": {"assets": ["media"]},
}
RUN_AXE = """async ([src, options]) => {
  if (!("axe" in window)) {
    await new Promise((onload, onerror) => {
      const script = Object.assign(document.createElement("script"), { src, onload, onerror });
      document.head.append(script);
      script.remove();
    });
  }
  const found = await axe.run(document, options);
  return found.violations;
}"""
OF_OUR_OWN = "/static/favicon.svg"
"""Something small of ours. Chromium ends the process of a page that goes elsewhere, and starts it again."""
SIZE: "ViewportSize" = {"width": 1280, "height": 800}
BROWSERS = (
    "chromium-headless-shell",  # the same Chromium without the pages of its own that a window would show
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No page of a test lives long enough to pay for machine code that is made with care.
    "--js-flags=--single-threaded --no-opt --no-maglev",
]
NO_BROWSER = "no Chromium or Chrome on the PATH"

# How fast the machine is says nothing about the program.
settings.register_profile("conus", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("conus")

# What is imported and collected stays to the end. Looking through it for garbage again and again takes a
# quarter of the time of collecting, and a tenth of that of the tests.
gc.disable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two processes for each core: one of them mostly waits, for a browser, a disk or another process."""
    return 2 * (os.cpu_count() or 1)


def pytest_collection_finish() -> None:
    """From now on, look for garbage among what tests make, and not after every few hundred objects."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def browser_file() -> str | None:
    """The browser to drive: the first of these that is on the PATH."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How `make pictures` asks for the pictures of the documentation to be written, not looked at alone."""
    parser.addoption("--write-pictures", action="store_true", help="write docs/pictures again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything under tests/browser and tests/by_ear."""
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)
        elif item.nodeid.startswith("tests/by_ear/"):
            item.add_marker(pytest.mark.by_ear)


def skipped(config: pytest.Config, marked: str) -> int:
    """How many tests of a mark did not run. With several processes, one alone knows."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return 0
    return sum(marked in report.keywords for report in reporter.stats.get("skipped", []))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where a browser is required, a skipped browser test is a failure."""
    if os.environ.get("CONUS_REQUIRE_BROWSER") == "1" and skipped(session.config, "browser"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say plainly, among the closing lines, what did not run."""
    if unseen := skipped(config, "browser"):
        terminalreporter.write_sep("=", "not everything was tested")
        terminalreporter.write_line(f"{unseen} browser tests were skipped: {NO_BROWSER}.")
        terminalreporter.write_line("On Debian, this brings one: apt-get install chromium-headless-shell")
    if unheard := skipped(config, "by_ear"):
        terminalreporter.write_line(
            f"{unheard} tests by ear were skipped. `make by-ear` listens to a screen reader."
        )


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of one run of the tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def turn(shared_folder: Path) -> Iterator[None]:
    """One of these processes at a time: the first makes what the others take."""
    with (shared_folder / "turn").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(
    django_db_keepdb: bool,
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    shared_folder: Path,
) -> bool:
    """Whether the test databases are there already: as files, copies of those that one process migrated."""
    from django.db import connections

    if "CONUS_TEST_DATABASE_URL" in os.environ:
        return django_db_keepdb
    kept = shared_folder / "migrated"
    files = {alias: connections[alias].settings_dict["TEST"]["NAME"] for alias in connections}
    with turn(shared_folder), django_db_blocker.unblock():
        if not (kept / "whole").exists():
            migrate(kept, files)
    for alias, file in files.items():
        shutil.copy(kept / alias, file)
    return True


def migrate(folder: Path, files: dict[str, str]) -> None:
    """Make the test databases in their files, and leave them in a folder."""
    from django.test.utils import setup_databases, teardown_databases

    folder.mkdir(exist_ok=True)
    teardown_databases(setup_databases(0, interactive=False, serialized_aliases=[]), 0, keepdb=True)
    for alias, file in files.items():
        shutil.move(file, folder / alias)
    (folder / "whole").touch()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """End all sessions of the test databases before these go: PostgreSQL drops none that is in use.

    A thread of the live server may hold one a little longer than the browser whose request it answered.
    """
    from django.db import connections

    yield
    names = [each.settings_dict["NAME"] for each in connections.all()]
    connections.close_all()
    if server := os.environ.get("CONUS_TEST_DATABASE_URL"):
        end_sessions(server, names)


def end_sessions(server: str, names: list[str]) -> None:
    """End every session of some databases, and wait until they are gone."""
    import psycopg

    ended = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = ANY(%s)"
    with psycopg.connect(database_url(server, "postgres"), autocommit=True) as connection:
        connection.execute(ended, [names])


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of processes of Conus on an empty database of theirs, of the kind that is under test.

    It is not migrated: where that is not what is tested, take `ready_database`. Nothing of it is left
    afterwards.
    """
    with empty_database(tmp_path / "var") as environment:
        yield environment


@pytest.fixture(scope="session")
def prepared(
    request: pytest.FixtureRequest, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """A database of the kind that is under test, and a folder beside it, as a first start leaves them.

    Where both are files, the processes of a run make them once, and what the tests have migrated is not
    migrated again.
    """
    is_file = "CONUS_TEST_DATABASE_URL" not in os.environ
    folder = shared_folder if is_file else tmp_path_factory.mktemp("prepared")
    if is_file:
        request.getfixturevalue("django_db_setup")
    with empty_database(folder / "prepared-var") as environment:
        with turn(folder):
            if not (folder / "prepared").exists():
                if is_file:
                    (folder / "prepared-var").mkdir(mode=0o700)
                    shutil.copy(folder / "migrated" / "default", folder / "prepared-var" / "conus.sqlite3")
                first = start(PREPARE, environment)
                first.communicate()
                assert first.returncode == 0
                (folder / "prepared").touch()
        yield environment


PREPARE = f"""
import sys
from config import serve
{QUICKLY_PACKED}
sys.argv = ["serve", "--prepare-only"]
serve.main()
"""


@pytest.fixture
def ready_database(prepared: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """As `own_database`, and made ready: a copy, since migrating and collecting costs what is not tested."""
    shutil.copytree(prepared["CONUS_VAR"], tmp_path / "var")
    template = urlsplit(prepared.get("DATABASE_URL", "")).path.removeprefix("/")
    with empty_database(tmp_path / "var", template or "template1") as environment:
        yield environment


@contextmanager
def empty_database(var: Path, template: str = "template1") -> Iterator[dict[str, str]]:
    """The same for fixtures that serve more than one test. ``var`` is the folder beside the database.

    PostgreSQL makes a new database as a copy of another one: ``template`` names it.
    """
    server = os.environ.get("CONUS_TEST_DATABASE_URL")
    if not server:
        yield clean_environment(CONUS_VAR=str(var))
        return
    import psycopg

    name = f"conus_{secrets.token_hex(8)}"
    with psycopg.connect(database_url(server, "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield clean_environment(CONUS_VAR=str(var), DATABASE_URL=database_url(server, name))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def database_url(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session", autouse=True)
def emptying_stands_above_the_log() -> Iterator[None]:
    """Take the triggers that keep the event log away before a test's tables are emptied, and make them again.

    Emptying ends with the signal of a migration, for which Django makes permissions that Conus does not have
    and looks through a table that did not change. That took longer than most tests: the log alone is told.
    """
    from django.core.management.commands import flush
    from django.db import connection
    from django.test import TransactionTestCase

    from decisions.log import triggers, upkeep

    empty = TransactionTestCase._fixture_teardown

    def tell_the_log(verbosity: int, interactive: bool, database: str) -> None:
        upkeep.come_back(database)

    def drop_and_empty(self: Any) -> None:
        triggers.drop(connection)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(flush, "emit_post_migrate_signal", tell_the_log)
            empty(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", drop_and_empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def emptying_deletes_rows() -> Iterator[None]:
    """Empty the few rows of PostgreSQL's tables after a test: TRUNCATE waits for the disk for each table.

    What one row says of another is checked at the end of the transaction, so the order does not matter.
    """
    from django.db.backends.postgresql.operations import DatabaseOperations

    truncate = DatabaseOperations.sql_flush

    def delete(
        self: Any, style: Any, tables: Any, *, reset_sequences: bool = False, **more: Any
    ) -> list[str]:
        if reset_sequences:
            return truncate(self, style, tables, reset_sequences=True, **more)
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 (our tables' names)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", delete)
        yield


@pytest.fixture
def quick_passwords(settings: Any) -> None:
    """argon2 takes half a second by design; what most tests try is not how long it takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def every_page_is_html() -> Iterator[None]:
    """Look at each page that a test is answered with, whatever the test asks of it."""
    from django.test import Client

    from tests import markup

    ask = Client.request

    def ask_and_look(self: Any, **request: Any) -> Any:
        response = ask(self, **request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            assert markup.faults(response.content.decode()) == [], request.get("PATH_INFO")
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", ask_and_look)
        yield


@pytest.fixture(scope="session")
def playwright() -> "Iterator[Playwright]":
    """What drives browsers: one a process."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> "Iterator[Browser]":
    """A browser without a window. Skips the test where there is none."""
    file = browser_file()
    if file is None:
        pytest.skip(NO_BROWSER)
    driver: Playwright = request.getfixturevalue("playwright")
    chromium = driver.chromium.launch(executable_path=file, args=FLAGS)
    yield chromium
    chromium.close()


@dataclass
class Faults:
    """What went wrong in the pages of a test: console errors, exceptions, requests to another host."""

    seen: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, text: str) -> None:
        """Let faults pass that hold this text: the test provokes them."""
        self.allowed.append(text)

    @property
    def left(self) -> list[str]:
        """The faults that nothing allows."""
        return [fault for fault in self.seen if not any(text in fault for text in self.allowed)]


@pytest.fixture
def faults() -> Iterator[Faults]:
    """The faults of this test's pages, in all of them. One that is not allowed fails the test."""
    noted = Faults()
    yield noted
    assert noted.left == [], "the page had faults"


class Windows:
    """Pages of browsers that share nothing. One that a test has done with serves the next one, emptied.

    A new browser context costs a second of a core, a new page in it a fifth, a page that is there nothing.
    """

    def __init__(self, browser: "Browser", home: str) -> None:
        self.browser, self.home = browser, home
        self.idle: dict[bool, list[Page]] = {True: [], False: []}

    def new(self, **options: Any) -> "Page":
        """A page of a context that nobody had before."""
        context = self.browser.new_context(base_url=self.home, **{"viewport": SIZE, **options})
        context.set_default_timeout(15_000)
        return context.new_page()

    @contextmanager
    def fresh(self, **options: Any) -> "Iterator[Page]":
        """A page for one test alone, which may leave in it and in its context what it will."""
        page = self.new(**options)
        yield page
        page.context.close()

    @contextmanager
    def lent(self, *, scripts: bool) -> "Iterator[Page]":
        """A page that is as good as new, alone in its context."""
        idle = self.idle[scripts]
        page = idle.pop() if idle else self.new(java_script_enabled=scripts)
        yield page
        for other in page.context.pages:
            if other != page:
                other.close()
        if page.is_closed():
            page = page.context.new_page()
        empty(page)
        idle.append(page)


def empty(page: "Page") -> None:
    """Leave nothing of a test in a page and its context. Our pages keep nothing in a browser but cookies."""
    page.unroute_all(behavior="ignoreErrors")
    page.goto(OF_OUR_OWN)
    page.emulate_media(media="null", color_scheme="null")
    if page.viewport_size != SIZE:
        page.set_viewport_size(SIZE)
    page.context.clear_cookies()


@contextmanager
def watched(page: "Page", faults: Faults, home: str) -> "Iterator[Page]":
    """The page, whose faults are noted meanwhile."""

    def console(message: "ConsoleMessage") -> None:
        # A refused form comes back as 422, which Chromium reports as an error although it is shown.
        if message.type == "error" and "status of 422" not in message.text:
            faults.seen.append(f"console: {message.text}")

    def request(sent: "Request") -> None:
        if (
            sent.url.startswith(("http:", "https:", "ws:"))
            and urlsplit(sent.url).netloc != urlsplit(home).netloc
        ):
            faults.seen.append(f"another host: {sent.url}")

    def exception(error: Exception) -> None:
        faults.seen.append(f"exception: {error}")

    heard: dict[Any, Any] = {"console": console, "pageerror": exception, "request": request}
    for event, hear in heard.items():
        page.on(event, hear)
    yield page
    for event, hear in heard.items():
        page.remove_listener(event, hear)


@pytest.fixture(scope="session")
def windows(browser: "Browser", live_server: Any) -> Windows:
    """The pages of all tests of a process."""
    return Windows(browser, live_server.url)


@pytest.fixture
def new_page(windows: Windows, faults: Faults) -> "Iterator[Callable[..., Page]]":
    """Makes pages on the live server, each in a browser of its own: with cookies of its own, say.

    They take ``viewport``, ``color_scheme`` and ``java_script_enabled``. Any other option of Playwright's
    `new_context` makes the browser for this test alone, as ``fresh=True`` does. That is for tests that let a
    script run before each page, plug in a key or set a clock: it would stay for the next test.
    """
    with ExitStack() as given:

        def window(*, fresh: bool, scripts: bool, options: dict[str, Any]) -> AbstractContextManager["Page"]:
            if fresh or options:
                return windows.fresh(java_script_enabled=scripts, **options)
            return windows.lent(scripts=scripts)

        def make(
            *,
            viewport: Any = None,
            color_scheme: Any = None,
            java_script_enabled: bool = True,
            fresh: bool = False,
            **options: Any,
        ) -> "Page":
            page = given.enter_context(window(fresh=fresh, scripts=java_script_enabled, options=options))
            if viewport:
                page.set_viewport_size(viewport)
            if color_scheme:
                page.emulate_media(color_scheme=color_scheme)
            return given.enter_context(watched(page, faults, windows.home))

        yield make


@pytest.fixture
def page(new_page: "Callable[..., Page]") -> "Page":
    """A page of 1280 by 800 on the live server. The test fails if the page has a fault.

    Wait with Playwright's `expect`: `wait_for_function` compiles text, which the page's policy forbids.
    """
    return new_page()


@pytest.fixture
def no_js_page(new_page: "Callable[..., Page]") -> "Page":
    """A page without JavaScript."""
    return new_page(java_script_enabled=False)


@pytest.fixture
def axe() -> "Callable[..., None]":
    """Asserts that axe-core finds nothing wrong with a page. The page's security policy stays in force.

    It looks at the page once its scripts have run: they open parts that axe takes for closed before.
    ``rules`` are those that are asked; without them, all are.
    """

    def check(page: "Page", where: object = "", *, rules: Sequence[str] = ()) -> None:
        page.wait_for_load_state()
        asked = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
        found = page.evaluate(RUN_AXE, [AXE, {**ONLY_VIOLATIONS, **asked}])
        wrong = [f"{v['id']}: {v['help']}\n  {node['html']}" for v in found for node in v["nodes"]]
        assert wrong == [], "\n".join([str(where), *wrong])

    return check
