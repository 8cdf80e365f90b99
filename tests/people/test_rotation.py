"""A new secret key: what the one before vouched for stays good while that one is among the fallbacks."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client

from config.environment import Environment
from config.secret import older_keys
from decisions.administration import members
from decisions.log.services import digest, digest_key, digest_keys
from decisions.models import Role
from decisions.people import links as keys
from decisions.people import secrets
from tests.people.helpers import code, is_in, sign_in
from tests.people.world import SECRET, add_app, make_person, make_world, with_password

OLD, NEW = "made-up older key " * 4, "made-up newer key " * 4


@pytest.fixture(autouse=True)
def _older_key(settings):
    settings.SECRET_KEY = OLD


@pytest.fixture
def rotate(settings):
    def change(*fallbacks: str) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, list(fallbacks)

    return change


# Where they stand


@pytest.mark.parametrize("length", [49, 50, 51])
def test_older_keys_come_from_the_environment_and_none_is_short_or_repeated(length):
    env = Environment({"KEYS": f"{'a' * 60}, {'hidden' + 'b' * (length - 6)},"})
    if length >= 50:
        assert [len(key) for key in env.secrets("KEYS")] == [60, length]
        return
    with pytest.raises(ImproperlyConfigured, match=r"^KEYS .*Allowed: ") as refused:
        env.secrets("KEYS")
    assert "hidden" not in str(refused.value)


def test_older_keys_come_from_a_file_that_need_not_be_there(tmp_path):
    file = tmp_path / "secret-key-fallbacks"
    assert older_keys(file) == []
    file.write_text(f"{'a' * 50}\n\n{'b' * 50}\n")
    file.chmod(0o600)
    assert older_keys(file) == ["a" * 50, "b" * 50]


@pytest.mark.parametrize(
    ("text", "mode", "said"), [("a" * 50, 0o640, "chmod 600"), ("a" * 49, 0o600, "a line that is no key")]
)
def test_a_file_of_older_keys_that_is_not_as_it_must_be_is_refused(tmp_path, text, mode, said):
    file = tmp_path / "secret-key-fallbacks"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ImproperlyConfigured, match=said) as refused:
        older_keys(file)
    assert text not in str(refused.value)


# What they are good for


@pytest.mark.django_db
def test_a_session_goes_on_under_its_name_and_is_vouched_for_by_the_new_key(rotate):
    world = make_world()
    client = world.client(world.reviewer)
    name = client.session.session_key
    rotate(OLD)
    assert is_in(client)
    assert client.session.session_key == name
    assert UserSession.objects.get(user=world.reviewer).session_key == name
    rotate()
    assert is_in(client)


@pytest.mark.django_db
def test_two_requests_at_once_after_a_change_of_the_key_both_find_their_session(rotate):
    world = make_world()
    one = world.client(world.reviewer)
    other = Client()
    other.cookies = one.cookies.copy()
    rotate(OLD)
    assert is_in(one)
    assert is_in(other)


@pytest.mark.django_db
def test_without_the_older_key_its_sessions_are_over(rotate):
    world = make_world()
    client = world.client(world.reviewer)
    rotate()
    assert not is_in(client)


@pytest.mark.django_db
def test_an_app_that_was_set_up_under_the_older_key_signs_in(client, rotate):
    with_password(paul := make_person("paul", Role.PHYSICIAN))
    add_app(paul)
    rotate(OLD)
    sign_in(client, "paul")
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert is_in(client)


@pytest.mark.django_db
def test_a_link_to_set_a_password_stays_good(rotate):
    world = make_world()
    parts = members.new_link(world.administrator, world.intake)
    rotate(OLD)
    assert keys.person_of_link(*parts) == world.intake
    rotate()
    assert keys.person_of_link(*parts) is None


def test_a_digest_is_made_again_with_the_key_that_made_it(rotate):
    made, name = digest("c1", "2026-01-02"), digest_key()
    rotate(OLD)
    assert name in digest_keys()
    assert digest("c1", "2026-01-02") != made
    assert digest("c1", "2026-01-02", key=name) == made
    rotate()
    assert name not in digest_keys()
    with pytest.raises(LookupError):
        digest("c1", "2026-01-02", key=name)


# Letting go of the older key


def ended(capsys) -> tuple[int, str]:
    with pytest.raises(SystemExit) as done:
        call_command("renew_secrets")
    return done.value.code, capsys.readouterr().out


@pytest.mark.django_db
def test_hidden_secrets_are_renewed_so_that_the_older_key_can_go(rotate, capsys):
    paul = make_person("paul", Role.PHYSICIAN)
    add_app(paul)
    codes = {"seed": secrets.hide("made-up seed"), "used_mask": 5}
    Authenticator.objects.create(user=paul, type="recovery_codes", data=codes)
    rotate(OLD)
    assert ended(capsys) == (0, "2 renewed, 0 that cannot be read.\n")
    rotate()
    assert secrets.show(Authenticator.objects.get(type="totp").data["secret"]) == SECRET
    kept = Authenticator.objects.get(type="recovery_codes").data
    assert (secrets.show(kept["seed"]), kept["used_mask"]) == ("made-up seed", 5)


@pytest.mark.django_db
def test_a_secret_of_a_key_that_is_gone_is_counted_and_left_as_it_is(rotate, capsys):
    add_app(make_person("paul", Role.PHYSICIAN))
    before = Authenticator.objects.get().data
    rotate()
    assert ended(capsys) == (1, "0 renewed, 1 that cannot be read.\n")
    assert Authenticator.objects.get().data == before
