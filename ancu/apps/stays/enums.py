from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    WEB = "web", _("web form")
    FILE = "file", _("file")
    API = "api", _("program")
    COMMAND = "command", _("command line")
    PAPER = "paper", _("paper form")


class Sex(models.TextChoices):
    MALE = "M", _("male")
    FEMALE = "F", _("female")
    OTHER = "X", _("other")
    UNKNOWN = "", _("not stated")


class StayStatus(models.TextChoices):
    DECLARED = "declared", _("declared")
    CORRECTED = "corrected", _("corrected")
    WITHDRAWN = "withdrawn", _("withdrawn")


class UploadState(models.TextChoices):
    READING = "reading", _("being read")
    PREVIEW = "preview", _("waiting for your check")
    SENDING = "sending", _("being declared")
    DONE = "done", _("declared")
    FAILED = "failed", _("could not be read")
    DISCARDED = "discarded", _("discarded")


# Sentences of the audit: what somebody did, without whom it was about.
ACTS = {
    "stays.declared": _("declared guests"),
    "stays.corrected": _("corrected a declaration"),
    "stays.checked_out": _("checked a guest out"),
    "stays.extended": _("changed an expected departure"),
    "stays.moved": _("changed a guest’s room"),
    "stays.withdrawn": _("withdrew a declaration"),
    "stays.upload": _("uploaded a file of guests"),
    "stays.upload_correct": _("corrected a row of an uploaded file"),
    "stays.upload_discard": _("discarded an uploaded file"),
    "stays.redact": _("emptied stays whose time was over"),
    "stays.redact_answers": _("emptied answers to programs"),
    "stays.redact_upload": _("emptied an uploaded file’s data"),
    "stays.exported": _("took a list of guests away as a file"),
    "looked:stays.guests": _("looked at the list of guests"),
    "looked:stays.search": _("searched for a guest"),
    "looked:stays.stay": _("opened a guest’s declaration"),
    "looked:stays.submission": _("opened a submission with its guests"),
    "looked:travellers.traveller": _("opened all stays of a person"),
}
