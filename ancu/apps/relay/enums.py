from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ForwardingState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("relay", "waiting to be sent")
    SENT = "sent", pgettext_lazy("relay", "at the portal")
    REFUSED = "refused", pgettext_lazy("relay", "refused by the portal")
    DOUBTFUL = "doubtful", pgettext_lazy("relay", "doubtful")
    BY_HAND = "by_hand", pgettext_lazy("relay", "to be entered by a person")
    SETTLED = "settled", pgettext_lazy("relay", "settled by a person")
    DROPPED = "dropped", pgettext_lazy("relay", "withdrawn before it was sent")


TRANSITIONS: dict[ForwardingState, frozenset[ForwardingState]] = {
    ForwardingState.WAITING: frozenset(
        {
            ForwardingState.SENT,
            ForwardingState.REFUSED,
            ForwardingState.DOUBTFUL,
            ForwardingState.BY_HAND,
            ForwardingState.DROPPED,
            ForwardingState.SETTLED,
        }
    ),
    ForwardingState.REFUSED: frozenset({ForwardingState.WAITING, ForwardingState.SETTLED, ForwardingState.DROPPED}),
    ForwardingState.DOUBTFUL: frozenset({ForwardingState.WAITING, ForwardingState.SETTLED}),
    ForwardingState.BY_HAND: frozenset({ForwardingState.WAITING, ForwardingState.SETTLED, ForwardingState.DROPPED}),
    ForwardingState.SENT: frozenset(),
    ForwardingState.SETTLED: frozenset(),
    ForwardingState.DROPPED: frozenset({ForwardingState.WAITING}),  # the withdrawal was undone
}
FOR_A_PERSON = (ForwardingState.REFUSED, ForwardingState.DOUBTFUL, ForwardingState.BY_HAND)
THERE = (ForwardingState.SENT, ForwardingState.SETTLED)


class ForwardingReason(models.TextChoices):
    """Why a forwarding has its state, where the state alone does not say it."""

    NONE = "", ""
    NO_ACCOUNT = "no_account", _("The lodging has no account at the portal yet.")
    ACCOUNT_REFUSED = "account_refused", _("The portal does not let this account in. Check its user name and password.")
    TOO_OLD = "too_old", _("The portal takes arrivals of today and yesterday only. Enter it on the portal’s page.")
    UNFIT = "unfit", _("The portal’s interface cannot take these values. Enter it on the portal’s page.")
    MAYBE_THERE = "maybe_there", _("It was sent, the answer was lost, and the days for asking again are over.")
    MAYBE_WITHDRAWN = "maybe_withdrawn", _("It may have arrived there and was then withdrawn here. Remove it there.")
    ANOTHER_STAY = (
        "another_stay",
        _("The portal says this passport is staying there, but perhaps by another arrival that was not checked out."),
    )


class PortalFollowUp(models.TextChoices):
    """Changes after the portal received the stay that its API cannot transmit."""

    CORRECTED = "corrected", _("The declaration was corrected here. Correct it on the portal’s page.")
    EXTENDED = "extended", _("The expected departure was moved here. Move it on the portal’s page.")
    DEPARTURE_CHANGED = (
        "left",
        _("The guest left on another day than expected. Check the guest out on the portal’s page."),
    )
    WITHDRAWN = "withdrawn", _("The declaration was withdrawn here. Remove it on the portal’s page.")


# Descriptions of audit events.
ACTS = {
    "relay.connected": _("had a lodging’s declarations forwarded to the national portal"),
    "relay.disconnected": _("ended the forwarding of a lodging’s declarations"),
    "relay.sent": _("forwarded declarations to the national portal"),
    "relay.retried": _("had a declaration sent to the national portal again"),
    "relay.settled": _("settled by hand what the national portal was not told"),
    "relay.paused": _("paused the forwarding to the national portal"),
    "relay.resumed": _("took up the forwarding to the national portal again"),
    "relay.redact": _("emptied forwardings whose time was over"),
    "looked:relay.list": _("looked at the declarations on their way to the national portal"),
}
