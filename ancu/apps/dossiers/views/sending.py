"""The check before sending, the last look, the sponsor's signature, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import FINAL, State
from ancu.apps.dossiers.forms.filing import AskSignatureForm, SendForm
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.money import fee_items, fee_of
from ancu.apps.dossiers.selectors.papers import places_of
from ancu.apps.dossiers.selectors.preflight import is_passport_being_read
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import link_ended, look_up_code
from ancu.apps.dossiers.selectors.signatures import digest_of, is_signed
from ancu.apps.dossiers.selectors.signing import declined
from ancu.apps.dossiers.selectors.steps import Step, step_of_field, steps_of
from ancu.apps.dossiers.selectors.summary import representatives_of, summary
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import photos_found
from ancu.apps.dossiers.services.preflight import preflight_of
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.apps.dossiers.views.outline import CHECK, outline
from ancu.apps.dossiers.views.page import of_filer, own_dossier
from ancu.apps.dossiers.views.writing import writable
from ancu.core.errors import Conflict, Http404
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import BEING_READ, Finding

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

PAPERS_GROUP, WHOLE_GROUP = -1, -2
LETTERS_AN_HOUR = 10


@dataclass(frozen=True)
class Told:
    """A finding in the reader's words, and where it is mended."""

    what: str
    why: str
    how: str
    article: str
    blocking: bool
    url: str


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, number: str) -> HttpResponse:
    """What an officer would find, by step, each with the way to mend it; a POST asks the sponsor to sign."""
    dossier = writable(request, number)
    sent = request.POST if request.method == "POST" else None
    form = AskSignatureForm(sent, initial={"email": dossier.sponsor_email})
    # Each is a letter from the office's address to whomever the filer names.
    if sent is not None and not (use := allow("dossier-signature", str(request.actor.user_id), limit=LETTERS_AN_HOUR)):
        return too_many(request, use)
    if form.is_bound and form.is_valid() and _sponsor_asked(request, dossier, form):
        return redirect("dossiers:check", number)
    record_look(request.actor, dossier, page="check")
    steps = steps_of(dossier)
    told = preflight_of(request.actor, dossier)
    reading = next((finding for finding in told.findings if finding.code == BEING_READ), None)
    groups = _groups(dossier, steps, [finding for finding in told.findings if finding != reading])
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "outline": outline(dossier, steps, CHECK),
        "groups": groups,
        "reading": reading,
        "compared": told.compared,
        "link_ended": "" if dossier.sponsor_id else link_ended(dossier),  # by his own list he comes without it
        "blocking": sum(len(one.empty) + sum(told.blocking for told in one.lines) for one in groups),
        "declined": declined(dossier),
        "unsigned": rules.needs_signature(dossier) and not is_signed(dossier),
        "form": form,
        "last": len(steps),
        "back_url": reverse("dossiers:papers", args=[number]),
    }
    return render(request, "dossiers/filing/check.html", context, status=422 if form.is_bound else 200)


def _sponsor_asked(request: Request, dossier: Dossier, form: AskSignatureForm) -> bool:
    """Whether the letter is on its way; else the form says why not."""
    try:
        filing.ask_signature(request.actor, dossier=dossier, **form.cleaned_data)
    except Conflict as conflict:
        if conflict.code != "own_signature":
            raise
        form.add_error("email", str(conflict.message))
        return False
    messages.success(request, _("The sponsor is named. Nothing may change until he has signed."))
    return True


@dataclass
class Group:
    """The findings of one step: what is still empty in one line of links, the rest one by one."""

    title: str
    empty: list[tuple[str, str]]
    lines: list[Told]
    why: Told | None = None


def _groups(dossier: Dossier, steps: list[Step], found: Sequence[Finding]) -> list[Group]:
    """The findings under the heading of the step they belong to, in the order of the steps."""
    whole = _("The dossier as a whole")
    groups = {step.number: Group(localized(step.section, "title"), [], []) for step in steps}
    groups |= {PAPERS_GROUP: Group(_("Papers"), [], []), WHOLE_GROUP: Group(whole, [], [])}
    for finding in found:
        step = step_of_field(steps, finding.field) if finding.field else None
        group = groups[step.number if step else PAPERS_GROUP if finding.component else WHOLE_GROUP]
        told = _told(dossier, finding, step)
        if step is not None and finding.code == "field_missing":
            group.empty.append((_label(step, finding.field or ""), told.url))
            group.why = told
        else:
            group.lines.append(told)
    groups[PAPERS_GROUP].lines += _of_photos(dossier)
    return [group for group in groups.values() if group.lines or group.empty]


