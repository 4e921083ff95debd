"""Who is considered for help, by which facts, who is proposed, and which second person approves it."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from ancu.apps.accounts.models import User
from ancu.apps.community.enums import RecipientKind, SelectionState
from ancu.apps.community.models.programme import Programme, Recipient
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy

# What a second person approved stays as he saw it; only the names and facts go when their time is over.
AS_APPROVED = """
IF (SELECT state FROM community_selection WHERE id = COALESCE(NEW.selection_id, OLD.selection_id)) = 'approved'
   AND (TG_OP <> 'UPDATE' OR (OLD.points, OLD.chosen, OLD.selection_id) IS DISTINCT FROM
                             (NEW.points, NEW.chosen, NEW.selection_id)) THEN
    RAISE EXCEPTION 'this selection was approved' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
RETURN NEW;
"""


class Selection(models.Model):
    """A selection of a number of recipients, by the criteria in force on ``criteria_on``."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="selections")
    name = models.CharField(max_length=150)
    places = models.PositiveIntegerField()
    criteria_on = models.DateField()
    state = models.CharField(max_length=10, choices=SelectionState, default=SelectionState.DRAFT)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=500, blank=True, default="", help_text="why it was sent back")

    privacy = privacy(
        personal={"words": Keep.CORRESPONDENCE},
        plain="id programme name places criteria_on state opened_at opened_by proposed_at proposed_by decided_at"
        " decided_by",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(places__gt=0), name="selection_has_places"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="selection_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(state=SelectionState.APPROVED) | Q(decided_by__isnull=False, proposed_by__isnull=False),
                name="selection_approved_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"selection {self.pk}"


class Candidate(models.Model):
    """A candidate: the facts, their points, and whether the candidate is chosen, with reasons."""

    selection = models.ForeignKey(Selection, models.PROTECT, related_name="candidates")
    kind = models.CharField(max_length=10, choices=RecipientKind)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    facts = models.JSONField(default=dict, blank=True, help_text="how often each criterion holds, by its code")
    points = models.PositiveIntegerField()
    chosen = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True, default="", help_text="where the choice leaves the points")
    recipient = models.OneToOneField(Recipient, models.PROTECT, null=True, blank=True, related_name="candidate")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    privacy = privacy(
        personal=dict.fromkeys(("name", "facts", "reason"), Keep.CORRESPONDENCE),
        plain="id selection kind unit points chosen recipient added_at added_by",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["selection", "kind", "unit", "name"], condition=~Q(name="[đã xóa]"), name="considered_once"
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="candidate_as_approved", when=pgtrigger.Before, func=AS_APPROVED,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"candidate {self.pk}"
