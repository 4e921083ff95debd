"""In which language a browser is answered that has chosen none."""

from typing import Any

import pytest
from django.conf import settings
from django.urls import get_resolver, reverse
from django.utils.translation import gettext, override

from ancu.core.public_texts import third_languages
from ancu.core.web.language import LANGUAGE_NAMES

pytestmark = pytest.mark.django_db
GUEST, RECEIPT, CONFIRMATION = "/guest/", "/r/HB-0000-0000-0000-0000", "/c/"


@pytest.mark.parametrize("accepted", ["fr-FR,fr;q=0.9", "de", ""])
@pytest.mark.parametrize("path", [GUEST, RECEIPT, CONFIRMATION])
def test_a_guest_of_any_other_language_reads_english(client: Any, path: str, accepted: str) -> None:
    assert '<html lang="en">' in client.get(path, headers={"accept-language": accepted}).content.decode()


@pytest.mark.parametrize("accepted", ["vi", "vi-VN,vi;q=0.9,en-US;q=0.6", "fr-FR,fr;q=0.9,vi;q=0.5"])
@pytest.mark.parametrize("path", [GUEST, RECEIPT, CONFIRMATION])
def test_whoever_reads_vietnamese_reads_vietnamese(client: Any, path: str, accepted: str) -> None:
    assert '<html lang="vi">' in client.get(path, headers={"accept-language": accepted}).content.decode()


def test_what_was_chosen_holds_whatever_the_browser_speaks(client: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert '<html lang="vi">' in client.get(GUEST, headers={"accept-language": "ko"}).content.decode()


@pytest.mark.parametrize(("accepted", "lang"), [("", "vi"), ("vi-VN", "vi"), ("fr", "en"), ("en-GB", "en")])
def test_every_other_page_is_vietnamese_only_to_whom_says_nothing_or_vietnamese(
    client: Any, accepted: str, lang: str
) -> None:
    headers = {"accept-language": accepted} if accepted else {}
    assert f'<html lang="{lang}">' in client.get(reverse("account_login"), headers=headers).content.decode()


@pytest.mark.parametrize(
    ("accepted", "lang"), [("ko-KR,ko;q=0.9", "ko"), ("zh-CN", "zh-hans"), ("zh", "zh-hans"), ("ja,en;q=0.5", "ja")]
)
@pytest.mark.parametrize("path", [GUEST, RECEIPT, CONFIRMATION])
def test_a_guest_reads_the_self_check_in_a_third_language(client: Any, path: str, accepted: str, lang: str) -> None:
    page = client.get(path, headers={"accept-language": accepted}).content.decode()
    with override(lang):
        note = gettext("Unofficial translation. The Vietnamese text holds.")
    assert f'<html lang="{lang}">' in page and note in page
    assert all(f'value="{code}"' in page for code in LANGUAGE_NAMES)


def test_a_page_without_a_third_language_is_in_english_and_offers_two(client: Any) -> None:
    page = client.get(reverse("programs"), headers={"accept-language": "ko"}).content.decode()
    assert '<html lang="en">' in page and "한국어" not in page


def test_an_error_page_is_in_the_readers_language(client: Any) -> None:
    page = client.get("/no-such-page", headers={"accept-language": "ja"})
    assert page.status_code == 404 and "ページが見つかりません" in page.content.decode()


def test_a_third_language_is_kept_in_the_cookie(client: Any) -> None:
    client.post(reverse("set_language"), {"language": "ko", "next": GUEST})
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ko"
    assert '<html lang="ko">' in client.get(GUEST).content.decode()


def test_officers_read_english_whatever_the_cookie_says(world: Any) -> None:
    olga = world.client("olga")
    olga.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert '<html lang="en">' in olga.get(reverse("stays:area")).content.decode()


def test_every_listed_page_exists() -> None:
    for name in third_languages().pages:
        namespace, _, view = name.rpartition(":")
        names = get_resolver(None)
        for part in namespace.split(":") if namespace else []:
            names = names.namespace_dict[part][1]
        assert view in {key for key in names.reverse_dict if isinstance(key, str)}, name
