"""What the tests of conversations share."""

import pytest

from ancu.apps.messaging import services


@pytest.fixture
def say(world):
    def post(name, body="Xin chào", **more):
        values = {"kind": "lodging", "subject_id": world.lodging.pk, "body": body} | more
        return services.post_message(actor=world.actor(name), **values)

    return post
