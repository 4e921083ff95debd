from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CopyState(models.TextChoices):
    """State of a person's request for a copy of the personal data."""

    TO_CHECK = "asked", _("to check")
    PREPARING = "preparing", pgettext_lazy("request for a copy", "being prepared")
    PREPARED = "prepared", _("waiting for a second officer")
    READY = "ready", _("ready")
    HANDED_OVER = "handed_over", _("handed over")
    DECLINED = "declined", pgettext_lazy("request for a copy", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request for a copy", "withdrawn")
    DELETED = "deleted", _("copy deleted after its retention period")


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
    JSON = "json", _("for programs (JSON)")
    PAPERS = "zip", _("papers you sent (ZIP)")

    @property
    def office_label(self) -> str:
        """The label of the copy's file on the office's page.

        The applicant's label says "you", which would mean the officer.
        """
        return str(_("papers the person sent (ZIP)") if self is CopyFile.PAPERS else self.label)


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
        _(
            "Tips are encrypted when they arrive. The office cannot tell who sent them, so it cannot find the tips "
            "of a person."
        ),
    )
    CLOSED = (
        "closed",
        _(
            "By law, checks, alerts and notices of the authorities are confidential. This copy does not say whether "
            "there are any about you. If you think such a record is wrong, you can complain to the office or submit "
            "a petition."
        ),
    )
    DELIBERATION = (
        "deliberation",
        _("Notes and opinions of officers, and draft decisions. You have received the decisions themselves."),
    )
    UNLINKED = (
        "unlinked",
        _(
            "Records without an account or an identity document: answers to surveys, people at listening meetings, "
            "petitions without an account, gifts and support. With only a name, they could belong to another person."
        ),
    )
    OTHERS = (
        "others",
        _(
            "Data about other people and organisations, and dossiers you submitted for someone else. What you "
            "submitted is on your own pages."
        ),
    )
    TECHNICAL = (
        "technical",
        _("Keys, fingerprints, search indexes and secret addresses. They contain no other data about you."),
    )
    SHORT_LIVED = (
        "short_lived",
        _("Files and messages in transit, deleted within weeks. The records in this copy show what became of them."),
    )
    OFFICERS = "officers", _("The names of officers who did or viewed something. The agency is named instead.")


class BreachRisk(models.TextChoices):
    """Severity of a breach for the people concerned."""

    LOW = "low", _("low: unlikely to harm people")
    MEDIUM = "medium", _("medium: may harm or inconvenience people")
    HIGH = "high", _("high: likely to cause serious harm to people")


class DataKind(models.TextChoices):
    """Kinds of data concerned by a breach."""

    CONTACT = "contact", _("names and contact details")
    DOCUMENTS = "documents", _("passports and identity documents")
    STAYS = "stays", _("stays and whereabouts")
    DOSSIERS = "dossiers", _("dossiers and their papers")
    PETITIONS = "petitions", _("petitions, tips and surveys")
    SIGN_IN = "sign_in", _("passwords and sign-in methods")
    SENSITIVE = "sensitive", _("sensitive data: health, biometrics, checks by authorities")
    MONEY = "money", _("payments and support received")


class BreachNotice(models.TextChoices):
    """Whether the people concerned are informed."""

    OPEN = "open", _("not decided yet")
    INFORMED = "told", _("they have been notified")
    NOT_TOLD = "not_told", _("they are not notified, for a stated reason")


class BreachStep(models.TextChoices):
    """Kind of entry in a breach's history."""

    NOTED = "noted", _("recorded")
    CHANGED = "changed", _("changed")
    NOTIFIED = "notified", _("authority notified")
    PHASE = "phase", _("further information provided")
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
    "protection.copy_asked": _("requested a copy of personal data"),
    "protection.copy_noted": _("recorded a request for a copy of personal data at the counter"),
    "protection.copy_identified": _("checked an identity document for a copy of personal data"),
    "protection.copy_preparing": _("checked a request and had the copy of personal data prepared"),
    "protection.copy_prepared": _("prepared a copy of personal data"),
    "protection.copy_asked_again": _("returned a copy of personal data for another check"),
    "protection.copy_ready": _("approved a copy of personal data"),
    "protection.copy_handed_over": _("handed over a copy of personal data"),
    "protection.copy_declined": _("declined a request for a copy of personal data"),
    "protection.copy_withdrawn": _("withdrew a request for a copy of personal data"),
    "protection.copy_deleted": _("deleted a copy of personal data after its retention period"),
    "protection.copy_downloaded": _("downloaded a file from a copy of personal data"),
    "protection.redact": _("deleted the contents of old copy requests and old breaches"),
    "protection.breach_noted": _("recorded a data breach"),
    "protection.breach_changed": _("changed the record of a data breach"),
    "protection.breach_notified": _("recorded that the authority was notified of a data breach"),
    "protection.breach_phase": _("recorded further information about a data breach"),
    "protection.breach_closed": _("closed a data breach"),
    "protection.breach_warned": _("warned administrators about the deadline of a data breach"),
    "looked:protection.copyrequest": _("opened a request for a copy of personal data"),
    "looked:protection.copyrequests": _("viewed the list of requests for copies of personal data"),
    "looked:protection.breach": _("opened a data breach"),
    "looked:protection.breaches": _("viewed the data breach register"),
}
