"""The checks of a written export: a good one passes, and each way to be wrong is named."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headcount.expectations import check_export

SCHEMAS = {
    "billing_lines": pa.schema([
        ("billing_line_id", pa.string()), ("account_id", pa.string()), ("billed_at", pa.timestamp("us")),
        ("description", pa.string()), ("quantity", pa.int64()), ("is_final", pa.bool_()),
        ("amount", pa.decimal128(18, 6)), ("currency", pa.string()),
    ]),
    "active_users": pa.schema([
        ("account_id", pa.string()), ("customer_id", pa.string()), ("source", pa.string()),
        ("evidence_at", pa.timestamp("us")),
    ]),
}  # fmt: skip
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}
BILLED = datetime(2026, 3, 31, 22, 59, 59)
LINES = [
    ("b1", "a1", BILLED, '=1+1, "quoted"\nand on', 3, True, Decimal("0.10"), "EUR"),
    ("b2", "a1", BILLED, None, 1, False, Decimal("12345678901.20"), "EUR"),
    ("b3", "a2", BILLED, "-x", 1, True, Decimal("1200"), "JPY"),
    ("b4", "a2", BILLED, "'=plain", 1, True, Decimal("-1.005"), "KWD"),
]
USERS = [
    ("a1", "c1", "booking", BILLED),
    ("a1", "c1", "team", BILLED.replace(microsecond=5)),
    ("a1", "c2", "edit", BILLED),
]
TOTALS = {"EUR": Decimal("12345678901.30"), "JPY": Decimal("1200"), "KWD": Decimal("-1.005")}
EXPECTED = {"billing_lines": {"rows": 4, "totals": TOTALS}, "active_users": {"rows": 3, "totals": {}}}


def spelled(value, currency: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:.{DIGITS[currency]}f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S}" + (f".{value.microsecond:06d}Z" if value.microsecond else "Z")
    text = str(value)
    return "'" + text if text[:1] in tuple("=+-@\t\r") and isinstance(value, str) else text


class Export:
    """An export as it is written; a test spoils a part of it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.lines, self.users = list(LINES), list(USERS)
        self.schemas = dict(SCHEMAS)
        self.write()

    def write(self) -> None:
        for stem, rows in (("billing_lines", self.lines), ("active_users", self.users)):
            schema = self.schemas[stem]
            columns = [pa.array([row[at] for row in rows], field.type) for at, field in enumerate(schema)]
            pq.write_table(pa.Table.from_arrays(columns, schema=schema), self.folder / f"{stem}.parquet")
            with (self.folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(schema.names)
                writer.writerows([[spelled(value, str(row[-1])) for value in row] for row in rows])
        self.write_manifest()

    def write_manifest(self) -> None:
        self.manifest = {"as_of": "2026-04-03T00:00:00Z", "files": {
            f"{stem}.{form}": {
                "rows": EXPECTED[stem]["rows"],
                "sha256": hashlib.sha256((self.folder / f"{stem}.{form}").read_bytes()).hexdigest(),
                "totals": {currency: str(total) for currency, total in EXPECTED[stem]["totals"].items()},
            } for stem in EXPECTED for form in ("parquet", "csv")
        }}  # fmt: skip
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest))

    def edit(self, name: str, before: str, after: str) -> None:
        """Change the text of a file, and its hash with it."""
        path = self.folder / name
        assert before in path.read_bytes().decode()
        path.write_bytes(path.read_bytes().decode().replace(before, after, 1).encode())
        if name != "manifest.json":
            self.write_manifest()

    def wrong(self) -> list[str]:
        return check_export(self.folder, EXPECTED)


@pytest.fixture
def export(tmp_path):
    return Export(tmp_path)


def test_a_good_export_passes(export):
    assert export.wrong() == []


def test_an_export_without_lines_passes(export):
    export.lines, export.users = [], []
    export.write()
    nothing = {stem: {"rows": 0, "totals": {}} for stem in EXPECTED}
    for file in export.manifest["files"].values():
        file.update(rows=0, totals={})
    (export.folder / "manifest.json").write_text(json.dumps(export.manifest))
    assert check_export(export.folder, nothing) == []


