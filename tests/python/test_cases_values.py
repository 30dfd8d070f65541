"""Values that other tools' files hold: each file is read by its own schema, and a value means what it says (landing.md).

Each kind has a zone of its own in which several files differ in how they hold one column. About 90 s of one core.
"""

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from tests.support import small_house as small
from tests.support.small_house import COUNTED, NIGHT2, booking, contract, customer, package, sale
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("cases")

FAR = datetime(9999, 12, 31)
TEXT = pa.dictionary(pa.int8(), pa.string())


@pytest.fixture
def landing(tmp_path):
    return tmp_path / "landing"


def customers_of(number: int, prefix: str = "d") -> list[dict]:
    return [customer(f"{prefix}{n}") for n in range(number)]


def numbered(number: int, backwards: bool = False) -> str:
    """The name of a file that sorts by its number, or against it."""
    return f"{99 - number if backwards else number:02}.parquet"


# -- numbers ---------------------------------------------------------------------------------

PRICES = [
    (pa.decimal128(10, 2), Decimal("0.40")),
    (pa.decimal128(38, 0), Decimal(7)),
    (pa.decimal128(5, 1), Decimal("0.5")),
    (pa.decimal128(18, 6), Decimal("0.000001")),
    (pa.decimal128(38, 10), Decimal("12.5")),
    (pa.decimal128(38, 26), Decimal("999999999999.999999")),
    (pa.decimal128(20, 12), Decimal("0.100000000000")),
    (pa.decimal32(5, 2), Decimal("3.10")),
    (pa.decimal64(15, 3), Decimal("999999999999.125")),
    (pa.float64(), 0.1),
    (pa.float64(), 19.99),
    (pa.float64(), 123456789.123456),
    (pa.float32(), 0.1),
    (pa.int8(), 1),
    (pa.int64(), 999999999999),
    (pa.uint16(), 40),
    (pa.uint64(), 8),
    (pa.string(), "0.40"),
    (pa.large_string(), "1.5"),
    (pa.string_view(), "2.5"),
    (TEXT, "0.25"),
    (pa.dictionary(pa.int8(), pa.int32()), 12),
    (pa.binary(), b"4.75"),
]
# What a decimal of six digits does not hold: never rounded, never cut off.
TOO_FINE = [
    (pa.decimal128(20, 10), Decimal("0.0000001")),
    (pa.decimal128(38, 7), Decimal("1.0000005")),
    (pa.decimal128(38, 0), Decimal(10) ** 12),
    (pa.decimal128(38, 0), Decimal(10) ** 37),
    (pa.float64(), 1e-7),
    (pa.float64(), 1e12),
    (pa.float64(), 1e300),
    (pa.float64(), 0.30000000000000004),
    (pa.float64(), float("nan")),
    (pa.float64(), float("inf")),
    (pa.float32(), float("-inf")),
    (pa.int64(), 2**63 - 1),
    (pa.uint64(), 2**64 - 1),
    (pa.bool_(), True),
    (pa.date32(), date(2026, 5, 1)),
    (pa.timestamp("us"), datetime(2026, 5, 1)),
    (pa.list_(pa.int64()), [5]),
    (pa.struct([("amount", pa.int64())]), {"amount": 5}),
    (pa.binary(), b"\xff\xd8"),
]


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_prices_of_any_width_are_read_exactly_or_rejected(compiled, landing, backwards):
    """Decimals of two widths; numbers of two kinds. The order of the files decides nothing."""
    held = [*PRICES, *TOO_FINE]
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + customers_of(len(held))})
    for number, (kind, price) in enumerate(held):
        path = landing / "product_sales" / numbered(number, backwards)
        small.write_parquet(path, [sale(f"s{number}", f"d{number}", price=price)], {"price": kind})
    with build(compiled, landing, NIGHT2) as connection:
        read = {key: row["price"] for key, row in small.staged(connection, "product_sales", "sale_id").items()}
        rejected = {key: reasons for (table, key), reasons in small.rejections(connection).items()}
        counts = small.counted(connection)
    wanted = {f"s{n}": _decimal(price) for n, (_, price) in enumerate(PRICES)}
    assert {key: value for key, value in read.items() if key in wanted} == wanted
    fine = range(len(PRICES), len(held))
    assert rejected == {f"s{n}": {"unreadable:price"} for n in fine}
    assert counts == COUNTED | {("l1", f"d{n}") for n in range(len(PRICES))}


