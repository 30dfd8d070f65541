"""Holds nights that go on one from another against whole builds at the same instants, for as long as one likes.

    python -m tests.nights                            ten seeds, dbt's SQL replayed
    python -m tests.nights --start 40 --count 100     seeds 40 to 139
    python -m tests.nights --start 77 --count 1 --keep FOLDER
    python -m tests.nights --dbt --count 2            with dbt itself and its tests: minutes a seed
    python -m tests.nights --finance 3                with all switched on that happens around a bill, drawn by a number

The files of a random landing zone arrive over several nights, late and otherwise (tests/support/arriving.py). Beside each
night another warehouse is built whole at its instant, with exports of its own: every mart, every judged table, whatever
is kept from night to night, and every byte of the exports have to be equal. Nights are skipped, repeated, killed, made without
export and with other seeds. `--finance` does it in a copy of the project. Exit code 1 when anything differed; a seed takes
about a minute of one core, a large one no more.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing import get_context
from pathlib import Path

import duckdb

from headcount import cli
from headcount.nightly import job, made_with, models
from headcount.nightly.progress import Progress
from headcount.project import PROJECT
from tests.support.arriving import Arriving, Night
from tests.support.command import Place
from tests.support.contents import contents, rows_of, unlike
from tests.support.finance import in_a_copy
from tests.support.replayed import Replay, record
from tests.support.warehouse import compile_project

FORKED = get_context("fork")
# What is kept from night to night beside the marts, and what it is made of.
JUDGED = sorted(path.stem for path in (PROJECT / "models/intermediate/judged").glob("*.sql"))
KEPT = [*JUDGED, "int_package_usage__measured", "int_user_lines__priced"]
NEW_RULESET = "nexudus-2099-01-01"


class Differs(Exception):
    """A night that did not end as it had to."""


def differences(replay: Replay | None, folder: Path, seed: int, size: int, is_unsettled: bool = False) -> tuple[list[str], int]:
    """A line for each row or file that only one of the two has, after the first night where there is one; and how many
    nights were held against each other."""
    draw = random.Random(seed)
    arriving = Arriving(draw, size, is_unsettled)
    nightly, compared = Nightly(replay, folder, draw), 0
    for number, night in enumerate(arriving.nights, 1):
        arriving.land(folder / "landing", night)
        if not night.is_made:
            continue
        try:
            nightly.make(night)
        except Differs as error:
            return [f"night {number}, {night}: {error}"], compared
        found = apart(nightly.differences)
        compared += 1
        if found:
            return [f"night {number}, {night}: {line}" for line in found], compared
    return [], compared


class Nightly:
    """Two places that share a landing zone: nights that go on, and whole ones."""

    def __init__(self, replay: Replay | None, folder: Path, draw: random.Random):
        self.replay, self.draw, self.folder = replay, draw, folder
        self.going_on, self.whole = Place(folder / "going-on"), Place(folder / "whole")
        for place in (self.going_on, self.whole):
            place.landing = folder / "landing"
            place.folder.mkdir(parents=True)
        self.project, self.usual = PROJECT, 3.0

    def make(self, night: Night) -> None:
        words = ["--as-of", night.as_of, *night.words]
        reason = "a whole build, since" if not self.going_on.warehouse.exists() else "going on from"
        if night.has_new_seeds and self.project == PROJECT:
            self.project = with_another_ruleset(self.folder / "project")
            reason = "a whole build, since the seeds" if reason == "going on from" else reason
        for _ in range(night.kills):
            self._start(self.going_on, words, self.draw.uniform(0, self.usual))
        begun = time.monotonic()
        code, said = self._start(self.going_on, words)
        self.usual = time.monotonic() - begun
        # A killed night may have been whole all the same: the next one then goes on from it.
        if code or (reason not in said and not night.kills):
            raise Differs(f"exit {code}, and not {reason!r} in: {said[-2000:]}")
        code, said = self._start(self.whole, [*words, "--full-refresh"])
        if code:
            raise Differs(f"the whole build: exit {code}: {said[-2000:]}")

    def _start(self, place: Place, words: list[str], seconds: float | None = None) -> tuple[int, str]:
        """A night in a process of its own, killed after some seconds; gives its exit code and what it said."""
        said = place.folder / "said"
        process = FORKED.Process(target=run, args=(place.words(*words), said, self.replay, self.project))
        process.start()
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode, said.read_text()

    def differences(self) -> list[str]:
        """A line for each row, and each file of the exports, that only one place has."""
        first, second = held(self.going_on), held(self.whole)
        mine, other = exports_of(self.going_on), exports_of(self.whole)
        files = [f"exports: {name} differs" for name in sorted(mine.keys() | other.keys()) if mine.get(name) != other.get(name)]
        return unlike(first, second) + files


def run(words: list[str], said: Path, replay: Replay | None, project: Path) -> None:
    """The command in this process, which ends with it."""
    made_with.PROJECT = models.PROJECT = project
    # What the landing checks say of a zone stops a night before it begins; that is not what is held here.
    job.check_landing = lambda *_: []
    if replay:
        job.build_models = replay
    with open(said, "w", buffering=1) as out, redirect_stdout(out), redirect_stderr(out):
        job.Progress = lambda: Progress(out)
        sys.exit(cli.main(words))


def held(place: Place) -> dict[str, Counter]:
    """Every mart, and the tables that are kept or judged."""
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        files = connection.execute("select * exclude (first_read_as_of) from marts.landing_files").fetchall()
        kept = {table: rows_of(connection, table, schema="intermediate") for table in KEPT}
        return contents(connection) | {"landing_files": Counter(files)} | kept


def exports_of(place: Place) -> dict[str, str]:
    """The files of the exports with the hashes of their bytes."""
    return {name: content for name, content in place.tree().items() if name.startswith("exports/")}


def with_another_ruleset(folder: Path) -> Path:
    """A copy of the project in which a ruleset of a far year is added: what-ifs of periods that have closed are more."""
    for name in ("models", "macros", "seeds", "tests", "docs", "headcount", "analyses"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "python"))
    for name in ("dbt_project.yml", ".dbtignore"):
        shutil.copy(PROJECT / name, folder)
    for name in ("rule_rulesets", "rule_conditions"):
        path = folder / "seeds" / "rules" / f"{name}.csv"
        rows = [line for line in path.read_text().splitlines(keepends=True) if line.startswith("nexudus-2022-11-02,")]
        more = "".join(rows).replace("nexudus-2022-11-02,", f"{NEW_RULESET},").replace(",2022-11-02,", ",2099-01-01,")
        path.write_text(path.read_text() + more)
    return folder


def apart(work: Callable, *arguments):
    """The result of some work in a process of its own: a process that had DuckDB's threads is not one to fork."""
    with ProcessPoolExecutor(1, mp_context=FORKED) as worker:
        return worker.submit(work, *arguments).result()


