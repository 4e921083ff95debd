"""Guests of files and groups who could not be declared: correct them, declare them, or dismiss them with a reason."""

from collections.abc import Iterator
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
from ancu.apps.stays.forms.oddities import asked
from ancu.apps.stays.forms.picture import of_row
from ancu.apps.stays.forms.undeclared import DismissForm
from ancu.apps.stays.forms.upload_row import RowForm
from ancu.apps.stays.rules.oddities import is_answered
from ancu.apps.stays.selectors.undeclared import dismissed_rows, get_undeclared, waiting_rows
from ancu.apps.stays.services import pictures
from ancu.apps.stays.services import undeclared as service
from ancu.apps.stays.services.outcome import Outcome
from ancu.apps.stays.views.today import lodging_page
from ancu.core.http import Request, refusals_told, whole_number
from ancu.core.templatetags.ui import counted
from ancu.engines.exchange import Row

PAGE = 50
DISMISSED_SHOWN = 50


@require_GET
@lodging_page
def undeclared(request: Request, establishment: Any) -> HttpResponse:
    return _page(request)


def _page(request: Request, dismiss: DismissForm | None = None) -> HttpResponse:
    waiting = waiting_rows(request.actor).select_related("upload", "establishment").defer("answers")
    rows = list(waiting.order_by("-created_at", "upload_id", "position", "pk"))
    read = service.read_rows(rows)
    ready = [(one, row) for one, row in zip(rows, read, strict=True) if service.is_ready(row)]
    start = whole_number(request.GET.get("from", "")) or 0
    pairs = list(zip(rows, read, strict=True))[start : start + PAGE]
    context = asked(service.odd_together(ready)) | {
        "groups": list(_groups(pairs)),
        "total": len(rows),
        "ready": len(ready),
        "previous_url": f"?from={max(0, start - PAGE)}" if start else "",
        "next_url": f"?from={start + PAGE}" if len(rows) > start + PAGE else "",
        "dismiss_form": dismiss or DismissForm(),
        "dismissed": dismissed_rows(request.actor)[:DISMISSED_SHOWN],
    }
    return render(request, "stays/undeclared.html", context, status=422 if dismiss else 200)


def _groups(pairs: list[tuple[Any, Row]]) -> Iterator[dict[str, Any]]:
    """The rows of one file or group beside each other, those of a page with what was read of their pictures."""
    strips = service.pictures_seen([one.pk for one, _row in pairs])
    for _pk, members in groupby(pairs, key=lambda pair: pair[0].upload_id):
        group = [(one, row, of_row(strips[one.pk])) for one, row in members]
        upload = group[0][0].upload
        yield {"upload": upload, "place": group[0][0].establishment, "rows": group, "form": _fill_form(upload.pk)}


def _fill_form(pk: UUID, data: Any = None) -> GroupForm:
    """Empty at first, so that no day is written which nobody chose."""
    return GroupForm(data, auto_id=f"fill-{pk}-%s", initial={"arrived_on": None})


@require_http_methods(["GET", "POST"])
@lodging_page
def undeclared_row(request: Request, establishment: Any, pk: int) -> HttpResponse:
    """One guest opened to be corrected; sent, he is declared at once when nothing is wrong any more."""
    found = get_undeclared(request.actor, pk)
    if found.state != UndeclaredState.OPEN:
        return redirect("stays:undeclared")
    [row] = service.read_rows([found])
    form = RowForm(request.POST or None, row=row, texts=found.texts)
    if form.is_bound and form.is_valid():
        with refusals_told(request):
            corrected = service.correct_undeclared(actor=request.actor, pk=pk, texts=form.cleaned_data)
            if corrected.errors:
                return redirect("stays:undeclared_row", pk=pk)
            odd = service.odd_together([(found, corrected)])
            if "declare" not in request.POST:
                messages.success(request, _("Saved. This guest is ready to be declared."))
            elif is_answered(odd, request.POST):
                return _declared(request, service.declare_undeclared(actor=request.actor, pks=[pk]))
            else:
                return _row_page(request, found, corrected, form, **asked(odd))
        return redirect("stays:undeclared")
    return _row_page(request, found, row, form)


