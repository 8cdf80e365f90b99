"""Backups made while others write, what a manifest refuses, and a restore that verifies."""

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from decisions.log import checkpoint_keys as keys
from decisions.log import checkpoints, triggers
from decisions.models import Event
from decisions.operations import backups
from decisions.operations.backups import BackupError, backup, read_manifest, restore
from tests.events.test_races import SETUP
from tests.events.world import fill, rehash, sql, unprotect, verified
from tests.processes import manage, start

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made(tmp_path) -> Path:
    """A backup of five events and one that says that it was made."""
    fill(5, checkpoint_at=(2,))
    backup(tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_holds_what_vouches_for_it_and_no_secret(made):
    manifest = read_manifest(made)

    assert sorted(file.name for file in made.iterdir()) == sorted([*manifest["files"], "manifest.json"])
    assert (manifest["sequence"], manifest["software"]) == (6, settings.VERSION)
    assert manifest["head"] == Event.objects.get(seq=6).hash
    assert Event.objects.get(seq=6).action == "backup_made"
    whole = b"".join(file.read_bytes() for file in made.iterdir())
    assert b"PRIVATE KEY" not in whole
    assert settings.SECRET_KEY.encode() not in whole
    assert made.stat().st_mode & 0o077 == 0


def test_a_backup_is_open_to_its_owner_alone_whoever_made_the_folder(tmp_path):
    folder = tmp_path / "there-already"
    folder.mkdir()
    folder.chmod(0o755)
    fill(2)

    backup(folder)

    assert [file for file in [folder, *folder.iterdir()] if file.stat().st_mode & 0o077] == []


def test_a_backup_is_put_back_and_found_intact(made):
    fill(3, checkpoint_at=(3,))
    kept = settings.CHECKPOINTS.read_bytes()
    Session.objects.create(session_key="x", session_data="", expire_date=timezone.now())

    done = restore(made, replace=True)

    assert (done.report.status, done.report.events, done.report.anchored) == (0, 6, 6)
    assert done.aside.read_bytes() == kept
    assert done.report.remarks == []
    assert Event.objects.order_by("-seq").values_list("seq", "action")[0] == (7, "restored")
    assert triggers.not_in_place(connection) == []
    assert not Session.objects.exists()
    checkpoints.write()
    assert verified().status == 0


def test_nobody_is_signed_in_after_a_restore_whose_session_is_in_the_backup(tmp_path):
    tomorrow = timezone.now() + dt.timedelta(days=1)
    Session.objects.create(session_key="ended-since", session_data="", expire_date=tomorrow)
    backup(tmp_path / "backup")
    Session.objects.all().delete()

    restore(tmp_path / "backup", replace=True)

    assert not Session.objects.exists()


def told_on_restore(made, capsys) -> str:
    with pytest.raises(SystemExit):
        call_command("restore", str(made), "--yes", "--replace")
    return capsys.readouterr().out


def test_a_restore_says_that_apps_are_set_up_again_only_where_the_secret_key_is_another(
    made, capsys, settings
):
    warning, first = "authenticator apps have to be set up again", settings.SECRET_KEY
    assert first not in (made / "manifest.json").read_text()
    assert warning not in told_on_restore(made, capsys)

    settings.SECRET_KEY = "k" * 50
    assert warning in told_on_restore(made, capsys)

    settings.SECRET_KEY_FALLBACKS = [first]
    assert warning not in told_on_restore(made, capsys)


def test_a_backup_that_does_not_say_its_secret_key_is_taken_for_one_of_another(made, capsys):
    manifest = json.loads((made / "manifest.json").read_text())
    del manifest["secret_key"]
    (made / "manifest.json").write_text(json.dumps(manifest))

    assert "authenticator apps have to be set up again" in told_on_restore(made, capsys)


def test_a_database_with_events_is_not_overwritten_unless_asked(made):
    with pytest.raises(BackupError, match="holds events"):
        restore(made)

    assert Event.objects.count() == 6


def test_a_folder_that_holds_something_is_refused(made):
    before = Event.objects.count()
    with pytest.raises(BackupError, match="not an empty folder"):
        backup(made)
    with pytest.raises(BackupError, match="not an empty folder"):
        backup(made / "manifest.json")

    assert Event.objects.count() == before


def files(made: Path) -> list[Path]:
    return [file for file in sorted(made.iterdir()) if file.name != "manifest.json"]


def test_any_file_altered_or_missing_is_named(made):
    for file in files(made):
        text = file.read_bytes()
        file.write_bytes(text[:-1] + bytes([text[-1] ^ 1]))
        with pytest.raises(BackupError, match=f"{file.name} is not as the manifest says"):
            restore(made, replace=True)
        file.unlink()
        with pytest.raises(BackupError, match=f"{file.name} is missing"):
            restore(made, replace=True)
        file.write_bytes(text)
    assert read_manifest(made)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"database": "oracle"},
        {"files": {}},
        {"files": []},
        {"files": {"../../etc/passwd": "0" * 64}},
        {"files": None},
    ],
)
def test_a_manifest_of_another_kind_is_refused(made, change):
    manifest = json.loads((made / "manifest.json").read_text())
    (made / "manifest.json").write_text(json.dumps({**manifest, **change}))

    with pytest.raises(BackupError, match="is not a manifest"):
        read_manifest(made)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "{}", "3"])
