"""python -m ancu.core.db.postgres start | stop | status | url | destroy"""

import argparse
import sys
from pathlib import Path

from ancu.core.db.postgres.binaries import PostgresUnavailable
from ancu.core.db.postgres.server import APP, DATABASE, OWNER, Server, locate
from ancu.core.folders import working_folder


def main(argv: list[str] | None = None) -> int:
    """Run a command on the database server: start, stop, status, url or destroy.

    Return the exit status: 3 if ``status`` finds no running server, 1 if PostgreSQL is unavailable, else 0.
    """
    options = _parser().parse_args(argv)
    server = locate(options.var)
    try:
        if options.action == "status":
            return _status(server)
        if options.action == "url":
            server.start()
            sys.stdout.write(server.url(options.role, options.dbname) + "\n")
            return 0
        {"start": server.start, "stop": server.stop, "destroy": server.destroy}[options.action]()
    except PostgresUnavailable as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


def _status(server: Server) -> int:
    """Print whether the server runs; return the exit status, 3 if it does not."""
    running = server.is_running
    sys.stdout.write(f"running, pid {server.pid}, in {server.home.path}\n" if running else "stopped\n")
    return 0 if running else 3


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line that controls the database server."""
    parser = argparse.ArgumentParser(
        prog="python -m ancu.core.db.postgres", description="The project's own PostgreSQL."
    )
    parser.add_argument("action", choices=["start", "stop", "status", "url", "destroy"])
    parser.add_argument("--var", type=Path, default=working_folder(), help="the program's working folder")
    parser.add_argument("--role", choices=[APP, OWNER], default=APP)
    parser.add_argument("--dbname", default=DATABASE)
    return parser


if __name__ == "__main__":
    sys.exit(main())
