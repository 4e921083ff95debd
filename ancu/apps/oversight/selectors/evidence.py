"""The evidence of an alert as tables that let an officer verify the rule's result."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to as dossiers_visible_to
from ancu.apps.dossiers.selectors.permits import issued_to, stated_expiries
from ancu.apps.dossiers.selectors.procedures import name_of
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.rules import in_area
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert, Notice
from ancu.apps.oversight.rules import reads_notices
from ancu.apps.oversight.rules.facts import day_of
from ancu.apps.oversight.rules.silent import SURE, learn
from ancu.apps.oversight.selectors import inspections
from ancu.apps.oversight.selectors.parameters import thresholds_of_version
from ancu.apps.stays.enums import Sex
from ancu.apps.stays.models import ExpiredDocument, Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import clock as clock_time
from ancu.core.templatetags.ui import counted, day, day_short, moment, number, weekday
from ancu.core.web.language import reader_language
from ancu.engines.rulebook import article_of, tolerance_of

LISTED = 200  # guests in one table
MONDAY = date(2026, 1, 5)  # any Monday, to name the days of the week from
PRESENT = Q(departed_on=None) & ~Q(status="withdrawn")


@dataclass(frozen=True)
class EvidenceLink:
    """A cell's text and link; without ``url`` the user may not open it."""

    text: str
    url: str = ""
    is_number: bool = False  # is not broken into lines

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class EvidenceTable:
    """A table of evidence. ``people`` are ids of the stays named, recorded as viewed in the audit log.

    ``more`` links to the full record. ``lead`` says above the rows that the list is truncated.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | EvidenceLink]]
    note: str = ""
    more: EvidenceLink | None = None
    people: Sequence[int] = field(default=())
    lead: str = ""


def table_of(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the evidence of an alert as a table; None if its rule has none or the evidence was deleted.

    None also where the actor may not see the records in it.
    """
    build_table = TABLES.get(alert.rule)
    return build_table(actor, alert) if build_table and alert.evidence else None


def _guest_link(actor: Actor, guest: Stay) -> EvidenceLink:
    """Return the guest's name, with a link to the stay if the stay is in the actor's area."""
    return EvidenceLink(
        guest.full_name, reverse("stays:stay-office", args=[guest.pk]) if guest.unit_id in actor.area else ""
    )


def _lodging_link(actor: Actor, lodging: Establishment) -> EvidenceLink:
    """Return the lodging's name, linked to its page if it is in the actor's area."""
    return EvidenceLink(lodging.name, reverse("lodging:detail", args=[lodging.pk]) if in_area(actor, lodging) else "")


def _dossier_links(actor: Actor, dossiers: Sequence[Dossier]) -> dict[int, EvidenceLink]:
    """Return links to dossiers by id.

    Officers of the guest's area see the number; only readers of the dossier get a link.
    """
    opened = dossiers_visible_to(actor).filter(pk__in=[dossier.pk for dossier in dossiers])
    readable = set(opened.order_by().values_list("pk", flat=True))
    return {
        dossier.pk: EvidenceLink(
            dossier.number,
            reverse("dossiers:office-dossier", args=[dossier.number]) if dossier.pk in readable else "",
            is_number=True,
        )
        for dossier in dossiers
    }


