"""The table of a declaration's fields agrees with the record that holds them."""

from typing import get_args, get_type_hints

from ancu.engines.exchange import BLANKS, CORRECTABLE, DECLARATION_FIELDS, FIELDS, STORED, Guest
from ancu.engines.exchange.fields import PORTAL, ColumnReading


def test_a_guest_has_every_stored_field_with_its_type() -> None:
    hints = {name: next(iter(get_args(hint))) for name, hint in get_type_hints(Guest).items()}
    assert hints == {field.name: field.kind for field in STORED}


def test_every_stored_field_has_what_its_consumers_read() -> None:
    for field in STORED:
        assert field.title and field.words and field.description, field.name
        assert field.kind is not str or field.required or field.blank is not None, field.name
        assert field.headers or field.name == "arrived_at", field.name


def test_no_name_is_given_twice() -> None:
    names = [field.name for field in DECLARATION_FIELDS]
    assert len(names) == len(set(names)) == len(FIELDS) + 1
    assert set(CORRECTABLE) <= {field.name for field in STORED} >= {name for name, _blank in BLANKS}
    assert len(PORTAL) == 12
    assert all(field.kind is str for field in DECLARATION_FIELDS if field.reading is not ColumnReading.OWN)
