"""Rights of officers: what a second administrator confirms, and what one administrator ends at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState
from ancu.apps.accounts.forms.administration import MoveForm, OfficerInvitationForm, RoleForm
from ancu.apps.accounts.selectors import administration as selectors
from ancu.apps.accounts.selectors import proposals as proposal_selectors
from ancu.apps.accounts.services import officers as services
from ancu.apps.accounts.services import proposals as proposal_services
from ancu.apps.accounts.services import terms
from ancu.core import clock
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.fresh_sign_in import is_fresh, show_again
from ancu.core.web.http import Request, conflicts_as_messages

FIELD_OF_CONFLICT = {"term": "ends_on", "has_role": "role", "agency": "agency", "closed": "email", "address": "email"}
DECISIONS = {
    "confirm": proposal_services.confirm,
    "refuse": proposal_services.refuse,
    "withdraw": proposal_services.withdraw,
}


@never_cache
@require_safe
def proposals(request: Request) -> HttpResponse:
    """What waits for a second administrator, and whom a letter invites."""
    actor = request.actor
    rows = [
        (proposal, rules.may_decide(actor, proposal), rules.may_withdraw(actor, proposal))
        for proposal in proposal_selectors.proposals(actor)
    ]
    context = {
        "rows": rows,
        "invitations": proposal_selectors.open_invitations(actor),
        "now": clock.now(),
        "alone": selectors.is_alone(actor),
        "days": rules.PROPOSAL_LIFE.days,
    }
    return render(request, "accounts/administration/proposals.html", context)


@require_POST
def decide(request: Request, pk: int, decision: str) -> HttpResponse:
    """Confirm, refuse or take back one proposal; what gives somebody rights asks for a fresh sign-in."""
    require(rules.administers_officers(request.actor))
    if decision not in DECISIONS:
        raise Http404
    if decision == "confirm" and not is_fresh(request):
        return show_again(request)
    proposal = proposal_selectors.get_proposal(request.actor, pk)
    with conflicts_as_messages(request):
        DECISIONS[decision](request.actor, proposal=proposal)
        messages.success(request, _outcome(decision))
    return redirect("administration:proposals")


def _outcome(decision: str) -> str:
    if decision == "confirm":
        return _("Confirmed. It is done, and the officer is told where a letter is needed.")
    return _("Refused. Nothing has changed.") if decision == "refuse" else _("The proposal is taken back.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """Propose to invite somebody to an agency."""
    form = OfficerInvitationForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(request, form, proposal_services.propose_invitation, {}, _("Invite an officer"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: Request, pk: int) -> HttpResponse:
    """Propose one more role for an officer."""
    officer = selectors.get_officer(request.actor, pk)
    form = RoleForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(request, form, proposal_services.propose_role, {"user": officer}, _("Give a role"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, pk: int) -> HttpResponse:
    """Propose to move an officer's role to another agency."""
    membership = selectors.get_officer_membership(request.actor, pk)
    form = MoveForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(
        request, form, proposal_services.propose_move, {"membership": membership}, _("Move to another agency")
    )


def _propose(
    request: Request, form: MoveForm, service: Callable[..., Any], about: dict[str, Any], title: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"agency": selectors.get_agency(request.actor, form.cleaned_data["agency"])}
        try:
            service(request.actor, **about, **values)
        except Conflict as conflict:
            form.add_error(FIELD_OF_CONFLICT.get(conflict.code), str(conflict.message))
        else:
            messages.success(request, _("Proposed. It counts once another administrator confirms it."))
            return redirect("administration:proposals")
    user = about.get("user") or (about["membership"].user if about else None)
    context = {"form": form, "title": title, "officer": user, "alone": selectors.is_alone(request.actor)}
    return render(request, "accounts/administration/propose.html", context, status=422 if form.errors else 200)


@require_POST
def propose_reset(request: Request, pk: int) -> HttpResponse:
    """Propose to take away a second factor that was lost."""
    return _propose_about(request, pk, proposal_services.propose_reset)


@require_POST
def propose_unlock(request: Request, pk: int) -> HttpResponse:
    """Propose to let a locked officer sign in again."""
    return _propose_about(request, pk, proposal_services.propose_unlock)


def _propose_about(request: Request, pk: int, service: Callable[..., Any]) -> HttpResponse:
    officer = selectors.get_officer(request.actor, pk)
    with conflicts_as_messages(request):
        service(request.actor, user=officer)
        messages.success(request, _("Proposed. It counts once another administrator confirms it."))
    return redirect("administration:officer", pk)


@require_POST
def lock(request: Request, pk: int) -> HttpResponse:
    """Nobody signs in with this account any more."""
    officer = selectors.get_officer(request.actor, pk)
    if not is_fresh(request):
        return show_again(request)
    with conflicts_as_messages(request):
        services.lock(request.actor, user=officer)
        messages.success(request, _("The account is locked and signed out everywhere."))
    return redirect("administration:officer", pk)


@require_POST
def end_officer(request: Request, pk: int) -> HttpResponse:
    """Every role ends, and with the last one the account."""
    officer = selectors.get_officer(request.actor, pk)
    if not is_fresh(request):
        return show_again(request)
    with conflicts_as_messages(request):
        tasks = services.end_officer(request.actor, user=officer)
        messages.success(request, _("%(name)s no longer acts for any agency.") % {"name": officer.full_name})
        _warn(request, tasks)
    return redirect("administration:officer", pk)


@require_POST
def confirm_role(request: Request, pk: int) -> HttpResponse:
    """An officer keeps a role for another year; that too gives somebody rights."""
    membership = selectors.get_officer_membership(request.actor, pk)
    if not is_fresh(request):
        return show_again(request)
    with conflicts_as_messages(request):
        confirmed = terms.confirm_role(request.actor, membership=membership)
        message = _("Confirmed: %(name)s, %(role)s, until %(day)s.")
        messages.success(
            request,
            message
            % {
                "name": membership.user.full_name,
                "role": membership.get_role_display(),
                "day": f"{confirmed.ends_on:%d/%m/%Y}",
            },
        )
    return redirect(f"{reverse('administration:officers')}?state={OfficerState.TO_CONFIRM}")


@require_POST
def end_role(request: Request, pk: int) -> HttpResponse:
    """One role of an officer ends."""
    membership = selectors.get_officer_membership(request.actor, pk)
    if not is_fresh(request):
        return show_again(request)
    with conflicts_as_messages(request):
        tasks = services.end_role(request.actor, membership=membership)
        messages.success(request, _("The role has ended."))
        _warn(request, tasks)
    return redirect("administration:officer", membership.user_id)


def _warn(request: Request, tasks: list[str]) -> None:
    """Say what others must do now that an officer has left."""
    for sentence in tasks:
        messages.warning(request, sentence)


@require_POST
def revoke_invitation(request: Request, pk: int) -> HttpResponse:
    """The link of a letter that invites an officer stops working."""
    invitation = proposal_selectors.get_officer_invitation(request.actor, pk)
    services.revoke_officer_invitation(request.actor, invitation=invitation)
    messages.success(request, _("The invitation is taken back; its link no longer works."))
    return redirect("administration:proposals")
