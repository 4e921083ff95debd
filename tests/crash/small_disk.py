"""A disk of the size a test chooses, for a database that is to run out of room."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

MEGABYTE, PAGE = 1 << 20, 4096


class SmallDisk:
    """A file system in memory, mounted on a folder, and a file that takes all its room away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave nothing, as another program that writes to the same disk would."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (MEGABYTE, PAGE):
                with contextlib.suppress(OSError):
                    while file.write(bytes(size)) == size:
                        pass

    def free(self) -> int:
        return shutil.disk_usage(self.folder).free

    def make_room(self) -> None:
        self._ballast.unlink()


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk | None]:
    """None where this user or this kernel may not mount."""
    folder.mkdir(parents=True)
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    done = subprocess.run(["mount", *options], capture_output=True, check=False) if shutil.which("mount") else None
    if done is None or done.returncode != 0:
        folder.rmdir()
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
