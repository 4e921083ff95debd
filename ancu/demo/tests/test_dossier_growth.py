"""Dossiers grown by SQL are as true as the hand-made ones, and the tables are left as they were."""

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Count, F, Sum

from ancu.apps.dossiers.enums import IN_THE_OFFICE, State
from ancu.apps.dossiers.models import CashClosing, Charge, Dossier, Duration, FeeReceipt, Payment, Slot
from ancu.apps.dossiers.selectors.history import replay
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services.money.charging import reference_prefix
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.documents.reference_numbers import normalise_number, references_in
from ancu.demo.dossiers.growth import PAPERS, grow_dossiers
from ancu.demo.tests.test_dossiers import load
from ancu.engines.rulebook import to_vnd

GROWN = 1500


pytestmark = pytest.mark.stage(make=load)


@pytest.fixture
def grown(shared_data):
    base = set(Dossier.objects.values_list("pk", flat=True))
    indexes = _indexes()
    assert grow_dossiers(GROWN) == Dossier.objects.count() == GROWN
    assert _indexes() == indexes
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # foreign keys hold
    return Dossier.objects.exclude(pk__in=base)


def _indexes():
    """What guards and finds the rows: the growth takes it off and puts it back."""
    constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    with connection.cursor() as cursor:
        definition = "split_part(indexdef, ' WHERE ', 1)"  # the server writes a condition it read anew in other words
        cursor.execute(f"SELECT indexname, {definition} FROM pg_indexes WHERE tablename LIKE 'dossiers%'")
        indexes = set(cursor.fetchall())
        cursor.execute(f"{constraints} WHERE conrelid::regclass::text LIKE 'dossiers%'")
        return indexes | set(cursor.fetchall())


def test_grown_dossiers_are_as_true_as_the_hand_made(grown):
    for dossier in grown.prefetch_related("events", "components")[:400]:
        history = sorted(dossier.events.all(), key=lambda event: event.sequence)
        assert replay(history).state == dossier.state, dossier
        assert history[-1].at <= clock.now()
        assert dossier.has_passport == (dossier.passport_received() is not None)
        assert normalise_number(dossier.number) == dossier.number
        assert len(dossier.components.all()) >= PAPERS  # the copied one may have more
        assert dossier.version == (procedure_of(dossier).version if dossier.submitted_at else "")
        assert dossier.full_name in str(dossier.answers) and dossier.document_number in str(dossier.answers)
        assert dossier.search_key == f"{fold(dossier.full_name)} {dossier.document_number} {dossier.number}".lower()
    open_ones = grown.filter(state__in=IN_THE_OFFICE).count()
    assert 0.01 < open_ones / grown.count() < 0.04
    days = list(grown.values_list("created_at", flat=True))
    assert (max(days) - min(days)).days > 5 * 365


def test_money_of_grown_dossiers_adds_up(grown):
    for charge in Charge.objects.select_related("rate").filter(dossier__in=grown)[:300]:
        assert references_in(charge.reference, reference_prefix()) == {charge.reference}
        assert charge.vnd == to_vnd(charge.usd, charge.rate.vnd_per_usd)
    assert not Payment.objects.exclude(vnd=F("charge__vnd")).exists()
    series = {}
    for receipt in FeeReceipt.objects.order_by("series", "number"):
        series.setdefault(receipt.series, []).append(receipt.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in series.values())
    counted = Payment.objects.exclude(closing=None).order_by("closing").values_list("closing")
    assert list(counted.annotate(Sum("vnd"), Count("pk"))) == list(
        CashClosing.objects.order_by("pk").values_list("pk", "book", "payments")
    )
    assert all(
        slot.booked_places == slot.appointments.count() for slot in Slot.objects.prefetch_related("appointments")
    )
    decided = Dossier.objects.exclude(decided_at=None).filter(state__in=[State.DELIVERED, State.REFUSED])
    assert Duration.objects.filter(dossier__in=decided).count() == decided.count()


def test_it_grows_once_only(grown):
    with pytest.raises(CommandError, match="demo-reset"):
        grow_dossiers(GROWN + 10)
