"""Letters by e-mail: one text template each, its first line the subject, in the reader's language."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation


def send_letter(template: str, to: str, *, language: str = "vi", **context: Any) -> None:
    """Render ``template`` (subject, empty line, body) in ``language`` and send it to one address.

    Call it from a job, so that a page never waits for the mail server and a failed letter is tried again.
    """
    with translation.override(language):
        text = render_to_string(template, {"site": settings.PUBLIC_URL, **context})
    subject, _empty, body = text.strip().partition("\n")
    EmailMessage(subject=subject.strip(), body=body.strip() + "\n", to=[to]).send()
