"""What apps offer to the house by name, so that nothing is imported upwards.

An app names a function in its ``AppConfig``; whoever gathers finds it there:

    class DossiersConfig(AppConfig):
        name = "ancu.apps.dossiers"
        waits = "ancu.apps.dossiers.selectors.waiting.waits"  # core.registry.task_groups: what waits for an actor
        finds = "ancu.apps.dossiers.selectors.finding.finds"  # search: what a search brings up for an actor
        opens_code = "ancu.apps.dossiers.selectors.public.opens_code"  # core.registry.code_pages: where a code belongs
        sealed_stores = "…"  # core.security.key_rotation: where it keeps something encrypted
        reads_remark = "…"  # the words of a survey's remark, for the job that makes it a petition
        ends_access = "…"  # core.registry.access_end: what ends when somebody loses a role
        notifies = _("Dossiers")  # what its notifications are called where a person chooses how he is told
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


@cache
def offered(name: str) -> tuple[Callable[..., Any], ...]:
    """Every function that an installed app names as ``name``, lowest app first."""
    named = [path for config in apps.get_app_configs() if (path := getattr(config, name, ""))]
    return tuple(import_string(path) for path in named)