def _permissions(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return a table of the visas, extensions and cards that this office issued to the alert's guest.

    None for a guest outside the actor's area, or if nothing was issued.
    """
    guest = alert.stay
    if guest is None or guest.unit_id not in actor.area:
        return None
    results = issued_to(guest.document_number, guest.birth_date)
    if not results:
        return None
    links = _dossier_links(actor, [result.dossier for result in results])
    rows = [
        (name_of(result.dossier.procedure, result.valid_from), result.number,
         f"{day(result.valid_from)} – {day(result.valid_until)}", links[result.dossier_id])
        for result in results
    ]  # fmt: skip
    head = (_("Procedure"), pgettext("confirmation", "Number"), _("Validity"), _("Dossier"))
    return EvidenceTable(_("Visas, extensions and cards issued here"), head, rows)


def _stated_expiry(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the expiry dates stated for the guest's passport with their sources; None outside the actor's area.

    The latest date counts.
    """
    guest = alert.stay
    if guest is None or guest.unit_id not in actor.area:
        return None
    stated = stated_expiries(guest.document_number, guest.birth_date)
    links = _dossier_links(actor, [dossier for dossier, _day in stated])
    rows: list[Sequence[str | EvidenceLink]] = [
        (_("Declaration by the lodging"), _guest_link(actor, guest), day(clock.local(guest.declared_at).date()),
         day(declared.expired_on))
        for declared in ExpiredDocument.objects.filter(stay=guest)
    ]  # fmt: skip
    rows += [
        (name_of(dossier.procedure, clock.local(dossier.submitted_at).date()), links[dossier.pk],
         day(clock.local(dossier.submitted_at).date()), day(expires_on))
        for dossier, expires_on in stated if dossier.submitted_at
    ]  # fmt: skip
    head = (_("Source"), _("Record"), _("Submitted on"), _("Passport valid until"))
    note = _("If they differ, the latest date counts.") if len(rows) > 1 else ""
    return EvidenceTable(_("Passport expiry date in each source"), head, rows, note) if rows else None


def _short_moment(value: datetime) -> EvidenceLink:
    """Return a moment as dd/mm hh:mm, in one line."""
    return EvidenceLink(f"{day_short(value)} {clock_time(value)}", is_number=True)


def _late_guests(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the guests of the submission declared after the threshold, each with the deadline.

    A single limit is stated below the table; several limits get a column. None if the alert has no guest.
    """
    if alert.stay is None:
        return None
    least = thresholds_of_version(alert.rule, alert.version).values["minutes"]
    stays = Stay.objects.filter(submission_id=alert.stay.submission_id, minutes_late__gte=least)
    stays = stays.filter(unit_id__in=actor.area).exclude(status="withdrawn").order_by("-minutes_late", "pk")
    guests, count = list(stays[:LISTED]), stays.count()
    articles = {guest.limit_id: article_of(guest.limit_id, reader_language()) for guest in guests}
    rows: list[tuple[str | EvidenceLink, ...]] = [
        (_guest_link(actor, guest),
         _short_moment(guest.arrived_at) if guest.arrived_at else day_short(guest.arrived_on),
         _short_moment(guest.declared_at - timedelta(minutes=guest.minutes_late)), _short_moment(guest.declared_at))
        for guest in guests
    ]  # fmt: skip
    head: tuple[str, ...] = (_("Guest"), _("Arrived"), _("Declaration due by"), _("Declared at"))
    sentences = [_tolerance(limit) for limit in articles]
    if len(articles) == 1:
        sentences.insert(0, _("Limit: %(article)s.") % {"article": next(iter(articles.values()))})
    else:
        rows = [(*row, articles[guest.limit_id]) for row, guest in zip(rows, guests, strict=True)]
        head = (*head, _("Limit"))
    note = " ".join(dict.fromkeys(filter(None, sentences)))
    lead, more = "", None
    if count > len(guests):
        words = {"n": number(len(guests)), "count": number(count)}
        lead = _("The first %(n)s of %(count)s guests, most recently declared first.") % words
        if in_area(actor, alert.establishment):
            address = reverse("stays:submission", args=[alert.stay.submission_id])
            more = EvidenceLink(_("All guests in the submission"), address)
    people = [guest.pk for guest in guests]
    return EvidenceTable(_("Guests declared late"), head, rows, note, more, people, lead)


def _tolerance(limit: str) -> str:
    """Return a sentence with the hours that the office allows beyond the legal time limit; "" if it allows none."""
    hours = tolerance_of(limit)
    if not hours:
        return ""
    return counted(
        "“Declaration due by” is the legal time limit plus %(n)s hour allowed by the office.",
        "“Declaration due by” is the legal time limit plus %(n)s hours allowed by the office.",
        hours,
    )


def _two_places(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return a table of the two lodgings with the days of the two stays; None if a stay is missing.

    For a stay outside the actor's area only the place and first day are shown.
    """
    if alert.stay is None or alert.other_stay is None:
        return None
    stays = [alert.other_stay, alert.stay]
    head = (_("Lodging"), _("Place"), _("From"), _("Until"))
    rows = [
        (_lodging_link(actor, stay.establishment), stay.establishment.unit.full_name, day(stay.arrived_on),
         _end_text(stay) if stay.unit_id in actor.area else "–")
        for stay in stays
    ]  # fmt: skip
    return EvidenceTable(_("The two places"), head, rows)


def _end_text(stay: Stay) -> str:
    """Return the stay's day of departure as text; without one the expected day, marked as expected."""
    if stay.departed_on:
        return day(stay.departed_on)
    return _("expected %(day)s") % {"day": day(stay.expected_departure)}


def _expected_days(_actor: Actor, alert: Alert) -> EvidenceTable:
    """Return a table of the days of the lodging's silence, grouped by month and weekday.

    It shows how likely arrivals were on such days in the whole year and in that month, and how many days with
    arrivals were expected.
    """
    facts = alert.evidence
    last, as_of = day_of(facts["last"]), day_of(facts["as_of"])
    habit = learn(last, facts["days"], thresholds_of_version(alert.rule, alert.version).values["closure_days"])
    days = [last + timedelta(days=offset) for offset in range(1, (as_of - last).days + 1)]
    kinds = Counter((date_.year, date_.month, date_.weekday(), habit.chance_of(date_)) for date_ in days)
    rows = [
        (f"{month:02}/{year}", weekday(MONDAY + timedelta(days=place)).capitalize(), number(times),
         f"{round(100 * min(SURE, habit.share * habit.weekdays[place]))} %",
         f"{number(100 * chance, 1)} %", number(times * chance, 2))
        for (year, month, place, chance), times in sorted(kinds.items())
    ]  # fmt: skip
    total = number(sum(times * chance for (*_day, chance), times in kinds.items()), 1)
    head = (_("Month"), _("Day of the week"), _("Days"), _("Share with arrivals, whole year"),
            _("Expected for this month"), _("Expected days"))  # fmt: skip
    return EvidenceTable(
        _("Expected days with arrivals"),
        head,
        rows,
        f"{_('Total: %(n)s.') % {'n': total}} {_counted_until(alert)}",
    )


def _counted_until(alert: Alert) -> str:
    """Return a sentence that says until which day the lodging's silence was counted, and why the alert was raised."""
    limits = thresholds_of_version(alert.rule, alert.version).values
    grave = alert.severity == Severity.HIGH
    names = {
        "day": day(day_of(alert.evidence["as_of"])), "expected": number(limits["expected_days"] * (2 if grave else 1)),
        "longest": number(alert.evidence["longest"]),
    }  # fmt: skip
    words = _(
        "Counted until %(day)s, when the conditions for this alert were met: at least %(expected)s expected days had "
        "passed, chance was an unlikely explanation, and the lodging had never been silent for so long while open "
        "(%(longest)s days at most). Later days are not counted."
    )
    return words % names


def _guests_tonight(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the guests expected to stay tonight, by the same conditions as the rule; None outside the actor's area."""
    if alert.unit_id not in actor.area:
        return None
    today, place = clock.today(), alert.establishment
    present = Stay.objects.filter(PRESENT, establishment=place, arrived_on__lte=today, expected_departure__gt=today)
    guests, count = list(present.order_by("arrived_on", "pk")[:LISTED]), present.count()
    rows = [
        (_guest_link(actor, guest), guest.room, day(guest.arrived_on), day(guest.expected_departure))
        for guest in guests
    ]
    beds = counted("%(n)s bed registered", "%(n)s beds registered", place.beds or 0)
    note = counted("%(n)s guest tonight", "%(n)s guests tonight", count) + f"; {beds}."
    head = (_("Guest"), _("Room"), _("Arrived"), _("Expected departure"))
    people, lead = [guest.pk for guest in guests], _truncation_note(len(guests), count)
    return EvidenceTable(_("Guests declared for tonight"), head, rows, note, people=people, lead=lead)


def _truncation_note(listed_count: int, count: int) -> str:
    """Return "The first 20 of 35 guests."; "" if all guests are listed."""
    sentence = _("The first %(n)s of %(count)s guests.")
    return sentence % {"n": number(listed_count), "count": number(count)} if count > listed_count else ""


def _notice_and_guest(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the data of the notice and of the guest side by side; None for actors who may not read the notice."""
    if alert.stay is None or not reads_notices(actor):
        return None
    notice = Notice.objects.filter(pk=int(alert.key.split(":")[1]), agency_id=actor.organisation_id or 0).first()
    if notice is None:
        return None
    guest = alert.stay
    rows: list[Sequence[str | EvidenceLink]] = [
        (_("Full name"), notice.full_name, _guest_link(actor, guest)),
        (_("Date of birth"), day(notice.birth_date) or "–", day(guest.birth_date)),
        (_("Sex"), str(Sex(notice.sex).label) if notice.sex else "–", guest.get_sex_display()),
        (_("Document number"), notice.document_number or "–", guest.document_number),
    ]
    link = EvidenceLink(
        _("Notice %(number)s") % {"number": notice.number}, reverse("oversight:notice", args=[notice.pk])
    )
    return EvidenceTable(_("The notice and the guest"), ("", link.text, _("Guest")), rows, more=link)


def _guests_met(actor: Actor, alert: Alert) -> EvidenceTable | None:
    """Return the undeclared guests of the inspection by name and document; None if the actor may not see it."""
    inspection = inspections.visible_to(actor).filter(pk=int(alert.key.split(":")[1])).first()
    if inspection is None:
        return None
    met: list[Any] = list(inspections.guests_met(inspection))
    guests = [guest for guest in met if not guest.declared]
    rows = [(guest.full_name or "–", guest.document_number, guest.room or "–") for guest in guests[:LISTED]]
    head = (_("Guest"), _("Document number"), _("Room"))
    about = {"lodging": alert.establishment.name, "when": moment(inspection.began_at)}
    url = reverse("oversight:inspection", args=[inspection.pk])
    link = EvidenceLink(_("Inspection of %(lodging)s, %(when)s") % about, url)
    return EvidenceTable(
        _("Guests found but not declared"), head, rows, more=link, lead=_truncation_note(len(rows), len(guests))
    )


TABLES: dict[str, Callable[[Actor, Alert], Any]] = {
    "overstay": _permissions,
    "expired_document": _stated_expiry,
    "declared_late": _late_guests,
    "two_places": _two_places,
    "silent": _expected_days,
    "too_many_guests": _guests_tonight,
    "notice_match": _notice_and_guest,
    "undeclared_found": _guests_met,
}
