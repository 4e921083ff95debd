"""Open tasks that keep an agency from being closed (``core.registry.agency_tasks``)."""

from django.utils.translation import gettext as _

from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import Tip


def agency_tasks(agency_id: int) -> list[str]:
    """Return ["open tips"] in the user's language if the agency has any, else []; the number is for handlers only."""
    is_open = Tip.objects.filter(unit__agency_id=agency_id).exclude(state=TipState.CLOSED).exists()
    return [_("open tips")] if is_open else []
