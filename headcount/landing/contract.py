"""The landing contract's tables and columns, read from the dbt source definitions: their one home."""

from dataclasses import dataclass
from functools import cache

import yaml

from headcount.project import SOURCES

_OWN_COLUMNS = {"_file", "_raw_record"}


@dataclass(frozen=True)
class Column:
    """A column of a landed table: its name, its type in the contract's words, and what its `meta` says of it."""

    name: str
    data_type: str
    required: bool = False
    refers_to: str | None = None
    immutable: bool = False
    allowed: tuple[str, ...] = ()
    at_least: int | None = None
    not_before: str | None = None
    never_ahead: bool = False
    watch: tuple[str, ...] = ()


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
    """The landed tables by name, in the order of the contract. What has no kind is made by the project itself."""
    source = yaml.safe_load(SOURCES.read_text("utf-8"))["sources"][0]
    return {
        entry["name"]: Table(
            name=entry["name"],
            kind=entry["config"]["meta"]["kind"],
            columns=tuple(_column(column) for column in entry["columns"] if column["name"] not in _OWN_COLUMNS),
        )
        for entry in source["tables"]
        if "kind" in entry.get("config", {}).get("meta", {})
    }


def _column(entry: dict) -> Column:
    meta = entry.get("config", {}).get("meta", {})
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in meta.items()}
    return Column(entry["name"], entry["data_type"], **said)
