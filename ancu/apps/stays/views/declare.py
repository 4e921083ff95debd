"""Declare one guest by a form; go on with the next of the group; fill in a guest who was here before."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.stays import services
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.forms.guest import GuestForm, as_text, message
from ancu.apps.stays.forms.oddities import oddities_context
from ancu.apps.stays.rules.oddities import CONFIRMED_BY_SENDER, find_oddities, is_answered
from ancu.apps.stays.selectors import get_stay
from ancu.apps.stays.selectors.changes import field_changes
from ancu.apps.stays.selectors.today import guests_present_at, known_guest
from ancu.apps.stays.services import photos
from ancu.apps.stays.services.programs import printable
from ancu.apps.stays.services.undeclared import fill_undeclared
from ancu.apps.stays.templatetags.guests import late_by
from ancu.apps.stays.views.correcting import CLASHES
from ancu.apps.stays.views.today import declaring_page, lodging_page
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.web.http import Request, parse_whole_number
from ancu.engines.exchange import DECLARATION_FIELDS, STORED
from ancu.engines.passports import prepare_reader
from ancu.engines.rulebook import room_required

DRAFT = "declare"
OF_THE_GROUP = tuple(field.name for field in DECLARATION_FIELDS if field.of_group)
# Answers about the guest that hold for a later stay, too.
OF_THE_GUEST = tuple(
    field.name for field in STORED if not field.of_group and field.name not in {"arrived_at", "departed_on"}
)


@require_http_methods(["GET", "POST"])
@declaring_page
def declare(request: Request, establishment: Any) -> HttpResponse:
    """Show the form of one guest; when submitted, declare the guest or correct the earlier declaration."""
    form = _form(request, establishment)
    if form.is_bound and form.is_valid():
        return (
            _correct(request, establishment, form)
            if "correct" in request.POST
            else _declare(request, establishment, form)
        )
    if request.method == "GET":
        prepare_reader()
    return declare_form(request, establishment, form, request.POST.get("client_reference") or uuid.uuid4().hex)


def declare_form(request: Request, establishment: Any, form: GuestForm, reference: str, **more: Any) -> HttpResponse:
    """Render the page with the form of one guest.

    ``more`` is further context, such as a picture that was read (``views.photo``); ``status`` among it is the
    response's.
    """
    status = more.pop("status", 422 if form.is_bound else 200)
    context = {"form": form, "establishment": establishment, "client_reference": reference, "draft_key": DRAFT}
    context["kept_picture"] = photos.kept_picture(request.actor, request.POST.get("picture_file", ""))
    context["others"] = photos.undeclared_others(request.actor, request.POST.get("picture_others", ""))
    context |= {"keeps_pictures": settings.PASSPORT_PICTURES_DAYS, "most_pictures": photos.MOST_PICTURES, **more}
    return render(request, "stays/declare.html", context, status=status)


def _form(request: Request, establishment: Any) -> GuestForm:
    """Return the form as submitted, or one filled in.

    With ``fill`` it has the guest of an earlier stay, with ``after`` the room and days of the guest declared before.
    """
    needed = room_required(establishment.kind, clock.today())
    if request.method == "POST" and "fill" not in request.POST:
        return GuestForm(request.POST, room_required=needed)
    if request.method == "POST":
        return GuestForm(
            initial=typed_answers(request) | _from_stay(request, "fill", OF_THE_GUEST), room_required=needed
        )
    group = _from_stay(request, "after", OF_THE_GROUP) or {"arrived_time": f"{clock.local(clock.now()):%H:%M}"}
    return GuestForm(initial=group | _from_stay(request, "fill", OF_THE_GUEST), room_required=needed)


def typed_answers(request: Request) -> dict[str, Any]:
    """Return the values typed into the form so far, to show them again beside those read from a picture."""
    fields = GuestForm.base_fields.items()
    typed = {name: field.widget.value_from_datadict(request.POST, request.FILES, name) for name, field in fields}
    return {name: value for name, value in typed.items() if value}


def _from_stay(request: Request, parameter: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return the values ``names`` of the stay whose id is in the request's ``parameter``; {} without one.

    404 for a stay that the actor may not see. An expired permitted stay is left out.
    """
    key = parse_whole_number((request.POST if request.method == "POST" else request.GET).get(parameter, ""))
    if key is None:
        return {}
    stay = get_stay(request.actor, key)
    values = {name: getattr(stay, name, None) for name in names}
    if "arrived_time" in names and stay.arrived_at:
        values["arrived_time"] = clock.local(stay.arrived_at).strftime("%H:%M")
    if "permitted_until" in names and (values["permitted_until"] or clock.today()) < clock.today():
        del values["permitted_until"]  # an earlier entry's; the guest has another paper now
    return {name: value for name, value in values.items() if value}


def _declare(request: Request, establishment: Any, form: GuestForm) -> HttpResponse:
    """Declare the guest of a valid form; ask first about oddities, or show an earlier declaration that differs."""
    now, today = clock.now(), clock.today()
    oddities = find_oddities([form.row], guests_present_at(establishment, [form.row], today), today)
    if not is_answered(oddities, request.POST):
        reference = request.POST.get("client_reference") or uuid.uuid4().hex
        return declare_form(request, establishment, form, reference, **oddities_context(oddities))
    picture = photos.kept_picture(request.actor, request.POST.get("picture_file", ""))
    outcome = services.declare(
        actor=request.actor,
        establishment=establishment,
        rows=[form.row],
        channel=DeclarationChannel.WEB,
        keyed_at=now,
        client_reference=printable(request.POST.get("client_reference", ""), 100),
        source_file=picture,
    )
    [row] = outcome.rows
    if (declared_stay_id := row.conflicts_with or (row.differs and row.stay_id)) and (
        page := _difference_page(request, form, declared_stay_id, row)
    ):
        return page
    photos.keep_or_delete_picture(actor=request.actor, picture=picture, outcome=outcome)
    if row.state == "refused":
        return _error_page(request, establishment, form, row)
    _add_outcome_messages(request, row)
    _report_other_guests(request, form)
    if "another" in request.POST:
        if row.minutes_late:  # else the receipt says so
            messages.warning(request, _("Declared %(time)s late.") % {"time": late_by(row.minutes_late)})
        return redirect(f"{reverse('stays:declare')}?after={row.stay_id}")
    return redirect(f"{reverse('stays:guest_receipt', args=[row.stay_id])}?declared=1")


