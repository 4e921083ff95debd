"""What came, what went, what is left: for everybody. A donor finds his gift by the number of its receipt."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.community.enums import Account
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
    found = public.get_public_programme(pk)
    lines = ledger.sums(found)
    choice = public.last_choice(found)
    account = account_in_force(found)
    donors, more = public.donors_named(found)
    context: dict[str, Any] = {
        "programme": found,
        "pay": to_pay(account, words=words_of_gift(found)) if account else None,
        "lines": [one for one in lines if one.is_told],
        "goals": planning.progress(found, lines),
        "promised": planning.promised(found),
        "places": public.places(found),
        "donors": donors,
        "more_donors": more,
        "fewest": MIN_PEOPLE,
        "trust": public.trust(found),
        "closed_until": ledger.closed_until(found),
        "photos": public.photos(found),
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
    """Only while it is shown: nothing between keeps it, so that a consent taken back holds at once."""
    found = public.get_photo(pk, photo_id)
    return mark_private(HttpResponse(photos.image(found), content_type="image/jpeg"))


@require_safe
@login_not_required
def gift(request: Request, number: str) -> HttpResponse:
    found = public.get_gift(number)
    return mark_private(render(request, "community/gift.html", {"gift": found, "uses": ledger.uses(found)}))


@require_safe
@login_not_required
def handed(request: Request, number: str) -> HttpResponse:
    """Whether the minutes of a handing over are genuine; to whom it was stands on the paper alone."""
    found = public.get_handed(number)
    confirmation = ledger.standing_confirmation(found)
    context = {"entry": found, "amounts": ledger.amounts_of(found, Account.GIVEN), "said": confirmation}
    return mark_private(render(request, "community/handed.html", context))
