from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.core.registry.task_groups import Ask

# What a task asks of the person: the headings of the task page.
ASKS = {
    Ask.DECIDE.value: pgettext_lazy("what a task asks", "Decide"),
    Ask.ANSWER.value: pgettext_lazy("what a task asks", "Answer"),
    Ask.LOOK.value: pgettext_lazy("what a task asks", "Look at"),
    Ask.SIGN.value: pgettext_lazy("what a task asks", "Sign"),
}
ASK_ICONS = {Ask.DECIDE.value: "gavel", Ask.ANSWER.value: "chat", Ask.LOOK.value: "eye", Ask.SIGN.value: "stamp"}


class Show(StrEnum):
    """Which tasks are listed by their day: each task is of one of the first three; or those postponed."""

    URGENT = "urgent"
    TODAY = "today"
    LATER = "later"
    ALL = "all"
    POSTPONED = "postponed"


SHOWS = {
    Show.URGENT.value: pgettext_lazy("tasks", "Urgent, overdue"),
    Show.TODAY.value: pgettext_lazy("tasks", "Today"),
    Show.LATER.value: pgettext_lazy("tasks", "Later, or without a day"),
}
# How loud a task is by its day: red calls for somebody now, amber by the evening.
TONES = {Show.URGENT.value: "bad", Show.TODAY.value: "warn", Show.LATER.value: "mute"}
POSTPONE = "postpone-tasks"  # act on several tasks: services.postponing
POSTPONED_LABEL = pgettext_lazy("tasks", "Postponed")
SHOW_ICONS = {Show.URGENT.value: "warn", Show.TODAY.value: "clock", Show.LATER.value: "calendar"}


class Grouping(StrEnum):
    """By what the tasks are put under headings; the first one unless another is chosen."""

    ASK = "ask"
    KIND = "kind"
    DAY = "day"


GROUPINGS = {
    Grouping.ASK.value: pgettext_lazy("tasks by", "what is asked"),
    Grouping.KIND.value: pgettext_lazy("tasks by", "kind"),
    Grouping.DAY.value: pgettext_lazy("tasks by", "day"),
}


class Sorting(StrEnum):
    """The order of the tasks under a heading; the first one unless another is chosen."""

    LATE = "late"
    DUE = "due"


SORTINGS = {
    Sorting.LATE.value: pgettext_lazy("order of tasks", "urgent first"),
    Sorting.DUE.value: pgettext_lazy("order of tasks", "due day first"),
}

# Sentences of the audit.
ACTS = {
    "looked:desk.search": _("searched everything"),
    "looked:desk.tasks": _("read the list of own tasks"),
    "looked:desk.department": _("read the list of the department’s tasks"),
    "desk.saved_filter": _("saved a filter of the own tasks"),
    "desk.deleted_filter": _("deleted a filter of the own tasks"),
    "desk.postponed": _("postponed an own task"),
    "desk.resumed": _("took a postponed task back"),
    "desk.redact": _("deleted filters that were saved long ago, and postponements that are over"),
}
