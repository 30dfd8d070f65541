"""Kills nights at random instants (kill -9) and looks at what the next one makes of it.

    python -m tests.kill                          one round: a few kills in a row, then a night that is left alone
    python -m tests.kill --times 50 --seed 3      until 50 nights were killed
    python -m tests.kill --finance 3              with all switched on that happens around a bill, drawn by a number

After every kill the warehouse is the old one or the whole new one, and every export that stands is complete. After the
night that is left alone the marts are those of nights that nobody killed, and the exports together hold each billing
line and each alert once. Half of the kills fall anywhere in a night, half while it exports and publishes.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from tests.oracle.random_story import Story
from tests.support.command import Place, started
from tests.support.contents import contents, unlike
from tests.support.exports import alerts_in_ledger, exported, exported_alerts, ledger
from tests.support.finance import in_a_copy
from tests.support.killing import Broken, hunt, options
from tests.support.nights import STORY, UNSETTLED, instant, land

KILLS_IN_A_ROW = 8
ENDED = "ended before the kill"


def marts_of(place: Place) -> dict[str, Counter]:
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        return contents(connection)


def make(place: Place, as_of: str) -> float:
    """A night that is left alone; returns how long it took."""
    begun = time.monotonic()
    done = place.night(as_of)
    if done.returncode:
        raise Broken(f"a night left alone failed with {done.returncode}: {done.stderr}{done.stdout}")
    return time.monotonic() - begun


def kill(place: Place, as_of: str, draw: random.Random, usual: float) -> str:
    """Start a night and kill it with all it has started; returns what it was doing."""
    heard = place.folder / "heard"
    at_the_end = draw.random() < 0.5
    heard.touch()
    process = started(place.words("--as-of", as_of), heard, heard)
    if at_the_end:
        while process.is_alive() and "] export" not in heard.read_text():
            time.sleep(0.005)
    process.join(draw.uniform(0, 1.5 if at_the_end else usual))
    ended = process.exitcode
    if ended is None:
        # It may not have come to the head of its group yet.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()
    steps = [line for line in heard.read_text().splitlines() if line.startswith("[")]
    heard.unlink()
    if ended:
        raise Broken(f"a night failed before it was killed: {steps[-1:]}")
    return ENDED if ended == 0 else steps[-1].split("] ", 1)[1] if steps else "starting"


def look(place: Place, before: str | None, whole: dict[str, Counter]) -> None:
    """After a kill: the old warehouse or the whole new one, and only complete exports."""
    now = place.tree().get(place.warehouse.name)
    if now != before and unlike(marts_of(place), whole):
        raise Broken("the warehouse is neither the old one nor the new one")
    for folder in place.exports.glob("*/*"):
        is_one = folder.name.startswith("as_of=")
        if is_one and not (folder / "manifest.json").exists():
            raise Broken(f"{folder.name} looks like an export and is none")
    twice = [line for line, times in (exported(place.exports) + exported_alerts(place.exports)).items() if times > 1]
    if twice:
        raise Broken(f"lines exported twice: {twice[:3]}")


class Hunt:
    """Nights that nobody killed, and rounds of killed ones to hold against them."""

    def __init__(self, folder: Path, draw: random.Random, story: Story = STORY):
        self.folder, self.draw = folder, draw
        self.fresh = Place(folder / "fresh")
        land(self.fresh.landing, 1, story)
        second = self.fresh.copy(folder / "second")
        make(second, instant(1, story))
        land(second.landing, 2, story)
        land(self.fresh.landing, 2, story)
        left_alone = second.copy(folder / "left-alone")
        self.as_of = instant(2, story)
        self.usual = make(left_alone, self.as_of)
        self.second, self.whole, self.lines = second, marts_of(left_alone), exported(left_alone.exports)
        self.alerts = exported_alerts(left_alone.exports)
        if not self.alerts:
            raise Broken("the nights left alone export no alert")
        if not self.lines or set(self.lines.values()) != {1} or self.lines == exported(second.exports):
            raise Broken("the nights left alone export no line, a line twice, or nothing in the second night")
        adjusted = {row[0] for row in self.whole["fct_billing_lines"] if "adjustment" in row}
        if story is UNSETTLED and not adjusted & self.lines.keys():
            raise Broken("the nights left alone export no adjustment")

    def round(self, kills: int) -> list[str]:
        """Some kills in a row, then a night left alone. Returns what each killed night was doing."""
        start = self.draw.choice([self.second, self.second, self.fresh])
        place = start.copy(self.folder / "round")
        doing = []
        for _ in range(kills):
            before = place.tree().get(place.warehouse.name)
            doing.append(kill(place, self.as_of, self.draw, self.usual))
            look(place, before, self.whole)
        make(place, self.as_of)
        differs = unlike(self.whole, marts_of(place))
        if differs:
            raise Broken("other marts than without a kill:\n  " + "\n  ".join(differs[:10]))
        if exported(place.exports) != self.lines:
            raise Broken("other lines exported than without a kill")
        if Counter(ledger(place.exports).keys()) != self.lines:
            raise Broken("the ledger does not hold the lines that have left")
        if start is self.second and exported_alerts(place.exports) != self.alerts:
            raise Broken("other alerts exported than without a kill")
        if exported_alerts(place.exports) != Counter(alerts_in_ledger(place.exports).keys()):
            raise Broken("the ledger does not hold each alert that has left once")
        shutil.rmtree(place.folder)
        return doing


@contextmanager
def begun(folder: Path, draw: random.Random, story: Story):
    found = Hunt(folder, draw, story)
    print(f"a night left alone takes {found.usual:.0f} s", flush=True)
    yield found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options("kill", "nights", KILLS_IN_A_ROW)
    parser.add_argument("--finance", type=int, nargs="?", const=0, metavar="N", help="with all around a bill, drawn by N")
    parser.add_argument("--unsettled", action="store_true", help="more is learnt about periods that have closed")
    chosen = parser.parse_args(arguments)
    if chosen.finance is not None:
        return in_a_copy("tests.kill", chosen, ["--unsettled"])
    story = UNSETTLED if chosen.unsettled else STORY
    return hunt(chosen, "nights", KILLS_IN_A_ROW, lambda folder, draw: begun(folder, draw, story))


if __name__ == "__main__":
    sys.exit(main())
