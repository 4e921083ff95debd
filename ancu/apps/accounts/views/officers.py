"""Rights of officers: what a second administrator confirms, and what one administrator ends at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OfficerState
from ancu.apps.accounts.forms.administration import (
    READ_BY_ADMINISTRATOR,
    MoveOfficerForm,
    OfficerInvitationForm,
    RoleForm,
)
from ancu.apps.accounts.selectors import administration as selectors
from ancu.apps.accounts.selectors import proposals as proposal_selectors
from ancu.apps.accounts.services import officers as services
from ancu.apps.accounts.services import proposals as proposal_services
from ancu.apps.accounts.services import terms
from ancu.core import clock
from ancu.core.errors import Conflict, Http404, require
from ancu.core.forms.reasons import ReasonForm
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.web.http import Request, conflicts_as_messages

FIELD_OF_CONFLICT = {"term": "ends_on", "has_role": "role", "agency": "agency", "closed": "email", "address": "email"}
DECISIONS = {
    "confirm": proposal_services.confirm,
    "withdraw": proposal_services.withdraw,
}


@never_cache
@require_safe
def proposals(request: Request) -> HttpResponse:
    """List the proposals that wait for a second administrator and the pending invitations to agencies."""
    actor = request.actor
    rows = [
        (proposal, rules.may_decide(actor, proposal), rules.may_withdraw(actor, proposal))
        for proposal in proposal_selectors.proposals(actor)
    ]
    context = {
        "rows": rows,
        "invitations": proposal_selectors.open_invitations(actor),
        "now": clock.now(),
        "alone": selectors.is_only_administrator(actor),
        "refused": proposal_selectors.refused_proposals(actor),
        "days": rules.PROPOSAL_LIFE.days,
    }
    return render(request, "accounts/administration/proposals.html", context)


@require_POST
def decide(request: Request, pk: int, decision: str) -> HttpResponse:
    """Confirm or withdraw a proposal about an officer or an agency; confirming asks for a fresh sign-in."""
    require(rules.administers_officers(request.actor))
    if decision not in DECISIONS:
        raise Http404
    if decision == "confirm" and not is_fresh(request):
        return redirect_to_confirm(request)
    proposal = proposal_selectors.get_proposal(request.actor, pk)
    with conflicts_as_messages(request):
        DECISIONS[decision](request.actor, proposal=proposal)
        messages.success(request, _outcome(decision))
    return redirect("administration:proposals")


def _outcome(decision: str) -> str:
    """Return the success message for a proposal that was confirmed or withdrawn (``decision``)."""
    if decision == "confirm":
        return _("Confirmed. The change has been made, and the officer has been notified where necessary.")
    return _("You have withdrawn the proposal.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def refuse(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that refuses a proposal about an officer or an agency, with a reason."""
    proposal = proposal_selectors.get_proposal(request.actor, pk)

    def act(reason: str) -> None:
        """Refuse the proposal with the given reason."""
        proposal_services.refuse(request.actor, proposal=proposal, reason=reason)
        messages.success(request, _("Refused. Nothing has changed."))

    back = (reverse("administration:proposals"), _("Proposals and invitations"))
    page = ReasonPage(
        _("Refuse the proposal"), proposal_selectors.proposal_in_words(proposal), _("Refuse"), back,
        read_by=_(
            "The administrator who proposed it sees this reason. It is stored in the "
            "audit log."
        ), needs_fresh_sign_in=False,
    )  # fmt: skip
    return ask_reason(request, page, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request) -> HttpResponse:
    """Show and receive the form that proposes to invite a person to an agency."""
    form = OfficerInvitationForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(request, form, proposal_services.propose_invitation, {}, _("Invite an officer"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give_role(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form that proposes one more role for an officer."""
    officer = selectors.get_officer(request.actor, pk)
    form = RoleForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(request, form, proposal_services.propose_role, {"user": officer}, _("Give a role"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: Request, pk: int) -> HttpResponse:
    """Propose to move an officer's role to another agency."""
    membership = selectors.get_officer_membership(request.actor, pk)
    form = MoveOfficerForm(request.POST or None, agencies=selectors.agency_list(request.actor))
    return _propose(
        request, form, proposal_services.propose_move, {"membership": membership}, _("Move to another agency")
    )


def _propose(
    request: Request, form: MoveOfficerForm, service: Callable[..., Any], about: dict[str, Any], title: str
) -> HttpResponse:
    """Show the form and, when it is valid, propose by ``service(actor, **about, **values of the form)``.

    ``about`` holds the officer (``user``) or ``membership`` concerned. A Conflict becomes an error of its field.
    """
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"agency": selectors.get_agency(request.actor, form.cleaned_data["agency"])}
        try:
            service(request.actor, **about, **values)
        except Conflict as conflict:
            form.add_error(FIELD_OF_CONFLICT.get(conflict.code), str(conflict.message))
        else:
            messages.success(request, _("Proposed. It takes effect once another administrator confirms it."))
            return redirect("administration:proposals")
    user = about.get("user") or (about["membership"].user if about else None)
    context = {"form": form, "title": title, "officer": user, "alone": selectors.is_only_administrator(request.actor)}
    return render(request, "accounts/administration/propose.html", context, status=422 if form.errors else 200)


READ_BY_ADMINISTRATORS = gettext_lazy("Administrators see this reason. It is stored in the audit log.")


@dataclass(frozen=True)
class ReasonPage:
    """What a page says that asks for a reason before an act."""

    title: str
    intro: str
    button: str
    back: tuple[str, str]  # the address to go back and on to, and what it is called
    read_by: Any = READ_BY_ADMINISTRATORS
    needs_fresh_sign_in: bool = True


def ask_reason(request: Request, page: ReasonPage, act: Callable[[str], None]) -> HttpResponse:
    """Show a form that asks for a reason; when it is valid, call ``act`` with the reason."""
    if page.needs_fresh_sign_in and not is_fresh(request):
        return redirect_to_confirm(request)
    form = ReasonForm(request.POST if request.method == "POST" else None, help_text=page.read_by)
    if form.is_valid():
        with conflicts_as_messages(request):
            act(form.cleaned_data["reason"])
        return redirect(page.back[0])
    context = {"form": form, "page": page, "title": page.title}
    return render(request, "accounts/administration/reason.html", context, status=422 if form.errors else 200)


def _officer_page(officer: Any, title: str, intro: str, button: str, **more: Any) -> ReasonPage:
    """Return the texts of the page that asks for the reason of an act on an officer, with a link back."""
    back = (reverse("administration:officer", args=[officer.pk]), officer.full_name)
    return ReasonPage(title, intro, button, back, **more)


def _ask_and_propose(
    request: Request, officer: Any, title: str, intro: str, service: Callable[..., Any]
) -> HttpResponse:
    """Ask for a reason, then make the proposal about the officer by ``service``."""

    def act(reason: str) -> None:
        """Make the proposal with the given reason."""
        service(request.actor, user=officer, reason=reason)
        messages.success(request, _("Proposed. It takes effect once another administrator confirms it."))

    page = _officer_page(
        officer, title, intro, _("Propose the change"), read_by=READ_BY_ADMINISTRATOR, needs_fresh_sign_in=False
    )
    return ask_reason(request, page, act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose_reset(request: Request, pk: int) -> HttpResponse:
    """Propose to remove an officer's lost second factor."""
    intro = _(
        "Once another administrator confirms, the officer gets an email to choose a new password and sets up a new "
        "second factor."
    )
    officer = selectors.get_officer(request.actor, pk)
    return _ask_and_propose(request, officer, _("Reset the second factor"), intro, proposal_services.propose_reset)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose_unlock(request: Request, pk: int) -> HttpResponse:
    """Propose to let a locked officer sign in again."""
    officer = selectors.get_officer(request.actor, pk)
    intro = _("Another administrator must confirm.")
    return _ask_and_propose(request, officer, _("Unlock the account"), intro, proposal_services.propose_unlock)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: Request, pk: int) -> HttpResponse:
    """Lock an officer's account with a reason."""
    officer = selectors.get_officer(request.actor, pk)

    def act(reason: str) -> None:
        """Lock the account with the given reason."""
        services.lock(request.actor, user=officer, reason=reason)
        messages.success(request, _("The account has been locked and signed out everywhere."))

    intro = _(
        "The officer will be signed out everywhere and cannot sign in. Another administrator must confirm before the "
        "account is unlocked."
    )
    return ask_reason(request, _officer_page(officer, _("Lock the account"), intro, _("Lock the account")), act)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_officer(request: Request, pk: int) -> HttpResponse:
    """End all roles of an officer with a reason; the account is closed."""
    officer = selectors.get_officer(request.actor, pk)

    def act(reason: str) -> None:
        """End all roles with the given reason and show what others must do now."""
        tasks = services.end_officer(request.actor, user=officer, reason=reason)
        messages.success(request, _("%(name)s no longer acts for any agency.") % {"name": officer.full_name})
        _warn(request, tasks)

    intro = _("Sessions, leave and keys end at the same time. What the officer has done so far remains valid.")
    return ask_reason(request, _officer_page(officer, _("End all roles"), intro, _("End all roles")), act)


@require_POST
def confirm_role(request: Request, pk: int) -> HttpResponse:
    """Confirm an officer's role for another year; this too asks for a fresh sign-in."""
    membership = selectors.get_officer_membership(request.actor, pk)
    if not is_fresh(request):
        return redirect_to_confirm(request)
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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_role(request: Request, pk: int) -> HttpResponse:
    """End one role of an officer with a reason."""
    membership = selectors.get_officer_membership(request.actor, pk)

    def act(reason: str) -> None:
        """End the role with the given reason and show what others must do now."""
        tasks = services.end_role(request.actor, membership=membership, reason=reason)
        messages.success(request, _("The role has ended."))
        _warn(request, tasks)

    names = {"role": capfirst(membership.get_role_display()), "agency": membership.organisation.name}
    intro = (
        _("%(role)s, %(agency)s. The officer loses this role at once. What the officer has done so far remains valid.")
        % names
    )
    return ask_reason(request, _officer_page(membership.user, _("End the role"), intro, _("End the role")), act)


def _warn(request: Request, tasks: list[str]) -> None:
    """Show a warning for each thing (``tasks``) that others must do now that an officer has left."""
    for sentence in tasks:
        messages.warning(request, sentence)


@require_POST
def revoke_invitation(request: Request, pk: int) -> HttpResponse:
    """Withdraw an invitation to an agency."""
    invitation = proposal_selectors.get_officer_invitation(request.actor, pk)
    services.revoke_officer_invitation(request.actor, invitation=invitation)
    messages.success(request, _("You have withdrawn the invitation. Its link no longer works."))
    return redirect("administration:proposals")
