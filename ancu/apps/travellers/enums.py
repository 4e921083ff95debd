from django.db import models
from django.utils.translation import gettext_lazy as _


class PairState(models.TextChoices):
    """State of a pair of similar travellers; the table below lists the transitions."""

    OPEN = "open", _("to be decided")
    SAME = "same", _("one person")
    HELD_APART = "held", _("joined, but kept separate")
    DIFFERENT = "different", _("different people")
    GONE = "gone", _("no longer stored")


# Every decision about people may be revised; only deletion is final.
TRANSITIONS = {
    PairState.OPEN: {PairState.SAME, PairState.DIFFERENT, PairState.GONE},
    PairState.SAME: {PairState.OPEN, PairState.HELD_APART, PairState.DIFFERENT, PairState.GONE},
    PairState.HELD_APART: {PairState.SAME, PairState.OPEN, PairState.DIFFERENT, PairState.GONE},
    PairState.DIFFERENT: {PairState.SAME, PairState.OPEN, PairState.GONE},
    PairState.GONE: set(),
}
UNDECIDED = (PairState.OPEN, PairState.HELD_APART)


class MatchRule(models.TextChoices):
    """The rule of ``rules.matching`` by which a pair was found."""

    SAME_DOCUMENT = "same_document", _("the same document")
    MISREAD = "misread", _("a document number misread")
    RENEWED = "renewed", _("a renewed document")
    ALIKE = "alike", _("similar name and birth date")


# Descriptions of audit events.
ACTS = {
    "travellers.joined": _("joined two records of one person"),
    "travellers.undone": _("withdrew a decision on two records"),
    "travellers.told_apart": _("recorded that two records are different people"),
    "looked:travellers.pairs": _("viewed the list of similar records"),
    "looked:travellers.travellerpair": _("compared two records"),
}
