"""The request as our views see it, with the actor and htmx on it; and how a refusal becomes a message."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ancu.core.actor import Actor
from ancu.core.errors import Conflict


class Request(HttpRequest):
    """For annotations only; ``config.middleware`` puts these on every HttpRequest."""

    actor: Actor
    htmx: HtmxDetails


@contextmanager
def refusals_told(request: Request) -> Iterator[None]:
    """A Conflict within becomes the message of the next page, in place of what the block would have said at its end."""
    try:
        yield
    except Conflict as refused:
        messages.error(request, str(refused.message))
