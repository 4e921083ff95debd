"""What is sealed opens for its holder alone, in its place, and looks like everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.envelopes import (
    Cost,
    WrongKey,
    keys_of,
    new_pair,
    new_receipt,
    new_share,
    open_envelope,
    pad,
    pair_of_share,
    read_receipt,
    receipt_of,
    reseal,
    seal,
    unpad,
    unwrap,
    wrap,
)
from ancu.engines.envelopes.boxes import LEAST, padded_size

CHEAP = Cost(1, 8 * 1024)
TIP_TEXT = "Có người bán ma tuý ở bến xe".encode()
PLACE = b"tip:1"


def test_each_recipient_opens_it_and_nobody_else() -> None:
    unit, source, stranger = new_pair(), new_pair(), new_pair()
    sealed = seal(TIP_TEXT, to=[unit.public, source.public], place=PLACE)
    for header, pair in zip(sealed.headers, (unit, source), strict=True):
        assert open_envelope(header, sealed.body, pair.private, place=PLACE) == TIP_TEXT
        with pytest.raises(WrongKey):
            open_envelope(header, sealed.body, stranger.private, place=PLACE)
    assert TIP_TEXT not in sealed.body


def test_moved_or_changed_it_does_not_open() -> None:
    unit = new_pair()
    sealed = seal(TIP_TEXT, to=[unit.public], place=PLACE)
    changed = bytes([sealed.body[-1] ^ 1])
    for body, place in ((sealed.body, b"tip:2"), (sealed.body[:-1] + changed, PLACE), (b"", PLACE)):
        with pytest.raises(WrongKey):
            open_envelope(sealed.headers[0], body, unit.private, place=place)


def test_handed_over_only_the_new_holder_opens_it() -> None:
    old, new = new_pair(), new_pair()
    sealed = seal(TIP_TEXT, to=[old.public], place=PLACE)
    header = reseal(sealed.headers[0], old.private, to=new.public)
    assert open_envelope(header, sealed.body, new.private, place=PLACE) == TIP_TEXT
    with pytest.raises(WrongKey):
        open_envelope(header, sealed.body, old.private, place=PLACE)


@given(st.binary(max_size=300_000))
def test_padding_comes_off_again_and_costs_little(data: bytes) -> None:
    padded = pad(data)
    assert unpad(padded) == data
    assert len(padded) == LEAST or len(padded) <= (len(data) + 1) * 10 / 9


def test_there_are_few_sizes() -> None:
    assert len({padded_size(size) for size in range(1, LEAST)}) == 1
    assert len({padded_size(size) for size in range(LEAST, 2 * LEAST)}) <= 17


def test_a_passphrase_opens_however_its_accents_are_composed() -> None:
    pair = new_pair()
    wrapped = wrap(pair.private, "mùa lúa chín", cost=CHEAP)
    assert pair.private not in wrapped
    assert unwrap(wrapped, "mu\u0300a lu\u0301a chi\u0301n") == pair.private
    with pytest.raises(WrongKey):
        unwrap(wrapped, "mua lua chin")


def test_a_receipt_is_the_same_pair_and_place_again() -> None:
    receipt = new_receipt()
    typed = f" {receipt[:4]} {receipt[4:8]}-{receipt[8:12]}.{receipt[12:]} "
    assert read_receipt(typed) == receipt
    keys = keys_of(receipt, b"pepper", cost=CHEAP)
    assert keys_of(read_receipt(typed), b"pepper", cost=CHEAP) == keys
    assert keys_of(receipt, b"another", cost=CHEAP) != keys
    assert keys_of(None, b"pepper", cost=CHEAP).locator != keys.locator


@pytest.mark.parametrize("text", ["", "1234", "12345678901234567", "123456789012345x", "１２３"])
def test_what_is_no_receipt(text: str) -> None:
    assert read_receipt(text) is None


def test_a_form_has_one_receipt_that_only_the_office_can_work_out() -> None:
    assert receipt_of("form", b"pepper") == receipt_of("form", b"pepper")
    assert len({receipt_of("form", b"pepper"), receipt_of("form", b"other"), receipt_of("other", b"pepper")}) == 3


def test_a_share_is_read_as_people_type_it() -> None:
    share = new_share()
    pair = pair_of_share(share)
    assert pair and pair_of_share(share.lower().replace("-", " ")) == pair
    assert pair_of_share(share[:-1]) is None and pair_of_share("") is None
