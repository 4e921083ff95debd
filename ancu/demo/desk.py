"""Filters of the task page that the demo's officers have saved, in words that stand in tasks of every language."""

from typing import Any

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.desk.services import save_filter
from ancu.core.registry.task_groups import Ask

FILTERS: dict[str, dict[str, dict[str, str]]] = {
    "canbo@xnc.example": {
        "Cảnh báo ở Lương Sơn": {"ask": Ask.DECIDE, "group": "alerts", "words": "Lương Sơn"},
        "Chờ tôi ký": {"ask": Ask.SIGN},
        "Mai Châu, Mai Hạ": {"words": "Mai"},
    },
    "duyet@xnc.example": {"Chờ tôi ký": {"ask": Ask.SIGN}},
}


def load_filters() -> dict[str, int]:
    """Save the officers' filters; return their number by label."""
    for email, filters in FILTERS.items():
        actor = actor_for(Membership.objects.select_related("user").get(user__email=email).user)
        for name, values in filters.items():
            chosen: dict[str, Any] = {"ask": "", "group": "", "words": ""} | values
            save_filter(actor=actor, name=name, **chosen)
    return {"saved filters": sum(map(len, FILTERS.values()))}
