"""Which files a landing zone holds, table by table. Every file is a landed one, is named as passed over, or is refused.

What a file holds is looked at in `headcount.landing.shapes`.
"""

import os
import stat
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from headcount.errors import LandingError
from headcount.landing.contract import landing_contract

# Ending of a file -> format, in any case. The longer endings come first.
FORMATS = {".csv.gz": "csv", ".csv": "csv", ".ndjson": "ndjson", ".parquet": "parquet"}
# What writers leave beside their data. Nothing else below a table's folder is passed over.
_LEFT_BY_WRITERS = (".*", "_SUCCESS", "_committed*", "_started*", "*.crc")
# Endings of data that is not read. In the zone's own folder such a file belongs to no table.
_OTHER_DATA = (
    *(".json", ".jsonl", ".tsv", ".txt", ".dat", ".gz", ".bz2", ".zip", ".zst", ".xz", ".lz4", ".snappy"),
    *(".orc", ".avro", ".xls", ".xlsx", ".xlsm", ".ods", ".xml", ".pq", ".parq", ".arrow", ".feather"),
)


@dataclass(frozen=True)
class LandedFile:
    """A file of a table. `name` is its path below the landing folder as text; bytes that are no UTF-8 are spelled \\xNN.
    `modified_ns` is what whoever wrote it may set, `changed_ns` is not."""

    table: str
    name: str
    path: Path
    format: str
    size_bytes: int
    modified_ns: int
    changed_ns: int


@dataclass
class Zone:
    """A landing zone: its folder (none: an empty zone), its files in the order of their names, and what was passed over:
    files below a table's folder by table, and whatever in the zone's own folder is no table."""

    folder: Path | None
    files: list[LandedFile] = field(default_factory=list)
    passed_over_files: list[tuple[str, str]] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    def of_table(self, table: str) -> list[LandedFile]:
        return [file for file in self.files if file.table == table]


def inspect(folder: Path | None) -> Zone:
    """List the zone's files. Raises LandingError, one line with the path, for what can neither be read nor passed over."""
    if folder is None:
        return Zone(None)
    if not folder.is_dir():
        raise LandingError(f"landing zone {folder}: no such folder; give the folder that holds one sub-folder a table")
    folder = Path(os.path.abspath(folder))
    zone = Zone(folder)
    tables = landing_contract()
    for entry in _entries(folder, folder):
        if _is_left_by_writers(entry.name):
            continue
        table, is_folder = entry.name.lower(), _is_folder(folder, entry)
        if is_folder and table in tables:
            _walk(zone, table, entry, [folder])
        elif is_folder or not entry.name.lower().endswith((*FORMATS, *_OTHER_DATA)):
            zone.passed_over.append(spelled(entry.name))
        else:
            raise LandingError(
                f"{spelled(entry.name)}: lies in the landing zone's own folder and belongs to no table; move it into the "
                "folder of its table, or away"
            )
    for table in tables:
        _forbid_two_formats(zone, table)
    return zone


def spelled(name: str | Path) -> str:
    """A path as text that any program can show: bytes that are no UTF-8 as \\xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _walk(zone: Zone, table: str, folder: Path, above: list[Path]) -> None:
    """Take in every file below a table's folder; links are followed, and `above` are the folders that led here."""
    if any(os.path.samefile(folder, other) for other in above):
        raise _refused(zone.folder, folder, "is a link to a folder that it lies in; take the link away")
    for entry in _entries(zone.folder, folder):
        name = spelled(entry.relative_to(zone.folder))
        if _is_left_by_writers(entry.name):
            zone.passed_over_files.append((table, name))
        elif _is_folder(zone.folder, entry):
            _walk(zone, table, entry, [*above, folder])
        else:
            zone.files.append(_file(zone, table, entry, name))


def _entries(zone_folder: Path, folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise _refused(zone_folder, folder, f"cannot be entered ({error.strerror})") from error


def _is_left_by_writers(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in _LEFT_BY_WRITERS)


def _is_folder(zone_folder: Path, entry: Path) -> bool:
    return stat.S_ISDIR(_status(zone_folder, entry).st_mode)


def _status(zone_folder: Path, entry: Path) -> os.stat_result:
    try:
        return entry.stat()
    except OSError as error:
        what = "is a link that leads nowhere" if entry.is_symlink() else "cannot be looked at"
        raise _refused(zone_folder, entry, f"{what} ({error.strerror}); mend it or take it away") from error


def _file(zone: Zone, table: str, path: Path, name: str) -> LandedFile:
    status = _status(zone.folder, path)
    if not stat.S_ISREG(status.st_mode):
        raise _refused(zone.folder, path, "is neither a file nor a folder; take it away")
    file_format = next((f for ending, f in FORMATS.items() if path.name.lower().endswith(ending)), None)
    if file_format is None:
        raise LandingError(
            f"table {table}: {name} is of no format that is read; land .parquet, .csv, .csv.gz or .ndjson, or move it away"
        )
    if not os.access(path, os.R_OK):
        raise _refused(zone.folder, path, "may not be read; give this user the right to")
    return LandedFile(table, name, path, file_format, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _refused(zone_folder: Path, path: Path, why: str) -> LandingError:
    where = spelled(path if path == zone_folder else path.relative_to(zone_folder))
    return LandingError(f"{'landing zone ' if path == zone_folder else ''}{where}: {why}")


def _forbid_two_formats(zone: Zone, table: str) -> None:
    examples = {}
    for file in zone.of_table(table):
        examples.setdefault(file.format, file.name)
    if len(examples) > 1:
        raise LandingError(f"table {table}: more than one format ({' and '.join(examples.values())}); land one format a table")
