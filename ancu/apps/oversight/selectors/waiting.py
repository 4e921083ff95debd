"""What of oversight waits for an actor: alerts by rule and lodging, visits by day, notices without the name."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import WAITING, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Notice, PlannedVisit
from ancu.apps.oversight.selectors import inbox, notices, planning, visible_to
from ancu.apps.oversight.selectors.words import title_of
from ancu.core.actor import Actor
from ancu.core.waiting import SHOWN, Pile, Task, only, pile


def waits(actor: Actor) -> list[Pile]:
    return list(_waits(actor)) if rules.reads_alerts(actor) and actor.role in OFFICE_DECIDERS else []


def _waits(actor: Actor) -> Iterator[Pile]:
    found = visible_to(actor).filter(state__in=sorted(WAITING)).order_by("-severity", "-id")
    worst = list(only(found, "rule", "severity", "establishment__name")[:SHOWN])
    total = inbox.counts(actor).total
    yield Pile(_("Alerts"), "warn", reverse("oversight:inbox"), max(total, len(worst)), [_alert(one) for one in worst])
    visits = only(planning.open_visits(actor).filter(officer__in=actor.hands), "day", "establishment__name")
    yield pile(_("Your visits at lodgings"), "pin", reverse("oversight:inspections"), visits, _visit)
    if rules.reads_notices(actor):
        proposed = notices.visible_to(actor).filter(state=NoticeState.PROPOSED)
        second = proposed.exclude(proposed_by_id__in=actor.one_hand).order_by("id")
        yield pile(_("Notices to approve"), "shield", reverse("oversight:notices"), only(second, "id"), _notice)


def _alert(one: Alert) -> Task:
    return Task(
        title=title_of(one.rule),
        url=reverse("oversight:alert", args=[one.pk]),
        second=one.establishment.name,
        grave=one.severity >= Severity.HIGH,
    )


def _visit(one: PlannedVisit) -> Task:
    return Task(one.establishment.name, reverse("oversight:planned", args=[one.pk]), _("Inspection"), one.day)


def _notice(one: Notice) -> Task:
    return Task(_("Notice no. %(number)s") % {"number": one.pk}, reverse("oversight:notice", args=[one.pk]))
