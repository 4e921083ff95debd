from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ForwardingState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("relay", "waiting to be sent")
    SENT = "sent", pgettext_lazy("relay", "at the portal")
    REFUSED = "refused", pgettext_lazy("relay", "refused by the portal")
    DOUBTFUL = "doubtful", pgettext_lazy("relay", "uncertain")
    BY_HAND = "by_hand", pgettext_lazy("relay", "to be entered by hand")
    SETTLED = "settled", pgettext_lazy("relay", "resolved by hand")
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
    ACCOUNT_REFUSED = "account_refused", _("The portal rejects this account. Check its user name and password.")
    TOO_OLD = (
        "too_old",
        _("The portal accepts only arrivals of today and yesterday. Enter this guest on the portal's page."),
    )
    UNFIT = "unfit", _("The portal's interface cannot accept these values. Enter this guest on the portal's page.")
    MAYBE_THERE = (
        "maybe_there",
        _("It was sent, but the response was lost, and it is too late to ask the portal again."),
    )
    MAYBE_WITHDRAWN = (
        "maybe_withdrawn",
        _("It may have reached the portal before it was withdrawn here. Remove it there."),
    )
    ANOTHER_STAY = (
        "another_stay",
        _(
            "The portal reports that this passport is already staying there, perhaps from an earlier arrival that "
            "was not checked out."
        ),
    )


class PortalFollowUp(models.TextChoices):
    """Changes after the portal received the stay that its API cannot transmit."""

    CORRECTED = "corrected", _("The declaration was corrected here. Correct it on the portal's page.")
    EXTENDED = "extended", _("The expected departure was changed here. Change it on the portal's page.")
    DEPARTURE_CHANGED = (
        "left",
        _("The guest left on a different day than expected. Check the guest out on the portal's page."),
    )
    WITHDRAWN = "withdrawn", _("The declaration was withdrawn here. Remove it on the portal's page.")


# Descriptions of audit events.
ACTS = {
    "relay.connected": _("started forwarding the declarations of a lodging to the national portal"),
    "relay.disconnected": _("stopped forwarding the declarations of a lodging"),
    "relay.sent": _("forwarded declarations to the national portal"),
    "relay.retried": _("sent a declaration to the national portal again"),
    "relay.settled": _("resolved by hand a declaration that did not reach the national portal"),
    "relay.paused": _("paused forwarding to the national portal"),
    "relay.resumed": _("resumed forwarding to the national portal"),
    "relay.redact": _("deleted the contents of forwarded declarations after the retention period"),
    "looked:relay.list": _("viewed the declarations being forwarded to the national portal"),
}
