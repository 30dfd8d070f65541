"""Whatever a file holds, it is read with every row accounted for, or the run stops and names it: nothing else.

Seeded and bounded; `python -m tests.mixed --broken` goes on for as long as one likes. About 60 s of one core.
"""

import json
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from headcount.errors import LandingError
from tests.support import small_house as small
from tests.support.broken_files import SQL, break_house, judge, outcome
from tests.support.command import WARM, Place
from tests.support.contents import marts
from tests.support.refusals import refused
from tests.support.small_house import COUNTED, NIGHT1, NIGHT2, booking
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("fuzz")

SEEDS = 150
# Of the broken zones that can be read, how many are built.
BUILT = 6


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "place")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """(place, file, outcome) of each seed. A process of its own reads them: a crash of the engine is an outcome too."""
    found = []
    with ProcessPoolExecutor(1, mp_context=WARM) as reader:
        for seed in range(SEEDS):
            place = Place(tmp_path_factory.mktemp("broken"))
            named = break_house(place, seed)
            found.append((place, named, reader.submit(outcome, str(place.landing)).result()))
    return found


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_broken_file_is_read_or_named(outcomes, seed):
    judge(*outcomes[seed])


def test_breaking_files_breaks_some_and_not_all(outcomes):
    kinds = [kind for *_, (kind, _) in outcomes]
    assert kinds.count("read") > SEEDS / 10
    assert kinds.count("read") < SEEDS * 9 / 10


