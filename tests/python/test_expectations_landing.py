"""The landing checks: each expectation is seen to hold and not to hold, and what must never stop a night does not."""

from __future__ import annotations

import json
import random
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from headcount.errors import LandingError
from headcount.expectations import check_landing
from headcount.expectations.__main__ import rows_behind
from headcount.expectations.check import WARN, Check
from headcount.expectations.library import failing
from headcount.landing import inspect
from tests.oracle.random_landing import write_random_landing
from tests.python import landing_habits as habits
from tests.python.landing_habits import AS_OF, DAY, NEWEST, healthy, newest, spelled, spoiled

DAYS_LATE = spelled(NEWEST - 60 * DAY)


def verdicts(report) -> dict[str, str]:
    return {one.check: one.verdict for one in report.verdicts}


@pytest.fixture(scope="module")
def zone_of(tmp_path_factory):
    def make(tables):
        return inspect(habits.write(tmp_path_factory.mktemp("zone") / "landing", tables))

    return make


@pytest.fixture(scope="module")
def in_health(zone_of):
    return check_landing(zone_of(healthy()), AS_OF, None)


FEW = ("contracts", "edits", "team_memberships")


@pytest.fixture(scope="module")
def few_tables(zone_of):
    """Some of the ill tables: edits with new words and an undated file, contracts that are all deleted."""
    return zone_of({name: first_ills()[name] for name in FEW})


def first_ills() -> dict[str, habits.Rows]:
    """A different ill in the newest load of each table."""
    tables = healthy()
    last = spelled(NEWEST)
    spoiled(tables["accounts"], lambda number, row: row.update(product="gym"))
    for row in tables["locations"]:
        row["_loaded_at"] = str(row["_loaded_at"]).replace("2026-05", "2026-04")
    spoiled(tables["customers"], lambda number, row: row.update(account_id="nobody", home_location_id=None))
    soon = spelled(NEWEST + DAY / 12)
    spoiled(tables["customer_status_changes"], lambda number, row: row.update(changed_at=soon))
    tables["teams"] += [row | {"team_id": f"more-{copy}-{number}"} for copy in range(4)
                        for number, row in enumerate(newest(tables["teams"]))]  # fmt: skip
    spoiled(tables["team_memberships"], lambda number, row: row.update(team_id=f"nobody-{number}"))
    tables["contracts"] += [{"contract_id": row["contract_id"], "_deleted": "true", "_loaded_at": last}
                            for row in list(tables["contracts"])]  # fmt: skip
    spoiled(tables["product_sales"], lambda number, row: row.update(price=f"{number}00.00"))
    spoiled(tables["bookings"], lambda number, row: row.update(price="0", customer_id=None))
    spoiled(tables["event_tickets"], lambda number, row: row.update(purchased_at=DAYS_LATE))
    spoiled(tables["invoices"], lambda number, row: number % 3 and row.update(issued_at="12/05/2026"))
    spoiled(tables["invoice_lines"], lambda number, row: row.update(line_type="fee", amount=str(number * 1000)))
    tables["platform_invoices"] += 3 * newest(tables["platform_invoices"])
    spoiled(tables["edits"], lambda number, row: row["edit_kind"] == "information" and row.update(edit_kind="info"))
    tables["edits"] += [{**row, "edit_id": f"x{number}", "_loaded_at": "30.05.2026", "file": "undated"}
                        for number, row in enumerate(newest(tables["edits"]))]  # fmt: skip
    spoiled(tables["subscription_changes"], lambda number, row: row.update(client_limit=None, duration="weekly"))
    return tables


@pytest.fixture(scope="module")
def ill_zone(zone_of):
    return zone_of(first_ills())


