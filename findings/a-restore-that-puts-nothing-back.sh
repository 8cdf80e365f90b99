#!/usr/bin/env bash
# Finding: a restore of SQLite ends well and puts nothing back.
#
# django-dbbackup 5.4.0 on Django 5.2.19, with its own choice for SQLite (`SqliteBackupConnector`) and SQLite's
# write-ahead log (`PRAGMA journal_mode=WAL` as `init_command`). Thirty rows are backed up; then a server takes them
# away by mistake and writes thirty others. One would guess that `dbrestore` brings the first thirty back. Seen: it does
# where the server was stopped in order. Where it was killed, `dbrestore` ends with 0 too, says nothing, and the
# database is as the server left it. It writes the backup over the database's file and leaves the write-ahead log beside
# it, which SQLite then plays into that file; a server that stops folds its log in first. So a rehearsal goes well, and
# the day of a crash not.
# What it means for us: a restore writes through SQLite (`sqlite3.Connection.backup`, into the open database, in one
# transaction), never over its file, and ends by reading what it put back.
#
# Run by hand. Ends with 1 where this is no longer so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$folder/site" \
  django==5.2.19 django-dbbackup==5.4.0 asgiref==3.13.0 sqlparse==0.6.1 2>/dev/null

cat >"$folder/made_up.py" <<'PYTHON'
from pathlib import Path

HERE = Path(__file__).parent
SECRET_KEY = "made up"
USE_TZ = True
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "dbbackup"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HERE / "made-up.sqlite3",
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;"},
    }
}
FILES = "django.core.files.storage.FileSystemStorage"
STORAGES = {
    "default": {"BACKEND": FILES},
    "dbbackup": {"BACKEND": FILES, "OPTIONS": {"location": HERE / "backups"}},
    "staticfiles": {"BACKEND": FILES},
}
PYTHON
cat >"$folder/serve.py" <<'PYTHON'
"""Stands for a server: takes all rows away, writes thirty, and ends in order or is killed."""

import os
import signal
import sys

import django

django.setup()
from django.contrib.auth.models import Group

name, end = sys.argv[1:]
Group.objects.all().delete()
for number in range(30):
    Group.objects.create(name=f"{name} {number}")
if end == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
PYTHON
cat >"$folder/count.py" <<'PYTHON'
import django

django.setup()
from django.contrib.auth.models import Group
from django.db import connection

with connection.cursor() as cursor:
    check = cursor.execute("PRAGMA integrity_check").fetchone()[0]
for kind in ("before", "after"):
    print(kind, Group.objects.filter(name__startswith=kind).count(), end=", ")
print("integrity", check)
PYTHON

export PYTHONPATH="$folder/site:$folder" DJANGO_SETTINGS_MODULE=made_up
for end in stopped killed; do
  rm -rf "$folder"/made-up.sqlite3* "$folder/backups"
  mkdir "$folder/backups"
  python3 -m django migrate --verbosity 0
  python3 "$folder/serve.py" before stopped
  python3 -m django dbbackup --quiet
  { python3 "$folder/serve.py" after "$end" || true; } 2>/dev/null
  python3 -m django dbrestore --noinput --quiet && echo "the server was $end; dbrestore ended with 0"
  python3 "$folder/count.py" | tee "$folder/$end.txt"
done

[ "$(cat "$folder/stopped.txt")" = "before 30, after 0, integrity ok" ] || exit 1
[ "$(cat "$folder/killed.txt")" = "before 0, after 30, integrity ok" ] || exit 1
