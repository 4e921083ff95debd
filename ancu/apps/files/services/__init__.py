"""Writes on files: taking in, keeping encrypted, giving back, deleting; papers made clean; sending in parts."""

from ancu.apps.files.services.papers import (
    MAX_PAPER_BYTES,
    PhotoFinding,
    check_photo,
    notes_in_words,
    page_image,
    store_paper,
    take_in,
)
from ancu.apps.files.services.storing import (
    MAX_BYTES,
    FileRefused,
    FileUnreadable,
    check,
    clean_name,
    delete,
    delete_expired,
    open_bytes,
    read_bytes,
    scan,
    sniff,
    store,
)
from ancu.apps.files.services.sweeping import sweep
from ancu.apps.files.services.uploads import (
    MOST_PART_BYTES,
    PART_BYTES,
    OutOfStep,
    append,
    start_upload,
    sweep_uploads,
    take_sent,
)
from ancu.engines.papers import Cleaned

__all__ = [
    "MAX_BYTES",
    "MAX_PAPER_BYTES",
    "MOST_PART_BYTES",
    "PART_BYTES",
    "Cleaned",
    "FileRefused",
    "FileUnreadable",
    "OutOfStep",
    "PhotoFinding",
    "append",
    "check",
    "check_photo",
    "clean_name",
    "delete",
    "delete_expired",
    "notes_in_words",
    "open_bytes",
    "page_image",
    "read_bytes",
    "scan",
    "sniff",
    "start_upload",
    "store",
    "store_paper",
    "sweep",
    "sweep_uploads",
    "take_in",
    "take_sent",
]
