from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Severity(models.IntegerChoices):
    LOW = 1, pgettext_lazy("severity", "low")
    MEDIUM = 2, pgettext_lazy("severity", "medium")
    HIGH = 3, pgettext_lazy("severity", "high")


class AlertState(models.TextChoices):
    OPEN = "open", pgettext_lazy("alert", "open")
    LODGING_ASKED = "asked", pgettext_lazy("alert", "question sent to lodging")
    CONFIRMED = "confirmed", pgettext_lazy("alert", "confirmed")
    DISMISSED = "dismissed", pgettext_lazy("alert", "dismissed")
    CLOSED = "closed", pgettext_lazy("alert", "closed automatically")


# A decision holds until the fact gets worse, which reopens a dismissed alert. A closed alert reopens when its fact
# recurs.
TRANSITIONS: dict[AlertState, frozenset[AlertState]] = {
    AlertState.OPEN: frozenset(
        {AlertState.LODGING_ASKED, AlertState.CONFIRMED, AlertState.DISMISSED, AlertState.CLOSED}
    ),
    AlertState.LODGING_ASKED: frozenset({AlertState.CONFIRMED, AlertState.DISMISSED, AlertState.CLOSED}),
    AlertState.CONFIRMED: frozenset(),
    AlertState.DISMISSED: frozenset({AlertState.OPEN}),
    AlertState.CLOSED: frozenset({AlertState.OPEN}),
}
WAITING = (AlertState.OPEN, AlertState.LODGING_ASKED)
DECIDED = (AlertState.CONFIRMED, AlertState.DISMISSED)


# Notes that are offered with a confirmation.
LODGING_CONFIRMS = pgettext_lazy("alert", "lodging confirms it")
CONFIRM_NOTES = (
    LODGING_CONFIRMS, pgettext_lazy("alert", "met at inspection"), pgettext_lazy("alert", "records agree")
)  # fmt: skip


class DismissReason(models.TextChoices):
    """Why an alert was dismissed. The rule's page counts the reasons, which show what to correct."""

    MENDED = "mended", _("the lodging has corrected or completed its declaration")
    EXPLAINED = "explained", _("the lodging or the guest has explained it")
    DATA = "data", _("the data was wrong; nothing is amiss")
    HANDLED_ELSEWHERE = "known", _("it is being handled elsewhere")
    RULE = "rule", _("the rule does not fit this case")
    OTHER_REASON = "other", pgettext_lazy("dismissal", "another reason")


class AlertStep(models.TextChoices):
    """What happened to an alert; one entry each in its trace."""

    RAISED = "raised", pgettext_lazy("alert", "raised")
    UPDATED = "updated", pgettext_lazy("alert", "the facts changed")
    REOPENED = "reopened", pgettext_lazy("alert", "reopened")
    CLOSED = "closed", pgettext_lazy("alert", "closed automatically: the facts no longer apply")
    GONE = "gone", pgettext_lazy("alert", "the facts no longer apply; the decision stands")
    LODGING_ASKED = "asked", pgettext_lazy("alert", "question sent to the lodging")
    CONFIRMED = "confirmed", pgettext_lazy("alert", "confirmed")
    DISMISSED = "dismissed", pgettext_lazy("alert", "dismissed")
    REFERRED = "referred", pgettext_lazy("alert", "referred to the province")


class RuleSubject(models.TextChoices):
    """What a rule judges. A change of such a record causes the rule to be evaluated."""

    STAY = "stay", _("a stay")
    LODGING = "lodging", _("a lodging")


class NoticeState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("notice", "waiting for approval by another officer")
    APPROVED = "approved", pgettext_lazy("notice", "in force")
    ENDED = "ended", pgettext_lazy("notice", "ended")


class ReplayState(models.TextChoices):
    RUNNING = "running", pgettext_lazy("replay", "running")
    DONE = "done", pgettext_lazy("replay", "finished")
    FAILED = "failed", pgettext_lazy("replay", "failed")


class InspectionResult(models.TextChoices):
    """The result of a visit. Follow-up is recorded where it is handled."""

    IN_ORDER = "in_order", pgettext_lazy("inspection", "in order")
    REMINDED = "reminded", pgettext_lazy("inspection", "lodging reminded")
    VIOLATION = "violation", pgettext_lazy("inspection", "violation recorded")
    REFERRED = "referred", pgettext_lazy("inspection", "referred to another agency")


# Descriptions of audit events.
ACTS = {
    "oversight.evaluated": _("checked all stays against a rule"),
    "oversight.confirmed": _("confirmed an alert"),
    "oversight.dismissed": _("dismissed an alert"),
    "oversight.asked": _("sent a lodging a question about an alert"),
    "oversight.referred": _("referred an alert to the province"),
    "oversight.exported_movement": _("exported the movement figures"),
    "oversight.redact": _("deleted the contents of alerts after their retention period"),
    "oversight.replayed": _("tested new thresholds of a rule on the past year"),
    "oversight.thresholds": _("applied new thresholds of a rule"),
    "oversight.notice_proposed": _("proposed a lookout notice"),
    "oversight.notice_approved": _("approved a lookout notice"),
    "oversight.notice_ended": _("ended a lookout notice"),
    "oversight.inspected": _("recorded an inspection"),
    "oversight.result_decided": _("decided the result of an inspection"),
    "oversight.visit_planned": _("planned an inspection"),
    "oversight.visit_moved": _("moved a planned inspection to another day"),
    "oversight.visit_dropped": _("cancelled a planned inspection"),
    "looked:oversight.plannedvisit": _("opened a planned inspection"),
    "looked:oversight.notice": _("opened a lookout notice"),
    "looked:oversight.notices": _("viewed the lookout notices"),
    "looked:oversight.inspection": _("opened an inspection"),
    "looked:oversight.inspections": _("viewed the inspections"),
    "looked:oversight.alert": _("opened an alert"),
    "looked:oversight.alerts": _("viewed the list of alerts"),
}
