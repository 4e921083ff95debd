"""Run the guide's first start in a scratch folder, against an empty server, and use the site as a browser does."""

import html
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from ancu.core.db.postgres import Server
from ancu.core.db.postgres.binaries import find_binaries

PROJECT = Path(__file__).resolve().parents[1]
GUIDE = PROJECT / "docs" / "guide" / "deployment.md"
UNITS = PROJECT / "deploy" / "systemd"
SITE = "https://xnc.example.gov.vn"  # of deploy/ancu.env
RELEASE = "ancu-0.2.0"
OF_THE_RELEASE = ("sha256sum ", "tar ", "python3 -m venv ", "/opt/ancu/bin/pip ")
"""Commands that install a release. A checkout stands in for it unless ANCU_LONG=1."""
EMPTY_THE_SERVER = ("DROP OWNED BY ancu_app", "DROP OWNED BY ancu_owner")
DROP_ROLES = ("DROP ROLE ancu_app", "DROP ROLE ancu_owner")
RUNUSER = """#!/bin/sh
# runuser -u USER -- COMMAND, where the tests have one system user
[ "$2" != postgres ] || export PGUSER=postgres PGHOST='{socket}'
shift 3
exec "$@"
"""


def blocks(*, half: str, section: str) -> list[str]:
    """Return the shell blocks of a section in one of the guide's languages."""
    text = GUIDE.read_text(encoding="utf-8").split(f"\n## {half}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text.split(f"\n### {section}\n")[1].split("\n### ")[0], re.DOTALL)


def empty(server: Server) -> None:
    """Make the server what a new one is: without our roles and our database."""
    server.execute_as_superuser(b"DROP DATABASE ancu", "postgres")
    for database in ("template1", "postgres"):
        for statement in EMPTY_THE_SERVER:
            server.execute_as_superuser(statement.encode(), database)
    for statement in DROP_ROLES:
        server.execute_as_superuser(statement.encode(), "postgres")


class Machine:
    """A server machine of the guide within a folder: its paths, its PostgreSQL and stand-ins for its users."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.folder = folder
        self.release = folder / "release"
        self.release.mkdir()
        self.paths = {
            "/opt/ancu": str(folder / "opt"), "/etc/ancu": str(folder / "etc"), "/var/lib/ancu": str(folder / "var"),
            "/run/postgresql": str(server.home.socket_folder), "/var/lib/postgresql/17/main": str(server.home.data),
        }  # fmt: skip
        programs = folder / "bin"
        programs.mkdir()
        for name, text in {"runuser": RUNUSER.format(socket=server.home.socket_folder), "chown": "#!/bin/sh\n"}.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        without = ("PYTEST", "DATABASE_", "ANCU_", "DJANGO_", "SECRET_KEY", "FILES_KEY", "RECEIPTS_KEY", "LOG_LEVEL")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(without)}
        self.environment["PATH"] = f"{programs}:{find_binaries().bin}:{os.environ['PATH']}"
        self.environment["SILENCED_CHECKS"] = "ancu.W010"  # what the kernel of the tests' machine lacks

    def localized(self, text: str) -> str:
        """Return commands or settings with the paths of this machine."""
        for path, local in self.paths.items():
            text = text.replace(path, local)
        return text

    def use_checkout(self) -> None:
        """Let the checkout and its environment stand in for an unpacked and installed release."""
        (self.release / RELEASE).symlink_to(PROJECT)
        (self.folder / "opt").symlink_to(sys.prefix)

    def run(self, block: str) -> str:
        """Run a block of the guide to its end; return what it printed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", self.localized(block)],
            cwd=self.release, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{block}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    def localize_settings(self) -> None:
        """Change the settings as the guide asks."""
        path = self.folder / "etc" / "ancu.env"
        path.write_text(self.localized(path.read_text(encoding="utf-8")), encoding="utf-8")

    def start(self, unit: str, **replaced: str) -> subprocess.Popen[bytes]:
        """Start what the unit starts, in the environment of its service."""
        command = re.findall(r"(?m)^ExecStart=(.*)$", (UNITS / unit).read_text(encoding="utf-8"))[0]
        for before, after in replaced.items():
            command = re.sub(rf"--{before} \S+", f"--{before} {after}", command)
        shell = self.localized(f"set -a; . /etc/ancu/ancu.env; exec {command}")
        with (self.folder / f"{unit}.log").open("wb") as log:
            return subprocess.Popen(
                ["bash", "-c", shell],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def now(self) -> float:
        """Return the time by the clock of this machine's programs, which is not that of the tests."""
        command = [sys.executable, "-c", "import time; print(time.time())"]
        return float(subprocess.run(command, env=self.environment, capture_output=True, check=True).stdout)

    def code(self, secret: str) -> str:
        """Return the present code of a second factor."""
        return str(format_hotp_value(hotp_value(secret, int(self.now()) // 30)))


class SecureVisitor:
    """A browser behind the TLS server: it keeps secure cookies, follows redirects and fills in forms."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.path = port, dict[str, str](), "/"

    def get(self, address: str) -> str:
        """Open an address of the site and follow redirects; return the page."""
        return self._request("GET", address, None)

    def send(self, page: str, **values: str) -> str:
        """Fill in the form of the page that was opened and send it; return the page that follows."""
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]
        return self._request("POST", self.path, {"csrfmiddlewaretoken": token, **values})

    def _request(self, method: str, address: str, form: Mapping[str, str] | None) -> str:
        parts = urlsplit(address)
        self.path = parts.path
        answer = httpx.request(
            method, f"http://127.0.0.1:{self.port}{parts.path}", params=parts.query or None, data=form, timeout=60,
            headers={
                "Host": urlsplit(SITE).netloc, "X-Forwarded-Proto": "https", "Referer": f"{SITE}{parts.path}",
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            },
        )  # fmt: skip
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        if answer.is_redirect:
            return self.get(answer.headers["location"])
        assert answer.status_code == 200, f"{method} {parts.path}: {answer.status_code}\n{answer.text[:2000]}"
        return html.unescape(answer.text)
