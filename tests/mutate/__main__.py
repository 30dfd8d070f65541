"""Changes the rules and the SQL in one line at a time, and says which check of `make test` sees each, and which change none does.

    python -m tests.mutate --count 200 --seed 1       of all changes of models, macros and rule seeds, so many at random
    python -m tests.mutate --seeds-only               each cell of the rule seeds
    python -m tests.mutate --only models/marts        every change of files whose path begins so
    python -m tests.mutate --only macros/nights --nights --again
                                                      what only nights that go on show: two to four minutes a change
    python -m tests.mutate --report                   what is known so far, and nothing run

Results are kept in build/mutate/results.jsonl; a change that stands there is not run again, unless --again asks for it. dbt reads
the project once in each of `--jobs` processes, landing zones are built once, and of each change only the models that it changes,
and those whose input has other rows then. Survivors are listed with the models in which they change rows. Those that no
check can see stand in tests/mutate/explained.toml with the reason. Exit code 1 where a change of a rule seed has survived, or
fewer than 95 of 100 changes are seen.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.mutate import results
from tests.mutate.cells import cells
from tests.mutate.texts import mutants
from tests.mutate.trial import open_bench, tried


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutate", description="Changes rules and SQL, and sees who sees it.")
    parser.add_argument("--count", type=int, metavar="N", help="so many of the changes, drawn at random; without it all")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="of the draw")
    parser.add_argument("--only", default="", metavar="PATH", help="files whose path begins so")
    parser.add_argument("--seeds-only", action="store_true", help="cells of the rule seeds")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes")
    parser.add_argument("--again", action="store_true", help="also those that have survived before and are not explained")
    parser.add_argument("--nights", action="store_true", help="where only nights show a change, their tests in a copy")
    parser.add_argument("--report", action="store_true", help="run nothing")
    chosen = parser.parse_args(arguments)

    every = cells() + mutants()
    drawn = changes = [one for one in every if one.path.startswith("seeds/" if chosen.seeds_only else chosen.only)]
    if chosen.count is not None:
        drawn = random.Random(chosen.seed).sample(changes, min(chosen.count, len(changes)))
    known, explained = results.known(), results.Explained()
    waiting = [] if chosen.report else [
        change for change in drawn
        if change.key not in known or (chosen.again and not known[change.key]["by"] and not explained.reason(change))
    ]  # fmt: skip
    if waiting:
        print(f"{len(waiting)} changes of {len(changes)} to try", flush=True)
        # At random, so that a run that is stopped says something of all; those that survived before come first.
        random.Random(0).shuffle(waiting)
        _run(sorted(waiting, key=lambda change: change.key not in known), chosen.jobs, chosen.nights)
    return results.report(results.known(), drawn, every)


def _run(waiting: list, jobs: int, has_nights: bool) -> None:
    begun, seen = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(
        min(jobs, len(waiting)), mp_context=get_context("spawn"), initializer=open_bench, initargs=(folder, has_nights)
    ) as workers:
        for number, row in enumerate(workers.map(tried, waiting), 1):
            results.keep(row)
            seen += bool(row["by"])
            if not row["by"]:
                print(results.line(row), flush=True)
            if number % 50 == 0:
                print(f"{number} of {len(waiting)}, {seen} seen, {time.monotonic() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main())
