"""Names, links and endings: every file below a table is read or stops the night, and a name is a name (landing.md).

What is read is built in this process, several ways of one kind in one zone; what is refused is refused by the real
command, which is quick about it. About 60 s of one core.
"""

import gzip
import os
import socket
from pathlib import Path

import duckdb
import pytest

from headcount.errors import LandingError
from headcount.landing import inspect, register
from tests.support import small_house as small
from tests.support.command import Place
from tests.support.refusals import refused, run
from tests.support.small_house import COUNTED, NIGHT1, NIGHT2, booking
from tests.support.warehouse import build

pytestmark = pytest.mark.xdist_group("cases")

BYTES = os.fsdecode(b"caf\xe9 \xff")


@pytest.fixture
def place(tmp_path):
    """The house as it is, to be spoiled."""
    place = Place(tmp_path / "place")
    small.write_house(place.landing)
    return place


# -- read ------------------------------------------------------------------------------------


def read_all(compiled, landing: Path, writers: dict[str, str]) -> None:
    """Land a booking for a customer of its own in each file (name -> writer), and find that each is read, and once."""
    house = small.house()
    keys = [f"d{n}" for n in range(len(writers))]
    house["customers"] += [small.customer(key) for key in keys]
    small.write_house(landing, house, skip=("bookings",))
    for key, (name, writer) in zip(keys, writers.items(), strict=True):
        small.WRITERS[writer](landing / "bookings" / name, [booking(f"b-{key}", key)])
    with build(compiled, landing, NIGHT2) as connection:
        missed = {name for key, name in zip(keys, writers, strict=True) if ("l1", key) not in small.counted(connection)}
        assert not missed
        assert small.landed(connection)["bookings"] == len(writers)
        assert small.rejections(connection) == {}
        files = {file for (file,) in connection.execute("select file from marts.landing_files").fetchall()}
        assert len([file for file in files if file.lower().startswith("bookings/")]) == len(writers)


NAMES = [
    "_loaded_at=2026-05-11/0.csv", "_loaded=x/a [1].csv", "__HIVE_DEFAULT_PARTITION__/0.csv", "_delta/_part.csv", "_x.csv",
    "_SUCCESSFUL.csv", "load_date=2026-11-21/part-0.csv", "price=99/customer_id=102/0.csv",
    "export1.csv", "export[1].csv", "export[0-9].csv", "export*.csv", "export?.csv", "a{b,c}.csv", "**/x.csv", "[!a]/x.csv",
    "100%.csv", "%20.csv", "%s.csv", "it's.csv", 'quo"te.csv', "semi;colon.csv", "back\\slash.csv", "two  blanks .csv", " .csv",
    "new\nline.csv", "tab\t.csv", "$HOME.csv", "~.csv", "#1.csv", "file:x.csv", "s3:/x.csv", "a=b&c?d=e.csv", "-x.csv", "'.csv",
    "caf\u00e9.csv", "cafe\u0301.csv", "\u65e5\u672c.csv", "\U0001f600/\U0001f600.csv", "x" * 240 + ".csv", "a.csv/b.csv",
    "a.parquet/c.csv", "A.CSV", "a.Csv", "b.csv", "part.snappy.csv",
    "deep/er/and/er/x.csv",
]  # fmt: skip
ENDINGS = {
    "csv": ["EXPORT.CSV", "x.Csv", "x.csv"],
    "csv.gz": ["EXPORT.CSV.GZ", "x.csv.Gz", "y.Csv.gz"],
    "ndjson": ["EXPORT.NDJSON", "x.NdJson", "x.ndjson"],
    "parquet": ["EXPORT.PARQUET", "x.Parquet", "x.parquet", "part-0.zstd.parquet"],
}


def test_a_name_is_a_name(compiled, tmp_path):
    """Patterns, quotes, blanks and signs of SQL in names of files and folders; folders that start with `_`."""
    read_all(compiled, tmp_path / "landing", dict.fromkeys(NAMES, "csv"))


def test_a_name_is_a_name_in_ndjson_and_parquet(compiled, tmp_path):
    """The same where another reader opens the file."""
    names = [name.removesuffix(".csv").removesuffix(".CSV").removesuffix(".Csv") for name in NAMES]
    writers = {f"{name}.ndjson": "ndjson" for name in names if "a.csv/" not in name and "a.parquet/" not in name}
    read_all(compiled, tmp_path / "landing", writers)


def test_a_name_is_a_name_in_parquet(compiled, tmp_path):
    names = ["_loaded_at=2026-05-11/0", "_x/_y", "A", "export1", "export[1]", "export*", "a'b", 'a"b', "100%", " ",
             "price=3/x", "\u65e5"]  # fmt: skip
    read_all(compiled, tmp_path / "landing", {f"{name}.parquet": "parquet" for name in names})


