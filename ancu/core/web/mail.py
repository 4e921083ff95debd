"""Letters by email: one text template each, with the subject in its first line, in the reader's language."""

import smtplib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from ancu.core.web.language import data_language

T = TypeVar("T")


class LetterNotSent(Exception):
    """The letter could not be sent this time.

    It holds a code only: a mail server's text may name a person, and errors are logged. ``code``: mail_later,
    mail_refused, mail_credentials or mail_unreachable; ``status`` is the server's, if it has one.
    """

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__(code if status is None else f"{code}_{status}")
        self.code = code


class LetterRefused(LetterNotSent):
    """The letter was refused for good: sending it again to this address is useless."""


def render(template: str, language: str, **context: Any) -> str:
    """Return the text of ``template`` in the language of letters; ``site`` is the address of this site."""
    with translation.override(data_language(language)):
        return render_to_string(template, {"site": settings.PUBLIC_URL, **context}).strip()


def render_letter(template: str, language: str, **context: Any) -> tuple[str, str]:
    """Render ``template`` in this language; return the letter's subject (the first line) and its body."""
    subject, _empty, body = render(template, language, **context).partition("\n")
    return subject.strip(), body.strip() + "\n"


def send_letter(template: str, to: str, *, language: str = "vi", **context: Any) -> None:
    """Render ``template`` (subject, empty line, body) in ``language`` and send it to one address.

    Call it from a job with ``retry=retrying.LETTER``, so that no page waits for the mail server and a failed letter
    is retried for a day. Raises LetterNotSent, or LetterRefused when the address is refused for good.
    """
    subject, body = render_letter(template, language, **context)
    send_by_smtp(EmailMessage(subject=subject, body=body, to=[to]))


def send_by_smtp(letter: EmailMessage) -> None:
    """Send a letter by the mail server. Raises LetterNotSent, or LetterRefused when it is refused for good."""
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = min(code for code, _words in refused.recipients.values())
        raise _error_of_code(code) from None
    except smtplib.SMTPAuthenticationError:
        raise LetterNotSent("mail_credentials") from None
    except smtplib.SMTPResponseException as answer:
        raise _error_of_code(answer.smtp_code) from None
    except (OSError, smtplib.SMTPException):
        raise LetterNotSent("mail_unreachable") from None


def write_to_each(readers: Iterable[T], write: Callable[[T], None]) -> None:
    """Call ``write`` for each reader; an address that refuses mail for good does not stop the others.

    The first such LetterRefused is raised at the end. Any other error is raised at once.
    """
    refusals = []
    for reader in readers:
        try:
            write(reader)
        except LetterRefused as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]


def _error_of_code(code: int) -> LetterNotSent:
    """Return the error of an SMTP reply code: 4xx is temporary (RFC 5321, 4.2.1), 5xx permanent."""
    return LetterRefused("mail_refused", code) if code >= 500 else LetterNotSent("mail_later", code)
