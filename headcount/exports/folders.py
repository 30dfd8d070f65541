"""The folders of exports: their names, which are complete, and the lines of one."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headcount.errors import UsageError

_NAME = re.compile(r"as_of=(\d{8}T\d{6}(?:\.\d{6})?Z)")


def folder_name(as_of: datetime) -> str:
    """`as_of=20260331T225959Z`; with the fraction of a second where there is one."""
    fraction = f".{as_of.microsecond:06d}" if as_of.microsecond else ""
    return f"as_of={as_of.replace(microsecond=0):%Y%m%dT%H%M%S}{fraction}Z"


def instant_of(name: str) -> datetime:
    """The instant that a folder is named after."""
    text = name.partition("=")[2]
    return datetime.strptime(text, "%Y%m%dT%H%M%S.%fZ" if "." in text else "%Y%m%dT%H%M%SZ")


def complete_folders(billing: Path) -> list[Path]:
    """The complete exports below EXPORTS/billing, by name. A folder without a manifest is none."""
    if not billing.exists():
        return []
    return [
        folder
        for folder in sorted(billing.iterdir())
        if _NAME.fullmatch(folder.name) and (folder / "manifest.json").exists()
    ]


def verified_lines(folder: Path) -> pa.Table:
    """The billing lines of a complete export. Raises UsageError when its files are not what its manifest says, or it
    is not ours: its lines may have been billed."""
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
        with open(folder / "billing_lines.parquet", "rb") as file:
            return pq.read_table(file)
    except UsageError:
        raise
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"export {folder}: cannot be read ({type(error).__name__}: {str(error)[:80]}); put it back as it was exported"
        ) from error
