"""What ``manage.py check --deploy`` says of the machine the program is to run on."""

from typing import Any

from django.core.checks import Warning

from ancu.engines.confinement import ChildFailed, missing_parts

PARTS = {
    "limits": "limits of memory, time, files and processes",
    "user": "a user of their own",
    "network": "a network namespace (no network at all)",
    "no_new_privileges": "no_new_privs",
    "landlock": "Landlock (no file, port or signal)",
    "seccomp": "seccomp (no call of the kernel but those for computing)",
}
HINT = "The other parts hold. See docs/guide/operator.md, “Files of strangers”."


def parsers_are_confined(**_options: Any) -> list[Warning]:
    """Each part of the confinement of parsers that this machine lacks."""
    try:
        missing = missing_parts()
    except ChildFailed as failure:
        return [Warning(f"No process for strangers’ files can be started: {failure}.", id="ancu.W011")]
    return [
        Warning(f"Processes that open strangers’ files lack {PARTS[part]}: {reason}.", hint=HINT, id="ancu.W010")
        for part, reason in missing.items()
    ]
