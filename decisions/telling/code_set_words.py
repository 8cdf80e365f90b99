"""What is said of the ICD-10-CM edition by which diagnosis codes were judged.

A code that is not valid may be so only in the edition at hand. Where that edition is not the one in force on
the day of the answers, every sentence about such a code names it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from decisions.core.code_systems import NO_CODE_SET, CodeSet
from decisions.core.determination import Determination
from decisions.core.policy import Notice

ABOUT_INVALID_CODES = frozenset(("diagnosis-none-valid", "diagnosis-some-invalid"))
"""What a notice looks at that says that a code is not valid."""


def judging(found: Determination) -> CodeSet | None:
    """The edition by which the diagnosis codes were judged; None where none is given, or no edition is at
    hand.
    """
    codes = found.codes
    if not isinstance(codes, CodeSet) or codes is NO_CODE_SET or not found.coding.diagnoses:
        return None
    return codes


def as_recorded(found: Determination) -> tuple[str, bool] | None:
    """The first day of the edition that judged the diagnosis codes, and whether it was in force on the day of
    the answers: the key ``code_set`` of a record.
    """
    codes = judging(found)
    return (codes.first_day.isoformat(), codes.covers(found.answers.day)) if codes else None


def in_words(codes: CodeSet, day: dt.date) -> str:
    """An edition, and that it is not the one in force on a day where it is not."""
    if codes is NO_CODE_SET:
        return "none at hand"
    said = f"{codes.name}, in force from {codes.first_day}"
    if codes.covers(day):
        return said
    until = f" to {codes.last_day}" if codes.last_day else ""
    return f"{said}{until}, the newest at hand; not the one in force on {day}"


def validity(codes: CodeSet, code: str) -> str:
    """Whether a code may stand on a claim, in words."""
    if codes.is_billable(code):
        return "valid, billable"
    return "not billable: a heading over longer codes" if codes.knows(code) else "not a valid code"


def not_valid(codes: CodeSet, wrong: Sequence[str], day: dt.date) -> str:
    """What is wrong with codes that may not stand on a claim, and which edition says so; "" for none."""
    if not wrong:
        return ""
    said = "; ".join(f"{code}: {validity(codes, code)}" for code in wrong)
    return f"{said}. Judged by {in_words(codes, day)}."


def by_which(codes: CodeSet, day: dt.date) -> str:
    """By which edition a code is not valid, to follow that; "" where it is the one in force on the day."""
    if codes is NO_CODE_SET:
        return ", for no code set is at hand"
    return "" if codes.covers(day) else f" by {codes.name}, which is not the one in force on {day}"


def said_by_which(found: Determination, notice: Notice) -> str:
    """By which edition, to follow what a notice says of invalid codes; "" where that goes without saying."""
    codes = found.codes
    if notice.coding not in ABOUT_INVALID_CODES or not isinstance(codes, CodeSet):
        return ""
    return by_which(codes, found.answers.day)


def sentence(found: Determination, notice: Notice) -> str:
    """What a notice says of a request, and by which edition it says so."""
    by = said_by_which(found, notice)
    return f"{notice.sentence} Not valid{by}." if by else notice.sentence


def sentence_with_codes(found: Determination, notice: Notice) -> str:
    """What a notice about codes that are not valid says, which these are, and which edition says so."""
    codes = judging(found)
    if codes is None:
        return sentence(found, notice)
    wrong = [code for code in found.coding.diagnoses if not codes.is_billable(code)]
    return f"{notice.sentence} {not_valid(codes, wrong, found.answers.day)}"


def title(found: Determination, notice: Notice) -> str:
    """The title of a notice, and by which edition it says so."""
    return f"{notice.title}{said_by_which(found, notice)}"


def remark(found: Determination) -> str:
    """What whoever runs a command has to know of the edition; "" where it is the one in force."""
    if not found.coding.diagnoses:
        return ""
    codes, day = judging(found), found.answers.day
    if codes is None:
        return "There is no ICD-10-CM edition at hand, so no diagnosis code counts as valid."
    if codes.covers(day):
        return ""
    return f"No ICD-10-CM edition at hand is in force on {day}: {_by_the_newest(codes)}"


def not_in_force(codes: CodeSet, day: dt.date) -> str:
    """What whoever keeps Conus has to know of the editions at hand; "" where one is in force on the day."""
    if codes.covers(day):
        return ""
    return f"No ICD-10-CM edition at hand is in force today, {day}: {_by_the_newest(codes)}"


def _by_the_newest(codes: CodeSet) -> str:
    until = f" to {codes.last_day}" if codes.last_day else ""
    return f"diagnosis codes are judged by {codes.name}, in force from {codes.first_day}{until}."
