"""python -m tests.ha: strike three database servers and two nodes under load, and say what was noticed (as root).

Each strike is done twice: kill -9 of the primary's machine, every packet of it dropped, a switchover; and both nodes
are restarted in turn. Afterwards every receipt is compared with the database, every file must have ended, the backup is
proved, and the database is recovered to a second of the run. Exit code 1 when anything was lost, doubled, or too slow.
"""

import argparse
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.crash.house import wait_until
from tests.crash.test_crash import assert_whole
from tests.ha.database import BINARIES, PROGRAMS, Cluster, wait_for_new_primary
from tests.ha.load import Caller, Declarer, FileSender, Impact, callers
from tests.ha.network import build, destroy
from tests.ha.nodes import Nodes
from tests.ha.recovery import RecoveryPoint, recovered_receipts

Strike = Callable[[], Callable[[], None]]
CALM_S, AFTER_S = 10, 40
# Patroni's lock lasts up to 20 s, and who vanished is asked for another 2 s before the election (docs/operations.md).
MOST_SILENCE_S = {"kill": 22, "vanish": 25, "switchover": 6, "restart of a node": 6}
MOST_CALL_S, JOBS_S, FEWEST_FILES = 10, 60, 20


class Failures(list[str]):
    """What did not hold, said at once and counted at the end."""

    def expect(self, holds: bool, words: str) -> None:
        if not holds:
            self.append(words)
            print(f"    DOES NOT HOLD: {words}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make ha", description=__doc__)
    parser.add_argument("--twice", action=argparse.BooleanOptionalAction, default=True, help="each strike two times")
    options = parser.parse_args()
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if os.geteuid() != 0 or missing or not hasattr(os, "setns"):
        print(f"ha: needs root, Python 3.12 and {', '.join(missing) or 'Linux'}: see docs/operations.md")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="ancu-ha-", dir="/var/lib"))
    folder.chmod(0o755)
    shutil.chown(folder, "postgres", "postgres")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what runs is stopped then too
    cluster = Cluster(folder)
    nodes = Nodes(folder, cluster)
    machines = [*cluster.servers, *nodes.machines]
    build(machines)
    failures = Failures()
    try:
        run(cluster, nodes, failures, turns=2 if options.twice else 1)
    except Exception as error:
        failures.expect(False, f"{type(error).__name__}: {error}")
        raise
    finally:
        nodes.close()
        cluster.close()
        destroy(machines)
        print(f"logs: {folder}" if failures else "all holds")
    if not failures:
        shutil.rmtree(folder, ignore_errors=True)
    return min(len(failures), 1)


def run(cluster: Cluster, nodes: Nodes, failures: Failures, *, turns: int) -> None:
    """Start everything, strike, and compare."""
    begun = time.monotonic()
    cluster.start()
    cluster.pgbackrest("stanza-create")
    prepare(cluster, nodes)
    cluster.pgbackrest("--type=full", "backup")
    token = nodes.run("-m", "tests.crash.prepare").strip()
    nodes.start_store()
    for machine in nodes.machines:
        nodes.start_web(machine)
        nodes.start_workers(machine)
    nodes.start_proxy()
    load = callers(token)
    wait_until(lambda: load[-1].call("GET", "/health/ready")[0] == 200, 300, "the nodes are not ready", pause=1)
    load[-1].calls.clear()
    print(f"everything runs after {time.monotonic() - begun:.0f} s", flush=True)
    for caller in load:
        caller.start()
    for turn in range(turns):
        for name, strike in strikes(cluster, nodes).items():
            struck(name, turn, strike, load, cluster, failures)
    wait_until(cluster.is_whole, 180, "the cluster was not whole at the end", pause=1)
    moment = RecoveryPoint.now(load)
    time.sleep(CALM_S)
    stop(load, failures)
    compare(load, nodes, cluster, failures)
    prove_backup(cluster, nodes, failures)
    recover(moment, load, nodes, cluster, failures)


