"""Backups that can be made while Conus serves, and that are verified when they are put back.

A backup is a folder: the database, the checkpoints that vouch for it, the public keys, and a manifest with
the SHA-256 of each. The private key and the secret key are not in it: a backup that held them would let its
finder forge both checkpoints and sessions.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from decisions.durable import settle
from decisions.log import checkpoint_keys, checkpoints, serving, upkeep
from decisions.log.checkpoint_keys import SigningKeyError
from decisions.log.checkpoints import CheckpointError
from decisions.log.recording import LogError, digest_key, digest_keys, record_alone
from decisions.log.verification import Report, Verification
from decisions.models import Event

MANIFEST, CHECKPOINTS, PUBLIC_KEY = "manifest.json", "checkpoints.jsonl", "checkpoint-key.pub"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
FORMAT = 1
DEBIAN = Path("/usr/lib/postgresql")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BackupError(Exception):
    """A backup cannot be made or put back. The message says why."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the verification of what was put back, and checkpoints that it set aside."""

    report: Report
    aside: Path | None


def backup(folder: Path) -> dict[str, Any]:
    """Make a backup in a new or empty folder, with a checkpoint first. Gives its manifest.

    No checkpoint is written meanwhile, so that those in the folder and the database there fit each other.
    Raises BackupError, CheckpointError, SigningKeyError, DatabaseError, OSError.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(f"{folder} is not an empty folder. Name a new one.")
    vendor = _vendor()
    dump = _program("pg_dump") if vendor == "postgresql" else ""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)  # one that was there already may be open to others
    # Before the copy, so that the backup itself says that it was made.
    record_alone("backup_made", actor=None, details={"database": vendor})
    with checkpoints.held(Path(settings.CHECKPOINTS)):
        checkpoint = checkpoints.write_held()
        shutil.copyfile(settings.CHECKPOINTS, folder / CHECKPOINTS)
        shutil.copyfile(checkpoint_keys.public_file(), folder / PUBLIC_KEY)
        _copy_database(folder / DATABASES[vendor], dump)
    manifest = {
        "format": FORMAT,
        "software": settings.VERSION,
        "database": vendor,
        "secret_key": digest_key(),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "sequence": checkpoint.sequence if checkpoint else 0,
        "head": checkpoint.head if checkpoint else "",
        "files": {name: _sha256(folder / name) for name in (DATABASES[vendor], CHECKPOINTS, PUBLIC_KEY)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    _close_up(folder)
    return manifest


def _close_up(folder: Path) -> None:
    """Have the files on the disk before anybody relies on them, and read by their owner alone."""
    for file in folder.iterdir():
        file.chmod(0o600)
    for place in [*folder.iterdir(), folder]:
        settle(place)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a backup, with every file held against it. Raises BackupError."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, kind = manifest["files"], manifest["database"]
        sound = manifest["format"] == FORMAT and set(files) == {DATABASES[kind], CHECKPOINTS, PUBLIC_KEY}
    except OSError:
        raise BackupError(f"{folder} holds no {MANIFEST} that can be read: it is no whole backup.") from None
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound or not all(_SHA256.fullmatch(str(value)) for value in files.values()):
        raise BackupError(f"{folder / MANIFEST} is not a manifest that Conus {settings.VERSION} writes.")
    for name, expected in files.items():
        if not (folder / name).is_file():
            raise BackupError(f"{folder / name} is missing.")
        if _sha256(folder / name) != expected:
            raise BackupError(f"{folder / name} is not as the manifest says: it was altered or is damaged.")
    return dict(manifest)


def restore(folder: Path, *, replace: bool = False) -> Restored:
    """Put a backup into the configured database, and verify it.

    Checkpoints that are there are set aside: they may vouch for events that the backup does not have.
    Everybody is signed out. Raises BackupError, ServedError, DatabaseError, OSError.
    """
    manifest = read_manifest(folder)
    with serving.stopped():
        return _restore(folder, manifest, replace=replace)


def _restore(folder: Path, manifest: dict[str, Any], *, replace: bool) -> Restored:
    vendor = _vendor()
    if manifest["database"] != vendor:
        raise BackupError(
            f"The backup is of {manifest['database']}, and the configured database is {vendor}."
        )
    if holds_events() and not replace:
        raise BackupError("The configured database holds events. With --replace they are lost.")
    with checkpoints.held(Path(settings.CHECKPOINTS)):
        _put_database(folder / DATABASES[vendor])
        aside = _put_checkpoints(folder / CHECKPOINTS)
        new_keys = _add_public_keys(folder / PUBLIC_KEY)
    call_command("migrate", verbosity=0, interactive=False)
    upkeep.insist()
    Session.objects.all().delete()  # of sessions that were ended since the backup, none comes alive again
    report = Verification().run()
    report.remarks += [
        f"The backup brought its own key {name}, which was not known here: it proves nothing unless somebody"
        " who kept a copy knows that key."
        for name in new_keys
    ]
    if not report.damage:
        record_alone(
            "restored", actor=None, details={"events": report.events, "made_at": manifest["made_at"]}
        )
    return Restored(report, aside)


def has_its_secret_key(manifest: dict[str, Any]) -> bool:
    """Whether the secret key that a backup was made under is at hand: without it nobody's second factor
    works. An older backup does not say which it was: then nobody can tell, and the answer is no.
    """
    return str(manifest.get("secret_key")) in digest_keys()


def holds_events() -> bool:
    """Whether the configured database has a log with something in it."""
    return upkeep.has_log(connection) and Event.objects.exists()


def _vendor() -> str:
    if connection.vendor not in DATABASES:
        raise BackupError(f"A {connection.vendor} database cannot be backed up from here.")
    return connection.vendor


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# The files beside the database


def _put_checkpoints(source: Path) -> Path | None:
    """Put the checkpoints of the backup in place. Gives where the ones before went."""
    file = Path(settings.CHECKPOINTS)
    aside = None
    if file.exists():
        aside = file.with_name(f"{file.name}.before-restore-{timezone.now():%Y%m%dT%H%M%S%f}")
        file.rename(aside)
    shutil.copyfile(source, file)
    file.chmod(0o600)
    return aside


def _add_public_keys(source: Path) -> list[str]:
    """Let what the keys of the backup signed be checked here too. Gives the names of those that are new."""
    file = checkpoint_keys.public_file()
    known = checkpoint_keys.public_keys(file) if file.exists() else {}
    new = {name: key for name, key in checkpoint_keys.public_keys(source).items() if name not in known}
    for key in new.values():
        checkpoint_keys.publish(key)
    return list(new)


# The database itself


def _copy_database(file: Path, dump: str) -> None:
    if not dump:
        _copy_sqlite(file)
        return
    with _service() as conninfo:
        # The counters are the one table that is not logged, and no part of a backup.
        _run([dump, "--format=custom", "--no-owner", "--no-unlogged-table-data", f"--file={file}", conninfo])


def _put_database(file: Path) -> None:
    if connection.vendor == "sqlite":
        _put_sqlite(file)
        return
    program = _program("pg_restore")
    connection.close()
    with _service() as conninfo:
        _run(
            [
                program,
                "--clean",
                "--if-exists",
                "--no-owner",
                # All or nothing: where it fails, what was there stays.
                "--single-transaction",
                "--exit-on-error",
                f"--dbname={conninfo}",
                str(file),
            ]
        )


def _copy_sqlite(file: Path) -> None:
    """Copy the database in one step. In its write-ahead log, others go on writing meanwhile."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError(f"{file} is not sound. The database may be damaged.")


