"""The command itself, in a process of its own: exit codes, one line for people, nothing half done (run.md).

The nights of a small landing zone are made once and copied. A night costs about 22 s of one core and there are a dozen of
them here; what is refused before the models run costs next to nothing. About 4 minutes of one core.
"""

import fcntl
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from headcount import __version__
from headcount.errors import LandingError
from headcount.landing import inspect, take_stock
from headcount.nightly.history import History
from headcount.nightly.state import State
from headcount.project import PROFILES, PROJECT
from headcount.warehouse import open_warehouse
from tests.support.command import Place, environment, from_scratch, headcount, lines_said
from tests.support.contents import contents, rows_of, unlike
from tests.support.exports import exported, exports_in_ledger, folders, ledger
from tests.support.files import write_rows
from tests.support.nights import BEFORE, LONG_AFTER, NIGHTS, instant, land

# Tests that share the nights run in one process.
shares_nights = pytest.mark.xdist_group("nights")


def marts_of(warehouse: Path) -> dict[str, Counter]:
    """Every mart; of the files read all but which run read them first."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        files = connection.execute("select * exclude (first_read_as_of) from marts.landing_files").fetchall()
        return contents(connection) | {"landing_files": Counter(files)}


def done_well(done) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines_said(done) == []


def refused(place: Place, *words, saying: str, command=None, first=None) -> None:
    """Exit 2 with one line that says so, and not a byte of the place is another."""
    before = place.tree()
    done = headcount(*(command or place.words(*words)), before=first)
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = lines_said(done)
    assert line.startswith("headcount: ")
    assert saying in line
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert place.tree() == before


@pytest.fixture
def landed(tmp_path) -> Place:
    """A landing zone of one night, and nothing built."""
    place = Place(tmp_path / "place")
    land(place.landing, 1)
    return place


@pytest.fixture(scope="session")
def first_night(tmp_path_factory) -> Place:
    """A warehouse that was built before the first load, and again the first night. Copy it, do not use it."""
    place = Place(tmp_path_factory.mktemp("nights") / "first")
    land(place.landing, 1)
    done_well(place.night(BEFORE))
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        place.before_first_load = {mart: held.total() for mart, held in contents(connection).items()}
        place.before_first_load["rejected_records"] = rows_of(connection, "rejected_records", "loaded_at is not null").total()
    done_well(place.night(instant(1)))
    return place


@pytest.fixture(scope="session")
def third_night(first_night, tmp_path_factory) -> Place:
    """Three nights in a row, then one long after the newest load; the marts of the third night are kept aside."""
    place = first_night.copy(tmp_path_factory.mktemp("nights") / "third")
    for night in (2, 3):
        land(place.landing, night)
        done_well(place.night(instant(night), "--json", place.folder.with_name(f"{night}.json")))
    place.marts = marts_of(place.warehouse)
    return place


@pytest.fixture
def built(first_night, tmp_path) -> Place:
    """A copy of the place after its first night."""
    return first_night.copy(tmp_path / "place")


# -- exit 2: wrong usage ---------------------------------------------------------------------


def test_the_installed_command_says_its_version():
    program = Path(sys.executable).with_name("headcount")
    done = subprocess.run([program, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, f"headcount {__version__}")


@pytest.mark.parametrize(("words", "saying"), [
    (["--as-of", "yesterday"], "'yesterday' is not an instant"),
    (["--as-of", "2026-03-31"], "'2026-03-31' is not an instant"),
    (["--as-of", "2026-02-30T00:00:00Z"], "is not an instant"),
    (["--ruleset", "nexudus-1999"], "'nexudus-1999' is not one of nutrium-2023"),
    (["--target", "oracle"], "argument --target: 'oracle' is not one of"),
    (["--frobnicate"], "--frobnicate"),
])  # fmt: skip
def test_a_wrong_option_is_refused(landed, words, saying):
    refused(landed, *words, saying=saying)


@pytest.mark.parametrize("missing", ["landing", "warehouse", "exports"])
def test_a_missing_option_is_refused(landed, missing):
    words = landed.words("--as-of", instant(1))
    position = words.index(f"--{missing}")
    del words[position : position + 2]
    refused(landed, saying=f"--{missing} is missing; give it, or set HEADCOUNT_{missing.upper()}", command=words)


# -- exit 2: a landing zone that cannot be read ----------------------------------------------


def no_landing_folder(landing: Path) -> str:
    for path in sorted(landing.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    landing.rmdir()
    return f"landing zone {landing}: no such folder"


def no_required_column(landing: Path) -> str:
    path = only_file(landing, "accounts")
    names = [name for name in pq.ParquetFile(path).schema_arrow.names if name != "currency"]
    pq.write_table(pq.ParquetFile(path).read(names), path)
    return f"table accounts: required column currency is in no file of {landing / 'accounts'}"


def parquet_cut_short(landing: Path) -> str:
    path = only_file(landing, "accounts")
    path.write_bytes(path.read_bytes()[:-20])
    return "accounts/night=1/part-0.parquet: cannot be read"


def parquet_page_damaged(landing: Path) -> str:
    path = only_file(landing, "accounts")
    pq.write_table(pq.ParquetFile(path).read(), path, compression="zstd", use_dictionary=False)
    content = bytearray(path.read_bytes())
    content[4:200] = bytes(196)
    path.write_bytes(content)
    return "accounts/night=1/part-0.parquet: cannot be read"


def gzip_cut_short(landing: Path) -> str:
    path = only_file(landing, "teams")
    path.write_bytes(path.read_bytes()[:-30])
    return "teams/night=1/part-0.csv.gz: cannot be read"


def gzip_is_none(landing: Path) -> str:
    only_file(landing, "teams").write_bytes(b"team_id,_loaded_at\n")
    return "teams/night=1/part-0.csv.gz: cannot be read"


def csv_row_too_short(landing: Path) -> str:
    path = only_file(landing, "locations")
    path.write_text(path.read_text() + "l9,a\n")
    return "locations/night=1/part-0.csv: cannot be read"


def csv_row_too_long(landing: Path) -> str:
    path = only_file(landing, "locations")
    path.write_text(path.read_text() + "x," * 20 + "x\n")
    return "locations/night=1/part-0.csv: cannot be read"


def csv_quote_left_open(landing: Path) -> str:
    path = only_file(landing, "locations")
    path.write_text(path.read_text() + '"l9,a\n')
    return "locations/night=1/part-0.csv: cannot be read"


def csv_without_header(landing: Path) -> str:
    only_file(landing, "locations").write_text("")
    return "locations/night=1/part-0.csv: has no header line"


def csv_not_utf8(landing: Path) -> str:
    path = only_file(landing, "locations")
    path.write_bytes(path.read_bytes().replace(b"Place", b"Pl\xe4ce"))
    return "locations/night=1/part-0.csv: cannot be read"


def ndjson_line_broken(landing: Path) -> str:
    path = only_file(landing, "customers")
    path.write_text(path.read_text() + '{"customer_id": "c99", "account_id"\n')
    return "customers/night=1/part-0.ndjson: cannot be read"


def two_formats(landing: Path) -> str:
    write_rows(landing / "accounts" / "more", "accounts", [], "csv")
    return "table accounts: more than one format"


def unknown_format(landing: Path) -> str:
    (landing / "accounts" / "more.xlsx").write_bytes(b"?")
    return "table accounts: accounts/more.xlsx is of no format that is read"


def only_file(landing: Path, table: str) -> Path:
    (path,) = (path for path in (landing / table).rglob("*") if path.is_file())
    return path


@pytest.mark.parametrize("spoil", [
    no_landing_folder, no_required_column, parquet_cut_short, parquet_page_damaged, gzip_cut_short, gzip_is_none,
    csv_row_too_short, csv_row_too_long, csv_quote_left_open, csv_without_header, csv_not_utf8, ndjson_line_broken,
    two_formats, unknown_format,
], ids=lambda spoil: spoil.__name__)  # fmt: skip
def test_a_landing_zone_that_cannot_be_read_stops_the_night(landed, spoil):
    """Exit 2, one line that names table or file, nothing written."""
    refused(landed, "--as-of", instant(1), saying=spoil(landed.landing))


# -- exit 2: what a warehouse forbids --------------------------------------------------------


@shares_nights
def test_as_of_does_not_go_back(built):
    refused(built, "--as-of", BEFORE, saying="--full-refresh rebuilds it at any instant")


@shares_nights
def test_a_second_run_at_the_same_time_is_refused(built):
    """run.md, crash-safe."""
    with open(built.folder / "headcount.duckdb.state" / "lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused(built, "--as-of", instant(2), saying="another run is building it")


@shares_nights
def test_a_ruleset_is_not_laid_over_a_billed_warehouse(built):
    """P6: such a run refuses a warehouse that was built without it."""
    refused(built, "--as-of", instant(2), "--ruleset", "nexudus-2022-11-02", saying="built without --ruleset")


def text(warehouse):
    warehouse.write_text("this is no warehouse")
    return "is no DuckDB database"


def tables_of_somebody_else(warehouse):
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table invoices as select 1 as amount")
    return "holds 1 tables and views that headcount did not make"


@pytest.mark.parametrize("words", [[], ["--full-refresh"]], ids=str)
@pytest.mark.parametrize("make", [text, tables_of_somebody_else], ids=lambda make: make.__name__)
def test_a_file_that_is_no_warehouse_is_refused(landed, make, words):
    """A full refresh would put another file in its place."""
    saying = make(landed.warehouse)
    refused(landed, "--as-of", instant(1), *words, saying=saying)


@shares_nights
@pytest.mark.parametrize("words", [[], ["--full-refresh"]], ids=str)
def test_a_warehouse_that_another_program_writes_to_is_refused(built, words):
    """The lock is named as a lock."""
    program = "import sys, duckdb; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    words_of_other = [sys.executable, "-c", program, built.warehouse]
    with subprocess.Popen(words_of_other, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        refused(built, "--as-of", instant(2), *words, saying="another program has it open for writing")
        other.stdin.close()


def test_an_empty_file_counts_as_no_warehouse(tmp_path):
    (tmp_path / "w.duckdb").touch()
    with State(tmp_path / "w.duckdb") as state:
        assert state.in_use() is None
        state.start(full_refresh=False)
        assert not state.building.exists()


@pytest.mark.parametrize("name", ["what?.duckdb", "no#1.duckdb"])
def test_a_name_that_does_not_work_is_refused(landed, name):
    landed.warehouse = landed.folder / name
    refused(landed, "--as-of", instant(1), saying="a path with ? or # in it does not work")


def test_exports_that_cannot_be_written_are_refused_before_the_night(landed):
    (landed.folder / "file").write_text("")
    landed.exports = landed.folder / "file" / "exports"
    refused(landed, "--as-of", instant(1), saying="exports")


@shares_nights
@pytest.mark.parametrize("words", [[], ["--full-refresh"]], ids=str)
def test_lost_exports_stop_the_night_at_its_start(built, words):
    """run.md: a warehouse remembers what it has exported, over a full refresh too."""
    built.exports.rename(built.folder / "elsewhere")
    refused(built, "--as-of", instant(2), *words, saying="the warehouse has exported as_of=2020")


@shares_nights
def test_under_any_name_without_export_and_with_what_another_program_left(built):
    """A name with everything in it, output that is not UTF-8, a log of somebody else's writes beside the warehouse, and
    exports that are not mounted: a full refresh with --no-export takes its own rows, and goes on remembering."""
    named = built.folder / "it's \"März\"; [1] marts.duckdb"
    built.warehouse.rename(named)
    built.warehouse.with_name("headcount.duckdb.state").rename(named.with_name(named.name + ".state"))
    built.warehouse = named
    built.exports.rename(built.folder / "elsewhere")
    land(built.landing, 2)
    writes = (
        "import os, sys, duckdb; other = duckdb.connect(); other.execute('attach $$' + sys.argv[1] + '$$ as w');"
        "other.execute('delete from w.marts.runs'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", writes, named], check=True)
    log = named.with_name(named.name + ".wal")
    assert log.stat().st_size
    done = from_scratch(*built.words("--as-of", instant(2), "--full-refresh", "--no-export"), PYTHONIOENCODING="ascii")
    done_well(done)
    assert "nothing was exported" in done.stdout
    assert "left beside the warehouse by another program, and removed" in done.stderr
    assert not log.exists()
    assert not built.exports.exists()
    with open_warehouse(named) as connection:
        assert connection.execute("select strftime(as_of_at, '%Y-%m-%dT%H:%M:%SZ') from marts.runs").fetchall() == [(instant(2),)]
    refused(built, "--as-of", instant(3), saying="the warehouse has exported as_of=2020")


# -- a disk that fills up --------------------------------------------------------------------


def at_most(size: int):
    """For the start of a process: no file may grow beyond `size` bytes, which ends a write as a full disk does."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", [300_000, 16_000_000])
