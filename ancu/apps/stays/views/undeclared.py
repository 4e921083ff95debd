"""Guests of files and groups who could not be declared: correct them, declare them, or dismiss them with a reason."""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ancu.apps.stays.enums import UndeclaredState
from ancu.apps.stays.forms.group import GroupForm
from ancu.apps.stays.forms.guest import message
from ancu.apps.stays.forms.oddities import oddities_context
from ancu.apps.stays.forms.picture import row_answers
from ancu.apps.stays.forms.undeclared import DismissForm
from ancu.apps.stays.forms.upload_row import RowForm
from ancu.apps.stays.rules.oddities import is_answered
from ancu.apps.stays.selectors.changes import acts_on_undeclared, field_changes, row_changes
from ancu.apps.stays.selectors.undeclared import (
    IS_SIMILAR,
    dismissed_rows,
    get_undeclared,
    similar_stay,
    stay_of,
    waiting_rows,
)
from ancu.apps.stays.services import differences_from, pictures
from ancu.apps.stays.services import undeclared as service
from ancu.apps.stays.services.outcome import DeclarationOutcome, RowOutcome
from ancu.apps.stays.services.row_texts import changed_texts
from ancu.apps.stays.views.today import lodging_page
from ancu.core.errors import Conflict
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number, show_lodging_in_header
from ancu.engines.exchange import GuestRow

PAGE = 50
DISMISSED_SHOWN = 50


@require_GET
@lodging_page
def undeclared(request: Request, establishment: Any) -> HttpResponse:
    """Show the guests who are not declared yet."""
    return _page(request, establishment)


def _page(
    request: Request, establishment: Any, dismiss: DismissForm | None = None, *, chosen: Collection[int] = ()
) -> HttpResponse:
    """Render the undeclared guests of all lodgings of the business; on the sandbox's page only the sandbox's.

    ``dismiss`` is a form to dismiss guests with errors, ``chosen`` the ids of the guests ticked.
    """
    of_sandbox = establishment.sandbox
    queryset = (
        waiting_rows(request.actor)
        .annotate(is_similar=IS_SIMILAR)
        .filter(establishment__sandbox=of_sandbox)
        .select_related("upload", "establishment")
        .defer("answers")
    )
    rows = list(queryset.order_by("-created_at", "upload_id", "position", "pk"))
    pairs = list(zip(rows, service.read_rows(rows), strict=True))
    ready = [(entry, row) for entry, row in pairs if service.is_ready(entry, row)]
    start = parse_whole_number(request.GET.get("from", "")) or 0
    context = oddities_context(service.find_batch_oddities(ready)) | {
        "groups": list(_groups(pairs[start : start + PAGE])),
        "total": len(rows),
        "ready": len(ready),
        "previous_url": f"?from={max(0, start - PAGE)}" if start else "",
        "next_url": f"?from={start + PAGE}" if len(rows) > start + PAGE else "",
        "dismiss_form": dismiss or DismissForm(),
        "chosen": chosen,
        "dismissed": dismissed_rows(request.actor).filter(establishment__sandbox=of_sandbox)[:DISMISSED_SHOWN],
    }
    return render(request, "stays/undeclared.html", context, status=422 if dismiss else 200)


def _groups(pairs: list[tuple[Any, GuestRow]]) -> Iterator[dict[str, Any]]:
    """Yield a dict for each file or group with its undeclared rows, what was read of their pictures, and a form."""
    strips = service.answers_by_row([entry.pk for entry, _row in pairs])
    for _pk, members in groupby(pairs, key=lambda pair: pair[0].upload_id):
        group = [(entry, row, row_answers(strips[entry.pk])) for entry, row in members]
        upload = group[0][0].upload
        yield {"upload": upload, "place": group[0][0].establishment, "rows": group, "form": _fill_form(upload.pk)}


def _fill_form(pk: UUID, data: Any = None) -> GroupForm:
    """Return the form to fill in common values of a file or group; empty, so that no unchosen day is written."""
    return GroupForm(data, auto_id=f"fill-{pk}-%s", initial={"arrived_on": None})