def _put_sqlite(file: Path) -> None:
    """Write the backup over the database, in one transaction."""
    connection.ensure_connection()
    # Immutable: nothing is written beside a backup, which may lie where nothing can be.
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as source:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BackupError(f"{file} is not a sound SQLite database.")
        try:
            source.backup(connection.connection)
        except sqlite3.Error as error:
            raise DatabaseError(f"The database could not be written: {error}") from error
    connection.close()


def _program(name: str) -> str:
    """The path of one of PostgreSQL's programs, the newest there is. Raises BackupError."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=_version, reverse=True)
    found = str(versions[0]) if versions else shutil.which(name)
    if not found:
        raise BackupError(
            f"{name} is not installed here. On Debian or Ubuntu: apt-get install postgresql-client"
        )
    return found


def _version(program: Path) -> float:
    try:
        return float(program.parts[-3])
    except ValueError:
        return 0.0


@contextmanager
def _service() -> Iterator[str]:
    """How PostgreSQL's programs reach the database. The password is in a file, not among the arguments."""
    from psycopg.conninfo import make_conninfo  # only here: SQLite does without it

    of = connection.settings_dict
    place = {"host": of["HOST"], "port": of["PORT"], "user": of["USER"], "dbname": of["NAME"]}
    ssl = {name: value for name, value in of["OPTIONS"].items() if name.startswith("ssl")}
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
        # A colon or a backslash would end the password in the file.
        password = re.sub(r"([\\:])", r"\\\1", of["PASSWORD"] or "")
        file.write(f"*:*:*:*:{password}\n")
        file.flush()
        given = {key: value for key, value in {**place, **ssl, "passfile": file.name}.items() if value}
        yield make_conninfo("", **given)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own arguments)
    if done.returncode:
        reason = done.stderr.strip().splitlines()
        raise BackupError(f"{Path(command[0]).name} failed: {reason[0] if reason else done.returncode}")


BACKUP_FAULTS = (
    BackupError,
    CheckpointError,
    SigningKeyError,
    LogError,
    serving.ServedError,
    DatabaseError,
    sqlite3.Error,  # of the copy, which is no database of Django's
    OSError,
)
"""What making a backup, or putting one back, may raise."""
