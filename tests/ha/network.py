"""The machines' network: a namespace for each, and a bridge in a namespace of its own, where the programs run."""

import os
import subprocess
from dataclasses import dataclass

HUB = "ancu-hub"
HUB_ADDRESS = "10.0.0.1"
CLONE_NEWNET = 0x40000000


@dataclass(frozen=True)
class SimulatedMachine:
    """A network namespace with an address on the bridge."""

    name: str
    address: str

    @property
    def namespace(self) -> str:
        return f"ancu-{self.name}"

    def command(self, *words: str) -> list[str]:
        """A command line that runs on this machine."""
        return ["ip", "netns", "exec", self.namespace, *words]

    def vanish(self) -> None:
        """Drop every packet from and to the machine, without a word to either side."""
        self._port("disabled")

    def come_back(self) -> None:
        self._port("forwarding")

    def _port(self, state: str) -> None:
        number = {"disabled": "0", "forwarding": "3"}[state]
        ip("netns", "exec", HUB, "bridge", "link", "set", "dev", self.name, "state", number)


def ip(*words: str) -> None:
    """Run `ip`; the first words may be `netns exec` and another program."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


def build(machines: list[SimulatedMachine]) -> None:
    """Make the namespaces and join them; this process and its threads work in the bridge's from now on."""
    destroy(machines)
    ip("netns", "add", HUB)
    ip("-n", HUB, "link", "set", "lo", "up")
    ip("-n", HUB, "link", "add", "br0", "type", "bridge")
    ip("-n", HUB, "addr", "add", f"{HUB_ADDRESS}/24", "dev", "br0")
    ip("-n", HUB, "link", "set", "br0", "up")
    for machine in machines:
        ip("netns", "add", machine.namespace)
        ip("-n", machine.namespace, "link", "set", "lo", "up")
        ip(
            "link",
            "add",
            machine.name,
            "netns",
            HUB,
            "type",
            "veth",
            "peer",
            "name",
            "eth0",
            "netns",
            machine.namespace,
        )
        ip("-n", HUB, "link", "set", machine.name, "master", "br0", "up")
        ip("-n", machine.namespace, "addr", "add", f"{machine.address}/24", "dev", "eth0")
        ip("-n", machine.namespace, "link", "set", "eth0", "up")
    handle = os.open(f"/run/netns/{HUB}", os.O_RDONLY)
    os.setns(handle, CLONE_NEWNET)  # type: ignore[attr-defined]  # Linux, Python 3.12
    os.close(handle)


def destroy(machines: list[SimulatedMachine]) -> None:
    """Remove the namespaces; what runs in them must have ended."""
    for namespace in (HUB, *(machine.namespace for machine in machines)):
        subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
