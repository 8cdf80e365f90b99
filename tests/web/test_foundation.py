"""The frame of every page: settings, start, limits, headers, errors, theme, health and logs."""

import functools
import logging
import re
import runpy
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from django.test import Client, RequestFactory

import decisions
from config import prepare, serve
from config.environment import Environment
from config.secret import secret_key
from decisions.guards import client_addresses as addresses
from decisions.guards import counters, health, middleware
from decisions.guards.logs import PlainFormatter
from decisions.guards.slices import navigation, slices
from tests.people.world import make_world
from tests.processes import QUICKLY_PACKED, clean_environment, start

ROOT = Path(__file__).resolve().parents[2]
DEMO = pytest.mark.urls("tests.browser.demo")
both_databases = pytest.mark.django_db(databases=["default", "counters"])


# The environment


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("CONUS_HTTPS", "yes", lambda env: env.flag("CONUS_HTTPS")),
        ("CONUS_RATE_LIMIT", "-1", lambda env: env.whole("CONUS_RATE_LIMIT", 120, 0, 500)),
        ("CONUS_RATE_LIMIT", "501", lambda env: env.whole("CONUS_RATE_LIMIT", 120, 0, 500)),
        ("CONUS_RATE_LIMIT", "ten", lambda env: env.whole("CONUS_RATE_LIMIT", 120, 0, 500)),
        ("CONUS_HOSTS", "conus.example:80", lambda env: env.hosts("CONUS_HOSTS")),
        ("CONUS_HOSTS", "*", lambda env: env.hosts("CONUS_HOSTS")),
        ("CONUS_TIME_ZONE", "Mars/Olympus", lambda env: env.time_zone("CONUS_TIME_ZONE")),
        ("CONUS_VAR", "var", lambda env: env.folder("CONUS_VAR", Path("/x"))),
        ("CONUS_SECRET_KEY", "hidden", lambda env: env.secret("CONUS_SECRET_KEY")),
    ],
)
def test_a_wrong_value_is_refused_by_name_with_what_is_allowed(name, value, read):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} .*Allowed: ") as refused:
        read(Environment({name: value}))

    assert "hidden" not in str(refused.value)


def test_an_empty_environment_gives_the_defaults():
    env = Environment({})

    assert env.flag("CONUS_HTTPS") is False
    assert env.whole("CONUS_RATE_LIMIT", 120, 0, 500) == 120
    assert env.hosts("CONUS_HOSTS") == []
    assert env.time_zone("CONUS_TIME_ZONE") == "UTC"
    assert env.secret("CONUS_SECRET_KEY") == ""


def test_right_values_are_read_with_their_types():
    env = Environment(
        {
            "A": "1",
            "B": "500",
            "C": "conus.example, .conus.example,[::1]",
            "D": "Europe/Berlin",
        }
    )

    assert env.flag("A") is True
    assert env.whole("B", 120, 0, 500) == 500
    assert env.hosts("C") == ["conus.example", ".conus.example", "[::1]"]
    assert env.time_zone("D") == "Europe/Berlin"


def test_a_misspelt_setting_is_refused():
    env = Environment({"CONUS_HTTP": "1"})
    env.flag("CONUS_HTTPS")

    with pytest.raises(ImproperlyConfigured, match=r"^CONUS_HTTP is not a setting\. Allowed: .*CONUS_HTTPS"):
        env.refuse_unknown()


def test_a_command_tells_a_wrong_setting_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=clean_environment(CONUS_VAR=str(tmp_path), CONUS_HTTPS="maybe"),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == "CONUS_HTTPS is 'maybe'. Allowed: 0 or 1.\n"


