"""Kills publishing at random instants (kill -9) while others read, and looks at what they see and what the next one makes of it.

    python -m tests.publishing --warehouse FILE                one round: a few kills, then one that is left alone
    python -m tests.publishing --warehouse FILE --times 50     until 50 were killed

The warehouse is copied; each round is another night of it. Readers ask all the time for figures of several tables that have
to agree: they see those of the night before or of the new one, whole. After the one that is left alone every mart is that of
the file, nothing stands twice, and no other table has been left.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from headcount.project import PROJECT
from tests.support import servers
from tests.support.command import command, environment
from tests.support.contents import unlike
from tests.support.killing import Broken, hunt, options
from tests.support.published import FIGURES, figures_of, marts_of, next_night, published

KILLS_IN_A_ROW = 4


class Reader(threading.Thread):
    """Asks for the figures again and again, and keeps what it saw."""

    def __init__(self, url: str):
        super().__init__(daemon=True)
        self.url, self.seen, self.ended = url, set(), threading.Event()

    def run(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as reader:
            while not self.ended.is_set():
                try:
                    self.seen.add(reader.execute(FIGURES.format(schema="marts")).fetchone())
                except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
                    self.seen.add(None)

    def end(self) -> set:
        self.ended.set()
        self.join()
        return self.seen


class Hunt:
    """A database, a warehouse and its nights."""

    def __init__(self, url: str, warehouse: Path, folder: Path, draw: random.Random):
        self.url, self.folder, self.draw, self.night = url, folder, draw, 0
        self.file = Path(shutil.copyfile(warehouse, folder / "0.duckdb"))
        self.usual, self.before = 2.0, None

    def round(self, kills: int) -> list[str]:
        """Some kills in a row, then one left alone. Returns what each that was killed was doing."""
        figures = figures_of(self.file)
        reader = Reader(self.url)
        reader.start()
        doing = [self.kill() for _ in range(kills)]
        started = time.monotonic()
        done = subprocess.run(self._command(), cwd=PROJECT, env=environment(), capture_output=True, text=True)
        self.usual = time.monotonic() - started
        if done.returncode:
            raise Broken(f"publishing left alone failed: {done.stderr}")
        time.sleep(0.1)
        if strange := reader.end() - {self.before, figures}:
            raise Broken(f"a reader saw {strange}, which is neither {self.before} nor {figures}")
        if differs := unlike(marts_of(self.file), published(self.url, like=self.file)):
            raise Broken("other rows than the file has:\n  " + "\n  ".join(differs[:10]))
        self._forbid_leftovers()
        self.night, self.before = self.night + 1, figures
        file = next_night(self.file, self.folder / f"{self.night}.duckdb", self.night, users=self.draw.choice([1, 50, 2_000]))
        self.file.unlink()
        self.file = file
        return doing

    def kill(self) -> str:
        """Start publishing and kill it; returns how far the database says it had come."""
        in_the_database = self.draw.random() < 0.7
        process = subprocess.Popen(
            self._command(), cwd=PROJECT, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with psycopg.connect(self.url, autocommit=True) as look:
            while in_the_database and process.poll() is None and not self._doing(look):
                time.sleep(0.002)
            time.sleep(self.draw.uniform(0, self.usual * 0.6 if in_the_database else self.usual))
            doing = self._doing(look) or "not in the database"
            has_ended = process.poll() is not None
            process.send_signal(signal.SIGKILL)
            process.wait()
        return "ended before the kill" if has_ended else doing

    def _doing(self, look) -> str | None:
        found = look.execute(
            "select left(query, 24) from pg_stat_activity where application_name = 'headcount publish' and xact_start is not null"
        ).fetchone()
        return " ".join(found[0].split()) if found else None

    def _forbid_leftovers(self) -> None:
        with psycopg.connect(self.url) as look:
            (left,) = look.execute(
                "select count(*) from pg_class where relkind in ('r', 'v') and relname like 'headcount staged%'"
            ).fetchone()
            (twice,) = look.execute("select count(*) from pg_namespace where nspname like 'marts%'").fetchone()
        if left or twice != 1:
            raise Broken(f"{left} tables were left behind, and {twice} schemas are called like the marts")

    def _command(self) -> list[str]:
        return command("publish", "--warehouse", self.file, "--to", self.url)


@contextmanager
def begun(folder: Path, draw: random.Random, warehouse: Path):
    with servers.postgres() as server:
        yield Hunt(server.url(), warehouse, folder, draw)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("publishing", "publishing", KILLS_IN_A_ROW)
    parser.add_argument("--warehouse", type=Path, required=True, help="a file that headcount nightly has made")
    chosen = parser.parse_args(arguments)
    return hunt(chosen, "publishings", KILLS_IN_A_ROW, lambda folder, draw: begun(folder, draw, chosen.warehouse))


if __name__ == "__main__":
    sys.exit(main())
