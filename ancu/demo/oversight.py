"""Irregularities of the demo: a case for every alert rule, created by services and corrections.

The province already contains common ones: forgotten check-outs, late declarations, a mistyped permitted day.
``silence_lodgings`` edits the stays before they are written, ``load_oversight`` the tables.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pghistory
import pgtrigger
from django.db import transaction
from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.rules import PERMITS_NO_STAY
from ancu.apps.dossiers.services.permits import renew_declared
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.enums import AlertState, AlertStep, DismissReason, InspectionResult, Severity
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.rules.silent import HISTORY, judge
from ancu.apps.oversight.selectors.gathering import judge_past
from ancu.apps.oversight.selectors.parameters import thresholds_in_force
from ancu.apps.oversight.services import inspections, merging, notices
from ancu.apps.oversight.services.evaluating import evaluate_everything, evaluate_stays
from ancu.apps.stays.enums import DeclarationChannel, StayStatus
from ancu.apps.stays.models import OPEN, Stay
from ancu.apps.stays.services.declaring import declare
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.demo.alert_history import RAISED_AGO, ask_lodgings, longest_overstay
from ancu.demo.establishments import EstablishmentPlan
from ancu.demo.stays import DemoParty
from ancu.engines.exchange import interpret
from ancu.engines.rulebook import alert_rule

SILENT = 2
COMMUNE, OFFICE, DECIDER = "canbo@maichau.example", "canbo@xnc.example", "duyet@xnc.example"
HOST = "quanly@homestay.example"
JOB = system("demo.oversight")
DAY = timedelta(days=1)
DECIDED_AGO = 20  # days: older alerts are decided, in most cases
GAP = 7 * DAY  # between the end of an old permit and the first day of the card
EXPIRED = {"full_name": "LINDQVIST MAJ", "birth_date": "1958-04-17", "sex": "F", "nationality": "SWE",
           "document_number": "AA4471902"}  # fmt: skip
LONGER = {"full_name": "NOWAK EWA", "birth_date": "1987-06-21", "sex": "F", "nationality": "POL",
          "document_number": "EH4471203"}  # fmt: skip
# Rules whose past is there to be decided, with the share of it that was confirmed.
PAST = (("declared_late", 0.7), ("not_checked_out", 0.35), ("overstay", 0.45))


# ---- before the stays are written --------------------------------------------------------------------------


def silence_lodgings(
    parties: Sequence[DemoParty], lodgings: Sequence[tuple[Establishment, EstablishmentPlan]], today: date
) -> list[Establishment]:
    """Make two busy lodgings declare nobody for weeks, for the alert rule; return these lodgings.

    Their guests of that time move to a neighbour. They are the busiest ones with enough history; a small province has
    none. The first lodging of the list and the homestays are unchanged, because accounts may belong to them.
    """
    by_lodging: dict[int, list[DemoParty]] = {}
    for party in parties:
        by_lodging.setdefault(party.establishment.pk, []).append(party)
    silent: list[Establishment] = []
    for establishment, plan in sorted(lodgings[1:], key=lambda pair: -len(by_lodging.get(pair[0].pk, ()))):
        own = by_lodging.get(establishment.pk, [])
        since = None if plan.kind == "homestay" else _silent_since(own, today)
        if since is not None and len(silent) < SILENT:
            alike = (pair for pair in reversed(lodgings) if pair[1].profile == plan.profile)
            neighbour = next(pair for pair in alike if pair[0] not in silent and pair[0] != establishment)
            _move_parties([party for party in own if party.stays[0].arrived_on > since], neighbour, parties)
            silent.append(establishment)
    return silent


def _silent_since(own: Sequence[DemoParty], today: date) -> date | None:
    """Return the latest day of arrival such that the lodging, silent since then, would be reported today.

    None if there is none.
    """
    days = sorted({party.stays[0].arrived_on for party in own})
    values = alert_rule("silent", today).values
    for place in range(len(days) - 1, 0, -1):
        last = days[place]
        past_days = [(day - last).days for day in days[: place + 1] if (last - day).days < HISTORY]
        facts = {"last": last.isoformat(), "as_of": (today - DAY).isoformat(), "days": past_days}
        if judge(facts, values):
            return last
        if (today - last).days > 150:
            break
    return None


def _move_parties(
    moved: Sequence[DemoParty], to: tuple[Establishment, EstablishmentPlan], parties: Sequence[DemoParty]
) -> None:
    """Move the parties ``moved`` to the lodging ``to``, except those with a guest whose document it has already."""
    documents_there = {
        (stay.person.document_number) for party in parties if party.establishment == to[0] for stay in party.stays
    }
    for party in moved:
        if not any(stay.person.document_number in documents_there for stay in party.stays):
            party.establishment, party.plan = to
            documents_there.update(stay.person.document_number for stay in party.stays)


# ---- in the tables -----------------------------------------------------------------------------------------


@transaction.atomic
def load_oversight(*, seed: int) -> dict[str, int]:
    """Create a case for each alert rule, run the rules and decide most past alerts; return counts by label."""
    rng = Random(seed)
    for plant in (
        _plant_overstays,
        _plant_two_places,
        _plant_placeholder_numbers,
        _plant_expired_passports,
        _plant_crowded,
        _plant_notices,
        _plant_inspection,
        _plant_inspection_in_order,
    ):
        plant(rng)
    _decide_past_alerts(rng)
    _plant_overstay_before_card()
    alert_counts = evaluate_everything(JOB)
    _date_open_alerts(rng)
    _decide_recent_alerts(rng)
    ask_lodgings()
    return {"alerts": sum(alert_counts.values())}


def _actor(email: str) -> Actor:
    """Return the actor of the demo account with this e-mail address."""
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def _present_stays() -> QuerySet[Stay]:
    """Return the stays of guests who arrived at least two days ago and expect to leave after today."""
    today = clock.today()
    there = Stay.objects.filter(OPEN, arrived_on__lte=today - 2 * DAY, expected_departure__gt=today)
    return there.select_related("establishment").order_by("id")


def _correct(stays: QuerySet[Stay] | Any, **values: Any) -> None:
    """Change ``values`` of these stays as a correction does: history keeps the former ones, receipts stay valid."""
    with pghistory.context(user=None, token=None, act="corrected", reason="Sửa theo hộ chiếu"):
        stays.update(status=StayStatus.CORRECTED, **values)


def _plant_overstays(rng: Random) -> None:
    """Make a guest at the demo account's homestay overstay by two days, and others elsewhere for longer."""
    host = _actor(HOST)
    own = Stay.objects.filter(OPEN, establishment__business_id=host.organisation_id, arrived_on__lte=clock.today())
    elsewhere = _present_stays().exclude(establishment__business_id=host.organisation_id)
    without_card = elsewhere.exclude(document_number__in=Result.objects.values("dossier__document_number"))
    longest = without_card.filter(arrived_on__lte=clock.today() - 30 * DAY).order_by("-arrived_on", "id")[:1]
    other_stays = list(elsewhere[:200])
    if not own.exists():  # as on the eve of Tết
        house = Establishment.objects.filter(business_id=host.organisation_id, sandbox=False).order_by("id")[0]
        _declare(house, **LONGER, arrived_on=clock.today().isoformat())
    first = own.order_by("-expected_departure", "id")[:1]
    chosen = [*first, *longest, *rng.sample(other_stays, min(3, len(other_stays)))]
    for stay, days in zip(chosen, (2, 18, 4, 12, 45), strict=False):
        _correct(Stay.objects.filter(pk=stay.pk), permitted_until=clock.today() - days * DAY)


