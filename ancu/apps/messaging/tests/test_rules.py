"""Which numbers get text messages, and how much of an address staff see."""

import pytest

from ancu.apps.messaging import rules
from ancu.apps.messaging.enums import DeliveryChannel, NotificationState, ThreadSide
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.rules import SubjectStanding


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 (0)912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("0386123456", "+84386123456"),
        ("0218 386 7000", ""),  # a landline
        ("01234567890", ""),  # eleven digits, before 2018
        ("113", ""),
        ("+49 170 1234567", "+491701234567"),
        ("+84 218 3867000", ""),
        ("", ""),
        ("０９１２３４５６７８", "+84912345678"),
    ],
)
def test_mobile_numbers(written, number):
    assert rules.mobile_number(written) == number


@pytest.mark.parametrize(
    ("channel", "address", "masked"),
    [
        (DeliveryChannel.EMAIL, "lan.ha@example.test", "l•••@example.test"),
        (DeliveryChannel.SMS, "+84912345678", "•••••••••678"),
    ],
)
def test_masked(channel, address, masked):
    assert rules.mask_address(channel, address) == masked


@pytest.mark.parametrize("state", NotificationState)
@pytest.mark.parametrize("side", ThreadSide)
@pytest.mark.parametrize("address", ["a@example.test", ""])
def test_only_the_office_sends_again_and_only_what_failed(state, side, address):
    may_send = rules.may_send_again(SubjectStanding("", "", side), Notification(state=state, address=address))
    assert may_send == (state == NotificationState.FAILED and side == ThreadSide.OFFICE and bool(address))