@pytest.fixture(scope="module")
def ill(ill_zone, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "landing.html"
    return check_landing(ill_zone, AS_OF, path), path


@pytest.fixture(scope="module")
def without_accounts(zone_of):
    """No account can be read, and four days without a load."""
    tables = {"accounts": healthy(1)["accounts"]}
    spoiled(tables["accounts"], lambda number, row: row.update(timezone="Lisbon"))
    return check_landing(zone_of(tables), AS_OF + 4 * DAY, None)


@pytest.fixture(scope="module")
def no_accounts(zone_of):
    return check_landing(zone_of({"edits": healthy(1, 3)["edits"]}), AS_OF, None)


# -- each expectation ------------------------------------------------------------------------

# Kind of check -> one that does not hold in the ill zone.
ILLS = {
    "volume": "teams.volume",
    "freshness": "locations.freshness",
    "readable": "invoices.readable",
    "mostly_readable": "invoices.mostly_readable",
    "deletions": "contracts.deletions",
    "not_all_deleted": "contracts.not_all_deleted",
    "redelivered": "platform_invoices.redelivered",
    "known_product": "accounts.known_product",
    "new_product": "accounts.new_product",
    "usual_product": "accounts.usual_product",
    "known_line_type": "invoice_lines.known_line_type",
    "new_line_type": "invoice_lines.new_line_type",
    "usual_line_type": "invoice_lines.usual_line_type",
    "new_edit_kind": "edits.new_edit_kind",
    "usual_edit_kind": "edits.usual_edit_kind",
    "known_duration": "subscription_changes.known_duration",
    "new_duration": "subscription_changes.new_duration",
    "usual_duration": "subscription_changes.usual_duration",
    "free": "bookings.free",
    "sum_price": "product_sales.sum_price",
    "size_price": "product_sales.size_price",
    "sum_amount": "invoice_lines.sum_amount",
    "size_amount": "invoice_lines.size_amount",
    "filled_customer_id": "bookings.filled_customer_id",
    "filled_home_location_id": "customers.filled_home_location_id",
    "filled_client_limit": "subscription_changes.filled_client_limit",
    "ahead": "customer_status_changes.ahead",
    "late": "event_tickets.late",
    "parents": "team_memberships.parents",
    "undated_files": "zone.undated_files",
}
STOPS = {"mostly_readable", "not_all_deleted", "some_account"}
# Same code as a sibling above, on another column.
SIBLINGS = {"known_status", "new_status", "usual_status", "known_edit_kind", "filled_location_id"}


def test_in_health_every_expectation_is_asked_and_holds(in_health):
    assert {one.check: one.found for one in in_health.verdicts if one.verdict != "holds"} == {}
    assert len(in_health.verdicts) > 150
    assert (in_health.warnings, in_health.stops) == ((), ())


@pytest.mark.parametrize("kind", sorted(ILLS))
def test_an_ill_is_found(kind, ill, in_health):
    check = ILLS[kind]
    report, _ = ill
    assert verdicts(in_health)[check] == "holds"
    assert verdicts(report)[check] == ("stops" if kind in STOPS else "warns")


def test_no_account_can_be_read(without_accounts, in_health):
    assert verdicts(in_health)["accounts.some_account"] == "holds"
    assert verdicts(without_accounts)["accounts.some_account"] == "stops"


def test_nothing_was_loaded_for_days(without_accounts, in_health):
    assert verdicts(in_health)["zone.freshness"] == "holds"
    assert verdicts(without_accounts)["zone.freshness"] == "warns"


def test_rows_without_accounts(no_accounts, in_health):
    assert verdicts(in_health)["zone.accounts"] == "holds"
    assert verdicts(no_accounts)["zone.accounts"] == "warns"
    assert no_accounts.stops == ()


def test_every_expectation_has_been_seen_to_fail(in_health):
    asked = {one.check.split(".")[1] for one in in_health.verdicts if not one.check.startswith("zone.")}
    assert asked - SIBLINGS == set(ILLS) - {"undated_files"} | {"some_account"}


def test_only_what_is_declared_stops(ill):
    report, _ = ill
    assert {one.check.split(".")[1] for one in report.verdicts if one.severity == "stop"} == STOPS
    assert {one.check for one in report.stops} == {"invoices.mostly_readable", "contracts.not_all_deleted"}


# -- findings and the report -----------------------------------------------------------------

def test_a_finding_is_one_line_with_words_and_a_command(ill, ill_zone):
    report, _ = ill
    (finding,) = [one for one in report.warnings if one.check == "edits.new_edit_kind"]
    assert str(finding) == (
        "edits: expected edit_kind of at least 95 % of the rows of the newest load is a word that is known or was seen "
        "before; found 24 of 120 are new words (20.0 %); most often 'info' (24); see the rows: "
        f"python -m headcount.expectations --landing {ill_zone.folder} --as-of 2026-05-30T05:00:00Z edits.new_edit_kind"
    )


@pytest.mark.parametrize(("check", "rows", "part"), [
    ("edits.new_edit_kind", 24, '"info"'),
    ("contracts.not_all_deleted", 1800, "_deleted"),
    ("team_memberships.parents", 120, "nobody-"),
    ("zone.undated_files", 1, '"edits"'),
])  # fmt: skip
def test_the_command_shows_the_rows(check, rows, part, few_tables):
    lines = rows_behind(few_tables, AS_OF, check, 10_000)
    assert len(lines) == rows
    assert any(part in line for line in lines)


def test_the_report_says_it_all_without_machine_or_clock(ill, ill_zone):
    report, path = ill
    page, data = path.read_text(), json.loads(path.with_suffix(".json").read_text())
    assert str(ill_zone.folder) not in page + json.dumps(data)
    assert sum(len(suite["expectations"]) for suite in data["suites"]) == len(report.verdicts)
    for one in report.verdicts:
        assert one.found.replace("'", "&#39;") in page
    for loaded in ("src=", "href=", "http:", "https:", "@import", "url("):
        assert loaded not in page
    assert "Nobody" not in page


def test_the_same_landing_gives_the_same_bytes(few_tables, tmp_path, zone_of):
    moved = {name: rows for name, rows in first_ills().items() if name in FEW}
    for rows in moved.values():
        random.Random(1).shuffle(rows)
    check_landing(few_tables, AS_OF, tmp_path / "one.html")
    check_landing(zone_of(moved), AS_OF, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "one.html").read_bytes()
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "one.json").read_bytes()
    assert not list(tmp_path.glob(".*"))