def test_the_main_database_waits_for_the_disk_and_never_maps_memory(tmp_path):
    script = (
        "import django; django.setup()\n"
        "from django.db import connections\n"
        "for alias in ('default', 'counters'):\n"
        "    with connections[alias].cursor() as cursor:\n"
        "        names = ('journal_mode', 'synchronous', 'foreign_keys', 'recursive_triggers')\n"
        "        print(*[cursor.execute(f'PRAGMA {name}').fetchone()[0] for name in names])\n"
        "        print(cursor.execute('PRAGMA mmap_size').fetchone()[0])\n"
    )
    env = clean_environment(CONUS_VAR=str(tmp_path))
    asked = start(script, env)
    said, _ = asked.communicate(timeout=60)

    assert asked.returncode == 0
    assert said.splitlines() == ["wal 2 1 1", "0", "wal 0 1 1", "0"]


# The secret key


def test_a_secret_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    file = tmp_path / "var" / "secret-key"

    first = secret_key(file)

    assert len(first) >= 50
    assert secret_key(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret-key"]


def test_processes_that_start_at_once_agree_on_one_secret_key(tmp_path):
    file = tmp_path / "secret-key"
    keys: list[str] = []
    gate = threading.Barrier(8)

    def start() -> None:
        gate.wait()
        keys.append(secret_key(file))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert set(keys) == {file.read_text()}


def test_a_secret_key_that_others_can_read_is_refused(tmp_path):
    file = tmp_path / "secret-key"
    secret_key(file)
    file.chmod(0o644)

    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        secret_key(file)


def test_an_empty_secret_key_file_is_refused(tmp_path):
    file = tmp_path / "secret-key"
    file.touch(mode=0o600)

    with pytest.raises(ImproperlyConfigured, match="holds no key"):
        secret_key(file)


# Installing and starting


def test_a_missing_python_is_told_in_a_sentence():
    done = subprocess.run(
        ["make", "--no-print-directory", "run", "PYTHON=no-such-python"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "Conus needs Python 3.11 or newer, and there is no no-such-python here." in done.stderr


def test_a_python_that_is_too_old_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 12, "final", 0))

    with pytest.raises(SystemExit, match=r"^Conus needs Python 3\.11 or newer, and .* is 3\.10\."):
        runpy.run_path(str(ROOT / "config" / "prepare.py"), run_name="__main__")


def test_a_missing_venv_module_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(prepare.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        prepare.make_venv()


def test_a_set_that_is_installed_and_unchanged_is_left_alone(monkeypatch):
    stamp = prepare.VENV / "installed-test"
    if not stamp.is_file():
        pytest.skip("the tests do not run from the .venv that make installs")
    asked: list[str] = []
    monkeypatch.setattr(prepare, "install", asked.append)
    monkeypatch.setattr(prepare, "venv_works", lambda: True)
    monkeypatch.setattr(prepare, "fingerprint", lambda lock: stamp.read_text())

    prepare.main("test")

    assert asked == []


@pytest.mark.parametrize("port", ["0", "65536", "http", "", "-1", "80.5"])
def test_a_wrong_port_is_told_in_a_sentence(port):
    with pytest.raises(SystemExit, match=r"^PORT is .* Allowed: a whole number from 1 to 65535"):
        serve.free_addresses("localhost", port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "conus.example", ""])  # noqa: S104 (refused)
def test_conus_binds_to_nothing_but_loopback(host):
    with pytest.raises(SystemExit, match=r"^HOST is .* Allowed: localhost"):
        serve.free_addresses(host, "8000")


def test_a_port_in_use_is_told_in_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(SystemExit, match=f"^Port {port} is in use"):
            serve.free_addresses("localhost", str(port))


def test_counters_that_a_power_cut_left_unreadable_are_removed(tmp_path):
    file = tmp_path / "counters.sqlite3"
    file.write_bytes(b"no database at all, but long enough to be looked at" * 20)

    serve.renew_counters(file)

    assert not file.exists()


def test_counters_that_can_be_read_are_kept_without_the_table_of_the_first_version(tmp_path):
    file = tmp_path / "counters.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE kept (a)")
        connection.execute("CREATE TABLE request_count (address)")

    serve.renew_counters(file)

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("kept",)]


