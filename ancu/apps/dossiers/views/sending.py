"""The check before sending, the final summary, the sponsor's signature, and the confirmation."""

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
from ancu.apps.dossiers.forms.filing import AskSignatureForm, SendDossierForm
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.money import fee_items, fee_of
from ancu.apps.dossiers.selectors.papers import places_of
from ancu.apps.dossiers.selectors.preflight import is_passport_being_read
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import link_end_reason, look_up_code
from ancu.apps.dossiers.selectors.signatures import digest_of, is_signed
from ancu.apps.dossiers.selectors.signing import last_declined_signature
from ancu.apps.dossiers.selectors.steps import FormStep, step_of_field, steps_of
from ancu.apps.dossiers.selectors.summary import submitters_of, summary_sections
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import findings_by_photo
from ancu.apps.dossiers.services.preflight import preflight_of
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.outline import CHECK, outline
from ancu.apps.dossiers.views.page import own_dossier, require_filer
from ancu.apps.dossiers.views.writing import writable
from ancu.core.errors import Conflict, Http404
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import BEING_READ, CheckFinding

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

PAPERS_GROUP, WHOLE_GROUP = -1, -2
LETTERS_AN_HOUR = 10


@dataclass(frozen=True)
class CheckMessage:
    """A finding in the reader's language, with the link to fix it."""

    what: str
    why: str
    how: str
    article: str
    blocking: bool
    url: str


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, number: str) -> HttpResponse:
    """Show the findings by step, each with a link to fix it; a POST asks the sponsor to sign."""
    dossier = writable(request, number)
    sent = request.POST if request.method == "POST" else None
    form = AskSignatureForm(sent, initial={"email": dossier.sponsor_email})
    # Each request sends a letter from the office's address to an address the filer names.
    if sent is not None and not (use := allow("dossier-signature", str(request.actor.user_id), limit=LETTERS_AN_HOUR)):
        return too_many(request, use)
    if form.is_bound and form.is_valid() and _ask_sponsor(request, dossier, form):
        return redirect("dossiers:check", number)
    record_look(request.actor, dossier, page="check")
    steps = steps_of(dossier)
    preflight = preflight_of(request.actor, dossier)
    reading = next((finding for finding in preflight.findings if finding.code == BEING_READ), None)
    groups = _groups(dossier, steps, [finding for finding in preflight.findings if finding != reading])
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "outline": outline(dossier, steps, CHECK),
        "groups": groups,
        "reading": reading,
        "compared": preflight.compared,
        "link_ended": ""
        if dossier.sponsor_id
        else link_end_reason(dossier),  # a bound sponsor uses their own list instead
        "blocking": sum(
            len(check_group.empty) + sum(message.blocking for message in check_group.lines) for check_group in groups
        ),
        "declined": last_declined_signature(dossier),
        "unsigned": rules.needs_signature(dossier) and not is_signed(dossier),
        "form": form,
        "last": len(steps),
        "back_url": reverse("dossiers:papers", args=[number]),
    }
    return render(request, "dossiers/filing/check.html", context, status=422 if form.is_bound else 200)


def _ask_sponsor(request: Request, dossier: Dossier, form: AskSignatureForm) -> bool:
    """Return whether the letter was sent; otherwise the form shows the error."""
    try:
        filing.ask_signature(request.actor, dossier=dossier, **form.cleaned_data)
    except Conflict as conflict:
        if conflict.code != "own_signature":
            raise
        form.add_error("email", str(conflict.message))
        return False
    messages.success(request, _("The sponsor is named. Do not change anything until the sponsor has signed."))
    return True


@dataclass
class CheckGroup:
    """The findings of one step: empty fields as links in one line, the others one by one."""

    title: str
    empty: list[tuple[str, str]]
    lines: list[CheckMessage]
    why: CheckMessage | None = None


def _groups(dossier: Dossier, steps: list[FormStep], findings: Sequence[CheckFinding]) -> list[CheckGroup]:
    """Return the findings grouped by the step to which they belong, in order, then papers and the whole dossier.

    Groups without findings are left out; photo problems belong to the papers.
    """
    heading = _("The dossier as a whole")
    groups = {step.number: CheckGroup(localized(step.section, "title"), [], []) for step in steps}
    groups |= {PAPERS_GROUP: CheckGroup(_("Documents"), [], []), WHOLE_GROUP: CheckGroup(heading, [], [])}
    for finding in findings:
        step = step_of_field(steps, finding.field) if finding.field else None
        group = groups[step.number if step else PAPERS_GROUP if finding.component else WHOLE_GROUP]
        message = _check_message(dossier, finding, step)
        if step is not None and finding.code == "field_missing":
            group.empty.append((_label(step, finding.field or ""), message.url))
            group.why = message
        else:
            group.lines.append(message)
    groups[PAPERS_GROUP].lines += _photo_messages(dossier)
    return [group for group in groups.values() if group.lines or group.empty]


def _label(step: FormStep, name: str) -> str:
    """Return the field's label; for a table cell the column's, with its row number."""
    _form, key, *cell = name.split(".")
    field = step.form.fields[key]
    if len(cell) < 2:
        return localized(field, "label")
    column = next(cell_column for cell_column in field.columns if cell_column.key == cell[1])
    return f"{localized(column, 'label')} ({int(cell[0]) + 1})"


