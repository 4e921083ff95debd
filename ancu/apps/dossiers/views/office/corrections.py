"""The second officer's decision on a correction."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.results import get_correction
from ancu.apps.dossiers.services import corrections, versions
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request


@conflict_page
@require_POST
def decide(request: Request, number: str) -> HttpResponse:
    """Confirm the waiting correction of the dossier's result, or leave the result with a reason."""
    dossier = office.get_office_dossier(request.actor, number)
    correction = get_correction(dossier)
    confirmed = request.POST.get("verdict") == "confirm"
    form = ReasonForm(request.POST)
    is_answered = confirmed or form.is_valid()
    if not is_answered and rules.may_decide_correction(request.actor, correction):
        messages.error(request, _("Write why the result stays as it is."))
        return redirect("dossiers:office-dossier", number)
    reason = "" if confirmed or not is_answered else form.cleaned_data["reason"]
    # For a decided correction the conflict reports the decision, not other changes.
    version = "" if correction.decided_at else request.POST.get("version", "")
    versions.run_unless_changed(
        lambda: corrections.decide(request.actor, correction=correction, confirmed=confirmed, reason=reason),
        request.actor, dossier, version=version,
    )  # fmt: skip
    messages.success(request, _("The result is corrected.") if confirmed else _("The result stays as it was."))
    return redirect("dossiers:office-dossier", number)
