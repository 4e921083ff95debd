"""A manager lets the makers of his program try: a sandbox with invented guests, and a key for it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ancu.apps.lodging import rules
from ancu.apps.lodging.selectors import get_establishment
from ancu.apps.stays.services.sandbox import CALLS, open_sandbox
from ancu.core.errors import require
from ancu.core.web.http import Request


@never_cache
@require_POST
def sandbox(request: Request, pk: int) -> HttpResponse:
    """The sandbox, made when there is none, with a fresh key; its text is on this page and nowhere else."""
    require(request.actor.is_lodging)
    establishment = get_establishment(request.actor, pk)
    require(rules.may_open_sandbox(request.actor, establishment))
    opened, secret = open_sandbox(request.actor, establishment=establishment)
    return render(request, "stays/sandbox.html", {"establishment": opened, "secret": secret, "calls": CALLS})
