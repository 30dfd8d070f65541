"""The folder beside a warehouse in which a night is made: its lock, the file being built, logs and reports.

The warehouse in use is replaced by one rename when the night is whole, so a reader never sees half of one, and a
night that was killed leaves it as it was.
"""

import fcntl
import os
import shutil
from pathlib import Path

from headcount.errors import HeadcountError, UsageError


class State:
    """The folder `<warehouse>.state`; use it as a context manager to hold the warehouse's lock."""

    def __init__(self, warehouse: Path):
        self.warehouse = warehouse.resolve()
        self.folder = self.warehouse.with_name(self.warehouse.name + ".state")
        # The same file name as the warehouse's: DuckDB names the database after it, and views name the database.
        self.building = self.folder / "building" / self.warehouse.name
        self.failed = self.folder / "failed" / self.warehouse.name
        self._lock = None
        self._is_new = False

    def __enter__(self):
        if self.warehouse.is_dir():
            raise UsageError(f"warehouse {self.warehouse} is a folder; name a file")
        self._is_new = not self.folder.exists()
        path = self.folder / "lock"
        while True:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._lock = open(path, "a+")
            except OSError as error:
                raise UsageError(f"warehouse {self.warehouse}: cannot be written there ({error.strerror})") from error
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._lock.close()
                raise UsageError(
                    f"warehouse {self.warehouse}: another run is building it; wait until it is done"
                ) from None
            # The run that held the lock may have taken its folder away meanwhile: then this lock guards nothing.
            if path.exists() and os.path.samestat(os.fstat(self._lock.fileno()), path.stat()):
                return self
            self._lock.close()

    def __exit__(self, _, error, __):
        shutil.rmtree(self.building.parent, ignore_errors=True)
        # Exit code 2 promises that nothing was written; what failed a check stays to be looked at.
        if self._is_new and isinstance(error, HeadcountError) and error.exit_code == HeadcountError.exit_code:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()

    def start(self, full_refresh: bool) -> None:
        """A file to build in: a copy of the warehouse in use, or none for a full refresh."""
        for path in (self.building, self.failed):
            shutil.rmtree(path.parent, ignore_errors=True)
        self.building.parent.mkdir()
        if self.warehouse.exists() and not full_refresh:
            shutil.copyfile(self.warehouse, self.building)

    def keep_failed(self) -> Path:
        """Put the file aside that a failed night was building, for a look at the rows."""
        self.failed.parent.mkdir(exist_ok=True)
        os.replace(self.building, self.failed)
        return self.failed

    def publish(self) -> None:
        """Make the file that was built the warehouse in use."""
        with open(self.building, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(self.building, self.warehouse)
        folder = os.open(self.warehouse.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
