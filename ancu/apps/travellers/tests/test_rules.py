import pytest

from ancu.apps.travellers.rules import document_key, name_key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Jörg HOFFMANN", "hoffmann jorg"),
        ("NGUYỄN VĂN ĐỨC", "duc nguyen van"),
        ("Nguye\u0302\u0303n Va\u0306n \u0110u\u031b\u0301c", "duc nguyen van"),
        ("O’MALLEY MÁIRE", "maire omalley"),
        ("Łukasz Żółw", "lukasz zolw"),
        ("Straße Ødegård", "odegard strasse"),
        ("Mary-Ann J. Smith", "ann j mary smith"),
        ("İbrahim", "ibrahim"),
        ("김나라", "김나라"),
        ("王小明", "王小明"),
        ("  ", ""),
    ],
)
def test_name_key(written, key):
    assert name_key(written) == key


def test_name_key_is_its_own_key():
    assert name_key(name_key("Đặng Thị Ánh-Tuyết")) == "anh dang thi tuyet"


def test_document_key():
    assert document_key(" c01x-0t 478 ") == "C01X0T478"
