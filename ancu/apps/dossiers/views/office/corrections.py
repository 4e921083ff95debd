"""A correction of a result, as the second officer decides on it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.results import open_correction
from ancu.apps.dossiers.services import corrections, versions
from ancu.core.errors import Http404
from ancu.core.http import Request, refusals_told


@require_POST
def decide(request: Request, number: str) -> HttpResponse:
    """Confirm the correction that waits, or leave the result as it is."""
    dossier = office.get_office_dossier(request.actor, number)
    waiting = open_correction(dossier)
    if waiting is None:
        raise Http404
    confirmed = request.POST.get("verdict") == "confirm"
    with refusals_told(request):
        versions.act_on(
            lambda: corrections.decide(request.actor, correction=waiting, confirmed=confirmed),
            request.actor, dossier, version=request.POST.get("version", ""),
        )  # fmt: skip
        messages.success(request, _("The result is corrected.") if confirmed else _("The result stays as it was."))
    return redirect("dossiers:office-dossier", number)
