"""The page on which a representative sets what a clerk may prepare and submit."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.accounts import rules, selectors
from ancu.apps.accounts.forms.limits import LimitsForm
from ancu.apps.accounts.selectors.limits import limit_values, organisation_procedures
from ancu.apps.accounts.services.limits import set_limits
from ancu.core.errors import Conflict, require
from ancu.core.forms.editing import EditPage
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.web.http import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: Request, pk: int) -> HttpResponse:
    """Show what a clerk of the organisation may do, and save it, unless a colleague saved since."""
    require(rules.leads_sponsor(request.actor))
    membership = selectors.get_membership(request.actor, pk)
    require(rules.may_set_limits(request.actor, membership))
    if request.method == "POST" and not is_fresh(request):
        return redirect_to_confirm(request)
    data = request.POST if request.method == "POST" else None
    edit = EditPage(data, _limits_form, limit_values(membership))
    if edit.form.is_bound and edit.form.is_valid() and _save(request, membership, edit):
        return redirect("accounts:organisation")
    context = {"person": membership.user, "form": edit.form, "edit": edit}
    return render(request, "accounts/limits.html", context, status=edit.status)


def _limits_form(data: Any, initial: dict[str, Any]) -> LimitsForm:
    """Return the form with the submitted or the stored limits."""
    return LimitsForm(data, initial=initial, procedures=organisation_procedures())


def _save(request: Request, membership: Any, edit: EditPage) -> bool:
    """Save the limits; return False, with what a colleague saved beside it, if the page was overtaken."""
    try:
        set_limits(request.actor, membership=membership, edition=edit.edition, **edit.form.limits)
    except Conflict as refused:
        edit.overtake(refused, limit_values(selectors.get_membership(request.actor, membership.pk)))
        return False
    messages.success(request, _("Saved what %(name)s may do.") % {"name": membership.user.full_name})
    return True