def test_counters_that_a_server_is_writing_are_kept(tmp_path, monkeypatch):
    file = tmp_path / "counters.sqlite3"
    monkeypatch.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, timeout=0))
    with closing(sqlite3.connect(file, isolation_level=None)) as server:
        server.execute("CREATE TABLE kept (a)")
        server.execute("BEGIN EXCLUSIVE")

        serve.renew_counters(file)

        server.execute("COMMIT")
        assert file.exists()


def fetch(url: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and text of an address; an error status is an answer too."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 (our own server)
            return answer.status, dict(answer.headers), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read().decode()


SERVE = f"""
from config import serve
{QUICKLY_PACKED}
serve.main()
"""


def test_the_server_starts_says_where_it_is_and_logs_no_address_and_no_query(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, "--port", str(port)],
        cwd=ROOT,
        env=clean_environment(CONUS_VAR=str(tmp_path / "var")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = iter(server.stdout.readline, "")
        assert f"Conus is at http://localhost:{port}\n" in said
        assert fetch(f"http://localhost:{port}/livez")[2] == "ok\n"
        status, _, page = fetch(f"http://localhost:{port}/nowhere/topsecret?answers=topsecret")
        assert status == 404
        style = re.search(r'href="(/static/conus\.[0-9a-f]+\.css)"', page)
        assert style
        assert "immutable" in fetch(f"http://localhost:{port}{style[1]}")[1]["Cache-Control"]
        # A request line that gunicorn itself refuses.
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"GET topsecret HTTP/9.9\r\n\r\n")
            assert b"400" in raw.recv(200)
    finally:
        server.terminate()
        _, logged = server.communicate(timeout=30)

    assert "404 GET no route" in logged
    assert "topsecret" not in logged
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


# Slices


def test_a_folder_with_urls_is_a_slice_and_one_without_is_none(tmp_path, monkeypatch):
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "__init__.py").touch()
    (tmp_path / "found" / "urls.py").write_text("prefix = 'found/'\nurlpatterns = []\nnav = [('A', 'a')]\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "__init__.py").touch()
    monkeypatch.setattr(decisions, "__path__", [str(tmp_path)])
    slices.cache_clear()
    try:
        assert [part.prefix for part in slices()] == ["found/"]
        assert navigation() == [("A", "a")]
    finally:
        slices.cache_clear()
        for name in ("decisions.found", "decisions.found.urls"):
            sys.modules.pop(name, None)


def test_no_slice_at_all_is_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(decisions, "__path__", [str(tmp_path)])
    slices.cache_clear()
    try:
        assert slices() == ()
    finally:
        slices.cache_clear()


def test_a_slice_without_a_prefix_takes_nothing_from_the_others():
    prefixes = [part.prefix for part in slices()]

    assert prefixes == sorted(prefixes, key=lambda prefix: -len(prefix))


# The limit on requests


@both_databases
def test_requests_below_and_at_the_limit_are_answered_and_the_next_is_not(client, settings):
    settings.RATE_LIMIT = 3

    statuses = [client.get("/nowhere").status_code for _ in range(5)]

    assert statuses == [404, 404, 404, 429, 429]


@both_databases
def test_a_refused_request_says_in_our_own_design_when_to_come_back(client, settings):
    settings.RATE_LIMIT = 1
    client.get("/nowhere")

    response = client.get("/nowhere")

    assert 1 <= int(response["Retry-After"]) <= 60
    assert "Too many requests" in response.content.decode()
    assert response["Cache-Control"] == "no-store"


@both_databases
def test_health_is_never_refused(client, settings):
    settings.RATE_LIMIT = 1

    assert [client.get("/livez").status_code for _ in range(4)] == [200] * 4
    assert client.get("/nowhere").status_code == 404


@both_databases
def test_each_address_has_a_count_of_its_own(client, settings):
    settings.RATE_LIMIT = 1

    statuses = [client.get("/nowhere", REMOTE_ADDR=f"192.0.2.{last}").status_code for last in (1, 2, 1)]

    assert statuses == [404, 404, 429]


@both_databases
def test_people_who_share_an_address_do_not_use_up_each_others_minute(settings):
    settings.RATE_LIMIT = 2
    world = make_world()
    nora, noel = world.client(world.reviewer), world.client(world.reviewer_2)

    assert [nora.get("/nowhere").status_code for _ in range(3)] == [404, 404, 429]
    assert noel.get("/nowhere").status_code == 404


@both_databases
def test_a_session_that_is_nobodys_is_counted_with_its_address(settings):
    settings.RATE_LIMIT = 1
    one, other = Client(), Client()
    one.cookies[settings.SESSION_COOKIE_NAME] = "made-up"
    other.cookies[settings.SESSION_COOKIE_NAME] = "another"

    assert one.get("/nowhere").status_code == 404
    assert other.get("/nowhere").status_code == 429


@both_databases
def test_a_forged_header_does_not_reset_the_count(client, settings):
    settings.RATE_LIMIT = 2

    statuses = [
        client.get("/nowhere", headers={"X-Forwarded-For": f"198.51.100.{last}"}).status_code
        for last in range(4)
    ]

    assert statuses == [404, 404, 429, 429]


@both_databases
@pytest.mark.parametrize("error", [DatabaseError, InterfaceError])
def test_where_requests_cannot_be_counted_none_is_refused(client, settings, monkeypatch, error):
    def broken(kind: str, key: str, window: float, now: float) -> None:
        raise error("disk full")

    settings.RATE_LIMIT = 1
    monkeypatch.setattr(counters, "count", broken)

    assert [client.get("/nowhere").status_code for _ in range(3)] == [404] * 3


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        (0, "198.51.100.9", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, "203.0.113.5, 198.51.100.9", "198.51.100.9"),
        (2, "203.0.113.5, 198.51.100.9, 10.0.0.1", "198.51.100.9"),
        (2, "198.51.100.9", "192.0.2.1"),
        (1, "not an address", "192.0.2.1"),
    ],
)
def test_an_address_is_taken_from_as_many_proxies_as_are_trusted(settings, trusted, forwarded, expected):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded})

    assert addresses.client(request) == expected


