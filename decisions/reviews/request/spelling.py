"""How a request is spelled: as it is typed, and as a person reads it."""

from __future__ import annotations

from typing import Any

from decisions.models import Case, Plan
from decisions.questionnaire.code_texts import in_a_row
from decisions.reviews.ground.head import policy_name
from decisions.reviews.ground.moments import minutes


def as_read(case: Case) -> dict[str, str]:
    """A saved request as a person reads it."""
    policy = policy_as_read(case.policy, case.plan)
    return {
        **in_inputs(case),
        "plan": str(case.plan),
        "policy": policy,
        "urgency": case.get_urgency_display(),
    }


def policy_as_read(policy: str, plan: Plan) -> str:
    """Which policy counts, as a person reads it."""
    return "As the plan says" if policy == plan.policy else policy_name(policy)


def spelled(given: dict[str, Any]) -> dict[str, str]:
    """What is no text yet of a request that was typed, as a person reads it."""
    return {
        "birth_date": given["birth_date"].isoformat(),
        "date_of_service": given["date_of_service"].isoformat() if given["date_of_service"] else "",
        "plan": str(given["plan"]),
        "policy": policy_as_read(given["policy"], given["plan"]),
        "urgency": Case.Urgency(given["urgency"]).label,
        "received_at": minutes(given["received_at"]),
        "procedure_codes": in_a_row(given["procedure_codes"]),
        "diagnosis_codes": in_a_row(given["diagnosis_codes"]),
        "attachments": "\n".join(given["attachments"]),
    }


def in_inputs(case: Case) -> dict[str, str]:
    """A saved request as it is typed."""
    return {
        "reference": case.reference,
        "member_reference": case.member_reference,
        "birth_date": case.birth_date.isoformat(),
        "plan": str(case.plan_id),
        "policy": "" if case.plan.policy == case.policy else case.policy,
        "ordering_clinician": case.ordering_clinician,
        "rendering_clinician": case.rendering_clinician,
        "urgency": case.urgency,
        "received_at": minutes(case.received_at),
        "date_of_service": case.date_of_service.isoformat() if case.date_of_service else "",
        "procedure_codes": in_a_row(case.procedure_codes),
        "diagnosis_codes": in_a_row(case.diagnosis_codes),
        "notes": case.notes,
        "attachments": "\n".join(case.attachments),
    }
