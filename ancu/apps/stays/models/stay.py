"""One foreigner at one establishment. One plain table with partial covering indexes (scoreboard)."""

import pghistory
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.enums import (
    Sex,
    StayStatus,
)
from ancu.apps.stays.models.presence import PRESENCE_TRIGGERS
from ancu.apps.stays.models.submission import Submission
from ancu.apps.travellers.models import Identity
from ancu.core.db.feed_stamp import FeedStamp
from ancu.core.security.privacy import Keep, privacy
from ancu.engines.exchange import STORED

NOT_WITHDRAWN = ~Q(status=StayStatus.WITHDRAWN)
OPEN = Q(departed_on__isnull=True) & NOT_WITHDRAWN
DEPARTED = Q(departed_on__isnull=False) & NOT_WITHDRAWN


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old),
    pghistory.DeleteEvent(),
    attrs={"xact": models.BigIntegerField(db_default=FeedStamp(), editable=False)},
    meta={
        "indexes": [
            models.Index(fields=["establishment", "xact", "pgh_id"], name="stayevent_feed"),
            BrinIndex(fields=["xact"], name="stayevent_xact_brin", autosummarize=True),
        ]
    },
)
class Stay(models.Model):
    """One foreigner at one establishment, as declared. History keeps every earlier version."""

    id = models.BigAutoField(primary_key=True)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="stays", db_index=False)
    position = models.IntegerField(help_text="place in the file or request, from 1")
    client_reference = models.CharField(max_length=100, blank=True, default="")
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="stays", db_index=False)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    identity = models.ForeignKey(Identity, models.PROTECT, related_name="stays", db_index=False)
    full_name = models.CharField(max_length=200, help_text="in Latin letters, as in the passport")
    native_name = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="as the person writes it, in any script"
    )
    name_key = models.CharField(
        max_length=150,
        blank=True,
        default="",
        help_text="the identity's: lower case, no accents, words in order of the alphabet; empty once emptied",
    )
    birth_date = models.CharField(max_length=10, help_text="1984-03-08, 1971-05 or 1962")
    sex = models.CharField(max_length=1, choices=Sex, blank=True, default="")
    nationality = models.CharField(max_length=3)
    document_kind = models.CharField(max_length=40, blank=True, default="passport")
    document_number = models.CharField(max_length=30)
    permitted_until = models.DateField(null=True, blank=True)
    entry_paper = models.CharField(max_length=40, blank=True, default="")
    purpose = models.CharField(max_length=40, blank=True, default="")
    room = models.CharField(max_length=100, blank=True, default="")
    arrived_on = models.DateField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    expected_departure = models.DateField()
    departed_on = models.DateField(null=True, blank=True)
    departure_presumed = models.BooleanField(default=False, help_text="closed by a later arrival, not by the lodging")
    declared_at = models.DateTimeField()
    minutes_late = models.IntegerField(default=0, help_text="past the limit; 0 when in time")
    limit_id = models.CharField(max_length=60, help_text="the rulebook's limit and version it was judged by")
    status = models.CharField(max_length=10, choices=StayStatus, default=StayStatus.DECLARED)
    withdrawal_reason = models.CharField(max_length=300, blank=True, default="")

    privacy = privacy(
        personal=dict.fromkeys(
            [*(field.name for field in STORED if field.personal), "name_key", "withdrawal_reason"], Keep.STAY
        ),
        plain=" ".join(field.name for field in STORED if not field.personal)
        + " id submission position client_reference establishment unit identity departure_presumed declared_at"
        " minutes_late limit_id status",
    )

    class Meta:
        triggers = PRESENCE_TRIGGERS
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "establishment",
                    "document_number",
                    "nationality",
                    "arrived_on",
                ],
                condition=~Q(status=StayStatus.WITHDRAWN),
                name="stay_declared_once",
            ),
            models.UniqueConstraint(
                fields=["establishment", "document_number", "nationality"],
                condition=OPEN,
                name="stay_one_open",
            ),
            models.UniqueConstraint(
                fields=["establishment", "client_reference"],
                condition=~Q(client_reference="") & ~Q(status=StayStatus.WITHDRAWN),
                name="stay_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(expected_departure__gte=F("arrived_on")),
                name="stay_expected_after_arrival",
            ),
            models.CheckConstraint(
                condition=Q(departed_on__isnull=True) | Q(departed_on__gte=F("arrived_on")),
                name="stay_departed_after_arrival",
            ),
        ]
        # Current guests of a lodging: ``stay_one_open``.
        indexes = [
            models.Index(
                fields=["departed_on", "-arrived_on", "-id"],  # who left on a day
                include=["unit", "establishment", "nationality"],  # who was there a week ago and has left since
                condition=DEPARTED,
                name="stay_left",
            ),
            models.Index(
                fields=["permitted_until", "id"],
                include=["unit", "establishment", "arrived_on"],  # counts read the index alone
                condition=OPEN,
                name="stay_open_permit",
            ),
            models.Index(
                fields=["expected_departure"],
                include=["unit", "establishment"],  # as above
                condition=OPEN,
                name="stay_open_expected",
            ),
            models.Index(fields=["document_number", "-arrived_on"], name="stay_document"),
            models.Index(
                fields=["establishment", "-arrived_on", "-id"],
                # A lodging's search and an officer's list of few lodgings read the index alone.
                include=[
                    "name_key",
                    "document_number",
                    "room",
                    "unit",
                    "nationality",
                    "purpose",
                    "departed_on",
                    "status",
                ],
                name="stay_establishment",
            ),
            models.Index(fields=["submission", "position"], name="stay_submission"),
            models.Index(fields=["identity"], include=["unit"], name="stay_identity_unit"),
            models.Index(
                fields=["name_key", "unit"],  # by unit first it would be taken for whatever lies in a unit
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="stay_name_unit",
            ),
            models.Index(fields=["-arrived_on", "-id"], name="stay_arrival"),
            models.Index(
                # A list of few among very many: newest first through everybody's, a rare nationality takes seconds.
                fields=["nationality", "-arrived_on", "-id"],
                include=["unit", "establishment", "departed_on", "minutes_late", "purpose"],
                condition=NOT_WITHDRAWN,
                name="stay_nationality",
            ),
            models.Index(
                fields=["unit", "-arrived_on", "-id"],
                include=["departed_on", "minutes_late", "expected_departure"],  # filters of a unit's list
                condition=NOT_WITHDRAWN,
                name="stay_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"stay {self.pk}"
