"""Bring the database up to this version: tables, cache table, and the program's rights."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from ancu.core.migrating import drawn_once


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, verbosity: int, **options: Any) -> None:
        with drawn_once():
            call_command("migrate", interactive=False, verbosity=max(verbosity - 1, 0))
        call_command("createcachetable", verbosity=max(verbosity - 1, 0))
        call_command("settle_feed", verbosity=max(verbosity - 1, 0))
        call_command("grant_app_role")