def _difference_page(request: Request, form: GuestForm, stay_id: int, row: Any) -> HttpResponse | None:
    """Render the declared values of a stay beside the typed ones, with a button to correct them.

    None without a difference.
    """
    stay, differences = services.differences_from(request.actor, stay_id, form.row.values)
    if not differences:
        return None
    of_another = row.state == "refused" or services.may_be_another_guest(stay, form.row.values)
    declared = {"stay": stay, "fields": field_changes(differences), "of_another": of_another}
    return declare_form(request, stay.establishment, form, uuid.uuid4().hex, declared=declared)


def _correct(request: Request, establishment: Any, form: GuestForm) -> HttpResponse:
    """Correct the guest's earlier declaration to the typed values.

    If it may be another guest's, declare the typed guest instead.
    """
    key = parse_whole_number(request.POST["correct"]) or 0
    stay, _differences = services.differences_from(request.actor, key, form.row.values)
    strangers = services.preview_declaration(establishment, [form.row]).strangers.values()
    if key in strangers or services.may_be_another_guest(stay, form.row.values):
        return _declare(request, establishment, form)  # what may be another guest's is corrected on its own page
    try:
        stay = services.correct_to(actor=request.actor, stay_id=key, sent=form.row.values)
    except services.InvalidCorrection as invalid:
        form.take_errors(invalid.findings)
        return declare_form(request, establishment, form, uuid.uuid4().hex)
    except Conflict as refused:
        if refused.code not in CLASHES:
            raise
        form.add_error(CLASHES[refused.code], str(refused.message))
        return declare_form(request, establishment, form, uuid.uuid4().hex)
    photos.discard_picture(request.actor, request.POST.get("picture_file", ""))
    sentence = _("The declaration of %(name)s is corrected.") % {"name": stay.full_name}
    messages.success(request, sentence, extra_tags=f"draft:{DRAFT}")
    return redirect("stays:stay", pk=stay.pk)


def _error_page(request: Request, establishment: Any, form: GuestForm, row: Any) -> HttpResponse:
    """Render the form of one guest with the errors with which declaring refused it."""
    form.take_errors(row.errors)
    return declare_form(request, establishment, form, uuid.uuid4().hex)


def _add_outcome_messages(request: Request, row: Any) -> None:
    """Add the messages about a declared guest: receipt, missing permitted stay, and other warnings."""
    name, was_declared = row.row.values.full_name, row.state == "already_declared"
    if was_declared:
        text = _("%(name)s was already declared. The receipt is still valid: %(number)s.")
    else:
        text = _("%(name)s has been declared. Receipt %(number)s.")
    link = format_html('<a href="{}">{}</a>', reverse("stays:guest_receipt", args=[row.stay_id]), row.receipt)
    sentence = format_html(text.replace("%(name)s", "{name}").replace("%(number)s", "{number}"), name=name, number=link)
    tell = messages.info if was_declared else messages.success
    tell(request, sentence, extra_tags=f"draft:{DRAFT}")
    lacks_permitted_until = any(finding.code == "permitted_until_missing" for finding in row.warnings)
    remarks = [
        finding for finding in row.warnings if finding.code not in {"permitted_until_missing", *CONFIRMED_BY_SENDER}
    ]
    if lacks_permitted_until and not was_declared:  # what was declared first may well hold it
        messages.warning(request, _("The date until which the guest may stay is missing. Add it soon."))
    if remarks:
        messages.warning(request, _("Check this again:") + " " + _sentences(remarks))


def _report_other_guests(request: Request, form: GuestForm) -> None:
    """Show a message about undeclared guests in the same picture, and give them the guest's room and days."""
    others = photos.undeclared_others(request.actor, request.POST.get("picture_others", ""))
    if others is None:
        return
    texts = {name: as_text(value) for name in OF_THE_GROUP if (value := form.cleaned_data.get(name))}
    fill_undeclared(actor=request.actor, pks=[row.pk for row in others.rows], texts=texts)
    link = format_html('<a href="{}">{}</a>', others.url, _("Declare the other guest"))
    text = _("The picture also shows the document of {whom}, not declared yet.")
    messages.warning(request, format_html(text + " {link}", whom=others.names, link=link))


def _sentences(findings: list[Any]) -> str:
    """Return the findings' sentences in the reader's language, joined by blanks."""
    return " ".join(message(finding) for finding in findings)


@require_GET
@lodging_page
def known_guest_page(request: HttpRequest, establishment: Any) -> HttpResponse:
    """Offer to fill in the data of a guest who stayed at one of the actor's lodgings before."""
    stay = known_guest(request.actor, request.GET.get("document_number", ""))  # type: ignore[attr-defined]
    if stay is not None:
        record_look(request.actor, stay)  # type: ignore[attr-defined]
    return render(request, "stays/declare.html#known", {"stay": stay})
