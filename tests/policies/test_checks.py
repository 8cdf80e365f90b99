"""The system checks: what `manage.py check` says of policies, code sets and the machine."""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import sqlite3
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as project
from django.core.checks import INFO, registry, run_checks
from django.core.management import CommandError, call_command
from django.test import Client

from decisions import services
from decisions import system_checks as checks

EDITION = "spinal_ultrasound/cigna-cpg-038/2024-09-15"


@pytest.fixture
def policies(tmp_path: Path, settings: Any) -> Path:
    """A copy of the policies that the project is told to use."""
    settings.POLICIES = Path(shutil.copytree(project.POLICIES, tmp_path / "policies"))
    return Path(settings.POLICIES)


@pytest.fixture
def codesets(tmp_path: Path, settings: Any) -> Path:
    """A copy of the code sets that the project is told to use."""
    settings.CODESETS = Path(shutil.copytree(project.CODESETS, tmp_path / "codesets"))
    return Path(settings.CODESETS)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def found() -> list[str | None]:
    """The ids of the faults that the checks of policies find."""
    return [message.id for message in run_checks(tags=["policies"]) if message.level > INFO]


def test_the_policies_and_code_sets_of_the_project_have_no_fault() -> None:
    assert found() == []


def test_all_checks_are_registered() -> None:
    registered = registry.registry.get_checks()
    assert {checks.check_policies, checks.check_codes, checks.check_sqlite} <= set(registered)
    # Only `manage.py check` decides the cases: other commands would wait for it.
    assert checks.check_cases not in registered


def test_a_broken_policy_is_an_error_that_names_file_key_and_what_to_do(policies: Path) -> None:
    change(policies / EDITION / "policy.toml", 'fact = "age_months", below', 'fact = "age", below')
    (error,) = checks.check_policies()
    assert (error.id, error.level) == ("conus.E001", 40)
    assert error.msg.startswith(f"{policies / EDITION / 'policy.toml'}:")
    assert error.msg.endswith(": conditions.infant: there is no fact age")
    assert error.hint == "Correct the file. Until then this policy is not served; the others are."


@pytest.mark.django_db
def test_manage_check_fails_for_a_broken_policy(policies: Path) -> None:
    (policies / EDITION / "source.txt").unlink()
    with pytest.raises(CommandError, match=r"conus\.E001"):
        call_command("check", stdout=StringIO(), stderr=StringIO())


def test_a_limit_without_its_case_is_an_error(policies: Path) -> None:
    (policies / EDITION / "cases.toml").write_text("cases = []\n")
    errors = checks.check_cases()
    assert {error.id for error in errors} == {"conus.E002"}
    assert "cases.toml: cases: there is no case with dimple_diameter_mm at 5" in " ".join(
        error.msg for error in errors
    )
    assert len(errors) == 12  # below, at and above 6 and 24 months, 5 mm and 2.5 cm


@pytest.fixture
def wrong_case(policies: Path) -> Path:
    """The cases of the Cigna edition, the first of which expects what the edition does not say."""
    file = policies / EDITION / "cases.toml"
    change(file, 'outcome = "criteria_met"', 'outcome = "unsettled"')
    return file


def test_a_case_that_expects_something_else_is_an_error_with_file_and_line(wrong_case: Path) -> None:
    (error,) = checks.check_cases()
    assert (error.id, error.level) == ("conus.E002", 40)
    assert error.msg == (
        f'{wrong_case}:9: cases.age-0.expected: outcome "unsettled" is expected; the edition says '
        'outcome "criteria_met"'
    )
    assert error.hint is not None
    assert "The edition is served meanwhile." in error.hint


def test_without_a_code_set_no_case_is_called_wrong(wrong_case: Path, tmp_path: Path, settings: Any) -> None:
    settings.CODESETS = tmp_path / "nowhere"
    assert checks.check_cases() == []
    assert [message.id for message in checks.check_codes()] == ["conus.E004"]


def test_manage_check_fails_for_a_case_that_expects_something_else(wrong_case: Path) -> None:
    with pytest.raises(CommandError, match=r'conus\.E002.*outcome "unsettled" is expected'):
        call_command("check", "--tag", "policies", stdout=StringIO(), stderr=StringIO())
    assert checks.check_cases not in registry.registry.get_checks()


def test_a_file_of_cases_that_cannot_be_read_is_an_error(policies: Path) -> None:
    (policies / EDITION / "cases.toml").unlink()
    (error,) = checks.check_cases()
    assert (error.id, "cases.toml: this file cannot be read" in error.msg) == ("conus.E002", True)


def test_no_policy_at_all_is_an_error(tmp_path: Path, settings: Any) -> None:
    settings.POLICIES = tmp_path
    assert found() == ["conus.E003"]


def test_a_missing_code_set_is_an_error(tmp_path: Path, settings: Any) -> None:
    settings.CODESETS = tmp_path
    (error,) = checks.check_codes()
    assert (error.id, error.msg) == ("conus.E004", f"There is no code set in {tmp_path}.")


@pytest.mark.parametrize("day", ["2025-04-01", "2026-04-01"])
def test_a_malformed_code_set_is_an_error(codesets: Path, day: str) -> None:
    file = codesets / f"{day}.tsv.gz"
    file.write_bytes(file.read_bytes()[:1000])
    (error,) = checks.check_codes()
    assert error.id == "conus.E004"
    assert str(file) in error.msg


@pytest.mark.parametrize(
    ("day", "ids"),
    [("2026-03-31", ["conus.I002"]), ("2026-04-01", []), ("2026-09-30", []), ("2026-10-01", ["conus.I002"])],
)
def test_that_no_code_set_is_in_force_today_is_told_and_fails_nothing(
    day: str, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "today", lambda: dt.date.fromisoformat(day))
    told = checks.check_codes()
    assert [(message.id, message.level) for message in told] == [(id_, INFO) for id_ in ids]
    assert all(
        f"in force today, {day}: diagnosis codes are judged by ICD-10-CM, April 2026" in t.msg for t in told
    )


@pytest.mark.parametrize(
    ("version", "ids"),
    [((3, 40, 1), ["conus.I001"]), ((3, 51, 2), ["conus.I001"]), ((3, 51, 3), []), ((4, 0, 0), [])],
)
def test_an_sqlite_without_the_correction_is_told_and_fails_nothing(
    version: tuple[int, int, int], ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="sqlite"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    messages = checks.check_sqlite()
    assert [message.id for message in messages] == ids
    assert all(message.level < 30 and message.hint for message in messages)


def test_the_version_of_sqlite_means_nothing_where_another_database_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert checks.check_sqlite() == []


def test_problems_are_logged_when_a_server_starts(policies: Path, caplog: pytest.LogCaptureFixture) -> None:
    (policies / EDITION / "codes.csv").unlink()
    with caplog.at_level(logging.ERROR):
        checks.announce()
    (record,) = caplog.records
    assert record.getMessage() == (
        f"A policy is not served. {policies / EDITION / 'codes.csv'}: "
        "this file cannot be read (No such file or directory)"
    )


@pytest.mark.django_db(databases=["default", "counters"])
def test_the_other_policies_serve_beside_a_broken_one(policies: Path, client: Client) -> None:
    (policies / EDITION / "codes.csv").unlink()
    assert client.get("/policies/", follow=True).status_code == 200
    assert client.get("/policies/ash-cpg-038/", follow=True).status_code == 200
    assert client.get("/policies/cigna-cpg-038/", follow=True).status_code == 404
