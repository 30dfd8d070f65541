"""The sample landing zone: whole, repeatable, and holding what it says it holds."""

import csv
import gzip
import hashlib
import json
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.make_landing import Size, write_landing
from headcount.errors import UsageError
from headcount.sample import (
    SAMPLE_AS_OF,
    SCENARIOS,
    Charge,
    Correction,
    Count,
    Rejection,
    rules_of,
    sample_book,
    write,
    write_sample,
)
from headcount.sample.clock import NIGHTLY_DAYS
from headcount.sample.files import write_file
from headcount.sample.tables import TABLES
from tests.oracle.marts import evaluate

SEEDS = Path(__file__).parents[2] / "seeds"

RULES = {f"N{n}" for n in range(1, 11)} | {f"X{n}" for n in range(1, 17)} | {f"P{n}" for n in range(1, 8)} | {"F1", "F4"}

#: Every reason the landing contract names, with the columns it can be about where they are a list.
REASONS = {
    *("missing:location_id", "missing:price", "missing:sale_id", "missing:_loaded_at"),
    *(
        "unreadable:price",
        "unreadable:amount",
        "unreadable:sold_at",
        "unreadable:started_on",
        "unreadable:is_recurring",
    ),
    *("unreadable:timezone", "unreadable:_loaded_at"),
    *("not_allowed:status", "not_allowed:duration", "not_allowed:product", "not_allowed:currency"),
    *("negative:price", "negative:client_limit"),
    *("unknown:account_id", "unknown:location_id", "unknown:customer_id", "unknown:paying_customer_id"),
    *("unknown:team_id", "unknown:invoice_id", "unknown:subscription_id"),
    *("other_account:location_id", "other_account:customer_id", "other_account:paying_customer_id"),
    "ends_before_start",
    "in_the_future",
    "conflicting_version",
    *("immutable:product", "immutable:timezone", "immutable:currency", "immutable:created_at"),
    *("immutable:history_complete_at", "immutable:account_id", "immutable:started_on"),
    "period_already_closed",
}

#: Reasons that each of several tables must be seen to give.
REASONS_BY_TABLE = {
    "ends_before_start": {"contracts", "team_memberships", "bookings", "subscriptions"},
    "in_the_future": {
        *("edits", "bookings", "product_sales", "event_tickets", "invoices"),
        *("customer_status_changes", "subscription_changes", "platform_invoices"),
    },
    "negative:price": {"contracts", "product_sales", "bookings", "event_tickets"},
    "immutable:account_id": {"locations", "customers", "teams", "subscriptions"},
}


@pytest.fixture(scope="module")
def landing(tmp_path_factory) -> Path:
    """The scenarios without the believable accounts."""
    folder = tmp_path_factory.mktemp("sample") / "landing"
    write_sample(folder, accounts=0, days=1)
    return folder


@pytest.fixture(scope="module")
def expectations() -> list:
    return sample_book(accounts=0, days=1, seed=1).expectations


@pytest.fixture(scope="module")
def marts(landing) -> dict:
    """What an independent reading of the contract makes of it."""
    return evaluate(landing, SAMPLE_AS_OF, SEEDS)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def raw_rows(path: Path) -> list[dict]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".ndjson":
        return [json.loads(line) for line in path.read_text().splitlines()]
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return list(csv.DictReader(text.splitlines(keepends=True)))


def loaded_at(value) -> datetime | None:
    """The instant a row was loaded, or None where it cannot be read."""
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return instant.replace(tzinfo=None)


# The files


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_sample(tmp_path / name, accounts=3, days=45, seed=7)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_another_seed_gives_other_rows(tmp_path):
    write_sample(tmp_path / "one", accounts=2, days=45, seed=7)
    write_sample(tmp_path / "two", accounts=2, days=45, seed=8)
    assert digests(tmp_path / "one") != digests(tmp_path / "two")


def test_scenarios_do_not_depend_on_the_seed():
    assert sample_book(0, 1, seed=7).rows == sample_book(0, 1, seed=8).rows


def test_options_size_the_believable_accounts():
    def edits_and_accounts(accounts, days):
        book = sample_book(accounts, days, seed=1)
        return len(book.rows["accounts"]), len(book.rows["edits"])

    scenarios, few, more, longer = (edits_and_accounts(*size) for size in ((0, 60), (2, 60), (4, 60), (2, 120)))
    assert (few[0], more[0], longer[0]) == (scenarios[0] + 2, scenarios[0] + 4, scenarios[0] + 2)
    assert scenarios[1] < few[1] < more[1]
    assert few[1] < longer[1]


def test_more_accounts_leave_the_first_ones_as_they_are():
    def edits_of_first(accounts):
        return [row for _, row in sample_book(accounts, 45, 1).rows["edits"] if row["account_id"] == "cl-01"]

    assert edits_of_first(2) == edits_of_first(5)


