"""The office's keys besides SECRET_KEY, and their former ones."""

from typing import NamedTuple

from ancu.config.env import env


class Keys(NamedTuple):
    fallbacks: list[str]
    files: str
    files_former: str
    receipts: str
    receipts_former: str


def read_keys(secret_key: str) -> Keys:
    """Return the office's present and former keys, for files and for receipts, from environment variables.

    Where one is missing, ``secret_key`` or its former value is used.
    """
    former = env.str("SECRET_KEY_FORMER", "")
    files = env.str("FILES_KEY", "")
    files_former = env.str("FILES_KEY_FORMER", "") or ("" if files else former)
    receipts = env.str("RECEIPTS_KEY", "")
    receipts_former = env.str("RECEIPTS_KEY_FORMER", "") or ("" if receipts else former)
    fallbacks = [former] if former else []
    return Keys(fallbacks, files or secret_key, files_former, receipts or secret_key, receipts_former)
