"""Checks of ``ancu check`` on the machine the program runs on."""

from typing import Any

from django.core.checks import Warning

from ancu.config.env import env
from ancu.engines.confinement import ChildFailed, missing_parts

PARTS = {
    "limits": "limits of memory, time, files and processes",
    "user": "a user of their own",
    "network": "a network namespace (no network at all)",
    "no_new_privileges": "no_new_privs",
    "landlock": "Landlock (no file, port or signal)",
    "seccomp": "seccomp (no call of the kernel but those for computing)",
}
KEYS_HINT = "Set it to the present SECRET_KEY. See docs/guide/operator.md, “Changing keys”."
OWN_KEYS = {
    "FILES_KEY": "what is encrypted cannot be read after a second change of it",
    "RECEIPTS_KEY": "printed receipts are not verified after a second change of it",
}
HINT = "The other parts hold. See docs/guide/operator.md, “Files of strangers”."


def keys_are_apart(**_options: Any) -> list[Warning]:
    """System check: return a warning for each secret key that is not set, so that SECRET_KEY replaces it."""
    return [
        Warning(f"{name} is not set, so SECRET_KEY stands in: {reason}.", hint=KEYS_HINT, id="ancu.W012")
        for name, reason in OWN_KEYS.items()
        if not env.str(name, "")
    ]


def parsers_are_confined(**_options: Any) -> list[Warning]:
    """System check: return a warning for each protection that processes for untrusted files lack here."""
    try:
        missing = missing_parts()
    except ChildFailed as failure:
        return [Warning(f"No process for strangers’ files can be started: {failure}.", id="ancu.W011")]
    return [
        Warning(f"Processes that open strangers’ files lack {PARTS[part]}: {reason}.", hint=HINT, id="ancu.W010")
        for part, reason in missing.items()
    ]
