"""The cases in which an alert would be wrong, and what the office's own records say of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.dossiers.selectors.queues import QUEUES, received
from ancu.apps.messaging.models import Message
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors.words import false_cases
from ancu.apps.stays.models import Stay
from ancu.apps.stays.models.stay import NOT_WITHDRAWN
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import counted, day, day_short

OVERSTAY_CASES = 3  # left already, mistyped, permitted since


@dataclass(frozen=True)
class AlertDoubt:
    """A case in which the alert would be wrong, by its ``place``.

    ``finding`` is what the records say of it, "" if they say nothing. ``supports_case`` says that they speak for the
    case, ``is_refuted`` that they exclude it. ``dossier`` is one that may explain it.
    """

    place: int
    case: str
    finding: str = ""
    supports_case: bool = False
    is_refuted: bool = False
    dossier: Dossier | None = None

    @property
    def is_open(self) -> bool:
        """Whether the records do not rule the case out, so that only an officer can."""
        return self.supports_case or not self.finding


def doubts_of(actor: Actor, alert: Alert, guest: Stay | None, answer: Message | None) -> list[AlertDoubt]:
    """Return the cases of the alert with what is known of them: for an overstay that no later permit has ended.

    ``answer`` is the lodging's last message about it. Only records that the actor may read count.
    """
    cases = false_cases(alert)
    is_checked = alert.rule == "overstay" and guest is not None and not alert.evidence.get("renewed_from")
    if not is_checked or not alert.evidence or guest is None or len(cases) != OVERSTAY_CASES:
        return [AlertDoubt(place, case) for place, case in enumerate(cases)]
    same_person = Stay.objects.filter(NOT_WITHDRAWN, identity_id=guest.identity_id).exclude(pk=guest.pk)
    everywhere = list(same_person.only("arrived_on", "permitted_until", "unit_id").order_by("pk"))
    others = [stay for stay in everywhere if stay.unit_id in actor.area]
    is_elsewhere = any(stay.arrived_on > guest.arrived_on for stay in everywhere if stay not in others)
    return [
        _departed(cases[0], guest, others, answer, is_elsewhere=is_elsewhere),
        _mistyped(cases[1], guest, others),
        _permitted(actor, cases[2], guest),
    ]


def _departed(
    case: str, guest: Stay, others: Sequence[Stay], answer: Message | None, *, is_elsewhere: bool
) -> AlertDoubt:
    """Return whether the guest was declared anywhere later, and until when the lodging declares the guest itself.

    Of a declaration outside the actor's area (``is_elsewhere``) nothing but that there is one.
    """
    later = [stay for stay in others if stay.arrived_on > guest.arrived_on]
    if later:
        words = _("declared again from %(day)s") % {"day": day(max(stay.arrived_on for stay in later))}
        return AlertDoubt(0, case, words, supports_case=True)
    if is_elsewhere:
        return AlertDoubt(0, case, _("declared again outside your area"), supports_case=True)
    if answer is not None and guest.departed_on is None and guest.expected_departure >= clock.today():
        words = _("the lodging declares the guest until %(day)s") % {"day": day_short(guest.expected_departure)}
        return AlertDoubt(0, case, words, is_refuted=True)
    words = _("no other lodging has declared this guest since")
    if answer is not None:
        words = _("%(finding)s; the lodging answered on %(day)s") % {"finding": words, "day": day_short(answer.sent_at)}
    return AlertDoubt(0, case, words)


def _mistyped(case: str, guest: Stay, others: Sequence[Stay]) -> AlertDoubt:
    """Return what other declarations of the guest give as the permitted day; nothing if there are none."""
    days = [stay.permitted_until for stay in others if stay.permitted_until and guest.permitted_until]
    different = [on for on in days if on != guest.permitted_until]
    if different:
        words = _("another declaration has %(day)s") % {"day": day(max(different))}
        return AlertDoubt(1, case, words, supports_case=True)
    if not days:
        return AlertDoubt(1, case)
    words = counted(
        "%(n)s other declaration also has %(day)s", "%(n)s other declarations also have %(day)s", len(days),
        day=day(guest.permitted_until),
    )  # fmt: skip
    return AlertDoubt(1, case, words, is_refuted=True)


def _permitted(actor: Actor, case: str, guest: Stay) -> AlertDoubt:
    """Return that the office has issued nothing to this passport, or the dossier of this person that is open."""
    if reads_dossiers(actor):
        own = received(actor).filter(document_number=guest.document_number, birth_date=guest.birth_date)
        dossier = own.filter(state__in=[str(state) for state in QUEUES]).order_by("-pk").first()
        if dossier is not None:
            return AlertDoubt(2, case, _("a dossier of this person is open:"), supports_case=True, dossier=dossier)
    return AlertDoubt(2, case, _("this office has issued no visa, extension or card to this passport"))
