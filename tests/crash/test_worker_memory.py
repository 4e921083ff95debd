"""A worker that has grown is replaced between two jobs; no job is lost or done twice."""

import subprocess
import sys

import pytest

from tests.crash.house import PROJECT, House, wait_until

PATIENCE_S = 60
ENQUEUE = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args)
    SELECT 'default', 'audit.seal', '{"timestamp": 0}' FROM generate_series(1, 5)"""
pytestmark = [pytest.mark.crash, pytest.mark.slow]


def test_a_worker_that_has_grown_begins_anew(house: House) -> None:
    environment = house.environment | {"WORKER_MEMORY_MB": "1", "LOG_LEVEL": "INFO"}
    house.execute(ENQUEUE)
    log = house.var / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "ancu", "worker", "--concurrency", "1"],
            cwd=PROJECT, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        done = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'audit.seal' AND status = 'succeeded'"
        wait_until(lambda: int(str(house.query(done))) >= 5, PATIENCE_S, "the worker does not go on", pause=0.3)
        assert worker.poll() is None, "the same process goes on"
        workers = "SELECT count(DISTINCT worker_id) FROM procrastinate_jobs WHERE worker_id IS NOT NULL"
        begun = log.read_text().count("Launching a worker")
        assert begun > 1, f"{begun} {house.query(workers)} {log.read_text()[-2000:]}"
        assert house.query("SELECT max(attempts) FROM procrastinate_jobs WHERE task_name = 'audit.seal'") == 1
    finally:
        House.kill_process(worker)
