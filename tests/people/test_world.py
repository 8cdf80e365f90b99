"""The made-up world that other tests live in."""

import pytest

from tests.people.world import PEOPLE, make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", [prefix + name for prefix in ("", "other_") for name in PEOPLE])
def test_everybody_of_the_world_is_let_in_to_the_first_page(name):
    world = make_world()
    response = world.client(getattr(world, name)).get("/")
    assert response.status_code == 200
    assert getattr(world, name).name in response.content.decode()
