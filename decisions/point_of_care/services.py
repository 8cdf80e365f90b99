"""Which policies name a procedure code, and how it is called."""

from __future__ import annotations

from collections.abc import Iterator

from decisions import services
from decisions.core import code_systems
from decisions.core.policy import Policy
from decisions.library.code_lists import printed_procedures


def policies_for(code: str) -> list[str]:
    """The policies that name a procedure code, in the order of the library; those of one topic alone."""
    naming = [policy for policy in _current() if code in dict(printed_procedures(policy))]
    return [policy.id for policy in naming if policy.topic.id == naming[0].topic.id]


def known() -> dict[str, str]:
    """Every procedure code that some policy names, and its name there."""
    return {code: name for policy in _current() for code, name in printed_procedures(policy)}


def spelled(typed: str) -> str:
    """A code as the policies spell it: in an address it may stand with a modifier, or in small letters."""
    return code_systems.procedure(typed)


def _current() -> Iterator[Policy]:
    return (editions[-1] for editions in services.library().editions.values())
