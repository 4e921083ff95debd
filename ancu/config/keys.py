"""The office's keys beside SECRET_KEY, and the former ones that count beside them."""

from typing import NamedTuple

from ancu.config.env import env_str


class Keys(NamedTuple):
    fallbacks: list[str]
    files: str
    files_former: str
    receipts: str
    receipts_former: str


def read_keys(secret_key: str) -> Keys:
    """Where an office keeps no key apart, SECRET_KEY stands in, and its former one too."""
    # The key before the present SECRET_KEY: what it signed still counts while it stands here.
    former = env_str("SECRET_KEY_FORMER")
    # Key of what is encrypted at rest; SECRET_KEY unless the office keeps it apart (recommended).
    files = env_str("FILES_KEY")
    # The key before the present FILES_KEY: it still reads, until `manage.py rotate_keys` says that it may go.
    files_former = env_str("FILES_KEY_FORMER") or ("" if files else former)
    # Key of what is in people's hands and cannot be made anew: codes on printed receipts, papers and questionnaires,
    # receipts of tips, signs to devices; SECRET_KEY unless the office keeps it apart (recommended).
    receipts = env_str("RECEIPTS_KEY")
    # The key before the present RECEIPTS_KEY: codes made with it count while it stands here.
    receipts_former = env_str("RECEIPTS_KEY_FORMER") or ("" if receipts else former)
    fallbacks = [former] if former else []
    return Keys(fallbacks, files or secret_key, files_former, receipts or secret_key, receipts_former)
