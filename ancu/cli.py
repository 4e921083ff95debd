"""The `ancu` command. Django is loaded only by the commands that need it, so `ancu demo` starts at once."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from ancu.core.web import serving

USAGE = """\
usage: ancu COMMAND [OPTIONS]

  init      prepare an empty database: roles, keys, tables, the office and its first administrator
  demo      invent a province and serve it on this machine (--port, --reset, --prepare-only)
  serve     run the web server (--host, --port, --workers)
  drain     let load balancers lead to other nodes before this one is stopped (--seconds)
  worker    run the background jobs (--queues, --concurrency and other options of `procrastinate worker`)
  restore-check  prove the newest backup: restore it into a scratch folder and compare (--binaries, --files)
  check     check settings, machine and database; in production every warning is an error
  manage    run a management command: `ancu manage help` lists them

Settings come from the environment: docs/reference/settings.md.
"""


def main() -> int:
    """Run the command that the first argument names; return its exit status."""
    command, arguments = (sys.argv[1:2] or ["--help"])[0], sys.argv[2:]
    if command in {"-h", "--help", "help"}:
        sys.stdout.write(USAGE)
        return 0
    if command not in COMMANDS:
        sys.stderr.write(f"ancu: there is no command “{command}”.\n\n{USAGE}")
        return 2
    return COMMANDS[command](arguments)


def demo(arguments: Sequence[str]) -> int:
    """Serve the demo province until Ctrl-C."""
    from ancu.demo.__main__ import main as run_demo  # noqa: PLC0415 -- each command loads only what it needs

    return run_demo(arguments)


def init(arguments: Sequence[str]) -> int:
    """Prepare an empty database, the office and its first administrator."""
    from ancu.config.first_start.command import main as make_first_start  # noqa: PLC0415 -- as above

    return make_first_start(arguments)


def serve(arguments: Sequence[str]) -> int:
    """Replace this process by the web server."""
    parser = argparse.ArgumentParser(prog="ancu serve", description="Run the web server (granian).")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="number of web processes")
    options = parser.parse_args(arguments)
    serving.draining_mark().unlink(missing_ok=True)
    command = web_server(options)
    os.execve(command[0], command, os.environ | serving.metrics_folder(options.port))  # noqa: S606 -- our own interpreter


def web_server(options: argparse.Namespace) -> list[str]:
    """Return the command line of granian for production."""
    address = ["--host", options.host, "--port", str(options.port), "--workers", str(options.workers)]
    granian = [sys.executable, "-m", "granian", *serving.GRANIAN, *address]
    return [*granian, "--respawn-failed-workers", "ancu.config.asgi:application"]


def drain(arguments: Sequence[str]) -> int:
    """Answer `/health/ready` with 503 from now on, and wait until load balancers have noticed; requests are served."""
    parser = argparse.ArgumentParser(prog="ancu drain", description=drain.__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args(arguments).seconds
    serving.draining_mark().touch()
    time.sleep(seconds)
    return 0


def worker(arguments: Sequence[str]) -> int:
    """Run the background jobs until stopped; a worker that has grown too large is replaced between two jobs."""
    code = manage(["procrastinate", "worker", *arguments])
    from ancu.core.db.steady_worker import SteadyWorker  # noqa: PLC0415 -- after the settings are named

    if SteadyWorker.has_outgrown:
        os.execv(sys.executable, [sys.executable, "-m", "ancu", "worker", *arguments])  # noqa: S606 -- this very program
    return code


def check(arguments: Sequence[str]) -> int:
    """Check settings, machine and database; in production as strictly as for a deployment."""
    strict = ["--deploy", "--fail-level", "WARNING"] if os.environ.get("ANCU_ENV") == "production" else []
    return manage(["check", "--database", "default", *strict, *arguments])


def restore_check(arguments: Sequence[str]) -> int:
    """Prove that the newest backup can be restored and is whole."""
    return manage(["restore_check", *arguments])


def manage(arguments: Sequence[str], program: str = "ancu manage") -> int:
    """Run a management command in this process. The settings read its name from `sys.argv`."""
    sys.argv = [program, *arguments]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ancu.config.settings")
    if sys.argv[1:2] == ["read_passport"]:  # needs no app: without them it starts at once, and in 65 MB less
        from ancu.core.management.commands.read_passport import Command  # noqa: PLC0415

        Command().run_from_argv(sys.argv)
        return 0
    from django.core.management import execute_from_command_line  # noqa: PLC0415 -- after the settings are named

    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader closed the pipe, as in `list_establishments | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141  # a shell's status for SIGPIPE
    return 0


COMMANDS = {
    "init": init, "demo": demo, "serve": serve, "drain": drain, "worker": worker, "restore-check": restore_check,
    "check": check, "manage": manage,
}  # fmt: skip
