"""The app, and a warning where unlocked keys would lie on a disk."""

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
    notifies = _("Tips")
    opens_code = "ancu.apps.tips.selectors.code_pages.opens_code"
    waits = "ancu.apps.tips.selectors.waiting.waits"
    ends_access = "ancu.apps.tips.services.leaving.ends_access"

    def ready(self) -> None:
        register(keys_lie_in_memory, Tags.security, deploy=True)


def keys_lie_in_memory(**_given: Any) -> list[Warning]:
    """What a handler has unlocked must be gone with the power."""
    if _kind_of_disk(Path(settings.TIPS_MEMORY)) in IN_MEMORY:
        return []
    hint = "Set TIPS_MEMORY to a folder on a tmpfs, such as /dev/shm/ancu."
    return [Warning("The keys that tip handlers unlock would be written to a disk.", hint=hint, id="tips.W001")]


def _kind_of_disk(folder: Path) -> str:
    """The file system that ``folder`` lies on, or would."""
    try:
        lines = [line.split() for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return ""
    path = os.path.realpath(folder)
    above = [(place, kind) for _device, place, kind, *_rest in lines if Path(path).is_relative_to(place)]
    return max(above, key=lambda one: len(one[0]))[1] if above else ""
