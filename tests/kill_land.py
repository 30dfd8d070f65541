"""Kills loads from a database at random instants (kill -9) and looks at what the next one makes of it.

    python -m tests.kill_land                          8 kills
    python -m tests.kill_land --times 50 --seed 3      50 kills

The application is changed before each load. After every kill the files that stand in the landing zone are whole, and a
reader of landing zones takes it; after a load that is left alone the records in force are the rows of the tables, every
event is there, nothing stands there twice, and nothing is left over. Most kills fall while a load makes its files.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from headcount.landing import inspect
from headcount.project import PROJECT
from tests.live import hold_against_tables
from tests.support.application import RECORDS, Application, Landing, Writer
from tests.support.command import command, environment
from tests.support.killing import Broken, hunt, options
from tests.support.servers import postgres

KILLS = 8
KILLS_IN_A_ROW = 5


class Hunt:
    """An application, a landing zone, and loads from one to the other that are killed."""

    def __init__(self, address: str, folder: Path, draw: random.Random):
        self.application, self.landing, self.draw = Application(address), folder / "landing", draw
        self.application.make()
        mapping = self.application.mapping(folder / "mapping.yml")
        words = ("land", "database", "--from", address, "--mapping", mapping, "--landing", self.landing, "--allow-shrink")
        self.words = command(*words)
        self.writer = Writer(self.application, draw.randrange(10**6), 1)
        self.usual = self._leave_alone()

    def round(self, kills: int) -> list[str]:
        """Some kills in a row, then a load that is left alone. Gives what each killed load had left behind."""
        found = []
        for _ in range(kills):
            found.append(self._kill())
            self._look()
        self._leave_alone()
        hold_against_tables(self.application, self.landing)
        self._look_for_twice()
        if (self.landing / ".load").exists() or [folder for folder in self.landing.glob("[!.]*/*") if not any(folder.iterdir())]:
            raise Broken("something of a killed load is left over")
        return found

    def _change(self) -> None:
        with psycopg.connect(self.application.address) as connection:
            for _ in range(20):
                self.writer.change(connection)

    def _leave_alone(self) -> float:
        self._change()
        began = time.monotonic()
        done = subprocess.run(self.words, cwd=PROJECT, env=environment(), capture_output=True, text=True)
        if done.returncode:
            raise Broken(f"a load left alone ended with {done.returncode}: {done.stderr}")
        return time.monotonic() - began

    def _kill(self) -> str:
        """Start a load and kill it: anywhere, while it makes its files, or while it renames them."""
        self._change()
        files = self._files()
        process = subprocess.Popen(self.words, cwd=PROJECT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        begun, wait = self.draw.choice(
            [
                (lambda: True, self.usual),
                (lambda: (self.landing / ".load").exists(), self.usual / 2),
                (lambda: self._files() - files, 0.01),
                (lambda: self._files() - files, 0.01),
            ]
        )
        while process.poll() is None and not begun():
            time.sleep(0.0005)
        deadline = time.monotonic() + self.draw.uniform(0, wait)
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.0005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        said = process.communicate()[1].decode()
        if process.returncode > 0:
            raise Broken(f"a load failed before it was killed: {said}")
        new = len(self._files() - files)
        if process.returncode == 0:
            return "ended before"
        return f"{new} files stood" if new else "was making files" if (self.landing / ".load").exists() else "was starting"

    def _files(self) -> set[Path]:
        # A load takes its own folder away while one looks.
        return set(self.landing.glob("[!.]*/load=*/*.parquet"))

    def _look(self) -> None:
        """After a kill: each file can be read to its end, the zone has nothing that a reader refuses, and what a row refers
        to has landed."""
        inspect(self.landing)
        landed = Landing(self.landing, self.application.tables)
        for name, table in self.application.tables.items():
            for place, column in enumerate(table.columns[1:]):
                parent = (column.refers_to or "").partition(".")[0]
                if parent in self.application.tables:
                    versions = [version for some in landed.versions[name].values() for version in some]
                    lost = {values[place] for _, _, values in versions} - {None, *landed.versions[parent]}
                    if lost:
                        raise Broken(f"{name} stand there before their {parent}: {sorted(lost)[:3]}")

    def _look_for_twice(self) -> None:
        landed = Landing(self.landing, self.application.tables)
        for name, by_key in landed.versions.items():
            for key, versions in by_key.items():
                kept = [version[1:] for version in sorted(versions, key=lambda version: version[0])]
                if any(one == next_one for one, next_one in zip(kept, kept[1:], strict=False)):
                    raise Broken(f"{name} {key} stands there twice: {versions}")
                if name not in RECORDS and len(kept) > 1:
                    raise Broken(f"{name} {key}, which never changes, stands there {len(kept)} times")


@contextmanager
def begun(folder: Path, draw: random.Random):
    with postgres() as server:
        yield Hunt(server.url(), folder, draw)


def main(arguments: Sequence[str] | None = None) -> int:
    return hunt(options("kill_land", "loads", KILLS).parse_args(arguments), "loads", KILLS_IN_A_ROW, begun)


if __name__ == "__main__":
    sys.exit(main())
