"""What must hold although two do it at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection

from decisions.administration import members
from decisions.models import Person, Role
from decisions.people import links as keys
from tests.people.world import PASSWORD, make_person


def at_once(*verbs: Callable[[], object]) -> list[object]:
    """Run each in a thread with a connection of its own, from one moment on. What was raised is a result."""
    start, results = threading.Barrier(len(verbs)), [None] * len(verbs)

    def run(number: int, verb: Callable[[], object]) -> None:
        start.wait()
        try:
            results[number] = verb()
        except (members.RefusedError, PermissionDenied) as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number, verb)) for number, verb in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_deactivate_each_other_at_once_one_stays():
    ada, eve = make_person("ada", Role.ADMINISTRATOR), make_person("eve", Role.ADMINISTRATOR)
    results = at_once(lambda: members.deactivate(ada, eve), lambda: members.deactivate(eve, ada))
    assert Person.objects.filter(is_active=True).count() == 1
    assert sum(isinstance(result, Exception) for result in results) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_roles_that_must_not_meet_and_are_given_at_once_one_is_held():
    ada, nora = make_person("ada", Role.ADMINISTRATOR), make_person("nora")
    at_once(
        lambda: members.grant_role(ada, nora, Role.REVIEWER),
        lambda: members.grant_role(ada, nora, Role.AUDITOR),
    )
    assert nora.grants.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_the_first_key_at_once_one_becomes_the_administrator():
    key = keys.first_key()
    made = at_once(
        lambda: keys.make_first(key, username="ada", name="Ada (made up)", password=PASSWORD),
        lambda: keys.make_first(key, username="eve", name="Eve (made up)", password=PASSWORD),
    )
    assert sum(person is not None for person in made) == 1
    assert Person.objects.count() == 1


def test_the_provider_s_host_is_one_that_forms_may_lead_to(tmp_path):
    asked = (
        "from config import settings; print(settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'])"
    )
    variables = {
        "CONUS_VAR": str(tmp_path),
        "CONUS_OIDC_NAME": "House",
        "CONUS_OIDC_URL": "https://id.example.org/realm",
        "CONUS_OIDC_CLIENT_ID": "conus",
        "CONUS_OIDC_SECRET": "made-up-value",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CONUS_")}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=settings.BASE_DIR,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'https://id.example.org'" in done.stdout
