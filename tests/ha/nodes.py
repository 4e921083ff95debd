"""Two nodes with a web server and workers each, HAProxy before them, and the object store that they share."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from ancu.core.testing.object_store import KEY
from tests.crash.house import PROJECT, SETTINGS, wait_until
from tests.ha.database import Cluster
from tests.ha.network import HUB_ADDRESS, SimulatedMachine

PROXY = PROJECT / "deploy" / "proxy"
PORT, STORE_PORT, BUCKET = 8080, 9000, "files"
QUEUES = ("default", "files", "slow", "webhooks")  # deploy/systemd/ancu-worker@.service
STORE = """
import boto3, threading
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="0.0.0.0", port={port}, verbose=False)
server.start()
boto3.client("s3", endpoint_url="http://127.0.0.1:{port}", region_name="us-east-1", aws_access_key_id="{key}",
             aws_secret_access_key="{key}").create_bucket(Bucket="{bucket}")
threading.Event().wait()
"""


class Nodes:
    """The machines on which the program runs, and what is started there."""

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder, self.cluster = folder, cluster
        self.machines = [SimulatedMachine(f"web{number}", f"10.0.0.1{number}") for number in (1, 2)]
        self.log = (folder / "nodes.log").open("ab")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def environment(self, name: str) -> dict[str, str]:
        """The settings of a node; each has a working folder of its own, and no node's disk has the files."""
        own = self.folder / name
        own.mkdir(exist_ok=True)
        key = "a-key-of-the-test-that-is-long-enough-for-production-0123456789"
        clean = {
            word: value for word, value in os.environ.items() if not word.startswith(("PYTEST", "DATABASE_", "ANCU_"))
        }
        return clean | {
            "ANCU_VAR": str(own), "DATABASE_URL": self.cluster.url("ancu_app"),
            "DATABASE_OWNER_URL": self.cluster.url("ancu_owner"), "SECRET_KEY": key, "FILES_KEY": key,
            "RECEIPTS_KEY": key, "LOG_LEVEL": "WARNING", "ALLOWED_HOSTS": "*", "BEHIND_PROXY": "true",
            "FILES_S3_BUCKET": BUCKET, "FILES_S3_ENDPOINT": f"http://{HUB_ADDRESS}:{STORE_PORT}",
            "FILES_S3_ACCESS_KEY": KEY, "FILES_S3_SECRET_KEY": KEY, "API_CALLS_A_MINUTE": "1000000",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
        }  # fmt: skip

    def run(self, *command: str) -> str:
        """A command of the program to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, *command], cwd=PROJECT, env=self.environment("hub"), capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-3000:]}"
        return done.stdout

    def start_store(self) -> None:
        code = STORE.format(port=STORE_PORT, key=KEY, bucket=BUCKET)
        self._start("store", [sys.executable, "-c", code], self.environment("hub"))

    def start_proxy(self) -> None:
        """HAProxy with the file of deploy/, without TLS."""
        text = (PROXY / "haproxy.cfg").read_text().split("# The primary database.")[0]
        lines = [line for line in text.splitlines() if "bind :80" not in line and "redirect scheme" not in line]
        text = "\n".join(lines).replace(
            "bind :443 ssl crt /etc/haproxy/ancu.pem alpn h2,http/1.1", f"bind 127.0.0.1:{PORT}"
        )
        text = (
            text.replace("maxconn 20000", "maxconn 4000")
            .replace("sc0_conn_cur gt 200", "sc0_conn_cur gt 2000")
            .replace("/etc/haproxy/", f"{PROXY}/")
        )
        path = self.folder / "haproxy.cfg"
        path.write_text(text + "\n")
        self._start("proxy", ["haproxy", "-f", str(path)], dict(os.environ))

    def start_web(self, machine: SimulatedMachine) -> None:
        command = [sys.executable, "-m", "ancu", "serve", "--host", machine.address, "--port", "8000", "--workers", "2"]
        self._start(f"{machine.name} web", machine.command(*command), self.environment(machine.name))

    def restart_web(self, machine: SimulatedMachine) -> None:
        """Restart the web server as deploy/systemd does: drain, ask it to stop, start; return when it is in use."""
        environment = self.environment(machine.name)
        subprocess.run([sys.executable, "-m", "ancu", "drain"], cwd=PROJECT, env=environment, check=True)
        process = self.processes.pop(f"{machine.name} web")
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        self.start_web(machine)
        wait_until(lambda: is_ready(machine), 120, f"{machine.name} is not ready", pause=0.5)
        time.sleep(2)  # HAProxy asks once a second

    def start_workers(self, machine: SimulatedMachine) -> None:
        """Keep a worker for each queue running, as deploy/systemd does (Restart=always)."""
        for queue in QUEUES:
            loop = f"while :; do {sys.executable} -m ancu worker --queues {queue}; sleep 2; done"
            name = f"{machine.name} worker of {queue}"
            self._start(name, machine.command("sh", "-c", loop), self.environment(machine.name))

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop what was started under this name, with all its processes."""
        process = self.processes.pop(name, None)
        if process is not None:
            os.killpg(process.pid, how)
            process.wait()

    def close(self) -> None:
        for name in list(self.processes):
            self.stop(name, signal.SIGKILL)
        self.log.close()

    def _start(self, name: str, command: list[str], environment: dict[str, Any]) -> None:
        self.processes[name] = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=self.log, stderr=self.log, start_new_session=True
        )


def is_ready(machine: SimulatedMachine) -> bool:
    """Whether the node's own health address says that it can serve."""
    with contextlib.suppress(OSError):
        return bool(urllib.request.urlopen(f"http://{machine.address}:8000/health/ready", timeout=5).status == 200)
    return False
