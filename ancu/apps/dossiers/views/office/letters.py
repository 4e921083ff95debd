"""The official letters that the office issued: their list, its print, and how the office signs them."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.enums import LetterKind, LetterSeries
from ancu.apps.dossiers.forms.letters import LetterheadForm, LettersForm
from ancu.apps.dossiers.rules.letters import may_set_letterhead, reads_letters
from ancu.apps.dossiers.selectors import letters as selectors
from ancu.apps.dossiers.selectors.letter_facts import recipient_of_letter
from ancu.apps.dossiers.services.letter_papers import letters_pdf
from ancu.apps.dossiers.services.letterhead import set_letterhead
from ancu.apps.dossiers.services.register_papers import MOST_PRINTED
from ancu.core.errors import Conflict, require
from ancu.core.forms.editing import EditPage
from ancu.core.templatetags.ui import number
from ancu.core.web.http import Request

FILTER_NAMES = ("period", "series", "kind")


@never_cache
@require_safe
def letters(request: Request) -> HttpResponse:
    """Show a page of the letters issued in a month, or in the chosen period, with the numbers of each series."""
    require(reads_letters(request.actor))
    form = LettersForm(request.GET)
    filters, after = form.letter_filter(), request.GET.get("after", "")
    issued = selectors.issued_letters(request.actor, filters)
    page, counts = selectors.letter_page(issued, after), selectors.counts_by_series(issued)
    _record_list_access(request, filters, page.rows)
    context = {
        "form": form, "filters": filters, "next_url": _url(request, after=page.after) if page.after else "",
        "lines": [(letter, recipient_of_letter(letter)) for letter in page.rows],
        "counts": [(series.label, counts.get(series, 0)) for series in LetterSeries],
        "first_url": _url(request) if after else "", "chips": _chips(request, filters),
        "previous_period_url": _url(request, period=filters.period.previous.key),
        "next_period_url": _url(request, period=filters.period.following.key),
        "print_url": reverse("dossiers:letters-print") + _url(request),
        "may_set_letterhead": may_set_letterhead(request.actor),
    }  # fmt: skip
    return render(request, "dossiers/office/letters.html", context)


def _url(request: Request, **changes: str) -> str:
    """Return the query string of the first page with the present filter, changed by ``changes``; "" removes one."""
    values = {name: request.GET.get(name, "") for name in FILTER_NAMES} | changes
    return "?" + urlencode({name: value for name, value in values.items() if value})


def _chips(request: Request, filters: selectors.LetterFilter) -> list[tuple[str, str]]:
    """Return (label, URL that removes it) of the chosen series and kind."""
    series = [(str(LetterSeries(filters.series).label), _url(request, series=""))] if filters.series else []
    kinds = [(str(LetterKind(filters.kind).label), _url(request, kind=""))] if filters.kind else []
    return series + kinds


def _record_list_access(request: Request, filters: selectors.LetterFilter, rows: Any, **details: str) -> None:
    """Record in the audit which letters' lines were viewed or printed: the filter and the dossiers."""
    keys = sorted({letter.dossier_id for letter in rows})
    subject = ("dossiers.letters", filters.period.key)
    record_look(request.actor, subject, filter=filters.codes(), count=len(rows), dossiers=keys, **details)


@never_cache
@require_safe
def letters_print(request: Request) -> HttpResponse:
    """Return the book of letters of the period as PDF; too long a list leads back with a message."""
    require(reads_letters(request.actor))
    filters = LettersForm(request.GET).letter_filter()
    issued = selectors.issued_letters(request.actor, filters)
    if issued[: MOST_PRINTED + 1].count() > MOST_PRINTED:
        sentence = _("A print has at most %(most)s lines. Choose a shorter period, such as a day.")
        messages.error(request, sentence % {"most": number(MOST_PRINTED)})
        return redirect(reverse("dossiers:letters") + _url(request))
    lines = selectors.letters_in_order(issued)
    _record_list_access(request, filters, lines, export="pdf")
    labels = [text for text, _address in _chips(request, filters)]
    pdf = letters_pdf(request.actor, filters.period, lines, selectors.counts_by_series(issued), labels)
    name = f"so-van-ban-di-{filters.period.key}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead(request: Request) -> HttpResponse:
    """Show how the office and its officers sign letters; once sent, save it."""
    agency = selectors.own_agency(request.actor)
    officers = [user for user, _signer in selectors.signers(agency)]
    data = request.POST if request.method == "POST" else None
    make = partial(_letterhead_form, officers)
    edit = EditPage(data, make, selectors.signing_values(agency))
    if edit.form.is_bound and edit.form.is_valid():
        try:
            set_letterhead(request.actor, edition=edit.edition, **edit.form.values())
        except Conflict as refused:
            edit.overtake(refused, selectors.signing_values(agency))
        else:
            messages.success(request, _("Saved. Letters issued from now on bear these signatures."))
            return redirect("dossiers:letterhead")
    context = {"form": edit.form, "edit": edit}
    return render(request, "dossiers/office/letterhead.html", context, status=edit.status)


def _letterhead_form(officers: Sequence[Any], data: Any, initial: dict[str, Any]) -> LetterheadForm:
    """Return the form of how letters are signed, with the submitted or initial values."""
    return LetterheadForm(data, initial=initial, officers=officers)
