"""Alert counts, maintained by a database trigger (see docs/adr/0004)."""

import pgtrigger
from django.db import models

from ancu.apps.accounts.models import Organisation
from ancu.apps.oversight.enums import WAITING
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import privacy


class WaitingAlertDelta(models.Model):
    """A change in the number of waiting alerts of a rule, place and severity; the sum is the current count.

    The two units are those of the alert. ``agency`` is set if only that agency may see it.
    """

    id = models.BigAutoField(primary_key=True)
    rule = models.CharField(max_length=30)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", db_index=False)
    other_unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", null=True, db_index=False)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+", null=True, db_index=False)
    severity = models.SmallIntegerField()
    referred = models.BooleanField()
    number = models.IntegerField()

    privacy = privacy(plain="id rule unit other_unit agency severity referred number")

    def __str__(self) -> str:
        return f"{self.number:+} {self.rule}"


_STATES = ", ".join(f"'{state.value}'" for state in WAITING)
_COLUMNS = "rule, unit_id, other_unit_id, agency_id, severity, referred"
_ADD = f"INSERT INTO oversight_waitingalertdelta ({_COLUMNS}, number)"


def _of(row: str) -> str:
    names = ("rule", "unit_id", "other_unit_id", "agency_id", "severity")
    return ", ".join([*(f"{row}.{name}" for name in names), f"{row}.referred_at IS NOT NULL"])


COUNTED = pgtrigger.Trigger(
    name="counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func=f"""
    IF TG_OP = 'UPDATE' AND (OLD.state, {_of("OLD")}) IS NOT DISTINCT FROM (NEW.state, {_of("NEW")}) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.state IN ({_STATES}) THEN
        {_ADD} VALUES ({_of("OLD")}, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.state IN ({_STATES}) THEN
        {_ADD} VALUES ({_of("NEW")}, 1);
    END IF;
    RETURN NULL;
    """,
)
GATHER = f"""
WITH gone AS (DELETE FROM oversight_waitingalertdelta RETURNING {_COLUMNS}, number)
{_ADD} SELECT {_COLUMNS}, sum(number) FROM gone GROUP BY {_COLUMNS} HAVING sum(number) <> 0
"""
