"""Figures for reports: gifts, and households and schools that received. Counts and sums only."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import F, Min, Sum

from ancu.apps.community.enums import EntryKind, LedgerAccount, RecipientKind
from ancu.apps.community.models import LedgerLeg, Recipient
from ancu.core.registry.measurements import Measurement

RECIPIENTS = {RecipientKind.HOUSEHOLD: "help.households", RecipientKind.SCHOOL: "help.schools"}


def measurements(first: date, last: date) -> Iterator[Measurement]:
    """Yield, for reports by unit, the value of the period's gifts in đồng and the number of new recipients.

    The period includes ``first`` and ``last``. A gift belongs to its programme's unit. A recipient counts by kind, in
    the recipient's own unit, on the day of the first handover.
    """
    gifts = LedgerLeg.objects.filter(
        entry__kind=EntryKind.GIFT, entry__reversal__isnull=True, entry__day__gte=first, entry__day__lte=last,
        account=LedgerAccount.STOCK,
    ).order_by()  # fmt: skip
    value = Sum(F("quantity") * F("item__vnd_each"))
    for unit, vnd in gifts.values_list("entry__programme__unit").annotate(value=value):
        yield Measurement("help.given", vnd, unit_id=unit)
    handed = Recipient.objects.filter(entries__kind=EntryKind.HANDOVER, entries__reversal__isnull=True)
    firsts = handed.annotate(first_day=Min("entries__day")).filter(first_day__gte=first, first_day__lte=last)
    for kind, source in RECIPIENTS.items():
        numbers = Counter(firsts.filter(kind=kind).order_by().values_list("unit", flat=True))
        for unit, number in numbers.items():
            yield Measurement(source, number, unit_id=unit)