@pytest.mark.parametrize("endings", [("csv", "csv.gz"), ("ndjson",), ("parquet",)], ids="+".join)
def test_endings_are_read_in_any_case(compiled, tmp_path, endings):
    read_all(compiled, tmp_path / "landing", {name: kind for kind in endings for name in ENDINGS[kind]})


@pytest.mark.parametrize("folder", [
    "landing [eu]", "landing *", "landing ?", "100% landing", "it's", 'a "zone"', "new\nline", "caf\u00e9 \u65e5", "{a,b}",
    "a;b --",
])  # fmt: skip
def test_a_zone_may_stand_in_a_folder_of_any_name(tmp_path, folder):
    """Its own files are read, and none of those beside it that its name would match as a pattern."""
    for other in ("landing e", "landing x", "landing 1", "a", "b"):
        small.write_csv(tmp_path / other / "edits" / "0.csv", [small.edit("other", "901")])
    landing = small.write_house(tmp_path / folder)
    assert landed_edits(inspect(landing)) == {"e901", "e902", "e903"}


def landed_edits(zone) -> set[str]:
    """The keys of the edits that the landing views give."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        register(connection, zone)
        return {key for (key,) in connection.execute("select edit_id from landing.edits").fetchall()}


def test_the_folder_of_a_table_has_its_name_in_any_case(compiled, tmp_path):
    landing = small.write_house(tmp_path / "landing")
    for table, name in (("bookings", "Bookings"), ("edits", "EDITS"), ("platform_invoices", "Platform_Invoices")):
        (landing / table).rename(landing / name)
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED


def test_links_are_followed(compiled, tmp_path):
    """A link to a file, to a folder, to a folder of links; one to a file that is there anyway delivers it again."""
    landing = small.write_house(tmp_path / "landing")
    elsewhere = tmp_path / "elsewhere"
    small.write_csv(elsewhere / "loads" / "1.csv", [booking("b2", "102")])
    small.write_csv(elsewhere / "edit.csv", [small.edit("e9", "904")])
    small.write_csv(elsewhere / "customers" / "x.csv", [small.customer("904", "n1")])
    (landing / "bookings" / "load_date=2026-05-12").symlink_to(elsewhere / "loads")
    (landing / "edits" / "1.csv").symlink_to(Path("../../elsewhere/edit.csv"))
    (landing / "bookings" / "again.csv").symlink_to(landing / "bookings" / "0.csv")
    (elsewhere / "more").symlink_to(elsewhere / "customers")
    (landing / "customers" / "more").symlink_to(elsewhere / "more")
    small.write_csv(elsewhere / "sales" / "0.csv", [small.sale("s1", "102")])
    (landing / "product_sales").symlink_to(elsewhere / "sales")
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED | {("l1", "102"), ("n1", "904")}
        assert small.landed(connection)["product_sales"] == 1
        assert small.rejections(connection) == {}


def test_what_writers_leave_beside_data_is_skipped(compiled, tmp_path):
    landing = small.write_house(tmp_path / "landing")
    for name in (".hidden.csv", ".tmp/0.csv", "_SUCCESS", "_committed_42", "_started_42", "_committed", ".part-0.csv.crc",
                 "0.csv.crc", "x/_SUCCESS", "x/.DS_Store", "x/y/_started_1"):  # fmt: skip
        small.write_bytes(landing / "bookings" / name, b"\xff\x00 nothing that could be read")
    with build(compiled, landing, NIGHT2) as connection:
        assert small.counted(connection) == COUNTED
        assert small.landed(connection)["bookings"] == 1


def test_names_that_are_no_utf8_are_read_or_refused(compiled, place):
    """Bytes of an old code page in the name of a file and of a folder: no crash, and no row lost without a word."""
    for spoilt in (place.landing / "bookings" / f"{BYTES}.csv", place.landing / "bookings" / BYTES / "in a folder.csv"):
        small.write_csv(spoilt, [booking("b2", "102")])
        try:
            with build(compiled, place.landing, NIGHT2) as connection:
                assert small.counted(connection) == COUNTED | {("l1", "102")}
        except LandingError:
            refused(place, NIGHT1, "bookings/")
        spoilt.unlink()


@pytest.mark.parametrize("target", [".", "..", "../..", "loop"], ids=["itself", "the zone", "its parent", "a loop of links"])
def test_a_loop_of_links_is_read_once_or_refused(compiled, place, target):
    """No run without an end, and no row of another table under a name of this one."""
    (place.landing / "bookings" / "loop").symlink_to(target)
    try:
        with build(compiled, place.landing, NIGHT2) as connection:
            assert small.counted(connection) == COUNTED
            assert small.landed(connection)["bookings"] == 1
    except LandingError:
        refused(place, NIGHT1, "bookings/loop")


# -- refused ---------------------------------------------------------------------------------

STRANGERS = [
    "000", "b.xls", "b.xlsx", "b.csv.bz2", "b.csv.zip", "b.csv.zst", "b.json", "b.jsonl", "b.tsv", "b.txt", "b.orc",
    "b.avro", "b.pq", "b.parquet.gz", "b.ndjson.gz", "b.csv.tmp", "b.csv~", "b.csv.1", "csv", "b.CSV.BZ2", "b.gz",
    "README", "_metadata", "_common_metadata", "_delta_log/0.json", "deep/er/000", "_temporary/part-0", "b.csv ",
    "b.csv.part", "Thumbs.db", "SUCCESS", "x_committed_1", "[1].xls",
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGERS)
def test_a_file_of_another_kind_is_named(place, name):
    """Every file below a table's folder is read or stops the run, whatever its ending."""
    small.write_bytes(place.landing / "bookings" / name, small.csv_text([booking("b2", "102")]).encode())
    refused(place, NIGHT1, f"bookings/{name}".strip())


