"""What a second night may find: a later file never changes how an earlier one is read, and a file that was read stays.

Each later file is first read by itself in this process; then one second night of the real command takes all of them.
Three whole nights and a dozen that are refused: about 140 s of one core.
"""

import gzip
import json
import os
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.support import small_house as small
from tests.support.closed import for_ever
from tests.support.command import Place, lines_said
from tests.support.contents import unlike
from tests.support.refusals import refused, refused_on_both, run
from tests.support.small_house import COUNTED, LATE_LOAD, NIGHT1, NIGHT2, booking, contract, sale
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("case nights")

COUNTED_FIRST = COUNTED | {("l1", "102"), ("l1", "105")}
FAR = datetime(9999, 12, 31)


def write_first(landing: Path) -> Path:
    """The house with typed files: a small price, numeric ids, two deletions and a contract that was cancelled."""
    house = small.house()
    house["customers"] += [small.customer(key) for key in ("103", "104", "105", "106", "107")]
    small.write_house(landing, house, skip=("bookings",))
    # What an optional column is in a later file must not lean on how it is held in these: some are not in them at all.
    bare = [{name: value for name, value in row.items() if name not in ("_deleted", "cancelled_at")}
            for row in (booking("b1", 101), booking("b9", 103))]  # fmt: skip
    write_bookings(landing, "1", bare, customer_id=pa.int64())
    write_bookings(landing, "2", [bare[1] | {"_deleted": True, "_loaded_at": "2026-05-12T01:00:00Z"}],
                   customer_id=pa.int64(), _deleted=pa.bool_())  # fmt: skip
    sales = [sale("s1", "102", price=Decimal("0.40")), sale("s2", "106", price=Decimal(3))]
    write_sales(landing, "1", sales, price=pa.decimal128(10, 2))
    write_sales(landing, "2", [sales[1] | {"_deleted": True, "_loaded_at": "2026-05-12T01:00:00Z"}],
                price=pa.decimal128(10, 2), _deleted=pa.bool_())  # fmt: skip
    small.write_csv(landing / "contracts" / "part-b.csv",
                    [contract("t1", "104", cancelled_at="2026-04-20T00:00:00Z"), contract("t2", "105")])  # fmt: skip
    return landing


def write_bookings(landing: Path, name: str, rows: list[dict], **types) -> None:
    small.write_parquet(landing / "bookings" / f"{name}.parquet", rows, types)


def write_sales(landing: Path, name: str, rows: list[dict], **types) -> None:
    small.write_parquet(landing / "product_sales" / f"{name}.parquet", rows, types)


# -- later files, each of which once changed how the earlier ones are read -------------------


def decimals_of_another_width(landing: Path) -> None:
    write_sales(landing, "3", [sale("s3", "107", price=Decimal(7), _loaded_at=LATE_LOAD)], price=pa.decimal128(38, 0))


def doubles_beside_decimals(landing: Path) -> None:
    write_sales(landing, "4", [sale("s4", "107", price=1e300, _loaded_at=LATE_LOAD)], price=pa.float64())


def an_empty_id_of_floats(landing: Path) -> None:
    write_bookings(landing, "3", [booking("b3", None, _loaded_at=LATE_LOAD)], customer_id=pa.float64())


def ids_of_text(landing: Path) -> None:
    write_bookings(landing, "4", [booking("b4", "0107", _loaded_at=LATE_LOAD)])


def deletions_all_null(landing: Path) -> None:
    write_bookings(landing, "5", [booking("b5", 107, _deleted=None, _loaded_at=LATE_LOAD)],
                   customer_id=pa.int64(), _deleted=pa.float64())  # fmt: skip


def deletions_of_small_numbers(landing: Path) -> None:
    rows = [sale("s5", "107", _deleted=0, _loaded_at=LATE_LOAD), sale("s6", "107", _deleted=1, _loaded_at=LATE_LOAD)]
    write_sales(landing, "5", rows, _deleted=pa.int8())


def no_rows_of_another_type(landing: Path) -> None:
    nothing = pa.table({name: pa.array([], pa.float64()) for name in booking("b1")})
    pa.parquet.write_table(nothing, landing / "bookings" / "7.parquet")


def another_case_of_a_column(landing: Path) -> None:
    row = contract("t3", "107", cancelled_at="2026-06-09T00:00:00Z", _loaded_at=LATE_LOAD)
    row["Cancelled_At"] = row.pop("cancelled_at")
    small.write_csv(landing / "contracts" / "part-a.csv", [row])
    small.write_csv(landing / "contracts" / "part-c.csv", [{name.upper(): value for name, value in row.items()}])


