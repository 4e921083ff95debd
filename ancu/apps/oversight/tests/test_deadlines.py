"""By when a high alert is decided: it is due on its first day, and overdue after that."""

from datetime import date, timedelta
from typing import Any

import pytest

from ancu.apps.desk import selectors
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.tests.factories import make_alert
from ancu.core import clock

SATURDAY, MONDAY = date(2026, 11, 28), date(2026, 11, 30)
DAY = timedelta(days=1)


def test_a_high_alert_is_due_on_the_working_day_on_which_it_is_raised() -> None:
    assert rules.decide_by(SATURDAY, Severity.HIGH) == rules.decide_by(MONDAY, Severity.HIGH) == MONDAY
    assert rules.decide_by(MONDAY, Severity.MEDIUM) is None
    assert rules.first_day_in_time(MONDAY) == SATURDAY and rules.first_day_in_time(MONDAY + DAY) == MONDAY + DAY
    assert rules.first_day_in_time(SATURDAY + DAY) == SATURDAY


@pytest.mark.django_db
def test_the_desk_counts_high_alerts_as_due_today_then_as_overdue(world: Any, monkeypatch: Any) -> None:
    make_alert(world.lodging, name="MEDIUM ONE")
    high = make_alert(world.lodging, name="HIGH ONE")
    Alert.objects.filter(pk=high.pk).update(severity=Severity.HIGH)
    Alert.objects.exclude(pk=high.pk).update(severity=Severity.MEDIUM)
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    olga = world.actor("olga")
    for raised_on, late, due_today in ((MONDAY, 0, 1), (SATURDAY, 0, 1), (SATURDAY - DAY, 1, 0)):
        Alert.objects.update(raised_at=clock.start_of(raised_on) + timedelta(hours=2))
        page = selectors.desk(olga)
        assert (page.urgent, page.late, page.pressing, page.due_today) == (0, late, late, due_today), raised_on
        assert page.counts.high(["alerts"]) == 1, "the number of the navigation"
        assert page.rows[0].tone == ("bad" if late else "warn") and page.rows[1].tone == "mute"
