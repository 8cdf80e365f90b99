"""System checks: what keeps a policy or a code set from being used, and what the machine lacks.

``manage.py check`` shows them. A broken policy is an error, and yet the others serve.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import connection

from decisions import services
from decisions.library import PolicyError, case_problems, read_cases
from decisions.library.codebook import CodeSetError
from decisions.proofs.decided_cases import unexpected
from decisions.telling import code_set_words

SOUND_SQLITE = (3, 51, 3)
_NOT_SERVED = "Correct the file. Until then this policy is not served; the others are."
_LOG = logging.getLogger(__name__)


@register("policies")
def check_policies(**_: Any) -> list[CheckMessage]:
    """Every policy file can be used, and there is at least one policy."""
    shelf = services.library()
    found: list[CheckMessage] = [
        Error(str(problem), hint=_NOT_SERVED, id="conus.E001") for problem in shelf.problems
    ]
    if not shelf.editions:
        hint = f"Put one in {settings.POLICIES}; docs/adding-a-policy.md tells how."
        found.append(Error("There is no policy that can be read.", hint=hint, id="conus.E003"))
    return found


def check_cases(**_: Any) -> list[CheckMessage]:
    """The cases of every edition can be asked, it says of each what is expected, and each limit has its own.

    Not registered: ``manage.py check`` alone decides them, for every other command would wait for it too.
    """
    hint = "Correct cases.toml or policy.toml, or add the case. The edition is served meanwhile."
    return [Error(str(problem), hint=hint, id="conus.E002") for problem in _case_problems()]


def _case_problems() -> Iterator[PolicyError]:
    for policies in services.library().editions.values():
        for policy in policies:
            folder = Path(settings.POLICIES) / policy.topic.id / policy.id / policy.edition
            try:
                cases = read_cases(folder)
            except PolicyError as refused:
                yield refused
                continue
            yield from case_problems(policy, folder, cases)
            # Without a code set codes cannot be judged; check_codes says that it is missing or broken.
            with suppress(CodeSetError):
                yield from unexpected(services.library().rules(policy), folder, cases, services.codebook())


@register("policies")
def check_codes(**_: Any) -> list[CheckMessage]:
    """There is an ICD-10-CM edition, and every one can be read to its last line."""
    hint = "Put the file back, or make it again with manage.py load_icd10cm."
    try:
        editions = services.codebook().editions
        empty = sum(len(edition.codes) for edition in editions) == 0
    except CodeSetError as problem:
        return [Error(str(problem), hint=hint, id="conus.E004")]
    if empty:
        return [Error(f"There is no code set in {settings.CODESETS}.", hint=hint, id="conus.E004")]
    said = code_set_words.not_in_force(services.codebook().in_force(services.today()), services.today())
    # No warning: of some days no edition can be had, and a check that always fails is not read.
    return [Info(said, hint="Add it with manage.py load_icd10cm.", id="conus.I002")] if said else []


@register(Tags.compatibility)
def check_sqlite(**_: Any) -> list[CheckMessage]:
    """SQLite, where it is used, has the correction of a rare fault in its write-ahead log."""
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= SOUND_SQLITE:
        return []
    sound = ".".join(map(str, SOUND_SQLITE))
    message = (
        f"SQLite here is {sqlite3.sqlite_version}. Before {sound} its write-ahead log can, rarely, lose data."
    )
    # No warning: a distribution's own SQLite is often older, and a check that always fails is not read.
    return [Info(message, hint=f"Keep backups, and move to SQLite {sound} when you can.", id="conus.I001")]


def announce() -> None:
    """Loads the policies, and writes each problem to the log. A server does this once, when it starts."""
    for problem in services.library().problems:
        _LOG.error("A policy is not served. %s", problem)
