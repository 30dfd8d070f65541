"""A small healthy landing zone to spoil: a coworking account (a1) with a location (l1), and a clinic (n1).

May 2026 is closed on both nights: at l1 customer 101 counts by a booking, at n1 901, 902 and 903 by edits.
"""

import copy
import json
import shutil
from pathlib import Path

import pyarrow as pa

from headcount.sample import files

NIGHT1, NIGHT2 = "2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z"
FIRST_LOAD = "2026-04-02T01:00:00Z"
# When rows reach the zone that only the second night may see.
LATE_LOAD = "2026-06-10T12:00:00Z"
COUNTED = {("l1", "101"), ("n1", "901"), ("n1", "902"), ("n1", "903")}

_CREATED = {"created_at": "2026-04-01T08:00:00Z", "_loaded_at": FIRST_LOAD}


def account(key: str, product: str = "nexudus", **more) -> dict:
    return {"account_id": key, "product": product, "account_name": key, "timezone": "Europe/Lisbon", "currency": "EUR",
            **_CREATED, **more}  # fmt: skip


def customer(key: str, account_id: str = "a1", **more) -> dict:
    return {"customer_id": key, "account_id": account_id, **_CREATED, **more}


def booking(key: str, customer_id: str | None = "101", **more) -> dict:
    """A booking of 10 May; one of these makes its customer count."""
    return {"booking_id": key, "customer_id": customer_id, "location_id": "l1", "price": "10.00",
            "booked_at": "2026-05-10T10:00:00Z", "starts_at": "2026-05-11T10:00:00Z", "ends_at": "2026-05-11T11:00:00Z",
            "cancelled_at": "", "_loaded_at": "2026-05-11T01:00:00Z", "_deleted": "", **more}  # fmt: skip


def sale(key: str, customer_id: str, **more) -> dict:
    """A one-off sale of 10 May; it makes its customer count when it is not free."""
    return {"sale_id": key, "customer_id": customer_id, "location_id": "l1", "is_recurring": "false", "price": "5",
            "sold_at": "2026-05-10T10:00:00Z", "_loaded_at": "2026-05-11T01:00:00Z", **more}  # fmt: skip


def contract(key: str, customer_id: str, **more) -> dict:
    """A contract from April on; it makes its customer count while it is open."""
    return {"contract_id": key, "customer_id": customer_id, "location_id": "l1", "price": "100",
            "created_at": "2026-04-02T08:00:00Z", "starts_at": "2026-04-02T08:00:00Z", "cancelled_at": "",
            "_loaded_at": "2026-04-03T01:00:00Z", **more}  # fmt: skip


def edit(key: str, customer_id: str, **more) -> dict:
    """An edit of 12 May; one of these makes its customer count."""
    return {"edit_id": key, "account_id": "n1", "customer_id": customer_id, "edit_kind": "information",
            "edited_at": "2026-05-12T10:00:00Z", "_loaded_at": "2026-05-13T01:00:00Z", **more}  # fmt: skip


def invoiced(month: int, account_id: str = "a1") -> dict:
    return {"platform_invoice_id": f"p{month}-{account_id}", "account_id": account_id, "location_id": "",
            "invoiced_at": f"2026-0{month}-01T00:00:00Z", "_loaded_at": f"2026-0{month}-01T02:00:00Z"}  # fmt: skip


def invoice(key: str, customer_id: str, **more) -> dict:
    return {"invoice_id": key, "customer_id": customer_id, "location_id": "l1", "issued_at": "2026-05-10T10:00:00Z",
            "_loaded_at": "2026-05-11T01:00:00Z", **more}  # fmt: skip


def invoice_line(key: str, invoice_id: str, **more) -> dict:
    return {"invoice_line_id": key, "invoice_id": invoice_id, "line_type": "booking", "amount": "20",
            "_loaded_at": "2026-05-11T01:00:00Z", **more}  # fmt: skip


def package(key: str, **more) -> dict:
    """A change of the clinic's subscription u1."""
    return {"subscription_change_id": key, "subscription_id": "u1", "plan": "Meal Plan", "duration": "monthly",
            "client_limit": "10", "changed_at": "2026-05-01T09:00:00Z", "_loaded_at": "2026-05-01T20:00:00Z", **more}  # fmt: skip


