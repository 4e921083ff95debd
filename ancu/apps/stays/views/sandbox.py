"""The sandbox in which makers of a manager's program can test: invented guests, and a key."""

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
    """Show the business's sandbox with a new key, which is displayed only once; create a missing sandbox."""
    require(request.actor.is_lodging)
    establishment = get_establishment(request.actor, pk)
    require(rules.may_open_sandbox(request.actor, establishment))
    opened, secret = open_sandbox(request.actor, establishment=establishment)
    return render(request, "stays/sandbox.html", {"establishment": opened, "secret": secret, "calls": CALLS})
