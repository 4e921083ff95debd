"""Until when people may stay by issued results, and what dossiers state about their passports."""

from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.rules import PERMITS_NO_STAY
from ancu.apps.stays.models import Stay

OPEN_AND_REAL = Q(departed_on=None, establishment__sandbox=False) & ~Q(status="withdrawn")


def outdated_permits(stays: QuerySet[Stay], instead_of: date | None = None) -> dict[int, date]:
    """Return by id of an open stay the last day that its guest's issued results permit, to be set there.

    Only stays that state an earlier day, none, or ``instead_of``: a day that a result showed by mistake.
    """
    results = _permitting(OuterRef("document_number"), OuterRef("birth_date"))
    issued = Subquery(results.order_by("-valid_until").values("valid_until")[:1])
    matching = stays.filter(OPEN_AND_REAL).annotate(issued=issued).filter(issued__isnull=False)
    later = matching.filter(
        Q(permitted_until=None) | Q(permitted_until__lt=F("issued")) | Q(permitted_until=instead_of)
    )
    return dict(later.order_by().values_list("pk", "issued"))


def issued_to(document_number: str, birth_date: str) -> list[Result]:
    """Return the results issued to this document number and birth date that permit a stay, earliest first."""
    results = _permitting(document_number, birth_date).select_related("dossier").defer("dossier__answers")
    return list(results.order_by("valid_from", "pk"))


def _permitting(document_number: str | OuterRef, birth_date: str | OuterRef) -> QuerySet[Result]:
    """Return the results, issued to this document number and birth date, that permit a stay."""
    holder = Result.objects.filter(dossier__document_number=document_number, dossier__birth_date=birth_date)
    return holder.exclude(dossier__procedure__in=PERMITS_NO_STAY)


def stated_expiries(document_number: str, birth_date: str) -> list[tuple[Dossier, date]]:
    """Return (dossier, latest passport expiry it states) of this document number and birth date.

    Only submitted dossiers that state one, earliest submission first.
    """
    dossiers = Dossier.objects.filter(document_number=document_number, birth_date=birth_date)
    return [
        (dossier, max(days)) for dossier in dossiers.exclude(submitted_at=None).order_by("submitted_at", "pk")
        if (days := [day for form in dossier.answers.values() if (day := _stated_day(form))])
    ]  # fmt: skip


def _stated_day(form: Any) -> date | None:
    """Return the passport's expiry that a form's answers state; None if it is missing or unreadable."""
    stated = form.get("passport_expiry") if isinstance(form, dict) else None
    try:
        return date.fromisoformat(stated) if isinstance(stated, str) else None
    except ValueError:
        return None
