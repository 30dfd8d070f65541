"""Random landing zones on disk, in every format and spelling that the contract allows."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from headcount.sample.files import FORMATS, ending, texts, typed, write_file

from tests.support.files import TYPES, columns_of

from .contract import TABLES, Table
from .random_story import Story, Unspelled

MAY_BE_MISSING = ("customer_status_changes", "teams", "contracts", "bookings", "event_tickets", "product_sales",
                  "invoices", "platform_invoices", "subscriptions")
OFFSETS = [(2, 0, ":"), (-3, -30, ":"), (5, 30, ""), (-5, 0, None), (13, 0, ":")]


def write_random_landing(folder: Path, random: random.Random, fmt: str, size: int,
                         is_unsettled: bool = False) -> list[datetime]:
    """Write a random landing zone of about `size` accounts; give a few instants worth running it at (naive UTC)."""
    if fmt not in FORMATS:
        raise ValueError(f"no format {fmt}")
    story = Story(random, size, fmt != "parquet", is_unsettled)
    writer = _Writer(random, fmt)
    for name, table in TABLES.items():
        if name in MAY_BE_MISSING and random.random() < 0.04:
            if random.random() < 0.5:
                (Path(folder) / name).mkdir(parents=True, exist_ok=True)
            continue
        writer.write_table(Path(folder) / name, table, story.rows[name])
    return instants_to_run_at(story, random)


def instants_to_run_at(story: Story, rng: random.Random) -> list[datetime]:
    """One in the scene, one on a boundary or the end of its grace, one when all is closed."""
    marks = [mark for account in story.accounts for mark in account.marks if story.start < mark]
    loads = [row["_loaded_at"] for rows in story.rows.values() for row in rows
             if isinstance(row["_loaded_at"], datetime)]
    instants = {
        story.start + rng.randrange(60, 280) * timedelta(hours=6),
        rng.choice(marks or [story.end]) + rng.choice([0, 0, 24, 24, 48]) * timedelta(hours=1),
        rng.choice(loads) if rng.random() < 0.5 else story.end,
        story.end + timedelta(days=rng.choice([2, 40, 70])),
    }
    return sorted(instant.replace(microsecond=0) for instant in instants)


class _Writer:
    """Writes rows as files of one format, with the spellings drawn for each value."""

    def __init__(self, rng: random.Random, fmt: str):
        self.rng = rng
        self.fmt = fmt

    def write_table(self, folder: Path, table: Table, rows: list[dict[str, Any]]) -> None:
        """One to three files in nested folders; at times an optional column less or a foreign one more."""
        rng = self.rng
        names = [column.name for column in table.columns
                 if column.required or rng.random() > 0.03] + ["_loaded_at"]
        if not table.is_event and (rng.random() < 0.9):
            names.append("_deleted")
        extra = rng.random() < 0.2
        if extra:
            names.append("vendor_note")
        self.unit = rng.choice(["us", "us", "ms", "ns"])
        self.zone = rng.choice(["UTC", None])
        if any(row["_loaded_at"] and getattr(row["_loaded_at"], "microsecond", 0) % 1000 for row in rows) or any(
                isinstance(value, datetime) and value.microsecond % 1000 for row in rows for value in row.values()):
            self.unit = "us"
        parts: list[list[dict[str, Any]]] = [[] for _ in range(rng.choice([1, 1, 2, 3]))]
        for row in rows:
            rng.choice(parts).append({**row, "vendor_note": "a, \"note\"\nof two lines" if extra else None})
        for number, part in enumerate(parts):
            where = folder / rng.choice([".", ".", "load_date=2026-11-21", "2026/11", "a b/c/d"])
            where.mkdir(parents=True, exist_ok=True)
            order = rng.sample(names, len(names)) if rng.random() < 0.3 else names
            if part or self.fmt != "ndjson":  # without a line such a file has no columns
                self._write(where / f"part-{number}{ending(self.fmt)}", table, order, part)

    def _write(self, path: Path, table: Table, names: list[str], rows: list[dict[str, Any]]) -> None:
        if self.fmt == "parquet":
            types = TYPES | {"instant": pa.timestamp(self.unit, self.zone)}
            kinds = columns_of(table.name)
            write_file(path, typed(rows, {name: types.get(kinds.get(name), pa.string()) for name in names}), self.fmt)
            return
        content = texts(rows, names, self._spell)
        how: dict[str, Any] = {}
        if self.fmt == "ndjson":
            how["ascii_only"] = self.rng.random() < 0.5
        elif self.fmt != "parquet_text":
            how["line_end"] = self.rng.choice(["\n", "\r\n"])
        write_file(path, content, self.fmt, **how)

    # -- text --------------------------------------------------------------------------------

    def _spell(self, value: Any) -> str | None:
        """One of the spellings of a value, at times with blanks around it."""
        rng = self.rng
        if value is None:
            return rng.choice([None, None, None, "", "  "])
        if isinstance(value, Unspelled):
            return str(value)
        if isinstance(value, bool):
            text = rng.choice(["true", "True", "TRUE"] if value else ["false", "False", "FALSE"])
        elif isinstance(value, datetime):
            text = self._spell_instant(value)
        elif isinstance(value, date):
            text = value.isoformat()
        elif isinstance(value, Decimal):
            text = self._spell_decimal(value)
        elif isinstance(value, int):
            text = f"{value}.0" if rng.random() < 0.1 else str(value)
        else:
            text = value
        return f"{rng.choice(['', ' '])}{text}{rng.choice([' ', '  '])}" if rng.random() < 0.06 else text

    def _spell_instant(self, value: datetime) -> str:
        rng = self.rng
        ending = rng.choice(["Z", "Z", "Z", "", None])
        if ending is None:
            hours, minutes, between = rng.choice(OFFSETS)
            ahead = timedelta(hours=hours, minutes=minutes)
            value = value + ahead
            sign = "-" if ahead < timedelta(0) else "+"
            ending = f"{sign}{abs(hours):02d}" + ("" if between is None else f"{between}{abs(minutes):02d}")
        text = value.strftime("%Y-%m-%d") + rng.choice("TT ") + value.strftime("%H:%M")
        if value.second or value.microsecond or rng.random() < 0.8:
            text += value.strftime(":%S")
            if value.microsecond:
                text += f".{value.microsecond:06d}".rstrip("0")
            elif rng.random() < 0.1:
                text += rng.choice([".0", ".000", ".000000"])
        return text + ending

    def _spell_decimal(self, value: Decimal) -> str:
        rng = self.rng
        text = format(value, "f")
        if rng.random() < 0.3:
            text = format(value, ".6f" if value != value.quantize(Decimal("0.01")) else ".2f")
        if value >= 0 and rng.random() < 0.1:
            text = rng.choice(["+", "0"]) + text
        return text
