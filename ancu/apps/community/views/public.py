"""Public pages: gifts, handovers and stock. A donor finds a gift by its receipt number."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.community.enums import LedgerAccount
from ancu.apps.community.selectors import ledger, planning, public
from ancu.apps.community.selectors.accounts import account_in_force, words_of_gift
from ancu.apps.community.services import exports, photos
from ancu.apps.community.services.papers import to_pay
from ancu.core.security.disclosure_control import MIN_PEOPLE
from ancu.core.web.http import Request, mark_private


@require_safe
@login_not_required
def programmes(request: Request) -> HttpResponse:
    return render(request, "community/public.html", {"rows": public.public_programmes()})


@require_safe
@login_not_required
def programme(request: Request, pk: int) -> HttpResponse:
    programme = public.get_public_programme(pk)
    lines = ledger.sums(programme)
    choice = public.last_choice(programme)
    account = account_in_force(programme)
    donors, more = public.donors_named(programme)
    context: dict[str, Any] = {
        "programme": programme,
        "pay": to_pay(account, words=words_of_gift(programme)) if account else None,
        "lines": [line for line in lines if line.is_told],
        "goals": planning.progress(programme, lines),
        "promised": planning.promised(programme),
        "places": public.places(programme),
        "donors": donors,
        "more_donors": more,
        "fewest": MIN_PEOPLE,
        "trust": public.trust(programme),
        "closed_until": ledger.closed_until(programme),
        "photos": public.photos(programme),
        "criteria": public.criteria(choice) if choice else [],
    }
    return render(request, "community/public_programme.html", context)


@require_safe
@login_not_required
def table(request: Request, pk: int, kind: str) -> HttpResponse:
    if kind not in exports.KINDS:
        raise Http404
    return exports.public_file(public.get_public_programme(pk), kind)


@require_safe
@login_not_required
def photo(request: Request, pk: int, photo_id: int) -> HttpResponse:
    """Return a public photo, uncached, so that withdrawn consent takes effect at once."""
    photo = public.get_photo(pk, photo_id)
    return mark_private(HttpResponse(photos.image(photo), content_type="image/jpeg"))


@require_safe
@login_not_required
def gift(request: Request, number: str) -> HttpResponse:
    entry = public.get_gift(number)
    return mark_private(render(request, "community/gift.html", {"gift": entry, "uses": ledger.uses(entry)}))


@require_safe
@login_not_required
def handed(request: Request, number: str) -> HttpResponse:
    """Confirm that handover minutes are genuine; only the paper names the recipient."""
    entry = public.get_handed(number)
    confirmation = ledger.standing_confirmation(entry)
    context = {
        "entry": entry,
        "amounts": ledger.amounts_of(entry, LedgerAccount.HANDED_OVER),
        "confirmation": confirmation,
    }
    return mark_private(render(request, "community/handed.html", context))