def test_an_ipv6_client_is_counted_by_its_network_and_a_mapped_one_by_its_ipv4_address():
    assert addresses.network("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64"
    assert addresses.network("::ffff:192.0.2.1") == "192.0.2.1"
    assert addresses.network("") == ""


# Headers


@pytest.mark.django_db
def test_every_page_forbids_inline_code_other_hosts_frames_and_storing(client):
    response = client.get("/nowhere")

    policy = {directive.strip() for directive in response["Content-Security-Policy"].split(";")}
    assert policy == {
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    }
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_page_that_names_its_own_caching_keeps_it(rf):
    from django.http import HttpResponse

    answer = middleware.no_store(lambda request: HttpResponse(headers={"Cache-Control": "max-age=60"}))

    assert answer(rf.get("/"))["Cache-Control"] == "max-age=60"


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(client):
    client.post("/theme", {"theme": "dark"})
    client.get("/nowhere")

    assert set(client.cookies) == {"conus_session", "conus_csrf"}
    for cookie in client.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert client.cookies["conus_session"]["max-age"] == 12 * 60 * 60


# Errors


@pytest.mark.django_db
def test_a_page_that_is_not_there_is_answered_in_our_own_design(client):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert "Conus recommends; a person decides." in response.content.decode()


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_in_our_own_design():
    response = Client(enforce_csrf_checks=True).post("/theme", {"theme": "dark"})

    assert response.status_code == 403
    assert "The form could not be accepted" in response.content.decode()


@DEMO
@pytest.mark.django_db
def test_a_fault_of_ours_is_answered_in_our_own_design_without_its_message(client):
    client.raise_request_exception = False

    response = client.get("/fault")

    assert response.status_code == 500
    assert "The fault is ours. Nothing was decided." in response.content.decode()
    assert "a secret answer" not in response.content.decode()


@DEMO
@pytest.mark.django_db
def test_a_fault_is_answered_even_where_no_template_can_be_read(client, settings):
    client.raise_request_exception = False
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "OPTIONS": {}}]

    response = client.get("/fault")

    assert response.status_code == 500
    assert "The fault is ours. Nothing was decided." in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "cookie"),
    [
        ("/nowhere/%00", ""),
        ("/policies/?q=a%00b", ""),
        ("/", r'conus_session="aaaaaaaaaaaaaaaa\000"'),
        ("/", r'conus_csrf="aaaaaaaaaaaaaaaa\000"'),
    ],
)
def test_a_null_character_in_an_address_or_a_cookie_is_refused(client, address, cookie):
    response = client.get(address, headers={"cookie": cookie})

    assert response.status_code == 400
    assert "The request could not be read" in response.content.decode()