def _plant_overstay_before_card() -> None:
    """Let one guest's permit end days before the residence card issued to the guest began."""
    area = _actor(COMMUNE).area
    bearer = {"dossier__document_number": OuterRef("document_number"), "dossier__birth_date": OuterRef("birth_date")}
    cards = Result.objects.filter(**bearer).exclude(dossier__procedure__in=PERMITS_NO_STAY).order_by("valid_from")
    renewed = _present_stays().annotate(card_from=Subquery(cards.values("valid_from")[:1]))
    stays = renewed.filter(card_from__gt=F("arrived_on") + GAP)
    for stay in sorted(stays, key=lambda stay: (stay.unit_id not in area, -stay.card_from.toordinal()))[:1]:
        _correct(Stay.objects.filter(pk=stay.pk), permitted_until=stay.card_from - GAP)
        renew_declared(JOB, [stay.pk])
        evaluate_stays([stay.pk], [])


def _declare(establishment: Establishment, **texts: str) -> None:
    """Declare a guest of the lodging by the service."""
    row = {"expected_departure": (clock.today() + 3 * DAY).isoformat(), "room": "3"} | texts
    declare(actor=JOB, establishment=establishment, rows=interpret([row]), channel=DeclarationChannel.WEB)


def _person(stay: Stay) -> dict[str, str]:
    """Return the stay's guest as values for a second declaration, with arrival yesterday."""
    names = ("full_name", "birth_date", "sex", "nationality", "document_number")
    return {name: getattr(stay, name) for name in names} | {"arrived_on": (clock.today() - DAY).isoformat()}


