"""Mandates: a company gives and revokes them, the agent accepts them, the office reads the letter."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.accounts import rules as account_rules
from ancu.apps.accounts.selectors import get_user
from ancu.apps.accounts.selectors.limits import organisation_procedures
from ancu.apps.accounts.selectors.mandates import (
    company_mandates,
    get_company_mandate,
    get_readable_mandate,
    mandate_by_digest,
    own_mandates,
)
from ancu.apps.accounts.services.mandates import accept_mandate, revoke_mandate
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.mandates import GiveMandateForm
from ancu.apps.dossiers.selectors.mandates import in_words, letter_of, office_letter
from ancu.apps.dossiers.selectors.office import get_office_dossier
from ancu.apps.dossiers.services.mandates import PURPOSE, give_with_letter
from ancu.apps.files.services import MAX_PAPER_BYTES, FileRefused, read_bytes
from ancu.core.errors import Conflict, require
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.security.tokens import digest_of
from ancu.core.web.http import Request, conflicts_as_messages

OFFERS_AN_HOUR = 20
TONES = {"in_force": "ok", "offered": "info", "to_begin": "info", "lapsed": "warn", "revoked": "mute", "ended": "mute"}


@never_cache
@require_safe
def mandates(request: Request) -> HttpResponse:
    """List the mandates that the actor's company gave, and those that the person has."""
    require(rules.may_start(request.actor))
    gives = account_rules.may_give_mandates(request.actor)
    of_company = in_words(list(company_mandates(request.actor))) if gives else []
    if of_company:
        record_look(request.actor, ("accounts.organisation", request.actor.organisation_id), page="mandates")
    context = {
        "gives": gives,
        "of_company": [
            (terms, TONES[terms.standing], account_rules.may_revoke_mandate(request.actor, terms.mandate))
            for terms in of_company
        ],
        "own": [(terms, TONES[terms.standing]) for terms in in_words(list(own_mandates(request.actor)))],
    }
    return render(request, "dossiers/mandates/mandates.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show and receive the form of a new mandate, after a recent sign-in: a file is not sent twice."""
    require(account_rules.may_give_mandates(request.actor))
    if not is_fresh(request):
        return redirect_to_confirm(request)
    sent = request.method == "POST"
    form = GiveMandateForm(
        request.POST if sent else None, request.FILES if sent else None, procedures=organisation_procedures()
    )
    if sent and not (use := allow("mandate", str(request.actor.organisation_id), limit=OFFERS_AN_HOUR)):
        return too_many(request, use)
    if sent and form.is_valid() and _give(request, form):
        messages.success(request, _("We have sent an email with the link to %(email)s.") % form.cleaned_data)
        return redirect("dossiers:mandates")
    context = {"form": form, "paper": form["letter"], "purpose": PURPOSE, "max_bytes": MAX_PAPER_BYTES}
    return render(request, "dossiers/mandates/new.html", context, status=422 if sent else 200)


FIELDS = {"days": "ends_on", "procedures": "procedures", "already_member": "email", "already_offered": "email"}


def _give(request: Request, form: GiveMandateForm) -> bool:
    """Give the mandate; return False, with the error in the form, if it is refused."""
    letter = {"upload_id": form.cleaned_data["letter_upload"], "sent": form.cleaned_data["letter"]}
    try:
        give_with_letter(request.actor, **letter, **form.terms)
    except Conflict as refused:
        form.add_error(FIELDS.get(refused.code), str(refused.message))
    except FileRefused as refused:
        form.add_error("letter", f"{refused.message} {refused.mend}".strip())
    return not form.errors


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """Revoke a mandate of the actor's company."""
    mandate = get_company_mandate(request.actor, pk)
    with conflicts_as_messages(request):
        revoke_mandate(request.actor, mandate=mandate)
        messages.success(request, _("The mandate is revoked. The agent no longer sees your dossiers."))
    return redirect("dossiers:mandates")


@never_cache
@require_safe
def letter(request: Request, pk: int) -> FileResponse:
    """Return the letter of a mandate to the company or the agent, recorded as a look in the audit."""
    mandate = get_readable_mandate(request.actor, pk)
    return _download(request, mandate, letter_of(mandate))


@never_cache
@require_safe
def office(request: Request, number: str, pk: int) -> FileResponse:
    """Return the letter of a mandate under which a dossier of the office was sent."""
    return _download(request, *office_letter(get_office_dossier(request.actor, number), pk))


def _download(request: Request, mandate: Any, file: Any) -> FileResponse:
    """Return the stored letter as a download, and record the look."""
    record_look(request.actor, mandate, scan="letter")
    return FileResponse(BytesIO(read_bytes(file)), as_attachment=True, filename=file.name, content_type=file.media_type)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: Request, secret: str) -> HttpResponse:
    """Show the mandate of a letter's link to the person it was offered to, who accepts it by a button."""
    mandate = mandate_by_digest(digest_of(secret))
    if mandate is None or not account_rules.is_offered(mandate):
        return render(request, "dossiers/mandates/gone.html", status=404)
    user = get_user(request.actor.user_id or 0)
    if user.email.lower() != mandate.email or request.actor.is_agency or request.actor.is_lodging:
        return render(request, "dossiers/mandates/other.html", status=403)
    if request.method == "POST":
        with conflicts_as_messages(request):
            accept_mandate(request.actor, mandate=mandate)
            messages.success(request, _("You may now act for %(name)s.") % {"name": mandate.organisation.name})
        return redirect("dossiers:mandates")
    context = {"terms": in_words([mandate])[0]}
    return render(request, "dossiers/mandates/accept.html", context)
