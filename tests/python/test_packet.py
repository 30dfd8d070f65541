"""`headcount packet`: all of one account and period, nothing of another, nobody named, nothing half-written (finance.md).
About 25 s of one core.
"""

import csv
import hashlib
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from headcount.cli import main
from headcount.packet import job
from headcount.packet.job import MARK
from headcount.warehouse import open_warehouse
from headcount.words import sentence

pytestmark = pytest.mark.xdist_group("sample")
ACCOUNT, PLACE, PERIOD = "nx-2026", "nx-2026-main", "2026-09-10"


@pytest.fixture
def warehouse(sample_warehouse, tmp_path) -> Path:
    """A copy: other tests have the sample open, and some here change it."""
    (tmp_path / "warehouse").mkdir()
    return Path(shutil.copy(sample_warehouse, tmp_path / "warehouse" / sample_warehouse.name))


@pytest.fixture
def without_pages(monkeypatch):
    """The pages take seconds; one test has them."""

    def write_account(warehouse, account, on, folder):
        folder.mkdir()
        return 0

    monkeypatch.setattr(job, "write_account", write_account)


def packet(warehouse: Path, output: Path, *more, account: str = ACCOUNT, period: str = PERIOD) -> int:
    words = ["--warehouse", warehouse, "--account", account, "--period", period, "--output", output]
    return main(["packet", *map(str, [*words, *more])])


def read(folder: Path, table: str) -> list[dict]:
    with open(folder / "data" / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def words_in(folder: Path) -> dict[str, str]:
    """File -> all that is in it, as text; of Parquet, whose pages are compressed, every value too."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.name] = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet":
                found[path.name] += repr(pq.read_table(path).to_pylist())
    return found


def has(text: str, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def test_a_packet_holds_one_account_and_names_nobody(warehouse, tmp_path, capsys):
    assert packet(warehouse, tmp_path / "packet") == 0
    assert capsys.readouterr().err == ""
    found = words_in(tmp_path / "packet")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        mine = {row[0] for row in connection.execute(_IDS + " where account_id = $1", [ACCOUNT]).fetchall()}
        others = {row[0] for row in connection.execute(_IDS + " where account_id != $1", [ACCOUNT]).fetchall()} - mine
        people = connection.execute("select display_name from marts.dim_customers where display_name is not null").fetchall()
    assert len(others) > 100
    assert len(people) > 100
    for name, text in found.items():
        assert not [word for word in others if word in text and has(text, word)], name
        assert not [word for (word,) in people if word in text], name
    # The search finds what is there.
    for name in ("README.md", "counted.csv", "counted.parquet", "account.html", "people.html"):
        assert [word for word in mine if has(found[name], word)], name
    assert {path.name for path in (tmp_path / "packet" / "pages").iterdir()} == {
        "account.html", "bills.html", "pages.css", "pages.js", "people.html",
    }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {"packet", "warehouse"}


def test_the_pages_of_a_packet_show_its_period_and_nothing_undecided(warehouse, tmp_path):
    """What could not be billed is on the account's own page, and not on the one that its customer gets."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        account, state = connection.execute(
            "select account_id, count(*) from marts.billing_exceptions where account_id = 'nu-no-price' group by all"
        ).fetchone()
    assert state > 1
    assert packet(warehouse, tmp_path / "packet", account=account, period="2026-08-15") == 0
    pages = {path.name: path.read_text() for path in (tmp_path / "packet" / "pages").glob("*.html")}
    assert "Period from 1 Aug 2026" in pages["account.html"]
    for name, text in pages.items():
        assert not re.search("could not be billed|Could not be billed|no price", text), name
    # A bill that is final has nothing provisional in it, whatever the open periods have.
    sheets = pages["bills.html"].split('<article class="bill"')[1:]
    assert {"Bill of " in sheet for sheet in sheets} == {True, False}
    assert all(("Provisional" in sheet) != ("Bill of " in sheet) for sheet in sheets)


# Every word that is of one account alone.
_IDS = """
    select * from (
        select account_id as word, account_id from marts.dim_accounts
        union all select account_name, account_id from marts.dim_accounts
        union all select location_id, account_id from marts.dim_locations
        union all select location_name, account_id from marts.dim_locations
        union all select customer_id, account_id from marts.dim_customers
        union all select evidence_id, account_id from marts.fct_active_user_sources
        union all select billing_line_id, account_id from marts.fct_billing_lines
    ) as words
"""