def _decimal(value) -> Decimal:
    return Decimal(value.decode() if isinstance(value, bytes) else str(value))


def test_a_decimal_wider_than_the_engine_knows_is_exact_or_rejected(compiled, landing):
    """DECIMAL(76, 38): not a double in between, which 19.99 and 0.1 + 0.2 would not survive."""
    prices = [Decimal("19.99"), Decimal("0.40"), Decimal("899999999999.999999"), Decimal("0.30000000000000000000000000001")]
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + customers_of(len(prices))})
    for number, price in enumerate(prices):
        path = landing / "product_sales" / numbered(number)
        small.write_parquet(path, [sale(f"s{number}", f"d{number}", price=price)], {"price": pa.decimal256(76, 38)})
    small.write_parquet(landing / "product_sales" / "a.parquet", [sale("s-good", "102", price=Decimal("0.40"))],
                        {"price": pa.decimal128(10, 2)})  # fmt: skip
    with build(compiled, landing, NIGHT2) as connection:
        read = small.staged(connection, "product_sales", "sale_id")
        rejected = small.rejections(connection)
    assert read["s-good"]["price"] == Decimal("0.40")
    for number, price in enumerate(prices):
        is_rejected = rejected.get(("product_sales", f"s{number}")) == {"unreadable:price"}
        assert is_rejected or (price == round(price, 6) and read[f"s{number}"]["price"] == price)


LIMITS = [
    (pa.decimal128(38, 10), Decimal(10)),
    (pa.decimal128(4, 2), Decimal(10)),
    (pa.float64(), 10.0),
    (pa.float32(), 10.0),
    (pa.int16(), 10),
    (pa.uint64(), 10),
    (pa.string(), "10.000000"),
    (TEXT, "10"),
    (pa.int64(), None),
    (pa.null(), None),
]
NO_LIMITS = [
    (pa.decimal128(38, 10), Decimal("10.5")),
    (pa.float64(), 2.5),
    (pa.float64(), float("nan")),
    (pa.float64(), 1e13),
    (pa.string(), "10.0000000"),
    (pa.bool_(), True),
]


def test_whole_numbers_with_zeros_are_whole(compiled, landing):
    """`client_limit` DECIMAL(38, 10) 10 is 10; an empty one is unlimited whatever its column's type."""
    small.write_house(landing, skip=("subscription_changes",))
    for number, (kind, limit) in enumerate([*LIMITS, *NO_LIMITS]):
        rows = [package(f"g{number}", client_limit=limit, changed_at=f"2026-05-02T09:00:{number:02}Z",
                        _loaded_at="2026-05-03T00:00:00Z")]  # fmt: skip
        small.write_parquet(landing / "subscription_changes" / numbered(number), rows, {"client_limit": kind})
    with build(compiled, landing, NIGHT2) as connection:
        read = small.staged(connection, "subscription_changes", "subscription_change_id")
        rejected = small.rejections(connection)
    wanted = [None if limit is None else 10 for _, limit in LIMITS]
    assert [read[f"g{n}"]["client_limit"] for n in range(len(LIMITS))] == wanted
    fine = range(len(LIMITS), len(LIMITS) + len(NO_LIMITS))
    assert rejected == {("subscription_changes", f"g{n}"): {"unreadable:client_limit"} for n in fine}


# -- ids -------------------------------------------------------------------------------------

