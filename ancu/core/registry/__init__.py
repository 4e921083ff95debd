"""What apps offer to each other without importing upwards.

A gathering module declares a ``Hook``; an app registers its entries in ``AppConfig.ready``, once its models are loaded:

    class DossiersConfig(AppConfig):
        name = "ancu.apps.dossiers"

        def ready(self) -> None:
            from ancu.apps.dossiers.selectors import tasks

            TASK_GROUPS.register(tasks.waiting_tasks)
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Hook(Generic[Entry]):
    """The entries that installed apps registered for one purpose, lowest app first."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def register(self, *entries: Entry) -> None:
        """Register an app's functions or objects with this hook; called in its ``AppConfig.ready``."""
        self._entries += entries

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)
