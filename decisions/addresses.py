"""Where the text of a policy is read: every page that quotes it links to it there."""

from __future__ import annotations

from django.urls import reverse

from decisions.core.policy import Policy


def address(policy: Policy, name: str = "policy", anchor: str = "") -> str:
    """The address of one of an edition's pages, or of a place on it."""
    path = reverse(f"browse:{name}", kwargs={"policy_id": policy.id, "edition": policy.edition})
    return f"{path}#{anchor}" if anchor else path