UUID = uuid.UUID("6F9619FF-8B86-D011-B42D-00C04FC964FF")
IDS = [
    (pa.int64(), 101, "101"),
    (pa.float64(), None, None),
    (pa.int8(), 101, "101"),
    (pa.int64(), -5, "-5"),
    (pa.int64(), 2**63 - 1, str(2**63 - 1)),
    (pa.uint64(), 2**64 - 1, str(2**64 - 1)),
    (pa.float64(), 101.0, "101"),
    (pa.float64(), 1e15, "1000000000000000"),
    (pa.float32(), 102.0, "102"),
    (pa.decimal128(38, 10), Decimal(101), "101"),
    (pa.decimal128(5, 0), Decimal(102), "102"),
    (pa.decimal128(38, 0), Decimal("9" * 38), "9" * 38),
    (pa.decimal128(10, 2), Decimal("100.50"), "100.5"),
    (pa.string(), "101", "101"),
    (pa.string(), "0101", "0101"),
    (pa.string(), "101.0", "101.0"),
    (pa.string(), " 101 ", "101"),
    (pa.string(), "1e3", "1e3"),
    (pa.large_string(), "101", "101"),
    (pa.string_view(), "101", "101"),
    (TEXT, "102", "102"),
    (pa.dictionary(pa.int32(), pa.int64()), 102, "102"),
    (pa.binary(), b"101", "101"),
    (pa.large_binary(), b"102", "102"),
    (pa.uuid(), UUID.bytes, str(UUID)),
    (pa.string(), str(UUID), str(UUID)),
    (pa.null(), None, None),
]


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_ids_of_any_type_are_the_id(compiled, landing, backwards):
    """Numeric ids beside an empty value: 101 is 101 whether a float, a decimal or a text stands beside it."""
    known = {wanted for *_, wanted in IDS if wanted} - {"101", "102"}
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + [customer(key) for key in known]},
                      skip=("bookings",))  # fmt: skip
    for number, (kind, held, _) in enumerate(IDS):
        small.write_parquet(landing / "bookings" / numbered(number, backwards), [booking(f"b{number}", held)],
                            {"customer_id": kind})  # fmt: skip
    with build(compiled, landing, NIGHT2) as connection:
        read = small.staged(connection, "bookings", "booking_id")
        assert small.rejections(connection) == {}
        counts = small.counted(connection)
    assert {key: row["customer_id"] for key, row in read.items()} == {f"b{n}": wanted for n, (*_, wanted) in enumerate(IDS)}
    assert counts == COUNTED | {("l1", wanted) for *_, wanted in IDS if wanted}


def test_a_key_is_one_record_whatever_type_its_column_has(compiled, landing):
    """Versions of booking 7 from an integer, a float, a decimal and a text file: the last, for 102, is in force."""
    small.write_house(landing, skip=("bookings",))
    kinds = [(pa.int64(), 7), (pa.float64(), 7.0), (pa.decimal128(10, 3), Decimal(7)), (pa.string(), "7")]
    for number, (kind, key) in enumerate(kinds):
        row = booking(key, "102" if number == 3 else "101", _loaded_at=f"2026-05-11T0{number + 1}:00:00Z")
        small.write_parquet(landing / "bookings" / numbered(number), [row], {"booking_id": kind})
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == (COUNTED - {("l1", "101")}) | {("l1", "102")}
        assert small.rejections(connection) == {}


def test_files_without_rows_change_nothing(compiled, landing):
    """Zero rows of another type: ids of floats, prices of lists, in a file of no rows."""
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + [customer("7")]}, skip=("bookings",))
    small.write_parquet(landing / "bookings" / "5.parquet", [booking("b1", 101), booking("b2", 7)], {"customer_id": pa.int64()})
    others = [pa.float64(), pa.binary(), pa.decimal128(38, 5), pa.list_(pa.string()), pa.null(), pa.date32()]
    for number, kind in enumerate(others):
        for name in (f"1{number}.parquet", f"9{number}.parquet"):
            nothing = pa.table({key: pa.array([], kind) for key in booking("b1")})
            path = landing / "bookings" / name
            pa.parquet.write_table(nothing, path)
    small.write_csv(landing / "edits" / "z.csv", [small.edit("x", "901")]).write_text(
        ",".join(small.edit("x", "901")) + "\n"
    )
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED | {("l1", "7")}
        assert small.rejections(connection) == {}
        assert small.landed(connection)["bookings"] == 2


# -- booleans --------------------------------------------------------------------------------