def test_every_figure_of_a_packet_is_that_of_the_marts(warehouse, tmp_path, without_pages):
    folder = tmp_path / "packet"
    assert packet(warehouse, folder, "--location", PLACE) == 0
    with open_warehouse(warehouse) as connection:
        start, end = connection.execute(
            "select period_start_at, period_end_at from marts.dim_billing_periods where location_id = $1 "
            "and period_start_at <= timestamp '2026-09-10' order by period_start_at desc limit 1", [PLACE]
        ).fetchone()  # fmt: skip

        def of_period(mart: str, columns: str) -> list[tuple]:
            sql = f"select distinct {columns} from marts.{mart} where location_id = $1 and period_start_at = $2 order by all"
            return connection.execute(sql, [PLACE, start]).fetchall()

        for table, mart, columns in _SAME:
            names = columns.split(", ")
            rows = pq.read_table(folder / "data" / f"{table}.parquet").to_pylist()
            assert sorted({tuple(row[name] for name in names) for row in rows}) == of_period(mart, columns)
            assert rows or table == "corrections"
    (period,) = read(folder, "periods")
    text = (folder / "README.md").read_text()
    assert f"**{period['active_users']} active users** of {period['registered_customers']} on record" in text
    sources = [row["source"] for row in read(folder, "counted")]
    for source in set(sources):
        assert f"- {sources.count(source)} `{source}`" in text
    lines = read(folder, "lines")
    for line in lines:
        assert f"{line['amount']} {line['currency']}" in text
    # Tier by tier, whatever the lines are called.
    tiers = [int(tier) for tier in re.findall(r"\(tier (\d+)\): \d", text)]
    assert len(tiers) > 1
    assert tiers == sorted(tiers)
    # Whoever has the page alone can work the amount of each tier out again.
    worked_out = re.findall(r": (\S+) \S+ \((\d+) at (\S+) \S+?(?:, and (\S+) \S+ flat for the tier, rounded once)?\)", text)
    assert worked_out
    assert len(worked_out) == len([line for line in lines if line["unit_price"]])
    assert all(Decimal(amount) == int(users) * Decimal(price) + Decimal(flat or 0) for amount, users, price, flat in worked_out)
    assert f"in {len(lines)} lines" in text
    assert {row["account_id"] for row in read(folder, "live_vs_invoiced")} == {ACCOUNT}


_SAME = [
    ("counted", "fct_active_user_sources", "customer_id, source, evidence_id"),
    ("not_counted", "fct_uncounted_activity", "customer_id, activity_type, reason"),
    ("corrections", "fct_active_user_corrections", "customer_id, correction"),
    ("lines", "fct_billing_lines", "billing_line_id, description"),
]


