"""The filer's own list."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.filing import PageForm
from ancu.apps.dossiers.selectors.mine import PAGE, asked_of_me, my_dossiers
from ancu.apps.dossiers.views.rows import row
from ancu.core.errors import require
from ancu.core.web.http import Request


@require_safe
def mine(request: Request) -> HttpResponse:
    """What is asked of the person first, then everything, newest first."""
    require(rules.may_start(request.actor))
    before = PageForm.read(request.GET)
    found = my_dossiers(request.actor, before)
    more = len(found) > PAGE
    action_needed = asked_of_me(request.actor) if before is None else []
    if named := sorted({dossier.pk for dossier in [*found, *action_needed]}):
        record_look(request.actor, ("dossiers.list", request.actor.organisation_id), dossiers=named)
    context = {
        "asked": [row(request.actor, dossier) for dossier in action_needed],
        "dossiers": [row(request.actor, one) for one in found[:PAGE]],
        "next": found[PAGE - 1].pk if more else None,
        "first": before is None,
        "has_legal_file": rules.reads_own_legal(request.actor),
    }
    return render(request, "dossiers/filing/mine.html", context)
