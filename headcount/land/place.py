"""A landing zone that is loaded into: held by one load at a time, and a file stands in it when it is whole.

A load makes its files in `LANDING/.load`, which readers of a landing zone pass over, and renames them when all of them
are made: `LANDING/<table>/load=<instant>/part-0.parquet`. Killed, it leaves what the next load clears away.

From before the instant of a load until its last file stands, `LANDING/.load` is locked, and no night begins: its instant
would be later, and it would see a part of what had landed by then. A load that begins after a night has a later instant.
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from headcount import spelling
from headcount.errors import UsageError
from headcount.landing import landing_contract

_LOAD = re.compile(r"load=(\d{8}T\d{6}\.\d{6}Z)")
_SPELLED = "%Y%m%dT%H%M%S.%fZ"
_FILE = "part-0.parquet"
_UNFINISHED = ".load"


def forbid_during_load(landing: Path) -> None:
    """Raises UsageError while a load is reading or writing what it dates by its own instant. To be asked by a night once it
    has an instant of its own."""
    try:
        folder = os.open(landing / _UNFINISHED, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(folder, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UsageError(
            f"landing zone {landing}: a load is under way, and a night would see a part of it; wait until it is done"
        ) from None
    except OSError:
        # Some network file systems lock no folders.
        pass
    finally:
        os.close(folder)


class Place:
    """A landing zone, made where it is missing and held for one load. A context manager; what it made goes away again
    if it is still empty. `unfinished` is the folder in which a load makes its files, there once it has begun."""

    def __init__(self, landing: Path):
        self.landing = landing
        self.unfinished = landing / _UNFINISHED
        self._made: list[Path] = []
        self._locks: list[int] = []

    def __enter__(self):
        try:
            for folder in reversed([self.landing, *self.landing.parents]):
                if not folder.exists():
                    folder.mkdir(exist_ok=True)
                    self._made.append(folder)
            # Whether it can be written is known once it is.
            tempfile.TemporaryFile(dir=self.landing).close()
        except OSError as error:
            self._take_away_what_was_made()
            raise UsageError(f"landing zone {self.landing}: cannot be written ({error.strerror}); name another folder") from None
        self._hold()
        self._clear()
        return self

    def __exit__(self, *_):
        self._clear()
        for lock in self._locks:
            os.close(lock)
        self._take_away_what_was_made()

    def begin(self) -> None:
        """From now on no night begins. Before the instant of the load is taken."""
        self.unfinished.mkdir()
        self._locks.append(os.open(self.unfinished, os.O_RDONLY))
        with suppress(OSError):
            # A night that asks holds it for a moment.
            fcntl.flock(self._locks[-1], fcntl.LOCK_EX)

    def latest_load(self) -> datetime | None:
        """The instant of the latest load whose files stand in the zone (UTC)."""
        names = [_LOAD.fullmatch(folder.name) for table in self._tables() for folder in table.iterdir()]
        return max((datetime.strptime(name[1], _SPELLED) for name in names if name), default=None)

    def forbid_earlier(self, at: datetime, *before: datetime | None) -> None:
        """Raises UsageError unless the instant is after every earlier load's."""
        latest = max((instant for instant in (self.latest_load(), *before) if instant), default=None)
        if latest and at <= latest:
            raise UsageError(
                f"landing zone {self.landing}: holds a load of {spelling.instant(latest)}, and by the clock of what is landed "
                f"from it is {spelling.instant(at)}; loads come one after the other, so mend that clock, or wait"
            )

    def put(self, files: Iterable[tuple[str, Path]], at: datetime) -> None:
        """Let the files of a load stand in the zone, each of a table, in the order given: parents before children."""
        files = list(files)
        for _, file in files:
            _keep(file)
        for table, file in files:
            folder = self._folder(table) / f"load={at.strftime(_SPELLED)}"
            folder.mkdir(parents=True)
            _rename(file, folder / _FILE)
            for changed in (folder, folder.parent, self.landing):
                _keep(changed)

    def _hold(self) -> None:
        # The folder itself is locked: a file for it would be one more in the zone.
        self._locks.append(os.open(self.landing, os.O_RDONLY))
        try:
            fcntl.flock(self._locks[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._locks.pop())
            raise UsageError(f"landing zone {self.landing}: another load is under way; wait until it is done") from None
        except OSError:
            # Some network file systems lock no folders: there, one load goes to one place.
            pass

    def _clear(self) -> None:
        """Take away what is in making, also that of a load that was killed."""
        shutil.rmtree(self.unfinished, ignore_errors=True)
        for table in self._tables():
            for folder in [folder for folder in table.iterdir() if _LOAD.fullmatch(folder.name) and folder.is_dir()]:
                partial = folder / f".{_FILE}"
                if partial.exists():
                    partial.unlink()
                if not any(folder.iterdir()):
                    folder.rmdir()

    def _tables(self) -> list[Path]:
        """The folders of landed tables; a name may be spelled in any case."""
        return [entry for entry in self.landing.iterdir() if entry.name.lower() in landing_contract() and entry.is_dir()]

    def _folder(self, table: str) -> Path:
        return next((folder for folder in self._tables() if folder.name.lower() == table), self.landing / table)

    def _take_away_what_was_made(self) -> None:
        for folder in reversed(self._made):
            try:
                folder.rmdir()
            except OSError:
                return


def _rename(file: Path, to: Path) -> None:
    try:
        os.rename(file, to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The table's folder is a link to another file system.
        partial = to.with_name(f".{to.name}")
        shutil.copyfile(file, partial)
        _keep(partial)
        os.rename(partial, to)


def _keep(path: Path) -> None:
    """Have it on the disk before what comes next."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
