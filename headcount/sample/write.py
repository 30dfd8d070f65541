"""Writes the sample landing zone: whole, or not at all."""

import shutil
import tempfile
from itertools import groupby
from pathlib import Path

from headcount.errors import UsageError

from .book import Book
from .bulk import write_bulk
from .clock import load_folder
from .files import ending, write_file
from .scenarios import SCENARIOS
from .tables import TABLES


def sample_book(accounts: int, days: int, seed: int) -> Book:
    """All rows of the sample, and what its scenarios expect."""
    book = Book()
    for scenario in SCENARIOS:
        book.scenario = scenario.__name__
        scenario(book)
    write_bulk(book, accounts, days, seed)
    return book


def write_sample(landing: Path, accounts: int = 12, days: int = 400, seed: int = 1) -> dict[str, int]:
    """Writes the sample to a folder that is new or empty; returns the number of rows of each table.

    `accounts` believable accounts with `days` days of activity stand beside the scenarios, which are always
    all there. The same arguments write the same bytes.
    """
    landing = Path(landing)
    if accounts < 0 or days < 1:
        raise UsageError(f"a sample has at least 0 accounts and 1 day, not {accounts} and {days}")
    if landing.exists() and (not landing.is_dir() or any(landing.iterdir())):
        raise UsageError(f"{landing} exists and is not an empty folder: name another one, or remove it first")
    book = sample_book(accounts, days, seed)
    landing.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{landing.name}.", dir=landing.parent))
    try:
        _write_tables(book, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(landing)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return {name: len(rows) for name, rows in book.rows.items()}


def _write_tables(book: Book, folder: Path) -> None:
    for name, rows in book.rows.items():
        in_order = sorted(rows, key=lambda filed_row: filed_row[0])
        for load, of_load in groupby(in_order, key=lambda filed_row: load_folder(filed_row[0])):
            table = TABLES[name]
            path = folder / name / load / f"part-0{ending(table.file_format)}"
            write_file(path, table.filled([row for _, row in of_load]), table.file_format, nulls=False)
