"""Decides the worked cases of an edition, and names those of which it says something unexpected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from decisions.core.answers import AnswersError, read_answers
from decisions.core.determination import determine
from decisions.core.rules import Rules
from decisions.library import CaseFile, PolicyError
from decisions.library.codebook import CodeBook
from decisions.library.files import refusal
from decisions.telling.record import as_record


def unexpected(
    rules: Rules, folder: Path, cases: Iterable[CaseFile], book: CodeBook
) -> Iterator[PolicyError]:
    """A problem for each case of which the edition says something else: what was expected, and what came.

    ``folder``: the edition's own. A case that cannot be asked is passed over: ``library.case_problems`` has
    it. Raises CodeSetError.
    """
    for case in cases:
        try:
            answers = read_answers(rules.policy.topic, case.answers, case.as_of)
        except AnswersError:
            continue
        record = as_record(case.id, determine(rules, answers, book.in_force(answers.day)))
        wrong = [key for key, value in case.expected.items() if key in record and record[key] != value]
        if wrong:
            message = f"{_said(wrong, case.expected)} is expected; the edition says {_said(wrong, record)}"
            yield refusal(folder / "cases.toml", f"cases.{case.id}.expected", message)


def _said(keys: Iterable[str], record: Mapping[str, Any]) -> str:
    """Some keys of a record and what stands there: 'outcome "unsettled", met []'."""
    return ", ".join(f"{key} {json.dumps(record[key], ensure_ascii=False, default=str)}" for key in keys)
