"""Public pages: gifts, handovers and stock. A donor finds a gift by its receipt number."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.community.enums import LedgerAccount
from ancu.apps.community.selectors import ledger, planning, public
from ancu.apps.community.selectors.accounts import account_in_force, transfer_text
from ancu.apps.community.services import exports, photos
from ancu.apps.community.services.papers import transfer_details
from ancu.core.security.disclosure_control import MIN_PEOPLE
from ancu.core.web.http import Request, mark_private


@require_safe
@login_not_required
def programmes(request: Request) -> HttpResponse:
    """List the newest programmes of community support for everybody."""
    return render(request, "community/public.html", {"rows": public.public_programmes()})


@require_safe
@login_not_required
def programme(request: Request, pk: int) -> HttpResponse:
    """Show a programme to everybody: sums, goals, donors, places, photos and how to give."""
    programme = public.get_public_programme(pk)
    lines = ledger.sums(programme)
    choice = public.last_selection(programme)
    account = account_in_force(programme)
    donors, more = public.donors_named(programme)
    context: dict[str, Any] = {
        "programme": programme,
        "pay": transfer_details(account, words=transfer_text(programme)) if account else None,
        "lines": [line for line in lines if line.has_movement],
        "goals": planning.progress(programme, lines),
        "promised": planning.promised_amounts(programme),
        "places": public.places(programme),
        "donors": donors,
        "more_donors": more,
        "fewest": MIN_PEOPLE,
        "trust": public.trust_figures(programme),
        "closed_until": ledger.closed_until(programme),
        "photos": public.photos(programme),
        "criteria": public.criteria(choice) if choice else [],
    }
    return render(request, "community/public_programme.html", context)


@require_safe
@login_not_required
def table(request: Request, pk: int, kind: str) -> HttpResponse:
    """Return the public figures of a programme as a download."""
    if kind not in exports.KINDS:
        raise Http404
    return exports.public_file(public.get_public_programme(pk), kind)


@require_safe
@login_not_required
def photo(request: Request, pk: int, photo_id: int) -> HttpResponse:
    """Return the image of a public photo, uncached, so that withdrawn consent takes effect at once."""
    photo = public.get_photo(pk, photo_id)
    return mark_private(HttpResponse(photos.image(photo), content_type="image/jpeg"))


@require_safe
@login_not_required
def gift(request: Request, number: str) -> HttpResponse:
    """Show a gift and what it was used for, to anybody who has its receipt number."""
    entry = public.get_gift(number)
    return mark_private(render(request, "community/gift.html", {"gift": entry, "uses": ledger.uses(entry)}))


@require_safe
@login_not_required
def handover(request: Request, number: str) -> HttpResponse:
    """Show whether the minutes of a handover are genuine, by their number; only the paper names the recipient."""
    entry = public.get_handover(number)
    confirmation = ledger.standing_confirmation(entry)
    context = {
        "entry": entry,
        "amounts": ledger.amounts_of(entry, LedgerAccount.HANDED_OVER),
        "confirmation": confirmation,
    }
    return mark_private(render(request, "community/handed.html", context))
