"""``python -m e2e.walks ROOM``: walk one room of the running demo. Ends with 1 when a thing was not as it should be."""

import argparse
import os
import sys
from importlib import import_module
from pathlib import Path

import django


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.walks", description=__doc__)
    parser.add_argument("room", help="a module of e2e/walks: its functions decorated with @part are walked in order")
    parser.add_argument("--port", type=int, default=8000, help="where `make demo` serves")
    parser.add_argument("--only", nargs="*", default=[], help="the parts to walk, by name")
    parser.add_argument("--pictures", type=Path, default=None, help="folder of the pictures (var/walks/ROOM)")
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    sys.path.append("clients/python/src")  # as the suite has it: the client is a package of its own
    django.setup()
    import_module(f"e2e.walks.{asked.room}")
    from e2e.walks.kit import walked

    return walked(asked.room, asked.port, asked.only, asked.pictures or Path("var/walks") / asked.room)


if __name__ == "__main__":
    sys.exit(main())
