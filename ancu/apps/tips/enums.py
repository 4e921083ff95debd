from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TipState(models.TextChoices):
    NEW = "new", pgettext_lazy("tip", "new")
    OPEN = "open", pgettext_lazy("tip", "being handled")
    CLOSED = "closed", pgettext_lazy("tip", "closed")


# Whatever the source says later opens a closed tip again; a tip handed to another unit is new there.
TRANSITIONS: dict[TipState, frozenset[TipState]] = {
    TipState.NEW: frozenset({TipState.OPEN, TipState.CLOSED}),
    TipState.OPEN: frozenset({TipState.CLOSED, TipState.NEW}),
    TipState.CLOSED: frozenset({TipState.OPEN, TipState.NEW}),
}


class TipOutcome(models.TextChoices):
    """What became of it, and nothing of what it was about: the numbers are made of these."""

    RESULT = "result", _("it led to a result")
    NOTHING = "nothing", _("it was investigated, and nothing was found")
    THIN = "thin", _("there was not enough information to act on")
    DUPLICATE = "duplicate", _("the same was reported before")
    ELSEWHERE = "elsewhere", _("it is not a matter for the police")


class TipChannel(models.TextChoices):
    WEB = "web", pgettext_lazy("tip", "web page")
    PHONE = "phone", pgettext_lazy("tip", "telephone")
    VISIT = "visit", pgettext_lazy("tip", "in person")
    LETTER = "letter", pgettext_lazy("tip", "letter")


class TipCategory(models.TextChoices):
    """Sealed with the tip; never a column."""

    VIOLENCE = "violence", _("violence or threats")
    DRUGS = "drugs", _("drugs")
    TRAFFICKING = "trafficking", _("trafficking in people")
    GAMBLING = "gambling", _("gambling or usury")
    THEFT = "theft", _("theft or fraud")
    BORDER = "border", _("crossing the border or staying unlawfully")
    WANTED_PERSON = "wanted", _("a wanted person")
    OFFICIAL = "official", _("misconduct of an official")
    SOMETHING_ELSE = "other", pgettext_lazy("tip", "something else")


class TipUrgency(models.TextChoices):
    """Sealed with the tip, like its category."""

    NOW = "now", pgettext_lazy("tip", "act immediately")
    SOON = "soon", pgettext_lazy("tip", "this week")
    USUAL = "usual", pgettext_lazy("tip", "in normal order")


# Sentences of the audit. What a source does has none: the moment of an event would say when he was at his keyboard.
ACTS = {
    "tips.unit_opened": _("opened a unit that handles tips"),
    "tips.holder_asked": _("requested access to a unit’s key for tips"),
    "tips.holder_confirmed": _("gave a colleague access to the key for tips"),
    "tips.holder_ended": _("removed a colleague’s access to the key for tips"),
    "tips.passphrase_changed": _("changed their own passphrase for tips"),
    "tips.rotated": _("changed the unit’s key for tips"),
    "tips.share_changed": _("created a new recovery share for tips"),
    "tips.recovered": _("used the recovery share for tips"),
    "tips.recovery_failed": _("tried a wrong recovery share for tips"),
    "tips.unlocked": _("unlocked tips"),
    "tips.unlock_failed": _("tried a wrong passphrase for tips"),
    "tips.keyed": _("entered a tip given in person, by phone or by letter"),
    "tips.replied": _("replied to the source of a tip"),
    "tips.sorted": _("sorted a tip"),
    "tips.closed": _("closed a tip"),
    "tips.reopened": _("reopened a tip"),
    "tips.forwarded": _("transferred a tip to another unit"),
    "tips.destruction_asked": _("requested the destruction of a tip"),
    "tips.destruction_refused": _("decided not to destroy a tip"),
    "tips.destroyed": _("destroyed tips"),
    "looked:tips.tip": _("read a tip"),
    "looked:tips.sealedfile": _("opened a file in a tip"),
    "looked:tips.handlingunit": _("viewed the list of tips"),
    "tips.exported": _("exported the tip statistics"),
    "looked:tips.numbers": _("viewed the tip statistics"),
}
