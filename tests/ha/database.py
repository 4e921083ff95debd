"""Three database servers as deploy/cluster describes them: etcd, Patroni and PostgreSQL, with pgBackRest's archive."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import psycopg

from tests.crash.house import PROJECT, wait_until
from tests.ha.network import SimulatedMachine

CLUSTER = PROJECT / "deploy" / "cluster"
PASSWORD = "change-me"
BINARIES = Path("/usr/lib/postgresql/17/bin")
PROGRAMS = ("etcd", "etcdctl", "patroni", "pgbackrest", "haproxy", "ip", "bridge")
START_S = 120
SMALL = {"shared_buffers: 4GB": "shared_buffers: 256MB", "effective_cache_size: 12GB": "effective_cache_size: 1GB"}


class Cluster:
    """The three servers; ``folder`` belongs to postgres, who runs them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers = [SimulatedMachine(f"db{number}", f"10.0.0.2{number}") for number in (1, 2, 3)]
        self.processes: dict[tuple[str, str], subprocess.Popen[bytes]] = {}
        self.log = (folder / "cluster.log").open("ab")
        self.backups = folder / "pgbackrest.conf"
        self._own(self.backups, self._repository())

    def start(self) -> None:
        """Start every server and wait for a primary with both standbys following."""
        for server in self.servers:
            self._write(server)
            self.start_etcd(server)
        for server in self.servers:
            self.start_patroni(server)
            if server is self.servers[0]:
                wait_until(lambda: self.primary() is not None, START_S, "no server becomes the primary", pause=0.5)
        wait_until(self.is_whole, START_S, "the standbys do not follow", pause=0.5)

    def start_etcd(self, server: SimulatedMachine) -> None:
        self._start(
            server, "etcd", "etcd", "--config-file", str(self._home(server) / "etcd.yaml"), "--log-level", "error"
        )

    def start_patroni(self, server: SimulatedMachine) -> None:
        self._start(server, "patroni", "patroni", str(self._home(server) / "patroni.yaml"))

    def primary(self) -> SimulatedMachine | None:
        """The server that accepts writes, as Patroni's own health address says it."""
        return next((server for server in self.servers if self._answers(server, "primary")), None)

    def is_whole(self) -> bool:
        """Whether there is a primary and both others stream from it, one of them synchronously."""
        primary = self.primary()
        if primary is None:
            return False
        with contextlib.suppress(psycopg.Error):
            states = self.query("SELECT count(*), count(*) FILTER (WHERE sync_state = 'sync') FROM pg_stat_replication")
            return bool(states[0] == 2 and states[1] >= 1)
        return False

    def leads_etcd(self, server: SimulatedMachine) -> bool:
        """Whether the server's member leads etcd."""
        command = ["etcdctl", f"--endpoints=http://{server.address}:2379", "--write-out=json", "endpoint", "status"]
        (answer,) = json.loads(subprocess.run(server.command(*command), capture_output=True, check=True).stdout)
        return bool(answer["Status"]["leader"] == answer["Status"]["header"]["member_id"])

    def query(self, sql: str) -> tuple[Any, ...]:
        """The first row that the primary answers."""
        with self._connect("postgres") as connection:
            return tuple(connection.execute(sql.encode()).fetchone() or ())

    def execute(self, sql: str, database: str = "postgres") -> None:
        with self._connect(database) as connection:
            connection.execute(sql.encode())

    def _connect(self, database: str) -> "psycopg.Connection[Any]":
        """A connection of the superuser to the primary."""
        hosts = ",".join(server.address for server in self.servers)
        return psycopg.connect(
            host=hosts, dbname=database, user="postgres", password=PASSWORD, target_session_attrs="read-write",
            connect_timeout=2, autocommit=True,
        )  # fmt: skip

    def url(self, role: str) -> str:
        """The connection string of a role: all servers, as the guide has it."""
        hosts = ",".join(f"{server.address}:5432" for server in self.servers)
        return f"postgresql://{role}:{PASSWORD}@{hosts}/ancu"

    # ---- strikes ------------------------------------------------------------------------------------------------

    def kill(self, server: SimulatedMachine) -> None:
        """kill -9 for everything that runs on the server, as a power failure."""
        for name in ("patroni", "etcd"):
            self._kill(server, name)
        for process in _processes_in(self._home(server)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def restart(self, server: SimulatedMachine) -> None:
        self.start_etcd(server)
        self.start_patroni(server)

    def switch_over(self) -> None:
        """Ask Patroni to make the synchronous standby the primary."""
        primary = self.primary()
        assert primary
        body = json.dumps({"leader": primary.name}).encode()
        request = urllib.request.Request(f"http://{primary.address}:8008/switchover", body, method="POST")
        urllib.request.urlopen(request, timeout=60).read()

    def close(self) -> None:
        for server in self.servers:
            self.kill(server)
        self.log.close()

    def pgbackrest(self, *arguments: str) -> str:
        """Run pgBackRest on the primary; what it printed."""
        primary = self.primary()
        assert primary
        command = ["pgbackrest", f"--config={self._home(primary)}/pgbackrest.conf", "--stanza=ancu", *arguments]
        done = subprocess.run(
            primary.command("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command),
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    # ---- files and processes -----------------------------------------------------------------------------------

    def _home(self, server: SimulatedMachine) -> Path:
        return self.folder / server.name

    def _write(self, server: SimulatedMachine) -> None:
        """The configuration of one server: the files of deploy/ with its name, addresses and folders."""
        home = self._home(server)
        home.mkdir()
        shutil.chown(home, "postgres", "postgres")
        etcd = (CLUSTER / "etcd.yaml").read_text()
        own, peers = etcd.split("initial-cluster:", 1)
        own = own.replace("name: db1", f"name: {server.name}").replace("10.0.0.21", server.address)
        self._own(
            home / "etcd.yaml", own.replace("/var/lib/etcd/ancu", str(home / "etcd")) + "initial-cluster:" + peers
        )
        patroni = (CLUSTER / "patroni.yaml").read_text()
        patroni = patroni.replace("name: db1", f"name: {server.name}")
        for line in ("connect_address: 10.0.0.21", "listen: 10.0.0.21"):
            patroni = patroni.replace(line, line.replace("10.0.0.21", server.address))
        folders = {
            "/var/lib/postgresql/17/ancu": f"{home}/data",
            "/var/lib/postgresql/patroni.pgpass": f"{home}/pgpass",
            "unix_socket_directories: /run/postgresql": f"unix_socket_directories: {home}",
            # The cluster has one archive_command for all: it finds the settings of the server that runs it.
            "/etc/patroni/archive-wal %p": f"{CLUSTER}/archive-wal %p --config=$(dirname $PWD)/pgbackrest.conf",
            "pgbackrest --stanza": f"pgbackrest --config={home}/pgbackrest.conf --stanza",
            "mode: automatic": "mode: 'off'",
            "/etc/patroni/etcd-elsewhere": str(CLUSTER / "etcd-elsewhere"),
            "archive_timeout: 60s": "archive_timeout: 5s",
        }
        for former, present in (folders | SMALL).items():
            assert former in patroni, former
            patroni = patroni.replace(former, present)
        self._own(home / "patroni.yaml", patroni)
        self._own(
            home / "pgbackrest.conf", self._repository() + f"[ancu]\npg1-path={home}/data\npg1-socket-path={home}\n"
        )

    def _repository(self) -> str:
        """pgBackRest's settings: the repository lies beside the servers, as an object store would."""
        folder = self.folder / "repository"
        return (
            f"[global]\nrepo1-path={folder}\nrepo1-cipher-type=aes-256-cbc\nrepo1-cipher-pass={PASSWORD}\n"
            f"repo1-retention-full=2\nstart-fast=y\nlog-level-file=off\nlog-path={self.folder}\nlock-path={self.folder}\n"
            f"spool-path={self.folder}\n"
        )

    def _own(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o640)
        shutil.chown(path, "postgres", "postgres")

    def _start(self, server: SimulatedMachine, name: str, *command: str) -> None:
        account = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        self.processes[server.name, name] = subprocess.Popen(
            server.command(*account, *command), cwd=self._home(server), stdout=self.log, stderr=self.log,
            start_new_session=True,
        )  # fmt: skip

    def _kill(self, server: SimulatedMachine, name: str) -> None:
        process = self.processes.pop((server.name, name), None)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _answers(self, server: SimulatedMachine, role: str) -> bool:
        with contextlib.suppress(OSError):
            return bool(urllib.request.urlopen(f"http://{server.address}:8008/{role}", timeout=1).status == 200)
        return False


def _processes_in(folder: Path) -> list[int]:
    """The ids of the processes that work in the folder or below it."""
    numbers = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (path / "cwd").readlink().is_relative_to(folder):
                numbers.append(int(path.name))
    return numbers


def wait_for_new_primary(cluster: Cluster, former: SimulatedMachine, seconds: float) -> None:
    """Wait until another server than ``former`` is the primary."""
    complaint = "no other server became the primary"
    wait_until(lambda: cluster.primary() not in (None, former), seconds, complaint, pause=0.1)