def test_a_manifest_holds_every_file_and_the_same_packet_is_the_same_bytes(warehouse, tmp_path, without_pages):
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second, second):
        assert packet(warehouse, folder) == 0
        (folder / "old").touch()
    (second / "old").unlink()
    assert packet(warehouse, second) == 0
    (first / "old").unlink()
    files = {path.relative_to(first).as_posix(): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    assert files == {path.relative_to(second).as_posix(): path.read_bytes() for path in second.rglob("*") if path.is_file()}
    manifest = json.loads(files["manifest.json"])
    assert manifest["files"].keys() == files.keys() - {MARK, "manifest.json"}
    for name, said in manifest["files"].items():
        assert said["sha256"] == hashlib.sha256(files[name]).hexdigest()
        if name.endswith(".csv"):
            parquet = pq.read_table((first / name).with_suffix(".parquet"))
            assert said["rows"] == len(read(first, Path(name).stem)) == parquet.num_rows
    assert {row["location_id"] for row in manifest["periods"]} == {PLACE, "nx-2026-annex"}


def test_charges_of_a_package_are_in_the_period_they_are_made_in(warehouse, tmp_path, without_pages):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        account, day, line = connection.execute(
            "select account_id, charged_on, billing_line_id from marts.fct_billing_lines "
            "inner join marts.fct_package_charges using (account_id, amount) "
            "where billed_at = charged_at order by all limit 1"
        ).fetchone()
    assert packet(warehouse, tmp_path / "packet", account=account, period=str(day)) == 0
    assert line in {row["billing_line_id"] for row in read(tmp_path / "packet", "lines")}


def test_a_day_of_two_periods_has_both_and_says_so(warehouse, tmp_path, without_pages):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        # An invoice at noon or so, everywhere within the local day.
        account, place, day = connection.execute(
            "select account_id, location_id, cast(period_end_at as date) from marts.dim_billing_periods "
            "where account_id = 'nx-2026' and hour(period_end_at) between 4 and 18 order by period_end_at desc, 2 limit 1"
        ).fetchone()
    assert packet(warehouse, tmp_path / "packet", "--location", place, account=account, period=str(day)) == 0
    assert len(read(tmp_path / "packet", "periods")) == 2
    text = (tmp_path / "packet" / "README.md").read_text()
    assert "On that day one period ended and the next began: both are in here." in text
    assert not re.search(r"\d{4}-\d\d-\d\dT", text)


def test_the_invoice_and_adjustments_are_told_where_there_are_some(warehouse, tmp_path, without_pages):
    with duckdb.connect(str(warehouse)) as connection:
        start, end = connection.execute(
            "select period_start_at, period_end_at from marts.dim_billing_periods where location_id = $1 "
            "and period_start_at <= timestamp '2026-09-10' order by period_start_at desc limit 1", [PLACE]
        ).fetchone()  # fmt: skip
        for table, row in _FINANCE.items():
            connection.execute(f"create or replace table marts.{table} as {row.format(start=start, end=end)}")
    assert packet(warehouse, tmp_path / "packet") == 0
    (row,) = read(tmp_path / "packet", "adjustments")
    assert (row["known_users"], row["amount"]) == ("38", "2.65")
    (row,) = read(tmp_path / "packet", "adjustment_users")
    assert row["customer_id"] == "nx-late"
    (row,) = read(tmp_path / "packet", "reconciliation")
    assert row["invoice_number"] == "N-7"
    text = (tmp_path / "packet" / "README.md").read_text()
    assert "37 users before, 38 known then, 2.65 EUR" in text
    assert "- invoice N-7 of" in text
    assert f"38 users invoiced, 37 counted, difference 1. {sentence('reconciliation', 'known_later')}" in text
    assert "120.00 EUR invoiced, 117.35 EUR computed, difference 2.65 EUR" in text


_FINANCE = {
    "fct_invoice_reconciliation": (
        "select 'p1' as platform_invoice_id, 'nx-2026' as account_id, 'N-7' as invoice_number, "
        "timestamp '{end}' as invoiced_at, 1 as periods, true as is_closed, 38 as billed_users, 37 as active_users, "
        "1 as difference_users, cast(120 as decimal(18, 6)) as billed_amount, null as billed_currency, "
        "cast(117.35 as decimal(18, 6)) as computed_amount, 'EUR' as currency, "
        "cast(2.65 as decimal(18, 6)) as difference_amount, 'known_later' as explanation, "
        "cast(null as varchar) as explaining_ruleset_id"
    ),
    "fct_billing_adjustments": (
        "select 'nx-2026' as account_id, 'nx-2026-main' as location_id, timestamp '{start}' as period_start_at, "
        "timestamp '{end}' as settled_period_start_at, 37 as billed_users, 38 as known_users, 37 as users_before, "
        "cast(2.65 as decimal(18, 6)) as amount, 'EUR' as currency"
    ),
    "fct_billing_adjustment_users": (
        "select 'nx-2026' as account_id, 'nx-2026-main' as location_id, timestamp '{start}' as period_start_at, "
        "timestamp '{end}' as settled_period_start_at, 'nx-late' as customer_id, 'late_addition' as correction"
    ),
}


def test_an_account_that_is_not_on_record_any_more_has_no_pages(warehouse, tmp_path, without_pages):
    """There is nothing that they could be the pages of."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from marts.dim_accounts where account_id = $1", [ACCOUNT])
        connection.execute("delete from marts.dim_locations where account_id = $1", [ACCOUNT])
    assert packet(warehouse, tmp_path / "packet") == 0
    assert not (tmp_path / "packet" / "pages").exists()
    assert "pages" not in (tmp_path / "packet" / "README.md").read_text()
    assert read(tmp_path / "packet", "counted")


@pytest.mark.parametrize(("more", "account", "period", "saying"), [
    ((), "nobody", PERIOD, "account 'nobody' has no billing period"),
    (("--location", "nx-places-loft"), ACCOUNT, PERIOD, "location 'nx-places-loft' is none of account 'nx-2026', which is"),
    ((), ACCOUNT, "2001-01-01", "no billing period of account 'nx-2026' holds that day"),
    ((), ACCOUNT, "September", "period 'September' is not a date"),
])  # fmt: skip
def test_what_is_not_there_is_one_line(warehouse, tmp_path, capsys, without_pages, more, account, period, saying):
    assert packet(warehouse, tmp_path / "deep" / "packet", *more, account=account, period=period) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert saying in said
    assert [path.name for path in tmp_path.iterdir()] == ["warehouse"]


def test_a_packet_replaces_only_a_packet(warehouse, tmp_path, capsys, without_pages, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    for name, saying in (("mine", "has other things in it"), ("file", "is a file; name a folder")):
        assert packet(warehouse, tmp_path / name) == 2
        (said,) = capsys.readouterr().err.splitlines()
        assert saying in said
    assert packet(tmp_path / "none", tmp_path / "packet") == 2
    assert packet(warehouse, tmp_path / "packet") == 0
    before = {path: path.read_bytes() for path in (tmp_path / "packet").rglob("*") if path.is_file()}

    def no_room(*_):
        raise OSError(28, "No space left on device", "data")

    monkeypatch.setattr(job, "write_parquet", no_room)
    assert packet(warehouse, tmp_path / "packet") == 2
    assert {path: path.read_bytes() for path in (tmp_path / "packet").rglob("*") if path.is_file()} == before
    assert {path.name for path in tmp_path.iterdir()} == {"mine", "file", "packet", "warehouse"}