@pytest.mark.parametrize(("name", "before", "after", "found"), [
    ("billing_lines.csv", "12345678901.20", "12345678901.21", [
        "billing_lines: amount is not the same in 1 rows of the CSV and the Parquet file",
        "billing_lines.csv: total in EUR is 12345678901.31, in the marts 12345678901.3"]),
    ("billing_lines.csv", "0.10", "0.1", [
        "billing_lines.csv: 1 amounts are not written with the digits of their currency"]),
    ("billing_lines.csv", "0.10", "1e-1", [
        "billing_lines: amount is not the same in 1 rows of the CSV and the Parquet file",
        "billing_lines.csv: 1 amounts are not written with the digits of their currency"]),
    ("billing_lines.csv", "22:59:59Z", "22:59:59", [
        "billing_lines: billed_at is not the same in 1 rows of the CSV and the Parquet file"]),
    ("billing_lines.csv", "'=plain", "=plain", [
        "billing_lines: description is not the same in 1 rows of the CSV and the Parquet file"]),
    ("billing_lines.csv", "quantity,", "number,", [
        "billing_lines: the columns of the CSV are not those of the Parquet file: billing_line_id, account_id, "
        "billed_at, description, number, is_final, amount, currency"]),
    ("active_users.csv", "a1,c2,edit,2026-03-31T22:59:59Z\r\n", "", [
        "active_users.csv: expected 3 rows, as in the marts; found 2 rows"]),
    ("manifest.json", '"1200"', '"1201"', [
        "manifest.json: billing_lines.parquet: total in JPY is 1201, in the marts 1200"]),
    ("manifest.json", '"rows": 4', '"rows": 5', ["manifest.json: billing_lines.parquet has 5 rows, not 4"]),
    ("manifest.json", '"active_users.csv"', '"users.csv"', [
        "manifest.json: cannot be read or names not every file (KeyError('active_users.csv'))"]),
    ("manifest.json", '"sha256": "', '"sha256": "0', ["billing_lines.parquet: SHA-256 is not the one in the manifest"]),
])  # fmt: skip
def test_what_is_written_wrong_is_named(name, before, after, found, export):
    export.edit(name, before, after)
    assert export.wrong() == found


@pytest.mark.parametrize(("lines", "found"), [
    ([*LINES[:3], LINES[0]], ["billing_lines.parquet: expected every billing_line_id once; found 2 of 4 are there more "
                              "than once (50.0 %)", "billing_lines.parquet: 1 rows are there twice"]),
    ([*LINES[:3], (None, *LINES[3][1:])], [
        "billing_lines.parquet: expected billing_line_id in every row; found 1 rows without"]),
    ([*LINES[:3], (*LINES[3][:6], None, "KWD")], [
        "billing_lines.parquet: expected amount in every row; found 1 rows without",
        "billing_lines.parquet: total in KWD is 0, in the marts -1.005"]),
    ([*LINES[:3], (*LINES[3][:7], None)], [
        "billing_lines.parquet: expected currency in every row; found 1 rows without",
        "billing_lines.parquet: total in KWD is nothing, in the marts -1.005"]),
    (LINES[:3], ["billing_lines.parquet: expected 4 rows, as in the marts; found 3 rows"]),
])  # fmt: skip
def test_wrong_lines_are_named(lines, found, export, monkeypatch):
    monkeypatch.setitem(DIGITS, "None", 3)
    export.lines = list(lines)
    export.write()
    assert set(found) <= set(export.wrong())


def test_personal_data_is_named(export):
    for column in ("display_name", "account_name", "customer_email"):
        export.schemas["active_users"] = pa.schema([
            (column if name == "source" else name, kind)
            for name, kind in zip(SCHEMAS["active_users"].names, SCHEMAS["active_users"].types, strict=True)
        ])  # fmt: skip
        export.write()
        assert export.wrong() == [f"active_users: column {column} is personal data"]


def test_missing_foreign_and_broken_files_are_named(export):
    (export.folder / "notes.txt").write_text("x")
    assert export.wrong() == ["notes.txt: does not belong in an export"]
    (export.folder / "notes.txt").unlink()
    (export.folder / "active_users.parquet").write_bytes(b"PAR1")
    export.write_manifest()
    (message,) = export.wrong()
    assert message.startswith("active_users: cannot be read back (")
    (export.folder / "manifest.json").unlink()
    assert export.wrong() == ["manifest.json: the file is missing"]


def test_a_binary_float_never_passes_as_an_amount(export):
    export.schemas["billing_lines"] = SCHEMAS["billing_lines"].set(6, pa.field("amount", pa.float64()))
    export.lines = [(*line[:6], float(line[6]), line[7]) for line in LINES]
    export.write()
    assert "billing_lines: amount is not the same in 4 rows of the CSV and the Parquet file" in export.wrong()
