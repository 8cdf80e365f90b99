"""The codes of a request with what they are called, and which of them may not stand on a claim."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from decisions import services
from decisions.core.code_systems import CPT, DIAGNOSIS_CODE, NO_CODE_SET, CodeSet
from decisions.models import Case
from decisions.questionnaire.code_texts import Named, diagnoses, named_in_a_row, procedures
from decisions.telling import code_set_words

_SPELLED = re.compile(DIAGNOSIS_CODE)


def _code_set(day: dt.date | None) -> CodeSet:
    return services.codebook().judging(day or services.today())


@dataclass(frozen=True, slots=True)
class RequestCodes:
    """The codes of a request with their names, on its day of service."""

    case: Case

    @property
    def procedures(self) -> list[Named]:
        """The procedure codes."""
        return procedures(self.case.procedure_codes)

    @property
    def diagnoses(self) -> list[Named]:
        """The diagnosis codes."""
        return diagnoses(self.case.diagnosis_codes, self.case.date_of_service or services.today())

    @property
    def invalid(self) -> str:
        """Which diagnosis codes may not stand on a claim of that day, and why; "" where all may."""
        day = self.case.date_of_service
        return why_not_valid(not_valid(self.case.diagnosis_codes, day), day)

    def in_a_row(self, system: str) -> str:
        """Those of one system; "" where there are none."""
        return named_in_a_row(self.procedures if system == CPT else self.diagnoses)


def not_valid(codes: Iterable[str], day: dt.date | None) -> list[str]:
    """Those of some diagnosis codes that are spelled like one and may not stand on a claim of that day."""
    known = _code_set(day)
    if known is NO_CODE_SET:  # nothing can be said against a code
        return []
    return [code for code in codes if _SPELLED.fullmatch(code) and not known.is_billable(code)]


def why_not_valid(codes: Iterable[str], day: dt.date | None) -> str:
    """What is wrong with such codes, and which edition of the code set says so; "" where there are none."""
    return code_set_words.not_valid(_code_set(day), tuple(codes), day or services.today())
