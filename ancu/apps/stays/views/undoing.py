"""Undo an act on stays, from the lodging's first page, a guest's page or a receipt."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancu.apps.stays import services
from ancu.apps.stays.views.today import lodging_page
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


@require_POST
@lodging_page
def undo(request: Request, establishment: Any, act: UUID) -> HttpResponse:
    """Undo an act on the lodging's stays, and redirect to the stay or, after several, to the first page."""
    with conflicts_as_messages(request):
        stays = services.undo(actor=request.actor, act=act)
        if len(stays) == 1:
            messages.success(request, _("Undone: %(name)s is as before.") % {"name": stays[0].full_name})
            return redirect("stays:stay", pk=stays[0].pk)
        messages.success(
            request, counted("Undone: %(n)s guest is as before.", "Undone: %(n)s guests are as before.", len(stays))
        )
    return redirect("stays:today")