@pytest.mark.parametrize("name", ["0.csv", "edits.parquet", "bookings.CSV", "x.ndjson", "all.csv.gz"])
def test_a_data_file_in_the_zone_itself_is_named(place, name):
    small.write_bytes(place.landing / name, small.csv_text([booking("b2", "102")]).encode())
    refused(place, NIGHT1, name)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def dangling_twice(path: Path) -> None:
    path.with_name(".first").symlink_to("nowhere")
    path.symlink_to(".first")


def itself(path: Path) -> None:
    path.symlink_to(path.name)


def pipe(path: Path) -> None:
    os.mkfifo(path)


def plug(path: Path) -> None:
    """A socket; its path may be short only, so it is made from its folder."""
    here = os.getcwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
    os.chdir(here)


def device(path: Path) -> None:
    path.symlink_to("/dev/null")


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("name", ["b.csv", "loads", "b.parquet"])
@pytest.mark.parametrize("make", [dangling, dangling_twice, itself, pipe, plug, device, endless], ids=lambda make: make.__name__)
def test_what_is_no_file_is_named(place, make, name):
    """Links that lead nowhere, pipes, sockets and devices: nobody waits for them, and nobody passes them over."""
    if name.endswith(".parquet"):
        small.write_parquet(small.empty(place.landing, "bookings") / "0.parquet", [booking("b1")])
    make(place.landing / "bookings" / name)
    refused(place, NIGHT1, f"bookings/{name}")


def test_a_table_that_is_a_dangling_link_is_named(place):
    (place.landing / "teams").symlink_to("nowhere")
    refused(place, NIGHT1, "teams")


@pytest.mark.parametrize("locked", ["bookings", "bookings/load_date=1", "edits/0.csv", "."])
def test_what_may_not_be_entered_is_named(place, locked):
    """A folder or file of another user: the run says so and does not go on without it."""
    path = place.landing / locked
    if not path.exists():
        small.write_csv(path / "0.csv", [booking("b2", "102")])
    path.chmod(0)
    try:
        refused(place, NIGHT1, place.landing if locked == "." else locked, unprivileged=True)
    finally:
        path.chmod(0o755)


def test_two_formats_in_one_table_are_named(place):
    small.write_parquet(place.landing / "bookings" / "x.Parquet", [booking("b2", "102")])
    line = refused(place, NIGHT1, "bookings")
    assert "format" in line


# -- columns that stop a night ---------------------------------------------------------------


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "ndjson", "parquet"])
@pytest.mark.parametrize("names", [("price", "PRICE"), ("_deleted", "_Deleted"), ("note", "Note")], ids=lambda names: names[1])
def test_two_columns_that_differ_in_case_only_are_refused(place, ending, names):
    """Which of the two would be the price? A column beyond the contract is no better: nobody knows what was meant."""
    row = booking("b2", "102") | dict.fromkeys(names, "1" if names[0] == "price" else "")
    folder = small.empty(place.landing, "bookings")
    small.WRITERS[ending](folder / f"1.{ending}", [booking("b1")])
    small.WRITERS[ending](folder / f"2.{ending}", [row])
    refused(place, NIGHT1, f"bookings/2.{ending}")


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_a_required_column_that_is_missing_is_named(place, ending):
    folder = small.empty(place.landing, "bookings")
    row = booking("b1")
    del row["price"]
    small.WRITERS[ending](folder / f"1.{ending}", [row])
    line = refused(place, NIGHT1, folder)
    assert "table bookings" in line
    assert "column price" in line