@pytest.mark.django_db
def test_a_null_character_in_a_form_is_refused_by_the_form(client):
    assert client.post("/theme", {"theme": "dark\0"}).status_code == 400
    assert client.post("/theme", {"theme": "dark", "next": "/\0"}).status_code == 400


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused(client):
    response = client.get("/nowhere", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "The request could not be read" in response.content.decode()


# The theme


@pytest.mark.django_db
def test_the_theme_follows_the_browser_until_one_is_chosen(client):
    assert "data-theme=" not in client.get("/nowhere").content.decode()

    client.post("/theme", {"theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in client.get("/nowhere").content.decode()

    client.post("/theme", {"theme": "auto"})
    assert "data-theme=" not in client.get("/nowhere").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/policies/?page=2", "/policies/?page=2"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_choosing_a_theme_leads_back_to_our_own_page_alone(client, asked, given):
    response = client.post("/theme", {"theme": "light", "next": asked})

    assert response.status_code == 302
    assert response["Location"] == given


@pytest.mark.django_db
def test_a_theme_that_there_is_not_is_refused(client):
    assert client.post("/theme", {"theme": "pink"}).status_code == 400
    assert client.get("/theme").status_code == 405


# Health


@pytest.mark.django_db
def test_conus_is_ready_where_the_database_and_the_policies_can_be_read(client):
    assert client.get("/livez").content == b"ok\n"
    assert client.get("/readyz").content == b"ok\n"


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError])
def test_conus_lives_but_is_not_ready_without_its_database(client, monkeypatch, error):
    def broken() -> None:
        raise error("no such file")

    monkeypatch.setattr(health.connection, "cursor", broken)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content == b"The database cannot be read.\n"
    assert client.get("/livez").status_code == 200


@pytest.mark.django_db
def test_conus_is_not_ready_without_policies(client, settings, tmp_path):
    settings.POLICIES = tmp_path

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content == b"The policies cannot be read.\n"


# Logs


@DEMO
@pytest.mark.django_db
def test_a_logged_fault_names_the_place_but_no_answer_no_path_and_no_query(client, caplog):
    client.raise_request_exception = False
    client.get("/fault?answers=a+secret+answer")

    text = "\n".join(PlainFormatter().format(record) for record in caplog.records)

    assert "500 GET" in text
    assert "builtins.ValueError (message left out)" in text
    assert "demo.py" in text
    assert "secret" not in text
    assert "/fault" not in text


def test_a_log_line_without_a_request_stays_as_it_is():
    record = logging.LogRecord("conus", logging.WARNING, "file", 1, "loaded %d editions", (2,), None)

    assert PlainFormatter().format(record).endswith("WARNING conus loaded 2 editions")


def test_the_causes_of_a_fault_are_named_without_their_messages():
    answer = "a secret answer"
    try:
        try:
            raise KeyError(answer)
        except KeyError as inner:
            raise RuntimeError(answer) from inner
    except RuntimeError:
        text = PlainFormatter().formatException(sys.exc_info())

    assert "builtins.RuntimeError" in text
    assert "builtins.KeyError" in text
    assert answer not in text
