"""Which policies name a procedure code."""

from __future__ import annotations

from decisions import services
from decisions.core import code_systems
from decisions.core.policy import Policy
from decisions.library.code_lists import printed_procedures


def policies_for(code: str) -> list[Policy]:
    """The policies that name a procedure code, in the order of the library; those of one topic alone."""
    naming = [policy for policy in services.newest_editions() if code in dict(printed_procedures(policy))]
    return [policy for policy in naming if policy.topic.id == naming[0].topic.id]


def spelled(typed: str) -> str:
    """A code as the policies spell it: in an address it may stand with a modifier, or in small letters."""
    return code_systems.procedure(typed)
