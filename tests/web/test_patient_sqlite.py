"""A connection to SQLite waits for a file that is locked while it opens."""

import sqlite3
from typing import Any

import pytest
from django.db.backends.sqlite3 import base as plain

from config.patient_sqlite.base import DatabaseWrapper


@pytest.fixture
def opening(monkeypatch):
    """Opens a connection whose attempts fail with the errors given, then succeed; gives the attempts left."""

    def opened(*errors: str, timeout: float = 10) -> tuple[Any, list[str]]:
        left = list(errors)

        def attempt(wrapper: Any, conn_params: dict[str, Any]) -> str:
            if left:
                raise sqlite3.OperationalError(left.pop(0))
            return "a connection"

        monkeypatch.setattr(plain.DatabaseWrapper, "get_new_connection", attempt)
        return DatabaseWrapper({"NAME": ":memory:"}).get_new_connection({"timeout": timeout}), left

    return opened


def test_a_file_that_is_locked_for_a_moment_is_opened_after_it(opening):
    assert opening("database is locked", "database is locked") == ("a connection", [])


def test_a_file_that_stays_locked_past_the_timeout_is_an_error(opening):
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        opening("database is locked", timeout=-1)


def test_another_fault_is_an_error_at_once(opening):
    with pytest.raises(sqlite3.OperationalError, match="malformed"):
        opening("file is malformed", "database is locked")