def test_a_disk_that_fills_up_ends_the_night_in_one_line(landed, size):
    """With dbt's own files, and while DuckDB writes the warehouse: exit 2, nothing exported, nothing in use."""
    refused(landed, saying="", command=landed.words("--as-of", instant(1)), first=at_most(size))


def test_too_little_memory_ends_the_night_in_one_line_that_says_where_there_is_more(landed):
    done = headcount(*landed.words("--as-of", instant(1)), HEADCOUNT_MEMORY="12MB")
    assert done.returncode == 1
    (said,) = lines_said(done)
    assert "needs more memory than the 12MB" in said
    assert "HEADCOUNT_MEMORY" in said
    assert not landed.warehouse.exists()
    assert not folders(landed.exports)


CLOSES = """
import sys
from datetime import datetime
from operator import itemgetter
from pathlib import Path
import pyarrow as pa
from headcount.errors import UsageError
from headcount.nightly.whole import close_whole
nothing = pa.table({name: pa.array([], pa.string()) for name in ("export", "lines", "fingerprint")})
try:
    close_whole(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2].removesuffix("Z")), nothing)
except UsageError as error:
    print(error)
"""


def closed(warehouse, as_of, **more) -> str:
    words = [sys.executable, "-c", CLOSES, warehouse, as_of]
    return subprocess.run(words, env=environment(), capture_output=True, text=True, check=True, **more).stdout


