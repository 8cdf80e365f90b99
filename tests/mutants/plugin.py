"""What the tests of a mutation are run with: databases made already, and word of each test that fails.

A plugin of pytest. The environment says where the databases lie, and into which file the failures go.
"""

import os
import shutil
from pathlib import Path

import pytest

DATABASES, FAILED = "MUTANTS_DATABASES", "MUTANTS_FAILED"


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Put copies of the databases where the tests look for theirs: migrating costs more than most tests."""
    from django.conf import settings

    for alias, database in settings.DATABASES.items():
        made = Path(os.environ.get(DATABASES, "")) / alias
        if "sqlite" in database["ENGINE"] and made.is_file():
            shutil.copyfile(made, database["TEST"]["NAME"])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write down the id of a test that fails."""
    if report.failed and (file := os.environ.get(FAILED)):
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(f"{report.nodeid}\n")
