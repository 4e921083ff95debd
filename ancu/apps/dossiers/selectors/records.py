"""The dossiers of an identity, for the pages that match identities to persons."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import FINAL, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.procedures import day_of, name_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.apps.travellers.selectors.sources import Couple, RecordSource, TravellerRecord
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.security.privacy import REDACTED

MAX_RECORDS = 50
SEXES = """
SELECT DISTINCT ON (identity_id) identity_id, sex FROM dossiers_dossier
WHERE identity_id = ANY(%s::bigint[]) AND sex <> '' ORDER BY identity_id, id DESC
"""
UNITS = """
SELECT DISTINCT identity.traveller_id, dossier.unit_id
FROM travellers_identity identity JOIN dossiers_dossier dossier ON dossier.identity_id = identity.id
WHERE identity.traveller_id = ANY(%s::bigint[]) AND dossier.unit_id IS NOT NULL
"""


class DossierSource(RecordSource):
    def may_see(self, actor: Actor, identity: str) -> Exists | None:
        """Return a subquery that is true if the actor may see a dossier of the identity.

        None without a right to read dossiers. ``identity`` is the outer query's field with the identity's id.
        """
        return Exists(received(actor).filter(identity=OuterRef(identity))) if reads_dossiers(actor) else None

    def real(self, identity: str) -> Exists | None:
        """Return a subquery that is true if any dossier has the identity.

        ``identity`` is the outer query's field with the identity's id.
        """
        return Exists(Dossier.objects.filter(identity=OuterRef(identity)))

    def still_needed(self) -> Exists | None:
        """Return a subquery that is true if a dossier of the outer query's identity still holds its personal data."""
        return Exists(Dossier.objects.filter(identity=OuterRef("pk")).exclude(full_name=REDACTED))

    def sexes(self, identities: Collection[int]) -> dict[int, str]:
        """Return the sex that dossiers state, by identity id; identities without one are missing."""
        return dict(run(SEXES, [list(identities)]))

    def units(self, travellers: Collection[int]) -> Iterable[Couple]:
        """Return (traveller id, unit id) for each unit in which one of the travellers has a dossier."""
        return [(traveller, unit) for traveller, unit in run(UNITS, [list(travellers)])]

    def records(self, actor: Actor, identities: Collection[int]) -> list[TravellerRecord]:
        """Return the dossiers of these identities that the actor may read, newest first; a limited number."""
        if not reads_dossiers(actor):
            return []
        dossiers = received(actor).filter(identity__in=identities).defer("answers")
        return [_record(dossier) for dossier in dossiers.order_by("-submitted_at", "-id")[:MAX_RECORDS]]


def _record(dossier: Dossier) -> TravellerRecord:
    """Return a dossier as a ``TravellerRecord`` for the pages about people: procedure, number, day and state."""
    return TravellerRecord(
        identity=dossier.identity_id or 0,
        kind=_("Dossier"),
        title=name_of(dossier.procedure, day_of(dossier)),
        line=dossier.number,
        url=reverse("dossiers:office-dossier", args=[dossier.number]),
        begins=day_of(dossier),
        ends=None,
        state=State(dossier.state).label,
        tone="mute" if dossier.state in FINAL else "info",
    )


SOURCE = DossierSource()
