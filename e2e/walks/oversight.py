"""Oversight and conversation, walked by officers of the province and the commune and by two lodgings."""

from e2e.walks import (
    oversight_alerts,
    oversight_inspections,
    oversight_keys,
    oversight_messages,
    oversight_movement,
    oversight_notices,
    oversight_people,
    oversight_rules,
)

__all__ = [
    "oversight_alerts", "oversight_inspections", "oversight_keys", "oversight_messages", "oversight_movement",
    "oversight_notices", "oversight_people", "oversight_rules",
]  # fmt: skip
