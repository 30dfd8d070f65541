"""Every reason for which a landed row is rejected, provoked alone, and every spelling that is accepted (landing.md).

All cases stand in one landing zone, each under a key of its own; the zone is built as CSV, as NDJSON and, with what a
typed file can hold, as Parquet. About 20 s of one core.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from headcount.sample.files import spell
from tests.oracle.contract import ENDS_AFTER_STARTS, HAPPENED_AT, IMMUTABLE, TABLES
from tests.oracle.small_landing import SmallLanding
from tests.support.files import columns_of, write_rows, write_zone
from tests.support.warehouse import build, rows

pytestmark = pytest.mark.xdist_group("rows")

LOADED = datetime(2026, 5, 10)
WHEN = datetime(2026, 5, 1)
AS_OF = "2026-07-01T00:00:00Z"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

GOOD = {
    "accounts": dict(product="nexudus", account_name="One", timezone="Europe/Lisbon", currency="EUR", created_at=WHEN),
    "locations": dict(account_id="a", location_name="Place", timezone="UTC", created_at=WHEN),
    "customers": dict(account_id="a", home_location_id="nowhere", is_admin=False, created_at=WHEN),
    "customer_status_changes": dict(customer_id="c", status="active", changed_at=WHEN),
    "teams": dict(account_id="a", location_id="l", paying_customer_id="c", has_merged_invoicing=True, created_at=WHEN),
    "team_memberships": dict(team_id="m", customer_id="c", joined_at=WHEN, left_at=None),
    "contracts": dict(customer_id="c", location_id="l", price=Decimal(5), created_at=WHEN, starts_at=WHEN),
    "product_sales": dict(customer_id="c", location_id="l", is_recurring=True, price=Decimal(5), sold_at=WHEN),
    "bookings": dict(
        customer_id="c", location_id="l", price=Decimal(5), booked_at=WHEN, starts_at=WHEN, ends_at=WHEN
    ),
    "event_tickets": dict(customer_id="c", location_id="l", price=Decimal(5), purchased_at=WHEN),
    "invoices": dict(customer_id="c", location_id="l", issued_at=WHEN),
    "invoice_lines": dict(invoice_id="i", line_type="plan", amount=Decimal(5)),
    "platform_invoices": dict(account_id="a", location_id="l", invoiced_at=WHEN),
    "edits": dict(account_id="n", customer_id="cn", edit_kind="information", edited_at=WHEN),
    "subscriptions": dict(account_id="n", started_on=date(2026, 5, 1), cancelled_on=None),
    "subscription_changes": dict(
        subscription_id="u", plan="Meal Plan", duration="monthly", client_limit=10, changed_at=WHEN
    ),
}
# What the cases refer to: an account of each product, and another one with everything of its own.
WORLD = {
    "accounts": [dict(account_id="a"), dict(account_id="o"), dict(account_id="n", product="nutrium")],
    "locations": [dict(location_id="l"), dict(location_id="lo", account_id="o")],
    "customers": [
        dict(customer_id="c"),
        dict(customer_id="co", account_id="o"),
        dict(customer_id="cn", account_id="n"),
    ],
    "teams": [
        dict(team_id="m"),
        dict(team_id="mo", account_id="o", location_id="lo", paying_customer_id="co"),
    ],
    "invoices": [dict(invoice_id="i")],
    "subscriptions": [dict(subscription_id="u")],
}
FOREIGN = {"account_id": "o", "location_id": "lo", "customer_id": "co", "paying_customer_id": "co", "team_id": "mo"}


@dataclass
class Case:
    """A landed row that differs from a good one in `changes`, and what it is rejected for (nothing: accepted)."""

    table: str
    changes: dict
    reasons: set[str]
    before: dict | None = None  # an earlier good version of the record, changed so
    name: str = ""
    key: str = field(default="", init=False)

    @property
    def is_typed(self) -> bool:
        """Whether a typed Parquet file can hold the row."""
        texts = {"text", "zone", "currency", "product", "status", "duration"}
        return not any(
            isinstance(value, str) and columns_of(self.table)[name] not in texts for name, value in self.changes.items()
        )

    def rows(self) -> list[dict]:
        key = {TABLES[self.table].key: self.key, "_loaded_at": LOADED}
        own = [GOOD[self.table] | key | self.changes]
        if self.before is None:
            return own
        return [GOOD[self.table] | key | {"_loaded_at": LOADED - DAY} | self.before, *own]

    def __str__(self):
        return "-".join(filter(None, (self.table, self.name, *(sorted(self.reasons) or ["accepted"]))))


def of_every_column() -> list[Case]:
    """A value missing, unreadable or not allowed, a reference to nobody and to another account, and so on."""
    cases = []
    for table in TABLES.values():
        owner = next(
            (n for n in ("account_id", "team_id", "location_id") if n in table.names and n != table.key), None
        )
        for column in [*table.columns[1:], None]:
            name, kind = (column.name, column.kind) if column else ("_loaded_at", "instant")
            if column is None or column.required:
                cases.append(Case(table.name, {name: None}, {f"missing:{name}"}))
                cases.append(Case(table.name, {name: "  "}, {f"missing:{name}"}, name="blanks"))
            if kind in ("instant", "date", "boolean", "decimal", "integer", "zone"):
                cases.append(Case(table.name, {name: "soon"}, {f"unreadable:{name}"}))
            if kind in ("product", "currency", "status", "duration"):
                cases.append(Case(table.name, {name: "Active"}, {f"not_allowed:{name}"}))
            if column and column.refers_to:
                cases.append(Case(table.name, {name: "nobody"}, {f"unknown:{name}"}))
                if owner and name != owner:
                    cases.append(Case(table.name, {name: FOREIGN[name]}, {f"other_account:{name}"}))
            if name == "price":
                cases.append(Case(table.name, {name: Decimal("-0.01")}, {"negative:price"}))
                cases.append(Case(table.name, {name: Decimal(0)}, set(), name="free"))
        if not table.is_event:
            cases.append(Case(table.name, {"_deleted": "perhaps"}, {"unreadable:_deleted"}))
        for column in IMMUTABLE.get(table.name, ()):
            cases.append(immutable(table.name, column))
        if table.name in HAPPENED_AT:
            name = HAPPENED_AT[table.name]
            cases.append(Case(table.name, {name: LOADED + DAY + SECOND}, {"in_the_future"}))
            cases.append(Case(table.name, {name: LOADED + DAY}, set(), name="a-day-ahead"))
        for start, end in ENDS_AFTER_STARTS.get(table.name, ()):
            at = GOOD[table.name][start]
            a_bit = DAY if type(at) is date else SECOND
            cases.append(Case(table.name, {end: at - a_bit}, {"ends_before_start"}, name=end))
            cases.append(Case(table.name, {end: at}, set(), name=f"{end}-at-its-start"))
    return cases


def immutable(table: str, column: str) -> Case:
    """A second version that differs in what never changes; a team takes its other account's place and payer along."""
    other = {
        "product": "nutrium", "timezone": "Asia/Tokyo", "currency": "USD", "created_at": WHEN + SECOND,
        "history_complete_at": LOADED, "account_id": "o", "started_on": date(2026, 5, 2),
    }  # fmt: skip
    changes = {column: other[column]}
    if table == "teams":
        changes |= {"location_id": "lo", "paying_customer_id": "co"}
    return Case(table, changes, {f"immutable:{column}"}, before={})


