from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CopyState(models.TextChoices):
    """State of a person's request for a copy of the personal data."""

    TO_CHECK = "asked", _("to be checked")
    PREPARING = "preparing", pgettext_lazy("request for a copy", "being prepared")
    PREPARED = "prepared", _("waiting for a second officer")
    READY = "ready", _("ready")
    HANDED_OVER = "handed_over", _("handed over")
    DECLINED = "declined", pgettext_lazy("request for a copy", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for a copy", "withdrawn")
    DELETED = "deleted", _("copy deleted after its time")


COPY_TRANSITIONS = {
    CopyState.TO_CHECK: {CopyState.PREPARING, CopyState.DECLINED, CopyState.WITHDRAWN},
    CopyState.PREPARING: {CopyState.PREPARED, CopyState.WITHDRAWN},
    CopyState.PREPARED: {CopyState.READY, CopyState.TO_CHECK, CopyState.DECLINED, CopyState.WITHDRAWN},
    CopyState.READY: {CopyState.HANDED_OVER, CopyState.DELETED},
    CopyState.HANDED_OVER: {CopyState.DELETED},
    CopyState.DECLINED: set(),
    CopyState.WITHDRAWN: set(),
    CopyState.DELETED: set(),
}
OPEN_COPIES = (CopyState.TO_CHECK, CopyState.PREPARING, CopyState.PREPARED)
OUT = (CopyState.READY, CopyState.HANDED_OVER)  # approved: its files may leave


class CopyFile(models.TextChoices):
    """The files of a copy."""

    PDF = "pdf", _("to read (PDF)")
    JSON = "json", _("for a program (JSON)")
    PAPERS = "zip", _("papers that you sent (ZIP)")

    @property
    def office_label(self) -> str:
        """The label on the office's page, where "you" would mean the officer."""
        return str(_("papers that the person sent (ZIP)") if self is CopyFile.PAPERS else self.label)


class CopySection(models.TextChoices):
    """Sections of a copy in printed order."""

    ACCOUNT = "account", pgettext_lazy("part of a copy", "Your account")
    IDENTITY = "identity", pgettext_lazy("part of a copy", "Your documents as they were declared")
    STAYS = "stays", pgettext_lazy("part of a copy", "Your stays")
    DOSSIERS = "dossiers", pgettext_lazy("part of a copy", "Your dossiers")
    PETITIONS = "petitions", pgettext_lazy("part of a copy", "Your petitions")
    MESSAGES = "messages", pgettext_lazy("part of a copy", "Messages and notifications")
    LODGING = "lodging", pgettext_lazy("part of a copy", "Your lodging")
    SIGN_INS = "sign_ins", pgettext_lazy("part of a copy", "Signing in")


class Omission(models.TextChoices):
    """Why data are missing from a copy, as printed in it."""

    SEALED = (
        "sealed",
        _("Tips are sealed as they arrive. The office cannot tell who sent one, so none can be found for a person."),
    )
    CLOSED = (
        "closed",
        _(
            "The law keeps checks, alerts and notices of the authorities closed. This copy does not say whether there"
            " are any about you. If you think that such a record is wrong, you may complain to the office or file a"
            " petition."
        ),
    )
    DELIBERATION = (
        "deliberation",
        _("Notes and opinions of officers, and drafts of decisions. You have received the decisions themselves."),
    )
    UNLINKED = (
        "unlinked",
        _(
            "Records that bear no account and no identity document: answers to surveys, people at listening meetings,"
            " petitions without an account, gifts and help. By the name alone they could be another person’s."
        ),
    )
    OTHERS = (
        "others",
        _(
            "Data about other people and about organisations, also dossiers that you filed for somebody else. What you"
            " filed stands on your own pages."
        ),
    )
    TECHNICAL = "technical", _("Keys, fingerprints, search indexes and addresses that open something: no further data.")
    SHORT_LIVED = (
        "short_lived",
        _("Files and messages on their way, deleted within weeks. What became of them is in the records of this copy."),
    )
    OFFICERS = "officers", _("Which officer did or saw something: the agency is named, the officer is not.")


class BreachRisk(models.TextChoices):
    """Severity of a breach for the people concerned."""

    LOW = "low", _("low: no harm to people is likely")
    MEDIUM = "medium", _("medium: people may be harmed or troubled")
    HIGH = "high", _("high: grave harm to people is likely")


class DataKind(models.TextChoices):
    """Kinds of data concerned by a breach."""

    CONTACT = "contact", _("names and contact details")
    DOCUMENTS = "documents", _("passports and identity documents")
    STAYS = "stays", _("stays and whereabouts")
    DOSSIERS = "dossiers", _("dossiers and their papers")
    PETITIONS = "petitions", _("petitions, tips and surveys")
    SIGN_IN = "sign_in", _("passwords and ways to sign in")
    SENSITIVE = "sensitive", _("sensitive data: health, biometrics, checks of authorities")
    MONEY = "money", _("payments and help received")


class BreachNotice(models.TextChoices):
    """Whether the people concerned are informed."""

    OPEN = "open", _("not decided yet")
    INFORMED = "told", _("they were told")
    NOT_TOLD = "not_told", _("they are not told, for a reason")


class BreachStep(models.TextChoices):
    """Kind of entry in a breach's history."""

    NOTED = "noted", _("noted")
    CHANGED = "changed", _("changed")
    NOTIFIED = "notified", _("authority notified")
    PHASE = "phase", _("further information given")
    CLOSED = "closed", pgettext_lazy("breach", "closed")


class BreachState(models.TextChoices):
    """State of a breach. Its deadline ends with the first notification."""

    NOTED = "noted", _("authority not notified yet")
    NOTIFIED = "notified", _("authority notified")
    CLOSED = "closed", pgettext_lazy("breach", "closed")


BREACH_TRANSITIONS = {
    BreachState.NOTED: {BreachState.NOTIFIED, BreachState.CLOSED},
    BreachState.NOTIFIED: {BreachState.CLOSED},
    BreachState.CLOSED: set(),
}

# Sentences of the audit.
ACTS = {
    "protection.copy_asked": _("asked for a copy of the data held"),
    "protection.copy_noted": _("noted a request for a copy of data at the counter"),
    "protection.copy_identified": _("compared an identity document for a copy of data"),
    "protection.copy_preparing": _("checked a request and had the copy of data prepared"),
    "protection.copy_prepared": _("prepared a copy of data"),
    "protection.copy_asked_again": _("sent a copy of data back to be checked"),
    "protection.copy_ready": _("approved a copy of data"),
    "protection.copy_handed_over": _("handed over a copy of data"),
    "protection.copy_declined": _("declined a request for a copy of data"),
    "protection.copy_withdrawn": _("withdrew a request for a copy of data"),
    "protection.copy_deleted": _("deleted a copy of data after its time"),
    "protection.copy_downloaded": _("took a file of a copy of data"),
    "protection.redact": _("emptied old requests for copies of data and old breaches"),
    "protection.breach_noted": _("noted a breach of personal data"),
    "protection.breach_changed": _("changed what is noted of a breach"),
    "protection.breach_notified": _("noted that the authority was notified of a breach"),
    "protection.breach_phase": _("noted further information about a breach"),
    "protection.breach_closed": _("closed a breach"),
    "protection.breach_warned": _("warned administrators of a breach’s deadline"),
    "looked:protection.copyrequest": _("opened a request for a copy of data"),
    "looked:protection.copyrequests": _("opened the list of requests for copies of data"),
    "looked:protection.breach": _("opened a breach"),
    "looked:protection.breaches": _("opened the register of breaches"),
}
