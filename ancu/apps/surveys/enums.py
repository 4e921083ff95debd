from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionKind(models.TextChoices):
    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")
    SCALE = "scale", _("a scale")
    MATRIX = "matrix", _("a table of rows and columns")
    NUMBER = "number", _("a number")
    SHORT = "short", _("a short text")
    LONG = "long", _("a long text")


CHOSEN = frozenset({QuestionKind.SINGLE, QuestionKind.MULTIPLE})
WRITTEN = frozenset({QuestionKind.SHORT, QuestionKind.LONG})


class SurveyState(models.TextChoices):
    DRAFT = "draft", _("being prepared")
    OPEN = "open", _("open for answers")
    CLOSED = "closed", _("closed")


TRANSITIONS: dict[SurveyState, frozenset[SurveyState]] = {
    SurveyState.DRAFT: frozenset({SurveyState.OPEN}),
    SurveyState.OPEN: frozenset({SurveyState.CLOSED}),
    SurveyState.CLOSED: frozenset({SurveyState.OPEN}),
}


class ResponseSource(models.TextChoices):
    WEB = "web", _("form on the web")
    PHONE = "phone", _("interviewer’s phone")
    KEYED = "keyed", _("paper, typed in")
    SCAN = "scan", _("paper, scanned")


class ResponseState(models.TextChoices):
    DRAFT = "draft", _("being answered")
    REVIEW = "review", _("needs checking")
    SECOND = "second", _("waiting to be typed in a second time")
    COMPLETE = "complete", _("complete")


class ScanState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    READING = "reading", _("being read")
    DONE = "done", _("read")
    FAILED = "failed", _("not readable")


class ScanProblem(models.TextChoices):
    """Why a whole file was not read: the job does not know in which language it will be told."""

    NOT_A_SCAN = "not_a_scan", _("We cannot read this file as a scan.")
    PASSWORD = "password", _("The file is locked by a password.")
    TOO_LARGE = "too_large", _("The file is too large. Send it in parts.")
    TOO_MANY_PAGES = "too_many_pages", _("The file has too many pages. Send it in parts.")
    TOO_MANY_PIXELS = "too_many_pixels", _("A page has too many pixels. Scan at 200 to 300 dpi.")
    INTERRUPTED = "interrupted", _("A fault on our side interrupted the reading. Send the file again.")


class PageProblem(models.TextChoices):
    FOREIGN = "foreign", _("not a sheet of this survey")
    UNREADABLE = "unreadable", _("the page’s code could not be read")
    DUPLICATE = "duplicate", _("this page has already been read")
    DIFFERS = "differs", _("this page has already been read, with different answers")
    OUTDATED = "outdated", _("already typed in, so it is not counted again")


# Sentences of the audit.
ACTS = {
    "surveys.created": _("prepared a survey"),
    "surveys.edited": _("changed a survey’s questions"),
    "surveys.set": _("changed a survey’s settings"),
    "surveys.opened": _("opened a survey for answers"),
    "surveys.closed": _("closed a survey"),
    "surveys.published": _("put new questions of a survey in use"),
    "surveys.figures_published": _("published the figures of a survey"),
    "surveys.figures_hidden": _("removed the public figures of a survey"),
    "surveys.channel": _("gave a unit its own link to a survey"),
    "surveys.codes": _("printed one-time codes of a survey"),
    "surveys.answered": _("answered a survey"),
    "surveys.interviewed": _("sent an interview’s answers"),
    "surveys.printed": _("printed sheets of a survey"),
    "surveys.scanned": _("uploaded scans of a survey"),
    "surveys.read": _("read scans of a survey"),
    "surveys.settled": _("resolved a doubtful mark on a sheet"),
    "surveys.keyed": _("typed in a sheet of a survey"),
    "surveys.agreed": _("resolved a difference between two typed versions"),
    "surveys.exported": _("downloaded the answers or figures of a survey"),
    "surveys.petitioned": _("turned a remark into a petition"),
    "surveys.redact": _("deleted the texts of surveys past their retention period"),
    "looked:surveys.survey": _("read the remarks of a survey"),
    "looked:surveys.surveysheet": _("viewed the handwriting on a sheet"),
}
