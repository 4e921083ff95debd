"""Correct a declaration, also when another person corrects it at the same time."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.stays import rules, services
from ancu.apps.stays.forms.guest import GuestForm
from ancu.apps.stays.forms.oddities import oddities_context
from ancu.apps.stays.rules.oddities import is_answered
from ancu.apps.stays.selectors import get_stay
from ancu.apps.stays.selectors.changes import changes
from ancu.apps.stays.selectors.expired_documents import expired_on
from ancu.apps.stays.views.stay import nothing_changed
from ancu.core import clock
from ancu.core.db.history import record_at, version_of
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header
from ancu.engines.exchange import CORRECTABLE, GuestRow, interpret
from ancu.engines.rulebook import room_required

# What the new values meet, and where that is said: the correction stays typed.
CLASHES = {
    "already_declared": "document_number", "earlier_stay_open": "document_number", "another_guest": None,
    "impossible": None,
}  # fmt: skip
ANSWERS = tuple(name for name in CORRECTABLE if name != "arrived_at")  # the form asks for its time alone
DISPLAYED = (*ANSWERS, "document_expiry")


@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """Show the declaration in a form; once sent, correct it and keep the earlier version."""
    stay = get_stay(request.actor, pk)
    show_lodging_in_header(request, stay.establishment)
    require(rules.may_change(request.actor, stay))
    if not rules.is_active_record(stay) and request.method != "POST":
        return redirect("stays:stay", pk=pk)
    sent = parse_whole_number(request.POST.get("version", ""))
    version = version_of(stay) if sent is None else sent
    form = _guest_form(request, stay, version)
    if not rules.is_active_record(stay):
        return _withdrawn(request, stay, form, version)
    if not form.is_bound or not form.is_valid():
        return _page(request, stay, form, version)
    if not (changed := _changed(form, stay)):
        return _unchanged(request, pk)
    oddities = services.oddities_of(stay, _shown_row(form), form.row)
    if not is_answered(oddities, request.POST):
        return _page(request, stay, form, version, **oddities_context(oddities))
    before = version_of(stay)
    try:
        corrected = services.correct(actor=request.actor, stay_id=pk, changes=changed, version=version)
    except services.InvalidCorrection as invalid:
        form.take_errors(invalid.findings)
    except Conflict as refused:
        if refused.code == "changed_since":
            return _changed_since(request, stay, form, changed, version)
        if refused.code == "withdrawn":
            return _withdrawn(request, get_stay(request.actor, pk), form, version)
        if refused.code not in CLASHES:
            raise
        if refused.code == "another_guest":
            return _page(request, stay, form, version, another_guest=refused.message)
        form.add_error(CLASHES[refused.code], str(refused.message))
        return _page(request, stay, form, version)
    else:
        if version_of(stay) == before:
            return _unchanged(request, pk)
        messages.success(request, _("The declaration of %(name)s is corrected.") % {"name": corrected.full_name})
        return redirect("stays:stay", pk=pk)
    return _page(request, stay, form, version)


def _unchanged(request: Request, pk: int) -> HttpResponse:
    """Return to the stay's page with the message that nothing was changed."""
    messages.info(request, nothing_changed())
    return redirect("stays:stay", pk=pk)


def _page(request: Request, stay: Any, form: GuestForm, version: int, **more: Any) -> HttpResponse:
    """Render the form to correct a stay, and record the look in the audit.

    ``version`` is the version of the stay that the form shows; ``more`` is added to the context.
    """
    record_look(request.actor, stay, page="correct")
    status = more.pop("status", 422 if form.is_bound else 200)
    context = {"form": form, "stay": stay, "establishment": stay.establishment, "version": version} | more
    return render(request, "stays/correct.html", context, status=status)


def _guest_form(request: Request, stay: Any, version: int) -> GuestForm:
    """Return the submitted form, or one filled with the stay as of this version."""
    initial = _initial(stay, record_at(stay, version))
    return GuestForm(request.POST or None, initial=initial, room_required=_is_room_required(stay))


def _is_room_required(stay: Any) -> bool:
    """Return whether lodgings of this kind must give a room today."""
    return room_required(stay.establishment.kind, clock.today())


def _initial(stay: Any, displayed: Any) -> dict[str, Any]:
    """Return the initial values of the correction form for this version of the stay.

    The passport's expiry has no versions: it is that of ``stay``.
    """
    initial = {name: getattr(displayed, name) for name in ANSWERS} | {"document_expiry": expired_on(stay)}
    if displayed.arrived_at:
        initial["arrived_time"] = clock.local(displayed.arrived_at).strftime("%H:%M")
    return initial


def _changed(form: GuestForm, stay: Any) -> dict[str, str | None]:
    """Return the fields that the person changed from the displayed values, as texts.

    Fields that already have the typed value in the database are left out.
    """
    typed = form.record(form.cleaned_data)
    displayed = form.record({name: form.initial.get(name) for name in DISPLAYED})
    now = form.record(_initial(stay, stay))
    changed = {
        name: typed.get(name) for name in DISPLAYED if typed.get(name) not in (displayed.get(name), now.get(name))
    }
    if "arrived_on" in changed or "arrived_time" in form.changed_data:
        changed |= {"arrived_on": typed["arrived_on"], "arrived_at": _arrival(typed)}
    return changed


def _shown_row(form: GuestForm) -> GuestRow:
    """Return the stay as the correction form first displayed it, in the form of a declaration's row."""
    record = form.record({name: form.initial.get(name) for name in (*DISPLAYED, "arrived_time")})
    return interpret([record], today=clock.today())[0]


def _arrival(record: dict[str, str | None]) -> str | None:
    """Return day and time of the typed arrival in one text; None without a time."""
    time = record.get("arrived_time")
    return f"{record['arrived_on']} {time}" if time else None


def _changed_since(
    request: Request, stay: Any, form: GuestForm, changed: dict[str, str | None], version: int
) -> HttpResponse:
    """Render what others changed after the page was read, and the form with the person's changes."""
    typed = {name: value for name, value in form.cleaned_data.items() if name in (*changed, "arrived_time")}
    merged = GuestForm(initial=_initial(stay, stay) | typed, room_required=_is_room_required(stay))
    changes_since = changes(request.actor, stay, since=version)
    return _page(request, stay, merged, version_of(stay), changes_since=changes_since, status=409)


def _withdrawn(request: Request, stay: Any, form: GuestForm, version: int) -> HttpResponse:
    """Render who withdrew the declaration meanwhile, and what the person typed, which is not saved."""
    changes_since = changes(request.actor, stay, since=version)
    return _page(request, stay, form, version, changes_since=changes_since, withdrawn=True, status=409)
