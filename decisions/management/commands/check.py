"""``manage.py check``: Django's own, and the worked cases.

Every other command waits for the system checks too. Deciding the cases takes longer than they should wait.
"""

from __future__ import annotations

from typing import Any

from django.core.checks.registry import registry
from django.core.management.commands import check

from decisions.system_checks import check_cases


class Command(check.Command):
    def handle(self, *app_labels: Any, **options: Any) -> None:
        registry.register(check_cases, "policies")
        try:
            super().handle(*app_labels, **options)
        finally:
            registry.registered_checks.discard(check_cases)