DELETIONS = [
    (pa.bool_(), True),
    (pa.int8(), 1),
    (pa.int64(), 1),
    (pa.uint8(), 1),
    (pa.float64(), 1.0),
    (pa.float32(), 1.0),
    (pa.decimal128(1, 0), Decimal(1)),
    (pa.decimal128(38, 10), Decimal(1)),
    (pa.string(), "true"),
    (pa.string(), " TRUE "),
    (pa.large_string(), "True"),
    (TEXT, "true"),
]
NO_DELETIONS = [
    (pa.bool_(), False),
    (pa.int8(), 0),
    (pa.float64(), 0.0),
    (pa.decimal128(3, 1), Decimal(0)),
    (pa.string(), "false"),
    (pa.string(), ""),
    (TEXT, "FALSE"),
    (pa.float64(), None),
    (pa.int8(), None),
    (pa.null(), None),
]
NO_BOOLEANS = [
    (pa.int8(), 2),
    (pa.int64(), -1),
    (pa.float64(), 0.5),
    (pa.float64(), float("nan")),
    (pa.string(), "yes"),
    (pa.string(), "1"),
    (pa.string(), "1.0"),
    (pa.date32(), date(1970, 1, 1)),
]


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_deletions_of_any_type_delete(compiled, landing, backwards):
    """Booleans of two kinds; a deletion undone by a file of nulls: each file says what it says."""
    held = [*DELETIONS, *NO_DELETIONS, *NO_BOOLEANS]
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + customers_of(len(held))},
                      skip=("bookings",))  # fmt: skip
    first = [booking(f"b{n}", f"d{n}") for n in range(len(held))]
    small.write_parquet(landing / "bookings" / "00.parquet", [booking("b-1"), *first])
    for number, (kind, value) in enumerate(held):
        row = booking(f"b{number}", f"d{number}", _deleted=value, resource_name="x", _loaded_at="2026-05-12T01:00:00Z")
        small.write_parquet(landing / "bookings" / f"x{numbered(number, backwards)}", [row], {"_deleted": kind})
    with build(compiled, landing, NIGHT2) as connection:
        kept = range(len(DELETIONS), len(held))
        assert small.counted(connection) == COUNTED | {("l1", f"d{n}") for n in kept}
        unread = range(len(DELETIONS) + len(NO_DELETIONS), len(held))
        assert small.rejections(connection) == {("bookings", f"b{n}"): {"unreadable:_deleted"} for n in unread}


# -- instants --------------------------------------------------------------------------------

NOON = datetime(2026, 5, 31, 12)
INSTANTS = [
    (pa.timestamp("us"), FAR, FAR),
    (pa.timestamp("ns"), NOON, NOON),
    (pa.timestamp("ms"), NOON + timedelta(milliseconds=7), NOON + timedelta(milliseconds=7)),
    (pa.timestamp("ms"), FAR, FAR),
    (pa.timestamp("s"), NOON, NOON),
    (pa.timestamp("us", "UTC"), NOON, NOON),
    (pa.timestamp("us", "America/New_York"), NOON, NOON),
    (pa.timestamp("ns", "Asia/Kolkata"), NOON, NOON),
    (pa.timestamp("us"), NOON + timedelta(microseconds=1), NOON + timedelta(microseconds=1)),
    (pa.timestamp("us"), datetime(9999, 12, 31, 23, 59, 59, 999999), datetime(9999, 12, 31, 23, 59, 59, 999999)),
    (pa.date32(), date(2026, 5, 31), datetime(2026, 5, 31)),
    (pa.date64(), date(9999, 12, 31), FAR),
    (pa.string(), "2026-05-31 14:00+0200", NOON),
    (pa.large_string(), "2026-05-31T12:00Z", NOON),
    (TEXT, "2026-05-31T12:00:00Z", NOON),
    (pa.null(), None, None),
    (pa.int64(), None, None),
    (pa.timestamp("ns"), None, None),
]
MICRO, MILLI = pa.timestamp("us"), pa.timestamp("ms")
# Counted from 1970 where no datetime reaches: year 58,000, the engine's infinities, before year 1, the largest numbers.
NO_INSTANTS = [
    (MICRO, 1_768_000_000_000_000_000),
    (MICRO, 2**63 - 1),
    (MICRO, -(2**63) + 1),
    (MICRO, -(2**63)),
    (MICRO, 253_402_300_800_000_000),
    (MICRO, -62_135_596_800_000_001),
    (pa.timestamp("us", "UTC"), 2**63 - 1),
    (MILLI, 2**63 - 1),
    (MILLI, -(2**63)),
    (MILLI, 253_402_300_800_000),
    (pa.date32(), 2**31 - 1),
    (pa.date32(), -(2**31)),
    (pa.date32(), 2_932_897),
    (pa.string(), "infinity"),
    (pa.string(), "-infinity"),
    (pa.string(), "0000-01-01T00:00:00Z"),
    (pa.string(), "10000-01-01T00:00:00Z"),
    (pa.string(), "+58000-01-01T00:00:00Z"),
    (pa.string(), "0001-01-01T00:00:00+02:00"),
    (pa.string(), "9999-12-31T23:00:00-02:00"),
    (pa.string(), "2026-05-31"),
    (pa.string(), "290273-01-01 (BC) 00:00:00"),
    (pa.int64(), 1_780_000_000),
    (pa.float64(), 1.78e9),
    (pa.bool_(), True),
    (pa.time64("us"), time(12)),
    (pa.list_(MICRO), [NOON]),
    (pa.struct([("at", MICRO)]), {"at": NOON}),
    (pa.binary(), b"\xff\xd8"),
]


