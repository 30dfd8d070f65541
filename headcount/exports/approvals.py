"""Approvals: somebody's word that held lines may leave, each at its amount. A file each in EXPORTS/billing/approvals.

A file is called after its instant and a hash of its bytes, is renamed into place when it is whole, and is never changed:
one that is not what its name says was edited. While its lines have not left it is what they leave by; afterwards the
ledger answers for them.
"""

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, DecimalException
from pathlib import Path

import pyarrow as pa

from headcount import __version__
from headcount.errors import UsageError
from headcount.exports.place import sync
from headcount.spelling import instant

FOLDER = "approvals"
_UNFINISHED = ".unfinished-"
_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}")
_AMOUNT = pa.decimal128(18, 6)
_COLUMNS = pa.schema([
    ("approval", pa.string()), ("billing_line_id", pa.string()), ("amount", _AMOUNT), ("currency", pa.string()),
])  # fmt: skip


@dataclass(frozen=True)
class Approval:
    """What stands in a file: `lines` are the amount and currency at which each line may leave."""

    name: str
    approved_at: str
    approved_by: str
    note: str | None
    lines: dict[str, tuple[Decimal, str]]


def load(connection, billing: Path | None) -> None:
    """Make the table `ledger.approvals` that models/exports read. Raises UsageError for a file that is no approval."""
    rows = [
        (one.name, line, amount, currency)
        for one in (read(billing) if billing else [])
        for line, (amount, currency) in one.lines.items()
    ]
    approvals = pa.table([pa.array(column, kind) for column, kind in zip(list(zip(*rows)) or [[]] * 4, _COLUMNS.types)], _COLUMNS)
    connection.register("approvals_read", approvals)
    connection.execute("create or replace table ledger.approvals as select * from approvals_read")
    connection.unregister("approvals_read")


def read(billing: Path) -> list[Approval]:
    """The approvals of a folder of exports, by name. Raises UsageError, one line, for a file that is none."""
    folder = billing / FOLDER
    try:
        names = sorted(os.listdir(folder)) if folder.exists() else []
    except OSError as error:
        raise UsageError(f"approvals {folder}: cannot be read ({error.strerror})") from error
    return [_read(folder / name) for name in names if name.endswith(".json") and not name.startswith(".")]


def _read(path: Path) -> Approval:
    try:
        content = path.read_bytes()
        if not _NAME.fullmatch(path.stem):
            raise UsageError(f"approval {path}: is not one that headcount wrote; move it away")
        if path.stem != _name(content):
            raise UsageError(f"approval {path}: was edited since it was written; put it back as it was, or move it away")
        said = json.loads(content)
        lines = {one["billing_line_id"]: (_amount(one["amount"]), str(one["currency"])) for one in said["lines"]}
        return Approval(path.stem, str(said["approved_at"]), str(said["approved_by"]), said["note"], lines)
    except (OSError, ValueError, KeyError, TypeError, DecimalException) as error:
        raise UsageError(f"approval {path}: cannot be read ({type(error).__name__}); move it away") from error


def _amount(text: str) -> Decimal:
    """Exactly what is written, and no more digits than money has here."""
    return pa.scalar(Decimal(text), _AMOUNT).as_py()


def _name(content: bytes) -> str:
    """What an approval with these bytes is called."""
    approved_at = re.sub("[-:]", "", str(json.loads(content)["approved_at"]))
    return f"{approved_at}-{hashlib.sha256(content).hexdigest()[:16]}"


@contextmanager
def alone(billing: Path) -> Iterator[None]:
    """Holds the folder of the approvals, made where it is missing: of two approvals at once one waits for the other and
    sees it. What one that was killed left half written goes away."""
    folder = billing / FOLDER
    is_new = not folder.exists()
    folder.mkdir(exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        # Some network file systems lock no folders; two approvals of a line are then one too many, and do no harm.
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f"{_UNFINISHED}*"):
            left.unlink()
        yield
    finally:
        os.close(lock)
        if is_new:
            with suppress(OSError):
                folder.rmdir()


def write(billing: Path, approved_at: datetime, approved_by: str, note: str | None, lines: list[dict]) -> Path:
    """Write an approval of some lines, each with id, account, amount as text and currency; hold the folder with `alone`."""
    said = {
        "project": "headcount",
        "project_version": __version__,
        "approved_at": instant(approved_at),
        "approved_by": approved_by,
        "note": note,
        "lines": sorted(lines, key=lambda line: line["billing_line_id"]),
    }
    content = (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode("utf-8")
    path = billing / FOLDER / f"{_name(content)}.json"
    unfinished = path.with_name(_UNFINISHED + path.name)
    try:
        with open(unfinished, "wb") as file:
            file.write(content)
        sync(unfinished)
        os.rename(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync(path.parent)
    return path
