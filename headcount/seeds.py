"""The one reader of the seeds' CSV files for Python: what a spreadsheet saves is read like what an editor saves."""

import csv
import re
from datetime import date
from pathlib import Path

import yaml

from headcount.errors import UsageError
from headcount.project import SEEDS

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def rows(name: str, folder: Path = SEEDS) -> list[dict[str, str]]:
    """The rows of a seed such as `rules/rule_rulesets.csv`, with or without a byte order mark, whatever ends its lines.

    Raises UsageError, one line, for a file that is no UTF-8 or whose cells are not separated by commas.
    """
    path = folder / name
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = reader.fieldnames or []
            _forbid_other_separators(name, header)
            if "" in header or len(set(header)) < len(header):
                raise UsageError(f"seeds/{name}: a column of its first line has no name, or that of another")
            found = list(reader)
    except FileNotFoundError:
        raise UsageError(f"seeds/{name}: no such file") from None
    except UnicodeDecodeError:
        raise UsageError(f"seeds/{name}: is not UTF-8; save it as CSV UTF-8") from None
    except (OSError, csv.Error) as error:
        raise UsageError(f"seeds/{name}: cannot be read ({error})") from None
    for number, row in enumerate(found, 2):
        if None in row or None in row.values():
            raise UsageError(f"seeds/{name}: row {number} has not the {len(header)} cells of the header")
    return found


def is_date(cell: str) -> bool:
    """Whether a cell is a date of the calendar, written like 2026-03-31."""
    try:
        return bool(_DATE.fullmatch(cell)) and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def forbid_unreadable(folder: Path = SEEDS) -> None:
    """Read every seed that has a description. Raises UsageError for one that cannot be read or lacks a column."""
    for properties in sorted(folder.glob("*/_*.yml")):
        for seed in yaml.safe_load(properties.read_text("utf-8")).get("seeds", []):
            path = properties.with_name(f"{seed['name']}.csv")
            name = path.relative_to(folder).as_posix()
            rows(name, folder)
            _forbid_missing_columns(name, path, [column["name"] for column in seed["columns"]])


def _forbid_missing_columns(name: str, path: Path, wanted: list[str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    if missing := [column for column in wanted if column not in header]:
        raise UsageError(f"seeds/{name}: no column {', '.join(missing)} in its first line")


def _forbid_other_separators(name: str, header: list[str]) -> None:
    """Every seed has several columns, so that a header of one cell is a header with another separator."""
    for separator, words in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            raise UsageError(f"seeds/{name}: cells are separated by {words}; save it with commas")