CASES = [
    *of_every_column(),
    Case("subscription_changes", {"client_limit": 0}, {"negative:client_limit"}),
    Case("subscription_changes", {"client_limit": -3}, {"negative:client_limit"}, name="below"),
    Case("subscription_changes", {"client_limit": "2.5"}, {"unreadable:client_limit"}, name="half"),
    Case("subscription_changes", {"client_limit": "2.0"}, set(), name="zeros-after-the-point"),
    Case("subscription_changes", {"client_limit": None}, set(), name="unlimited"),
    Case("invoice_lines", {"amount": Decimal("-5")}, set(), name="a-credit"),
    Case("invoice_lines", {"line_type": "deposit"}, set(), name="another-word"),
    Case("edits", {"edit_kind": "merge"}, set(), name="another-word"),
    Case("bookings", {"customer_id": None}, set(), name="a-walk-in"),
    Case("event_tickets", {"customer_id": None}, set(), name="a-guest"),
    Case("platform_invoices", {"location_id": None}, set(), name="every-location"),
    Case("contracts", {"paused_at": WHEN - DAY, "starts_at": WHEN - DAY}, set(), name="nothing-else-is-an-end"),
    Case("invoices", {"voided_at": WHEN - DAY}, set(), name="nothing-else-is-an-end"),
    # Several reasons on one row.
    Case("bookings", {"price": "five", "customer_id": "nobody", "location_id": None, "ends_at": WHEN - SECOND,
                      "booked_at": LOADED + 2 * DAY},
         {"unreadable:price", "unknown:customer_id", "missing:location_id", "ends_before_start", "in_the_future"}),
    Case("accounts", {"product": "gym", "currency": "eur", "timezone": "europe/lisbon"},
         {"not_allowed:product", "not_allowed:currency", "unreadable:timezone"}),
    # Versions of one instant: the greater stands (null is smallest, a delete is greatest), the other conflicts.
    Case("bookings", {"price": Decimal(4)}, {"conflicting_version"}, before={"_loaded_at": LOADED}),
    Case("bookings", {"cancelled_at": None}, {"conflicting_version"}, name="null",
         before={"_loaded_at": LOADED, "cancelled_at": WHEN}),
    Case("bookings", {"price": Decimal(99)}, {"conflicting_version"}, name="delete",
         before={"_loaded_at": LOADED, "_deleted": True}),
    Case("bookings", {"price": Decimal("5.000000")}, set(), name="copy", before={"_loaded_at": LOADED}),
    Case("edits", {"edit_kind": "other"}, set(), name="event-again", before={}),
    # Of a delete only the key and the load are read.
    Case("bookings", {"_deleted": True, "price": "gone", "customer_id": "nobody", "location_id": None}, set(),
         before={}),
    Case("contracts", {"_deleted": True, "price": None, "customer_id": None, "location_id": None, "created_at": None,
                       "starts_at": None}, set(), before={}, name="delete"),
    Case("contracts", {"_deleted": True, "_loaded_at": "then"}, {"unreadable:_loaded_at"}, name="delete"),
]  # fmt: skip
for number, case in enumerate(CASES):
    case.key = f"case-{number}"
