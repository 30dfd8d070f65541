"""Holds nights against the same nights of another order on another machine, for as long as one likes.

    python -m tests.shuffled                          ten zones, from seed 0 on
    python -m tests.shuffled --count 100 --seed 40    seeds 40 to 139
    python -m tests.shuffled --dbt --count 1          with dbt itself: minutes a zone
    python -m tests.shuffled --count 1 --seed 77 --keep FOLDER

The files of a random landing zone arrive over several nights (tests/support/arriving.py), twice. In the second place every row is
in another file, of another name, at another line, comes as early as it may and at another moment before the night; and the
machine is another: its time zone, locale, hash seed, cores and threads. Every mart has to have the same rows and every export the
same bytes. Exit code 1 when anything differed; a zone takes about 20 s of one core.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from headcount import cli
from headcount.nightly import job
from headcount.project import PROJECT
from tests.support.arriving import Arriving, Night
from tests.support.command import Place, environment
from tests.support.contents import contents, unlike
from tests.support.files import write_rows
from tests.support.finance import in_a_copy
from tests.support.replayed import Replay, record
from tests.support.warehouse import Compiled, compile_project

# Half-hours, the far ends of the day, clocks that change, and one that no machine knows.
ZONES = ("UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "Europe/Lisbon", "Not/AZone")
LOCALES = ("C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8")
FOLDERS = (".", "load_date=2026-11-21", "2026/11", "a b/c/d", "Zz", "ä")


@dataclass(frozen=True)
class Machine:
    """What a machine brings with it and nothing may depend on."""

    zone: str = "UTC"
    locale: str = "C.UTF-8"
    hash_seed: int = 0
    cores: int = 1
    threads: int = 1

    @classmethod
    def drawn(cls, draw: random.Random) -> Machine:
        cores = draw.randint(1, len(os.sched_getaffinity(0)))
        return cls(draw.choice(ZONES), draw.choice(LOCALES), draw.randint(1, 4_294_967_295), cores, draw.randint(1, 4))

    def settings(self) -> dict[str, str]:
        return {"TZ": self.zone, "LC_ALL": self.locale, "PYTHONHASHSEED": str(self.hash_seed)}


def differences(
    recorded: Path | None, folder: Path, seed: int, size: int, is_unsettled: bool = False, only_last: bool = False
) -> tuple[list[str], str]:
    """A line for each row and file that only one of two places has after the last night, and how the second was made.

    `recorded` is the folder of `prepared`; without it dbt builds the models. `only_last`: no night is made before the last.
    """
    draw = random.Random(seed)
    arriving = Arriving(draw, size, is_unsettled)
    for night in arriving.nights[:-1] if only_last else []:
        night.is_made = False
    plain, other = Place(folder / "plain"), Place(folder / "shuffled")
    machine, early = Machine.drawn(draw), moved_forward(arriving, draw)
    for number, night in enumerate(arriving.nights):
        arriving.land(arrives(plain, number), night)
        land_shuffled(arrives(other, number), number, early[number], arriving.formats, draw)
    for place, its_machine in ((plain, Machine()), (other, machine)):
        code, said = start(recorded, place, arriving.nights, its_machine)
        if code:
            return [f"{place.folder.name}: exit {code}: {said[-2000:]}"], str(machine)
    return [*unlike(held(plain), held(other)), *apart(plain, other)], str(machine)


def arrives(place: Place, number: int) -> Path:
    """Where the files wait that arrive before a night."""
    folder = place.folder / "arriving" / str(number)
    folder.mkdir(parents=True)
    return folder


def moved_forward(arriving: Arriving, draw: random.Random) -> list[dict[str, list[dict]]]:
    """The rows that arrive with each night, some of them nights before they have to: what is loaded later is not seen yet."""
    batches = [{table: [] for table in batch} for batch in arriving.batches]
    for number, batch in enumerate(arriving.batches):
        for table, rows in batch.items():
            for row in rows:
                earlier, loaded_at = draw.randint(0, number), row["_loaded_at"]
                unseen = isinstance(loaded_at, datetime) and number > 0 and loaded_at > arriving.nights[number - 1].until
                batches[earlier if unseen and draw.random() < 0.3 else number][table].append(row)
    return batches


def land_shuffled(landing: Path, number: int, batch: dict[str, list[dict]], formats: dict[str, str], draw: random.Random) -> None:
    """The files of a night: tables, files and lines in any order, under any names, with any time of writing."""
    for table in draw.sample(sorted(batch), len(batch)):
        rows = draw.sample(batch[table], len(batch[table]))
        parts = split(rows, draw)
        for part in draw.sample(range(len(parts)), len(parts)):
            folder = landing / table / draw.choice(FOLDERS)
            name = f"{draw.choice('0Aaz_é')}{draw.randrange(10**6)}-{number}-{part}"
            path = write_rows(folder / name, table, parts[part], formats[table])
            os.utime(path, (written := draw.randrange(10**9, 2 * 10**9), written))


def split(rows: list[dict], draw: random.Random) -> list[list[dict]]:
    """The rows in one to three files, none of them empty."""
    files = draw.choice([1, 1, 2, 3])
    return [part for part in (rows[first::files] for first in range(files)) if part]


def start(recorded: Path | None, place: Place, nights: Sequence[Night], machine: Machine) -> tuple[int, str]:
    """The nights of a place in a Python of its own, on that machine; its exit code and what it said."""
    asked = {
        "nights": [place.words("--as-of", night.as_of, *night.words) if night.is_made else [] for night in nights],
        "folder": str(place.folder), "machine": asdict(machine), "recorded": str(recorded) if recorded else None,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.shuffled", "--nights", json.dumps(asked)], cwd=PROJECT, capture_output=True,
        env=environment(**machine.settings()),
    )  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def make_nights(nights: list[list[str]], folder: str, machine: dict, recorded: str | None) -> int:
    """One command after another in this process, on as many cores and threads as it is given, each when its files have
    arrived. What the landing checks say of a zone stops a night before it begins; that is not what is held here."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: machine["cores"]])
    job.check_landing = lambda *_: []
    if recorded:
        job.build_models = remembered(Path(recorded), machine["threads"])
    for number, words in enumerate(nights):
        shutil.copytree(Path(folder) / "arriving" / str(number), Path(folder) / "landing", dirs_exist_ok=True)
        with redirect_stdout(sys.stderr), redirect_stderr(sys.stderr):
            if words and (code := cli.main(words)):
                return code
    return 0


