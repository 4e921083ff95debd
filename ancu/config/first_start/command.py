"""The steps of `ancu init` and its report."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import EnvError

from ancu.config.database import database_urls
from ancu.config.env import env
from ancu.config.first_start import server
from ancu.config.first_start.errors import FirstStartFailed
from ancu.config.first_start.keys import OfficeKey, ensure_keys
from ancu.core.db.postgres import OWNER, PostgresUnavailable
from ancu.core.folders import working_folder

PRESENT = "there already"
AUDIT_ADVICE = f"belongs to {OWNER}, which could rewrite it. {server.ADVICE}"


def main(arguments: Sequence[str]) -> int:
    """Make a first start; return 0, or 1 if something is missing or `ancu check` has a complaint."""
    options = _parser().parse_args(arguments)
    try:
        urls = _urls(options.admin_url)
        if options.sql:
            sys.stdout.write(server.statements(urls))
            return 0
        return _start(options, urls)
    except (FirstStartFailed, ImproperlyConfigured, EnvError, PostgresUnavailable) as problem:
        sys.stderr.write(f"ancu init: {problem}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    """Return the options of `ancu init`."""
    parser = argparse.ArgumentParser(
        prog="ancu init",
        description="Prepare an empty database: roles, keys, tables, units, the office, its first administrator and"
        " static files; then check everything. Running it again changes nothing.",
    )
    parser.add_argument("--admin-url", default="", help="a database superuser's connection: makes roles and database")
    parser.add_argument("--sql", action="store_true", help="only print what a superuser runs by psql; has passwords")
    parser.add_argument("--keys-folder", type=Path, help="folder of the keys that are not set (files of mode 0600)")
    parser.add_argument("--email", default="", help="the first administrator's address")
    parser.add_argument("--full-name", default="", help="the first administrator's name")
    parser.add_argument("--agency", default="", help="name of the office")
    parser.add_argument("--province", default="", help="its code, needed only with several provinces")
    parser.add_argument("--mail", action="store_true", help="send the administrator's link by email, do not print it")
    return parser


def _urls(admin: str) -> server.Urls:
    """Return the connections of the settings, or of the program's own server, which is started."""
    app, owner = database_urls(working_folder(), production=env.str("ANCU_ENV", "development") == "production")
    return server.Urls(app, owner, admin)


def _start(options: argparse.Namespace, urls: server.Urls) -> int:
    """Run the steps in their order and report each; return the status of the last, the check."""
    server.require_roles(urls)
    created = server.create_database(urls) if urls.admin else []
    is_in_use = server.inspect(urls)
    if not is_in_use and not (options.email and options.full_name):
        raise FirstStartFailed("Give --email and --full-name of the office's first administrator.")
    _report("database", ", ".join(f"{name} created" for name in created) or PRESENT)
    _report_keys(ensure_keys(options.keys_folder, is_database_in_use=is_in_use))
    _report("tables", _prepare_tables(urls, is_in_use=is_in_use))
    owner = server.give_away_audit(urls)
    _report("audit", AUDIT_ADVICE if owner == OWNER else f"belongs to {owner}, as which nobody signs in")
    office = [f"--{name.replace('_', '-')}={getattr(options, name)}" for name in ("email", "full_name", "agency")]
    mail = ["--mail"] if options.mail else []
    if _manage("set_up_office", *office, f"--province={options.province}", *mail):
        raise FirstStartFailed("the office could not be set up: see above.")
    status = subprocess.run([sys.executable, "-m", "ancu", "check"], check=False).returncode
    _report("check", "fine" if status == 0 else "the warnings above are to be settled before the office opens")
    return int(status != 0)


def _prepare_tables(urls: server.Urls, *, is_in_use: bool) -> str:
    """Create or complete the tables, unless all are there; return what was done."""
    if is_in_use and server.are_rights_granted(urls) and _manage("migrate", "--check", quiet=True) == 0:
        return PRESENT
    if _manage("prepare_database", "--verbosity=0"):
        raise FirstStartFailed("the tables could not be made: see above.")
    return "completed" if is_in_use else "created"


def _manage(*arguments: str, quiet: bool = False) -> int:
    """Run a management command in a process of its own, since each signs in by its role; return its status."""
    output = subprocess.DEVNULL if quiet else None
    environment = os.environ | {"LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", "ancu", "manage", *arguments]
    return subprocess.run(command, env=environment, stdout=output, check=False).returncode


def _report(part: str, text: str) -> None:
    """Print a line of the report at once, before what a following command prints."""
    sys.stdout.write(f"{part:<14} {text}\n")
    sys.stdout.flush()


def _report_keys(keys: Sequence[OfficeKey]) -> None:
    """Print which keys are new and the lines that belong in the settings; never a key."""
    new = [key for key in keys if key.is_new]
    _report("keys", ", ".join(f"{key.name} written to {key.path}" for key in new) or PRESENT)
    for key in new:
        if key.public_half:
            _report("", f"public half of {key.name}, for the other party: {key.public_half}")
    for key in keys:
        if key.setting:
            _report("", f"add to the settings: {key.setting}")
    if new:
        _report("", "keep a copy of these files apart from the database's backups")
