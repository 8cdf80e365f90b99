"""DATABASE_URL: what each kind of database is set to, and what is refused."""

import os
import socket
import sqlite3
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import serve
from config.databases import counters, database
from config.environment import Environment
from tests.processes import NO_STATIC_FILES, QUICKLY_PACKED, clean_environment, manage, race, ran

DEFAULT = Path("/srv/default.sqlite3")


def read(url: str) -> dict[str, object]:
    """What the settings make of a URL."""
    return Environment({"DATABASE_URL": url}).database("DATABASE_URL", DEFAULT)


def where(url: str) -> list[object]:
    """Name, user, password, host and port."""
    return [read(url)[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")]


# SQLite


def test_without_a_url_the_main_database_is_the_sqlite_file_of_the_var_folder():
    assert read("") == read("sqlite:////srv/default.sqlite3")
    assert read("")["NAME"] == DEFAULT


def test_the_path_of_a_sqlite_file_is_percent_decoded():
    assert read("sqlite:////srv/a%20b/%C3%A4.sqlite3")["NAME"] == Path("/srv/a b/ä.sqlite3")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite://",
        "sqlite:///relative.sqlite3",
        "sqlite://host/srv/x.sqlite3",
        "sqlite:////srv/x.sqlite3?mode=ro",
        "sqlite:////srv/x.sqlite3#end",
    ],
)
def test_a_url_that_names_no_sqlite_file_is_refused(url):
    with pytest.raises(
        ImproperlyConfigured, match=r"^DATABASE_URL names no SQLite file\. Allowed: sqlite://"
    ):
        read(url)


# PostgreSQL


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_postgresql_are_read(scheme):
    assert where(f"{scheme}://anna:geheim@db.example:6543/conus") == [
        "conus",
        "anna",
        "geheim",
        "db.example",
        "6543",
    ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://db/conus", ["conus", "", "", "db", ""]),
        ("postgres://anna@192.0.2.1/conus", ["conus", "anna", "", "192.0.2.1", ""]),
        ("postgres://anna@[2001:db8::1]:6543/conus", ["conus", "anna", "", "2001:db8::1", "6543"]),
        ("postgres:///conus?host=/run/postgresql", ["conus", "", "", "/run/postgresql", ""]),
        ("postgres://anna@/conus?host=%2Frun%2Fpg+15", ["conus", "anna", "", "/run/pg+15", ""]),
        ("postgres://anna@:6543/conus?host=/run", ["conus", "anna", "", "/run", "6543"]),
    ],
)
def test_a_host_an_address_or_the_folder_of_a_socket_says_where_the_server_is(url, expected):
    assert where(url) == expected


def test_user_password_and_name_are_percent_decoded():
    assert where("postgres://a%40b:p%3A%2F%3F%23%40%25%C3%A4@db/a%20b") == [
        "a b",
        "a@b",
        "p:/?#@%ä",
        "db",
        "",
    ]


@pytest.mark.parametrize("port", ["1", "65535"])
def test_the_lowest_and_the_highest_port_are_read(port):
    assert where(f"postgres://db:{port}/conus")[-1] == port


def test_the_longest_name_is_read():
    assert where(f"postgres://db/{'n' * 63}")[0] == "n" * 63


def test_options_of_encryption_are_handed_on():
    options = read("postgres://db/conus?sslmode=verify-full&sslrootcert=/etc/ca.pem")["OPTIONS"]

    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")


