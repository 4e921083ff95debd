"""Copy a folder of stored files into the object store of the settings, and verify every file there."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ancu.apps.files.management.commands.verify_files import report
from ancu.apps.files.services.copying import CopyDiffers, copy_folder
from ancu.apps.files.services.sweeping import ForeignStore
from ancu.apps.files.services.verifying import verify_files
from ancu.core.db.outages import StoreAway


class Command(BaseCommand):
    help = (
        "Copy the folder of stored files into the object store that FILES_S3_BUCKET names, and verify every file"
        " there. It can run while the office works; run it again after the program was stopped,"
        " before it starts on the store."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the folder; without it the program's own."""
        parser.add_argument("folder", nargs="?", type=Path, default=Path(settings.MEDIA_ROOT))

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Copy the files, verify all that the database knows, and print the numbers."""
        if isinstance(default_storage, FileSystemStorage):
            raise CommandError("The files lie in a folder: set FILES_S3_BUCKET and what belongs to it.")
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            copied, present = copy_folder(folder)
        except (CopyDiffers, ForeignStore, StoreAway) as error:
            raise CommandError(f"Stopped ({type(error).__name__}): {error}") from error
        self.stdout.write(f"{copied} files copied, {present} were there.")
        report(self, verify_files())
