"""Empty people's data after the retention period; items and quantities remain."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from ancu.apps.audit.services import record
from ancu.apps.community.models import (
    Candidate,
    Donor,
    HandoverConfirmation,
    LedgerEntry,
    Pledge,
    ProgrammePhoto,
    ProgrammeStatement,
    Recipient,
    Selection,
    StatementLine,
    UnreadStatementLine,
    Voucher,
)
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep

# By model: the way to its programme, and what stands in each field afterwards.
EMPTIED: tuple[tuple[type[Model], str, dict[str, Any]], ...] = (
    (Recipient, "programme", {"name": REDACTED, "reason": REDACTED}),
    (Candidate, "selection__programme", {"name": REDACTED, "facts": {}, "reason": REDACTED}),
    (Selection, "programme", {"words": REDACTED}),
    (
        HandoverConfirmation,
        "entry__programme",
        {
            "name": REDACTED,
            "standing": REDACTED,
            "words": REDACTED,
            "signature": b"",
            "decision_words": REDACTED,
        },
    ),
    (ProgrammePhoto, "programme", {"public": False, "consent": REDACTED, "caption": REDACTED}),
    (Pledge, "programme", {"withdrawn_why": REDACTED}),
    (StatementLine, "programme", {"text": REDACTED, "aside": REDACTED}),
    (ProgrammeStatement, "programme", {"name": REDACTED}),
    (UnreadStatementLine, "programme", {"text": REDACTED, "aside": REDACTED}),
    (Voucher, "entry__programme", {"seller": REDACTED, "paper": REDACTED}),
)
OF_HELP = (Donor, *(model for model, _way, _values in EMPTIED))


@transaction.atomic
def redact(actor: Actor) -> int:
    """Delete personal data of programmes that ended long enough ago; return the number of emptied fields.

    Donors, recipients and candidates lose their names; items and quantities remain.
    """
    over = clock.today() - timedelta(days=Keep.CORRESPONDENCE.value)
    emptied = _redact_donors(over)
    for model, way, values in EMPTIED:
        old = model._default_manager.filter(**{f"{way}__ends_on__lt": over})
        emptied += sum(_empty(old, name, sign) for name, sign in values.items())
    if emptied:
        record(actor, "community.redact", ("community.programme", "batch"), people=emptied)
    return emptied


def _empty(old: QuerySet[Any], name: str, sign: Any) -> int:
    """Replace the field ``name`` by ``sign`` in every row of ``old`` that has a value; return how many.

    An empty field stays empty: whether there was a value is not personal.
    """
    rows = old.exclude(**{name: sign})
    return (rows.exclude(**{name: ""}) if sign == REDACTED else rows).update(**{name: sign})


def _redact_donors(over: date) -> int:
    """Empty the donors who gave and pledged nothing to a programme that ended after ``over``.

    Return the number of emptied fields.
    """
    entries = LedgerEntry.objects.filter(donor=OuterRef("pk"))
    pledges = Pledge.objects.filter(donor=OuterRef("pk"))
    donors = Donor.objects.filter(Exists(entries) | Exists(pledges)).exclude(name=REDACTED)
    for acts in (entries, pledges):
        donors = donors.filter(~Exists(acts.filter(programme__ends_on__gte=over)))
    pks = list(donors.values_list("pk", flat=True))
    return Donor.objects.filter(pk__in=pks).update(name=REDACTED, contact="")
