"""A random landing zone whose files arrive over several nights, with all that can come late."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.mixed import spoiled
from tests.oracle.contract import TABLES
from tests.oracle.random_story import HOUR, Story
from tests.support.files import write_rows

FORMATS = ("csv", "ndjson", "parquet_text", "csv.gz")
PARENTS = ("accounts", "locations", "customers", "teams", "invoices", "subscriptions")


@dataclass
class Night:
    """One night: `is_made` when it is not skipped, though its files arrive; `kills` before it is left alone."""

    until: datetime
    is_made: bool = True
    is_repeated: bool = False
    words: tuple[str, ...] = ()
    kills: int = 0
    has_new_seeds: bool = False

    @property
    def as_of(self) -> str:
        return f"{self.until:%Y-%m-%dT%H:%M:%SZ}"

    def __str__(self) -> str:
        more = [*self.words, *["repeated"] * self.is_repeated, *["killed before"] * bool(self.kills)]
        return ", ".join([f"as of {self.as_of}", *more, *["new seeds"] * self.has_new_seeds])


class Arriving:
    """The nights and the rows of a story. Beside what it holds, of itself late, repeated and rotten: parents come after
    their children, rows come again or otherwise when their periods have closed, some stand in a file before the
    instant at which they were loaded, and of some nobody can say when that was."""

    def __init__(self, draw: random.Random, size: int, is_unsettled: bool = False):
        self.draw = draw
        self.story = Story(draw, size, True, is_unsettled)
        self.nights = self._nights()
        self._delay_parents()
        self._spoil_later()
        self.batches = self._batches()
        self.formats = {table: draw.choice(FORMATS) for table in TABLES}
        # A warehouse under another ruleset goes on like any other, and exports nothing.
        ruleset = draw.choice(("nexudus-2022-11-02", "nexudus-2026-04-21"))
        if draw.random() < 0.1:
            for night in self.nights:
                night.words = ("--ruleset", ruleset)

    def land(self, landing: Path, night: Night) -> None:
        """Add the files of a night."""
        number = self.nights.index(night)
        landing.mkdir(exist_ok=True)
        for table, rows in self.batches[number].items():
            halves = [rows[::2], rows[1::2]] if self.draw.random() < 0.3 else [rows]
            for part, some in enumerate(halves):
                if some:
                    write_rows(landing / table / f"night={number}" / f"part-{part}", table, some, self.formats[table])

    # -- when -------------------------------------------------------------------------------

    def _nights(self) -> list[Night]:
        draw, story = self.draw, self.story
        marks = [mark for account in story.accounts for mark in account.marks if mark > story.start]
        instants = {story.start + (story.end - story.start) * draw.uniform(0.2, 1.1) for _ in range(draw.randint(2, 4))}
        instants |= {draw.choice(marks or [story.end]) + draw.choice([0, 24, 24, 48]) * HOUR}
        instants |= {story.end + timedelta(days=draw.choice([2, 40, 70]))}
        nights = []
        for instant in sorted({instant.replace(microsecond=0) for instant in instants})[-5:]:
            nights.append(Night(instant, is_made=draw.random() > 0.15, words=self._words(), kills=self._kills()))
            if draw.random() < 0.2:
                nights.append(Night(instant, is_repeated=True, words=self._words()))
        nights[-1].is_made = True
        if draw.random() < 0.4:
            draw.choice(nights).has_new_seeds = True
        return nights

    def _words(self) -> tuple[str, ...]:
        return ("--no-export",) if self.draw.random() < 0.2 else ()

    def _kills(self) -> int:
        return self.draw.choice([1, 2]) if self.draw.random() < 0.15 else 0

    # -- what -------------------------------------------------------------------------------

    def _delay_parents(self) -> None:
        """Every row of some parents comes nights later."""
        for table in PARENTS:
            for key in {row[TABLES[table].key] for row in self.story.rows[table]}:
                if self.draw.random() < 0.12:
                    later = timedelta(hours=self.draw.choice([30, 200, 500, 1200]))
                    for row in self.story.rows[table]:
                        if row[TABLES[table].key] == key and isinstance(row["_loaded_at"], datetime):
                            row["_loaded_at"] += later

    def _spoil_later(self) -> None:
        """Before each night after the first: redeliveries, other versions, deletions and rubbish of what there is."""
        rows, draw = self.story.rows, self.draw
        before = {table: list(its_rows) for table, its_rows in rows.items()}
        for earlier, night in zip(self.nights, self.nights[1:], strict=False):
            span = night.until - earlier.until
            for table in draw.sample(list(TABLES), 7):
                for row in draw.choices(before[table], k=draw.choice([1, 2, 5])) if before[table] else []:
                    loaded_at = earlier.until + max(span * draw.choice([0.01, 0.5, 1]), timedelta(seconds=1))
                    rows[table].append(spoiled(row, table, before, draw) | {"_loaded_at": loaded_at})

    def _batches(self) -> list[dict[str, list[dict[str, Any]]]]:
        """The rows that arrive with each night: the latest that may be, at times earlier, at times twice."""
        batches = [{table: [] for table in TABLES} for _ in self.nights]
        last = len(batches) - 1
        for table, its_rows in self.story.rows.items():
            for row in its_rows:
                loaded_at = row["_loaded_at"]
                number = self._number(loaded_at) if isinstance(loaded_at, datetime) else self.draw.randint(0, last)
                if self.draw.random() < 0.06:
                    ahead = self.draw.randint(0, number)
                    batches[ahead][table].append(row)
                    if self.draw.random() < 0.6:
                        continue
                batches[number][table].append(row)
        return batches

    def _number(self, loaded_at: datetime) -> int:
        """The night by which a row has to have arrived."""
        found = (number for number, night in enumerate(self.nights) if loaded_at <= night.until)
        return next(found, len(self.nights) - 1)