@require_http_methods(["GET", "POST"])
@lodging_page
def undeclared_row(request: Request, establishment: Any, pk: int) -> HttpResponse:
    """Show the form of one undeclared guest; when submitted, save it and declare the guest, or only save it.

    With errors or unconfirmed oddities the guest is not declared.
    """
    entry = get_undeclared(request.actor, pk)
    show_lodging_in_header(request, entry.establishment)
    if request.method == "GET" and (stay := stay_of(entry)) is not None:
        return _already_declared(request, stay)
    if request.method == "GET" and entry.state != UndeclaredState.OPEN:
        return redirect("stays:undeclared")
    [row] = service.read_rows([entry])
    form = RowForm(request.POST or None, row=row, texts=entry.texts)
    if not form.is_bound or not form.is_valid():
        return _row_page(request, entry, row, form)
    typed, displayed = form.cleaned_data, form.cleaned_data["page_texts"]
    try:
        corrected = service.correct_undeclared(actor=request.actor, pk=pk, texts=typed, displayed=displayed)
    except Conflict as conflict:
        return _overtaken(request, get_undeclared(request.actor, pk), form, conflict)
    if (stay := stay_of(entry)) is not None:
        return _already_declared(request, stay)
    if corrected.errors:
        return redirect("stays:undeclared_row", pk=pk)
    if "declare" not in request.POST:
        messages.success(request, _("Saved. This guest is ready to be declared."))
        return redirect("stays:undeclared")
    oddities = service.find_batch_oddities([(entry, corrected)])
    if not is_answered(oddities, request.POST):
        saved = get_undeclared(request.actor, pk)
        return _row_page(request, saved, corrected, RowForm(None, texts=saved.texts), **oddities_context(oddities))
    with conflicts_as_messages(request):
        outcomes = service.declare_undeclared(actor=request.actor, pks=[pk])
        answer = _declared_response(request, outcomes)
        is_unclear = any(row.differs or row.conflicts_with for outcome in outcomes for row in outcome.rows)
        return redirect("stays:undeclared_row", pk=pk) if is_unclear else answer
    return redirect("stays:undeclared")


def _already_declared(request: Request, stay: Any) -> HttpResponse:
    """Redirect to the guest's stay with the message that the guest is declared already."""
    messages.info(request, str(service.ALREADY_DECLARED))
    return redirect("stays:stay", pk=stay.pk)


def _overtaken(request: Request, entry: Any, form: RowForm, conflict: Conflict) -> HttpResponse:
    """Render an undeclared guest's form after a conflict: what others saved meanwhile, and what was typed.

    For a settled row, how it was settled.
    """
    [row] = service.read_rows([entry])
    if conflict.code != "changed_since":
        form.remarks = []  # of the emptied row, or of what nobody declares any more
        return _row_page(request, entry, row, form, settled=conflict.message, stay=stay_of(entry), status=409)
    differences = changed_texts(form.cleaned_data["page_texts"], entry.texts)
    changes = row_changes(request.actor, acts_on_undeclared(entry), differences)
    return _row_page(request, entry, row, form.with_texts(entry.texts), changes_since=changes, status=409)


def _row_page(request: Request, entry: Any, row: GuestRow, form: RowForm, **more: Any) -> HttpResponse:
    """Render the form of one undeclared guest, beside a similar declared guest if there is one."""
    status = more.pop("status", 422 if form.is_bound or more else 200)
    stay = similar_stay(entry) if entry.state == UndeclaredState.OPEN and "settled" not in more else None
    context = {
        "similar": stay,
        "differences": field_changes(differences_from(request.actor, stay.pk, row.values)[1]) if stay else [],
        "form": form,
        "entry": entry,
        "row": row,
        "strips": row_answers(pictures.unpack_answers(entry.answers)),
        "dismiss_form": DismissForm(),
    } | more
    return render(request, "stays/undeclared_row.html", context, status=status)


@require_POST
@lodging_page
def confirm_compared(request: Request, establishment: Any, pk: int) -> HttpResponse:
    """Confirm that the doubtful characters of a row were read correctly."""
    get_undeclared(request.actor, pk)
    with conflicts_as_messages(request):
        service.correct_undeclared(actor=request.actor, pk=pk, texts={})
    return redirect("stays:undeclared")


@require_POST
@lodging_page
def declare_all(request: Request, establishment: Any) -> HttpResponse:
    """Declare every undeclared guest who is ready; their number must still be that displayed."""
    good = parse_whole_number(request.POST.get("good", ""))
    with conflicts_as_messages(request):
        sure = request.POST.get("sure", "")
        outcomes = service.declare_ready(
            actor=request.actor, good=-1 if good is None else good, sure=sure, sandbox=establishment.sandbox
        )
        return _declared_response(request, outcomes)
    return redirect("stays:undeclared")


