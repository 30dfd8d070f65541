"""The real command in a process of its own, and folders held against what they were."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

from headcount.project import PROJECT

# A night of a small zone takes 20 to 40 s; who waits longer waits for a pipe.
PATIENCE = 600
# Processes are forked from one that has imported what they need, and has done nothing else.
WARM = get_context("forkserver")
WARM.set_forkserver_preload(["tests.support.warm", "tests.support.broken_files", "pytest"])


def environment(**more: str) -> dict[str, str]:
    """The environment of a command, without any setting of this project but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEADCOUNT_")}
    return kept | {"PYTHONPATH": str(PROJECT), "DO_NOT_TRACK": "1"} | more


def settings_of_spark() -> dict[str, str]:
    """What the environment says of Spark."""
    return {name: value for name, value in os.environ.items() if name.startswith("HEADCOUNT_SPARK_")}


def headcount(*arguments, before: Callable | None = None, **settings: str) -> subprocess.CompletedProcess:
    """Run `headcount` and wait for it; `before` is called in its process first. `from_scratch` takes a Python of its own."""
    words = [str(word) for word in arguments]
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        process = started(words, out, err, before, **settings)
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"headcount {' '.join(words)} has not ended after {PATIENCE} s")
        said = [path.read_text("utf-8", "surrogateescape") for path in (out, err)]
    return subprocess.CompletedProcess(words, process.exitcode, *said)


def started(words: list[str], out: Path, err: Path, before: Callable | None = None, **settings: str):
    """A process that runs `headcount` and has just been started, at the head of a group of its own."""
    process = WARM.Process(target=_run, args=(words, environment(**settings), out, err, before))
    process.start()
    return process


def _run(words: list[str], settings: dict[str, str], out: Path, err: Path, before: Callable | None) -> None:
    os.setsid()
    for path, number in ((out, 1), (err, 2)):
        with open(path, "ab") as file:
            os.dup2(file.fileno(), number)
    os.environ.clear()
    os.environ.update(settings)
    os.chdir(PROJECT)
    from headcount.cli import main

    if before:
        before()
    sys.exit(main(words))


def from_scratch(*arguments, before: Callable | None = None, **settings: str) -> subprocess.CompletedProcess:
    """Run `headcount` in a Python of its own and wait for it; `before` is called before that starts."""
    return subprocess.run(
        command(*arguments), cwd=PROJECT, env=environment(**settings), capture_output=True, text=True, preexec_fn=before
    )


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
