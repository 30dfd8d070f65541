"""Holds the models against the oracle on random landing zones, for as long as one likes.

    python -m tests.fuzz                              ten landing zones, from seed 0 on
    python -m tests.fuzz --start 500 --count 1000     seeds 500 to 1499, each in a format of its own
    python -m tests.fuzz --start 77 --count 1 --size 8 --format csv --keep FOLDER
    python -m tests.fuzz --finance                    with all switched on that happens around a bill

A zone's seed, size and format are all it takes to make it again. Each is built at every instant its maker names, and
once under another ruleset. With `--finance` each zone has seeds of its own: corrections that become money, holds of every
measure, thresholds; more is learnt late, and what a period is closed with is held against every later instant. Exit
code 1 when anything differed; a zone takes about 10 s of one core.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.oracle import marts
from tests.oracle.random_landing import FORMATS, write_random_landing
from tests.oracle.seeds import Rules
from tests.oracle.small_landing import SEEDS
from tests.support.closed import Closed
from tests.support.differences import differences
from tests.support.finance import seeds_with_it
from tests.support.warehouse import Compiled, build, compile_project


def spelled(instant: datetime) -> str:
    """An instant as `--as-of` takes it."""
    return instant.isoformat() + "Z"


def disagreements(
    compiled: Compiled, folder: Path, seed: int, size: int, file_format: str, has_finance: bool = False
) -> list[str]:
    """A line for each row that only the models or only the oracle have, at any of the zone's instants."""
    draw = random.Random(seed)
    instants = write_random_landing(folder, draw, file_format, size, has_finance)
    seeds = seeds_with_it(folder.with_name(f"{folder.name}-seeds"), random.Random(seed)) if has_finance else SEEDS
    runs: list[tuple[datetime, str | None]] = [(instant, None) for instant in instants]
    runs.append((draw.choice(instants), draw.choice(Rules(seeds).rulesets).ruleset_id))
    found, closed = [], Closed()
    for as_of, ruleset in runs:
        expected = marts.evaluate(folder, as_of, seeds, ruleset)
        with build(compiled, folder, spelled(as_of), ruleset, seeds) as connection:
            under = f" under {ruleset}" if ruleset else ""
            found += [f"as of {spelled(as_of)}{under}: {line}" for line in differences(connection, expected)]
            if has_finance and not ruleset:
                found += closed.held_against(connection, as_of)
    return found


def replay(seed: int, size: int, file_format: str, has_finance: bool = False) -> str:
    """The command that makes a zone again."""
    finance = " --finance" if has_finance else ""
    return f"python -m tests.fuzz{finance} --start {seed} --count 1 --size {size} --format {file_format}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Models against oracle, zone by zone.")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="how many seeds")
    parser.add_argument("--size", type=int, default=6, metavar="N", help="accounts in a zone")
    parser.add_argument("--format", choices=FORMATS, help="of the files; without it each seed has its own")
    parser.add_argument("--finance", action="store_true", help="with adjustments, holds and thresholds switched on")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the landing zones here")
    chosen = parser.parse_args(arguments)
    differed = 0
    with tempfile.TemporaryDirectory() as made:
        compiled = compile_project(Path(made))
        begun = time.monotonic()
        for seed in range(chosen.start, chosen.start + chosen.count):
            file_format = chosen.format or FORMATS[seed % len(FORMATS)]
            folder = (chosen.keep or Path(made)) / f"zone-{seed}"
            found = disagreements(compiled, folder, seed, chosen.size, file_format, chosen.finance)
            if chosen.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            if found:
                differed += 1
                print(f"{replay(seed, chosen.size, file_format, chosen.finance)}\n  " + "\n  ".join(found[:10]), flush=True)
                print(f"  {len(found)} rows differ", flush=True)
        seconds = time.monotonic() - begun
    print(f"{chosen.count} landing zones, {differed} differed, in {seconds:.0f} s")
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