# How many of a case's rows are neither accepted nor rejected.
REDELIVERED = {"copy", "event-again"}
# A platform invoice of a period that the next one ended and that has closed since.
LATE_BOUNDARIES = [
    (key, when, loaded)
    for key, when, loaded in (
        ("p1", datetime(2026, 5, 12), datetime(2026, 5, 12)),
        ("p2", datetime(2026, 6, 1), datetime(2026, 6, 1)),
        ("p-at-the-cutoff", datetime(2026, 5, 20), datetime(2026, 6, 2)),
        ("p-late", datetime(2026, 5, 21), datetime(2026, 6, 2, 0, 0, 1)),
        ("p-same-instant", datetime(2026, 6, 1), datetime(2026, 6, 20)),
    )
]


def zone(typed: bool) -> dict[str, list[dict]]:
    """The rows of the world and of the cases by table."""
    found = {name: [] for name in TABLES}
    for table, known in WORLD.items():
        found[table] += [GOOD[table] | {"_loaded_at": WHEN} | row for row in known]
    for case in CASES:
        if case.is_typed or not typed:
            found[case.table] += case.rows()
    for table in TABLES.values():
        found[table.name].append(GOOD[table.name] | {table.key: None, "_loaded_at": LOADED})
    found["locations"].append(GOOD["locations"] | {"location_id": "late", "_loaded_at": WHEN})
    for key, when, loaded in LATE_BOUNDARIES:
        row = {"platform_invoice_id": key, "account_id": "a", "location_id": "late", "invoiced_at": when}
        found["platform_invoices"].append(row | {"_loaded_at": loaded})
    return found


@pytest.fixture(scope="module", params=["csv", "ndjson", "parquet"])
def landed(request, compiled, tmp_path_factory):
    """(format, rejected records by key, reconciliation by table) of the zone in a format."""
    file_format = request.param
    folder = write_zone(tmp_path_factory.mktemp(file_format), zone(file_format == "parquet"), file_format)
    with build(compiled, folder, AS_OF) as connection:
        rejected = rows(connection, "rejected_records", ["source_table", "record_key", "reason", "detail",
                                                         "row_hash", "raw_record", "loaded_at"])  # fmt: skip
        counts = rows(connection, "landing_reconciliation", ["source_table", "landed_rows", "accepted_rows",
                                                             "redelivered_rows", "rejected_rows"])  # fmt: skip
    by_key = {}
    for row in rejected:
        by_key.setdefault((row["source_table"], row["record_key"]), []).append(row)
    return file_format, by_key, {row["source_table"]: row for row in counts}