@shares_nights
def test_what_is_published_is_whole(built):
    """run.md: DuckDB can leave a file empty on a full disk, with all of it in its log, and say nothing."""
    assert closed(built.warehouse, instant(1)) == ""
    assert "does not hold this night" in closed(built.warehouse, instant(2))
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("create or replace table more as select range as n, md5(range::varchar) as t from range(300000)")
        connection.execute("set checkpoint_threshold = '1TB'")
    write = "import os, sys, duckdb; c = duckdb.connect(sys.argv[1]); c.execute('set checkpoint_threshold = $$1TB$$');"
    write += "c.execute('insert into more select range, range::varchar from range(50000)'); os._exit(0)"
    subprocess.run([sys.executable, "-c", write, built.warehouse], check=True)
    assert "could not be closed" in closed(built.warehouse, instant(1), preexec_fn=at_most(1_000_000))
    assert closed(built.warehouse, instant(1)) == ""


def test_a_folder_in_the_place_of_the_warehouse_is_refused(landed):
    landed.warehouse.mkdir()
    refused(landed, "--as-of", instant(1), saying="headcount.duckdb")


@shares_nights
def test_a_full_refresh_takes_in_an_old_load_and_a_warehouse_of_an_older_version(built):
    """landing.md: a new file with an old load would rewrite an earlier run. A warehouse without fingerprints of its files, with
    exports without a ledger, is of an older version. Both are refused until a full refresh, after which no line has left
    twice."""
    left = exported(built.exports)
    assert left
    late = {"customer_id": "forgotten", "account_id": "A1", "created_at": NIGHTS[0], "_loaded_at": NIGHTS[0]}
    write_rows(built.landing / "customers" / "forgotten", "customers", [late], "ndjson")
    refused(built, "--as-of", instant(2), saying="customers/forgotten.ndjson: new, but holds rows loaded at")
    with duckdb.connect(str(built.warehouse)) as connection:
        connection.execute("drop table landing.files; drop schema exports cascade")
    (built.exports / "billing" / "ledger.parquet").unlink()
    refused(built, "--as-of", instant(2), saying="was built by another version")
    refused(built, "--as-of", instant(2), saying="rebuild it once with --full-refresh")
    done_well(built.night(instant(2), "--full-refresh"))
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        assert rows_of(connection, "landing_files", "file = 'customers/forgotten.ndjson'").total() == 1
        assert rows_of(connection, "dim_customers", "customer_id = 'forgotten'").total() == 1
    # What has closed since leaves now; of what had left nothing leaves again.
    now = exported(built.exports)
    assert set(now.values()) == {1}
    assert left <= now
    assert now == Counter(ledger(built.exports).keys())