_HOUSE = {
    "accounts": [account("a1"), account("n1", "nutrium")],
    "locations": [{"location_id": "l1", "account_id": "a1", "location_name": "Main", "timezone": "Europe/Lisbon", **_CREATED}],
    "customers": [customer("101"), customer("102"), *(customer(key, "n1") for key in ("901", "902", "903"))],
    "platform_invoices": [invoiced(5), invoiced(6)],
    "bookings": [booking("b1")],
    "edits": [edit(f"e{key}", key) for key in ("901", "902", "903")],
    "subscriptions": [{"subscription_id": "u1", "account_id": "n1", "started_on": "2026-05-01", "cancelled_on": "",
                       "_loaded_at": FIRST_LOAD}],
    "subscription_changes": [package("g1")],
}  # fmt: skip


def house() -> dict[str, list[dict]]:
    """The rows by table, to be added to."""
    return copy.deepcopy(_HOUSE)


def write_house(landing: Path, rows: dict[str, list[dict]] | None = None, skip: tuple[str, ...] = ()) -> Path:
    """The house (or other rows) as one CSV file a table; `skip` leaves tables out, to be landed otherwise."""
    landing.mkdir(parents=True, exist_ok=True)
    for table, its_rows in (rows or house()).items():
        if table not in skip:
            write_csv(landing / table / "0.csv", its_rows)
    return landing


def empty(landing: Path, table: str) -> Path:
    """Take the table's folder away and give its path, for files of another format."""
    shutil.rmtree(landing / table, ignore_errors=True)
    return landing / table


# -- files -----------------------------------------------------------------------------------


def names_of(rows: list[dict]) -> list[str]:
    """Every name that a row has, in the order of their first use."""
    return list(dict.fromkeys(name for row in rows for name in row))


def csv_text(rows: list[dict]) -> str:
    return files.csv_text(_texts(rows))


def _texts(rows: list[dict]) -> pa.Table:
    """Values as Python says them, for there are some that no vendor would write."""
    return files.texts(rows, names_of(rows), lambda value: None if value is None else str(value))


def write_csv(path: Path, rows: list[dict], **how) -> Path:
    """A CSV file, packed when its name says so."""
    return files.write_file(path, _texts(rows), "csv.gz" if path.name.lower().endswith(".gz") else "csv", **how)


def write_ndjson(path: Path, rows: list[dict]) -> Path:
    return write_bytes(path, "".join(json.dumps(row) + "\n" for row in rows).encode())


def write_bytes(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def write_parquet(path: Path, rows: list[dict], types: dict[str, pa.DataType] | None = None, **how) -> Path:
    """A Parquet file: a column of `types` has that type, any other is text (an empty one null)."""
    types = types or {}
    columns = {name: column([row.get(name) for row in rows], types.get(name)) for name in names_of(rows)}
    return files.write_file(path, pa.table(columns), "parquet", **how)


def column(values: list, kind: pa.DataType | None = None) -> pa.Array:
    """Values as an Arrow column of the kind."""
    if kind is None:
        return pa.array([None if value == "" else value for value in values], pa.string())
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    return pa.array(values, kind)


WRITERS = {"csv": write_csv, "csv.gz": write_csv, "ndjson": write_ndjson, "parquet": write_parquet}


# -- what was made of it ---------------------------------------------------------------------


def counted(connection) -> set[tuple[str, str]]:
    """(location, customer) of everybody who counts in May 2026."""
    return set(connection.execute(
        "select location_id, customer_id from marts.fct_active_users "
        "where period_start_at between timestamp '2026-04-30' and timestamp '2026-05-02'"
    ).fetchall())  # fmt: skip


def rejections(connection) -> dict[tuple[str, str | None], set[str]]:
    """The reasons of each rejected (table, key)."""
    found: dict[tuple[str, str | None], set[str]] = {}
    cursor = connection.execute("select source_table, record_key, reason from marts.rejected_records")
    for table, key, reason in cursor.fetchall():
        found.setdefault((table, key), set()).add(reason)
    return found


def staged(connection, table: str, key: str) -> dict[str, dict]:
    """The rows of a table as they were read, by their key."""
    cursor = connection.execute(f"select * from staging.stg_{table}")
    names = [described[0] for described in cursor.description]
    return {row[names.index(key)]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def landed(connection) -> dict[str, int]:
    """How many rows of each table landed; that none of them was lost is checked here too."""
    cursor = connection.execute(
        "select source_table, landed_rows, accepted_rows + redelivered_rows + rejected_rows from marts.landing_reconciliation"
    )
    found = cursor.fetchall()
    assert all(there == told for _, there, told in found), found
    return {table: there for table, there, _ in found}
