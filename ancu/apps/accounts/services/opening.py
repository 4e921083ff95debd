"""Request an account: the letter with its link, and the link's content."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.core import signing
from django.db import transaction
from django.urls import reverse

from ancu.apps.accounts.models import PendingLetter, User
from ancu.core.db.jobs import enqueue
from ancu.core.web.mail import send_letter

OPENING = "ancu.accounts.opening"
OPENING_DAYS = 3


@dataclass(frozen=True)
class AccountOpening:
    """The content of a letter's link. ``onward``: the page from which the account was requested, or ""."""

    email: str
    sponsor: bool
    onward: str = ""


def opening_token(email: str, *, sponsor: bool, onward: str = "") -> str:
    """Return a signed ``AccountOpening`` for the link of a letter to ``email``; following it proves the address.

    ``sponsor``: a sponsoring organisation is registered too. ``onward`` is the page to continue to.
    """
    return signing.dumps({"email": email.strip().lower(), "sponsor": sponsor, "onward": onward}, salt=OPENING)


def read_opening(token: str) -> AccountOpening | None:
    """Return the ``AccountOpening`` that a letter's link contains; None if the link is expired or invalid."""
    try:
        return AccountOpening(**signing.loads(token, salt=OPENING, max_age=timedelta(days=OPENING_DAYS)))
    except signing.BadSignature:
        return None


@transaction.atomic
def request_opening(*, email: str, sponsor: bool, language: str, onward: str = "") -> PendingLetter:
    """Store and enqueue the letter that answers a request to open an account; return it.

    It is sent in any case; only the letter says whether the address has an account.
    """
    letter = PendingLetter.objects.create(
        email=email.strip().lower(), language=language, content={"sponsor": sponsor, "onward": onward}
    )
    enqueue("accounts.send_opening", letter_id=letter.pk)
    return letter


def send_opening(letter_id: int) -> None:
    """Send the link to open an account, or tell the address's owner that it has an account.

    Nothing if the letter was sent already.
    """
    letter = PendingLetter.objects.filter(pk=letter_id).first()
    if letter is None:
        return
    _send_letter(letter.email, letter.language, **letter.content)
    letter.delete()


def _send_letter(email: str, language: str, *, sponsor: bool, onward: str) -> None:
    """Send the letter to the e-mail address: the link to open an account, or that it already has one."""
    owner = User.objects.filter(email__iexact=email).first()
    if owner is not None:
        there = f"?{urlencode({'next': onward})}" if onward else ""
        send_letter("accounts/letters/have_account.txt", owner.email, language=owner.language, onward=there)
        return
    path = reverse("accounts:opening", args=[opening_token(email, sponsor=sponsor, onward=onward)])
    send_letter("accounts/letters/opening.txt", email, language=language, path=path, days=OPENING_DAYS)
