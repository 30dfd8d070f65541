"""The landing contract's tables and columns, read from the dbt source definitions: their one home."""

from dataclasses import dataclass
from functools import cache

import yaml

from headcount.project import SOURCES

_OWN_COLUMNS = {"_file", "_raw_record"}
_NOT_TABLES = {"run", "zone_offsets", "files"}


@dataclass(frozen=True)
class Column:
    """A column of a landed table: its name, its type in the contract's words, and whether it must be there."""

    name: str
    data_type: str
    required: bool


@dataclass(frozen=True)
class Table:
    """A landed table: `kind` is `record` (has versions) or `event` (immutable)."""

    name: str
    kind: str
    columns: tuple[Column, ...]

    @property
    def required_columns(self) -> list[str]:
        return [column.name for column in self.columns if column.required]


@cache
def landing_contract() -> dict[str, Table]:
    """The landed tables by name, in the order of the contract."""
    source = yaml.safe_load(SOURCES.read_text())["sources"][0]
    return {
        entry["name"]: Table(
            name=entry["name"],
            kind=entry["config"]["meta"]["kind"],
            columns=tuple(
                Column(c["name"], c["data_type"], c.get("config", {}).get("meta", {}).get("required", False))
                for c in entry["columns"]
                if c["name"] not in _OWN_COLUMNS
            ),
        )
        for entry in source["tables"]
        if entry["name"] not in _NOT_TABLES
    }
