from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DeclarationChannel(models.TextChoices):
    WEB = "web", _("web form")
    FILE = "file", _("file")
    PHOTO = "photo", _("passport pictures")
    API = "api", _("program")
    COMMAND = "command", _("command line")
    PAPER = "paper", _("paper form")


class Sex(models.TextChoices):
    MALE = "M", _("male")
    FEMALE = "F", _("female")
    UNSPECIFIED = "X", _("other")
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


class UndeclaredState(models.TextChoices):
    """The state of a row that could not be declared with the others of its file or group."""

    OPEN = "open", _("not declared yet")
    DECLARED = "declared", _("declared")
    DISMISSED = "dismissed", _("dismissed")
    EXPIRED = "expired", _("deleted after its retention period")


class Dismissal(models.TextChoices):
    """Why a guest of a file or a group is not declared."""

    OTHERWISE = "otherwise", _("declared separately")
    REPEATED = "repeated", _("the same guest is in another row or file")
    NO_GUEST = "no_guest", _("did not stay here")
    NO_FOREIGNER = "no_foreigner", _("a Vietnamese guest")
    NO_PERSON = "no_person", _("not a person: a heading, a total or a test")
    ANOTHER_REASON = "other", pgettext_lazy("dismissal", "another reason")


class ConfirmationState(models.TextChoices):
    """The state of a request for a confirmation of stay."""

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
    """How a request for a confirmation came: by the guest after the self-check, or by the lodging."""

    SELF_CHECK = "self_check", _("the guest’s own check")
    LODGING = "lodging", _("the lodging")


class Proof(models.TextChoices):
    """What proves that the guest asks. Passport data do not prove it: others have copies of them."""

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
    ANOTHER_PURPOSE = "other", pgettext_lazy("purpose", "something else")


# Purposes in a few words, for the title of a task.
PURPOSES_IN_SHORT = {
    Purpose.RESIDENCE_CARD.value: pgettext_lazy("purpose in short", "a card or visa"),
    Purpose.DRIVING_LICENCE.value: pgettext_lazy("purpose in short", "a driving licence"),
    Purpose.BANK.value: pgettext_lazy("purpose in short", "a bank account"),
    Purpose.SCHOOL.value: pgettext_lazy("purpose in short", "work or school"),
    Purpose.ANOTHER_PURPOSE.value: pgettext_lazy("purpose in short", "something else"),
}


class JudgedBy(models.TextChoices):
    """By which time lateness was judged, and why; the codes are those of ``rulebook.Basis``."""

    RECEIVED = "received", _("the time it was received")
    KEYED = (
        "keyed",
        _("the time it was entered on the phone: the phone was offline then, and its clock agrees with the office’s"),
    )
    NO_MARK = "no_mark", _("the time it was received: the phone had no time signed by the office")
    TOO_OLD = "too_old", _("the time it was received: the phone had been offline for too long")
    HAD_LINE = "had_line", _("the time it was received: the phone was online in between")
    CLOCK_SET = "clock_set", _("the time it was received: the phone’s clock does not agree with the office’s")


# Where a stay stands on a day, in words, and the tone of its chip; ``rules.standing_of`` says which.
STANDINGS = {
    "withdrawn": (_("withdrawn"), "mute"),
    "left": (_("left"), "mute"),
    "permit_ended": (_("permitted stay ended"), "bad"),
    "overdue": (_("departure overdue"), "warn"),
    "staying": (_("staying"), "ok"),
}

