"""The app, with warnings if unlocked keys could lie on a disk or no worker stores arrivals."""

import os
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.utils.translation import gettext_lazy as _

MOUNTS = Path("/proc/self/mounts")
IN_MEMORY = {"tmpfs", "ramfs"}


class TipsConfig(AppConfig):
    name = "ancu.apps.tips"

    def ready(self) -> None:
        """Register what tips offer other apps, and two system checks.

        Tasks, a kind of notification, the end of access, receipts as codes, audit texts and record names.
        """
        from ancu.apps.audit.selectors import ACT_SENTENCES, SUBJECT_NAMERS
        from ancu.apps.messaging.rules import NOTIFICATION_KINDS, NotificationKind
        from ancu.apps.tips import enums
        from ancu.apps.tips.selectors import NAMERS, agency_tasks, code_pages, task_groups
        from ancu.apps.tips.services import ending_access
        from ancu.core.registry.access_end import ACCESS_END_HANDLERS
        from ancu.core.registry.agency_tasks import AGENCY_TASKS
        from ancu.core.registry.code_pages import CODE_FINDERS
        from ancu.core.registry.task_groups import TASK_GROUPS

        AGENCY_TASKS.register(agency_tasks.agency_tasks)
        NOTIFICATION_KINDS.register(NotificationKind("tips", _("Tips"), at_once=False))
        ACCESS_END_HANDLERS.register(ending_access.end_access)
        ACT_SENTENCES.register(enums.ACTS)
        CODE_FINDERS.register(code_pages.code_page)
        SUBJECT_NAMERS.register(NAMERS)
        TASK_GROUPS.register(task_groups.task_groups)
        register(keys_lie_in_memory, Tags.security, deploy=True)
        register(arrivals_are_written, Tags.security, deploy=True)


def keys_lie_in_memory(**_options: Any) -> list[Warning]:
    """System check: warn unless the folder of unlocked keys is a file system in memory.

    On a disk, the keys would survive a power cut.
    """
    if _file_system_of(Path(settings.TIPS_MEMORY)) in IN_MEMORY:
        return []
    hint = "Set TIPS_MEMORY to a folder on a tmpfs, such as /dev/shm/ancu."
    return [Warning("The keys that tip handlers unlock would be written to a disk.", hint=hint, id="tips.W001")]


def arrivals_are_written(**_options: Any) -> list[Warning]:
    """System check: return a warning if arrivals of hours ago still wait to be stored or cannot be read.

    Without a running worker no handler would ever see a tip.
    """
    from ancu.apps.tips.selectors.arrivals import overdue_count

    if not (count := overdue_count()):
        return []
    text = f"{count} tips or additions wait to be written for hours, or cannot be read."
    return [Warning(text, hint="Start the worker (ancu manage procrastinate worker) and read its log.", id="tips.W002")]


def _file_system_of(folder: Path) -> str:
    """Return the type, such as "tmpfs", of the file system that contains ``folder``; "" if it is unknown.

    The folder need not exist.
    """
    try:
        lines = [line.split() for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    path = os.path.realpath(folder)
    above = [(place, kind) for _device, place, kind, *_rest in lines if Path(path).is_relative_to(place)]
    return max(above, key=lambda mount: len(mount[0]))[1] if above else ""