def held(place: Place) -> dict:
    """Every row of every mart."""
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return contents(connection)


def apart(one: Place, other: Place) -> list[str]:
    """A line for each file of the exports that one of them lacks, or has with other bytes."""
    first, second = ({name: what for name, what in place.tree().items() if name.startswith("exports/")} for place in (one, other))
    return [f"exports: {name} differs" for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)]


# -- what is built without dbt ----------------------------------------------------------------


def prepared(folder: Path) -> Path:
    """The project's SQL, compiled and recorded, in a folder that nights of other processes read."""
    compiled = compile_project(folder)
    keep(folder, record(folder / "recorded", compiled))
    return folder


def keep(folder: Path, replay: Replay) -> Path:
    """Write down what a replay has recorded, for nights of other processes; its compiled project is in the folder already."""
    (folder / "going_on.json").write_text(json.dumps(replay.going_on), "utf-8")
    return folder


def remembered(folder: Path, threads: int) -> Replay:
    """What `keep` has written."""
    compiled = Compiled(json.loads((folder / "target" / "manifest.json").read_text("utf-8")))
    going_on = json.loads((folder / "going_on.json").read_text("utf-8"))
    return Replay(compiled, {name: tuple(sql) for name, sql in going_on.items()}, threads)


# -- the command -----------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.shuffled", description="The same nights in another order elsewhere.")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="how many zones")
    parser.add_argument("--size", type=int, default=6, metavar="N", help="accounts in a zone")
    parser.add_argument("--dbt", action="store_true", help="build with dbt itself")
    parser.add_argument("--finance", type=int, nargs="?", const=0, metavar="N", help="with all around a bill, drawn by N")
    parser.add_argument("--unsettled", action="store_true", help="more is learnt about periods that have closed")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the places here")
    parser.add_argument("--nights", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.nights:
        return make_nights(**json.loads(chosen.nights))
    if chosen.finance is not None:
        return in_a_copy("tests.shuffled", chosen, ["--unsettled"])
    differed, begun = 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        recorded = None if chosen.dbt else prepared(Path(made))
        for seed in range(chosen.seed, chosen.seed + chosen.count):
            folder = (chosen.keep or Path(made)) / f"shuffled-{seed}"
            found, machine = differences(recorded, folder, seed, chosen.size, chosen.unsettled)
            if chosen.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            if found:
                differed += 1
                print(f"{replayed_by(seed, chosen.size)}: {machine}\n  " + "\n  ".join(found[:10]), flush=True)
                print(f"  {len(found)} differences", flush=True)
    print(f"{chosen.count} zones, {differed} differed, in {time.monotonic() - begun:.0f} s")
    return 1 if differed else 0


def replayed_by(seed: int, size: int) -> str:
    """The command that makes a zone's nights again."""
    return f"python -m tests.shuffled --seed {seed} --count 1 --size {size}"


if __name__ == "__main__":
    sys.exit(main())