@pytest.fixture
def instants_read(compiled, landing):
    """(what was read, reasons, who counts) of contracts whose cancellations are held in every way, a file each."""
    held = [(kind, value) for kind, value, *_ in [*INSTANTS, *NO_INSTANTS]]
    small.write_house(landing, small.house() | {"customers": small.house()["customers"] + customers_of(len(held))})
    for number, (kind, value) in enumerate(held):
        path = landing / "contracts" / numbered(number)
        small.write_parquet(path, [contract(f"t{number}", f"d{number}", cancelled_at=value)], {"cancelled_at": kind})
    with build(compiled, landing, NIGHT2) as connection:
        yield small.staged(connection, "contracts", "contract_id"), small.rejections(connection), small.counted(connection)


def test_instants_of_any_unit_are_read_and_far_ones_rejected(instants_read):
    """A sentinel of 9999 beside nanoseconds; one column of two kinds; year 58,000 and infinity: that row, no other."""
    read, rejected, counts = instants_read
    assert [read[f"t{n}"]["cancelled_at"] for n in range(len(INSTANTS))] == [wanted for *_, wanted in INSTANTS]
    unread = range(len(INSTANTS), len(INSTANTS) + len(NO_INSTANTS))
    assert rejected == {("contracts", f"t{n}"): {"unreadable:cancelled_at"} for n in unread}
    # Each of them was open at some time in May.
    assert counts == COUNTED | {("l1", f"d{n}") for n in range(len(INSTANTS))}


def test_instants_of_twelve_bytes_are_read(compiled, landing):
    """INT96, as old Spark writes it, beside microseconds of the year 9999."""
    small.write_house(landing, skip=("bookings",))
    instants = {"booked_at", "starts_at", "ends_at"}
    row = booking("b1") | {name: datetime(2026, 5, 10, 10) for name in instants}
    small.write_parquet(landing / "bookings" / "1.parquet", [row], {name: pa.timestamp("ns") for name in instants},
                        use_deprecated_int96_timestamps=True)  # fmt: skip
    row = booking("b2", "102", cancelled_at=FAR)
    small.write_parquet(landing / "bookings" / "2.parquet", [row], {"cancelled_at": MICRO})
    with build(compiled, landing, NIGHT2) as connection:
        assert small.staged(connection, "bookings", "booking_id")["b1"]["booked_at"] == datetime(2026, 5, 10, 10)
        assert small.counted(connection) == COUNTED | {("l1", "102")}


def test_far_instants_reject_their_row_wherever_they_stand(compiled, landing):
    """An account made 290,273 BC, a subscription of year 5,000,000, a load at infinity: the others are as they were."""
    house = small.house()
    small.write_house(landing, house, skip=("accounts", "subscriptions", "customers"))
    small.write_parquet(landing / "accounts" / "1.parquet", house["accounts"])
    ages = small.account("old", created_at=-(2**63) + 2)
    small.write_parquet(landing / "accounts" / "2.parquet", [ages], {"created_at": MICRO})
    small.write_parquet(landing / "customers" / "1.parquet", house["customers"])
    loads = [1_768_000_000_000_000_000, 2**63 - 1, -(2**63) + 1]
    for number, load in enumerate(loads):
        row = customer(f"f{number}", _loaded_at=load)
        small.write_parquet(landing / "customers" / f"f{number}.parquet", [row], {"_loaded_at": MICRO})
    small.write_parquet(landing / "subscriptions" / "1.parquet", house["subscriptions"])
    row = house["subscriptions"][0] | {"subscription_id": "u2", "started_on": 2**31 - 1}
    small.write_parquet(landing / "subscriptions" / "2.parquet", [row], {"started_on": pa.date32()})
    with build(compiled, landing, NIGHT2) as connection:
        assert small.rejections(connection) == {
            ("accounts", "old"): {"unreadable:created_at"},
            ("subscriptions", "u2"): {"unreadable:started_on"},
            **{("customers", f"f{n}"): {"unreadable:_loaded_at"} for n in range(len(loads))},
        }
        assert small.counted(connection) == COUNTED
        small.landed(connection)


# -- columns ---------------------------------------------------------------------------------