def another_kind_of_column(landing: Path) -> None:
    row = booking("b8", 107, cancelled_at=1_780_000_000, _loaded_at=LATE_LOAD)
    write_bookings(landing, "8", [row], customer_id=pa.int64(), cancelled_at=pa.int64())
    row = booking("b10", 107, cancelled_at=[1], _loaded_at=LATE_LOAD)
    write_bookings(landing, "9", [row], customer_id=pa.int64(), cancelled_at=pa.list_(pa.int8()))


def a_sentinel_and_nanoseconds(landing: Path) -> None:
    row = booking("b11", 107, cancelled_at=FAR, _loaded_at=LATE_LOAD)
    write_bookings(landing, "10", [row], customer_id=pa.int64(), cancelled_at=pa.timestamp("us"))
    row = booking("b12", 107, cancelled_at=datetime(2026, 6, 9), _loaded_at=LATE_LOAD)
    write_bookings(landing, "11", [row], customer_id=pa.int64(), cancelled_at=pa.timestamp("ns"))


def columns_to_ignore(landing: Path) -> None:
    for number, (kind, value) in enumerate([(pa.list_(pa.int8()), [1]), (pa.string(), "x"), (pa.binary(), b"\xff\xd8")]):
        row = booking(f"b2{number}", 107, extra=value, photo=value, _loaded_at=LATE_LOAD)
        write_bookings(landing, f"2{number}", [row], customer_id=pa.int64(), extra=kind, photo=kind)


def far_instants(landing: Path) -> None:
    row = booking("b30", 107, cancelled_at=2**63 - 1, _loaded_at=LATE_LOAD)
    write_bookings(landing, "30", [row], customer_id=pa.int64(), cancelled_at=pa.timestamp("us"))
    row = booking("b31", 107, _loaded_at=1_768_000_000_000_000_000)
    write_bookings(landing, "31", [row], customer_id=pa.int64(), _loaded_at=pa.timestamp("us"))


def half_an_emoji(landing: Path) -> None:
    row = {"status_change_id": "x", "customer_id": "107", "status": "active", "changed_at": LATE_LOAD, "_loaded_at": LATE_LOAD}
    line = json.dumps(row)
    small.write_bytes(landing / "customer_status_changes" / "x.ndjson",
                      f"{line}\n{line.replace('107', chr(92) + 'ud83d')}\n".encode())  # fmt: skip


def folders_and_names(landing: Path) -> None:
    small.write_csv(landing / "edits" / "_loaded=x" / "a [1].csv", [small.edit("e20", "901", _loaded_at=LATE_LOAD)])
    small.write_csv(landing / "edits" / "it's *?%.CSV", [small.edit("e21", "901", _loaded_at=LATE_LOAD)])
    (landing / "edits" / "linked").symlink_to(landing / "edits" / "_loaded=x")


LATER = [
    decimals_of_another_width, doubles_beside_decimals, an_empty_id_of_floats, ids_of_text, deletions_all_null,
    deletions_of_small_numbers, no_rows_of_another_type, another_case_of_a_column, another_kind_of_column,
    a_sentinel_and_nanoseconds, columns_to_ignore, far_instants, half_an_emoji, folders_and_names,
]  # fmt: skip
# What of them is rejected, and why.
REJECTED = {
    ("product_sales", "s4"): {"unreadable:price"},
    ("bookings", "b4"): {"unknown:customer_id"},
    ("bookings", "b8"): {"unreadable:cancelled_at"},
    ("bookings", "b10"): {"unreadable:cancelled_at"},
    ("bookings", "b30"): {"unreadable:cancelled_at"},
    ("bookings", "b31"): {"unreadable:_loaded_at"},
}


def closed(connection) -> dict:
    """The rows of the periods that were closed on the first night."""
    return for_ever(connection, datetime.fromisoformat(NIGHT1[:-1]))


@pytest.fixture(scope="module")
def closed_first(compiled, tmp_path_factory):
    with build(compiled, write_first(tmp_path_factory.mktemp("first") / "landing"), NIGHT1) as connection:
        assert small.counted(connection) == COUNTED_FIRST
        assert small.rejections(connection) == {}
        return closed(connection)