def _plant_two_places(rng: Random) -> None:
    """Declare a guest who stays at one lodging also at a second one, yesterday."""
    for stay in rng.sample(list(_present_stays()[:200]), 2):
        elsewhere = Establishment.objects.filter(status="active", kind="hotel").exclude(pk=stay.establishment_id)
        _declare(rng.choice(list(elsewhere.order_by("id")[:20])), **_person(stay))


def _plant_placeholder_numbers(rng: Random) -> None:
    """Replace the document numbers of some stays by placeholders such as lodgings type."""
    stays = rng.sample(list(_present_stays()[:200]), 3)
    for stay, number in zip(stays, ("123456789", "KHONGCO", "00000000"), strict=True):
        _correct(Stay.objects.filter(pk=stay.pk), document_number=number)


def _plant_expired_passports(rng: Random) -> None:
    """Declare a guest with an expired passport, and one whose passport expired after his dossier."""
    hotels = Establishment.objects.filter(status="active", kind="hotel").order_by("id")
    _declare(hotels[2], **EXPIRED, arrived_on=clock.today().isoformat(),
             document_expiry=(clock.today() - 40 * DAY).isoformat())  # fmt: skip
    dossier = Dossier.objects.filter(state=State.DELIVERED).exclude(birth_date="").order_by("id").first()
    if dossier is None:
        return
    ended = (clock.today() - 5 * DAY).isoformat()
    dossier.answers = {
        form: {**form_answers, "passport_expiry": ended} if "passport_expiry" in form_answers else form_answers
        for form, form_answers in dossier.answers.items()
    }
    dossier.save(update_fields=["answers"])
    names = ("full_name", "birth_date", "sex", "nationality", "document_number")
    _declare(hotels[1], arrived_on=clock.today().isoformat(), **{name: getattr(dossier, name) for name in names})


