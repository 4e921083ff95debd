from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PetitionChannel(models.TextChoices):
    """Which way a petition came; what is raised in a room is a petition like any other."""

    WEB = "web", pgettext_lazy("petition", "this website")
    HOTLINE = "hotline", pgettext_lazy("petition", "hotline")
    MEETING = "meeting", pgettext_lazy("petition", "listening meeting")
    SURVEY = "survey", pgettext_lazy("petition", "survey remark")
    LETTER = "letter", pgettext_lazy("petition", "letter")
    EMAIL = "email", pgettext_lazy("petition", "email")


BY_HAND = (PetitionChannel.HOTLINE, PetitionChannel.LETTER, PetitionChannel.EMAIL)  # which an operator writes down


class PetitionState(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("petition", "received")
    ASSIGNED = "assigned", pgettext_lazy("petition", "being handled")
    DRAFTED = "drafted", pgettext_lazy("petition", "waiting for approval")
    ANSWERED = "answered", pgettext_lazy("petition", "answered, waiting for the petitioner")
    REOPENED = "reopened", pgettext_lazy("petition", "reopened")
    SETTLED = "settled", pgettext_lazy("petition", "resolved")
    SILENT = "silent", pgettext_lazy("petition", "closed, the petitioner did not respond")
    MERGED = "merged", pgettext_lazy("petition", "handled together with another")
    TRANSFERRED = "transferred", pgettext_lazy("petition", "transferred to another body")


# A petitioner who was away may still speak after silence closed his petition; one who was merged can be parted again;
# what another body sends back is ours again. What turns out to be about the office has no unit here any more.
TRANSITIONS: dict[PetitionState, frozenset[PetitionState]] = {
    PetitionState.RECEIVED: frozenset({PetitionState.ASSIGNED, PetitionState.MERGED, PetitionState.TRANSFERRED}),
    PetitionState.ASSIGNED: frozenset(
        {PetitionState.RECEIVED, PetitionState.DRAFTED, PetitionState.MERGED, PetitionState.TRANSFERRED}
    ),
    PetitionState.DRAFTED: frozenset({PetitionState.ASSIGNED, PetitionState.ANSWERED}),
    PetitionState.ANSWERED: frozenset({PetitionState.SETTLED, PetitionState.SILENT, PetitionState.REOPENED}),
    PetitionState.REOPENED: frozenset({PetitionState.RECEIVED, PetitionState.DRAFTED, PetitionState.TRANSFERRED}),
    PetitionState.SETTLED: frozenset(),
    PetitionState.SILENT: frozenset({PetitionState.SETTLED, PetitionState.REOPENED}),
    PetitionState.MERGED: frozenset({PetitionState.ASSIGNED, PetitionState.REOPENED}),
    PetitionState.TRANSFERRED: frozenset({PetitionState.ASSIGNED}),
}
OPEN = (
    PetitionState.RECEIVED,
    PetitionState.ASSIGNED,
    PetitionState.DRAFTED,
    PetitionState.REOPENED,
)  # somebody owes an answer
AT_WORK = (PetitionState.ASSIGNED, PetitionState.REOPENED)  # the unit in charge may write
CLOSED = (PetitionState.SETTLED, PetitionState.SILENT)


class PetitionOutcome(models.TextChoices):
    """What an answer says."""

    DONE = "done", pgettext_lazy("answer", "done")
    PROMISED = "promised", pgettext_lazy("answer", "to be done by a date")
    EXPLAINED = "explained", pgettext_lazy("answer", "explained")
    DECLINED = "declined", pgettext_lazy("answer", "not possible")


class VerdictValue(models.TextChoices):
    SETTLED = "settled", pgettext_lazy("verdict", "resolved")
    REFUSED = "refused", pgettext_lazy("verdict", "not resolved")


class PetitionStep(models.TextChoices):
    """What happened to a petition, one line each; the petitioner reads the same lines."""

    RECEIVED = "received", pgettext_lazy("petition step", "received")
    ASSIGNED = "assigned", pgettext_lazy("petition step", "assigned to a unit")
    CATEGORISED = "categorised", pgettext_lazy("petition step", "moved to another subject")
    JOINED = "joined", pgettext_lazy("petition step", "another unit was asked to help")
    CONTRIBUTED = "contributed", pgettext_lazy("petition step", "the unit that was asked has answered")
    DRAFTED = "drafted", pgettext_lazy("petition step", "an answer was written")
    RETURNED = "returned", pgettext_lazy("petition step", "the answer was returned to be rewritten")
    PROMISED = "promised", pgettext_lazy("petition step", "a date was promised")
    ANSWERED = "answered", pgettext_lazy("petition step", "answered")
    CONFIRMED = "settled", pgettext_lazy("petition step", "the petitioner says it is resolved")
    REFUSED = "reopened", pgettext_lazy("petition step", "the petitioner says it is not resolved")
    SILENT = "silent", pgettext_lazy("petition step", "closed without a response")
    MERGED = "merged", pgettext_lazy("petition step", "joined with another petition")
    SEPARATED = "separated", pgettext_lazy("petition step", "separated from the other petition")
    TRANSFERRED = "transferred", pgettext_lazy("petition step", "transferred to another body")
    RECEIPT = "receipt", pgettext_lazy("petition step", "the other body has confirmed receipt")
    ACCEPTED = "accepted", pgettext_lazy("petition step", "accepted: a decision is due")
    REPLIED = "replied", pgettext_lazy("petition step", "a written reply was sent; the decision is still due")
    CAME_BACK = "came_back", pgettext_lazy("petition step", "the other body returned it")
    ESCALATED = "escalated", pgettext_lazy("petition step", "overdue: escalated to the office above")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("petition step", "no receipt in time: the office above asks for it")
    NAMED = "named", pgettext_lazy("petition step", "the person or unit concerned was named")


INSIDE = (
    PetitionStep.DRAFTED,
    PetitionStep.RETURNED,
    PetitionStep.JOINED,
    PetitionStep.CONTRIBUTED,
    PetitionStep.NAMED,
)  # which the petitioner is not told


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "being planned")
    ANNOUNCED = "announced", pgettext_lazy("meeting", "announced")
    OPEN = "open", pgettext_lazy("meeting", "in progress")
    CONCLUDED = "held", pgettext_lazy("meeting", "held, not closed yet")
    CLOSED = "closed", pgettext_lazy("meeting", "closed with minutes")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.ANNOUNCED, MeetingState.CANCELLED}),
    MeetingState.ANNOUNCED: frozenset({MeetingState.OPEN, MeetingState.CANCELLED}),
    MeetingState.OPEN: frozenset({MeetingState.CONCLUDED}),
    MeetingState.CONCLUDED: frozenset({MeetingState.CLOSED}),
    MeetingState.CLOSED: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}
