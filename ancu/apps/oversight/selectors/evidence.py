"""What an alert was judged by, as tables by which anybody can compute it again."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.rules import reads_notices
from ancu.apps.oversight.rules.facts import day_of
from ancu.apps.oversight.rules.silent import learn
from ancu.apps.oversight.selectors.parameters import as_of_version
from ancu.apps.stays.enums import Sex
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.language import reader_language
from ancu.core.templatetags.ui import counted, day, moment, number, weekday
from ancu.engines.rulebook import article_of

LISTED = 200  # guests in one table
PRESENT = Q(departed_on=None) & ~Q(status="withdrawn")


@dataclass(frozen=True)
class Table:
    """``people`` are the ids of the stays it names; opening it is a look at them. ``url`` leads to more."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    url: str = ""
    people: Sequence[int] = field(default=())


def table_of(actor: Actor, alert: Alert) -> Table | None:
    """The table of the alert's rule; None where its sentence says all, or its evidence was emptied."""
    of_rule = TABLES.get(alert.rule)
    return of_rule(actor, alert) if of_rule and alert.evidence else None


def _late(actor: Actor, alert: Alert) -> Table | None:
    """Every guest of the submission who was declared late enough, with the moment each was to be declared by."""
    if alert.stay is None:
        return None
    least = as_of_version(alert.rule, alert.version).values["minutes"]
    late = Stay.objects.filter(submission_id=alert.stay.submission_id, minutes_late__gte=least)
    late = late.filter(unit_id__within=actor.area).exclude(status="withdrawn").order_by("-minutes_late", "pk")
    guests = list(late[:LISTED])
    rows = [
        (one.full_name, moment(one.arrived_at) if one.arrived_at else day(one.arrived_on),
         moment(one.declared_at - timedelta(minutes=one.minutes_late)), moment(one.declared_at),
         article_of(one.limit_id, reader_language()))
        for one in guests
    ]  # fmt: skip
    head = (_("Guest"), _("Arrived"), _("To be declared by"), _("Declared at"), _("Limit"))
    return Table(_("Guests declared late"), head, rows, people=[one.pk for one in guests])


def _places(actor: Actor, alert: Alert) -> Table | None:
    """Both lodgings with their days; of a stay in another area no more than where and from when it was declared."""
    if alert.stay is None or alert.other_stay is None:
        return None
    stays = [alert.other_stay, alert.stay]
    head = (_("Lodging"), _("Place"), _("From"), _("Until"))
    rows = [
        (one.establishment.name, one.establishment.unit.full_name, day(one.arrived_on), _end(one))
        if one.unit_id in actor.area
        else (one.establishment.name, one.establishment.unit.full_name, day(one.arrived_on), "–")
        for one in stays
    ]
    return Table(_("The two places"), head, rows)


def _end(stay: Stay) -> str:
    if stay.departed_on:
        return day(stay.departed_on)
    return _("expected %(day)s") % {"day": day(stay.expected_departure)}


def _expected(_actor: Actor, alert: Alert) -> Table:
    """How the expected days add up: so many Mondays of a month, each with the share of such days with arrivals."""
    facts = alert.evidence
    last, as_of = day_of(facts["last"]), day_of(facts["as_of"])
    habit = learn(last, facts["days"], as_of_version(alert.rule, alert.version).values["closure_days"])
    days = [last + timedelta(days=after) for after in range(1, (as_of - last).days + 1)]
    kinds = Counter((one.year, one.month, one.weekday(), habit.chance_of(one)) for one in days)
    rows = [
        (f"{month:02}/{year}", weekday(_monday() + timedelta(days=place)).capitalize(), number(times),
         f"{number(100 * chance, 1)} %", number(times * chance, 2))
        for (year, month, place, chance), times in sorted(kinds.items())
    ]  # fmt: skip
    total = number(sum(times * chance for (*_day, chance), times in kinds.items()), 1)
    head = (_("Month"), _("Day of the week"), _("Days"), _("Share with arrivals"), _("Expected days"))
    return Table(_("How many days with arrivals were expected"), head, rows, _("Together %(n)s.") % {"n": total})


def _monday() -> date:
    return date(2026, 1, 5)  # any


def _guests(actor: Actor, alert: Alert) -> Table | None:
    """Those who are to sleep there tonight, who left out of the rule's count also left out here."""
    if alert.unit_id not in actor.area:
        return None
    today, place = clock.today(), alert.establishment
    there = Stay.objects.filter(PRESENT, establishment=place, arrived_on__lte=today, expected_departure__gt=today)
    guests = list(there.order_by("arrived_on", "pk")[:LISTED])
    rows = [(one.full_name, one.room, day(one.arrived_on), day(one.expected_departure)) for one in guests]
    beds = counted("%(n)s bed registered", "%(n)s beds registered", place.beds or 0)
    note = counted("%(n)s guest tonight", "%(n)s guests tonight", len(guests)) + f"; {beds}."
    head = (_("Guest"), _("Room"), _("Arrived"), _("Expected departure"))
    return Table(_("Guests tonight, as declared"), head, rows, note, people=[one.pk for one in guests])


def _notice(actor: Actor, alert: Alert) -> Table | None:
    """The notice beside the guest, line by line."""
    if alert.stay is None or not reads_notices(actor):
        return None
    sought = Notice.objects.filter(pk=int(alert.key.split(":")[1]), agency_id=actor.organisation_id or 0).first()
    if sought is None:
        return None
    guest = alert.stay
    rows = [
        (_("Full name"), sought.full_name, guest.full_name),
        (_("Date of birth"), day(sought.birth_date) or "–", day(guest.birth_date)),
        (_("Sex"), str(Sex(sought.sex).label) if sought.sex else "–", guest.get_sex_display()),
        (_("Document number"), sought.document_number or "–", guest.document_number),
    ]
    head = ("", _("Notice %(number)s") % {"number": sought.number}, _("Guest"))
    return Table(_("The notice and the guest"), head, rows, url=reverse("oversight:notice", args=[sought.pk]))


TABLES: dict[str, Callable[[Actor, Alert], Any]] = {
    "declared_late": _late,
    "two_places": _places,
    "silent": _expected,
    "too_many_guests": _guests,
    "notice_match": _notice,
}
