#!/usr/bin/env python
"""Django's command line for An Cư."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    if sys.argv[1:2] == ["read_passport"]:  # needs no app: without them it starts at once, and in 65 MB less
        from ancu.core.management.commands.read_passport import Command  # noqa: PLC0415

        return Command().run_from_argv(sys.argv)
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the settings are named

    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has heard enough, as in `list_establishments | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)  # as a shell tells SIGPIPE


if __name__ == "__main__":
    main()