TOOK_PLACE = (MeetingState.OPEN, MeetingState.CONCLUDED, MeetingState.CLOSED)
ENDED = (MeetingState.CONCLUDED, MeetingState.CLOSED)
PUBLIC_STATES = (MeetingState.ANNOUNCED, *TOOK_PLACE, MeetingState.CANCELLED)  # to everybody


class MeetingLevel(models.TextChoices):
    """Who holds a meeting."""

    DISTRICT = "district", pgettext_lazy("meeting", "district")
    COMMUNE = "commune", pgettext_lazy("meeting", "ward or commune")
    STATION = "station", pgettext_lazy("meeting", "police station")


class AttendeeOrigin(models.TextChoices):
    """How somebody came to be on the list of a meeting."""

    INVITED = "invited", pgettext_lazy("attendee", "invited")
    REGISTERED = "registered", pgettext_lazy("attendee", "registered")
    WALKED_IN = "walked_in", pgettext_lazy("attendee", "came without registering")


# Sentences of the audit.
ACTS = {
    "listening.received": _("recorded a petition"),
    "listening.assigned": _("assigned a petition to a unit"),
    "listening.categorised": _("moved a petition to another subject"),
    "listening.joined": _("asked another unit to help with a petition"),
    "listening.contributed": _("answered a unit that asked for help with a petition"),
    "listening.drafted": _("wrote the answer to a petition"),
    "listening.returned": _("returned the answer to a petition"),
    "listening.promised": _("promised something on a petition"),
    "listening.answered": _("approved the answer to a petition"),
    "listening.accepted": _("accepted a complaint or a denunciation"),
    "listening.replied": _("approved a reply to a complaint or a denunciation"),
    "listening.settled": _("said that a petition is resolved"),
    "listening.reopened": _("said that a petition is not resolved"),
    "listening.silent": _("closed a petition without a response"),
    "listening.merged": _("joined two petitions"),
    "listening.separated": _("separated two petitions"),
    "listening.transferred": _("transferred a petition to another body"),
    "listening.receipt": _("recorded that another body has a petition"),
    "listening.came_back": _("took back a petition another body returned"),
    "listening.escalated": _("escalated an overdue petition to the office above"),
    "listening.unconfirmed": _("escalated a petition without a receipt to the office above"),
    "listening.named": _("named whom a petition is about"),
    "listening.remarked": _("wrote about a petition"),
    "listening.followed": _("opened a petition by its code"),
    "listening.searched": _("searched for earlier petitions"),
    "listening.redact": _("deleted the contents of petitions and meetings past their retention period"),
    "listening.meeting_planned": _("planned a listening meeting"),
    "listening.meeting_changed": _("changed a listening meeting"),
    "listening.meeting_announced": _("announced a listening meeting"),
    "listening.meeting_open": _("opened a listening meeting"),
    "listening.meeting_held": _("ended a listening meeting"),
    "listening.meeting_closed": _("closed a listening meeting with minutes"),
    "listening.meeting_cancelled": _("cancelled a listening meeting"),
    "listening.registered": _("registered for a listening meeting"),
    "listening.invited": _("invited someone to a listening meeting"),
    "listening.attended": _("recorded who came to a listening meeting"),
    "looked:listening.petition": _("opened a petition"),
    "looked:listening.petitions": _("viewed the list of petitions"),
    "looked:listening.meeting": _("viewed the attendance list of a listening meeting"),
}
