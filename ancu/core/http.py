"""The request as our views see it: with the actor and htmx on it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ancu.core.actor import Actor


class Request(HttpRequest):
    """For annotations only; ``config.middleware`` puts these on every HttpRequest."""

    actor: Actor
    htmx: HtmxDetails