def _check_message(dossier: Dossier, finding: CheckFinding, step: FormStep | None) -> CheckMessage:
    """Return a finding as texts for the page, whether it blocks sending, and the address where to correct it.

    The address is "" if there is no such page.
    """
    url = ""
    if finding.code == "legal_file":  # its field states who sponsors, which cannot be corrected there
        url = reverse("dossiers:legal-file")
    elif step is not None and finding.field:
        at = field_id(finding.field)
        url = f"{reverse('dossiers:step', args=[dossier.number, step.number])}?mend=1#{at}"
    elif finding.component:
        url = f"{reverse('dossiers:papers', args=[dossier.number])}#paper-{finding.component}"
    elif finding.code == "signature_missing":
        url = "#sign"
    return CheckMessage(
        localized(finding, "what"),
        localized(finding, "why"),
        localized(finding, "how"),
        localized(finding, "article"),
        finding.severity == "blocking",
        url,
    )


def field_id(name: str) -> str:
    """Return the HTML id of the input of "FORM.key" or, in a table row, "FORM.table.0.key"."""
    _form, *rest = name.split(".")
    if len(rest) == 3:
        return f"field-{rest[0]}-{rest[1]}-{rest[2]}"
    return f"field-{rest[0]}"


def _photo_messages(dossier: Dossier) -> list[CheckMessage]:
    """Return the problems of the photos; an officer decides, so they never block."""
    papers = reverse("dossiers:papers", args=[dossier.number])
    return [
        CheckMessage(finding["message"], "", finding["mend"], "", False, f"{papers}#paper-{component.key}")
        for component, finding in findings_by_photo(dossier)
    ]


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: Request, number: str) -> HttpResponse:
    """Show the summary and send the dossier; members who may not send it see who may."""
    dossier = get_dossier(request.actor, number)
    if rules.may_sign(request.actor, dossier):  # the co-signer signs on that page only, after reading it
        return redirect("dossiers:signature", number)
    require_filer(request, dossier)
    if request.method != "POST":
        return _show_summary(request, dossier, SendDossierForm(initial={"digest": digest_of(dossier)}))
    form = SendDossierForm(request.POST)
    if not form.is_valid() and rules.may_send(request.actor, dossier):
        return _show_summary(request, dossier, form, status=422)
    act = filing.resubmit if dossier.state == State.SUPPLEMENT else filing.submit
    try:
        act(request.actor, dossier=dossier, digest=form.cleaned_data.get("digest", ""))
    except filing.DossierIncomplete as incomplete:
        if any(finding.code != BEING_READ for finding in incomplete.findings):
            messages.warning(request, _("Correct the errors before you submit."))
        return redirect("dossiers:check", dossier.number)
    return redirect("dossiers:sent", dossier.number)


def _show_summary(request: Request, dossier: Dossier, form: SendDossierForm, status: int = 200) -> HttpResponse:
    """Render the summary before sending: answers, papers, fee, signature and who may send; record the look."""
    record_look(request.actor, dossier, page="send")
    may_send = rules.may_send(request.actor, dossier)
    by_mandate = not rules.is_member_of_filer(request.actor, dossier) and rules.mandate_of(request.actor, dossier)
    context: dict[str, Any] = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "steps": summary_sections(dossier),
        "papers": [place for place in places_of(dossier) if place.received],
        "charges": fee_items(dossier),
        "form": form,
        "signed": is_signed(dossier),
        "reading": is_passport_being_read(dossier),
        "may_send": may_send and is_signed(dossier),
        "who_sends": [] if may_send or by_mandate else submitters_of(dossier),
        "by_mandate": by_mandate,
        "beyond_limits": rules.is_beyond_limits(request.actor, dossier),
    }
    return render(request, "dossiers/filing/send.html", context, status=status)


@never_cache
@require_safe
def sent(request: Request, number: str) -> HttpResponse:
    """Show a sent dossier's number and look-up code, and what happens next; a draft gives 404."""
    dossier = own_dossier(request, number)
    if dossier.submitted_at is None:
        raise Http404
    if dossier.state in FINAL:  # nothing on this page applies any more
        return redirect("dossiers:page", number)
    record_look(request.actor, dossier, page="sent")
    procedure = procedure_of(dossier)
    context = {
        "dossier": dossier,
        "name": localized(procedure, "name"),
        "article": localized(procedure, "article"),
        "days": procedure.deadline_days,
        "code": look_up_code(dossier.number),
        "sent_at": max(
            [dossier.submitted_at, *dossier.filings.values_list("sent_at", flat=True)]
        ),  # or of a supplement
        "charges": [] if fee_of(dossier).state == "paid" else fee_items(dossier),
        "originals": [
            place
            for place in places_of(dossier)
            if place.received
            and (place.received.by_post or place.component.kind == "original")
            and not place.received.is_original_here
        ],
        "public_url": settings.PUBLIC_URL,
    }
    return render(request, "dossiers/filing/sent.html", context)
