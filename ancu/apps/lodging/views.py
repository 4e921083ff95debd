"""Pages to register, edit, decide and view lodgings."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.forms import InviteForm, TokenForm
from ancu.apps.accounts.rules import may_end, may_invite, roles_to_give
from ancu.apps.accounts.selectors import invitations, members
from ancu.apps.accounts.selectors.limits import MemberRow
from ancu.apps.audit.services import record_look
from ancu.apps.lodging import rules, selectors, services
from ancu.apps.lodging.enums import TRANSITIONS, EstablishmentStatus
from ancu.apps.lodging.forms import AddLodgingForm, EditLodgingForm, RegisterLodgingForm, StatusReasonForm
from ancu.apps.messaging.selectors import Conversation, get_thread
from ancu.core import clock
from ancu.core.db.history import record_at, version_of
from ancu.core.errors import Conflict, require
from ancu.core.security import tokens
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.security.rate_limits import limit_posts
from ancu.core.transitions import follows
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header

CHOSEN = "establishment"  # in the session: the lodging a business works in now
REGISTRATIONS_AN_HOUR = 10


# --- registration -----------------------------------------------------------------------------------------


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@limit_posts("register", limit=REGISTRATIONS_AN_HOUR)
def register(request: Request) -> HttpResponse:
    """Show and receive the form that registers a lodging: with a new account, or as a manager's further one."""
    if not request.actor.is_public:
        return _add_page(request)
    form = RegisterLodgingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.register(
            email=form.cleaned_data["account_email"],
            password=form.cleaned_data["password"],
            language=get_language() or "vi",
            details=form.details(),
        )
        messages.success(request, _("We have received your registration."), extra_tags="draft:register")
        return redirect("lodging:registered")
    return render(request, "lodging/register.html", {"form": form})


def _add_page(request: Request) -> HttpResponse:
    """Show and receive the form by which a manager registers a further lodging of the business."""
    require(rules.may_register(request.actor))
    form = AddLodgingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = services.add_establishment(request.actor, details=form.details())
        request.session[CHOSEN] = added.pk
        messages.success(request, _("We have received your registration."), extra_tags="draft:register")
        return redirect("lodging:mine")
    return render(request, "lodging/register.html", {"form": form, "adding": True})


@login_not_required
@require_safe
def registered(request: Request) -> HttpResponse:
    """Show that the registration was received; the same page whether or not the address had an account."""
    return render(request, "lodging/registered.html")


# --- the office -------------------------------------------------------------------------------------------


@require_safe
def approvals(request: Request) -> HttpResponse:
    """Show the pending registrations of the officer's area, oldest first."""
    require(rules.reads_area(request.actor))
    waiting = list(selectors.pending_registrations(request.actor)[: selectors.PAGE])
    today = clock.today()
    rows = [
        (establishment, (today - clock.local(establishment.registered_at).date()).days) for establishment in waiting
    ]
    return render(request, "lodging/approvals.html", {"rows": rows, "full": len(rows) == selectors.PAGE})


@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: Request, pk: int) -> HttpResponse:
    """Show one registration; approve it, or return it with a reason."""
    require(rules.reads_area(request.actor))
    establishment = selectors.get_establishment(request.actor, pk)
    form = StatusReasonForm(request.POST if request.POST.get("decision") == "return" else None)
    if request.method == "POST":
        if request.POST.get("decision") == "approve":
            services.approve(request.actor, establishment=establishment)
            messages.success(
                request, _("You have approved %(name)s. It can now declare guests.") % {"name": establishment.name}
            )
            return redirect("lodging:approvals")
        if form.is_valid():
            services.give_back(request.actor, establishment=establishment, **form.cleaned_data)
            messages.success(request, _("You have returned %(name)s for correction.") % {"name": establishment.name})
            return redirect("lodging:approvals")
    record_look(request.actor, establishment)
    context = {"establishment": establishment, "form": form, "may_decide": _may_decide(request, establishment)}
    context["last_return"] = selectors.last_return(establishment)
    context["conversation"] = _conversation(request, establishment)
    return render(request, "lodging/approval.html", context)


