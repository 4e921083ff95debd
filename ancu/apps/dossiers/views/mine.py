"""The filer's own list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.filing import ListPageForm
from ancu.apps.dossiers.selectors.mine import PAGE, my_dossiers, requests_to_filer
from ancu.apps.dossiers.views.rows import dossier_row
from ancu.core.errors import require
from ancu.core.web.http import Request


@require_safe
def mine(request: Request) -> HttpResponse:
    """Show the requests to the person first, then all dossiers, newest first."""
    require(rules.may_start(request.actor))
    before = ListPageForm.read(request.GET)
    dossiers = my_dossiers(request.actor, before)
    more = len(dossiers) > PAGE
    action_needed = requests_to_filer(request.actor) if before is None else []
    if dossier_ids := sorted({dossier.pk for dossier in [*dossiers, *action_needed]}):
        record_look(request.actor, ("dossiers.list", request.actor.organisation_id), dossiers=dossier_ids)
    context = {
        "requests": [dossier_row(request.actor, dossier) for dossier in action_needed],
        "dossiers": [dossier_row(request.actor, dossier) for dossier in dossiers[:PAGE]],
        "next": dossiers[PAGE - 1].pk if more else None,
        "first": before is None,
        "has_legal_file": rules.reads_own_legal(request.actor),
    }
    return render(request, "dossiers/filing/mine.html", context)
