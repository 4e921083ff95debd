"""Letters by email: one text template each, its first line the subject, in the reader's language."""

import smtplib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

T = TypeVar("T")


class LetterNotSent(Exception):
    """Not this time. Holds a code alone: what a mail server said may name a person, and goes into the log.

    ``code``: mail_later, mail_refused, mail_credentials or mail_unreachable; ``status`` is the server's, if it has one.
    """

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code if status is None else f"{code}_{status}")
        self.code = code


class LetterRefused(LetterNotSent):
    """Never, for this address: trying again is of no use."""


def render(template: str, language: str, **context: Any) -> str:
    """The text of ``template`` as the reader gets it; ``site`` is the address of the house."""
    with translation.override(language):
        return render_to_string(template, {"site": settings.PUBLIC_URL, **context}).strip()


def render_letter(template: str, language: str, **context: Any) -> tuple[str, str]:
    """Subject and body of ``template``, whose first line is the subject."""
    subject, _empty, body = render(template, language, **context).partition("\n")
    return subject.strip(), body.strip() + "\n"


def send_letter(template: str, to: str, *, language: str = "vi", **context: Any) -> None:
    """Render ``template`` (subject, empty line, body) in ``language`` and send it to one address.

    Call it from a job with ``retry=retrying.LETTER``, so that a page never waits for the mail server and a failed
    letter is tried for a day. Raises LetterNotSent, and LetterRefused when the server refuses the address for good.
    """
    subject, body = render_letter(template, language, **context)
    send_by_smtp(EmailMessage(subject=subject, body=body, to=[to]))


def send_by_smtp(letter: EmailMessage) -> None:
    """Hand a letter to the mail server. Raises LetterNotSent, and LetterRefused when it is refused for good."""
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = min(code for code, _words in refused.recipients.values())
        raise _failure(code) from None
    except smtplib.SMTPAuthenticationError:
        raise LetterNotSent("mail_credentials") from None
    except smtplib.SMTPResponseException as answer:
        raise _failure(answer.smtp_code) from None
    except (OSError, smtplib.SMTPException):
        raise LetterNotSent("mail_unreachable") from None


def write_to_each(readers: Iterable[T], write: Callable[[T], None]) -> None:
    """``write`` to each; one dead address keeps the letter from none of the others, and is raised at the end."""
    refusals = []
    for reader in readers:
        try:
            write(reader)
        except LetterRefused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


def _failure(code: int) -> LetterNotSent:
    """4xx: later (RFC 5321, 4.2.1); 5xx: never, for this address and letter."""
    return LetterRefused("mail_refused", code) if code >= 500 else LetterNotSent("mail_later", code)
