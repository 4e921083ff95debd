"""In which language a browser is answered that has chosen none."""

from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

pytestmark = pytest.mark.django_db
GUEST, RECEIPT, CONFIRMATION = "/guest/", "/r/HB-0000-0000-0000-0000", "/c/"


@pytest.mark.parametrize("accepted", ["ko-KR,ko;q=0.9", "zh-CN", "ja", "fr-FR,fr;q=0.9", "de", ""])
@pytest.mark.parametrize("path", [GUEST, RECEIPT, CONFIRMATION])
def test_a_guest_of_any_other_language_reads_english(client: Any, path: str, accepted: str) -> None:
    assert '<html lang="en">' in client.get(path, headers={"accept-language": accepted}).content.decode()


@pytest.mark.parametrize("accepted", ["vi", "vi-VN,vi;q=0.9,en-US;q=0.6", "ko-KR,ko;q=0.9,vi;q=0.5"])
@pytest.mark.parametrize("path", [GUEST, RECEIPT, CONFIRMATION])
def test_whoever_reads_vietnamese_reads_vietnamese(client: Any, path: str, accepted: str) -> None:
    assert '<html lang="vi">' in client.get(path, headers={"accept-language": accepted}).content.decode()


def test_what_was_chosen_holds_whatever_the_browser_speaks(client: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert '<html lang="vi">' in client.get(GUEST, headers={"accept-language": "ko"}).content.decode()


@pytest.mark.parametrize(("accepted", "lang"), [("", "vi"), ("vi-VN", "vi"), ("ko", "en"), ("en-GB", "en")])
def test_every_other_page_is_vietnamese_only_to_whom_says_nothing_or_vietnamese(
    client: Any, accepted: str, lang: str
) -> None:
    headers = {"accept-language": accepted} if accepted else {}
    assert f'<html lang="{lang}">' in client.get(reverse("account_login"), headers=headers).content.decode()
