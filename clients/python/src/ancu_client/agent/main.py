"""``ancu-agent``: watches a folder until it is stopped; ``--once`` for a scheduler, ``--check`` to try the settings."""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from ancu_client.agent import config as settings
from ancu_client.agent.folder import Busy, Folder
from ancu_client.agent.journal import Journal
from ancu_client.agent.work import Agent
from ancu_client.client import Client
from ancu_client.errors import AnCuError

ENDED_WELL, WRONG, WAITING = 0, 2, 75  # 75: EX_TEMPFAIL, something waits for the office
log = logging.getLogger("ancu.agent")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent, which declares the files in a folder; return its exit status."""
    parser = argparse.ArgumentParser(prog="ancu-agent", description="Declares the files of a folder to An Cư.")
    parser.add_argument("--config", type=Path, help="a TOML file; ANCU_… of the environment comes first")
    parser.add_argument("--once", action="store_true", help="settle what is there, then end (for a scheduler)")
    parser.add_argument("--check", action="store_true", help="say whether address, key and folder are right")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    try:
        config = settings.read(options.config)
        client = Client(config.url, config.key, timeout=config.timeout, tries=3)
        folder = Folder(config.folder, config.kinds, config.settle_seconds)
        if options.check:
            return _check(client)
        with folder.locked():
            return _run(config, client, folder, once=options.once)
    except (settings.WrongConfig, AnCuError, OSError) as problem:
        log.error("%s", problem)
        return WRONG
    except Busy:
        log.error("another ancu-agent watches this folder")
        return WRONG


def _check(client: Client) -> int:
    """Ask the office whose API key this is and log it; return the exit status, non-zero for an inactive lodging."""
    me = client.me()
    log.info("the key is that of %s (%s)", me["establishment"], me["status"])
    return ENDED_WELL if me["status"] == "active" else WRONG


def _run(config: settings.Config, client: Client, folder: Folder, *, once: bool) -> int:
    """Declare the folder's files, once or until the agent is stopped; return the exit status."""
    stop = _stop_event()
    journal = Journal(config.folder)
    agent = Agent(config, client, folder, journal)
    try:
        agent.round()
        if once:
            stop.wait(config.settle_seconds)  # two looks at a file, so long apart, say whether it is finished
            agent.round()
            return WAITING if folder.working() else ENDED_WELL
        wait = 0.0
        while not stop.wait(wait):
            wait = agent.round()
        return ENDED_WELL
    finally:
        journal.close()
        client.close()


def _stop_event() -> threading.Event:
    """Return an event that Ctrl-C or the service manager sets, to stop after the current file."""
    stop = threading.Event()

    def note(_signal: int, _frame: FrameType | None) -> None:
        """Set the event that stops the agent (signal handler)."""
        stop.set()

    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), note)
    return stop


if __name__ == "__main__":
    sys.exit(main())
