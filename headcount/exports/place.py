"""The folder that exports are kept in: whether it can be written, and its lock."""

import fcntl
import os
import tempfile
from pathlib import Path

from headcount.errors import UsageError
from headcount.exports.streams import STREAMS


def forbid_unwritable(exports: Path) -> None:
    """Raises UsageError when exports could not be written there; leaves nothing behind."""
    for stream in STREAMS:
        _forbid_unwritable(exports, exports / stream.name)


def _forbid_unwritable(exports: Path, place: Path) -> None:
    try:
        while not place.exists():
            if place.is_symlink() or place == place.parent:
                raise UsageError(f"exports {exports}: {place} leads nowhere; name another folder")
            place = place.parent
        if not place.is_dir():
            raise UsageError(f"exports {exports}: {place} is no folder; name the folder that the exports are kept in")
        # Whether it can be written is known once it is: to the superuser a file system mounted read-only looks open.
        tempfile.TemporaryFile(dir=place).close()
    except OSError as error:
        raise UsageError(f"exports {exports}: cannot be written ({error.strerror}); name another folder") from error


class Lock:
    """`exports`/billing, made where it is missing and held for one run: two warehouses may export to one place, but
    not at once. A context manager; what it made goes away again if it is still empty."""

    def __init__(self, exports: Path):
        self.exports = exports
        self._made: list[Path] = []
        self._lock = None

    def __enter__(self):
        for folder in reversed([self.exports / "billing", self.exports, *self.exports.parents]):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                self._made.append(folder)
        # The folder itself is locked: a file for it would be one more in the exports.
        self._lock = os.open(self.exports / "billing", os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise UsageError(f"exports {self.exports}: another run is exporting there; wait until it is done") from None
        except OSError:
            # Some network file systems lock no folders: there, one warehouse exports to one place.
            pass
        return self

    def __exit__(self, *_):
        os.close(self._lock)
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                return


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
