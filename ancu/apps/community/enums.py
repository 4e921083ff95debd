from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitOfMeasure(models.TextChoices):
    """Units in which an item is counted; whole numbers only, so that nothing is rounded."""

    VND = "vnd", pgettext_lazy("measure", "đồng")
    MINUTES = "minutes", pgettext_lazy("measure", "minutes of work")
    PIECES = "pieces", pgettext_lazy("measure", "pieces")
    GRAMS = "grams", pgettext_lazy("measure", "grams")
    METRES = "metres", pgettext_lazy("measure", "metres")


class LedgerAccount(models.TextChoices):
    """Where an item comes from or goes to. Only the stock may never be negative."""

    DONORS = "donors", pgettext_lazy("account", "donors")
    STOCK = "stock", pgettext_lazy("account", "in hand")
    SELLERS = "sellers", pgettext_lazy("account", "sellers")
    HANDED_OVER = "given", pgettext_lazy("account", "handed over")


class EntryKind(models.TextChoices):
    GIFT = "gift", pgettext_lazy("entry", "gift")
    PURCHASE = "purchase", pgettext_lazy("entry", "purchase")
    HANDOVER = "handover", pgettext_lazy("entry", "handover")
    REVERSAL = "reversal", pgettext_lazy("entry", "reversal")


class DonorKind(models.TextChoices):
    ORGANISATION = "organisation", pgettext_lazy("donor", "organisation")
    PERSON = "person", pgettext_lazy("donor", "person")


class RecipientKind(models.TextChoices):
    HOUSEHOLD = "household", pgettext_lazy("recipient", "household")
    SCHOOL = "school", pgettext_lazy("recipient", "school")
    WORK = "work", pgettext_lazy("recipient", "public work")


class GoalKind(models.TextChoices):
    """What a goal counts."""

    RAISED = "raised", pgettext_lazy("goal", "to be given by donors")
    HANDED = "handed", pgettext_lazy("goal", "to be handed over")
    REACHED = "reached", pgettext_lazy("goal", "recipients to be reached")


class ConfirmationMethod(models.TextChoices):
    """How a recipient confirms."""

    SIGNATURE = "signature", pgettext_lazy("confirmation", "signature")
    CODE = "code", pgettext_lazy("confirmation", "the recipient’s own telephone")
    WITNESS = "witness", pgettext_lazy("confirmation", "witness")


class SelectionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("selection", "being prepared")
    PROPOSED = "proposed", pgettext_lazy("selection", "waiting for a second person")
    APPROVED = "approved", pgettext_lazy("selection", "approved")


SELECTION_TRANSITIONS: dict[SelectionState, frozenset[SelectionState]] = {
    SelectionState.DRAFT: frozenset({SelectionState.PROPOSED}),
    SelectionState.PROPOSED: frozenset({SelectionState.DRAFT, SelectionState.APPROVED}),
    SelectionState.APPROVED: frozenset(),
}


class BankAccountState(models.TextChoices):
    """State of a programme's bank account."""

    PROPOSED = "proposed", pgettext_lazy("account of a bank", "waiting for a second person")
    APPROVED = "approved", pgettext_lazy("account of a bank", "public")
    REFUSED = "refused", pgettext_lazy("account of a bank", "not approved")
    ENDED = "ended", pgettext_lazy("account of a bank", "removed")


ACCOUNT_TRANSITIONS: dict[BankAccountState, frozenset[BankAccountState]] = {
    BankAccountState.PROPOSED: frozenset({BankAccountState.APPROVED, BankAccountState.REFUSED}),
    BankAccountState.APPROVED: frozenset({BankAccountState.ENDED}),
    BankAccountState.REFUSED: frozenset(),
    BankAccountState.ENDED: frozenset(),
}


class UnreadReason(models.TextChoices):
    """Why a row of a statement could not be read."""

    DAY = "day", _("This date does not exist")
    AMOUNT = "amount", _("This is not an amount of money")


class ObjectionDecision(models.TextChoices):
    """A second person's decision on an objection."""

    UPHELD = "upheld", pgettext_lazy("objection", "The recipient is right")
    DISMISSED = "dismissed", pgettext_lazy("objection", "The entry is right")


# Sentences of the audit.
ACTS = {
    "community.opened": _("opened a programme of help"),
    "community.item": _("added a counted item to a programme"),
    "community.redact": _("deleted the contents of donors and recipients past their retention period"),
    "community.gift": _("entered a gift"),
    "community.purchase": _("entered a purchase"),
    "community.handover": _("entered what was handed over"),
    "community.reversed": _("reversed an entry of a programme"),
    "community.goal": _("set a goal of a programme"),
    "community.pledge": _("entered what a donor pledged"),
    "community.pledge_withdrawn": _("entered that a pledge was withdrawn"),
    "community.closed": _("closed the books of a programme up to a day"),
    "looked:community.handings": _("saved handovers on a phone"),
    "community.confirmed": _("recorded a recipient’s confirmation"),
    "community.disputed": _("a recipient said that something is wrong"),
    "community.photo": _("added a photo to a programme"),
    "community.photo_shown": _("made a photo public"),
    "community.photo_hidden": _("removed a photo from the public page"),
    "community.selection": _("started choosing recipients"),
    "community.candidate": _("entered someone to consider for help"),
    "community.proposed": _("proposed who gets help"),
    "community.sent_back": _("returned a choice of recipients"),
    "community.approved": _("approved who gets help"),
    "community.statement": _("read a bank statement of a programme"),
    "community.unread": _("corrected a row of a statement that could not be read"),
    "community.decided": _("decided on a recipient’s objection"),
    "community.line": _("matched a transfer"),
    "community.account": _("entered the account of a programme"),
    "community.account_approved": _("made the account of a programme public"),
    "community.account_refused": _("did not approve the account of a programme"),
    "community.account_ended": _("removed the account of a programme"),
    "community.exported": _("exported the ledger of a programme"),
    "community.printed": _("printed a paper of a programme"),
}
