"""The verbs of the event log.

`record` adds an event inside the transaction of what it tells of, and `record_alone` in one of its own.
"""

from __future__ import annotations

from pathlib import Path

from django.db import DatabaseError

from decisions.log import checkpoints, serving, verification
from decisions.log.recording import LogError, digest, digest_key, digest_keys, record, record_alone
from decisions.log.story import Line, last_changes
from decisions.log.upkeep import insist
from decisions.log.verification import Report, Verification
from decisions.models import Person

__all__ = [
    "Line",
    "LogError",
    "Report",
    "begin_serving",
    "digest",
    "digest_key",
    "digest_keys",
    "insist",
    "keep_writing_checkpoints",
    "last_changes",
    "record",
    "record_alone",
    "record_view",
    "verify_case",
    "verify_log",
    "write_checkpoint_quietly",
]


begin_serving = serving.begin
keep_writing_checkpoints = checkpoints.keep_writing
write_checkpoint_quietly = checkpoints.write_quietly


def verify_log(
    *,
    actor: Person | None,
    role: str = "",
    by: str = "page",
    checkpoints: Path | None = None,
    public_key: Path | None = None,
) -> Report:
    """Verify the whole log, and record that it was done.

    A damaged log is left as it was found: it is evidence, and a row added to it would belong to what somebody
    made of it. That nothing wrong was found is recorded, and whether the log was protected then; where even
    that cannot be written, the report says so.
    """
    report = Verification(checkpoints, public_key).run()
    if report.damage or report.unread:
        return report
    details = {"events": report.events, "anchored": report.anchored, "by": by}
    if report.lacking:
        details["protected"] = False
    try:
        record_alone("log_verified", actor=actor, role=role, details=details)
    except (DatabaseError, LogError) as error:
        report.remarks.append(f"The verification could not be recorded: {error}")
    return report


def verify_case(case_id: str, *, actor: Person, role: str) -> Report:
    """Verify the events of one case, and record that it was done where nothing is wrong."""
    report = verification.verify_case(case_id)
    if not report.damage:
        record_alone("log_verified", actor=actor, role=role, case=case_id, details={"events": report.events})
    return report


def record_view(action: str, actor: Person, role: str, *, case: str = "", page: str) -> None:
    """Record that a page of the log was read."""
    record_alone(action, actor=actor, role=role, case=case, details={"page": page})
