"""The hotline operator's page: record a call by keyboard while similar petitions are shown."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.audit.services import record, record_look
from ancu.apps.files.services import FileRefused
from ancu.apps.listening import rules
from ancu.apps.listening.forms.petitions import RecordCallForm
from ancu.apps.listening.selectors import hotline as selectors
from ancu.apps.listening.selectors import require_reader
from ancu.apps.listening.services.receiving import receive_petition
from ancu.apps.listening.services.remarks import record_call
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.web import one_time_cookie
from ancu.core.web.http import Request

LONGEST = 300


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: Request) -> HttpResponse:
    """Show and receive the form that records a call: as a petition, or as a remark on the petition ``to``."""
    require_reader(request.actor)
    require(rules.may_record(request.actor))
    if request.method != "POST":
        receipt = one_time_cookie.values_for_page(request)
        screen = _call_page(request, RecordCallForm(initial={"key": uuid4()}), receipt=receipt)
        return one_time_cookie.delete_values(screen, request.path) if receipt else screen
    if request.POST.get("to"):
        return _record_remark(request, request.POST["to"])
    form = RecordCallForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            received = receive_petition(request.actor, form.intake(channel=form.cleaned_data["channel"]))
        except FileRefused as refused:
            form.add_error("attached", refused.form_error)
        else:
            unit = received.petition.unit.name if received.petition.unit else ""
            receipt = [received.petition.number, received.code, unit, received.petition.due_on.isoformat()]
            return one_time_cookie.store_for_page(redirect("listening:hotline"), request.path, receipt)
    return _call_page(request, form, status=422)


def _call_page(request: Request, form: RecordCallForm, *, status: int = 200, receipt: object = None) -> HttpResponse:
    """Render the form that records a call; ``receipt`` is the petition that was just recorded."""
    context = {"form": form, "receipt": receipt, "today": clock.today()}
    return render(request, "listening/office/hotline.html", context, status=status)


def _record_remark(request: Request, number: str) -> HttpResponse:
    """Store what the caller says as a remark on an existing petition."""
    text = request.POST.get("body", "").strip()[:5000] or _("The petitioner called to ask about its progress.")
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid4()
    try:
        record_call(actor=request.actor, number=number, text=text, key=key)
    except Conflict as refused:
        form = RecordCallForm(request.POST)
        form.add_error(None, str(refused.message))
        return _call_page(request, form, status=409)
    messages.success(
        request, _("The call has been added to petition %(number)s.") % {"number": number}, extra_tags="draft:hotline"
    )
    return redirect("listening:hotline")


@never_cache
@sensitive_post_parameters()
@require_POST
def search(request: Request) -> HttpResponse:
    """Return as HTML the petitions similar to what the operator types during a call.

    By POST, so that no log contains the caller's words.
    """
    require_reader(request.actor)
    require(rules.may_record(request.actor))
    search_terms = {name: request.POST.get(field, "")[:LONGEST] for name, field in FIELDS.items()}
    matches = selectors.caller_matches(request.actor, **search_terms)
    if matches.earlier or matches.similar:
        petition_ids = [petition.pk for petition in (*matches.earlier, *matches.similar)]
        record_look(request.actor, ("listening.petitions", "hotline"), count=len(petition_ids), petitions=petition_ids)
    else:
        record(request.actor, "listening.searched", ("listening.petitions", "hotline"), found=0)
    return render(request, "listening/office/hotline_found.html", {"matches": matches, "today": clock.today()})


FIELDS = {"phone": "phone", "name": "name", "words": "body"}