def _may_decide(request: Request, establishment: Any) -> bool:
    """Whether the officer may approve, suspend or close the lodging."""
    return rules.may_decide(request.actor, establishment)


@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    """Show a lodging to the office; htmx loads its submissions from the stays app."""
    require(rules.reads_area(request.actor))
    establishment = selectors.get_establishment(request.actor, pk)
    record_look(request.actor, establishment)
    return _detail(request, establishment, StatusReasonForm())


def _conversation(request: Request, establishment: Any) -> Conversation:
    """Return the conversation between the office and the lodging."""
    standing = selectors.standing_to(request.actor, establishment)
    return get_thread(request.actor, "lodging", establishment.pk, standing=standing)


def _detail(request: Request, establishment: Any, form: StatusReasonForm, *, status: int = 200) -> HttpResponse:
    """Render the office's page of a lodging, with the form for a reason."""
    context = {
        "establishment": establishment,
        "may_decide": _may_decide(request, establishment),
        "moves": _possible_decisions(establishment),
        "form": form,
        "conversation": _conversation(request, establishment),
    }
    return render(request, "lodging/detail.html", context, status=status)


MOVES = {
    "suspend": (EstablishmentStatus.SUSPENDED, services.suspend),
    "reactivate": (EstablishmentStatus.ACTIVE, services.reactivate),
    "close": (EstablishmentStatus.CLOSED, services.close),
}


def _possible_decisions(establishment: Any) -> list[tuple[str, str, str]]:
    """Return (name, label, tone) of the decisions that officers may take in the lodging's present state."""
    words = {
        "suspend": (_("Suspend"), ""),
        "reactivate": (_("Lift the suspension"), "primary"),
        "close": (_("Close permanently"), "danger"),
    }
    waiting = establishment.status == EstablishmentStatus.PENDING
    open_ways = [
        name for name, (to, _act) in MOVES.items() if follows(TRANSITIONS, establishment.status, to) and not waiting
    ]
    return [(name, *words[name]) for name in open_ways]


@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    """Suspend, resume or close a lodging as an officer, with a reason that its manager reads."""
    require(rules.reads_area(request.actor))
    establishment = selectors.get_establishment(request.actor, pk)
    form = StatusReasonForm(request.POST)
    act = MOVES.get(request.POST.get("act", ""))
    if act is None or not form.is_valid():
        require(_may_decide(request, establishment))
        return _detail(request, establishment, form, status=422)
    moved = act[1](request.actor, establishment=establishment, **form.cleaned_data)
    messages.success(
        request, _("%(name)s is now: %(state)s.") % {"name": moved.name, "state": moved.get_status_display()}
    )
    return redirect("lodging:detail", pk)


# --- the lodging's own pages ------------------------------------------------------------------------------


@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """Show the lodging's own people its data, state, people and API keys."""
    return _own_page(request)


