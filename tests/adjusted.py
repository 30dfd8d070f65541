"""Holds adjustments against what the later closings of each period would have billed, on random landing zones (P7).

    python -m tests.adjusted                            ten landing zones, from seed 0 on
    python -m tests.adjusted --start 40 --count 100     seeds 40 to 139

Each zone is built at its last instant with rulesets that bill corrections, pay them back or show them, over different
numbers of periods. The oracle counts each closed period with what was known when each of its next ones closed; lines and
adjustments together have to come to that count on the period's rate card, under `credit` never to more than was billed.
The same lines have to stand at an earlier instant already, as far as their periods had closed by then. Exit code 1 when
anything differed; a zone takes about 10 s of one core.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from tests.fuzz import spelled
from tests.oracle.billing import Billing
from tests.oracle.judging import Judged
from tests.oracle.marts import Run
from tests.oracle.periods import Period
from tests.oracle.random_landing import FORMATS, write_random_landing
from tests.oracle.reading import read_landing
from tests.oracle.seeds import Prices, Rules
from tests.oracle.small_landing import SEEDS
from tests.support.corrected import RULESETS, corrected_seeds, rulesets
from tests.support.warehouse import Compiled, build, compile_project

Key = tuple[str, str, datetime]


class History:
    """What a closed period came to as each of its next ones closed, counted and rated by the oracle."""

    def __init__(self, landing: Path, as_of: datetime, seeds: Path):
        self.run = Run(Judged(read_landing(landing), as_of, Rules(seeds)))
        self.billing = Billing(self.run.judged, self.run.verdicts, Prices(seeds))
        self.words = {row["ruleset_id"]: (row["corrections"], int(row["corrections_periods"] or 3))
                      for row in rulesets(seeds / RULESETS)}  # fmt: skip

    def rated(self, period: Period, users: int) -> Decimal:
        return sum((line["amount"] for line in self.billing._lines_of_users(period, users)), Decimal(0))

    def targets(self) -> dict[Key, tuple[str, Decimal, list[Decimal]]]:
        """Of each closed period with a rate card its word, what was billed, and what was due at each later closing."""
        found = {}
        for periods in self.run.periods.values():
            for number, period in enumerate(periods):
                word, later = self.words[period.ruleset.ruleset_id]
                if period.status != "closed" or not self.billing.tiers(period):
                    continue
                due = []
                for other in periods[number + 1 : number + 1 + later] if word != "show" else ():
                    if other.status != "closed":
                        break
                    due.append(self.rated(period, len(self.run.counter.verdict(period, other.cutoff).counted)))
                place = period.place
                billed = self.rated(period, len(self.run.verdicts[period].counted))
                found[place.account_id, place.location_id, period.start] = word, billed, due
        return found


def made_of(connection) -> dict[Key, tuple[Decimal, list[Decimal]]]:
    """What the lines of each period say: billed, and each adjustment in turn."""
    rows = connection.execute(
        "select account_id, location_id, period_start_at, line_kind = 'adjustment', amount from marts.fct_billing_lines "
        "where line_kind in ('active_users', 'adjustment') order by billed_at"
    ).fetchall()
    found: dict[Key, tuple[Decimal, list[Decimal]]] = {}
    for *key, is_adjustment, amount in rows:
        billed, adjusted = found.get(tuple(key), (Decimal(0), []))
        found[tuple(key)] = (billed, [*adjusted, amount]) if is_adjustment else (billed + amount, adjusted)
    return found


def wrong(targets: dict, lines: dict, seen: Counter) -> list[str]:
    """A line for each period whose lines and adjustments do not come to what its word and its later closings say."""
    found = [f"{key}: has lines and no rate card or has not closed" for key in lines if key not in targets]
    for key, (word, billed, due) in targets.items():
        was, adjusted = lines.get(key, (Decimal(0), []))
        aims = [amount if word == "both" else min(amount, billed) for amount in due]
        steps = [aim - before for before, aim in zip([billed, *aims], aims, strict=False)]
        if was != billed or adjusted != [step for step in steps if step]:
            found.append(f"{key}, {word}: billed {was} and adjusted {adjusted}; should be {billed} and {steps}")
        if word == "credit" and sum(adjusted) > 0:
            found.append(f"{key}, {word}: more than was billed")
        seen[word] += bool(adjusted)
        seen["lines"] += len(adjusted)
    return found


def disagreements(compiled: Compiled, folder: Path, seed: int, size: int, seen: Counter) -> list[str]:
    """What is wrong in a zone at its last instant, and what of an earlier one is not there any more."""
    draw = random.Random(seed)
    instants = write_random_landing(folder / "landing", draw, FORMATS[seed % len(FORMATS)], size)
    ids = [row["ruleset_id"] for row in rulesets(SEEDS / RULESETS)]
    words = {one: (draw.choice(("both", "both", "credit", "credit", "show")), draw.choice(("", "1", "2", "6"))) for one in ids}
    seeds = corrected_seeds(SEEDS, folder / "seeds", words)
    last, earlier = max(instants), draw.choice(instants)
    with build(compiled, folder / "landing", spelled(last), seeds=seeds) as connection:
        found = wrong(History(folder / "landing", last, seeds).targets(), made_of(connection), seen)
        lines = set(connection.execute("select * from marts.fct_billing_lines where line_kind = 'adjustment'").fetchall())
        users = set(connection.execute("select * from marts.fct_billing_adjustment_users").fetchall())
    with build(compiled, folder / "landing", spelled(earlier), seeds=seeds) as connection:
        there = set(connection.execute("select * from marts.fct_billing_lines where line_kind = 'adjustment'").fetchall())
        who = set(connection.execute("select * from marts.fct_billing_adjustment_users").fetchall())
        found += [f"as of {earlier} there was {row}" for row in sorted((there - lines) | (who - users), key=str)]
        found += wrong(History(folder / "landing", earlier, seeds).targets(), made_of(connection), Counter())
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.adjusted", description="Adjustments against the oracle's counts.")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=10, metavar="N", help="how many seeds")
    parser.add_argument("--size", type=int, default=6, metavar="N", help="accounts in a zone")
    chosen = parser.parse_args(arguments)
    seen, differed, begun = Counter(), 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        compiled = compile_project(Path(made))
        for seed in range(chosen.start, chosen.start + chosen.count):
            with tempfile.TemporaryDirectory() as folder:
                found = disagreements(compiled, Path(folder), seed, chosen.size, seen)
            if found:
                differed += 1
                print(f"python -m tests.adjusted --start {seed} --count 1 --size {chosen.size}\n  " + "\n  ".join(found[:10]))
    print(f"{chosen.count} landing zones, {differed} differed; {seen['lines']} adjustments, of {seen['both']} periods under "
          f"both and {seen['credit']} under credit; in {time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
    return 1 if differed else 0


if __name__ == "__main__":
    sys.exit(main())
