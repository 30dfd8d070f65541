"""The tables of the landing contract as the sample writes them: file formats, and what it adds."""

from dataclasses import dataclass

import pyarrow as pa

from headcount.landing import landing_contract

from .files import texts, typed

# Every other type of the contract is written as text.
_TYPES = {
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "integer": pa.int32(),
    "number": pa.decimal128(18, 6),
    "instant": pa.timestamp("us"),
}
# Unlike the rest: typed Parquet, whose instants are microseconds without a zone.
FILE_FORMATS = {
    "customers": "csv",
    "product_sales": "parquet_text",
    "event_tickets": "ndjson",
    "invoice_lines": "csv.gz",
    "subscriptions": "parquet_text",
}
INSTANTS = dict.fromkeys(("locations", "customer_status_changes", "edits"), pa.timestamp("us", "UTC"))
INSTANTS["invoices"] = pa.timestamp("ms")
# What is no column of the contract: readers must ignore what they do not know.
ADDED = {"bookings": ["source_channel"]}


@dataclass(frozen=True)
class Table:
    """One landed table: its columns in the order of the contract, key first, its marks last."""

    name: str
    types: dict[str, pa.DataType]
    file_format: str

    @property
    def key(self) -> str:
        return next(iter(self.types))

    def filled(self, rows: list[dict]) -> pa.Table:
        """The rows as the columns of the table's format."""
        return typed(rows, self.types) if self.file_format == "parquet" else texts(rows, self.types)


def _table(name: str) -> Table:
    types = _TYPES | {"instant": INSTANTS.get(name, _TYPES["instant"])}
    kinds = {column.name: column.data_type for column in landing_contract()[name].columns}
    marks = {mark: kinds.pop(mark) for mark in ("_deleted", "_loaded_at") if mark in kinds}
    kinds |= dict.fromkeys(ADDED.get(name, ()), "text")
    columns = {column: types.get(kind, pa.string()) for column, kind in (kinds | marks).items()}
    return Table(name, columns, FILE_FORMATS.get(name, "parquet"))


TABLES = {name: _table(name) for name in landing_contract()}
