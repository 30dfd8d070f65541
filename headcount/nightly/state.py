"""The folder beside a warehouse in which a night is made: its lock, the file being built, logs and reports.

The warehouse in use is replaced by one rename when the night is whole, so a reader never sees half of one, and a
night that was killed leaves it as it was.
"""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path

from headcount.errors import HeadcountError, UsageError
from headcount.nightly.in_use import forbid_replacing
from headcount.warehouse import FILE_NAME


class State:
    """The folder `<warehouse>.state`; use it as a context manager to hold the warehouse's lock."""

    def __init__(self, warehouse: Path):
        try:
            self.warehouse = warehouse.resolve()
        except (OSError, RuntimeError) as error:
            raise UsageError(f"warehouse {warehouse}: cannot be reached ({error})") from error
        if {"?", "#"} & set(str(self.warehouse)):
            # DuckDB and its adapter take what follows for something else than a part of the path.
            raise UsageError(f"warehouse {self.warehouse}: a path with ? or # in it does not work; name another")
        self.folder = self.warehouse.with_name(self.warehouse.name + ".state")
        # One name for all: DuckDB names a database after its file, and not every name will do.
        self.building = self.folder / "building" / FILE_NAME
        self.failed = self.folder / "failed" / FILE_NAME
        self._in_use = self.folder / "in_use" / FILE_NAME
        self._lock = None
        self._made: list[Path] = []

    def __enter__(self):
        path = self.folder / "lock"
        while True:
            try:
                if self.warehouse.is_dir():
                    raise UsageError(f"warehouse {self.warehouse} is a folder; name a file")
                self._make_folder()
                self._lock = open(path, "a+")
            except OSError as error:
                self._unmake()
                raise UsageError(f"warehouse {self.warehouse}: cannot be written there ({error.strerror})") from error
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._lock.close()
                raise UsageError(f"warehouse {self.warehouse}: another run is building it; wait until it is done") from None
            # The run that held the lock may have taken its folder away meanwhile: then this lock guards nothing.
            if path.exists() and os.path.samestat(os.fstat(self._lock.fileno()), path.stat()):
                return self
            self._lock.close()

    def __exit__(self, _, error, __):
        for path in (self.building, self._in_use):
            shutil.rmtree(path.parent, ignore_errors=True)
        # Exit code 2 promises that nothing was written; what failed a check stays to be looked at.
        if isinstance(error, OSError) or getattr(error, "exit_code", None) == HeadcountError.exit_code:
            self._unmake()
        self._lock.close()

    def in_use(self) -> Path | None:
        """The warehouse in use, to be read under a name that will do and without the log that another program may
        have left beside it; None where there is none yet. Raises UsageError for a file that may not be replaced."""
        shutil.rmtree(self._in_use.parent, ignore_errors=True)
        if not self.warehouse.exists() or self.warehouse.stat().st_size == 0:
            return None
        forbid_replacing(self.warehouse)
        self._in_use.parent.mkdir()
        try:
            os.link(self.warehouse, self._in_use)
        except OSError:
            # Not every file system has links.
            shutil.copyfile(self.warehouse, self._in_use)
        return self._in_use

    def start(self, full_refresh: bool) -> None:
        """A file to build in: a copy of the warehouse in use, or none for a full refresh."""
        for path in (self.building, self.failed):
            shutil.rmtree(path.parent, ignore_errors=True)
        self.building.parent.mkdir()
        if self._in_use.exists() and not full_refresh:
            shutil.copyfile(self._in_use, self.building)

    def keep_failed(self) -> Path:
        """Put the file aside that a failed night was building, for a look at the rows."""
        self.failed.parent.mkdir(exist_ok=True)
        if self.building.exists():
            os.replace(self.building, self.failed)
        return self.failed

    def put_in_use(self, progress) -> None:
        """Make the file that was built, and was seen to be whole, the warehouse in use."""
        for path in self._left_by_others():
            progress.step(f"left beside the warehouse by another program, and removed: {path.name}")
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        os.replace(self.building, self.warehouse)
        folder = os.open(self.warehouse.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _left_by_others(self) -> list[Path]:
        """DuckDB's logs, which it would play into the new file, and its folder for what does not fit into memory."""
        logs = [self.warehouse.with_name(self.warehouse.name + end) for end in (".wal", ".wal.checkpoint", ".wal.recovery")]
        spill = self.warehouse.with_name(self.warehouse.name + ".tmp")
        found = [path for path in logs if path.is_file()]
        if spill.is_dir() and all(path.name.startswith("duckdb_temp_") for path in spill.iterdir()):
            found.append(spill)
        return found

    def _make_folder(self) -> None:
        for folder in reversed([self.folder, *self.folder.parents]):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                self._made.append(folder)

    def _unmake(self) -> None:
        """Take away the folders that were not there before: the state's with all in it, others if they are empty."""
        if self.folder in self._made:
            shutil.rmtree(self.folder, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):
                folder.rmdir()
        self._made = []