@pytest.mark.parametrize("loaded_at", [
    "2026-03-31T12:00:00Z", "2026-03-31T12:00Z", "2026-03-31 12:00", "2026-03-31T14:00+0200", "\t2026-03-31T12:00:00Z ",
])  # fmt: skip
def test_an_old_load_is_seen_in_any_spelling(tmp_path, loaded_at):
    """landing.md, spellings: what the models read as an instant is one here too."""
    write_rows(tmp_path / "customers" / "new", "customers", [{"customer_id": "c", "_loaded_at": loaded_at}], "csv")
    history = History(None)
    history.last_as_of = datetime(2026, 3, 31, 12)
    stock = take_stock(inspect(tmp_path), {})
    with pytest.raises(LandingError, match="customers/new.csv: new, but holds rows loaded at 2026-03-31T12:00:00Z"):
        history.forbid_rewriting(stock)
    history.last_as_of -= timedelta(microseconds=1)
    history.forbid_rewriting(stock)


@pytest.mark.parametrize("loaded_at", ["2026-03-31", "20260331T120000Z", "soon", "", "epoch"])
def test_a_load_that_cannot_be_read_is_left_to_the_models(tmp_path, loaded_at):
    """landing.md: it makes that row a rejected record and never stops the run."""
    write_rows(tmp_path / "customers" / "new", "customers", [{"customer_id": "c", "_loaded_at": loaded_at}], "csv")
    history = History(None)
    history.last_as_of = datetime(2026, 4, 1)
    history.forbid_rewriting(take_stock(inspect(tmp_path), {}))


