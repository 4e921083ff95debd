"""The lodging's page of one stay: declaration, history, and acts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancu.apps.audit.services import record_look
from ancu.apps.messaging.selectors import get_thread
from ancu.apps.stays import rules, services
from ancu.apps.stays.forms.acts import CheckOutForm, ExtendForm, RoomForm, WithdrawForm
from ancu.apps.stays.forms.guest import message
from ancu.apps.stays.forms.oddities import oddities_context
from ancu.apps.stays.rules.oddities import Oddity, extension_oddities, is_answered
from ancu.apps.stays.selectors import get_stay, notes
from ancu.apps.stays.selectors.changes import changes
from ancu.apps.stays.selectors.conversations import KIND, standing_to
from ancu.apps.stays.selectors.papers import open_stays_like
from ancu.apps.stays.selectors.undoing import UndoableAct, act_on
from ancu.core import clock
from ancu.core.db.history import version_of
from ancu.core.errors import Conflict
from ancu.core.forms import Form
from ancu.core.web.http import Request, parse_whole_number, show_lodging_in_header

WRONG_DAYS = {"departure_in_future", "departure_before_arrival"}  # the person's slip, and not a change meanwhile


@require_GET
def stay(request: Request, pk: int) -> HttpResponse:
    """Show people of the lodging a stay with its history and the possible acts."""
    stay = get_stay(request.actor, pk)
    return _page(request, stay)


def _page(request: Request, stay: Any, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Render the lodging's page of a stay with its history and acts, and record the look in the audit."""
    record_look(request.actor, stay)
    show_lodging_in_header(request, stay.establishment)
    context = {
        "stay": stay,
        "history": changes(request.actor, stay),
        "notes": notes(request.actor, stay),
        "conversation": get_thread(request.actor, KIND, stay.pk, standing=standing_to(request.actor, stay)),
        "may_change": rules.may_change(request.actor, stay),
        "is_open": rules.is_open(stay),
        "can_leave": rules.can_leave(stay),
        "stands": rules.is_active_record(stay),
        "open_stays": [] if rules.is_active_record(stay) else open_stays_like(request.actor, [stay]),
        "may_ask_confirmation": rules.may_ask_for_guest(request.actor, stay),
        "acts": _undoable(stay),
        "today": clock.today(),
        "check_out_form": CheckOutForm(),
        "extend_form": ExtendForm(),
        "room_form": RoomForm(),
        "withdraw_form": WithdrawForm(),
        "open_form": next(iter(forms), ""),
        "version": version_of(stay),
    } | forms
    return render(request, "stays/stay.html", context, status=status)


def _undoable(stay: Any) -> list[UndoableAct]:
    """Return the last act on the stay, with the guest's name, in a list if it can still be undone; else []."""
    if (act := act_on(stay)) is None:
        return []
    return [replace(act, name=stay.full_name)]


def _no_oddities(stay: Any, **answers: Any) -> list[Oddity]:
    """Return an empty list: the act needs no confirmation of oddities."""
    return []


def _act(
    name: str,
    form_class: type[Form],
    act: Callable[..., Any],
    done: Callable[[], str],
    find_oddities: Callable[..., list[Oddity]] = _no_oddities,
) -> Callable[..., Any]:
    """Return the view of one act on a stay: ask about oddities, then call ``act`` with the form's answers.

    ``name`` is the form's name on the page; ``done`` returns the message afterwards.
    """

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        """Carry out the act on the stay and redirect to its page; show oddities to confirm, or errors, first."""
        stay = get_stay(request.actor, pk)
        form = form_class(request.POST)
        if not form.is_valid():
            return _page_with_form(request, stay, name, form)
        if not is_answered(oddities := find_oddities(stay, **form.cleaned_data), request.POST):
            return _page_with_form(request, stay, name, form, **oddities_context(oddities))
        before = version_of(stay)
        try:
            act(actor=request.actor, stay_id=pk, version=_version_read(request), **form.cleaned_data)
        except Conflict as refused:
            if refused.code == "changed_since":
                return _changed_since(request, get_stay(request.actor, pk), name, form)
            if refused.code not in WRONG_DAYS:
                raise
            return _form_error_page(request, stay, name, form, str(refused.message))
        except services.InvalidCorrection as invalid:
            return _form_error_page(request, stay, name, form, message(invalid.findings[0]))
        if version_of(stay) == before:
            messages.info(request, nothing_changed())
        else:
            messages.success(request, done() % {"name": stay.full_name})
        return redirect("stays:stay", pk=pk)

    return view


def nothing_changed() -> str:
    """Return the message that the sent values are already declared."""
    return _("Nothing was changed: this is already declared.")


def _version_read(request: Request) -> int | None:
    """Return the version of the stay that the submitted page had shown; None if the form has none."""
    return parse_whole_number(request.POST.get("version", ""))


def _page_with_form(request: Request, stay: Any, name: str, form: Form, **context: Any) -> HttpResponse:
    """Render the stay's page with a form as typed.

    It keeps the version that was read, so later changes are still noticed.
    """
    version = _version_read(request)
    context |= {} if version is None else {"version": version}
    return _page(request, stay, status=422, **{f"{name}_form": form}, **context)


def _form_error_page(request: Request, stay: Any, name: str, form: Form, sentence: str) -> HttpResponse:
    """Render the stay's page with the form ``name`` as typed and the sentence as its error."""
    form.add_error(next(iter(form.fields)), sentence)
    return _page_with_form(request, stay, name, form)


def _changed_since(request: Request, stay: Any, name: str, form: Form) -> HttpResponse:
    """Render what others changed after the page was read, and the form with what was typed."""
    changes_since = changes(request.actor, stay, since=_version_read(request) or 0)
    return _page(request, stay, status=409, **{f"{name}_form": form}, changes_since=changes_since)


def _leave(*, actor: Any, stay_id: int, departed_on: date, version: int | None) -> None:
    """Check out the guest of one stay."""
    services.check_out(actor=actor, stay_ids=[stay_id], departed_on=departed_on, version=version)


def _withdraw(*, actor: Any, stay_id: int, reason: str, version: int | None) -> None:
    """Withdraw the stay's declaration.

    The version read does not matter, since no declared value is written.
    """
    services.withdraw(actor=actor, stay_id=stay_id, reason=reason)


check_out = _act("check_out", CheckOutForm, _leave, lambda: _("%(name)s has checked out."))
extend = _act(
    "extend",
    ExtendForm,
    services.extend,
    lambda: _("The expected departure of %(name)s is changed."),
    lambda stay, expected_departure: extension_oddities(stay.arrived_on, stay.permitted_until, expected_departure),
)
change_room = _act("room", RoomForm, services.change_room, lambda: _("The room of %(name)s is changed."))
withdraw = _act("withdraw", WithdrawForm, _withdraw, lambda: _("The declaration of %(name)s is withdrawn."))
