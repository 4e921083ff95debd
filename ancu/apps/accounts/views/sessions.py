"""Where a person is signed in, and signing out everywhere else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.accounts import services
from ancu.apps.accounts.selectors.sessions import sessions_of
from ancu.core.web.http import Request


@never_cache
@require_safe
def sessions(request: Request) -> HttpResponse:
    """List the browsers in which the person is signed in."""
    rows = sessions_of(request.actor, request.session.session_key or "")
    return render(request, "accounts/sessions.html", {"sessions": rows})


@require_POST
def end_others(request: Request) -> HttpResponse:
    """Sign the user out of every other browser, for example on a lost phone or a hotel's computer."""
    number = services.end_other_sessions(request.actor, keep=request.session.session_key or "")
    text = _("You have been signed out everywhere else.") if number else _("You were not signed in anywhere else.")
    messages.success(request, text)
    return redirect("accounts:sessions")


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """Sign the user out of one of the listed browsers."""
    services.end_session(request.actor, pk=pk)
    messages.success(request, _("That browser has been signed out."))
    return redirect("accounts:sessions")