# -- exit 0 ----------------------------------------------------------------------------------


@shares_nights
def test_as_of_before_the_first_load_gives_empty_marts(first_night):
    counts = dict(first_night.before_first_load)
    assert counts.pop("landing_reconciliation") == 16
    # Rows whose `_loaded_at` cannot be read are rejected in every run: there is no telling when they came.
    assert set(counts.values()) == {0}, {mart: count for mart, count in counts.items() if count}


def test_an_empty_landing_zone_is_no_error(tmp_path):
    place = Place(tmp_path)
    place.landing.mkdir()
    done_well(place.night(instant(1)))
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        assert rows_of(connection, "dim_accounts").total() == 0
    assert len(folders(place.exports)) == 1
    assert exported(place.exports) == Counter()
    assert exports_in_ledger(place.exports) == [folders(place.exports)[0].name]


@shares_nights
def test_a_night_leaves_a_line_of_results(third_night):
    (line,) = third_night.folder.with_name("3.json").read_text().splitlines()
    said = json.loads(line)
    held = Counter(dict(third_night.marts["fct_active_user_counts"]))
    assert (said["command"], said["exit_code"], said["error"], said["as_of"]) == ("nightly", 0, None, instant(3))
    assert sum(said["periods"].values()) == held.total()
    assert said["rejected_rows"] <= said["landed_rows"]
    assert said["is_whole_build"] is False


