from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LodgingKind(models.TextChoices):
    HOTEL = "hotel", _("hotel")
    GUEST_HOUSE = "guest_house", _("guest house")
    HOMESTAY = "homestay", _("homestay")
    APARTMENT = "apartment", _("apartment")
    DORMITORY = "dormitory", _("dormitory")
    COMPANY_HOUSING = "company_housing", _("company housing")
    HOSPITAL = "hospital", _("clinic or hospital")
    PRIVATE_HOUSE = "private_house", _("private house")
    OTHER_LODGING = "other", _("other lodging")


class EstablishmentStatus(models.TextChoices):
    PENDING = "pending", _("waiting for approval")
    RETURNED = "returned", _("returned for correction")
    ACTIVE = "active", pgettext_lazy("lodging", "active")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


TRANSITIONS: dict[EstablishmentStatus, frozenset[EstablishmentStatus]] = {
    EstablishmentStatus.PENDING: frozenset({EstablishmentStatus.ACTIVE, EstablishmentStatus.RETURNED}),
    EstablishmentStatus.RETURNED: frozenset({EstablishmentStatus.PENDING, EstablishmentStatus.CLOSED}),
    EstablishmentStatus.ACTIVE: frozenset({EstablishmentStatus.SUSPENDED, EstablishmentStatus.CLOSED}),
    EstablishmentStatus.SUSPENDED: frozenset({EstablishmentStatus.ACTIVE, EstablishmentStatus.CLOSED}),
    EstablishmentStatus.CLOSED: frozenset(),
}

# Sentences of the audit.
ACTS = {
    "lodging.registered": _("registered a lodging"),
    "lodging.updated": _("changed the data of a lodging"),
    "lodging.pending": _("submitted a registration again"),
    "lodging.returned": _("returned a registration for correction"),
    "lodging.active": _("allowed a lodging to declare"),
    "lodging.suspended": _("suspended a lodging"),
    "lodging.closed": _("closed a lodging"),
    "lodging.opened_sandbox": _("opened a sandbox lodging"),
    "lodging.created_token": _("created a key for a program"),
    "lodging.revoked_token": _("revoked the key of a program"),
    "lodging.opened_session": _("signed in as a program"),
    "looked:lodging.establishment": _("viewed a lodging with its representative's data"),
    "lodging.redact": _("deleted the data of closed lodgings after the retention period"),
}