def test_the_reasons_of_the_contract_are_all_provoked():
    kinds = {reason.partition(":")[0] for case in CASES for reason in case.reasons} | {"period_already_closed"}
    assert kinds == {
        "missing", "unreadable", "not_allowed", "negative", "unknown", "other_account", "ends_before_start",
        "in_the_future", "conflicting_version", "immutable", "period_already_closed",
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_row_is_rejected_for_its_reasons_alone(landed, case):
    file_format, rejected, _ = landed
    if file_format == "parquet" and not case.is_typed:
        assert (case.table, case.key) not in rejected
        return
    found = rejected.get((case.table, case.key), [])
    assert {row["reason"] for row in found} == case.reasons
    assert len(found) == len(case.reasons)
    assert len({row["row_hash"] for row in found}) <= 1
    for row in found:
        kind, _, column = row["reason"].partition(":")
        assert row["detail"]
        assert row["detail"].startswith(f"{column} ") or not column
        raw = json.loads(row["raw_record"])
        assert raw[TABLES[case.table].key] == case.key
        if file_format != "parquet":
            said = {name: spell(value) or "" for name, value in case.rows()[-1].items()}
            assert {name: raw[name] or "" for name in said} == said
        loaded_at = case.rows()[-1]["_loaded_at"]
        assert row["loaded_at"] == (loaded_at if isinstance(loaded_at, datetime) else None)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_without_its_key_is_rejected_without_one(landed, table):
    _, rejected, _ = landed
    assert [row["reason"] for row in rejected[table, None]] == [f"missing:{TABLES[table].key}"]


def test_a_boundary_of_a_closed_period_is_rejected_from_the_cutoff_on(landed):
    """P4: known at the cutoff it still counts, a second later it is late; on a boundary it changes nothing."""
    _, rejected, _ = landed
    late = {key: rejected.get(("platform_invoices", key), []) for key, *_ in LATE_BOUNDARIES}
    reasons = {key: [row["reason"] for row in found] for key, found in late.items() if found}
    assert reasons == {"p-late": ["period_already_closed"]}


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_lost(landed, table):
    """run.md, nothing lost: landed = accepted + redelivered + rejected, and each number is what was landed."""
    file_format, rejected, counts = landed
    typed = file_format == "parquet"
    mine = [case for case in CASES if case.table == table and (case.is_typed or not typed)]
    late = int(table == "platform_invoices")
    assert counts[table] == {
        "source_table": table,
        "landed_rows": len(zone(typed)[table]),
        "redelivered_rows": sum(case.name in REDELIVERED for case in mine),
        "rejected_rows": 1 + late + sum(bool(case.reasons) for case in mine),
        "accepted_rows": len(zone(typed)[table]) - 1 - late
        - sum(bool(case.reasons) or case.name in REDELIVERED for case in mine),
    }  # fmt: skip


# -- spellings -------------------------------------------------------------------------------

NOON = datetime(2026, 3, 31, 12)
SPELLINGS = [
    # instants
    ("customers", "created_at", "2026-03-31T12:00:00Z", NOON),
    ("customers", "created_at", "2026-03-31 12:00:00Z", NOON),
    ("customers", "created_at", " \t2026-03-31T12:00Z ", NOON),
    ("customers", "created_at", "2026-03-31 12:00", NOON),
    ("customers", "created_at", "2026-03-31T12:00:00.25Z", NOON + timedelta(milliseconds=250)),
    ("customers", "created_at", "2026-03-31T12:00:00.000001", NOON + timedelta(microseconds=1)),
    ("customers", "created_at", "2026-03-31T14:00:00+02:00", NOON),
    ("customers", "created_at", "2026-03-31T14:00+0200", NOON),
    ("customers", "created_at", "2026-03-31 14:00:00+02", NOON),
    ("customers", "created_at", "2026-03-31T08:30:00-03:30", NOON),
    ("customers", "created_at", "2024-02-29T00:00Z", datetime(2024, 2, 29)),
    ("customers", "created_at", "2026-02-29T00:00Z", None),
    ("customers", "created_at", "2026-03-31", None),
    ("customers", "created_at", "2026-03-31T12Z", None),
    ("customers", "created_at", "2026-03-31T24:00:00Z", None),
    ("customers", "created_at", "2026-03-31T12:00:60Z", None),
    ("customers", "created_at", "2026-03-31T12:00:00 Europe/Lisbon", None),
    ("customers", "created_at", "31/03/2026 12:00", None),
    ("customers", "created_at", "2026-3-31T12:00:00Z", None),
    ("customers", "created_at", "1774958400", None),
    ("customers", "created_at", "infinity", None),
    # dates
    ("subscriptions", "started_on", "2026-05-01", date(2026, 5, 1)),
    ("subscriptions", "started_on", " 2026-05-01 ", date(2026, 5, 1)),
    ("subscriptions", "started_on", "2026-5-1", None),
    ("subscriptions", "started_on", "2026-02-30", None),
    ("subscriptions", "started_on", "2026-05-01T00:00:00Z", None),
    # booleans
    ("customers", "is_admin", "true", True),
    ("customers", "is_admin", "TRUE", True),
    ("customers", "is_admin", " False ", False),
    ("customers", "is_admin", "", "empty"),
    ("customers", "is_admin", "   ", "empty"),
    ("customers", "is_admin", "t", None),
    ("customers", "is_admin", "1", None),
    ("customers", "is_admin", "yes", None),
    # numbers
    ("invoice_lines", "amount", "12.5", Decimal("12.5")),
    ("invoice_lines", "amount", "+1.5", Decimal("1.5")),
    ("invoice_lines", "amount", "-012.50", Decimal("-12.5")),
    ("invoice_lines", "amount", "999999999999.999999", Decimal("999999999999.999999")),
    ("invoice_lines", "amount", "-999999999999.999999", Decimal("-999999999999.999999")),
    ("invoice_lines", "amount", "0.000001", Decimal("0.000001")),
    ("invoice_lines", "amount", " 7 ", Decimal(7)),
    ("invoice_lines", "amount", "1000000000000", None),
    ("invoice_lines", "amount", "0.0000001", None),
    ("invoice_lines", "amount", "1e5", None),
    ("invoice_lines", "amount", "1E5", None),
    ("invoice_lines", "amount", "1,5", None),
    ("invoice_lines", "amount", "1_000", None),
    ("invoice_lines", "amount", "1 000", None),
    ("invoice_lines", "amount", ".5", None),
    ("invoice_lines", "amount", "5.", None),
    ("invoice_lines", "amount", "+", None),
    ("invoice_lines", "amount", "NaN", None),
    ("invoice_lines", "amount", "inf", None),
    ("invoice_lines", "amount", "0x10", None),
    ("invoice_lines", "amount", "\u0663", None),
]


@pytest.fixture(scope="module", params=["csv", "csv.gz", "ndjson", "parquet_text"])
def read(request, compiled, tmp_path_factory):
    """(table, key) -> the values read, of the spellings in a format of texts."""
    found = {table: [] for table in TABLES}
    for table, known in WORLD.items():
        found[table] += [GOOD[table] | {"_loaded_at": WHEN} | row for row in known]
    for number, (table, column, text, _) in enumerate(SPELLINGS):
        row = GOOD[table] | {TABLES[table].key: f"s{number}", "_loaded_at": LOADED, column: text}
        found[table].append(row)
    with build(compiled, write_zone(tmp_path_factory.mktemp("read"), found, request.param), AS_OF) as connection:
        return staged(connection), rejected_keys(connection)


def staged(connection) -> dict:
    found = {}
    for table in ("customers", "subscriptions", "invoice_lines", "bookings"):
        cursor = connection.execute(f"select * from staging.stg_{table}")
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            values = dict(zip(names, row, strict=True))
            found[table, values[TABLES[table].key]] = values
    return found


def rejected_keys(connection) -> dict:
    found = rows(connection, "rejected_records", ["source_table", "record_key", "reason"])
    return {(row["source_table"], row["record_key"]): row["reason"] for row in found}


@pytest.mark.parametrize("number", range(len(SPELLINGS)), ids=lambda number: f"{SPELLINGS[number][1:3]}")
def test_a_text_is_read_as_its_type_or_rejected(read, number):
    """landing.md, spellings in text: a value that cannot be read never becomes null or zero in silence."""
    values, rejected = read
    table, column, _, wanted = SPELLINGS[number]
    assert rejected.get((table, f"s{number}")) == (f"unreadable:{column}" if wanted is None else None)
    assert values[table, f"s{number}"][column] == (None if wanted == "empty" else wanted)


JSON_NUMBERS = [
    ("12", Decimal(12)),
    ("0.1", Decimal("0.1")),
    ("1.50", Decimal("1.5")),
    ("-0.000001", Decimal("-0.000001")),
    ("123456789012.123456", Decimal("123456789012.123456")),
    ("999999999999.999999", Decimal("999999999999.999999")),
    ("100000000000.000001", Decimal("100000000000.000001")),
    ("123456789012", Decimal(123456789012)),
    ("1e5", None),
    ("1.5e1", None),
    ("1234567890123", None),
    ("0.1234567", None),
    ("12345678901234567890123", None),
    ("true", None),
    ("[1]", None),
]


def test_numbers_of_ndjson_keep_every_digit(compiled, tmp_path):
    """A JSON number is the text it is written as, 12 digits before and 6 after the point; never a binary float."""
    write_zone(tmp_path, {t: [GOOD[t] | {"_loaded_at": WHEN} | r for r in k] for t, k in WORLD.items()}, "ndjson")
    shared = '"invoice_id": "i", "line_type": "plan", "_loaded_at": "2026-05-10T00:00:00Z"'
    lines = [f'{{"invoice_line_id": "j{n}", {shared}, "amount": {text}}}' for n, (text, _) in enumerate(JSON_NUMBERS)]
    # The same name and number within another value, and in a text, are not the row's.
    lines += [
        f'{{"invoice_line_id": "within", "meta": {{"amount": 1.5}}, {shared}, "amount": 123456789012.123456}}',
        f'{{"invoice_line_id": "text", "note": "\\"amount\\": 3.5", {shared}, "amount" : 123456789012.123456}}',
        f'{{"amount":123456789012.123456,"invoice_line_id": "first", {shared}}}',
        f'{{"invoice_line_id": "string", {shared}, "amount": "123456789012.123456"}}',
    ]
    (tmp_path / "invoice_lines").mkdir()
    (tmp_path / "invoice_lines" / "a.ndjson").write_text("\n".join(lines) + "\n")
    with build(compiled, tmp_path, AS_OF) as connection:
        values, rejected = staged(connection), rejected_keys(connection)
    for number, (text, wanted) in enumerate(JSON_NUMBERS):
        assert values["invoice_lines", f"j{number}"]["amount"] == wanted, text
        assert rejected.get(("invoice_lines", f"j{number}")) == (None if wanted else "unreadable:amount"), text
    for key in ("within", "text", "first", "string"):
        assert values["invoice_lines", key]["amount"] == Decimal("123456789012.123456"), key


def test_csv_is_read_as_it_is_quoted(compiled, tmp_path):
    """A mark of byte order, quoted line ends and commas, CRLF, doubled quotes, columns in any order, foreign ones."""
    write_zone(tmp_path, {t: [GOOD[t] | {"_loaded_at": WHEN} | r for r in k] for t, k in WORLD.items()}, "csv")
    (tmp_path / "customers" / "deep" / "er").mkdir(parents=True)
    (tmp_path / "customers" / "deep" / "er" / "b.csv").write_bytes(
        b'\xef\xbb\xbfnote,_loaded_at,"customer_id",created_at,account_id,display_name\r\n'
        b'"a, b",2026-05-10T00:00:00Z,q1,2026-05-01T00:00:00Z,a,"line one\r\nline ""two"""\r\n'
        b',2026-05-10T00:00:00Z,q2,2026-05-01T00:00:00Z,a,\r\n'
    )  # fmt: skip
    with build(compiled, tmp_path, AS_OF) as connection:
        names = dict(connection.execute("select customer_id, display_name from marts.dim_customers").fetchall())
        assert not connection.execute("select * from marts.rejected_records").fetchall()
    assert names == {"c": None, "co": None, "cn": None, "q1": 'line one\r\nline "two"', "q2": None}


def test_an_optional_column_that_is_not_there_is_null(compiled, tmp_path):
    write_zone(tmp_path, {t: [GOOD[t] | {"_loaded_at": WHEN} | r for r in k] for t, k in WORLD.items()}, "csv")
    booking = GOOD["bookings"] | {"booking_id": "b", "_loaded_at": LOADED}
    path = write_rows(tmp_path / "bookings" / "a", "bookings", [booking], "csv")
    header, row = (line.split(",") for line in path.read_text().splitlines())
    dropped = ("customer_id", "cancelled_at", "_deleted", "resource_name")
    kept = [n for n, name in enumerate(header) if name not in dropped]
    path.write_text("".join(",".join(line[n] for n in kept) + "\n" for line in (header, row)))
    with build(compiled, tmp_path, AS_OF) as connection:
        assert staged(connection)["bookings", "b"]["customer_id"] is None
        assert not connection.execute("select * from marts.rejected_records").fetchall()


# -- knowledge -------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path):
    """A location invoiced on 1 May and 1 June 2026, and a customer."""
    return SmallLanding(tmp_path).account().location().customer().invoiced("2026-05-01").invoiced("2026-06-01")


def at(compiled, landing, as_of):
    """The warehouse of a small landing at a day."""
    landing.evaluate(datetime.fromisoformat(as_of))
    return build(compiled, landing.folder, f"{as_of}T00:00:00Z")


def counted(connection):
    found = connection.execute(
        "select strftime(period_start_at, '%m-%d'), customer_id, sources from marts.fct_active_users order by all"
    )
    return found.fetchall()


def test_a_row_waits_for_its_parent_and_is_known_no_sooner(compiled, place):
    """landing.md, known_at: rejected until its customer has landed; after the period closed it is a late addition."""
    place.customer("d", loaded="2026-06-20").booking("2026-05-10", key="b", customer="d")
    with at(compiled, place, "2026-06-10") as connection:
        assert rejected_keys(connection) == {("bookings", "b"): "unknown:customer_id"}
        assert counted(connection) == []
    with at(compiled, place, "2026-06-21") as connection:
        assert rejected_keys(connection) == {}
        assert counted(connection) == []
        corrections = rows(connection, "fct_active_user_corrections", ["customer_id", "correction"])
    assert corrections == [{"customer_id": "d", "correction": "late_addition"}]


def test_a_rejected_version_hides_nothing_and_a_delete_everything(compiled, place):
    """landing.md: the last accepted version stays in force; from a delete on the record does not exist."""
    place.booking("2026-05-10", key="kept").booking("2026-05-10", key="kept", price="x", loaded="2026-05-11")
    place.customer("d").booking("2026-05-10", key="gone", customer="d")
    place.add("bookings", booking_id="gone", _deleted="true", _loaded_at="2026-05-12T00:00:00Z")
    place.customer("e").booking("2026-05-10", key="back", customer="e")
    place.add("bookings", booking_id="back", _deleted="true", _loaded_at="2026-05-12T00:00:00Z")
    place.booking("2026-05-10", key="back", customer="e", loaded="2026-05-13")
    with at(compiled, place, "2026-06-10") as connection:
        assert counted(connection) == [("05-01", "c", "booking"), ("05-01", "e", "booking")]
        assert rejected_keys(connection) == {("bookings", "kept"): "unreadable:price"}


def test_an_event_is_its_first_known_delivery_for_ever(compiled, tmp_path):
    """landing.md, event: later deliveries are redeliveries, whatever they say."""
    landing = SmallLanding(tmp_path).account("nutrium", created="2026-04-01", loaded="2026-04-01").customer()
    landing.edit("2026-05-10", kind="merge", loaded="2026-05-11").edit("2026-05-10", loaded="2026-05-12")
    landing.edit("2026-05-10", kind="information", key="first", loaded="2026-05-12")
    landing.edit("2026-06-02", kind="merge", key="first", loaded="2026-06-03")
    with at(compiled, landing, "2026-06-10") as connection:
        assert counted(connection) == [("05-01", "c", "edit")]
        assert rows(connection, "fct_active_user_sources", ["evidence_id"]) == [{"evidence_id": "first"}]
