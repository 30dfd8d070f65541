"""The real command in a process of its own, and folders held against what they were."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from headcount.project import PROJECT

# A night of a small zone takes 20 to 40 s; who waits longer waits for a pipe.
PATIENCE = 240
_WARM = get_context("forkserver")
_WARM.set_forkserver_preload(["tests.support.warm"])


def environment(**more: str) -> dict[str, str]:
    """The environment of a command, without any setting of this project but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADCOUNT_")}
    return kept | {"PYTHONPATH": str(PROJECT), "DO_NOT_TRACK": "1"} | more


def headcount(*arguments, **settings: str) -> subprocess.CompletedProcess:
    """Run `headcount` and wait for it. Its process is forked from one that has imported what it needs and has done nothing
    else; `from_scratch` starts a Python of its own."""
    words = [str(word) for word in arguments]
    with tempfile.TemporaryDirectory() as folder:
        said = [Path(folder) / name for name in ("out", "err")]
        process = _WARM.Process(target=_run, args=(words, environment(**settings), *said))
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"headcount {' '.join(words)} has not ended after {PATIENCE} s")
        out, err = (path.read_text("utf-8", "surrogateescape") for path in said)
    return subprocess.CompletedProcess(words, process.exitcode, out, err)


def _run(words: list[str], settings: dict[str, str], out: Path, err: Path) -> None:
    """What that process does."""
    for path, number in ((out, 1), (err, 2)):
        with open(path, "wb") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(PROJECT)
    from headcount.cli import main

    sys.exit(main(words))


def from_scratch(*arguments, **settings: str) -> subprocess.CompletedProcess:
    """Run `headcount` in a Python of its own and wait for it."""
    return subprocess.run(command(*arguments), cwd=PROJECT, env=environment(**settings), capture_output=True, text=True)


def command(*arguments) -> list[str]:
    """The words of the command."""
    return [sys.executable, "-m", "headcount.cli", *map(str, arguments)]


class Place:
    """A folder with a landing zone, a warehouse and exports, and the nights that are made in it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.landing, self.exports = folder / "landing", folder / "exports"
        self.warehouse = folder / "headcount.duckdb"

    def words(self, *more) -> list[str]:
        where = ("--landing", self.landing, "--warehouse", self.warehouse, "--exports", self.exports)
        return ["nightly", *map(str, (*where, *more))]

    def night(self, as_of: str, *more) -> subprocess.CompletedProcess:
        return headcount(*self.words("--as-of", as_of, *more))

    def copy(self, folder: Path) -> "Place":
        """The same at another place."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Place(folder)

    def tree(self) -> dict[str, str]:
        """Every file and folder with the hash of its bytes."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            for path in sorted(self.folder.rglob("*"))
        }


def lines_said(done: subprocess.CompletedProcess) -> list[str]:
    """What a command said on standard error beside its progress."""
    return [line for line in done.stderr.splitlines() if not line.startswith("[")]