# Sentences of the audit: what somebody did, without whom it was about.
ACTS = {
    "stays.declared": _("declared guests"),
    "stays.corrected": _("corrected a declaration"),
    "stays.checked_out": _("checked a guest out"),
    "stays.extended": _("changed an expected departure"),
    "stays.moved": _("changed a guest’s room"),
    "stays.withdrawn": _("withdrew a declaration"),
    "stays.submission_withdrawn": _("withdrew a whole submission"),
    "stays.reopened": _("reopened an earlier stay by withdrawing the later one"),
    "stays.undone": _("undid what was done to a declaration"),
    "stays.permit_renewed": _("renewed a guest’s permitted stay by a result of the office"),
    "stays.upload": _("uploaded a file of guests"),
    "stays.upload_correct": _("corrected a row of an uploaded file"),
    "stays.upload_discard": _("discarded an uploaded file"),
    "stays.rows_left": _("could not declare some guests of a file"),
    "stays.row_corrected": _("corrected a guest who is not declared yet"),
    "stays.rows_filled": _("wrote what guests who are not declared yet have in common"),
    "stays.rows_dismissed": _("dismissed guests who were not declared"),
    "stays.row_reopened": _("restored a dismissed guest"),
    "stays.redact_undeclared": _("deleted the data of guests who were never declared"),
    "stays.passport_read": _("had a passport read from a picture"),
    "stays.group_started": _("started a group of passport pictures"),
    "stays.group_answers": _("wrote what a group of guests has in common"),
    "stays.group_remove": _("removed a picture from a group"),
    "stays.enrolled_device": _("made a phone ready to work offline"),
    "stays.opened_device": _("opened what a phone had saved"),
    "stays.cut_off_device": _("cut a phone off"),
    "stays.refused_device": _("was refused with a phone that is cut off"),
    "stays.redact_devices": _("removed phones that were not used any more"),
    "stays.redact": _("deleted the data of stays past their retention period"),
    "stays.redact_answers": _("deleted the answers to programs"),
    "stays.redact_upload": _("deleted the data of an uploaded file"),
    "stays.exported": _("exported a list of guests"),
    "stays.self_checked": _("asked whether a lodging has declared them"),
    "stays.confirmation_requested": _("asked for a confirmation of stay"),
    "stays.confirmation_issued": _("issued a confirmation of stay"),
    "stays.confirmation_refused": _("refused a confirmation of stay"),
    "stays.confirmation_withdrawn": _("withdrew a request for a confirmation of stay"),
    "stays.confirmation_revoked": _("revoked a confirmation of stay"),
    "stays.redact_confirmations": _("deleted the data of confirmations past their retention period"),
    "looked:stays.confirmations": _("viewed the requests for confirmations of stay"),
    "looked:stays.confirmation": _("opened a confirmation of stay"),
    "looked:stays.device": _("downloaded the current guests to a phone"),
    "looked:stays.guests": _("viewed the list of guests"),
    "looked:stays.search": _("searched for a guest"),
    "looked:stays.document": _("had the document number of a guest shown"),
    "looked:stays.stay": _("opened a guest’s declaration"),
    "looked:stays.submission": _("opened a submission with its guests"),
    "looked:travellers.traveller": _("opened all stays of a person"),
}

# Why a picture of a passport was not read, and what to do; the keys are codes of engines.passports and services.photos.
PICTURE_REFUSALS = {
    "no_picture": (_("No picture was sent."), _("Choose a picture, or take one.")),
    "too_large": (
        _("This picture is larger than 15 MB or has too many pixels."),
        _("Set the camera to a lower resolution; 12 million pixels are plenty for a passport."),
    ),
    "too_heavy": (_("This picture takes too long to read."), _("Take it again, with only the passport’s page in it.")),
    "not_an_image": (
        _("This file is not a picture that can be opened."),
        _("Send a JPEG, PNG, WebP or HEIC picture, or take one with the camera."),
    ),
    "too_small": (
        _("This picture is too small to read."),
        _("Send the picture as the camera made it, not its preview."),
    ),
    "no_zone": (
        _("The two lines with <<< were not found in the picture."),
        _("Photograph the page with the portrait, so that the lines at the bottom are completely visible."),
    ),
    "not_legible": (
        _("The lines at the bottom of the page could not be read."),
        _("Hold the camera straight above the page and take the picture again."),
    ),
    "glare": (
        _("A lamp or a window is reflected on the page."),
        _("Turn the passport away from the light, or switch the flash off, and take the picture again."),
    ),
    "blur": (
        _("The picture is blurred."),
        _("Tap on the page so that the camera focuses, hold it still, and take the picture again."),
    ),
    "dark": (_("The picture is too dark."), _("Move closer to a lamp or a window and take the picture again.")),
    "far": (
        _("The passport is too far away: its letters are too small to read."),
        _("Move closer until the page fills the picture."),
    ),
    "too_many": (
        _("Your lodging has used up this hour's picture readings."),
        _("Enter the guest by hand."),
    ),
    "group_full": (_("A group takes 20 pictures."), _("Declare these first, then start another group.")),
    "not_kept": (
        _("This kind of picture is not accepted."),
        _("Send a JPEG, PNG or HEIC picture, or take one with the camera."),
    ),
    "scanner": (
        _("The virus scanner refused this picture or does not answer."),
        _("Take the picture again, or enter the guest by hand."),
    ),
}