def _own_page(
    request: Request, *, token_form: TokenForm | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    """Render the lodging's page for its own people: data, people and API keys.

    ``secret`` is that of a key created just now, which is displayed only here.
    """
    require(request.actor.is_lodging)
    own = selectors.establishments_of(request.actor)
    establishment = selectors.pick(own, request.session.get(CHOSEN))
    record_look(request.actor, establishment)
    show_lodging_in_header(request, establishment)
    manages = may_invite(request.actor)
    people = list(members(request.actor))
    context = {
        "establishment": establishment,
        "wait": selectors.wait_of(establishment),
        "others": [candidate for candidate in own if candidate.pk != establishment.pk],
        "may_edit": rules.may_edit(request.actor, establishment),
        "may_resubmit": rules.may_resubmit(request.actor, establishment),
        "may_issue_tokens": rules.may_issue_tokens(request.actor, establishment),
        "may_open_sandbox": rules.may_open_sandbox(request.actor, establishment),
        "manages": manages,
        "people": [MemberRow(candidate, may_end(request.actor, candidate)) for candidate in people],
        "invitations": list(invitations(request.actor)) if manages else [],
        "tokens": list(selectors.tokens(establishment)) if manages else [],
        "invite_form": InviteForm(prefix="invite", roles=roles_to_give(request.actor)),
        "conversation": _conversation(request, establishment),
        "token_form": token_form or TokenForm(prefix="token"),
        "secret": secret,
        "now": clock.now(),
        "today": clock.today(),
        "soon": tokens.remind_until(),
    }
    return render(request, "lodging/mine.html", context, status=status)


@require_POST
def choose(request: Request, pk: int) -> HttpResponse:
    """Switch to another lodging of the business."""
    require(request.actor.is_lodging)
    request.session[CHOSEN] = selectors.get_establishment(request.actor, pk).pk
    return redirect("lodging:mine")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    """Show and receive the form by which a manager changes the lodging's data."""
    require(request.actor.is_lodging)
    establishment = selectors.get_establishment(request.actor, pk)
    require(rules.may_edit(request.actor, establishment))
    record_look(request.actor, establishment, page="edit")
    show_lodging_in_header(request, establishment)
    read = parse_whole_number(request.POST.get("version", ""))
    version = version_of(establishment) if read is None else read
    form = EditLodgingForm(establishment, request.POST or None, shown_values=record_at(establishment, version))
    if request.method == "POST" and form.is_valid():
        details = form.details(commune=form.place)
        try:
            services.update(request.actor, establishment=establishment, details=details, version=version)
        except Conflict as refused:
            if refused.code != "changed_since":
                raise
            return _changed_since_page(request, pk, form, refused)
        resubmits = rules.may_resubmit(request.actor, establishment)
        text = (
            _("The data is saved. Now send the registration again.") if resubmits else _("The lodging’s data is saved.")
        )
        messages.success(request, text, extra_tags=f"draft:lodging-{pk}")
        return redirect("lodging:mine")
    return render(request, "lodging/edit.html", {"form": form, "establishment": establishment, "version": version})


def _changed_since_page(request: Request, pk: int, form: EditLodgingForm, refused: Conflict) -> HttpResponse:
    """Render what others changed in the lodging after the page was read, with their names.

    The form keeps the person's own changes.
    """
    establishment = selectors.get_establishment(request.actor, pk)
    context = {
        "form": EditLodgingForm(establishment, typed=form.changed_fields()),
        "establishment": establishment,
        "version": version_of(establishment),
        "overtaken": refused.message,
        "changed_values": form.changed_values(establishment),
    }
    return render(request, "lodging/edit.html", context, status=409)


@require_POST
def resubmit(request: Request, pk: int) -> HttpResponse:
    """Resubmit a returned registration as the lodging's manager."""
    require(request.actor.is_lodging)
    services.resubmit(request.actor, establishment=selectors.get_establishment(request.actor, pk))
    messages.success(request, _("You have sent your registration to the officer again."))
    return redirect("lodging:mine")


@never_cache
@require_POST
def create_token(request: Request, pk: int) -> HttpResponse:
    """Create an API key of the lodging and show its secret, which no other page shows."""
    require(request.actor.is_lodging)
    establishment = selectors.get_establishment(request.actor, pk)
    require(rules.may_issue_tokens(request.actor, establishment))
    if not is_fresh(request):
        return redirect_to_confirm(request)
    request.session[CHOSEN] = establishment.pk
    form = TokenForm(request.POST, prefix="token")
    if not form.is_valid():
        return _own_page(request, token_form=form, status=422)
    try:
        _token, secret = services.create_token(request.actor, establishment=establishment, **form.cleaned_data)
    except Conflict as refused:
        form.add_error(None, str(refused.message))
        return _own_page(request, token_form=form, status=409)
    return _own_page(request, secret=secret)


@require_POST
def revoke_token(request: Request, pk: int) -> HttpResponse:
    """Revoke an API key of the lodging."""
    require(request.actor.is_lodging)
    services.revoke_token(request.actor, token=selectors.get_token(request.actor, pk))
    messages.success(request, _("The key no longer works."))
    return redirect("lodging:mine")
