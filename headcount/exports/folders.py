"""The folders of exports: their names, which are complete, and the lines of one."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path

import duckdb

from headcount.errors import UsageError
from headcount.exports.streams import BILLING, Stream
from headcount.landing.sql import as_read
from headcount.spelling import instant
from headcount.sql import text
from headcount.warehouse import first_line

_NAME = re.compile(r"as_of=(\d{8}T\d{6}(?:\.\d{6})?Z)")
# What reading one of our files can come to when it is not what we wrote.
UNREADABLE = (OSError, KeyError, TypeError, ValueError, duckdb.Error)


def folder_name(as_of: datetime) -> str:
    """`as_of=20260331T225959Z`; with the fraction of a second where there is one."""
    return "as_of=" + re.sub("[-:]", "", instant(as_of))


def instant_of(name: str) -> datetime:
    """The instant that a folder is named after."""
    return datetime.fromisoformat(name.partition("=")[2]).replace(tzinfo=None)


def complete_folders(place: Path) -> list[Path]:
    """The complete exports below EXPORTS/billing or EXPORTS/alerts, by name. A folder without a manifest is none."""
    if not place.exists():
        return []
    return [folder for folder in sorted(place.iterdir()) if _NAME.fullmatch(folder.name) and (folder / "manifest.json").exists()]


def verified_lines(connection, folder: Path, stream: Stream = BILLING) -> str:
    """SQL for the billing lines, or alerts, of a complete export. Raises UsageError when its files are not what its
    manifest says, or it is not ours: its lines may have been billed."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["project"] != "headcount":
            raise UsageError(f"export {folder}: was written by {manifest['project']}, not by headcount; move it away")
        for name, said in manifest["files"].items():
            with open(folder / name, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != said["sha256"]:
                    raise UsageError(
                        f"export {folder}: {name} is not what its manifest says; put the file back as it was exported"
                    )
        rows = whole(connection, folder / stream.file) if stream == BILLING else _events(folder / stream.file, stream)
        return f"select *, {text(folder.name)} as export from {rows}"
    except UNREADABLE as error:
        raise UsageError(f"export {folder}: cannot be read ({why(error)}); put it back as it was exported") from error


def _events(path: Path, stream: Stream) -> str:
    """SQL for the ids of a file of CloudEvents, which are few."""
    ids = ", ".join(text(json.loads(line)["id"]) for line in path.read_bytes().splitlines())
    return f"(select unnest(cast([{ids}] as varchar[])) as {stream.key}) as events"


def whole(connection, path: Path) -> str:
    """SQL for the rows of a Parquet file. Raises duckdb.Error when it cannot be read to its end."""
    rows = f"read_parquet({text(as_read(path))}, hive_partitioning = false)"
    # Every value is read: the footer of a file can be whole and its pages not.
    connection.execute(f"select bit_xor(hash(lines)) from {rows} as lines").fetchall()
    return rows


def why(error: Exception) -> str:
    """What was wrong with a file, in a few words."""
    return f"{type(error).__name__}: {first_line(error)[:80]}"