def test_the_default_sample_is_small_and_every_table_has_rows(tmp_path):
    counts = write_sample(tmp_path / "landing")
    size = sum(path.stat().st_size for path in (tmp_path / "landing").rglob("*") if path.is_file())
    assert size < 10_000_000
    assert set(counts) == set(TABLES)
    assert min(counts.values()) > 0
    assert counts["bookings"] > 5_000
    assert counts["edits"] > 5_000


def test_returned_counts_are_the_rows_landed(tmp_path):
    counts = write_sample(tmp_path / "landing", accounts=1, days=10)
    for table, count in counts.items():
        assert sum(len(raw_rows(path)) for path in (tmp_path / "landing" / table).rglob("part-*")) == count, table


def test_every_format_of_the_contract_is_used(landing):
    suffixes = {"".join(path.suffixes) for path in landing.rglob("part-*")}
    assert suffixes == {".parquet", ".csv", ".csv.gz", ".ndjson"}
    for table in TABLES:
        assert len({"".join(path.suffixes) for path in (landing / table).rglob("part-*")}) == 1, table


def test_a_load_holds_what_was_loaded_by_its_day_and_after_the_load_before(landing):
    nightly_from = SAMPLE_AS_OF.date() - timedelta(days=NIGHTLY_DAYS)
    unreadable = []
    for table in TABLES:
        previous = datetime.min.date()
        for folder in sorted((landing / table).iterdir()):
            day = datetime.fromisoformat(folder.name.removeprefix("load_date=")).date()
            for row in raw_rows(folder / next(folder.iterdir()).name):
                instant = loaded_at(row.get("_loaded_at"))
                if instant is None:
                    unreadable.append(row[TABLES[table].key])
                    continue
                assert previous < instant.date() <= day, (folder, row)
                assert instant.date() == day or day < nightly_from, (folder, row)
            previous = day
    assert sorted(unreadable) == ["bad-customer-load", "bad-missing-load"]


def test_a_load_comes_after_the_instant_the_sample_is_made_for(landing):
    assert (landing / "bookings" / f"load_date={SAMPLE_AS_OF.date()}").is_dir()


# Writing all or nothing


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "landing").mkdir()
    write_sample(tmp_path / "landing", accounts=0, days=1)
    assert {path.name for path in (tmp_path / "landing").iterdir()} == set(TABLES)


@pytest.mark.parametrize("accounts_and_days", [(-1, 10), (1, 0)])
def test_sizes_that_cannot_be_are_refused(tmp_path, accounts_and_days):
    with pytest.raises(UsageError, match="at least"):
        write_sample(tmp_path / "landing", *accounts_and_days)


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "mine.txt").write_text("keep")
    with pytest.raises(UsageError, match="not an empty folder"):
        write_sample(tmp_path / "landing")
    assert digests(tmp_path).keys() == {"landing/mine.txt"}


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "landing").write_text("keep")
    with pytest.raises(UsageError, match="not an empty folder"):
        write_sample(tmp_path / "landing")


def test_a_sample_that_fails_half_way_leaves_nothing(tmp_path, monkeypatch):
    def fails_on_bookings(path, *how, **more):
        if "bookings" in path.parts:
            raise OSError("disk full")
        return write_file(path, *how, **more)

    monkeypatch.setattr(write, "write_file", fails_on_bookings)
    with pytest.raises(OSError, match="disk full"):
        write_sample(tmp_path / "landing", accounts=0, days=1)
    assert list(tmp_path.iterdir()) == []


# The scenarios


def test_scenarios_have_names_of_their_own_and_name_their_rules():
    names = [scenario.__name__ for scenario in SCENARIOS]
    assert len(names) == len(set(names))
    without_rules = {scenario.__module__ for scenario in SCENARIOS if not rules_of(scenario)}
    assert without_rules == {"headcount.sample.scenarios.rejected", "headcount.sample.scenarios.spellings"}


def test_every_rule_has_a_scenario():
    assert set().union(*(rules_of(scenario) for scenario in SCENARIOS)) == RULES


def test_every_reason_for_rejection_is_provoked(expectations):
    provoked = defaultdict(set)
    for expected in expectations:
        if isinstance(expected, Rejection):
            for reason in expected.reasons:
                provoked[reason].add(expected.table)
    assert set(provoked) >= REASONS
    for reason, tables in REASONS_BY_TABLE.items():
        assert provoked[reason] >= tables, reason


def test_every_rejected_row_is_landed(expectations):
    rows = sample_book(0, 1, 1).rows
    for expected in expectations:
        if isinstance(expected, Rejection):
            keys = {row.get(TABLES[expected.table].key) for _, row in rows[expected.table]}
            assert expected.key in keys, expected


