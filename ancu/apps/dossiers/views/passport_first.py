"""The first step of a dossier filed online: a picture of the passport, from which the form is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.filing import PaperUploadForm
from ancu.apps.dossiers.selectors import passport_zone
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services.papers import PURPOSE
from ancu.apps.dossiers.services.passport_first import fill_from_zone
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.outline import PASSPORT, outline
from ancu.apps.dossiers.views.papers import MEGABYTE, store_upload
from ancu.apps.dossiers.views.writing import writable
from ancu.core.errors import require
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

READINGS_AN_HOUR = 60  # each takes seconds of a processor; a company files for its workers


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def passport(request: Request, number: str) -> HttpResponse:
    """Show the field for the passport's picture; a POST reads it, fills in the form and leads to its first step."""
    dossier = writable(request, number)
    require(rules.is_filer(request.actor, dossier))
    if not passport_zone.asks_passport(procedure_of(dossier)):
        return redirect("dossiers:step", number, 1)
    component = passport_zone.passport_paper(procedure_of(dossier))
    if request.method != "POST":
        return _show(request, dossier, PaperUploadForm(component=component))
    if not (use := allow("passport-first", str(request.actor.user_id), limit=READINGS_AN_HOUR)):
        return too_many(request, use)
    upload = PaperUploadForm(request.POST, request.FILES, component=component)
    if not upload.is_valid() or not store_upload(request, dossier, upload):
        return _show(request, dossier, upload)
    _report_reading(request, fill_from_zone(request.actor, dossier=dossier))
    return redirect("dossiers:step", number, 1)


def _report_reading(request: Request, dossier: Dossier) -> None:
    """Show a message whether the passport could be read, and what to compare."""
    if not passport_zone.zone_values(dossier):
        messages.warning(request, _("We could not read the passport. Type the details, or send another picture."))
    elif not passport_zone.is_zone_certain(dossier):
        messages.warning(request, _("Some characters are uncertain. Compare the details with the passport."))
    else:
        messages.success(request, _("We filled in the form from the passport. Compare the details with it."))


def _show(request: Request, dossier: Dossier, upload: PaperUploadForm) -> HttpResponse:
    """Render the page with the upload's form, and record the look in the audit; 422 with errors in the form."""
    record_look(request.actor, dossier, page="passport")
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "outline": outline(dossier, steps_of(dossier), PASSPORT),
        "upload": upload,
        "purpose": PURPOSE,
        "max_bytes": upload.component.max_megabytes * MEGABYTE,
        "received": passport_zone.is_passport_pictured(dossier),
    }
    return render(request, "dossiers/filing/passport.html", context, status=422 if upload.is_bound else 200)
