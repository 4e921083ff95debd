"""An encrypted session is in force until it expires, and nobody chooses its key."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from ancu.config.sessions import SessionStore
from ancu.core import clock

pytestmark = pytest.mark.django_db


def test_what_was_put_in_is_there_until_it_expires() -> None:
    begun = SessionStore()
    begun["language"] = "vi"
    begun.save()
    assert SessionStore(begun.session_key).get("language") == "vi"
    Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    over = SessionStore(begun.session_key)
    assert over.get("language") is None and over.session_key is None


def test_nobody_brings_a_key_of_his_own() -> None:
    stranger = SessionStore("a" * 32)
    assert stranger.get("language") is None
    stranger["language"] = "en"
    stranger.save()
    assert stranger.session_key not in (None, "a" * 32)
