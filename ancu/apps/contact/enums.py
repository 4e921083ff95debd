from django.db import models
from django.utils.translation import gettext_lazy as _


class UrgentReportKind(models.TextChoices):
    FORGED = "forged", _("papers that look forged")
    NO_PAPERS = "no_papers", _("a guest without papers")
    INCIDENT = "incident", _("an incident in the house")


# Sentences of the audit.
ACTS = {
    "contact.reported": _("reported something urgent to the duty officer"),
    "contact.acknowledged": _("acknowledged a lodging’s report"),
    "contact.broadcast": _("told many lodgings something"),
    "contact.read": _("read what the office told"),
    "contact.confirmed": _("confirmed what the office told"),
    "contact.reminded": _("reminded lodgings that had not confirmed"),
    "contact.exported": _("took away the list of lodgings that had not confirmed"),
    "contact.redact": _("emptied broadcasts whose time was over"),
    "looked:contact.urgentreport": _("opened a lodging’s report"),
    "looked:contact.reports": _("opened the list of lodgings’ reports"),
}
