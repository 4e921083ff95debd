"""Every alert's evidence is judged again every night; what does not agree with its hash is reported by id."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services.retention import redact_alerts
from ancu.apps.oversight.services.verifying import verify_alerts
from ancu.apps.oversight.tests.factories import evaluate, make_alert, make_one_of_each
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db
CHANGES = {
    "evidence": "evidence = jsonb_set(evidence, '{nights}', '999')",
    "shape": "evidence = '[1]'",
    "digest": "digest = repeat('0', 64)",
    "severity": "severity = severity + 1",
    "since": "since = since - 1",
    "version": "version = '1+999999'",
    "rule": "rule = 'nothing'",
    "emptied": "evidence = '{}'",
}


@pytest.mark.slow
def test_alerts_of_every_rule_agree(world: Any) -> None:
    make_one_of_each(world)
    evaluate()
    check = verify_alerts()
    assert (check.checked, check.emptied, check.mismatches) == (Alert.objects.count(), 0, [])


@pytest.mark.parametrize("change", CHANGES)
def test_an_altered_alert_is_reported_by_id(world: Any, change: str) -> None:
    alert = make_alert(world.lodging)
    assert verify_alerts().mismatches == []
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE oversight_alert SET {CHANGES[change]} WHERE id = %s", [alert.pk])
    output = StringIO()
    with pytest.raises(CommandError, match="1 alerts do not agree"):
        call_command("verify_alerts", stdout=output)
    assert output.getvalue().startswith(f"mismatch: id {alert.pk}\n1 alerts computed again")
    call_command("verify_alerts", since=clock.today() + timedelta(days=1), stdout=output)


def test_altered_evidence_of_a_step_is_reported(world: Any) -> None:
    alert = make_alert(world.lodging)
    alert.trace.update(evidence={"nights": 999})
    assert verify_alerts().mismatches == [alert.pk]


def test_an_alert_emptied_after_its_time_is_counted_and_no_mismatch(world: Any) -> None:
    alert = make_alert(world.lodging)
    gone = clock.now() - timedelta(days=Keep.STAY.value + 1)
    Alert.objects.filter(pk=alert.pk).update(state=AlertState.CLOSED, gone_at=gone)
    assert redact_alerts(system("test")) == 1
    check = verify_alerts()
    assert (check.checked, check.emptied, check.mismatches) == (0, 1, [])
