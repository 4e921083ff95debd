"""One round of the agent: take finished files, send them, write the answers. Safe to interrupt anywhere.

The reference of a file is made from its content: sent again after a power cut, it is the same upload with the same
answer. Nothing is moved to ``failed`` because of a bad line, a busy office or a refused key; it waits.
"""

import logging
import random
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from ancu_client.agent import answers
from ancu_client.agent.config import Config
from ancu_client.agent.folder import DONE, FAILED, Folder
from ancu_client.agent.journal import Journal
from ancu_client.client import Client
from ancu_client.errors import AnCuError, ApiError, NotSettled
from ancu_client.models import SentFile

log = logging.getLogger("ancu.agent")  # hashes and counts, never a name: names of files hold names of guests too
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
OF_THE_FILE = "file_"  # so begin the codes that speak of the file itself; the rest is mended without touching it


class Agent:
    """Declares the files of a folder, round by round."""

    def __init__(
        self,
        config: Config,
        client: Client,
        folder: Folder,
        journal: Journal,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.config, self.client, self.folder, self.journal, self.clock = config, client, folder, journal, clock
        self.failures = 0

    def round(self) -> float:
        """Claim the folder's finished files and declare them; return the seconds until the next round.

        It ends early if the office cannot be reached.
        """
        for path in self.folder.finished(self.clock()):
            self.folder.claim(path)
        for ending in self.folder.unsupported_endings():
            log.warning("a file of another kind (%s) is not taken; these are: %s", ending or "?", self._kinds)
        for working in self.folder.working():
            try:
                self._settle(working)
            except NotSettled as waiting:
                log.info("still on its way: %s", waiting.file_id)
            except (AnCuError, OSError) as problem:
                return self._seconds_after_failure(problem)
        self.failures = 0
        return self.config.look_seconds

    @property
    def _kinds(self) -> str:
        """The file endings that can be declared, separated by spaces, for messages."""
        return " ".join(self.folder.kinds)

    def _seconds_after_failure(self, problem: Exception) -> float:
        """Return the seconds to wait after a failure: growing, and random, so that agents do not retry together."""
        self.failures += 1
        wait: float = min(FIRST_WAIT * 2 ** (self.failures - 1), LONGEST_WAIT) * random.uniform(0.8, 1.2)
        problem_name = problem.code if isinstance(problem, ApiError) else type(problem).__name__
        log.warning("not sent (%s), next try in %.0f s", problem_name, wait)
        return wait

    def _settle(self, path: Path) -> None:
        """Declare a claimed file and move it to done or failed, by the office's answer.

        If its content changed meanwhile it stays, to be sent again. Raises ApiError for a refusal that is not about
        the file.
        """
        data = path.read_bytes()
        digest = sha256(data).hexdigest()
        sent_before = self.journal.settled_before(digest)
        try:
            reference = f"agent-{self.config.mode}-{digest}"
            sent = self.client.send_file(data, name=path.name, reference=reference, mode=self.config.mode)
            sent = self.client.wait_for(sent, seconds=self.config.wait_seconds)
        except ApiError as refused:
            if refused.status != 413 and not refused.code.startswith(OF_THE_FILE):
                raise
            self._settle_refused(path, refused, digest)
            return
        if sha256(path.read_bytes()).hexdigest() != digest:
            log.info("%s: written to meanwhile, sent again", digest[:12])
            return
        self._settle_declared(path, sent, digest, sent_before=sent_before)

    def _settle_declared(self, path: Path, sent: SentFile, digest: str, *, sent_before: bool) -> None:
        """Move a declared file with its receipt to ``done``; to ``failed`` if none of its guests is declared."""
        rows = self.client.file_rows(sent.id)
        refused = [row for row in rows if row.differs or not (row.stands or row.state == "skipped_example")]
        beside = answers.receipt(sent, refused, digest, sent_before=sent_before, language=self.config.language)
        if sent.raw.get("refused_url"):
            beside[".refused.xlsx"] = self.client.refused_workbook(sent.id, language=self.config.language)
        stands = sent.status in ("all_stand", "some_differ", "some_refused")
        self.folder.settle_as(path, DONE if stands else FAILED, beside)
        self.journal.settle(digest, sent.id)
        log.info("%s: %s, %s accepted, %s refused", digest[:12], sent.status, sent.accepted, sent.refused)

    def _settle_refused(self, path: Path, refused: ApiError, digest: str) -> None:
        """Move a file that the office refused as a whole to ``failed``, with the reason beside it."""
        messages = {"vi": refused.message_vi, "en": refused.message_en}
        self.folder.settle_as(path, FAILED, answers.refusal(refused.code, messages, digest, self.config.language))
        log.error("%s: not taken (%s)", digest[:12], refused.code)
