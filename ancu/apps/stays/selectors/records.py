"""The stays of an identity, for the pages that say who is one person with whom."""

from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.stays.enums import STANDINGS
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import may_see_guests, standing_of
from ancu.apps.stays.selectors import kept_visible_to
from ancu.apps.travellers.selectors.sources import Couple, RecordSource, TravellerRecord
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.statements import run
from ancu.core.security.privacy import REDACTED

MOST_RECORDS = 100
SEXES = """
SELECT DISTINCT ON (identity_id) identity_id, sex FROM stays_stay
WHERE identity_id = ANY(%s::bigint[]) AND status <> 'withdrawn' AND sex <> '' ORDER BY identity_id, id DESC
"""
UNITS = """
SELECT DISTINCT identity.traveller_id, stay.unit_id
FROM travellers_identity identity JOIN stays_stay stay ON stay.identity_id = identity.id
WHERE identity.traveller_id = ANY(%s::bigint[])
"""
# Any two documents of the two travellers, on one night, at two lodgings. Each one's stays are gathered first: left to
# choose, a planner that takes the table for empty (a first import) joins every stay with every other by their days.
APART = """
WITH asked AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS asked(a, b)),
stayed AS MATERIALIZED (
    SELECT one.id AS who, stay.establishment_id, stay.arrived_on,
        coalesce(stay.departed_on, stay.expected_departure) AS until
    FROM (SELECT a AS id FROM asked UNION SELECT b FROM asked) one
    JOIN travellers_identity known ON known.id = one.id
    JOIN travellers_identity own ON own.traveller_id = known.traveller_id
    JOIN stays_stay stay ON stay.identity_id = own.id AND stay.status <> 'withdrawn'
)
SELECT DISTINCT asked.a, asked.b
FROM asked JOIN stayed here ON here.who = asked.a JOIN stayed there ON there.who = asked.b
WHERE there.establishment_id <> here.establishment_id
    AND there.arrived_on < here.until AND here.arrived_on < there.until
"""


class StayRecords(RecordSource):
    def may_see(self, actor: Actor, identity: str) -> Exists | None:
        """Return a subquery that is true if the actor may see a stay of the identity; None without the right.

        ``identity`` is the outer query's field with the identity's id.
        """
        return Exists(kept_visible_to(actor).filter(identity=OuterRef(identity))) if may_see_guests(actor) else None

    def real(self, identity: str) -> Exists | None:
        """Return a subquery that is true if the identity has a stay outside sandboxes.

        ``identity`` is the outer query's field with the identity's id.
        """
        return Exists(Stay.objects.filter(identity=OuterRef(identity), establishment__sandbox=False))

    def still_needed(self) -> Exists | None:
        """Return a subquery that is true if the outer query's identity has a stay whose data were not deleted."""
        return Exists(Stay.objects.filter(identity=OuterRef("pk")).exclude(full_name=REDACTED))

    def sexes(self, identities: Collection[int]) -> dict[int, str]:
        """Return by identity id the sex declared last; identities without one are missing."""
        return dict(run(SEXES, [list(identities)]))

    def units(self, travellers: Collection[int]) -> Iterable[Couple]:
        """Return (traveller id, unit id) for each unit where one of the travellers has a stay."""
        return [(traveller, unit) for traveller, unit in run(UNITS, [list(travellers)])]

    def apart(self, couples: Iterable[Couple]) -> set[Couple]:
        """Return those pairs of identity ids whose travellers were at two lodgings in the same night."""
        pairs = list(couples)
        return {(a, b) for a, b in run(APART, [[a for a, _b in pairs], [b for _a, b in pairs]])}

    def records(self, actor: Actor, identities: Collection[int]) -> list[TravellerRecord]:
        """Return the visible stays of these identities as records, newest first, at most MOST_RECORDS."""
        if not may_see_guests(actor):
            return []
        stays = kept_visible_to(actor).filter(identity__in=identities).select_related("establishment__unit")
        return [_record(stay) for stay in stays.order_by("-arrived_on", "-id")[:MOST_RECORDS]]


def _record(stay: Stay) -> TravellerRecord:
    """Return a stay as a ``TravellerRecord`` for the pages about people: lodging, address, days and state."""
    text, tone = STANDINGS[standing_of(stay, clock.today())]
    place = stay.establishment
    return TravellerRecord(
        identity=stay.identity_id,
        kind=_("Stay"),
        title=place.name,
        line=f"{place.address}, {place.unit.full_name}",
        url=reverse("stays:stay-office", args=[stay.pk]),
        begins=stay.arrived_on,
        ends=stay.departed_on or stay.expected_departure,
        state=text,
        tone=tone,
    )


SOURCE = StayRecords()
