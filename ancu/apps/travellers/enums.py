from django.db import models
from django.utils.translation import gettext_lazy as _


class PairState(models.TextChoices):
    """What is known of two travellers that were found alike; the table below says what may follow what."""

    OPEN = "open", _("to be decided")
    SAME = "same", _("one person")
    HELD = "held", _("joined, but held apart")
    DIFFERENT = "different", _("different people")
    GONE = "gone", _("no longer kept")


# Every state may be entered anew: a decision about people is never final, only the end of keeping is.
TRANSITIONS = {
    PairState.OPEN: {PairState.SAME, PairState.DIFFERENT, PairState.GONE},
    PairState.SAME: {PairState.OPEN, PairState.HELD, PairState.DIFFERENT, PairState.GONE},
    PairState.HELD: {PairState.SAME, PairState.OPEN, PairState.DIFFERENT, PairState.GONE},
    PairState.DIFFERENT: {PairState.SAME, PairState.OPEN, PairState.GONE},
    PairState.GONE: set(),
}
UNDECIDED = (PairState.OPEN, PairState.HELD)


class MatchRule(models.TextChoices):
    """By which rule of ``rules.matching`` two travellers were found alike."""

    SAME_DOCUMENT = "same_document", _("the same document")
    MISREAD = "misread", _("a document number misread")
    RENEWED = "renewed", _("a renewed document")
    ALIKE = "alike", _("alike in name and birth")


# Sentences of the audit.
ACTS = {
    "travellers.joined": _("joined two records of one person"),
    "travellers.undone": _("took back what was said of two records"),
    "travellers.told_apart": _("told two records apart"),
    "looked:travellers.pairs": _("looked at the list of records found alike"),
    "looked:travellers.pair": _("compared two records"),
}
