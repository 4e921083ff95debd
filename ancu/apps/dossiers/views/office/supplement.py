"""Requesting documents, with a preview of the letter."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.forms.office import MARKED_FIELDS, SupplementForm
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.facts import comparison_of
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.reading import field_choices
from ancu.apps.dossiers.selectors.requests import RequestOffer, offers_of
from ancu.apps.dossiers.selectors.wording import LANGUAGES, article_in_words
from ancu.apps.dossiers.services import handling, versions
from ancu.apps.dossiers.services.letters import language_of
from ancu.apps.dossiers.services.moving import require_in_state
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.office.queue_context import cursor_in_queue, dossier_url, queries
from ancu.core import clock
from ancu.core.web.http import Request
from ancu.core.web.language import localized


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: Request, number: str) -> HttpResponse:
    """Show the form to request documents of the filer; a POST previews the letter, with ``send`` sends it."""
    dossier = office.get_office_dossier(request.actor, number)
    require_in_state(request.actor, dossier, handling.JUDGED, rules.may_request_supplement)
    posted, cursor = request.method == "POST", cursor_in_queue(request, dossier)
    returned = [paper for paper in office.checklist(dossier) if paper.component.state == ComponentState.RETURNED]
    offers = _offers(request, dossier)
    chosen = [offer for offer in offers if offer.key in request.POST.getlist("offer")]
    form = SupplementForm(
        request.POST if posted else None,
        fields=field_choices(dossier), papers=len(returned) + len(chosen), initial=_initial_values(dossier),
    )  # fmt: skip
    valid = posted and form.is_valid()
    if valid and request.POST.get("send"):
        _send(request, dossier, form, chosen)
        messages.success(request, _("More documents have been requested. The processing time is paused."))
        return redirect(dossier_url(request, number, cursor))
    record_look(request.actor, dossier, page="supplement")
    context = (
        {"dossier": dossier, "form": form, "returned": returned, "offers": offers}
        | queries(request)
        | {
            "letter": _letter(dossier, form, valid, chosen),
            "reads": language_of(dossier),
            "version": versions.version_of(dossier),  # of the letter that is shown
            "answer_by": handling.answer_by(dossier),
            "action": request.get_full_path(),
            "languages": LANGUAGES,
            "vietnamese": language_of(dossier) == "vi",
            "chosen_keys": request.POST.getlist("offer"),
            "shown_paper": request.GET.get("paper", ""),
        }
    )
    template = "dossiers/office/request_step.html" if request.htmx and not posted else "dossiers/office/supplement.html"
    return render(request, template, context, status=422 if posted and not valid else 200)


def _offers(request: Request, dossier: Any) -> list[RequestOffer]:
    """Return what can be asked with one press; a ready sentence is about the paper that is shown, if it can be."""
    shown_paper = request.POST.get("paper") or request.GET.get("paper", "")
    return offers_of(dossier, comparison_of(dossier, ()), shown_paper)


def _send(request: Request, dossier: Any, form: SupplementForm, chosen: list[RequestOffer]) -> None:
    """Send the request, unless the dossier has changed since the letter was shown."""
    cleaned = {name: form.cleaned_data[name] for name in ("note_text", "article")}
    versions.run_unless_changed(
        lambda: handling.request_supplement(
            request.actor, dossier=dossier, fields=form.marked(), offers=chosen, **cleaned
        ),
        request.actor, dossier, version=request.POST.get("version", ""),
    )  # fmt: skip


def _initial_values(dossier: Any) -> dict[str, str]:
    """Return the initial values of a request for documents: the article, and fields with findings and reasons.

    They are the first ``MARKED_FIELDS`` findings of the pre-flight check.
    """
    initial = {"article": localized(procedure_of(dossier), "article")[:200]}
    field_names = {name for name, _label in field_choices(dossier)}
    marked = [finding for finding in findings(dossier, StayDisclosure.ALL) if finding.field in field_names][
        :MARKED_FIELDS
    ]
    for place, marked_finding in enumerate(marked, start=1):
        initial |= {f"field_{place}": marked_finding.field or "", f"why_{place}": localized(marked_finding, "what")}
    return initial


def _letter(dossier: Any, form: SupplementForm, valid: bool, chosen: list[RequestOffer]) -> dict[str, Any] | None:
    """Return the letter's content for its preview; None for an invalid form."""
    if not valid:
        return None
    note, article = form.cleaned_data["note_text"], form.cleaned_data["article"]
    return letter_of(dossier, note, article, chosen, form.marked())


def letter_of(
    dossier: Any, note: str, article: str, offers: Sequence[RequestOffer], fields: Mapping[str, str]
) -> dict[str, Any]:
    """Return the content of a request in the applicant's language.

    Keys: language, lines (as of ``supplement_lines``), note, article, answer_by.
    """
    items = handling.supplement_request_items(dossier, fields, offers)
    language = language_of(dossier)
    with translation.override(language):
        return {
            "language": language,
            "lines": office.supplement_lines(dossier, items, clock.now()),
            "note": note,
            "article": article_in_words(dossier, article),
            "answer_by": handling.answer_by(dossier),
        }
