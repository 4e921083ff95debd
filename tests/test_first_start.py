"""The deployment guide is executed: from an empty database server to an administrator who is signed in."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from ancu.config.first_start.errors import FirstStartFailed
from ancu.config.first_start.server import Urls, create_database, inspect
from ancu.config.variables import VARIABLES
from ancu.core.db.postgres import APP, OWNER, Server, ensure_running
from tests.crash.house import free_port, wait_until
from tests.first_start import OF_THE_RELEASE, PROJECT, SITE, Machine, SecureVisitor, blocks, empty

PASSWORD = "cơm lam thịt nướng"
IS_LONG = os.environ.get("ANCU_LONG") == "1"


def program_block() -> str:
    [block] = [block for block in blocks(half="English", section="One server") if "sha256sum" in block]
    return block


def start_block() -> str:
    [block] = [block for block in blocks(half="English", section="One server") if "ancu init" in block]
    return block


def test_the_commands_are_the_same_in_the_two_languages() -> None:
    for english, vietnamese in (("One server", "Một máy chủ"), ("Three servers", "Ba máy chủ")):
        assert blocks(half="English", section=english) == blocks(half="Tiếng Việt", section=vietnamese)


def test_the_files_that_the_guide_copies_are_there() -> None:
    text = "".join(blocks(half="English", section="One server"))
    sources = set(re.findall(r"ancu-0\.2\.0/(deploy/\S+)", text))
    assert len(sources) > 8
    assert sorted(source for source in sources if not list(PROJECT.glob(source))) == []


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A PostgreSQL without our roles and database."""
    running = ensure_running(tmp_path / "server")
    try:
        empty(running)
        yield running
    finally:
        running.destroy()


@pytest.fixture
def machine(tmp_path: Path, server: Server) -> Machine:
    """A machine on which the program is installed and has its settings."""
    prepared = Machine(tmp_path, server)
    lines = program_block().splitlines()
    if IS_LONG:
        subprocess.run(["make", "release"], cwd=PROJECT, check=True, capture_output=True)
        shutil.copytree(PROJECT / "dist", prepared.release, dirs_exist_ok=True)
    else:
        prepared.use_checkout()
        lines = [line for line in lines if not line.startswith(OF_THE_RELEASE)]
    prepared.run("\n".join(lines))
    prepared.localize_settings()
    return prepared


@pytest.mark.slow
def test_the_guide_leads_to_an_administrator_who_is_signed_in(machine: Machine) -> None:
    report = machine.run(start_block())
    link = re.findall(rf"{SITE}(/accounts/password/reset/key/\S+)", report)[0]
    keys = {path.name: path.read_text() for path in (machine.folder / "etc" / "keys").iterdir()}
    assert len(keys) == 4 and not any(key.strip() in report for key in keys.values())
    assert "belongs to ancu_owner" in report and report.rstrip().endswith("fine")

    second = machine.run(start_block())
    assert "belongs to ancu_audit" in second and "written to" not in second and "/reset/key/" not in second
    assert {path.name: path.read_text() for path in (machine.folder / "etc" / "keys").iterdir()} == keys

    port = free_port()
    web = machine.start("ancu-web.service", port=str(port), workers="1")
    try:
        wait_until(lambda: _lives(port), 60, "the web server does not answer", pause=0.2)
        _sign_in(SecureVisitor(port), machine, link)
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(30)


def _lives(port: int) -> bool:
    request = Request(f"http://127.0.0.1:{port}/health/live", headers={"Host": SITE.removeprefix("https://")})
    try:
        return bool(urlopen(request, timeout=5).status == 200)
    except OSError:
        return False


def _sign_in(visitor: SecureVisitor, machine: Machine, link: str) -> None:
    """Choose a password by the link, sign in, set up the second factor and open a page of administrators."""
    visitor.send(visitor.get(link), password1=PASSWORD, password2=PASSWORD)
    visitor.send(visitor.get("/accounts/login/"), login="lan@xnc.example.gov.vn", password=PASSWORD)
    page = visitor.get("/office/administration/")
    assert visitor.path == "/accounts/2fa/totp/activate/"
    secret = re.findall(r'id="authenticator_secret"[^>]*value="([A-Z2-7]+)"', page) or re.findall(
        r'value="([A-Z2-7]{16,})"', page
    )
    visitor.send(page, code=machine.code(secret[0]))
    page = visitor.get("/office/administration/")
    assert visitor.path == "/office/administration/"
    assert "Hà Thị Lan" in page


def test_the_settings_of_deploy_are_those_of_the_program() -> None:
    settings = (PROJECT / "deploy" / "ancu.env").read_text(encoding="utf-8")
    values = (PROJECT / "deploy" / "helm" / "ancu" / "values.yaml").read_text(encoding="utf-8")
    names = {name.removesuffix("_FILE") for name in re.findall(r"(?m)^([A-Z_0-9]+)=", settings)}
    names |= set(re.findall(r"(?m)^  (?:- )?([A-Z][A-Z_0-9]+)\b", values))
    assert len(names) > 15
    assert names - {variable.name for group in VARIABLES.values() for variable in group} == set()


@pytest.mark.slow
def test_a_superusers_connection_makes_roles_and_database_once(server: Server) -> None:
    urls = Urls(server.url(APP), server.url(OWNER), server.url("postgres", "postgres"))
    with pytest.raises(FirstStartFailed, match="ancu init --sql"):
        inspect(urls)
    assert create_database(urls) == [OWNER, APP, "database ancu"]
    assert create_database(urls) == []
    assert not inspect(urls)
    with pytest.raises(FirstStartFailed, match="must connect as a superuser"):
        create_database(replace(urls, admin=server.url(OWNER)))
    server.execute_as_superuser(b"CREATE TABLE shop ()")
    with pytest.raises(FirstStartFailed, match=r"tables of another program \(shop\)"):
        inspect(urls)