JUNK = [
    (pa.binary(), b"\xff\xd8\xff\xe0"),
    (pa.list_(pa.int64()), [1, None]),
    (pa.string(), "text"),
    (pa.struct([("a", pa.int64()), ("b", pa.list_(pa.binary()))]), {"a": 1, "b": [b"\xff"]}),
    (pa.map_(pa.string(), pa.int64()), [("a", 1)]),
    (pa.list_(pa.struct([("x", pa.float64())])), [{"x": 1.5}]),
    (MICRO, 2**63 - 1),
    (pa.timestamp("ns"), NOON),
    (pa.date32(), 2**31 - 1),
    (pa.time64("ns"), 1),
    (pa.duration("us"), 5),
    (pa.decimal256(76, 38), Decimal("19.99")),
    (pa.float16(), 1.5),
    (pa.binary(3), b"\x00\xff\xfe"),
    (pa.uuid(), UUID.bytes),
    (pa.null(), None),
    (pa.dictionary(pa.int8(), pa.binary()), b"\xff"),
]
NAMES = ["photo", "extra", "select", "from", 'quo"te', "apos'trophe", "two words", "a.b", "semi;colon", "n\u00e9", "\u65e5",
         "_file", "_raw_record", "_landing_file", "filename", "json", "landed", "file_row_number", "rowid", "--", "%s"]


def test_columns_beyond_the_contract_are_not_read(compiled, landing):
    """Bytes, lists and structs, of another kind in each file, under any name; a rejected row has its raw text still."""
    small.write_house(landing, skip=("customers",))
    small.write_parquet(landing / "customers" / "0.parquet", small.house()["customers"])
    for number, (kind, value) in enumerate(JUNK):
        rows = [customer(f"d{number}"), customer(f"r{number}", "nowhere")]
        rows = [row | dict.fromkeys([*NAMES[number % 5 :: 5], "extra"], value) for row in rows]
        types = dict.fromkeys([*NAMES, "extra"], kind)
        small.write_parquet(landing / "customers" / f"x{numbered(number)}", rows, types)
    small.write_parquet(landing / "product_sales" / "0.parquet", [sale(f"s{n}", f"d{n}") for n in range(len(JUNK))])
    with build(compiled, landing, NIGHT2) as connection:
        assert small.rejections(connection) == {("customers", f"r{n}"): {"unknown:account_id"} for n in range(len(JUNK))}
        assert small.counted(connection) == COUNTED | {("l1", f"d{n}") for n in range(len(JUNK))}
        for raw, key in connection.execute("select raw_record, record_key from marts.rejected_records").fetchall():
            assert json.loads(raw)["customer_id"] == key


@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_columns_of_any_name_beside_the_contract(compiled, landing, ending):
    """The same in files of text: words of SQL, quotes, the names that the reader may use itself."""
    house = small.house()
    extra = dict.fromkeys(NAMES, 'x"; drop table customers; --')
    nested = {"deep": {"a": [1, {"b": None}]}, "number": 1e300} if ending == "ndjson" else {}
    rows = [row | extra | nested for row in house["customers"]] + [customer("bad", "nowhere") | extra]
    small.write_house(landing, skip=("customers",))
    small.WRITERS[ending](landing / "customers" / f"0.{ending}", rows)
    with build(compiled, landing, NIGHT2) as connection:
        assert small.rejections(connection) == {("customers", "bad"): {"unknown:account_id"}}
        assert small.counted(connection) == COUNTED


def test_names_of_columns_are_compared_without_case(compiled, landing):
    """`_Deleted` beside `_deleted`, `Cancelled_At` beside `cancelled_at`, a header all in capitals, in CSV and Parquet."""
    house = small.house()
    house["customers"] += customers_of(6)
    small.write_house(landing, house, skip=("bookings",))
    small.write_csv(landing / "bookings" / "0.csv", [_renamed(booking("b1", "d0"), {"_deleted": "_Deleted", "price": "PRICE"})])
    small.write_csv(landing / "bookings" / "1.csv", [booking("b1", "d0", _deleted="true", _loaded_at="2026-05-12T01:00:00Z")])
    small.write_csv(landing / "bookings" / "2.csv", [{name.upper(): value for name, value in booking("b2").items()}])
    cancelled = "2026-04-20T00:00:00Z"
    small.write_csv(landing / "contracts" / "part-a.csv",
                    [_renamed(contract("t1", "d1", cancelled_at=cancelled), {"cancelled_at": "Cancelled_At"})])  # fmt: skip
    small.write_csv(landing / "contracts" / "part-b.csv", [contract("t2", "d2", cancelled_at=cancelled), contract("t3", "d3")])
    small.write_parquet(landing / "product_sales" / "0.parquet", [sale("s1", "d4")])
    shouted = {name.title(): value for name, value in sale("s2", "d5", price=Decimal(3)).items()}
    small.write_parquet(landing / "product_sales" / "1.parquet", [shouted], {"Price": pa.decimal128(9, 1)})
    with build(compiled, landing, NIGHT2) as connection:
        assert small.rejections(connection) == {}
        assert small.counted(connection) == COUNTED | {("l1", key) for key in ("d3", "d4", "d5")}


