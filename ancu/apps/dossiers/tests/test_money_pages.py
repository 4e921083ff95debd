"""The pages of fees, as their readers open them."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.models import BankLine, Payment
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.dossiers.tests.test_money import read
from ancu.apps.lodging.tests.factories import World
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.bank import dong_in_english, dong_in_words


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    make_rate(make_cast(world))
    return world


def test_lists_ask_as_often_for_three_rows_as_for_one(cast: World, expect_queries: ExpectQueries) -> None:
    paths = ("/office/money/", "/office/money/lines", "/office/money/statements", "/office/money/rates")
    client = cast.client("ines")
    for rows in (1, 2):
        for row in range(rows):
            dossier = make_dossier(cast)
            take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
            read(cast, ("tien com", 1000 + rows * 10 + row, f"F{rows}{row}"))
        for path in paths:
            client.get(path)
            with expect_queries(path):
                assert client.get(path).status_code == 200


def test_an_open_line_leads_to_the_dossier_that_its_text_names(cast: World) -> None:
    dossier = make_dossier(cast)
    read(cast, (dossier.charge.reference, 1000, "F1"))
    [line] = BankLine.objects.all()
    page = cast.client("ines").get(f"/office/money/lines/{line.pk}").content.decode()
    assert f'href="/office/money/take/{dossier.number}"' in page


def test_a_fee_is_paid_online_from_the_page(cast: World) -> None:
    dossier = make_dossier(cast)
    client = cast.client("ramon")
    assert dossier.charge.reference in client.get(f"/dossiers/{dossier.number}/pay").content.decode()
    there = client.post(f"/dossiers/{dossier.number}/pay/online")["Location"]
    back = client.post(there, {"pay": "yes"})
    assert back["Location"].endswith(f"/dossiers/{dossier.number}/pay")
    assert Payment.objects.get().method == "provider"
    assert client.get(f"/dossiers/{dossier.number}/fee-receipt.pdf").content.startswith(b"%PDF")


def receipt_text(cast: World, dossier: Any, language: str) -> str:
    User.objects.update(language=language)
    client = cast.client("ramon")
    client.cookies["django_language"] = language
    pages = PdfReader(BytesIO(client.get(f"/dossiers/{dossier.number}/fee-receipt.pdf").content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_receipt_writes_numbers_and_words_in_its_readers_language(cast: World, language: str) -> None:
    dossier = make_dossier(cast)
    take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd)
    vnd, rate = dossier.charge.vnd, int(dossier.charge.rate.vnd_per_usd)
    receipt, vietnamese_words = receipt_text(cast, dossier, language), f"Bằng chữ: {dong_in_words(vnd)}"
    if language == "en":
        assert f"1 USD = {rate:,} ₫" in receipt and f"{vnd:,} ₫" in receipt
        assert f"In words: {dong_in_english(vnd)} {vietnamese_words}" in receipt
    else:
        assert f"1 USD = {rate:,} ₫".replace(",", ".") in receipt and f"{vnd:,} ₫".replace(",", ".") in receipt
        assert vietnamese_words in receipt and dong_in_english(vnd) not in receipt
