from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class ConfirmationState(models.TextChoices):
    """What became of a request for a confirmation of stay."""

    REQUESTED = "requested", pgettext_lazy("confirmation", "waiting for the commune")
    ISSUED = "issued", pgettext_lazy("confirmation", "issued")
    REFUSED = "refused", pgettext_lazy("confirmation", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("confirmation", "no longer wanted")
    REVOKED = "revoked", pgettext_lazy("confirmation", "revoked")


TRANSITIONS: dict[ConfirmationState, frozenset[ConfirmationState]] = {
    ConfirmationState.REQUESTED: frozenset(
        {ConfirmationState.ISSUED, ConfirmationState.REFUSED, ConfirmationState.WITHDRAWN}
    ),
    ConfirmationState.ISSUED: frozenset({ConfirmationState.REVOKED}),
    ConfirmationState.REFUSED: frozenset(),
    ConfirmationState.WITHDRAWN: frozenset(),
    ConfirmationState.REVOKED: frozenset(),
}


class AskedThrough(models.TextChoices):
    """Who brought the request: whoever passed the self-check, or the lodging for its guest."""

    SELF_CHECK = "self_check", _("the guest’s own check")
    LODGING = "lodging", _("the lodging")


class Proof(models.TextChoices):
    """What says that the guest himself asks. Passport data do not: others hold a copy of them."""

    NONE = "none", _("nothing yet: only passport data were given")
    RECEIPT = "receipt", _("the guest’s receipt")
    LODGING = "lodging", _("the lodging, which asks for its guest")
    CALLED = "called", _("the officer spoke with the guest at the lodging")
    PASSPORT = "passport", _("the guest showed the passport")


class Purpose(models.TextChoices):
    RESIDENCE_CARD = "residence_card", _("a residence card or a visa")
    DRIVING_LICENCE = "driving_licence", _("a driving licence")
    BANK = "bank", _("a bank account")
    SCHOOL = "school", _("work or school")
    OTHER = "other", pgettext_lazy("purpose", "something else")


class JudgedBy(models.TextChoices):
    """By which time lateness was judged, and why; the codes are those of ``rulebook.Basis``."""

    RECEIVED = "received", _("the time it was received")
    KEYED = (
        "keyed",
        _("the time it was keyed on the phone: the phone had no line then, and its clock agrees with the office’s"),
    )
    NO_MARK = "no_mark", _("the time it was received: the phone had no time signed by the office")
    TOO_OLD = "too_old", _("the time it was received: the phone had been without a line for too long")
    HAD_LINE = "had_line", _("the time it was received: the phone had a line in between")
    CLOCK_SET = "clock_set", _("the time it was received: the phone’s clock does not agree with the office’s")


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
    "stays.enrolled_device": _("made a phone ready to work without a line"),
    "stays.opened_device": _("opened what a phone had kept"),
    "stays.cut_off_device": _("cut a phone off"),
    "stays.refused_device": _("was refused with a phone that is cut off"),
    "stays.redact_devices": _("forgot phones that were not seen any more"),
    "stays.redact": _("emptied stays whose time was over"),
    "stays.redact_answers": _("emptied answers to programs"),
    "stays.redact_upload": _("emptied an uploaded file’s data"),
    "stays.exported": _("took a list of guests away as a file"),
    "stays.self_checked": _("asked whether a lodging has declared him"),
    "stays.confirmation_requested": _("asked for a confirmation of stay"),
    "stays.confirmation_issued": _("issued a confirmation of stay"),
    "stays.confirmation_refused": _("refused a confirmation of stay"),
    "stays.confirmation_withdrawn": _("took back a request for a confirmation of stay"),
    "stays.confirmation_revoked": _("revoked a confirmation of stay"),
    "stays.redact_confirmations": _("emptied confirmations whose time was over"),
    "looked:stays.confirmations": _("looked at the requests for confirmations of stay"),
    "looked:stays.confirmation": _("opened a confirmation of stay"),
    "looked:stays.device": _("took the guests of the house onto a phone"),
    "looked:stays.guests": _("looked at the list of guests"),
    "looked:stays.search": _("searched for a guest"),
    "looked:stays.stay": _("opened a guest’s declaration"),
    "looked:stays.submission": _("opened a submission with its guests"),
    "looked:travellers.traveller": _("opened all stays of a person"),
}