def prepare(cluster: Cluster, nodes: Nodes) -> None:
    """The roles, the database and its tables, as docs/guide/operator.md has them."""
    roles = Path("ancu/core/db/postgres/roles.sql").read_text()
    for statement in (roles, "ALTER ROLE ancu_owner PASSWORD 'change-me'", "ALTER ROLE ancu_app PASSWORD 'change-me'"):
        cluster.execute(statement)
    cluster.execute("CREATE DATABASE ancu OWNER ancu_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    cluster.execute(roles, database="ancu")
    nodes.run("manage.py", "prepare_database", "--verbosity", "0")
    nodes.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    for machine in nodes.machines:
        static = Path(nodes.environment(machine.name)["ANCU_VAR"]) / "static"
        shutil.copytree(Path(nodes.environment("hub")["ANCU_VAR"]) / "static", static, dirs_exist_ok=True)


def strikes(cluster: Cluster, nodes: Nodes) -> dict[str, Strike]:
    """Each strike by name; it returns what undoes it."""

    def kill() -> Callable[[], None]:
        primary = cluster.primary()
        assert primary
        cluster.kill(primary)
        return lambda: cluster.restart(primary)

    def vanish() -> Callable[[], None]:
        primary = cluster.primary()
        assert primary
        primary.vanish()
        return primary.come_back

    def switch_over() -> Callable[[], None]:
        primary = cluster.primary()
        assert primary
        cluster.switch_over()
        wait_for_new_primary(cluster, primary, 60)
        return lambda: None

    def restart_nodes() -> Callable[[], None]:
        for machine in nodes.machines:
            nodes.restart_web(machine)
        return lambda: None

    return {"kill": kill, "vanish": vanish, "switchover": switch_over, "restart of a node": restart_nodes}


def struck(name: str, turn: int, strike: Strike, load: list[Caller], cluster: Cluster, failures: Failures) -> None:
    """Strike, wait until all is whole again, and say what the callers noticed."""
    wait_until(cluster.is_whole, 180, f"the cluster was not whole before {name}", pause=1)
    time.sleep(CALM_S)
    primary = cluster.primary()
    failures.expect(not (primary and cluster.leads_etcd(primary)), f"before {name} the primary's server leads etcd")
    begun = time.monotonic()
    undo = strike()
    time.sleep(AFTER_S)
    impact = Impact.between([call for caller in load for call in caller.calls], begun, time.monotonic() - 1)
    undo()
    print(
        f"{name} {turn + 1}: silence {impact.silence:.1f} s, longest call {impact.longest:.1f} s,"
        f" {impact.refused} refused, of these wrongly {dict(Counter(impact.wrong))}", flush=True,
    )  # fmt: skip
    failures.expect(impact.silence <= MOST_SILENCE_S[name], f"{name}: silence of {impact.silence:.1f} s")
    failures.expect(impact.longest <= MOST_CALL_S, f"{name}: a call of {impact.longest:.1f} s")
    failures.expect(not impact.wrong, f"{name}: refused with other than 503 and Retry-After")
    if name == "restart of a node":
        failures.expect(not impact.refused, f"{name}: {impact.refused} calls failed")


def stop(load: list[Caller], failures: Failures) -> None:
    """Stop the callers; none may have a complaint."""
    for caller in load:
        caller.stopping.set()
    for caller in load:
        caller.join(60)
        failures.expect(not caller.complaint, f"{caller.kind}: {caller.complaint}")


def compare(load: list[Caller], nodes: Nodes, cluster: Cluster, failures: Failures) -> None:
    """Every answer against the database: nothing lost, nothing twice, every file at an end."""
    answered = [batch for caller in load if isinstance(caller, Declarer) for batch in caller.batches if batch.answer]
    stored = json.loads(nodes.run("-m", "tests.crash.inspect"))
    try:
        assert_whole(stored, answered)
    except AssertionError as error:
        failures.expect(False, f"receipts lost or doubled: {str(error)[:500]}")
    files = [file for caller in load if isinstance(caller, FileSender) for file in caller.accepted]
    reader = load[0]

    def open_files() -> list[str]:
        states = {file: json.loads(reader.call("GET", f"/api/v1/files/{file}")[1] or b"{}") for file in files}
        return [file for file, body in states.items() if not body.get("status")]

    deadline = time.monotonic() + JOBS_S
    while (still_open := open_files()) and time.monotonic() < deadline:
        time.sleep(2)
    failures.expect(not still_open, f"{len(still_open)} of {len(files)} files did not end")
    failures.expect(len(files) >= FEWEST_FILES, f"only {len(files)} files were sent")
    guests = sum(len(batch.guests) for batch in answered)
    print(f"{len(answered)} answers with {guests} guests compared, {len(files)} files ended", flush=True)


def prove_backup(cluster: Cluster, nodes: Nodes, failures: Failures) -> None:
    """Run `ancu restore-check` against the repository."""
    begun = time.monotonic()
    try:
        words = nodes.run(
            "-m", "ancu", "restore-check", f"--binaries={BINARIES}", f"--pgbackrest=--config={cluster.backups}",
            f"--scratch={cluster.folder}",
        )  # fmt: skip
        print(f"restore-check: {words.splitlines()[-1]} ({time.monotonic() - begun:.0f} s)", flush=True)
    except AssertionError as error:
        failures.expect(False, f"restore-check: {str(error)[-600:]}")


def recover(moment: RecoveryPoint, load: list[Caller], nodes: Nodes, cluster: Cluster, failures: Failures) -> None:
    """Recover the database to the moment: everything that was answered before is there, nothing that came after."""
    receipts, seconds = recovered_receipts(nodes, cluster, moment)
    missing, later = set(moment.answered) - receipts, receipts & set(moment.receipts_after(load))
    print(f"recovered to {moment.at}: {len(moment.answered)} receipts before it compared ({seconds:.0f} s)", flush=True)
    failures.expect(not missing, f"{len(missing)} receipts from before the moment are missing")
    failures.expect(not later, f"{len(later)} receipts from after the moment are there")


if __name__ == "__main__":
    sys.exit(main())
