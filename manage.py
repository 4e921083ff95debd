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

    return execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