@pytest.mark.parametrize("later", LATER, ids=lambda later: later.__name__)
def test_a_later_file_changes_no_closed_row(compiled, closed_first, tmp_path, later):
    """landing.md: a file says what it says, whatever lands beside it."""
    landing = write_first(tmp_path / "landing")
    later(landing)
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED_FIRST
        assert unlike(closed_first, closed(connection)) == []
        assert_rejected(connection)


def assert_rejected(connection) -> None:
    """Only what has to be is rejected, each for its reason; of the half emoji its row at most."""
    found = small.rejections(connection)
    assert {row: reasons for row, reasons in found.items() if row[0] != "customer_status_changes"}.items() <= REJECTED.items()
    small.landed(connection)


# -- whole nights ----------------------------------------------------------------------------


def done_well(done) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines_said(done) == []


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Place:
    """The first night of the house. Copy it, do not use it."""
    place = Place(tmp_path_factory.mktemp("nights") / "first")
    write_first(place.landing)
    done_well(place.night(NIGHT1))
    return place


@pytest.fixture
def place(first, tmp_path) -> Place:
    """A copy of the first night, with the times of its files."""
    return Place(Path(shutil.copytree(first.folder, tmp_path / "place", symlinks=True)))


def test_a_second_night_takes_all_of_them(first, place):
    """The real command: every later file at once, the earlier ones touched; closed periods are as they were."""
    for later in LATER:
        later(place.landing)
    for path in place.landing.rglob("*.*"):
        os.utime(path, (0, 0))
    done_well(place.night(NIGHT2))
    with duckdb.connect(str(first.warehouse), read_only=True) as connection:
        before = closed(connection)
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        assert unlike(before, closed(connection)) == []
        assert small.counted(connection) == COUNTED_FIRST
        assert_rejected(connection)
        assert REJECTED.keys() <= small.rejections(connection).keys()
        files = connection.execute("select count(*) from marts.landing_files where source_table = 'edits'").fetchone()
    assert files == (4,)


def test_a_full_refresh_takes_the_zone_as_it_stands(place):
    """Without the edits that were there, with a table whose every load is of the year 1, and instants out of reach."""
    shutil.rmtree(place.landing / "edits")
    (place.landing / "bookings" / "2.parquet").unlink()
    team = {"team_id": "m", "account_id": "a1", "location_id": "l1", "paying_customer_id": "101", "has_merged_invoicing": "true",
            "created_at": "2026-04-02T00:00:00Z", "_loaded_at": "0001-01-01T00:00:00Z"}  # fmt: skip
    small.write_csv(place.landing / "teams" / "0.csv", [team])
    far_instants(place.landing)
    # What was billed of the edits has left: an export would say so and stop.
    done_well(run(place, NIGHT2, "--full-refresh", "--no-export"))
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        assert small.counted(connection) == {("l1", key) for key in ("101", "102", "103", "105")}
        assert {row for row in small.rejections(connection) if row[0] == "bookings"} == {("bookings", "b30"), ("bookings", "b31")}


# -- later files that are broken -------------------------------------------------------------

