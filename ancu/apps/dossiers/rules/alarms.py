"""When the officers of a dossier are reminded of its due day."""

from ancu.apps.dossiers.enums import BEFORE_DECISION, DeadlineAlarmKind, State

RUNNING = BEFORE_DECISION - {State.SUPPLEMENT}  # the clock stands still while the applicant owes documents


def due_alarm(days_left: int, deadline_days: int) -> DeadlineAlarmKind | None:
    """Return the alarm that is due with so many working days left of ``deadline_days``; None if none is.

    The later alarm replaces an earlier one that was missed. Late dossiers get none: a list of their own has them.
    """
    if days_left < 0:
        return None
    if days_left <= 1:
        return DeadlineAlarmKind.DAY_BEFORE
    return DeadlineAlarmKind.HALF_TIME if 2 * days_left <= deadline_days else None