def _row_page(request: Request, found: Any, row: Row, form: RowForm, **odd: Any) -> HttpResponse:
    context = odd | {
        "form": form,
        "found": found,
        "row": row,
        "strips": of_row(pictures.unpacked(found.answers)),
        "dismiss_form": DismissForm(),
    }
    return render(request, "stays/undeclared_row.html", context, status=422 if odd else 200)


@require_POST
@lodging_page
def compared(request: Request, establishment: Any, pk: int) -> HttpResponse:
    """The person compared the doubtful characters with the passport: they are right as they were read."""
    get_undeclared(request.actor, pk)
    with refusals_told(request):
        service.correct_undeclared(actor=request.actor, pk=pk, texts={})
    return redirect("stays:undeclared")


@require_POST
@lodging_page
def declare_all(request: Request, establishment: Any) -> HttpResponse:
    good = whole_number(request.POST.get("good", ""))
    with refusals_told(request):
        sure = request.POST.get("sure", "")
        outcomes = service.declare_ready(actor=request.actor, good=-1 if good is None else good, sure=sure)
        return _declared(request, outcomes)
    return redirect("stays:undeclared")


def _declared(request: Request, outcomes: list[Outcome]) -> HttpResponse:
    accepted = sum(one.accepted for one in outcomes)
    before = sum(one.already_declared for one in outcomes)
    numbers = list(dict.fromkeys(row.receipt or one.receipt for one in outcomes for row in one.rows if row.stay_id))
    links = format_html_join(", ", '<a class="number" href="{}">{}</a>', _receipts(numbers))
    if accepted:
        said = counted("%(n)s guest declared.", "%(n)s guests declared.", accepted)
        messages.success(request, format_html("{} {} {}", said, _("Receipt:"), links))
    if before:
        said = counted("%(n)s guest was declared before.", "%(n)s guests were declared before.", before)
        messages.info(request, format_html("{} {} {}", said, _("Receipt:"), links))
    for one in (row for outcome in outcomes for row in outcome.rows if row.state == "refused"):
        messages.error(request, f"{one.row.values.full_name}: {' '.join(message(error) for error in one.errors)}")
    return redirect("stays:undeclared")


def _receipts(numbers: list[str | None]) -> Iterator[tuple[str, str]]:
    for number in numbers:
        if number:
            yield reverse("stays:receipt", args=[number]), number


@require_POST
@lodging_page
def fill(request: Request, establishment: Any, pk: UUID) -> HttpResponse:
    """Write the room and the days once for all guests of a file or group who lack them."""
    form = _fill_form(pk, request.POST)
    if not form.is_valid():
        wrong = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, f"{_('Nothing was filled in.')} {wrong}")
        return redirect("stays:undeclared")
    number = service.fill_undeclared(actor=request.actor, upload_id=pk, texts=form.texts)
    if number:
        messages.success(request, counted("Filled in for %(n)s guest.", "Filled in for %(n)s guests.", number))
    else:
        messages.info(request, _("Nothing was filled in: no guest lacks these details."))
    return redirect("stays:undeclared")


@require_POST
@lodging_page
def dismiss(request: Request, establishment: Any) -> HttpResponse:
    form = DismissForm(request.POST)
    pks = [pk for text in request.POST.getlist("row") if (pk := whole_number(text)) is not None]
    if not pks:
        messages.warning(request, _("No guest was chosen. Nothing was changed."))
        return redirect("stays:undeclared")
    if not form.is_valid():
        return _page(request, form)
    number = service.dismiss_undeclared(actor=request.actor, pks=pks, **form.cleaned_data)
    if number:
        messages.success(request, counted("%(n)s guest dismissed.", "%(n)s guests dismissed.", number))
    else:
        messages.warning(request, _("These guests have been declared or dismissed already."))
    return redirect("stays:undeclared")


@require_POST
@lodging_page
def reopen(request: Request, establishment: Any, pk: int) -> HttpResponse:
    get_undeclared(request.actor, pk)
    with refusals_told(request):
        service.reopen_undeclared(actor=request.actor, pk=pk)
        messages.success(request, _("The guest is back among those not declared yet."))
    return redirect("stays:undeclared")