# What an independent reading of the contract makes of the scenarios


def test_customers_count_as_the_scenarios_say(marts, expectations):
    def place(row):
        return row["location_id"], row["period_start_at"], row["customer_id"]

    periods = {(row["location_id"], row["period_start_at"]) for row in marts["dim_billing_periods"]}
    sources = {place(row): row["sources"] for row in marts["fct_active_users"]}
    reasons = defaultdict(set)
    for row in marts["fct_uncounted_activity"]:
        reasons[place(row)].add(row["reason"])
    for expected in expectations:
        if isinstance(expected, Count):
            window = expected.window
            key = window.location_id, window.start_at, expected.customer_id
            assert key[:2] in periods, expected
            assert sources.get(key) == expected.sources, expected
            if expected.sources is None:
                assert reasons[key] == ({expected.reason} if expected.reason else set()), expected


def test_closed_periods_are_corrected_as_the_scenarios_say_and_nowhere_else(marts, expectations):
    corrections = {
        (row["location_id"], row["period_start_at"], row["customer_id"]): row["correction"]
        for row in marts["fct_active_user_corrections"]
    }
    assert corrections == {
        (expected.window.location_id, expected.window.start_at, expected.customer_id): expected.correction
        for expected in expectations
        if isinstance(expected, Correction)
    }


def test_rows_are_rejected_as_the_scenarios_say_and_no_others(marts, expectations):
    rejected = {(row["source_table"], row["record_key"], row["reason"]) for row in marts["rejected_records"]}
    assert rejected == {
        (expected.table, expected.key, reason)
        for expected in expectations
        if isinstance(expected, Rejection)
        for reason in expected.reasons
    }


def test_subscriptions_are_charged_as_the_scenarios_say(marts, expectations):
    charges = {
        (row["subscription_id"], row["charge_kind"], str(row["charged_on"]), row["client_limit"]): (
            row["days_charged"],
            row["days_in_term"],
        )
        for row in marts["fct_package_charges"]
    }
    for expected in expectations:
        if isinstance(expected, Charge):
            key = expected.subscription_id, expected.charge_kind, expected.charged_on, expected.client_limit
            assert charges.get(key) == (expected.days_charged, expected.days_in_term), expected


def test_periods_of_every_status_are_there(marts):
    assert {row["period_status"] for row in marts["dim_billing_periods"]} == {"open", "grace", "closed"}


def test_every_shipped_ruleset_judges_some_period(marts):
    """Whoever adds a product or a ruleset of their own need not put it into the sample."""
    shipped = {"nutrium-2023", "nexudus-2022-11-02", "nexudus-2023-09-04", "nexudus-2026-04-21"}
    assert {row["ruleset_id"] for row in marts["dim_billing_periods"]} == shipped


def test_what_cannot_be_billed_is_what_the_scenarios_leave_without_a_price(marts):
    exceptions = {
        (row["exception"], row["subscription_id"] or row["location_id"]) for row in marts["billing_exceptions"]
    }
    assert exceptions == {
        ("no_package_price", "sub-no-price"), ("no_rate_card", "nx-no-rate-card-quay"), ("no_package", "sub-no-package"),
        ("no_package", "sub-immutable-account"), ("no_package", "sub-immutable-started"),
    }  # fmt: skip


# The large landing zone of the benchmarks


def test_the_large_landing_zone_is_repeatable_and_has_every_table(tmp_path):
    size = Size(edits=3_000, bookings=1_000, accounts=8, customers=400, months=6)
    for name in ("one", "two"):
        rows = write_landing(tmp_path / name, size, report=lambda line: None)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert set(rows) == set(TABLES)
    assert min(rows.values()) > 0
    for table, count in rows.items():
        assert sum(len(raw_rows(path)) for path in (tmp_path / "two" / table).rglob("*.parquet")) == count, table


def test_the_large_landing_zone_is_late_repeated_and_rotten_as_it_says(tmp_path):
    size = Size(edits=40_000, bookings=400, accounts=8, customers=400, months=6)
    write_landing(tmp_path, size, report=lambda line: None)
    edits = [row for path in (tmp_path / "edits").rglob("*.parquet") for row in raw_rows(path)]
    keys = {row["edit_id"] for row in edits}
    happened_before_load = [row["_loaded_at"].date() - row["edited_at"].date() for row in edits]
    late = sum(apart > timedelta(days=1) for apart in happened_before_load)
    rotten = sum(row["edit_kind"] is None or row["customer_id"] == "nobody" for row in edits)
    assert len(keys) == size.edits
    assert 0.008 < len(edits) / size.edits - 1 < 0.012
    assert 0.016 < late / len(edits) < 0.024
    assert 0.0003 < rotten / len(edits) < 0.0015