def _renamed(row: dict, names: dict[str, str]) -> dict:
    return {names.get(name, name): value for name, value in row.items()}


def test_keys_of_ndjson_are_compared_without_case(compiled, landing):
    small.write_house(landing, skip=("bookings",))
    rows = [booking("b1"), booking("b2", "102")]
    small.write_ndjson(landing / "bookings" / "0.ndjson", rows[:1])
    small.write_ndjson(landing / "bookings" / "1.NDJSON", [{name.upper(): value for name, value in rows[1].items()}])
    with build(compiled, landing, NIGHT2) as connection:
        assert small.rejections(connection) == {}
        assert small.counted(connection) == COUNTED | {("l1", "102")}


# -- texts -----------------------------------------------------------------------------------

HALVES = [r"Test \ud83d", r"\udc00 x", r"\ud83d\ud83d", r"a\u0000b", r"\uffff", r"\ud83d\ude00"]


def test_half_an_emoji_costs_its_own_row_at_most(compiled, landing):
    """A text that no UTF-8 can hold, in NDJSON: the other rows of the file are as they were."""
    small.write_house(landing, skip=("customers",))
    good = small.house()["customers"]
    lines = [json.dumps(row) for row in good]
    lines += [json.dumps(customer(f"h{n}", display_name="@")).replace("@", half) for n, half in enumerate(HALVES)]
    lines += [json.dumps(customer(f"n{n}", note="@")).replace("@", half) for n, half in enumerate(HALVES)]
    small.write_bytes(landing / "customers" / "0.ndjson", ("\n".join(lines) + "\n").encode())
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED
        assert {key[0] for _, key in small.rejections(connection) if key} <= {"h", "n"}
        assert small.landed(connection)["customers"] == len(lines)
        names = dict(connection.execute("select customer_id, display_name from marts.dim_customers").fetchall())
    assert names["h5"] == "\U0001f600"


CURRENCIES = ["BGN", "HRK", "DEM", "ITL", "LTL", "EEK", "SKK", "VEF", "ZWL", "ANG", "SLL", "MRO", "CUC"]
NO_CURRENCIES = ["eur", "Eur", "XYZ", "EURO", "978", "BTC"]


def test_withdrawn_currencies_are_currencies(compiled, landing):
    """An account in lev has a history; that its currency is gone does not undo it."""
    house = small.house()
    house["accounts"] += [small.account(code, currency=code) for code in [*CURRENCIES, *NO_CURRENCIES]]
    small.write_house(landing, house)
    with build(compiled, landing, NIGHT2) as connection:
        rejected = small.rejections(connection)
    assert rejected == {("accounts", code): {"not_allowed:currency"} for code in NO_CURRENCIES}


def test_kinds_are_read_in_lower_case(compiled, landing):
    """A ticket is a ticket however its line is spelled: under the rules of 2022 it makes nobody count."""
    house = small.house()
    lines = ["Event_Ticket", "EVENT_TICKET", " event_ticket ", "Booking", "CHARGE", "charge"]
    house["customers"] += customers_of(len(lines)) + [customer("904", "n1")]
    house["invoices"] = [small.invoice(f"i{n}", f"d{n}") for n in range(len(lines))]
    house["invoice_lines"] = [small.invoice_line(f"k{n}", f"i{n}", line_type=line) for n, line in enumerate(lines)]
    house["edits"].append(small.edit("e904", "904", edit_kind="Food_Plan"))
    house["customer_status_changes"] = [
        {"status_change_id": "x", "customer_id": "101", "status": "Active", "changed_at": "2026-05-01T00:00:00Z",
         "_loaded_at": "2026-05-01T01:00:00Z"},
    ]  # fmt: skip
    small.write_house(landing, house)
    with build(compiled, landing, NIGHT2, ruleset="nexudus-2022-11-02") as connection:
        assert small.counted(connection) == COUNTED | {("n1", "904"), *(("l1", f"d{n}") for n in (3, 4, 5))}
        assert small.rejections(connection) == {("customer_status_changes", "x"): {"not_allowed:status"}}
        kinds = {row["line_type"] for row in small.staged(connection, "invoice_lines", "invoice_line_id").values()}
    assert kinds == {"event_ticket", "booking", "charge"}