def test_nights_in_a_row_equal_a_full_refresh(third_night, tmp_path):
    """run.md, incremental: row for row, whatever the nights before; every line has left once."""
    place = third_night.copy(tmp_path / "place")
    done_well(place.night(instant(3), "--full-refresh"))
    assert third_night.marts["fct_billing_lines"]
    assert unlike(third_night.marts, marts_of(place.warehouse)) == []
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        lines = connection.execute("select billing_line_id from marts.fct_billing_lines").fetchall()
    assert exported(place.exports) == Counter(ledger(place.exports).keys()) == Counter(line for (line,) in lines)
    assert len(folders(place.exports)) == len(exports_in_ledger(place.exports)) == 4


@shares_nights
def test_a_preview_is_made_by_dbt_on_a_copy(built, tmp_path):
    """finance.md; what it shows is held in test_preview.py."""
    before = built.tree()
    words = ["--landing", built.landing, "--warehouse", built.warehouse, "--output", tmp_path / "out"]
    done = headcount("preview", *words, "--on", f"{NIGHTS[0] + timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}")
    done_well(done)
    assert built.tree() == before
    counts, lines = (pq.read_table(tmp_path / "out" / f"{name}.parquet").to_pylist() for name in ("counts", "lines"))
    assert {row["status_then"] for row in counts} == {"closed", "open"}
    # Each period that ends, and has users and a price, has its lines; none that goes on has one.
    key = itemgetter("account_id", "location_id", "period_start_at")
    billed = {key(row) for row in counts if row["status_then"] == "closed" and row["amount"]}
    assert billed == {key(line) for line in lines if line["line_kind"] == "active_users"} != set()


@shares_nights
def test_dbt_alone_builds_the_same_marts(third_night, tmp_path):
    """run.md: `dbt build --profiles-dir profiles` builds them from the environment variables. A mart of sealed periods
    alone is refused: what it comes from may be of one night only."""
    warehouse = tmp_path / "headcount.duckdb"
    settings = environment(HEADCOUNT_LANDING=str(third_night.landing), HEADCOUNT_WAREHOUSE=str(warehouse),
                           HEADCOUNT_AS_OF=instant(3))  # fmt: skip

    def dbt(*words):
        places = ["--profiles-dir", PROFILES, "--target-path", tmp_path / "target", "--log-path", tmp_path / "logs"]
        words = [Path(sys.executable).with_name("dbt"), "--quiet", *words, *places]
        return subprocess.run(words, cwd=PROJECT, env=settings, capture_output=True, text=True)

    done = dbt("build", "--exclude", "test_type:unit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert unlike(third_night.marts, marts_of(warehouse)) == []
    alone = dbt("run", "--select", "fct_active_users")
    assert alone.returncode == 1
    assert "dbt build --select +fct_active_users" in alone.stdout
    assert unlike(third_night.marts, marts_of(warehouse)) == []


@shares_nights
def test_long_after_the_newest_load_and_under_another_ruleset(third_night, tmp_path):
    """An instant after the newest load is fine. With --ruleset (P6): all periods of its product, no export, no mixing."""
    place = Place(tmp_path / "place")
    place.landing.parent.mkdir()
    os.symlink(third_night.landing, place.landing)
    done_well(place.night(LONG_AFTER, "--ruleset", "nexudus-2022-11-02"))
    assert not place.exports.exists()
    with duckdb.connect(str(place.warehouse), read_only=True) as connection:
        found = connection.execute("select distinct ruleset_id from marts.dim_billing_periods order by 1").fetchall()
    assert found == [("nexudus-2022-11-02",), ("nutrium-2023",)]
    refused(place, "--as-of", LONG_AFTER, saying="built with --ruleset nexudus-2022-11-02")
