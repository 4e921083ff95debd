"""The sponsor's pages: from the letter's link to an account, the form, and the signature."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts.selectors import get_user, user_by_email
from ancu.apps.accounts.services import sign_in
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.signing import DeclineSignatureForm, SignDossierForm
from ancu.apps.dossiers.selectors import get_component, get_dossier
from ancu.apps.dossiers.selectors.money import fee_of
from ancu.apps.dossiers.selectors.page import expected_dates, open_supplement, progress_steps
from ancu.apps.dossiers.selectors.public import SigningInvitation
from ancu.apps.dossiers.selectors.public import invitation_for as invited_by
from ancu.apps.dossiers.selectors.signing import declined_request, signing_page
from ancu.apps.dossiers.services import filing, sponsors
from ancu.apps.files.services import read_bytes
from ancu.core.forms import AccountForm
from ancu.core.security.rate_limits import allow, limit_posts, too_many
from ancu.core.web.http import Request, conflicts_as_messages

ACCOUNTS_AN_HOUR = 20
LETTERS_A_DAY, DAY = 3, 24 * 3600


def _sponsored(request: Request, number: str) -> Any:
    """Return a dossier that the actor must sign as sponsor, or raise 404."""
    dossier = get_dossier(request.actor, number)
    if not rules.is_sponsor(request.actor, dossier) or not rules.needs_signature(dossier):
        raise Http404
    return dossier


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: Request, number: str) -> HttpResponse:
    """Show the form, the papers, and the changes since an earlier signature; a POST signs."""
    try:
        dossier = _sponsored(request, number)
    except Http404:
        refusal = declined_request(request.actor, number)
        if refusal is None or request.method == "POST":
            raise
        return render(request, "dossiers/page/declined.html", {"refusal": refusal})
    if request.method != "POST":
        return _show_signing_page(request, dossier, SignDossierForm())
    form = SignDossierForm(request.POST)
    if not form.is_valid():
        return _show_signing_page(request, dossier, form, status=422)
    with conflicts_as_messages(request):
        filing.sign(request.actor, dossier=dossier, digest=form.cleaned_data["digest"])
        messages.success(request, _("You have signed. The dossier can be submitted now."))
    return redirect("dossiers:signature", number=number)


@require_POST
def decline(request: Request, number: str) -> HttpResponse:
    """Decline to sponsor the dossier; the person then loses access to it and sees only the refusal."""
    dossier = _sponsored(request, number)
    form = DeclineSignatureForm(request.POST)
    if not form.is_valid():
        return _show_signing_page(request, dossier, SignDossierForm(), decline_form=form, status=422)
    with conflicts_as_messages(request):
        sponsors.decline(request.actor, dossier=dossier, **form.cleaned_data)
        messages.success(
            request, _("You have declined to sponsor this dossier. The person who submitted it will see your reason.")
        )
    return redirect("dossiers:signature", number=number)


def _show_signing_page(
    request: Request,
    dossier: Any,
    form: SignDossierForm,
    *,
    decline_form: DeclineSignatureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page on which the sponsor reads and signs: content, progress, fee; record the look in the audit.

    ``decline_form`` is a form to decline with errors.
    """
    record_look(request.actor, dossier)
    context = {
        "reading": signing_page(request.actor, dossier),
        "dossier": dossier,
        "steps": progress_steps(dossier) if dossier.submitted_at else [],
        "expected": expected_dates(dossier),
        "supplement": open_supplement(dossier),
        "decline_form": decline_form or DeclineSignatureForm(),
        "may_decline": rules.may_decline(request.actor, dossier),
        "fee": fee_of(dossier) if rules.may_pay(request.actor, dossier) else None,
        "may_book": rules.may_book(request.actor, dossier) and bool(rules.purposes_of(dossier)),
        "form": form,
    }
    return render(request, "dossiers/page/signature.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@limit_posts("dossier-sponsor", limit=ACCOUNTS_AN_HOUR)
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: Request, number: str, code: str) -> HttpResponse:
    """Show the page of the letter's link, which reveals nothing about the dossier.

    The code proves that its holder reads the mail of the address, so an account opened here has a confirmed address.
    All invalid links get the same 404.
    """
    invitation = invited_by(number, code)
    if invitation is None:
        raise Http404
    dossier = invitation.dossier
    if invitation.ended and dossier.sponsor_id is None:  # a bound sponsor uses their own account instead
        return _link_ended_page(request, invitation)
    if request.user.is_authenticated:
        return _bind_signed_in(request, dossier)
    if user_by_email(dossier.sponsor_email) is not None:
        return render(
            request, "dossiers/page/invited.html", {"dossier": dossier, "form": None, "is_other_address": False}
        )
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = sponsors.open_account(dossier=dossier, language=get_language() or "vi", **form.cleaned_data)
        sign_in(request, user)
        return redirect("dossiers:signature", number=dossier.number)
    context = {"dossier": dossier, "form": form, "is_other_address": False}
    return render(request, "dossiers/page/invited.html", context, status=422 if form.is_bound else 200)


def _link_ended_page(request: Request, invitation: SigningInvitation) -> HttpResponse:
    """Explain why a link no longer works, and offer to send a new one to the same address."""
    number = invitation.dossier.number
    sent = request.method == "POST" and invitation.ended != "closed"
    if sent and not (use := allow("dossier-signature-again", number, limit=LETTERS_A_DAY, seconds=DAY)):
        return too_many(request, use)
    if sent:
        sponsors.resend_signature_request(dossier=invitation.dossier)
    context = {"number": number, "ended": invitation.ended, "sent": sent, "days": settings.SIGNATURE_LINK_DAYS}
    return render(request, "dossiers/page/link_ended.html", context, status=200 if sent else 410)


def _bind_signed_in(request: Request, dossier: Any) -> HttpResponse:
    """Ask the signed-in person to become the dossier's sponsor; on POST do it.

    403 unless the letter was sent to the person's address.
    """
    if get_user(request.actor.user_id or 0).email.lower() != dossier.sponsor_email:
        return render(
            request,
            "dossiers/page/invited.html",
            {"dossier": dossier, "form": None, "is_other_address": True},
            status=403,
        )
    if request.method == "POST" or dossier.sponsor_id == request.actor.user_id:
        sponsors.bind_sponsor(request.actor, dossier=dossier)
        return redirect("dossiers:signature", number=dossier.number)
    return render(request, "dossiers/page/invited.html", {"dossier": dossier, "form": None, "is_other_address": False})


@never_cache
@require_safe
def paper_file(request: Request, number: str, key: str) -> FileResponse:
    """Return a paper's file as a download, for the filer's side and for the sponsor who signs."""
    component = get_component(request.actor, number, key)
    own = rules.is_filer(request.actor, component.dossier) or rules.is_sponsor(request.actor, component.dossier)
    if component.file is None or not own:
        raise Http404
    record_look(request.actor, component, dossier=number)
    data = read_bytes(component.file)
    return FileResponse(
        BytesIO(data), as_attachment=True, filename=component.file.name, content_type=component.file.media_type
    )