# -- broken files ----------------------------------------------------------------------------

HEADER = small.csv_text([booking("b2")]).splitlines()[0] + "\n"
GOOD = small.csv_text([booking("b2")]).splitlines()[1] + "\n"
# name, content of the second file of the table, and what its line has to say.
BROKEN = [
    ("zero.parquet", b"", ""),
    ("text.parquet", b"booking_id\nb2\n", ""),
    ("magic.parquet", b"PAR1" + bytes(64) + b"PAR1", ""),
    ("html.csv", b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", ""),
    ("zero.csv", b"", "header"),
    ("short.csv", (HEADER + GOOD + "b3,n1\n").encode(), "line 3"),
    ("long.csv", (HEADER + GOOD + GOOD.strip() + ",x,y\n").encode(), "line 3"),
    ("open.csv", (HEADER + GOOD + '"b3,n1\n').encode(), "quote"),
    ("ends.csv", (HEADER + GOOD + GOOD.replace("b2", "b3").replace("\n", "\r\n")).encode(), "line end"),
    ("semicolons.csv", (HEADER + GOOD).replace(",", ";").encode(), ";"),
    ("tabs.csv", (HEADER + GOOD).replace(",", "\t").encode(), ""),
    ("latin.csv", (HEADER + GOOD).replace("b2", "b\u00e9").encode("latin-1"), "UTF-8"),
    ("utf16.csv", (HEADER + GOOD).encode("utf-16"), "UTF-8"),
    ("twice.csv", (HEADER.replace("price", "booking_id") + GOOD).encode(), "twice"),
    ("zip.csv", b"PK\x03\x04" + bytes(range(256)), ""),
    ("gzip.csv", gzip.compress((HEADER + GOOD).encode()), ""),
    ("plain.csv.gz", (HEADER + GOOD).encode(), ""),
    ("cut.csv.gz", gzip.compress((HEADER + GOOD * 500).encode())[:-30], ""),
    ("sum.csv.gz", gzip.compress((HEADER + GOOD).encode())[:-8] + bytes(8), ""),
    ("zero.csv.gz", b"", ""),
    ("array.ndjson", b'[{"booking_id": "b2"}, {"booking_id": "b3"}]\n', "array"),
    ("lines.ndjson", b'[\n{"booking_id": "b2"},\n{"booking_id": "b3"}\n]\n', ""),
    ("scalar.ndjson", b'{"booking_id": "b2"}\n42\n', "line 2"),
    ("cut.ndjson", b'{"booking_id": "b2"}\n{"booking_id": "b3", "location_\n', "line 2"),
    ("single.ndjson", b"{'booking_id': 'b2'}\n", "line 1"),
    ("csv.ndjson", (HEADER + GOOD).encode(), ""),
    ("bytes.ndjson", b'{"booking_id": "b\xe9"}\n', "UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "says"), BROKEN, ids=[name for name, *_ in BROKEN])
def test_the_broken_file_is_blamed(place, name, content, says):
    """The good file before and after it is not; the line says the cause in words and has nothing to install."""
    folder = small.empty(place.landing, "bookings")
    ending = name.partition(".")[2]
    for beside in ("a", "zz"):
        small.WRITERS[ending](folder / f"{beside}.{ending}", [booking("b1")])
    small.write_bytes(folder / name, content)
    line = refused(place, NIGHT1, f"bookings/{name}")
    assert "state machine" not in line
    assert "duckdb" not in line.lower()
    assert says.lower() in line.lower()


def test_a_parquet_file_with_a_damaged_page_is_blamed(place):
    folder = small.empty(place.landing, "bookings")
    for name in ("a", "b", "c"):
        small.write_parquet(folder / f"{name}.parquet", [booking(f"{name}{n}") for n in range(400)], compression="zstd",
                            use_dictionary=False)  # fmt: skip
    content = bytearray((folder / "b.parquet").read_bytes())
    content[4:200] = bytes(196)
    (folder / "b.parquet").write_bytes(content)
    refused(place, NIGHT1, "bookings/b.parquet")


@pytest.mark.parametrize("landing", ["", "nowhere", "file", "dangling"])
def test_a_zone_that_is_none_is_refused(tmp_path, landing):
    """An empty path is not the folder one happens to stand in."""
    place = Place(tmp_path)
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to("nothing")
    place.landing = "" if landing == "" else tmp_path / landing
    before = sorted(tmp_path.iterdir())
    done = run(place, NIGHT1)
    assert done.returncode == 2
    assert len([line for line in done.stderr.splitlines() if not line.startswith("[")]) == 1
    assert sorted(tmp_path.iterdir()) == before
