"""What the hunts that kill something at random instants share: their options, their rounds, and how they end."""

import argparse
import random
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path


class Broken(Exception):
    """A promise that did not hold."""


def options(name: str, what: str, times: int) -> argparse.ArgumentParser:
    """The options of the hunt `python -m tests.NAME`, which kills `what`."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.{name}", description=f"Kills {what}, then looks.")
    parser.add_argument("--times", type=int, default=times, metavar="N", help="how many to kill")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of what is drawn, the instants among it")
    return parser


def hunt(chosen, what: str, in_a_row: int, begun: Callable[[Path, random.Random], AbstractContextManager]) -> int:
    """Rounds of kills until as many were killed as asked for. Returns the exit code.

    `begun` makes, in a folder of its own, what has a `round(kills)`: that gives what each of so many was doing, beginning with
    "ended" where it had ended before the kill, and raises Broken.
    """
    draw, done = random.Random(chosen.seed), 0
    try:
        with tempfile.TemporaryDirectory() as folder, begun(Path(folder), draw) as hunted:
            while done < chosen.times:
                doing = hunted.round(min(draw.randint(1, in_a_row), chosen.times - done))
                done += sum(not what.startswith("ended") for what in doing)
                print(f"{done:4} killed; the last while: {', '.join(doing)}", flush=True)
    except Broken as broken:
        print(f"after {done} kills: {broken}")
        return 1
    print(f"{done} {what} killed, each made good by the next")
    return 0