# -- the command -----------------------------------------------------------------------------


def prepared(folder: Path) -> Replay:
    """The project's SQL, recorded."""
    return record(folder / "recorded", compile_project(folder))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.nights", description="Nights one after another against whole builds.")
    parser.add_argument("--dbt", action="store_true", help="build with dbt itself")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="how many seeds")
    parser.add_argument("--size", type=int, default=6, metavar="N", help="accounts in a zone")
    parser.add_argument("--finance", type=int, nargs="?", const=0, metavar="N", help="with all around a bill, drawn by N")
    parser.add_argument("--unsettled", action="store_true", help="more is learnt about periods that have closed")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the places here")
    chosen = parser.parse_args(arguments)
    if chosen.finance is not None:
        return in_a_copy("tests.nights", chosen, ["--unsettled"])
    differed, nights, begun = 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        replay = None if chosen.dbt else apart(prepared, Path(made))
        for seed in range(chosen.start, chosen.start + chosen.count):
            folder = (chosen.keep or Path(made)) / f"nights-{seed}"
            found, compared = differences(replay, folder, seed, chosen.size, chosen.unsettled)
            nights += compared
            if chosen.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            if found:
                differed += 1
                print(f"{replayed_by(seed, chosen.size)}\n  " + "\n  ".join(found[:10]), flush=True)
                print(f"  {len(found)} differences", flush=True)
    print(f"{chosen.count} seeds, {nights} nights compared, {differed} differed, in {time.monotonic() - begun:.0f} s")
    return 1 if differed else 0


def replayed_by(seed: int, size: int) -> str:
    """The command that makes a seed's nights again."""
    return f"python -m tests.nights --start {seed} --count 1 --size {size}"


if __name__ == "__main__":
    sys.exit(main())
