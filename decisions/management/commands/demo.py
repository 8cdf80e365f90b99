"""``manage.py demo``: loads made-up people and cases, and says how to sign in as each of them."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError
from django.db import transaction

from decisions.demonstration import made_up_cases, made_up_people
from decisions.management.stored import StoredCommand

BAD_INPUT = 2


class Command(StoredCommand):
    """Loads them once. Later runs print the sign-ins again."""

    help = "Load made-up people and cases, and print how to sign in. Refused where real people are on file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--code", metavar="USER", help="print the code that this made-up person's app shows now"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["code"] is not None:
            self._code(options["code"])
            return
        try:
            with transaction.atomic():
                if not made_up_people.is_loaded():
                    made_up_people.load()
                    made_up_cases.load()
        except made_up_people.RealPeopleError:
            message = (
                "there are people on file who are not made up; a demonstration needs a database of its own"
            )
            raise CommandError(message, returncode=BAD_INPUT) from None
        self._sign_ins()

    def _code(self, username: str) -> None:
        try:
            self.stdout.write(made_up_people.code(username))
        except LookupError:
            message = f"no made-up person {username} has an authenticator app"
            raise CommandError(message, returncode=BAD_INPUT) from None

    def _sign_ins(self) -> None:
        """One line a person, for a terminal."""
        self.stdout.write("Made-up people. Nothing here is real. Sign in at /accounts/login/ as:")
        self.stdout.write(f"  {'user':8}{'password':22}{'name':32}second factor")
        for made_up in made_up_people.PEOPLE:
            person = made_up_people.loaded(made_up.username)
            factor = f"make demo-code NAME={made_up.username}" if person.has_second_factor else "none"
            self.stdout.write(
                f"  {made_up.username:8}{made_up_people.password(made_up.username):22}"
                f"{made_up.name:32}{factor}"
            )
        self.stdout.write("An authenticator app can be given these keys instead:")
        for made_up in made_up_people.PEOPLE:
            if made_up_people.loaded(made_up.username).has_second_factor:
                self.stdout.write(f"  {made_up.username:8}{made_up_people.key(made_up.username)}")