# What a vendor's own invoice says of itself, and why it is rejected; it moves no period.
INVOICED = [
    ({"invoice_number": "A-1", "billed_users": "12", "billed_amount": "36.00", "billed_currency": "EUR"}, set()),
    ({"invoice_number": "7", "billed_users": "0", "billed_amount": "-3.5", "billed_currency": "BGN"}, set()),
    ({}, set()),
    ({"billed_users": "-1"}, {"negative:billed_users"}),
    ({"billed_users": "1.5"}, {"unreadable:billed_users"}),
    ({"billed_amount": "a lot"}, {"unreadable:billed_amount"}),
    ({"billed_currency": "eur"}, {"not_allowed:billed_currency"}),
]


def test_what_the_vendors_own_invoice_says_is_read(compiled, landing):
    """platform_invoices has four more optional columns; they take part in what tells two deliveries apart."""
    house = small.house()
    row = {"account_id": "a1", "location_id": "l1", "invoiced_at": "2026-05-01T00:00:00Z", "_loaded_at": "2026-05-01T02:00:00Z"}
    house["platform_invoices"] += [{"platform_invoice_id": f"v{n}", **row, **says} for n, (says, _) in enumerate(INVOICED)]
    again = {"platform_invoice_id": "v0", **row, **INVOICED[0][0], "invoice_number": "A-0"}
    house["platform_invoices"].append(again)
    small.write_house(landing, house)
    with build(compiled, landing, NIGHT2) as connection:
        read = small.staged(connection, "platform_invoices", "platform_invoice_id")
        assert small.rejections(connection) == {
            ("platform_invoices", f"v{n}"): reasons for n, (_, reasons) in enumerate(INVOICED) if reasons
        }
        assert small.counted(connection) == COUNTED
        numbers = connection.execute("select count(distinct invoice_number) from staging.stg_platform_invoices "
                                     "where platform_invoice_id = 'v0'").fetchone()  # fmt: skip
        assert numbers == (2,)
    said = {name: read["v1"][name] for name in ("invoice_number", "billed_users", "billed_amount", "billed_currency")}
    assert said == {"invoice_number": "7", "billed_users": 0, "billed_amount": Decimal("-3.5"), "billed_currency": "BGN"}


# -- how much -------------------------------------------------------------------------------


@pytest.mark.parametrize(("files", "threads"), [(30, 4), (8, 6)])
def test_many_files_are_read_in_the_memory_given(compiled, landing, monkeypatch, files, threads):
    """As many CSV files and threads as there may be: a reader's buffer is no quarter of a gigabyte."""
    house = small.house()
    house["customers"] += [customer(f"9{n:05}", "n1") for n in range(files * 100)]
    small.write_house(landing, house)
    for file in range(files):
        rows = [small.edit(f"x{n}", f"9{n:05}") for n in range(file * 100, file * 100 + 100)]
        small.write_csv(landing / "edits" / f"part-{file}.csv", rows)
    connect = duckdb.connect

    def within_memory(*where, config=None, **how):
        return connect(*where, config={**(config or {}), "memory_limit": "1500MB"}, **how)

    monkeypatch.setattr(duckdb, "connect", within_memory)
    with build(compiled, landing, NIGHT2, threads=threads) as connection:
        assert len(small.counted(connection)) == 4 + files * 100


def test_instants_are_what_they_say_on_any_machine(compiled, landing, monkeypatch):
    """A zone of the machine is no zone of the data: texts without an offset, and typed ones, are UTC."""
    monkeypatch.setenv("TZ", "America/New_York")
    small.write_house(landing, skip=("bookings",))
    at = datetime(2026, 5, 10, 10)
    small.write_parquet(landing / "bookings" / "1.parquet", [booking("b1", booked_at=at)], {"booked_at": MICRO})
    zoned = pa.timestamp("ms", "Asia/Tokyo")
    row = booking("b2", booked_at=at.replace(tzinfo=UTC))
    small.write_parquet(landing / "bookings" / "2.parquet", [row], {"booked_at": zoned})
    small.write_parquet(landing / "bookings" / "3.parquet", [booking("b3", booked_at="2026-05-10 10:00")])
    with build(compiled, landing, NIGHT2) as connection:
        read = small.staged(connection, "bookings", "booking_id")
    assert {row["booked_at"] for row in read.values()} == {at}
