"""Alerts as the rules make them, of stays as they lie in the table."""

from datetime import timedelta
from typing import Any

from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.services.evaluating import evaluate_everything
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.actor import system

JOB = system("oversight.test")


def make_overstay(lodging: Establishment, name: str = "HOFFMANN JÖRG", *, days: int = 3, **fields: Any) -> Stay:
    """A guest whose permitted stay ended that many days ago, and who is still there by what was declared."""
    today = clock.today()
    values = {
        "arrived_on": today - timedelta(days=days + 5),
        "expected_departure": today + timedelta(days=4),
        "permitted_until": today - timedelta(days=days),
    }
    return make_stay(lodging, name, **(values | fields))


def evaluate() -> dict[str, int]:
    """As the nightly job does."""
    return evaluate_everything(JOB)


def make_alert(lodging: Establishment, **fields: Any) -> Alert:
    """The alert of an overstay at this lodging."""
    stay = make_overstay(lodging, **fields)
    evaluate()
    return Alert.objects.get(rule="overstay", stay=stay)