def test_connections_stay_open_are_tried_before_use_and_wait_for_no_lock_for_ever():
    settings = read("postgres://db/conus")

    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert settings["CONN_MAX_AGE"] is None
    assert settings["CONN_HEALTH_CHECKS"] is True
    assert settings["OPTIONS"]["isolation_level"].name == "READ_COMMITTED"
    assert settings["OPTIONS"]["options"] == "-c lock_timeout=10s -c statement_timeout=30s"
    assert "pool" not in settings["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://u:hidden@db/conus", "asks for a kind of database that Conus does not know"),
        ("hidden", "asks for a kind of database that Conus does not know"),
        ("hidden:5432/conus", "asks for a kind of database that Conus does not know"),
        ("postgres://u:hidden@[db/conus", "cannot be read"),
        ("postgres://u:hidden\t@db/conus", "holds a control character or a broken percent code"),
        ("postgres://u:hidden%4@db/conus", "holds a control character or a broken percent code"),
        ("postgres://u:hidden%FF@db/conus", "has a percent code that stands for no character"),
        ("postgres://u:hidden%00@db/conus", "has a percent code that stands for no character"),
        ("postgres://u:hid@den@db/conus", "has a user name, a password or an end that cannot be read"),
        ("postgres://u:hid:den@db/conus", "has a user name, a password or an end that cannot be read"),
        ("postgres://u:hidden@db/conus#hidden", "has a user name, a password or an end that cannot be read"),
        ("postgres://u:hidden@db", "names no database"),
        ("postgres://u:hidden@db/", "names no database"),
        ("postgres://u:hidden@db/conus/hidden", "names no database"),
        (f"postgres://u:hidden@db/{'n' * 64}", "names no database"),
        (f"postgres://u:hidden@db/{'%C3%A4' * 32}", "names no database"),
        ("postgres:///conus", "names no host"),
        ("postgres://u:hidden@/conus", "names no host"),
        ("postgres://u:hidden@one,two/conus", "names no host"),
        ("postgres://u:hidden@-db/conus", "names no host"),
        ("postgres:///conus?host=run", "names no host"),
        ("postgres:///conus?host=", "names no host"),
        ("postgres://u:hidden@db/conus?host=/run", "names a host twice"),
        ("postgres://u:hidden@db:0/conus", "names a wrong port"),
        ("postgres://u:hidden@db:65536/conus", "names a wrong port"),
        ("postgres://u:hidden@db:http/conus", "names a wrong port"),
        ("postgres://u:hid/den@db/conus", "has a user name, a password or an end that cannot be read"),
        ("postgres://u:hid?den@db/conus", "has a user name, a password or an end that cannot be read"),
        ("postgres://u@db/conus?password=hidden", "has an option that Conus does not know"),
        ("postgres://u@db/conus?hidden", "has an option that Conus does not know"),
        ("postgres://u@db/conus?sslmode=require&sslmode=disable", "has an option that Conus does not know"),
        ("postgres://u@db/conus?sslmode=hidden", "has a wrong sslmode"),
        ("postgres://u@db/conus?sslmode=", "has a wrong sslmode"),
        ("postgres://u@db/conus?sslrootcert=hidden", "has a wrong sslrootcert"),
    ],
)
def test_a_wrong_url_is_told_with_what_is_allowed_and_without_a_word_of_its_own(url, told):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(url)

    assert str(refused.value).startswith(f"DATABASE_URL {told}")
    assert "Allowed" in str(refused.value)
    assert "hid" not in str(refused.value)
    assert refused.value.__suppress_context__


# The counters


def test_the_counters_are_a_second_sqlite_file_that_does_not_wait_for_the_disk():
    settings = counters(database("sqlite:////srv/conus.sqlite3"), Path("/srv/counters.sqlite3"))

    assert settings["NAME"] == Path("/srv/counters.sqlite3")
    assert "synchronous=OFF" in settings["OPTIONS"]["init_command"]


def test_the_counters_are_in_the_same_postgresql():
    main = database("postgres://u:p@db:6543/conus?sslmode=require")

    beside = counters(main, Path("/srv/counters.sqlite3"))

    assert beside == main
    assert beside["OPTIONS"] is not main["OPTIONS"]


# Starting


PREPARE = ("config/serve.py", "--prepare-only")


