"""Which files a landing zone holds, table by table, and whether they can be read at all."""

import csv
import gzip
import io
from dataclasses import dataclass, field
from pathlib import Path

from headcount.errors import LandingError
from headcount.landing.contract import landing_contract

# Ending of a file -> format. The longer endings come first.
FORMATS = {".csv.gz": "csv", ".csv": "csv", ".ndjson": "ndjson", ".parquet": "parquet"}
# Endings of files that hold data in a format the contract does not know: ignoring them would lose rows in silence.
_REFUSED = (".json", ".jsonl", ".tsv", ".txt", ".gz", ".zip", ".zst", ".orc", ".avro", ".xlsx", ".xml", ".pq")


@dataclass
class TableFiles:
    """The files of one landed table: all of one `format`; for CSV grouped by their header line."""

    table: str
    format: str
    files: list[Path]
    headers: dict[tuple[str, ...], list[Path]] = field(default_factory=dict)


@dataclass
class Zone:
    """A landing zone: its folder (none: an empty zone), its tables that have files, and what was passed over."""

    folder: Path | None
    tables: dict[str, TableFiles]
    passed_over: list[str]


def inspect(folder: Path | None) -> Zone:
    """List the zone's files. Raises LandingError when the folder is missing, a table mixes formats or a file
    is of no known format; the content is judged later (`headcount.landing.checks`)."""
    if folder is None:
        return Zone(None, {}, [])
    if not folder.is_dir():
        raise LandingError(f"landing zone {folder}: no such folder; give the folder that holds one sub-folder a table")
    tables = landing_contract()
    found, passed_over = {}, []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        if entry.name not in tables or not entry.is_dir():
            passed_over.append(entry.name)
            continue
        files = _table_files(folder, entry)
        if files:
            found[entry.name] = files
    return Zone(folder, found, passed_over)


def _table_files(folder: Path, table_folder: Path) -> TableFiles | None:
    by_format: dict[str, list[Path]] = {}
    for path in sorted(table_folder.rglob("*")):
        if not path.is_file() or any(part.startswith((".", "_")) for part in path.relative_to(folder).parts):
            continue
        file_format = next((f for ending, f in FORMATS.items() if path.name.endswith(ending)), None)
        if file_format:
            by_format.setdefault(file_format, []).append(path)
        elif path.name.lower().endswith(_REFUSED):
            raise LandingError(
                f"table {table_folder.name}: {path.relative_to(folder)} is of no format that is read; "
                "land .parquet, .csv, .csv.gz or .ndjson"
            )
    if not by_format:
        return None
    if len(by_format) > 1:
        examples = " and ".join(str(paths[0].relative_to(folder)) for paths in by_format.values())
        raise LandingError(f"table {table_folder.name}: more than one format ({examples}); land one format a table")
    ((file_format, files),) = by_format.items()
    table_files = TableFiles(table_folder.name, file_format, files)
    if file_format == "csv":
        for path in files:
            table_files.headers.setdefault(_csv_header(folder, path), []).append(path)
    return table_files


def _csv_header(folder: Path, path: Path) -> tuple[str, ...]:
    """The column names of a CSV file's header line."""
    where = path.relative_to(folder)
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rb") as binary:
            names = next(csv.reader(io.TextIOWrapper(binary, encoding="utf-8-sig", newline=""), strict=True), None)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise LandingError(f"{where}: cannot be read ({error}); land the file again under a new name") from error
    if not names:
        raise LandingError(f"{where}: has no header line; a CSV file starts with the names of its columns")
    header = tuple(name.strip() for name in names)
    if len({name.lower() for name in header}) != len(header) or "" in header:
        raise LandingError(f"{where}: the header line names a column twice or not at all ({','.join(header)[:80]})")
    return header