def test_a_manifest_that_cannot_be_read_is_refused(made, text):
    (made / "manifest.json").write_text(text)

    with pytest.raises(BackupError, match="is not a manifest"):
        read_manifest(made)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path):
    with pytest.raises(BackupError, match="no whole backup"):
        read_manifest(tmp_path)


def test_a_backup_of_another_kind_of_database_is_refused(made, monkeypatch):
    monkeypatch.setattr(backups, "_vendor", lambda: "another")

    with pytest.raises(BackupError, match="the configured database is another"):
        restore(made, replace=True)


def test_a_backup_of_a_log_that_was_tampered_with_is_put_back_and_the_damage_named(tmp_path):
    fill(5, checkpoint_at=(5,))
    unprotect()
    sql("UPDATE decisions_event SET details = '{}' WHERE seq = 3")
    rehash()
    triggers.install(connection)
    backup(tmp_path / "backup")

    done = restore(tmp_path / "backup", replace=True)

    assert done.report.status == 1
    assert done.report.damage[0].kind == "rewritten log"
    assert not Event.objects.filter(action="restored").exists()


def test_where_the_key_is_another_both_are_known_afterwards(made):
    settings.CHECKPOINT_KEY.unlink()
    keys.public_file().unlink()
    keys.signing_key()

    done = restore(made, replace=True)

    assert done.report.status == 0
    assert len(keys.public_keys(keys.public_file())) == 2
    assert [remark for remark in done.report.remarks if "was not known here" in remark] != []


def test_a_missing_program_of_postgresql_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(backups, "DEBIAN", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(BackupError, match="apt-get install postgresql-client"):
        backups._program("pg_dump")


def test_a_disk_that_is_full_is_told_in_a_sentence(monkeypatch, tmp_path):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backups, "_copy_database", full)
    with pytest.raises(CommandError, match=r"^No backup was made\. database or disk is full$"):
        call_command("backup", str(tmp_path / "backup"))


def test_a_program_that_fails_is_named_with_its_reason():
    with pytest.raises(BackupError, match=r"^sh failed: no such thing$"):
        backups._run(["sh", "-c", "echo no such thing >&2; exit 3"])


WRITER = f"""{SETUP}
print("ready", flush=True)
while True:
    record_alone("case_viewed", actor=None, case="c1")
    print("one", flush=True)
"""


EMPTIER = f"""{SETUP}
from django.conf import settings
from django.db import connection
if connection.vendor == "sqlite":
    settings.DATABASES["default"]["NAME"].unlink()
else:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
"""


def test_the_commands_back_up_while_others_write_and_put_it_back(ready_database, tmp_path):
    folder = tmp_path / "backup"
    writer = start(WRITER, ready_database)
    drained = threading.Thread(target=lambda: [None for _ in iter(writer.stdout.readline, "")])
    try:
        for _ in range(20):
            assert writer.stdout.readline()
        drained.start()
        made = manage(ready_database, "backup", str(folder))
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        drained.join(timeout=30)
        writer.stdout.close()
        writer.stdin.close()
    assert made.returncode == 0, made.stderr
    assert "are not in it" in made.stdout

    refused = manage(ready_database, "restore", str(folder), "--yes")
    assert (refused.returncode, "holds events" in refused.stderr) == (2, True)
    asked = manage(ready_database, "restore", str(folder), "--replace")
    assert (asked.returncode, "Nothing was restored" in asked.stderr) == (2, True)
    done = manage(ready_database, "restore", str(folder), "--yes", "--replace")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Intact: " in done.stdout
    assert manage(ready_database, "verify_log").returncode == 0

    emptied = start(EMPTIER, ready_database)
    emptied.communicate(timeout=60)
    anew = manage(ready_database, "restore", str(folder), "--yes")
    assert (anew.returncode, anew.stderr) == (0, "")
    assert manage(ready_database, "verify_log").returncode == 0


def test_a_password_is_not_among_the_arguments_of_postgresql_s_programs(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", r"se:cr\et")
    with backups._service() as conninfo:
        assert "se:cr" not in conninfo
        file = conninfo.partition("passfile=")[2].split()[0].strip("'")
        assert Path(file).read_text() == "*:*:*:*:se\\:cr\\\\et\n"
        assert Path(file).stat().st_mode & 0o077 == 0
    assert not Path(file).exists()


def test_a_dump_of_postgresql_reads_as_one(made):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite copies its file")
    listed = subprocess.run(
        [backups._program("pg_restore"), "--list", made / "database.dump"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "conus_event_unchanged" in listed.stdout
