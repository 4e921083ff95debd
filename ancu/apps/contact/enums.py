from django.db import models
from django.utils.translation import gettext_lazy as _


class UrgentReportKind(models.TextChoices):
    FORGED = "forged", _("papers that look forged")
    NO_PAPERS = "no_papers", _("a guest without papers")
    INCIDENT = "incident", _("an incident at the lodging")


# Sentences of the audit.
ACTS = {
    "contact.reported": _("sent an urgent report to the duty officer"),
    "contact.assigned": _("assigned a lodging’s report to an officer"),
    "contact.acknowledged": _("acknowledged a lodging’s report"),
    "contact.broadcast": _("sent an announcement to lodgings"),
    "contact.read": _("read an announcement of the office"),
    "contact.confirmed": _("confirmed an announcement of the office"),
    "contact.reminded": _("reminded lodgings that had not confirmed"),
    "contact.exported": _("downloaded the list of lodgings that had not confirmed"),
    "contact.redact": _("deleted the contents of announcements past their retention period"),
    "looked:contact.urgentreport": _("opened a lodging’s report"),
    "looked:contact.reports": _("opened the list of lodgings’ reports"),
}
