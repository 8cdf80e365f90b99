"""A fresh clone has every file as it was committed, even where git is set to end lines as Windows does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT, clean_environment

pytestmark = pytest.mark.skipif(
    not (ROOT / ".git").exists() or shutil.which("git") is None, reason="these files are not a clone"
)


def git(*words: "str | Path") -> str:
    # A hook of git says which repository it is about; the clone is another.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(["git", *words], env=environment, capture_output=True, check=True, text=True).stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """What is committed here, cloned by somebody on Windows."""
    folder = tmp_path_factory.mktemp("clones") / "conus"
    git("clone", "--quiet", "-c", "core.autocrlf=true", ROOT, folder)
    return folder


def test_no_line_of_a_clone_ends_otherwise_than_it_was_committed(clone):
    endings = [line.split()[:2] for line in git("-C", clone, "ls-files", "--eol").splitlines()]

    assert len(endings) > 400
    assert [(there, here) for there, here in endings if there[2:] != here[2:]] == []


def test_every_policy_of_a_clone_can_be_read(clone, tmp_path):
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--fail-level", "ERROR"],
        cwd=clone,
        env=clean_environment(CONUS_VAR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "name", ["docs/pictures/determination.png", "decisions/codesets/icd10cm/2026-04-01.tsv.gz"]
)
def test_what_is_no_text_is_marked_so(clone, name):
    attributes = git("-C", clone, "check-attr", "binary", "text", "--", name).splitlines()

    assert attributes == [f"{name}: binary: set", f"{name}: text: unset"]