def test_what_is_known_neither_warns_nor_stops_until_its_day(zone_of, tmp_path):
    tables = {"accounts": healthy(1)["accounts"]}
    spoiled(tables["accounts"], lambda number, row: row.update(timezone="Lisbon"))
    zone = zone_of(tables)
    known = tmp_path / "known.csv"
    known.write_text("check,known_until,reason\n" + "".join(
        f"accounts.{name},{spelled(AS_OF)},zones are mended on Monday\n"
        for name in ("some_account", "mostly_readable", "readable")))  # fmt: skip
    report = check_landing(zone, AS_OF, None, known)
    assert (report.stops, report.warnings, len(report.known)) == ((), (), 3)
    assert "zones are mended on Monday" in report.known[0].found
    assert len(check_landing(zone, AS_OF + timedelta(seconds=1), None, known).stops) == 2


# -- what must not stop a night --------------------------------------------------------------

@pytest.mark.parametrize("as_of", [NEWEST - 400 * DAY, NEWEST, NEWEST + 4000 * DAY])
def test_an_empty_zone_passes(as_of, tmp_path):
    (tmp_path / "landing").mkdir()
    report = check_landing(inspect(tmp_path / "landing"), as_of, tmp_path / "report.html")
    assert (report.verdicts, report.stops, report.warnings) == ((), (), ())
    assert "nothing to check" in (tmp_path / "report.html").read_text()
    assert check_landing(inspect(None), as_of, None).stops == ()


def test_before_the_first_load_nothing_is_asked(few_tables):
    report = check_landing(few_tables, NEWEST - 400 * DAY, None)
    assert (report.stops, {one.check for one in report.warnings}) == ((), {"zone.undated_files"})


