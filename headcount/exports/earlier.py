"""The exports that are complete already, and the lines they hold."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq

from headcount.errors import UsageError

_NAME = re.compile(r"as_of=(\d{8}T\d{6}(?:\.\d{6})?Z)")


@dataclass(frozen=True)
class EarlierExport:
    """A complete export: its instant, its folder and its billing lines by id."""

    as_of: datetime
    folder: Path
    lines: dict[str, dict]


def folder_name(as_of: datetime) -> str:
    """`as_of=20260331T225959Z`; with the fraction of a second where there is one."""
    fraction = f".{as_of.microsecond:06d}" if as_of.microsecond else ""
    return f"as_of={as_of:%Y%m%dT%H%M%S}{fraction}Z"


def earlier_exports(billing: Path) -> list[EarlierExport]:
    """Every complete export below EXPORTS/billing. A folder without a manifest is none; one whose files are not
    what its manifest says, or that is not ours, raises UsageError: its lines may have been billed."""
    if not billing.exists():
        return []
    if not billing.is_dir():
        raise UsageError(f"exports {billing}: is no folder; name the folder that the exports are kept in")
    found = []
    for folder in sorted(billing.iterdir()):
        match = _NAME.fullmatch(folder.name)
        if match and (folder / "manifest.json").exists():
            text = match.group(1)
            form = "%Y%m%dT%H%M%S.%fZ" if "." in text else "%Y%m%dT%H%M%SZ"
            found.append(EarlierExport(datetime.strptime(text, form), folder, _lines(folder)))
    return found


def _lines(folder: Path) -> dict[str, dict]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        if manifest["project"] != "headcount":
            raise UsageError(f"export {folder}: was written by {manifest['project']}, not by headcount; move it away")
        for name, said in manifest["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != said["sha256"]:
                raise UsageError(
                    f"export {folder}: {name} is not what its manifest says; put the file back as it was exported"
                )
        rows = pq.read_table(folder / "billing_lines.parquet").to_pylist()
    except UsageError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"export {folder}: cannot be read ({type(error).__name__}: {str(error)[:80]}); put it back as it was exported"
        ) from error
    return {row["billing_line_id"]: row for row in rows}
