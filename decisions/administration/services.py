"""What commands use of the administration: the check of who holds which roles."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db.utils import DatabaseError

from decisions.administration import members


def check_roles(**_: Any) -> list[CheckMessage]:
    """Nobody holds two roles that must not be in one hand: a database can come from elsewhere.

    ``manage.py check`` alone asks it: a command that makes the tables runs before there are any.
    """
    hint = "Take one of the roles away, on the person's page under People."
    try:
        found = members.all_held_against_the_rules()
    except DatabaseError:  # nobody is on file yet, or the database cannot be reached: others say so
        return []
    return [Error(f"{person.username}: {said}", hint=hint, id="conus.E005") for person, said in found]
