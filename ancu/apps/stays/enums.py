from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    WEB = "web", _("web form")
    FILE = "file", _("file")
    PHOTO = "photo", _("passport pictures")
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
    "stays.passport_read": _("had a passport read from a picture"),
    "stays.group_started": _("began a group of passport pictures"),
    "stays.group_answers": _("wrote what a group of guests has in common"),
    "stays.group_remove": _("took a picture out of a group"),
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
        _("The two lines with the signs <<< were not found in the picture."),
        _("Photograph the page with the portrait, so that the lines at its bottom are whole in the picture."),
    ),
    "not_legible": (
        _("The lines at the bottom of the page could not be read."),
        _("Hold the camera straight above the page and take the picture again."),
    ),
    "glare": (
        _("A lamp or a window is mirrored on the page."),
        _("Turn the passport away from the light, or switch the flash off, and take the picture again."),
    ),
    "blur": (
        _("The picture is blurred."),
        _("Tap on the page so that the camera focuses, hold it still, and take the picture again."),
    ),
    "dark": (_("The picture is too dark."), _("Go nearer to a lamp or a window and take the picture again.")),
    "far": (
        _("The passport is too far away: its letters are too small to read."),
        _("Go nearer until the page fills the picture."),
    ),
    "too_many": (
        _("Your lodging has had very many pictures read in this hour."),
        _("Write the guest in by hand, or go on later."),
    ),
    "group_full": (_("A group takes 20 pictures."), _("Declare these first, then begin another group.")),
    "not_kept": (
        _("This kind of picture cannot be taken in here."),
        _("Send a JPEG, PNG or HEIC picture, or take one with the camera."),
    ),
    "scanner": (
        _("The virus scanner refused this picture or does not answer."),
        _("Take the picture again, or write the guest in by hand."),
    ),
}