def test_what_is_read_of_broken_files_is_accounted_for(compiled, outcomes):
    """Of the zones that were read some are built: the other tables are whole, and no row of the broken one is lost."""
    read = [(place, json.loads(said)) for place, _, (kind, said) in outcomes if kind == "read"]
    for place, rows in read[:: max(1, len(read) // BUILT)]:
        with build(compiled, place.landing, NIGHT2) as connection:
            landed = small.landed(connection)
            assert {("n1", "901"), ("n1", "902"), ("n1", "903"), ("l1", "101")} <= small.counted(connection)
        # A load that lies after the run is not there for it yet.
        assert {table: count for table, count in landed.items() if table != "bookings"} == {
            table: count for table, count in rows.items() if table != "bookings"
        }
        assert landed["bookings"] <= rows["bookings"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "ndjson", "parquet"])
def test_sql_in_every_value_is_text(compiled, place, ending):
    """And in names of columns, files and folders: nothing is run, and every row is accepted or rejected."""
    tables = ("bookings", "customers", "edits", "contracts", "invoice_lines", "platform_invoices", "subscriptions")
    examples = {"bookings": booking("x"), "customers": small.customer("x"), "edits": small.edit("x", "901"),
                "contracts": small.contract("x", "101"), "invoice_lines": small.invoice_line("x", "i"),
                "platform_invoices": small.invoiced(5), "subscriptions": small.house()["subscriptions"][0]}  # fmt: skip
    house = small.house()
    for number, (table, example) in enumerate(examples.items()):
        key = next(iter(example))
        spoiled = [dict.fromkeys(example, text) | {key: f"s{n}-{text}", "_loaded_at": example["_loaded_at"]} for n,
            text in enumerate(SQL)]
        all_of_it = [dict.fromkeys(example, text) for text in SQL]
        rows = [row | {text: text for text in SQL if text != "NULL"} for row in [*spoiled, *all_of_it]]
        # A name holds neither of the two that no file can have; the header is not to be read as another.
        folder = SQL[number].replace("/", "").replace("\x00", "")
        small.WRITERS[ending](place.landing / table / folder / f"{folder}.{ending}", rows)
    for table, its_rows in house.items():
        small.WRITERS[ending](place.landing / table / f"0.{ending}", its_rows)
    with build(compiled, place.landing, NIGHT2) as connection:
        assert small.counted(connection) >= COUNTED
        landed = small.landed(connection)
        assert {table: landed[table] for table in tables} == {table: 2 * len(SQL) + len(house.get(table, [])) for table in tables}
        rejected = small.rejections(connection)
        assert {("bookings", f"s{n}-{text}".strip()) for n, text in enumerate(SQL)} <= rejected.keys()
        assert "runs" in marts(connection)
        for raw, key in connection.execute("select raw_record, record_key from marts.rejected_records").fetchall():
            assert key is None or key in json.loads(raw).values()


HUGE = 20 * 1024 * 1024


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_a_field_of_20_megabytes_is_read_or_named(compiled, place, ending):
    small.write_house(place.landing, skip=("bookings",))
    rows = [booking("b1"), booking("b2", "102", resource_name="x" * HUGE)]
    named = f"bookings/0.{ending}"
    small.WRITERS[ending](place.landing / named, rows)
    try:
        with build(compiled, place.landing, NIGHT2) as connection:
            assert small.counted(connection) == COUNTED | {("l1", "102")}
            assert len(small.staged(connection, "bookings", "booking_id")["b2"]["resource_name"]) == HUGE
    except LandingError:
        refused(place, NIGHT1, named)


DEEP = 100_000
LINES = {
    "deep lists": '{"booking_id": "b2", "note": ' + "[" * DEEP + "]" * DEEP + "}",
    "deep objects": '{"booking_id": "b2", "note": ' + '{"a":' * DEEP + "1" + "}" * DEEP + "}",
    "never closed": '{"booking_id": ' + "[" * DEEP,
    "a number of many digits": '{"booking_id": "b2", "price": ' + "9" * DEEP + "}",
    "a great exponent": '{"booking_id": "b2", "price": 1e400}',
    "a key twice": '{"booking_id": "b2", "booking_id": "b3"}',
    "NUL": '{"booking_id": "b2\\u0000", "price": "1\\u00002"}',
    "a key of NUL": '{"booking_id": "b2", "\\u0000": 1}',
    "a nested id": '{"booking_id": {"id": 1}}',
    "a list for a price": '{"booking_id": "b2", "price": [1]}',
    "words": '{"booking_id": true, "price": false}',
    "no numbers": '{"booking_id": "b2", "price": NaN}',
    "many keys": "{" + ", ".join(f'"k{n}": {n}' for n in range(5000)) + "}",
    "an empty key": '{"": 1, "booking_id": "b2"}',
    "paths for keys": '{"booking_id": "b2", "$.price": 1, "a.b": 2, "price[0]": 3, "*": 4}',
    "an empty object": "{}",
    "null": "null",
    "a text": '"booking_id"',
}


@pytest.mark.parametrize("name", LINES)
def test_a_strange_line_of_ndjson_costs_its_own_row_or_names_its_file(place, name):
    small.write_house(place.landing, skip=("bookings",))
    small.write_ndjson(place.landing / "bookings" / "a.ndjson", [booking("b1")])
    good = json.dumps(booking("b9"))
    small.write_bytes(place.landing / "bookings" / "strange.ndjson", f"{good}\n{LINES[name]}\n".encode())
    with ProcessPoolExecutor(1, mp_context=WARM) as reader:
        found = reader.submit(outcome, str(place.landing)).result()
    if found[0] == "read":
        assert json.loads(found[1])["bookings"] == 3
    judge(place, "bookings/strange.ndjson", found)


def test_nul_bytes_reject_their_row_or_name_their_file(compiled, place):
    """In the id, the price, the load and a text of a Parquet file: never cut off at the NUL without a word."""
    small.write_house(place.landing, skip=("bookings",))
    rows = [booking("b1"), booking("b1\0b2", "102"), booking("b3", "102\0"), booking("b4", "102", price="1\0"),
            booking("b5", "102", starts_at="2026-05-11T10:00:00Z\0"), booking("b6", "101", resource_name="a\0b")]  # fmt: skip
    small.write_parquet(place.landing / "bookings" / "0.parquet", rows)
    try:
        with build(compiled, place.landing, NIGHT2) as connection:
            assert small.landed(connection)["bookings"] == len(rows)
            staged = small.staged(connection, "bookings", "booking_id")
            assert "b1" in staged
            assert staged["b3"]["customer_id"] != "102"
            assert staged["b4"]["price"] is None
            assert staged["b5"]["starts_at"] is None
            assert {("bookings", "b4"), ("bookings", "b5")} <= small.rejections(connection).keys()
    except LandingError:
        refused(place, NIGHT1, "bookings/0.parquet")


def test_every_byte_may_stand_in_a_name(place):
    """One file for each byte that a name may hold: read, or refused with the table's folder in the line."""
    small.write_house(place.landing)
    for byte in set(range(1, 256)) - {ord("/")}:
        path = os.fsencode(place.landing / "bookings") + b"/x" + bytes([byte]) + b".csv"
        with open(path, "wb") as file:
            file.write(small.csv_text([booking(f"c{byte}", "102")]).encode())
    kind, said = outcome(str(place.landing))
    assert kind in ("read", "refused"), said
    if kind == "read":
        assert json.loads(said)["bookings"] == 255
    else:
        assert "bookings/x" in said
        said.encode()
        assert len(said.splitlines()) == 1
