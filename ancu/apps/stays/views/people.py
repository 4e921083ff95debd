"""Find a guest, read one person's stays, read one declaration. Each opening is a look in the audit."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.messaging.selectors import get_thread
from ancu.apps.stays.forms.office import LookForm
from ancu.apps.stays.selectors import notes, pictures
from ancu.apps.stays.selectors import people as selectors
from ancu.apps.stays.selectors.changes import changes
from ancu.apps.stays.selectors.conversations import KIND, standing_to
from ancu.apps.travellers.selectors import LIMIT
from ancu.core.web.http import Request


@require_safe
def people(request: Request) -> HttpResponse:
    """Search people by name or document number. The typed text is not stored; the people who were displayed are."""
    text = request.GET.get("q", "")
    query, people = selectors.find_people(request.actor, text)
    if query.kind:
        traveller_ids = [person.traveller_id for person in people]
        record_look(request.actor, ("stays.search", query.kind), count=len(people), travellers=traveller_ids)
    spellings = sum(len(person.identities) for person in people)
    context = {
        "query": query,
        "people": people,
        "search_query": query.text,
        "most": len(people) if spellings >= LIMIT else None,
    }
    return render(request, "stays/office/people.html", context)


@require_safe
def person(request: Request, traveller_id: int) -> HttpResponse:
    """Show all visible stays of a person, and record the look with its reason."""
    person = selectors.get_person(request.actor, traveller_id)
    record_look(request.actor, ("travellers.traveller", traveller_id), reason=_reason(request), count=len(person.stays))
    context = {"person": person, "spellings": selectors.spellings(person)}
    return render(request, "stays/office/person.html", context)


@require_safe
def stay_office(request: Request, stay_id: int) -> HttpResponse:
    """Show a declaration to an officer, and record the look with its reason."""
    stay = selectors.stay_for_office(request.actor, stay_id)
    record_look(request.actor, stay, reason=_reason(request), traveller=stay.identity.traveller_id)
    context: dict[str, Any] = {"keeps_picture": pictures.keeps_pictures(stay.submission, stay.position)}
    context |= {"stay": stay, "history": changes(request.actor, stay), "notes": notes(request.actor, stay)}
    context["conversation"] = get_thread(request.actor, KIND, stay.pk, standing=standing_to(request.actor, stay))
    return render(request, "stays/office/stay.html", context)


@require_POST
@never_cache
def document_number(request: Request, stay_id: int) -> HttpResponse:
    """Return a guest's document number, which pages mask, and record that the officer asked for it."""
    stay = selectors.stay_for_office(request.actor, stay_id)
    record_look(request.actor, ("stays.document", stay.pk), traveller=stay.identity.traveller_id)
    return render(request, "stays/office/document_number.html", {"stay": stay, "shown": True})


def _reason(request: Request) -> str:
    """Return the reason of a look from the address; empty when it is not one of the list."""
    form = LookForm(request.GET)
    return str(form.cleaned_data["reason"]) if form.is_valid() else ""
