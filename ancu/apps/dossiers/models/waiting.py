"""Counters of the dossiers that wait in each of the office's queues."""

import pgtrigger
from django.db import models

from ancu.apps.accounts.models import Organisation
from ancu.apps.dossiers.enums import IN_THE_OFFICE
from ancu.core.security.privacy import privacy


class OpenDossierDelta(models.Model):
    """A change to the number of open dossiers of an agency in a state, due on a day; the sum is the count.

    Counting twenty thousand dossiers takes longer than the rest of a queue's page. A trigger adds a row for the state a
    dossier leaves and one for the state it enters. Unlike one row per queue, this needs no lock between writers. A
    nightly job compacts the rows.
    """

    id = models.BigAutoField(primary_key=True)
    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12)
    due_on = models.DateField(null=True, blank=True)
    number = models.IntegerField()

    privacy = privacy(plain="id agency state due_on number")

    def __str__(self) -> str:
        return f"{self.number:+} {self.state}"


_STATES = ", ".join(f"'{state}'" for state in sorted(IN_THE_OFFICE))
_ADD = "INSERT INTO dossiers_opendossierdelta (agency_id, state, due_on, number)"
COUNTED = pgtrigger.Trigger(
    name="counted",
    when=pgtrigger.After,
    operation=pgtrigger.Insert
    | pgtrigger.UpdateOf("agency_id", "state", "due_on")  # type: ignore[no-untyped-call]
    | pgtrigger.Delete,
    func=f"""
    IF TG_OP = 'UPDATE' AND (OLD.agency_id, OLD.state, OLD.due_on) IS NOT DISTINCT FROM
        (NEW.agency_id, NEW.state, NEW.due_on) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.agency_id IS NOT NULL AND OLD.state IN ({_STATES}) THEN
        {_ADD} VALUES (OLD.agency_id, OLD.state, OLD.due_on, -1);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.agency_id IS NOT NULL AND NEW.state IN ({_STATES}) THEN
        {_ADD} VALUES (NEW.agency_id, NEW.state, NEW.due_on, 1);
    END IF;
    RETURN NULL;
    """,
)
GATHER = """
WITH gone AS (DELETE FROM dossiers_opendossierdelta RETURNING agency_id, state, due_on, number)
INSERT INTO dossiers_opendossierdelta (agency_id, state, due_on, number)
SELECT agency_id, state, due_on, sum(number) FROM gone GROUP BY 1, 2, 3 HAVING sum(number) <> 0
"""