@pytest.fixture
def nowhere() -> str:
    """The URL of a PostgreSQL server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"postgres://anna:hidden@127.0.0.1:{probe.getsockname()[1]}/conus"


@pytest.mark.parametrize(
    ("words", "before"),
    [
        (PREPARE, "Conus cannot start. "),
        (("manage.py", "migrate"), ""),
    ],
)
def test_a_server_that_is_not_there_is_told_in_one_sentence_without_the_password(
    tmp_path, nowhere, words, before
):
    done = ran(clean_environment(CONUS_VAR=str(tmp_path), DATABASE_URL=nowhere), *words)

    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"{before}The database of DATABASE_URL cannot be reached: ")
    assert told.endswith("Connection refused.")
    assert "hidden" not in told


def test_the_checks_of_django_need_no_server(tmp_path, nowhere):
    done = manage(clean_environment(CONUS_VAR=str(tmp_path), DATABASE_URL=nowhere), "check")

    assert done.returncode == 0, done.stderr


STARTER = """
import sys
import django
django.setup()
from config import serve
print("ready", flush=True)
sys.stdin.readline()
{less}
sys.argv = ["serve", "--prepare-only", *{more}]
serve.main()
"""


QUICK_PASSWORDS = """
from django.conf import settings
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""
"""argon2 takes half a second for each of the people, by design."""


def test_four_first_starts_at_once_take_turns_at_a_database_of_either_kind(own_database):
    race(STARTER.format(less=QUICKLY_PACKED, more=[]), own_database, 4)

    assert ran(own_database, *PREPARE).returncode == 0


def test_first_starts_with_var_folders_of_their_own_take_turns_at_the_database_they_share(own_database):
    shared = f"sqlite:///{own_database['CONUS_VAR']}.sqlite3"
    script = f"""
import os
os.environ["CONUS_VAR"] += str(os.getpid())
{STARTER.format(less=NO_STATIC_FILES, more=[])}"""

    race(script, {"DATABASE_URL": shared, **own_database}, 2)


def test_two_first_starts_at_once_take_turns_and_load_the_made_up_people_once(own_database):
    less = f"{QUICKLY_PACKED}\n{QUICK_PASSWORDS}"
    first, second = race(STARTER.format(less=less, more=["--demo"]), own_database, 2)

    assert "Made-up people." in first
    assert first == second
    assert ran(own_database, *PREPARE).returncode == 0


def test_a_folder_that_is_missing_is_told_in_a_sentence(tmp_path):
    url = f"sqlite:///{tmp_path}/missing/conus.sqlite3"

    done = ran(clean_environment(CONUS_VAR=str(tmp_path), DATABASE_URL=url), *PREPARE)

    assert done.returncode == 1
    assert done.stderr == (
        "Conus cannot start. The database of DATABASE_URL cannot be reached: unable to open database file.\n"
    )


@pytest.mark.parametrize(
    ("url", "warned"), [("sqlite:////srv/conus.sqlite3", True), ("postgres://db/conus", False)]
)
def test_an_old_sqlite_is_warned_of_where_it_is_used(settings, monkeypatch, capsys, url, warned):
    served: list[str] = []
    monkeypatch.setattr(os, "execv", lambda program, words: served.append(program))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(serve.settings, "DATABASES", {"default": database(url)})

    serve.serve([])

    assert served == [sys.executable]
    assert ("mends a rare fault" in capsys.readouterr().out) == warned


@pytest.mark.parametrize(
    "words",
    [
        ("replay", "--all"),
        ("verify_log",),
        ("backup", "copy"),
        ("renew_secrets",),
        ("demo", "--code", "paula"),
    ],
)
def test_a_command_says_which_database_has_no_tables_yet_and_what_makes_them(own_database, words):
    done = manage(own_database, *words)

    told = done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no tables yet" in told
    assert "`make run` makes them" in told
    assert 'CONUS_VAR="$PWD/var/demo"' in told
    assert "Traceback" not in told
    if "DATABASE_URL" not in own_database:
        assert f"{own_database['CONUS_VAR']}/conus.sqlite3" in told


@pytest.mark.skipif("CONUS_TEST_DATABASE_URL" in os.environ, reason="PostgreSQL has no file")
def test_a_command_that_finds_no_database_leaves_none_behind(own_database):
    manage(own_database, "replay", "--all")

    assert [file.name for file in Path(own_database["CONUS_VAR"]).iterdir()] == ["secret-key"]