def _declared_response(request: Request, outcomes: list[DeclarationOutcome]) -> HttpResponse:
    """Return to the list of undeclared guests, with messages on those declared, known and refused."""
    tags = "sandbox" if request.in_sandbox else ""  # of these guests; the next page may be another lodging’s
    differing = _differing(outcomes)
    accepted = sum(outcome.accepted for outcome in outcomes)
    already_declared = sum(outcome.already_declared for outcome in outcomes) - len(differing)
    settled = [(row, outcome) for outcome in outcomes for row in outcome.rows if row.stay_id and not row.differs]
    numbers = list(dict.fromkeys(row.receipt or outcome.receipt for row, outcome in settled))
    links = format_html_join(", ", '<a class="number" href="{}">{}</a>', _receipts(numbers))
    if accepted:
        sentence = counted("%(n)s guest declared.", "%(n)s guests declared.", accepted)
        messages.success(request, format_html("{} {} {}", sentence, _("Receipt:"), links), extra_tags=tags)
    if already_declared:
        sentence = counted("%(n)s guest was declared before.", "%(n)s guests were declared before.", already_declared)
        messages.info(request, format_html("{} {} {}", sentence, _("Receipt:"), links), extra_tags=tags)
    for row in (row for outcome in outcomes for row in outcome.rows if row.state == "refused"):
        messages.error(request, f"{row.row.values.full_name}: {' '.join(message(error) for error in row.errors)}")
    for row in differing:
        sentence = _("%(name)s is not declared: a similar guest is declared with different data. Compare the two.")
        messages.warning(request, sentence % {"name": row.row.values.full_name})
    return redirect("stays:undeclared")


def _differing(outcomes: list[DeclarationOutcome]) -> list[RowOutcome]:
    """Return the rows whose guest was declared before with other data."""
    return [row for outcome in outcomes for row in outcome.rows if row.differs]


def _receipts(numbers: list[str | None]) -> Iterator[tuple[str, str]]:
    """Yield (address of the receipt's page, number) for each receipt number; None is skipped."""
    for number in numbers:
        if number:
            yield reverse("stays:receipt", args=[number]), number


@require_POST
@lodging_page
def fill(request: Request, establishment: Any, pk: UUID) -> HttpResponse:
    """Set the room and the days of all guests of a file or group who lack them."""
    form = _fill_form(pk, request.POST)
    if not form.is_valid():
        errors_text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"{_('Nothing was filled in.')} {errors_text}")
        return redirect("stays:undeclared")
    pks = list(waiting_rows(request.actor).filter(upload=pk).values_list("pk", flat=True))
    number = service.fill_undeclared(actor=request.actor, pks=pks, texts=form.texts)
    if number:
        messages.success(request, counted("Filled in for %(n)s guest.", "Filled in for %(n)s guests.", number))
    else:
        messages.info(request, _("Nothing was filled in: no guest lacks these details."))
    return redirect("stays:undeclared")


@require_POST
@lodging_page
def dismiss(request: Request, establishment: Any) -> HttpResponse:
    """Dismiss the chosen undeclared guests with a reason, and redirect to the list; an invalid form is shown again."""
    form = DismissForm(request.POST)
    pks = [pk for text in request.POST.getlist("row") if (pk := parse_whole_number(text)) is not None]
    if not pks:
        messages.warning(request, _("No guest was chosen. Nothing was changed."))
        return redirect("stays:undeclared")
    if not form.is_valid():
        return _dismiss_page(request, establishment, pks, form)
    number = service.dismiss_undeclared(actor=request.actor, pks=pks, **form.cleaned_data)
    if number:
        messages.success(request, counted("%(n)s guest dismissed.", "%(n)s guests dismissed.", number))
    else:
        messages.warning(request, _("These guests have already been declared or dismissed."))
    return redirect("stays:undeclared")


def _dismiss_page(request: Request, establishment: Any, pks: list[int], form: DismissForm) -> HttpResponse:
    """Render the page from which the dismissal was sent again, with the errors of its form."""
    if "on_row" not in request.POST:
        return _page(request, establishment, form, chosen=pks)
    entry = get_undeclared(request.actor, pks[0])
    show_lodging_in_header(request, entry.establishment)
    [row] = service.read_rows([entry])
    return _row_page(request, entry, row, RowForm(None, texts=entry.texts), dismiss_form=form)


@require_POST
@lodging_page
def reopen(request: Request, establishment: Any, pk: int) -> HttpResponse:
    """Put a dismissed guest back among the undeclared ones and redirect to the list."""
    get_undeclared(request.actor, pk)
    with conflicts_as_messages(request):
        service.reopen_undeclared(actor=request.actor, pk=pk)
        messages.success(request, _("The guest is back in the list of guests not declared yet."))
    return redirect("stays:undeclared")
