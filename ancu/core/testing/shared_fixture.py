"""Data that many tests share, created once in a transaction kept open; each test runs in a savepoint.

Tests that follow each other and ask for the same share it. What a test does goes with its savepoint, its objects are
copies of its own and so are the stored files, so that no test can find what another did.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.test import override_settings

Make = Callable[[], Any]


class SharedFixture:
    """The data that consecutive tests share, in a transaction kept open; one for each test process."""

    def __init__(self) -> None:
        self._make: Make | None = None
        self._laid: Any = None
        self._files = Path()
        self._held = ExitStack()
        self._on: Any = None

    def set(self, make: Make | None) -> None:
        """Create the shared data of ``make`` in a transaction outside the test's own, unless they exist already.

        With None, or while another process runs ``no_shared_data``, the data are rolled back instead.
        """
        with _process_lock(fcntl.LOCK_SH) as ours:
            if make and ours:
                self._create(make)
            else:
                self.clear()

    def _create(self, make: Make) -> None:
        """Create the data in an open transaction, unless it is there from the test before."""
        if make is self._make and connection.in_atomic_block and not connection.closed_in_transaction:
            return
        self.clear()
        with ExitStack() as resources:
            files = resources.enter_context(TemporaryDirectory())
            resources.enter_context(_rolled_back())
            with override_settings(MEDIA_ROOT=files):
                self._laid = make()
            connection.check_constraints()  # here, or each test's end would do it again
            self._held = resources.pop_all()
        self._make, self._files, self._on = make, Path(files), connections[DEFAULT_DB_ALIAS]

    def clear(self) -> None:
        """Roll back the transaction with the shared data."""
        self._make = self._laid = None
        if self._on is not None and self._on is not connections[DEFAULT_DB_ALIAS]:
            # A browser was started since: it runs an event loop, and within one Django keeps other connections.
            self._on.connection.close()
            self._on.connection, self._on.in_atomic_block, self._on.savepoint_ids = None, False, []
            self._held.pop_all()
        self._on = None
        self._held.close()

    def take(self, make: Make, folder: Path | None = None) -> Any:
        """Return copies of the shared data, with their files in ``folder``.

        If ``make`` is not the one that ``set`` used, as in a test that commits, it is called now.
        """
        for name in ("default", "tasks"):  # keys hold primary keys, which now mean the same in the next test
            caches[name].clear()
        if make is not self._make:
            return make()
        if folder is not None:
            copytree(self._files, folder, dirs_exist_ok=True)
        return deepcopy(self._laid)


@contextmanager
def _rolled_back() -> Iterator[None]:
    """Context manager: a transaction that is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def no_shared_data() -> Iterator[None]:
    """Context manager that waits until no test process has shared data in an open transaction.

    For code that waits for older transactions to end.
    """
    with _process_lock(fcntl.LOCK_EX):
        yield


@contextmanager
def _process_lock(kind: int) -> Iterator[bool]:
    """Context manager that yields whether this process obtained the lock of shared data.

    An exclusive lock is waited for; a shared one, asked for before each test, is not.
    """
    with (settings.VAR_DIR / "stage.lock").open("w") as lock:
        try:
            fcntl.flock(lock, kind if kind == fcntl.LOCK_EX else kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
