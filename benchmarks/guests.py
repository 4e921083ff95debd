"""Invented guests in any number, and the ways they travel: records, JSON bodies, the portal's XML."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

FAMILY = ("HOFFMANN", "MARTIN", "KIM", "SMITH", "ROSSI", "TANAKA", "GARCIA", "NOVAK", "SILVA", "JANSEN", "LINDQVIST")
GIVEN_NAMES = (
    "JOERG",
    "LEA",
    "MINJUN",
    "ANNA",
    "PAOLO",
    "YUKI",
    "LUCIA",
    "PETR",
    "JOAO",
    "EVA",
    "ERIK",
    "SOFIA",
    "TOM",
)
NATIONS = ("DEU", "FRA", "KOR", "GBR", "ITA", "JPN", "ESP", "CZE", "BRA", "NLD", "SWE")
_numbers = count(1)


def records(amount: int) -> Iterator[dict[str, str]]:
    """Yield this many invented guests of this week, each with an unused document number."""
    today = date.today()
    for n in (next(_numbers) for _ in range(amount)):
        arrived = today - timedelta(days=n % 3)
        yield {
            "full_name": f"{FAMILY[n % 11]}{chr(65 + n // 143 % 26)} {GIVEN_NAMES[n % 13]}",
            "birth_date": f"{1940 + n % 65}-{1 + n % 12:02}-{1 + n % 28:02}",
            "sex": "MF"[n % 2],
            "nationality": NATIONS[n % 11],
            "document_number": f"P{n:08}",
            "room": str(100 + n % 300),
            "arrived_on": arrived.isoformat(),
            "expected_departure": (arrived + timedelta(days=1 + n % 9)).isoformat(),
            "permitted_until": (arrived + timedelta(days=30)).isoformat(),
        }


def body(amount: int) -> bytes:
    """Return the JSON body of an API call that declares this many invented guests."""
    return json.dumps(list(records(amount)) if amount > 1 else next(records(1))).encode()


def xml(amount: int) -> bytes:
    """Return a file in the national portal's XML with this many invented guests."""
    day = lambda text: date.fromisoformat(text).strftime("%d/%m/%Y")  # noqa: E731
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n<KHAI_BAO_TAM_TRU>']
    for n, guest in enumerate(records(amount), start=1):
        fields: dict[str, Any] = {
            "so_thu_tu": n,
            "ho_ten": guest["full_name"],
            "ngay_sinh": day(guest["birth_date"]),
            "ngay_sinh_dung_den": "D",
            "gioi_tinh": guest["sex"],
            "ma_quoc_tich": "D" if guest["nationality"] == "DEU" else guest["nationality"],
            "so_ho_chieu": guest["document_number"],
            "so_phong": guest["room"],
            "ngay_den": day(guest["arrived_on"]),
            "ngay_di_du_kien": day(guest["expected_departure"]),
            "ngay_tra_phong": "",
            "thoi_han_tam_tru": day(guest["permitted_until"]),
        }
        cells = "".join(f"        <{name}>{value}</{name}>\n" for name, value in fields.items())
        parts.append(f"    <THONG_TIN_KHACH>\n{cells}    </THONG_TIN_KHACH>")
    return "\n".join([*parts, "</KHAI_BAO_TAM_TRU>\n"]).encode()
