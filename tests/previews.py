"""Holds previews against the invoices that then come, for as long as one likes.

    python -m tests.previews                          twelve seeds
    python -m tests.previews --start 40 --count 100   seeds 40 to 139
    python -m tests.previews --start 77 --count 1 --keep FOLDER

Of a random landing zone there is what was loaded by some night; all that comes after it are platform invoices of every
account at one instant, then or later. A preview of that instant has to show the lines, counts and exceptions of the night in
which all of it has long been billed, to the last digit, and to leave the warehouse as it was. dbt's SQL is recorded once and
replayed. Exit code 1 when anything differed; a seed takes about 15 s of one core.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from headcount import cli, run
from headcount.nightly import job
from headcount.nightly.progress import Progress
from headcount.preview import job as preview_job
from headcount.warehouse import attached
from tests.nights import FORKED, apart, prepared
from tests.oracle.contract import TABLES
from tests.oracle.random_story import HOUR, Story
from tests.support.command import Place
from tests.support.files import write_rows
from tests.support.replayed import Replay

# By then every charge is final and every period that ended has closed.
LONG = timedelta(days=500)
RULESETS = ("nexudus-2022-11-02", "nexudus-2026-04-21")

# What a preview is held against: what of a warehouse is billed up to an instant, for good.
_BILLED = {
    "lines": "select * from marts.fct_billing_lines where billed_at <= $1",
    "counts": """
        select account_id, location_id, period_start_at, period_end_at, active_users, registered_customers, periods.ruleset_id
        from marts.dim_billing_periods as periods
        inner join marts.fct_active_user_counts as counts using (account_id, location_id, period_start_at)
        where period_end_at <= $1 and periods.period_status = 'closed'
    """,
    # Those of charges up to the instant, and of periods that have ended.
    "exceptions": """
        select account_id, location_id, period_start_at, subscription_id, charge_number, exception, detail
        from marts.billing_exceptions
        left join marts.dim_billing_periods as periods using (account_id, location_id, period_start_at)
        left join marts.fct_package_charges as charges using (subscription_id, charge_number)
        where coalesce(charges.charged_at, case when exception = 'no_rate_card' then period_end_at end, period_start_at) <= $1
    """,
}


@dataclass
class Held:
    """What came of a seed: a line for each difference, and how many periods since invoices and lines were held."""

    differences: list[str]
    periods: int = 0
    lines: int = 0


def held(replay: Replay, folder: Path, seed: int, size: int) -> Held:
    """A night, a preview, the invoices, and a night long after them."""
    shutil.rmtree(folder, ignore_errors=True)
    draw = random.Random(seed)
    story = Story(draw, size, allows_garbage=True)
    as_of = _an_instant(story, draw)
    ends_at = _an_end(story, as_of, draw)
    place = Place(folder)
    for table, rows in story.rows.items():
        known = [row for row in rows if not isinstance(row["_loaded_at"], datetime) or row["_loaded_at"] <= as_of]
        if known:
            write_rows(place.landing / table / "part-0", table, known, draw.choice(("csv", "ndjson", "parquet_text")))
    place.landing.mkdir(parents=True, exist_ok=True)
    # A warehouse under another ruleset is previewed under it.
    ruleset = ["--ruleset", draw.choice(RULESETS)] if draw.random() < 0.1 else []
    words = place.words("--no-export", *ruleset, "--as-of")
    _started(replay, place, [*words, _spelled(as_of)])
    before = hashlib.sha256(place.warehouse.read_bytes()).hexdigest()
    bill = apart(_previewed, replay, place, ends_at)
    if hashlib.sha256(place.warehouse.read_bytes()).hexdigest() != before:
        return Held(["the preview has changed the warehouse"])
    earlier = apart(_billed, place.warehouse, ends_at)
    _land_invoices(place, story, as_of, ends_at, draw)
    _started(replay, place, [*words, _spelled(ends_at + LONG)])
    return apart(_compared, place.warehouse, bill, earlier, ends_at)


def _an_instant(story: Story, draw: random.Random) -> datetime:
    marks = [mark for account in story.accounts for mark in account.marks if mark > story.start]
    instant = story.start + (story.end - story.start) * draw.uniform(0.3, 1)
    return (draw.choice(marks) if marks and draw.random() < 0.3 else instant).replace(microsecond=0)


def _an_end(story: Story, as_of: datetime, draw: random.Random) -> datetime:
    """At once, or at a mark to come, or some while later."""
    marks = [mark for account in story.accounts for mark in account.marks if mark > as_of]
    later = as_of + timedelta(hours=draw.choice([1, 5, 30, 200, 1500]), microseconds=draw.choice([0, 0, 1]))
    return draw.choice([as_of, later, draw.choice(marks or [later])])


def _land_invoices(place: Place, story: Story, as_of: datetime, ends_at: datetime, draw: random.Random) -> None:
    """Of every account, or of each of its locations; known within a day, and after the preview."""
    rows = []
    for account in story.accounts:
        locations = account.locations if account.locations and draw.random() < 0.3 else [None]
        for location in locations:
            loaded_at = max(ends_at + draw.choice([0, 1, 24]) * HOUR, as_of + timedelta(seconds=1))
            row = dict.fromkeys(TABLES["platform_invoices"].names)
            row |= {"platform_invoice_id": f"came-{len(rows)}", "account_id": account.account_id, "location_id": location}
            rows.append(row | {"invoiced_at": ends_at, "_loaded_at": loaded_at})
    folder = place.landing / "platform_invoices"
    first = next(iter(folder.rglob("part-0*")), None)
    kind = {".csv": "csv", ".ndjson": "ndjson", ".parquet": "parquet_text"}[first.suffix] if first else "csv"
    write_rows(folder / "came", "platform_invoices", rows, kind)


def _started(replay: Replay, place: Place, words: list[str]) -> None:
    said = place.folder / "said"
    process = FORKED.Process(target=_night, args=(replay, words, said))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{' '.join(words)}: exit {process.exitcode}: {said.read_text()[-2000:]}")


def _night(replay: Replay, words: list[str], said: Path) -> None:
    """A night in this process, which ends with it. It may lie ahead: this is about what a night says, not when it is made."""
    run.now = lambda: datetime(2999, 1, 1, tzinfo=UTC)
    job.check_landing = lambda *_: []
    job.build_models = replay
    with open(said, "w", buffering=1) as out:
        sys.stdout = sys.stderr = out
        job.Progress = lambda: Progress(out)
        sys.exit(cli.main(words))


def _previewed(replay: Replay, place: Place, ends_at: datetime) -> dict[str, list[dict]]:
    preview_job.build_models = lambda *arguments: replay(*arguments[:5])
    with open(place.folder / "said", "w", buffering=1) as out:
        preview_job.Progress = lambda: Progress(out)
        bill = preview_job.previewed(place.landing, place.warehouse, _spelled(ends_at), [])
    return {name: bill.rows(name) for name in bill.tables}


def _billed(warehouse: Path, ends_at: datetime) -> dict[str, tuple[list[str], Counter]]:
    """The columns and rows of what is billed."""
    said = {}
    with attached(warehouse) as connection:
        for name, sql in _BILLED.items():
            found = connection.execute(sql, [ends_at])
            said[name] = [column[0] for column in found.description], Counter(found.fetchall())
    return said


def _compared(warehouse: Path, bill: dict[str, list[dict]], earlier: dict, ends_at: datetime) -> Held:
    bill["counts"] = [row for row in bill["counts"] if row["status_then"] == "closed"]
    differences = []
    for name, (columns, rows) in _billed(warehouse, ends_at).items():
        previewed = Counter(tuple(row[column] for column in columns) for row in bill[name])
        differences += _unlike(name, previewed, rows - earlier[name][1])
    return Held(differences, sum(row["period_end_at"] == ends_at for row in bill["counts"]), len(bill["lines"]))


def _unlike(name: str, previewed: Counter, billed: Counter) -> list[str]:
    said = [f"{name}: only previewed: {row}" for row in sorted(previewed - billed, key=repr)]
    return said + [f"{name}: only billed: {row}" for row in sorted(billed - previewed, key=repr)]


def _spelled(instant: datetime) -> str:
    return f"{instant.isoformat()}Z"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.previews", description="Previews against the invoices that come.")
    parser.add_argument("--start", type=int, default=0, metavar="N", help="the first seed")
    parser.add_argument("--count", type=int, default=12, metavar="N", help="how many seeds")
    parser.add_argument("--size", type=int, default=8, metavar="N", help="accounts in a zone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the places here")
    chosen = parser.parse_args(arguments)
    differed, periods, lines, begun = 0, 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory() as made:
        replay = apart(prepared, Path(made))
        for seed in range(chosen.start, chosen.start + chosen.count):
            folder = (chosen.keep or Path(made)) / f"preview-{seed}"
            found = held(replay, folder, seed, chosen.size)
            periods, lines = periods + found.periods, lines + found.lines
            if chosen.keep is None:
                shutil.rmtree(folder, ignore_errors=True)
            if found.differences:
                differed += 1
                print(f"{replayed_by(seed, chosen.size)}\n  " + "\n  ".join(found.differences[:10]), flush=True)
                print(f"  {len(found.differences)} differences", flush=True)
    print(
        f"{chosen.count} seeds, {periods} periods and {lines} lines previewed, {differed} seeds differed, "
        f"in {time.monotonic() - begun:.0f} s"
    )
    return 1 if differed else 0


def replayed_by(seed: int, size: int) -> str:
    """The command that makes a seed's preview again."""
    return f"python -m tests.previews --start {seed} --count 1 --size {size}"


if __name__ == "__main__":
    sys.exit(main())
