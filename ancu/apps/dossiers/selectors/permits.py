"""Until when somebody may stay by what the office issued."""

from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from ancu.apps.dossiers.models import Result
from ancu.apps.dossiers.rules import PERMITS_NO_STAY
from ancu.apps.stays.models import Stay

STANDS = Q(departed_on=None, establishment__sandbox=False) & ~Q(status="withdrawn")


def issued_later(stays: QuerySet[Stay], instead_of: date | None = None) -> dict[int, date]:
    """Of these stays, those still open whose holder has a result that is valid longer than the stay says; by id.

    Also those that say ``instead_of``, which a result bore by mistake.
    """
    results = Result.objects.filter(
        dossier__document_number=OuterRef("document_number"), dossier__birth_date=OuterRef("birth_date")
    ).exclude(dossier__procedure__in=PERMITS_NO_STAY)
    issued = Subquery(results.order_by("-valid_until").values("valid_until")[:1])
    found = stays.filter(STANDS).annotate(issued=issued).filter(issued__isnull=False)
    later = found.filter(Q(permitted_until=None) | Q(permitted_until__lt=F("issued")) | Q(permitted_until=instead_of))
    return dict(later.order_by().values_list("pk", "issued"))