def _label(step: Step, name: str) -> str:
    """The field's name; of a table's cell the column's, with the number of its row."""
    _form, key, *cell = name.split(".")
    field = step.form.fields[key]
    if len(cell) < 2:
        return localized(field, "label")
    column = next(one for one in field.columns if one.key == cell[1])
    return f"{localized(column, 'label')} ({int(cell[0]) + 1})"


def _told(dossier: Dossier, finding: Finding, step: Step | None) -> Told:
    url = ""
    if finding.code == "legal_file":  # its field says who sponsors, and there is nothing to mend in that
        url = reverse("dossiers:legal-file")
    elif step is not None and finding.field:
        at = field_id(finding.field)
        url = f"{reverse('dossiers:step', args=[dossier.number, step.number])}?mend=1#{at}"
    elif finding.component:
        url = f"{reverse('dossiers:papers', args=[dossier.number])}#paper-{finding.component}"
    elif finding.code == "signature_missing":
        url = "#sign"
    return Told(
        localized(finding, "what"),
        localized(finding, "why"),
        localized(finding, "how"),
        localized(finding, "article"),
        finding.severity == "blocking",
        url,
    )


def field_id(name: str) -> str:
    """Where "FORM.key" or "FORM.table.0.key" stands on its step's page."""
    _form, *rest = name.split(".")
    if len(rest) == 3:
        return f"field-{rest[0]}-{rest[1]}-{rest[2]}"
    return f"field-{rest[0]}"


def _of_photos(dossier: Dossier) -> list[Told]:
    """What the officer would object to in a photo; he decides, so it never blocks."""
    papers = reverse("dossiers:papers", args=[dossier.number])
    return [
        Told(finding["message"], "", finding["mend"], "", False, f"{papers}#paper-{component.key}")
        for component, finding in photos_found(dossier)
    ]


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Request, number: str) -> HttpResponse:
    """The last look at all of it, and sending it; a clerk sees who must send it."""
    dossier = get_dossier(request.actor, number)
    if rules.may_sign(request.actor, dossier):  # there alone he signs, and only what he has read
        return redirect("dossiers:signature", number)
    of_filer(request, dossier)
    if request.method != "POST":
        return _look(request, dossier, SendForm(initial={"digest": digest_of(dossier)}))
    form = SendForm(request.POST)
    if not form.is_valid() and rules.may_send(request.actor, dossier):
        return _look(request, dossier, form, status=422)
    act = filing.resubmit if dossier.state == State.SUPPLEMENT else filing.submit
    try:
        act(request.actor, dossier=dossier, digest=form.cleaned_data.get("digest", ""))
    except filing.Incomplete as incomplete:
        if any(finding.code != BEING_READ for finding in incomplete.findings):
            messages.warning(request, _("Something must be corrected before this can be sent."))
        return redirect("dossiers:check", dossier.number)
    return redirect("dossiers:sent", dossier.number)


def _look(request: Request, dossier: Dossier, form: SendForm, status: int = 200) -> HttpResponse:
    record_look(request.actor, dossier, page="send")
    may_send = rules.may_send(request.actor, dossier)
    context: dict[str, Any] = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "steps": summary(dossier),
        "papers": [place for place in places_of(dossier) if place.held],
        "charges": fee_items(dossier),
        "form": form,
        "signed": is_signed(dossier),
        "reading": is_passport_being_read(dossier),
        "may_send": may_send and is_signed(dossier),
        "who_sends": [] if may_send else representatives_of(dossier),
    }
    return render(request, "dossiers/filing/send.html", context, status=status)


@never_cache
@require_safe
def sent(request: Request, number: str) -> HttpResponse:
    """The number, the code with which it is looked up without an account, and what follows."""
    dossier = own_dossier(request, number)
    if dossier.submitted_at is None:
        raise Http404
    if dossier.state in FINAL:  # nothing of what this page asks for follows any more
        return redirect("dossiers:page", number)
    record_look(request.actor, dossier, page="sent")
    procedure = procedure_of(dossier)
    context = {
        "dossier": dossier,
        "name": localized(procedure, "name"),
        "article": localized(procedure, "article"),
        "days": procedure.deadline_days,
        "code": look_up_code(dossier.number),
        "sent_at": max([dossier.submitted_at, *dossier.filings.values_list("sent_at", flat=True)]),  # a supplement too
        "charges": [] if fee_of(dossier).state == "paid" else fee_items(dossier),
        "originals": [
            place
            for place in places_of(dossier)
            if place.held and (place.held.by_post or place.asked.kind == "original") and not place.held.is_original_here
        ],
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "dossiers/filing/sent.html", context)
