from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Measure(models.TextChoices):
    """What an item is counted in; whole numbers all, so that nothing is rounded."""

    VND = "vnd", pgettext_lazy("measure", "đồng")
    MINUTES = "minutes", pgettext_lazy("measure", "minutes of work")
    PIECES = "pieces", pgettext_lazy("measure", "pieces")
    GRAMS = "grams", pgettext_lazy("measure", "grams")
    METRES = "metres", pgettext_lazy("measure", "metres")


class Account(models.TextChoices):
    """Where an item comes from or goes to. The stock alone may never be below nothing."""

    DONORS = "donors", pgettext_lazy("account", "donors")
    STOCK = "stock", pgettext_lazy("account", "in hand")
    SELLERS = "sellers", pgettext_lazy("account", "sellers")
    GIVEN = "given", pgettext_lazy("account", "handed over")


class EntryKind(models.TextChoices):
    GIFT = "gift", pgettext_lazy("entry", "gift")
    PURCHASE = "purchase", pgettext_lazy("entry", "purchase")
    HANDOVER = "handover", pgettext_lazy("entry", "handing over")
    REVERSAL = "reversal", pgettext_lazy("entry", "reversal")


class DonorKind(models.TextChoices):
    ORGANISATION = "organisation", pgettext_lazy("donor", "organisation")
    PERSON = "person", pgettext_lazy("donor", "person")


class RecipientKind(models.TextChoices):
    HOUSEHOLD = "household", pgettext_lazy("recipient", "household")
    SCHOOL = "school", pgettext_lazy("recipient", "school")
    WORK = "work", pgettext_lazy("recipient", "public work")


# Sentences of the audit.
ACTS = {
    "community.opened": _("opened a programme of help"),
    "community.item": _("added something that a programme counts"),
    "community.redact": _("emptied donors and recipients whose time was over"),
    "community.gift": _("entered a gift"),
    "community.purchase": _("entered a purchase"),
    "community.handover": _("entered what was handed over"),
    "community.reversed": _("reversed an entry of a programme"),
}
