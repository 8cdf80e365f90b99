"""``manage.py check``: Django's own, the worked cases, and roles that one person must not hold together.

Every other command waits for the system checks too. Deciding the cases takes longer than they should wait,
and of people there may be no table yet.
"""

from __future__ import annotations

from typing import Any

from django.core.checks.registry import registry
from django.core.management.commands import check

from decisions.administration.services import check_roles
from decisions.system_checks import check_cases


class Command(check.Command):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        registry.register(check_cases, "policies")
        registry.register(check_roles, "people")
        try:
            super().handle(*app_labels, **options)
        finally:
            registry.registered_checks -= {check_cases, check_roles}
