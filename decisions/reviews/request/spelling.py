"""How a request is spelled: what its fields are called, as a person reads it, and as it is typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from decisions.models import Case
from decisions.questionnaire.code_texts import in_a_row
from decisions.reviews.ground.head import policy_name
from decisions.reviews.ground.moments import minutes

NAMES = {
    "reference": "Reference",
    "member_reference": "Member reference",
    "birth_date": "Date of birth",
    "plan": "Plan",
    "policy": "Policy",
    "ordering_clinician": "Ordering clinician",
    "rendering_clinician": "Rendering clinician",
    "urgency": "Urgency",
    "received_at": "Received at",
    "date_of_service": "Date of service",
    "procedure_codes": "Procedure codes",
    "diagnosis_codes": "Diagnosis codes",
    "notes": "Notes",
    "attachments": "Attachments",
}
"""The columns of a request, in the order of its form, and what they are called."""


def as_read(case: Case) -> dict[str, str]:
    """A saved request as a person reads it."""
    return spelled({name: getattr(case, name) for name in NAMES})


def spelled(request: Mapping[str, Any]) -> dict[str, str]:
    """What a request says, saved or just sent, as a person reads it."""
    policy, plan, served = request["policy"], request["plan"], request["date_of_service"]
    return {
        **request,
        "birth_date": request["birth_date"].isoformat(),
        "plan": str(plan),
        "policy": "As the plan says" if policy == plan.policy else policy_name(policy),
        "urgency": Case.Urgency(request["urgency"]).label,
        "received_at": minutes(request["received_at"]),
        "date_of_service": served.isoformat() if served else "",
        "procedure_codes": in_a_row(request["procedure_codes"]),
        "diagnosis_codes": in_a_row(request["diagnosis_codes"]),
        "attachments": "\n".join(request["attachments"]),
    }


def in_inputs(case: Case) -> dict[str, str]:
    """A saved request as it is typed and chosen."""
    policy = "" if case.policy == case.plan.policy else case.policy
    return {**as_read(case), "plan": str(case.plan_id), "policy": policy, "urgency": case.urgency}
