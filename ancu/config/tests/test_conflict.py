"""What the state of things forbids is answered with its own reason, in the reader's language."""

from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from ancu.config.middleware import ErrorMiddleware
from ancu.config.views import server_error
from ancu.core.errors import Conflict

pytestmark = pytest.mark.django_db
REASON = _("Nothing was changed.")  # any sentence of ours that has its translation
PRESSED, HERE = "http://testserver/office/dossiers/", "http://testserver/office/dossiers/approve"


def answer(language: str = "en", **headers: str) -> Any:
    request = RequestFactory().post("/office/dossiers/approve", **headers)
    with translation.override(language):
        return ErrorMiddleware(lambda _request: None).process_exception(request, Conflict("any", REASON))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(("language", "_name"), settings.LANGUAGES)
def test_the_page_says_the_reason_in_the_readers_language(language: str, _name: str) -> None:
    response = answer(language)
    with translation.override(language):
        reason_text = str(REASON)
    assert response.status_code == 409
    assert response.content.decode().count(reason_text) == 2


@pytest.mark.parametrize(
    ("before", "back"), [(PRESSED, PRESSED), (HERE, "/"), ("https://elsewhere.example/", "/"), ("", "/")]
)
def test_the_way_back_is_the_page_where_the_button_was_pressed(before: str, back: str) -> None:
    assert f'class="btn btn-primary" href="{back}"' in answer(HTTP_REFERER=before).content.decode()


@pytest.mark.parametrize("address", ["/dossiers/%00/", "/dossiers/%00/papers"])
def test_an_address_with_what_no_text_may_hold_is_a_bad_request(world: Any, address: str) -> None:
    assert world.client("bob").get(address).status_code == 400


def test_every_not_now_names_the_duty_officer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "OFFICE_DUTY_PHONE", "0218 385 2222")
    request = RequestFactory().post("/stays/declare/")
    too_often = render(request, "429.html", status=429)
    for response in (answer(), too_often, server_error(request)):
        assert 'href="tel:02183852222"' in response.content.decode()
