"""Until when somebody may stay by what the office issued, and what dossiers say of his passport."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.rules import PERMITS_NO_STAY
from ancu.apps.stays.models import Stay

STANDS = Q(departed_on=None, establishment__sandbox=False) & ~Q(status="withdrawn")


def issued_later(stays: QuerySet[Stay], instead_of: date | None = None) -> dict[int, date]:
    """Of these stays, those still open whose holder has a result that is valid longer than the stay says; by id.

    Also those that say ``instead_of``, which a result bore by mistake.
    """
    results = _permitting(OuterRef("document_number"), OuterRef("birth_date"))
    issued = Subquery(results.order_by("-valid_until").values("valid_until")[:1])
    found = stays.filter(STANDS).annotate(issued=issued).filter(issued__isnull=False)
    later = found.filter(Q(permitted_until=None) | Q(permitted_until__lt=F("issued")) | Q(permitted_until=instead_of))
    return dict(later.order_by().values_list("pk", "issued"))


def issued_to(document_number: str, birth_date: str) -> list[Result]:
    """What the office issued to the holder of a passport that permits a stay, the earliest first."""
    results = _permitting(document_number, birth_date).select_related("dossier").defer("dossier__answers")
    return list(results.order_by("valid_from", "pk"))


def _permitting(document_number: str | OuterRef, birth_date: str | OuterRef) -> QuerySet[Result]:
    holder = Result.objects.filter(dossier__document_number=document_number, dossier__birth_date=birth_date)
    return holder.exclude(dossier__procedure__in=PERMITS_NO_STAY)


def stated_expiries(document_number: str, birth_date: str) -> list[tuple[Dossier, date]]:
    """The dossiers that were sent for the holder of a passport, each with the day it says that it ends."""
    dossiers = Dossier.objects.filter(document_number=document_number, birth_date=birth_date)
    return [
        (dossier, max(days)) for dossier in dossiers.exclude(submitted_at=None).order_by("submitted_at", "pk")
        if (days := [day for form in dossier.answers.values() if (day := _stated_day(form))])
    ]  # fmt: skip


def _stated_day(form: Any) -> date | None:
    stated = form.get("passport_expiry") if isinstance(form, dict) else None
    try:
        return date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