def test_rows_loaded_after_the_instant_are_not_looked_at(few_tables):
    report = check_landing(few_tables, NEWEST - timedelta(seconds=1), None)
    assert report.stops == ()
    assert {one.check.split(".")[1] for one in report.warnings} == {"undated_files", "accounts", "parents"}


def test_long_after_the_last_load_only_warns(zone_of):
    tables = healthy()
    zone = zone_of({name: tables[name] for name in ("accounts", "customers")})
    report = check_landing(zone, NEWEST + 4000 * DAY, None)
    assert report.stops == ()
    assert [one.check for one in report.warnings] == ["zone.freshness", "accounts.freshness", "customers.freshness"]


def test_tiny_rotten_tables_pass(zone_of):
    tables = healthy(2, 2)
    for rows in tables.values():
        for row in rows:
            row.update({name: "rotten" for name in row if name.endswith(("_at", "zone", "price")) and name[0] != "_"})
    for row in tables["teams"]:
        row["_deleted"] = "true"
    assert check_landing(zone_of(tables), AS_OF, None).stops == ()


@pytest.mark.parametrize(("seed", "form", "size"), [(3, "csv", 60), (5, "ndjson", 2)])
def test_random_zones_with_rotten_rows_are_not_stopped(seed, form, size, tmp_path):
    instants = write_random_landing(tmp_path, random.Random(seed), form, size)
    assert check_landing(inspect(tmp_path), instants[-1], None).stops == ()


def test_a_fifth_of_rotten_rows_is_not_stopped(zone_of):
    everything = healthy(3, 200)
    tables = {name: everything[name] for name in ("accounts", "customers", "bookings", "edits")}
    for rows in tables.values():
        for number, row in enumerate(rows):
            if number % 5 == 0:
                row.update({name: "" for name in row if name != "_loaded_at"})
    assert check_landing(zone_of(tables), AS_OF, None).stops == ()


def test_files_that_cannot_be_read_are_named_in_one_line(tmp_path):
    (tmp_path / "edits").mkdir()
    (tmp_path / "edits" / "part.csv").write_text(
        'edit_id,account_id,customer_id,edit_kind,edited_at,_loaded_at\ne,"a,c,information\n')
    with pytest.raises(LandingError, match="edits/part.csv") as error:
        check_landing(inspect(tmp_path), AS_OF, None)
    assert "\n" not in str(error.value)


# -- the library -----------------------------------------------------------------------------

def figures(*of) -> Check:
    return Check("a.b", "a", WARN, "", "", "", of)


@pytest.mark.parametrize(("given", "fails"), [
    ([(1, 1, None), (1, None, 1)], False), ([(1, 2, None)], True), ([(0.7, 0.1, 0.5)], True), ([(1, 0, 2), (3, 0, 2)], True),
    ([(-0.000001, 0, None)], True),
])  # fmt: skip
def test_the_library_holds_figures_against_their_bounds(given, fails):
    assert failing([figures(*given), replace(figures((1, 0, 2)), check="a.c")]) == ({"a.b"} if fails else set())


@pytest.mark.parametrize("value", [None, float("nan"), "one"])
def test_a_figure_that_cannot_be_held_against_anything_is_no_success(value):
    with pytest.raises(RuntimeError, match="a.b"):
        failing([figures((value, 0, 1))])


def test_silent_and_without_network(zone_of, capfd, monkeypatch, recwarn):
    def refused(*_):
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    check_landing(zone_of({"edits": healthy(1)["edits"]}), AS_OF, None)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


def test_the_library_is_imported_only_when_it_is_used():
    import subprocess
    import sys

    program = (
        "import sys, headcount.expectations as e, headcount.landing as l\n"
        "import datetime; e.check_landing(l.inspect(None), datetime.datetime(2026, 1, 1), None)\n"
        "assert not {'great_expectations', 'sqlalchemy', 'pandas'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).resolve().parents[2])
