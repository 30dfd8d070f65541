"""One table of spellings and typed values for each type of the contract, and the same result from every format.

CSV, CSV.GZ, NDJSON and Parquet of text read each spelling; a Parquet file of its own holds each value in each type that can.
About 25 s of one core.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from headcount.sample.files import spell
from tests.oracle.contract import TABLES
from tests.oracle.reading import Unreadable, read_table, read_value
from tests.support import small_house as small
from tests.support.physical import column, types_for
from tests.support.small_house import NIGHT2
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("cases")


class NotRead:
    """A value that makes its row a rejected one, for the reason."""

    def __init__(self, reason: str):
        self.reason = reason

    def __repr__(self):
        return self.reason


BAD = NotRead("unreadable")
NOT_ALLOWED = NotRead("not_allowed")
NOON = datetime(2026, 3, 31, 12)
# Where a value of each type is landed: table, column.
PLACES = {
    "text": ("customers", "display_name"),
    "key": ("customers", "customer_id"),
    "instant": ("customers", "created_at"),
    "date": ("subscriptions", "cancelled_on"),
    "boolean": ("customers", "is_admin"),
    "number": ("invoice_lines", "amount"),
    "integer": ("subscription_changes", "client_limit"),
    "zone": ("locations", "timezone"),
    "currency": ("accounts", "currency"),
    "product": ("accounts", "product"),
    "kind": ("invoice_lines", "line_type"),
    "edit": ("edits", "edit_kind"),
    "status": ("customer_status_changes", "status"),
    "duration": ("subscription_changes", "duration"),
}
SPELLINGS: dict[str, dict[str, Any]] = {
    "text": {
        "x": "x", " x ": "x", "\tx\r": "x", "": None, "   ": None, "null": "null", "NULL": "NULL", "None": "None", "NaN": "NaN",
        "\\N": "\\N", "''": "''", 'say "no"': 'say "no"', "a, b": "a, b", "two\nlines": "two\nlines",
        "two\r\nlines": "two\r\nlines",
        "101.0": "101.0", "0101": "0101", "1e3": "1e3", "true": "true", "=1+1": "=1+1",
        "'; drop table customers; --": "'; drop table customers; --",
        "\u65e5\u672c": "\u65e5\u672c", "\U0001f600": "\U0001f600", "e\u0301": "e\u0301", "\u00a0": "\u00a0", "#": "#",
        "\\": "\\", "{}": "{}",
        "x" * 100_000: "x" * 100_000, "\u200bx": "\u200bx", "%s{0}$1": "%s{0}$1",
    },
    "instant": {
        "2026-03-31T12:00:00Z": NOON, "2026-03-31 12:00:00": NOON, "2026-03-31T12:00": NOON, " 2026-03-31T12:00Z ": NOON,
        "2026-03-31T14:00:00+02:00": NOON, "2026-03-31 14:00+0200": NOON, "2026-03-31T14:00:00+02": NOON,
        "2026-03-31T08:30:00-03:30": NOON, "2026-03-31T12:00:00-00:00": NOON,
        "2026-03-31T12:00:00.5Z": NOON + timedelta(microseconds=500_000),
        "2026-03-31T12:00:00.000001Z": NOON + timedelta(microseconds=1),
        "2026-03-31T12:00:00.000000Z": NOON, "2026-04-01T00:59:59+12:59": NOON + timedelta(seconds=59),
        "2024-02-29T12:00Z": datetime(2024, 2, 29, 12),
        "0001-01-01T00:00:00Z": datetime(1, 1, 1), "9999-12-31T23:59:59.999999Z": datetime(9999, 12, 31, 23, 59, 59, 999999),
        "1899-12-31T00:00:00Z": datetime(1899, 12, 31),
        "2026-03-31": BAD, "2026-03-31T12": BAD, "2026-03-31T12:00:00z": BAD, "2026-03-31t12:00:00Z": BAD,
        "20260331T120000Z": BAD,
        "2026-3-31T12:00:00Z": BAD, "31/03/2026 12:00": BAD, "03/31/2026 12:00:00 PM": BAD, "2026-02-29T12:00:00Z": BAD,
        "2026-13-01T12:00:00Z": BAD, "2026-03-31T24:00:00Z": BAD, "2026-03-31T12:60:00Z": BAD, "2026-03-31T12:00:60Z": BAD,
        "2026-03-31T12:00:00 Z": BAD, "2026-03-31T12:00:00 UTC": BAD, "2026-03-31T12:00:00Europe/Lisbon": BAD,
        "2026-03-31T12:00:00.Z": BAD,
        "2026-03-31T12:00:00,5Z": BAD, "2026-03-31T12:00:00+25:00": BAD, "2026-03-31T12:00:00+02:60": BAD,
        "2026-03-31T12:00:00+2": BAD,
        "0000-12-31T00:00:00Z": BAD, "10000-01-01T00:00:00Z": BAD, "-0001-01-01T00:00:00Z": BAD, "0001-01-01T00:00:00+00:01": BAD,
        "9999-12-31T23:59:59-00:01": BAD, "infinity": BAD, "-infinity": BAD, "epoch": BAD, "now": BAD, "today": BAD,
        "1774958400": BAD,
        "NaT": BAD, "null": BAD, "2026-W14-2T12:00:00Z": BAD, "\u0662\u0660\u0662\u0666-03-31T12:00:00Z": BAD,
        "2026-03-31T12:00:00Z; --": BAD,
        "2026-03-31  12:00:00": BAD, "2026-03-31T12:00:00+02:00:00": BAD, "2026-03-31 (BC) 12:00:00": BAD,
    },
    "date": {
        "2026-05-01": date(2026, 5, 1), " 2026-05-01 ": date(2026, 5, 1), "2028-02-29": date(2028, 2, 29),
        "9999-12-31": date(9999, 12, 31),
        "": None, " ": None,
        "2026-5-1": BAD, "2026-02-30": BAD, "2026-05-01T00:00:00Z": BAD, "2026-05-01 00:00": BAD, "20260501": BAD,
        "01.05.2026": BAD,
        "0000-01-01": BAD, "10000-01-01": BAD, "infinity": BAD, "today": BAD, "46143": BAD, "2026-05": BAD,
        "\u0662026-05-01": BAD,
        "2026-05-01 (BC)": BAD, "-2026-05-01": BAD,
    },
    "boolean": {
        "true": True, "TRUE": True, "True": True, "tRuE": True, " true ": True, "false": False, "FALSE": False, " False": False,
        "": None, "  ": None,
        "t": BAD, "f": BAD, "yes": BAD, "no": BAD, "1": BAD, "0": BAD, "1.0": BAD, "on": BAD, "null": BAD, "true;": BAD,
        "wahr": BAD,
        "-": BAD, "\u0442rue": BAD,
    },
    "number": {
        "12.5": Decimal("12.5"), "0": Decimal(0), "-0": Decimal(0), "+1.5": Decimal("1.5"), "-012.50": Decimal("-12.5"),
        " 7 ": Decimal(7),
        "0.000001": Decimal("0.000001"), "999999999999.999999": Decimal("999999999999.999999"),
        "-999999999999": Decimal(-999999999999),
        "000000000012.000000": Decimal(12), "0.10": Decimal("0.1"), "16777217": Decimal(16777217), "0.1": Decimal("0.1"),
        "1000000000000": BAD, "0000000000001": BAD, "0.0000001": BAD, "1.0000000": BAD, "1e5": BAD, "1E-5": BAD,
        "1,5": BAD, "1.000,5": BAD,
        "1,000.5": BAD, "1_000": BAD, "1 000": BAD, ".5": BAD, "5.": BAD, "+": BAD, "--1": BAD, "1.2.3": BAD, "NaN": BAD,
        "nan": BAD, "inf": BAD,
        "-Infinity": BAD, "0x10": BAD, "12 EUR": BAD, "\u20ac12": BAD, "\u0663": BAD, "\u22121": BAD, "1/2": BAD,
        "50%": BAD, "true": BAD, "null": BAD,
        "0.1d": BAD, "9" * 400: BAD,
    },
    "integer": {
        "10": 10, "1": 1, " 25 ": 25, "+10": 10, "010": 10, "10.0": 10, "10.000000": 10, "999999999999": 999999999999,
        "": None, "  ": None,
        "10.5": BAD, "10.0000000": BAD, "1e1": BAD, "1000000000000": BAD, "ten": BAD, "10.": BAD, "unlimited": BAD,
        "NaN": BAD, "inf": BAD,
        "10,0": BAD, "\u0661\u0660": BAD, "true": BAD,
    },
    "zone": {
        "Europe/Lisbon": "Europe/Lisbon", " UTC ": "UTC", "America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires",
        "europe/lisbon": BAD, "EUROPE/LISBON": BAD, "Lisbon": BAD, "+01:00": BAD, "UTC+1": BAD, "Europe/Atlantis": BAD,
        "../../etc/passwd": BAD, "Europe/Lisbon;": BAD,
    },
    "currency": {
        "EUR": "EUR", " JPY ": "JPY", "KWD": "KWD", "BGN": "BGN", "DEM": "DEM",
        "eur": NOT_ALLOWED, "Eur": NOT_ALLOWED, "EURO": NOT_ALLOWED, "\u20ac": NOT_ALLOWED, "978": NOT_ALLOWED,
        "ZZZ": NOT_ALLOWED,
    },
    "product": {"nexudus": "nexudus", " nutrium ": "nutrium", "Nexudus": NOT_ALLOWED, "NUTRIUM": NOT_ALLOWED, "gym": NOT_ALLOWED},
    "kind": {
        "booking": "booking", "Booking": "booking", "EVENT_TICKET": "event_ticket", " Event_Ticket ": "event_ticket",
        "deposit": "deposit",
        "Event Ticket": "event ticket",
    },
    "edit": {"information": "information", "Food_Plan": "food_plan", " MEASUREMENT": "measurement", "merge": "merge"},
    "status": {"active": "active", " suspended ": "suspended", "archived": "archived", "Active": NOT_ALLOWED,
    "ACTIVE": NOT_ALLOWED,
               "paused": NOT_ALLOWED},
    "duration": {"monthly": "monthly", " annual ": "annual", "Monthly": NOT_ALLOWED, "month": NOT_ALLOWED, "1": NOT_ALLOWED},
}  # fmt: skip
# Of each type the contract's word in the oracle.
WORDS = {"number": "decimal", "kind": "word", "edit": "word", "key": "text"}
# Typed values that are spelled otherwise as text, or that mean nothing: (type, held, what it is).
TYPED = {
    "boolean": [(pa.int8(), 1, True), (pa.int64(), 0, False), (pa.float64(), 1.0, True), (pa.float32(), 0.0, False),
                (pa.int8(), 2, BAD), (pa.float64(), 0.5, BAD), (pa.float64(), float("nan"), BAD), (pa.int64(), -1, BAD)],
    "number": [(pa.float64(), 0.30000000000000004, BAD), (pa.float64(), float("inf"), BAD), (pa.float64(), 1e12, BAD),
               (pa.float64(), -0.0, Decimal(0)), (pa.float32(), 19.99, Decimal("19.99")), (pa.bool_(), True, BAD),
               (pa.decimal128(38, 20), Decimal("0.10000000000000000000"), Decimal("0.1"))],
    "integer": [(pa.float64(), 1e11, 10**11), (pa.decimal128(38, 10), Decimal("10.1"), BAD), (pa.uint64(), 2**64 - 1, BAD)],
    "instant": [(pa.date32(), date(2026, 3, 31), datetime(2026, 3, 31)), (pa.timestamp("us"), 2**63 - 1, BAD),
                (pa.timestamp("ms"), -(2**62), BAD), (pa.timestamp("ns"), 1_774_958_400_000_000_999, NOON), (pa.int64(), 0, BAD),
                (pa.date32(), 2**31 - 1, BAD)],
    "date": [(pa.date32(), 2**31 - 1, BAD), (pa.date32(), -(2**31), BAD), (pa.int32(), 20000, BAD)],
    "text": [(pa.int64(), 101, "101"), (pa.float64(), 101.0, "101"), (pa.float64(), 0.1, "0.1"), (pa.float32(), 0.1, "0.1"),
             (pa.decimal128(10, 2), Decimal("7.50"), "7.5"), (pa.bool_(), True, "true"), (pa.uint64(), 2**64 - 1,
             str(2**64 - 1))],
    "key": [(pa.int64(), 123456789, "123456789"), (pa.float64(), 12345678.0, "12345678"), (pa.decimal128(38, 10),
    Decimal(314), "314"),
            (pa.uuid(), bytes(range(16)), "00010203-0405-0607-0809-0a0b0c0d0e0f"), (pa.float64(), 1e20, "100000000000000000000")],
}  # fmt: skip


@dataclass(frozen=True)
class Probe:
    """One value: the row that holds it has a number for its key, or it is the key itself."""

    number: int
    kind: str
    held: Any
    wanted: Any
    type_: pa.DataType | None = None

    @property
    def key(self) -> str:
        return self.wanted if self.kind == "key" else f"v{self.number}"

    def row(self) -> dict[str, Any]:
        table, name = PLACES[self.kind]
        return self.good(table) | {name: self.held}

    def good(self, table: str) -> dict[str, Any]:
        """A row that would be accepted, under the key of this value."""
        key = self.key
        rows = {
            "customers": small.customer(key), "invoice_lines": small.invoice_line(key, "i1"),
            "subscription_changes": small.package(key),
            "locations": small.house()["locations"][0] | {"location_id": key}, "accounts": small.account(key),
            "edits": small.edit(key, "901"), "subscriptions": small.house()["subscriptions"][0] | {"subscription_id": key},
            "customer_status_changes": {"status_change_id": key, "customer_id": "101", "changed_at": "2026-05-01T00:00:00Z",
                                        "_loaded_at": "2026-05-01T01:00:00Z"},
        }  # fmt: skip
        return rows[table]

    def __str__(self):
        return f"{self.kind}-{self.type_ or 'text'}-{str(self.held)[:30]!a}"


@cache
def texts() -> list[Probe]:
    pairs = [(kind, text, wanted) for kind, spellings in SPELLINGS.items() for text, wanted in spellings.items()]
    return [Probe(number, *pair) for number, pair in enumerate(pairs)]


@cache
def typed() -> list[Probe]:
    """The values of the table of typed ones, and each value that a text gives, in each type that holds it."""
    listed = [(kind, held, wanted, type_) for kind, values in TYPED.items() for type_, held, wanted in values]
    for probe in texts():
        if not isinstance(probe.wanted, NotRead) and probe.wanted is not None and len(str(probe.wanted)) < 1000:
            word = WORDS.get(probe.kind, probe.kind)
            listed += [(probe.kind, probe.wanted, probe.wanted, type_) for type_ in types_for(word, [probe.wanted])]
    distinct = {(kind, str(held), str(type_)): (kind, held, wanted, type_) for kind, held, wanted, type_ in listed}
    return [Probe(5000 + number, *values) for number, values in enumerate(distinct.values())]


# -- reading them ----------------------------------------------------------------------------


def world(landing: Path, ending: str) -> Path:
    """What the rows refer to, in the format; every table of it has rows."""
    house = small.house() | {"invoices": [small.invoice("i1", "101")], "invoice_lines": [small.invoice_line("k1", "i1")]}
    for table, rows in house.items():
        small.WRITERS[ending](landing / table / f"world.{ending}", rows)
    return landing


def read_all(compiled, landing: Path, probes: list[Probe]) -> dict[int, Any]:
    """What each value was read as: a value, None, or the kind of the reason for which its row is rejected."""
    found = {}
    with build(compiled, landing, NIGHT2) as connection:
        reasons = small.rejections(connection)
        staged = {table: small.staged(connection, table, TABLES[table].key) for table, _ in PLACES.values()}
        assert small.landed(connection)["customers"] > 5
    for probe in probes:
        table, name = PLACES[probe.kind]
        rejected = {reason for reason in reasons.get((table, probe.key), ()) if reason.endswith(f":{name}")}
        assert rejected >= reasons.get((table, probe.key), set()), (probe, reasons[table, probe.key])
        row = staged[table].get(probe.key)
        found[probe.number] = rejected.pop().partition(":")[0] if rejected else "not there" if row is None else row[name]
    return found


@pytest.fixture(scope="module", params=["csv", "csv.gz", "ndjson", "parquet"])
def read_texts(request, compiled, tmp_path_factory):
    """(format, what each text was read as): the rows of a table in one file."""
    landing = world(tmp_path_factory.mktemp("texts") / "landing", request.param)
    tables: dict[str, list[dict]] = {}
    for probe in texts():
        tables.setdefault(PLACES[probe.kind][0], []).append(probe.row())
    for table, rows in tables.items():
        small.WRITERS[request.param](landing / table / f"values.{request.param}", rows)
    return read_all(compiled, landing, texts())


@pytest.fixture(scope="module")
def typed_zone(tmp_path_factory) -> Path:
    """Every typed value: a file for each type in a column."""
    landing = world(tmp_path_factory.mktemp("typed") / "landing", "parquet")
    files: dict[tuple, list[Probe]] = {}
    for probe in typed():
        files.setdefault((probe.kind, str(probe.type_)), []).append(probe)
    for number, ((kind, _), probes) in enumerate(files.items()):
        table, name = PLACES[kind]
        rows = [probe.row() for probe in probes]
        columns = {other: small.column([row[other] for row in rows]) for other in rows[0] if other != name}
        columns[name] = _column(kind, probes)
        path = landing / table / f"{number}.parquet"
        path.parent.mkdir(exist_ok=True)
        pa.parquet.write_table(pa.table(columns), path)
    return landing


@pytest.fixture(scope="module")
def read_typed(compiled, typed_zone):
    """What each typed value was read as."""
    return read_all(compiled, typed_zone, typed())


def _column(kind: str, probes: list[Probe]) -> pa.Array:
    """Values of the contract as the type holds them; those that are given as they are held stay so."""
    type_ = probes[0].type_
    given = {(str(one), str(value)) for one, value, _ in TYPED.get(kind, [])}
    if all((str(type_), str(probe.held)) in given for probe in probes):
        return small.column([probe.held for probe in probes], type_)
    word = WORDS.get(kind, kind)
    arrays = [small.column([probe.held], type_) if (str(type_), str(probe.held)) in given else column(word, [probe.held], type_)
              for probe in probes]  # fmt: skip
    return pa.concat_arrays(arrays) if not pa.types.is_dictionary(type_) else pa.chunked_array(arrays).unify_dictionaries()


def wrong(probes: list[Probe], read: dict[int, Any]) -> list[str]:
    """A line for each value that was read as something else."""
    found = []
    for probe in probes:
        wanted = probe.wanted.reason if isinstance(probe.wanted, NotRead) else probe.wanted
        got = read[probe.number]
        if got != wanted or type(got) is not type(wanted):
            found.append(f"{probe}: {str(got)[:60]!a} instead of {str(wanted)[:60]!a}")
    return found


@pytest.mark.parametrize("kind", SPELLINGS)
def test_a_spelling_means_the_same_in_every_format(read_texts, kind):
    """landing.md, spellings in text: a value, null when it is empty, or a rejected row; never anything in silence."""
    probes = [probe for probe in texts() if probe.kind == kind]
    assert not wrong(probes, read_texts)


@pytest.mark.parametrize("kind", PLACES)
def test_a_typed_value_means_what_its_text_means(read_typed, kind):
    """landing.md, typed values: whichever type holds it, in files of other types beside it."""
    probes = [probe for probe in typed() if probe.kind == kind]
    assert probes
    assert not wrong(probes, read_typed)


@pytest.mark.parametrize("kind", SPELLINGS)
def test_the_oracle_reads_the_table_so_too(kind):
    """The table is one reading of the contract and the oracle another; lists of words are not the oracle's readers'."""
    for text, wanted in SPELLINGS[kind].items():
        value = read_value(WORDS.get(kind, kind), text)
        if wanted is BAD:
            assert isinstance(value, Unreadable), text
        elif wanted is not NOT_ALLOWED:
            assert value == wanted, text


@pytest.mark.parametrize("kind", PLACES)
def test_the_oracle_reads_typed_values_so_too(typed_zone, kind):
    table, name = PLACES[kind]
    read = {row[TABLES[table].key]: row[name] for row in read_table(typed_zone, TABLES[table])}
    for probe in typed():
        if probe.kind == kind:
            value = read[probe.key]
            assert isinstance(value, Unreadable) if probe.wanted is BAD else value == probe.wanted, probe


def test_the_table_says_of_each_value_what_it_holds():
    """No typed probe is left out, and each of the contract's types is there with good values and bad ones."""
    assert {probe.kind for probe in typed()} == PLACES.keys()
    for kind in ("instant", "date", "boolean", "number", "integer", "zone"):
        assert BAD in SPELLINGS[kind].values()
        assert any(spell(value) for value in SPELLINGS[kind].values() if not isinstance(value, NotRead))