def _plant_crowded(rng: Random) -> None:
    """Make a lodging have more guests than registered beds."""
    tonight = Stay.objects.filter(OPEN, arrived_on__lte=clock.today(), expected_departure__gt=clock.today())
    full = tonight.order_by().values("establishment").annotate(guests=Count("id")).order_by("-guests", "establishment")
    for row in full[4:6]:
        Establishment.objects.filter(pk=row["establishment"]).update(beds=max(1, row["guests"] // 2))


def _plant_notices(rng: Random) -> None:
    """Create a notice (a court's stop of departure) that matches a present guest, and one awaiting approval."""
    sought = rng.choice(list(_present_stays()[:200]))
    notice_fields: dict[str, Any] = {
        "issued_by": "Tòa án nhân dân tỉnh", "legal_basis": "Luật 47/2014/QH13, Điều 28: tạm hoãn xuất cảnh",
        "ends_on": clock.today() + 180 * DAY,
    }  # fmt: skip
    notice = notices.propose(
        _actor(OFFICE), number="17/2026/QĐ", full_name=sought.full_name, birth_date=sought.birth_date, **notice_fields
    )
    notices.approve(_actor(DECIDER), notice_id=notice.pk)
    notices.propose(_actor(OFFICE), number="21/2026/QĐ", full_name="MUSTER HANS", birth_date="1971-05", **notice_fields)


def _plant_inspection(rng: Random) -> None:
    """Create an inspection by the commune's officer: one declared guest, if possible, and three undeclared."""
    officer, began = _actor(COMMUNE), clock.now() - timedelta(hours=3)
    lodgings = Establishment.objects.filter(status=EstablishmentStatus.ACTIVE, unit_id__in=officer.area)
    other_lodgings = lodgings.exclude(business_id=_actor(HOST).organisation_id).order_by("pk")
    stay = _present_stays().filter(establishment__in=other_lodgings, declared_at__lt=began).first()
    place = stay.establishment if stay else other_lodgings.first()
    if place is None:
        return
    numbers = [*([stay.document_number] if stay else []), "K4471209", "K4471210", "EA088123"]
    inspections.record_inspection(
        officer,
        establishment_id=place.pk,
        began_at=began,
        guests=[inspections.MetGuestInput(number) for number in numbers],
        outcome="Đã lập biên bản, yêu cầu cơ sở khai báo bổ sung trong ngày.",
    )


def _plant_inspection_in_order(rng: Random) -> None:
    """Create yesterday's inspection by the office's officer at a lodging whose guests were all declared."""
    officer, began = _actor(OFFICE), clock.start_of(clock.today()) - timedelta(hours=14, minutes=30)
    stay = _present_stays().filter(declared_at__lt=began, establishment__kind="hotel").order_by("-id").first()
    if stay is not None:
        inspections.record_inspection(
            officer, establishment_id=stay.establishment_id, began_at=began, result=InspectionResult.IN_ORDER,
            guests=[inspections.MetGuestInput(stay.document_number)],
        )  # fmt: skip


# ---- what was decided --------------------------------------------------------------------------------------


def _decide_past_alerts(rng: Random) -> None:
    """Create a year of decided alerts, so that the rules' pages have statistics."""
    today = clock.today()
    for code, _share in PAST:
        valid = thresholds_in_force(code, today)
        past = [judged for (judged,) in judge_past(RULES[code], [valid.values], today, today - 365 * DAY)]
        old = [
            finding_result
            for finding_result in past
            if finding_result.finding is not None and finding_result.finding.since < today - DECIDED_AGO * DAY
        ]
        chosen = rng.sample(old, min(len(old), 120))
        merging.merge(RULES[code], valid.version, chosen, None)
    decider = Membership.objects.get(user__email=OFFICE).user
    for alert in Alert.objects.filter(state=AlertState.OPEN, since__lt=today - DECIDED_AGO * DAY).order_by("id"):
        moment = _date(alert, alert.since + DAY) + timedelta(hours=rng.randint(6, 160))
        _decide(rng, alert, decider.pk, dict(PAST)[alert.rule], min(moment, clock.now() - timedelta(hours=1)))


def _decide_recent_alerts(rng: Random) -> None:
    """Decide every third of the common alerts on one of the days before today: yesterday most."""
    decider = Membership.objects.get(user__email=OFFICE).user
    common = Alert.objects.filter(state=AlertState.OPEN, rule__in=("declared_late", "not_checked_out"))
    early = clock.start_of(clock.today()) - timedelta(hours=15)
    for number, alert in enumerate(common.filter(raised_at__lt=early).order_by("pk")[::3]):
        days = 1 if number % 2 else rng.randint(1, 6)
        moment = clock.start_of(clock.today() - days * DAY) + timedelta(hours=rng.randint(8, 16))
        raised = alert.raised_at
        _decide(rng, alert, decider.pk, dict(PAST)[alert.rule], max(moment, raised + timedelta(hours=7)))


def _decide(rng: Random, alert: Alert, officer: int, share: float, decided: datetime) -> None:
    """Decide the alert at this moment, as this officer (user id).

    ``share`` is the probability that it is confirmed; otherwise it is dismissed.
    """
    confirmed = rng.random() < share
    alert.state = AlertState.CONFIRMED if confirmed else AlertState.DISMISSED
    alert.updated_at = decided
    alert.decided_at, alert.decided_by_id, alert.decided_severity = decided, officer, alert.severity
    if not confirmed:
        alert.dismissed_for = rng.choice((DismissReason.MENDED, DismissReason.MENDED, DismissReason.EXPLAINED))
        alert.reason = "Cơ sở đã sửa khai báo."
    alert.save()
    AlertTrace.objects.create(
        alert=alert,
        at=decided,
        step=AlertStep(alert.state),
        user_id=officer,
        severity=alert.severity,
        digest=alert.digest,
        reason=alert.reason,
    )


def _date_open_alerts(rng: Random) -> None:
    """Date open alerts to a night since their fact began, at most eight days ago, as if the rules had run nightly.

    The overstay of the guest who is there longest is the oldest high one, so that the desk begins with it; then
    come high ones of other rules, since an office decides most of them on their day.
    """
    first = longest_overstay()
    for alert in Alert.objects.filter(state=AlertState.OPEN).order_by("pk"):
        days = rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 8))
        if alert.severity == Severity.HIGH:
            days = RAISED_AGO if alert == first else int(alert.rule != "overstay")
        _date(alert, clock.today() - min(max(0, (clock.today() - alert.since).days), days) * DAY)


def _date(alert: Alert, day: date) -> datetime:
    """Date an alert and its trace to the rules' run in the night of this day, overstays last; return that moment."""
    minute = 31 if alert.rule == "overstay" else 30
    alert.raised_at = min(clock.start_of(day) + timedelta(hours=1, minutes=minute), clock.now())
    alert.save(update_fields=["raised_at"])
    with pgtrigger.ignore("oversight.AlertTrace:trace_facts_unchanged"):
        alert.trace.filter(step=AlertStep.RAISED).update(at=alert.raised_at)
    return alert.raised_at
