"""Letters by email: one text template each, its first line the subject, in the reader's language."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


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

    Call it from a job, so that a page never waits for the mail server and a failed letter is tried again.
    """
    subject, body = render_letter(template, language, **context)
    EmailMessage(subject=subject, body=body, to=[to]).send()