EDIT = small.csv_text([small.edit("e1", "901", _loaded_at=LATE_LOAD)])
BROKEN = {
    "short row/1.csv": f"{EDIT}e2,n1\n",
    "long row/1.csv": EDIT + EDIT.splitlines()[1] + ",x,y,z\n",
    "open quote/1.csv": f'{EDIT}"e2,n1,901\n',
    "line ends/1.csv": EDIT + EDIT.splitlines()[1].replace("e1", "e2") + "\r\n",
    "cut/1.csv.gz": gzip.compress(EDIT.encode() + os.urandom(4000).hex().encode())[:-400],
    "no gzip/1.csv.gz": EDIT,
    "semicolons/1.csv": EDIT.replace(",", ";"),
    "no utf8/1.csv": EDIT.encode().replace(b"901", b"90\xe9"),
    "nothing/1.csv": "",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_on_a_later_night_is_named(place, name):
    """The first night has read the others of its table: exit 2 in one line, not a traceback of the history."""
    content = BROKEN[name]
    small.write_bytes(place.landing / "edits" / name, content if isinstance(content, bytes) else content.encode())
    refused(place, NIGHT2, f"edits/{name}")


def no_parquet(path: Path) -> None:
    small.write_bytes(path, b"PAR1")


def a_damaged_page(path: Path) -> None:
    """Neither its head nor its end shows it."""
    rows = [booking(f"p{number}", 101, _loaded_at=LATE_LOAD) for number in range(400)]
    small.write_parquet(path, rows, {"customer_id": pa.int64()}, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(content)


@pytest.mark.parametrize("broken", [no_parquet, a_damaged_page], ids=lambda broken: broken.__name__)
def test_a_broken_parquet_file_on_a_later_night_is_named(place, broken):
    broken(place.landing / "bookings" / "3.parquet")
    refused_on_both(place, NIGHT2, "bookings/3.parquet")


def test_a_later_file_that_would_rewrite_the_first_night_is_named(place):
    """Whatever type its `_loaded_at` has, and whichever file of the table it is."""
    row = booking("b3", 107, _loaded_at=datetime(2026, 6, 9))
    write_bookings(place.landing, "[1]", [row], customer_id=pa.int64(), _loaded_at=pa.timestamp("ns"))
    write_bookings(place.landing, "1a", [booking("b4", 107, _loaded_at=LATE_LOAD)], customer_id=pa.int64())
    assert "--full-refresh" in refused(place, NIGHT2, "bookings/[1].parquet")


# -- files that were read --------------------------------------------------------------------


def a_table_moved_away(landing: Path) -> str:
    (landing / "edits").rename(landing.parent / "edits")
    return "edits/0.csv"


def a_table_emptied(landing: Path) -> str:
    (landing / "edits" / "0.csv").unlink()
    return "edits/0.csv"


def one_file_of_two(landing: Path) -> str:
    (landing / "bookings" / "2.parquet").unlink()
    return "bookings/2.parquet"


def a_file_renamed(landing: Path) -> str:
    (landing / "bookings" / "2.parquet").rename(landing / "bookings" / "2a.parquet")
    return "bookings/2"


def a_file_hidden(landing: Path) -> str:
    (landing / "edits" / "0.csv").rename(landing / "edits" / ".0.csv")
    return "edits/0.csv"


def a_file_written_anew(landing: Path) -> str:
    rows = [small.edit(f"e{key}", key, _loaded_at=LATE_LOAD) for key in ("901", "902", "903")]
    small.write_csv(landing / "edits" / "0.csv", rows)
    return "edits/0.csv"


def a_file_grown(landing: Path) -> str:
    path = landing / "edits" / "0.csv"
    path.write_text(path.read_text() + EDIT.splitlines()[1] + "\n")
    return "edits/0.csv"


def a_file_cut(landing: Path) -> str:
    path = landing / "edits" / "0.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-1]))
    return "edits/0.csv"


def one_letter_changed(landing: Path) -> str:
    """Its size and its times are those of the file that was read."""
    path = landing / "edits" / "0.csv"
    times = path.stat()
    path.write_text(path.read_text().replace("information", "informatiom", 1))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return "edits/0.csv"


def a_parquet_file_written_anew(landing: Path) -> str:
    write_bookings(landing, "1", [booking("b1", 101, _loaded_at=LATE_LOAD)], customer_id=pa.int64())
    return "bookings/1.parquet"


def a_dangling_link(landing: Path) -> str:
    (landing / "edits").rename(landing.parent / "edits")
    (landing / "edits").symlink_to("unmounted")
    return "edits"


@pytest.mark.parametrize("spoil", [
    a_table_moved_away, a_table_emptied, one_file_of_two, a_file_renamed, a_file_hidden, a_file_written_anew, a_file_grown,
    a_file_cut, one_letter_changed, a_parquet_file_written_anew, a_dangling_link,
], ids=lambda spoil: spoil.__name__)  # fmt: skip
def test_a_file_that_was_read_and_is_gone_or_other_is_named(place, spoil):
    """An unmounted share, an overwritten export: closed months do not change in silence, nor do they with models on Spark."""
    refused_on_both(place, NIGHT2, spoil(place.landing))


def test_an_empty_zone_is_refused_where_there_is_a_history(place):
    """Another folder, a share that is not mounted: also with another folder for the exports."""
    shutil.rmtree(place.landing)
    place.landing.mkdir()
    refused_on_both(place, NIGHT2, "0.csv")
    place.exports = place.folder / "other exports"
    refused_on_both(place, NIGHT2, "other exports")


def test_a_night_that_goes_back_is_refused(place):
    refused_on_both(place, "2026-06-09T00:00:00Z", "2026-06-10")


def test_the_same_zone_at_another_path_is_the_same(place):
    """Files are known by their path within the zone; a new one is found broken, so that no whole night is needed."""
    moved = place.landing.rename(place.folder / "moved [zone]")
    place.landing = moved
    small.write_bytes(moved / "edits" / "1.csv", b"")
    refused(place, NIGHT2, "edits/1.csv")
