"""A determination as the object that the command prints and the page offers for download."""

from __future__ import annotations

from typing import Any

from decisions.core.determination import Determination


def as_record(case_id: Any, determination: Determination) -> dict[str, Any]:
    """The determination as plain JSON types, keys in their fixed order. ``case_id`` is given back as it
    came.
    """
    policy = determination.policy
    return {
        "id": case_id,
        "policy": policy.id,
        "edition": policy.edition,
        "outcome": determination.outcome,
        "determination": determination.words,
        "next_step": determination.next_step,
        "met": list(determination.met),
        "unsettled": list(determination.unsettled),
        "missing": list(determination.missing),
        "holds": list(determination.holds),
        "requests": list(determination.requests),
        "cautions": list(determination.cautions),
        "readings": list(determination.readings),
        "coding": {"procedure": determination.coding.procedure, "diagnosis": determination.coding.diagnosis},
        "passages": [{"id": key, "quote": policy.passages[key].quote} for key in determination.passages],
        "references": list(determination.references),
    }
