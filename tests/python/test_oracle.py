"""The oracle at the sharp edges of the contract, worked out by hand."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.oracle import marts
from tests.oracle.local_days import add_months, day_end, days_between, first_instant, local_day
from tests.oracle.random_landing import FORMATS, write_random_landing
from tests.oracle.reading import LandingError, Unreadable, read_value
from tests.oracle.small_landing import SEEDS, SmallLanding, at


@pytest.fixture
def landing(tmp_path):
    return SmallLanding(tmp_path)


@pytest.fixture
def place(landing):
    """An account with one location and one customer, invoiced on 1 May and 1 June 2026 (the latest ruleset)."""
    return landing.account().location().customer().invoiced("2026-05-01").invoiced("2026-06-01")


def counted(result, customer="c"):
    """The starts of the periods in which a customer counts."""
    return [row["period_start_at"].date().isoformat() for row in result["fct_active_users"]
            if row["customer_id"] == customer]


def reasons(result):
    return [(row["source_table"], row["record_key"], row["reason"]) for row in result["rejected_records"]]


def uncounted(result, start="2026-05-01"):
    return {(row["location_id"], row["customer_id"], row["activity_type"], row["reason"])
            for row in result["fct_uncounted_activity"] if row["period_start_at"].date().isoformat() == start}


# -- spellings -------------------------------------------------------------------------------

MIDNIGHT_UTC = datetime(2026, 3, 31, 22, 0)


@pytest.mark.parametrize(("kind", "raw", "value"), [
    ("instant", "2026-03-31T22:00Z", MIDNIGHT_UTC),
    ("instant", " 2026-03-31 22:00:00.000 ", MIDNIGHT_UTC),
    ("instant", "2026-04-01T00:00:00+02:00", MIDNIGHT_UTC),
    ("instant", "2026-03-31 18:30-03:30", MIDNIGHT_UTC),
    ("instant", "2026-03-31", Unreadable("2026-03-31")),
    ("instant", "2026-02-29T00:00", Unreadable("2026-02-29T00:00")),
    ("instant", "2026-03-31t22:00Z", Unreadable("2026-03-31t22:00Z")),
    ("date", "2026-03-31", date(2026, 3, 31)),
    ("date", "2026-3-31", Unreadable("2026-3-31")),
    ("boolean", "TRUE", True),
    ("boolean", "yes", Unreadable("yes")),
    ("decimal", "-012.50", Decimal("-12.5")),
    ("decimal", "999999999999.999999", Decimal("999999999999.999999")),
    ("decimal", "1000000000000", Unreadable("1000000000000")),
    ("decimal", "0.0000001", Unreadable("0.0000001")),
    ("decimal", "1e3", Unreadable("1e3")),
    ("decimal", "٣", Unreadable("٣")),
    ("integer", "25.0", 25),
    ("integer", "25.5", Unreadable("25.5")),
    ("zone", "Europe/Lisbon", "Europe/Lisbon"),
    ("zone", "europe/lisbon", Unreadable("europe/lisbon")),
    ("text", "   ", None),
])
def test_a_text_reads_as(kind, raw, value):
    assert read_value(kind, raw) == value


def test_a_missing_required_column_stops_the_run(landing):
    landing.account().add("edits", edit_id="e", _loaded_at=at("2026-01-01"))
    with pytest.raises(LandingError, match="edits: column account_id"):
        landing.evaluate()


# -- local days ------------------------------------------------------------------------------


def test_a_midnight_that_does_not_exist_begins_an_hour_later():
    assert first_instant("America/Sao_Paulo", date(2018, 11, 4)) == datetime(2018, 11, 4, 3)
    assert day_end("America/Sao_Paulo", date(2018, 11, 4)) == datetime(2018, 11, 5, 2)


def test_a_date_that_a_zone_skips_has_no_day():
    days = days_between("Pacific/Apia", datetime(2011, 12, 29, 12), datetime(2012, 1, 1))
    assert days == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]
    assert day_end("Pacific/Apia", date(2011, 12, 29)) == datetime(2011, 12, 30, 10)


def test_a_date_shown_twice_goes_by_its_boundaries():
    # In St. John's the clocks went back from 00:01 to 23:01 of the day before.
    start = first_instant("America/St_Johns", date(2010, 11, 7))
    assert start == datetime(2010, 11, 7, 2, 30)
    assert local_day("America/St_Johns", start + timedelta(minutes=30)) == date(2010, 11, 7)


def test_months_are_clamped_and_do_not_drift():
    assert [add_months(date(2026, 1, 31), count) for count in (1, 2, 11, 12)] == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 12, 31), date(2027, 1, 31)]


# -- judging ---------------------------------------------------------------------------------


def test_copies_of_a_row_are_redeliveries_whatever_their_spelling(place):
    place.booking("2026-05-02", price="5").booking("2026-05-02T00:00:00.0+00:00", price=" +5.00",
                                                   loaded="2026-05-02")
    place.booking("2026-05-02", key="bad", price=" five").booking("2026-05-02", key="bad", price="five ")
    row = next(row for row in place.evaluate()["landing_reconciliation"] if row["source_table"] == "bookings")
    assert row == {"source_table": "bookings", "landed_rows": 4, "accepted_rows": 1, "redelivered_rows": 2,
                   "rejected_rows": 1}


def test_a_row_waits_for_its_parent_and_is_known_with_it(landing):
    landing.account().location().customer(loaded="2026-06-05")
    landing.booking("2026-05-02").invoiced("2026-05-01").invoiced("2026-06-01")
    before, after = landing.evaluate(datetime(2026, 6, 4)), landing.evaluate()
    assert reasons(before) == [("bookings", "b", "unknown:customer_id")]
    assert (reasons(after), counted(after)) == ([], [])
    assert [row["correction"] for row in after["fct_active_user_corrections"]] == ["late_addition"]


def test_of_two_versions_of_one_instant_the_greater_is_in_force_once_it_is_known(landing):
    landing.account().location().location("new", loaded="2026-06-10").customer().invoiced("2026-05-01")
    landing.invoiced("2026-06-01")
    landing.booking("2026-05-02").booking("2026-05-02", location="new")
    result = landing.evaluate()
    assert reasons(result) == [("bookings", "b", "conflicting_version")]
    assert counted(result) == ["2026-05-01", "2020-01-01"]  # at `l` as at its K, and at `new`, which nobody invoices
    assert [row["correction"] for row in result["fct_active_user_corrections"]] == ["retraction"]


def test_what_never_changes_is_held_to_the_first_version(landing):
    landing.account().account(loaded="2026-01-01", created="2020-01-02").customer()
    result = landing.evaluate()
    assert reasons(result) == [("accounts", "a", "immutable:created_at")]
    assert result["dim_accounts"][0]["created_at"] == datetime(2020, 1, 1)


def test_a_delete_is_in_force_over_another_version_of_its_instant(landing):
    landing.account().customer().customer("d").add("customers", customer_id="d", account_id="elsewhere",
                                                   created_at="never", _deleted="True", _loaded_at=at("2020-01-01"))
    result = landing.evaluate()
    assert reasons(result) == [("customers", "d", "conflicting_version")]
    assert [row["customer_id"] for row in result["dim_customers"]] == ["c"]


def test_what_a_deleted_customer_did_stands(place):
    place.booking("2026-05-02").add("customers", customer_id="c", account_id=None, created_at=None, _deleted=True,
                                    _loaded_at=at("2026-05-03"))
    result = place.evaluate()
    assert (counted(result), reasons(result)) == (["2026-05-01"], [])
    assert result["dim_customers"] == []


def test_an_event_is_its_first_known_delivery(landing):
    landing.account("nutrium").customer().edit("2026-05-02", kind="merge").edit("2026-05-02", loaded="2026-05-03")
    result = landing.evaluate()
    assert counted(result) == []
    assert {row["reason"] for row in result["fct_uncounted_activity"]} == {"kind_does_not_count"}


@pytest.mark.parametrize(("booked", "expected"), [("2026-05-03T00:00:00Z", []),
                                                  ("2026-05-03T00:00:01Z", ["in_the_future"])])
def test_more_than_a_day_after_its_load_is_the_future(place, booked, expected):
    place.booking(booked, loaded="2026-05-02")
    assert [reason for _, _, reason in reasons(place.evaluate())] == expected


def test_a_customer_of_another_account_is_named(place):
    place.add("accounts", account_id="z", product="nexudus", timezone="UTC", currency="EUR",
              created_at=at("2020-01-01"), _loaded_at=at("2020-01-01"))
    place.customer("stranger", account_id="z").booking("2026-05-02", customer="stranger", price="-1")
    assert reasons(place.evaluate()) == [("bookings", "b", "negative:price"),
                                         ("bookings", "b", "other_account:customer_id")]


# -- periods ---------------------------------------------------------------------------------


def test_a_boundary_belongs_to_the_later_period(place):
    place.booking("2026-05-01").booking("2026-06-01", key="b2")
    assert counted(place.evaluate()) == ["2026-05-01", "2026-06-01"]


@pytest.mark.parametrize(("as_of", "status"), [
    (datetime(2026, 5, 31, 23, 59), "open"), (datetime(2026, 6, 1), "grace"),
    (datetime(2026, 6, 1, 23, 59, 59), "grace"), (datetime(2026, 6, 2), "closed"),
])
def test_a_period_is_open_then_in_grace_then_closed(place, as_of, status):
    rows = place.evaluate(as_of)["dim_billing_periods"]
    assert rows[1]["period_status"] == status


@pytest.mark.parametrize(("loaded", "counts"), [("2026-06-02T00:00:00Z", ["2026-05-01"]),
                                                ("2026-06-02T00:00:00.000001Z", [])])
def test_a_closed_period_knows_what_was_known_at_its_cutoff(place, loaded, counts):
    place.booking("2026-05-31T23:59:59Z", loaded=loaded)
    assert counted(place.evaluate()) == counts


def test_history_loaded_on_the_first_day_is_known_to_its_periods(landing):
    landing.account(loaded="2026-08-01", history_complete_at=at("2026-08-03")).location(loaded="2026-08-01")
    landing.customer(loaded="2026-08-02").booking("2026-05-02", loaded="2026-08-04")
    landing.invoiced("2026-05-01", loaded="2026-08-02").invoiced("2026-06-01", loaded="2026-08-02")
    result = landing.evaluate()
    assert counted(result) == ["2026-05-01"]
    assert result["dim_billing_periods"][1]["knowledge_cutoff_at"] == datetime(2026, 8, 4)


def test_a_platform_invoice_is_late_where_its_period_was_closed(place):
    place.location("m").invoiced("2026-05-10", loaded="2026-06-02T00:00:01Z")
    place.invoiced("2026-05-11", loaded="2026-06-03", location=None)
    place.invoiced("2026-06-01", loaded="2026-07-01", key="again")
    result = place.evaluate()
    assert reasons(result) == [("platform_invoices", "l-2026-05-10", "period_already_closed")]
    assert [row["period_start_at"].day for row in result["dim_billing_periods"] if row["location_id"] == "m"] == [1, 11]
    assert len([row for row in result["dim_billing_periods"] if row["location_id"] == "l"]) == 3


def test_a_platform_invoice_within_the_grace_splits_its_period(place):
    place.invoiced("2026-05-10", loaded="2026-06-02")
    starts = [row["period_start_at"] for row in place.evaluate()["dim_billing_periods"]]
    assert starts == [datetime(2020, 1, 1), datetime(2026, 5, 1), datetime(2026, 5, 10), datetime(2026, 6, 1)]


def test_nobody_counts_in_a_period_that_begins_now(landing):
    landing.account("nutrium", "Europe/Lisbon").customer().edit("2026-06-30T23:00:00Z")
    result = landing.evaluate(datetime(2026, 6, 30, 23))
    assert result["dim_billing_periods"][-1]["period_start_on"] == date(2026, 7, 1)
    assert counted(result) == []


def test_the_ruleset_is_that_of_the_end_in_the_zone_of_the_location(landing):
    landing.account().location(timezone="Pacific/Auckland").invoiced("2026-04-20T11:59:59Z")
    landing.invoiced("2026-04-20T12:00:00Z")
    rows = landing.evaluate()["dim_billing_periods"]
    assert [row["ruleset_id"] for row in rows] == ["nexudus-2023-09-04", *["nexudus-2026-04-21"] * 2]


# -- counting --------------------------------------------------------------------------------


@pytest.mark.parametrize(("cancelled", "counts"), [("2026-06-01T00:00:00Z", True), ("2026-05-31T23:59:59Z", False)])
def test_a_contract_must_be_open_at_the_end_in_2023(place, cancelled, counts):
    place.contract("2026-05-05", cancelled)
    result = place.evaluate(ruleset="nexudus-2023-09-04")
    assert counted(result) == (["2026-05-01"] if counts else [])
    assert uncounted(result) == (set() if counts else {("l", "c", "contract", "contract_not_open_at_end")})


@pytest.mark.parametrize(("ruleset", "contract_counts", "booking_counts"), [
    ("nexudus-2022-11-02", False, False), ("nexudus-2023-09-04", False, True), ("nexudus-2026-04-21", True, True),
])
def test_suspended_at_the_end(place, ruleset, contract_counts, booking_counts):
    place.contract("2026-05-05").customer("d").booking("2026-05-06", customer="d")
    place.status("2026-05-10", "suspended").status("2026-05-10", "suspended", key="s2", customer="d")
    result = place.evaluate(datetime(2026, 6, 10), ruleset)
    assert ("2026-05-01" in counted(result)) == contract_counts
    assert ("2026-05-01" in counted(result, "d")) == booking_counts
    assert "2026-06-01" not in counted(result)


def test_a_contract_counts_from_the_first_instant_without_suspension(place):
    place.contract("2026-04-05").status("2026-04-20", "suspended").status("2026-05-20", "archived", key="s2")
    rows = [row for row in place.evaluate()["fct_active_user_sources"] if row["period_start_at"].month == 5]
    assert [row["evidence_at"] for row in rows] == [datetime(2026, 5, 20)]


@pytest.mark.parametrize(("keys", "loaded", "counts"), [
    (("s1", "s2"), ("2026-04-02", "2026-04-02"), True),  # the greater key: s2, active
    (("s1", "s2"), ("2026-04-03", "2026-04-02"), False),  # the later known: s1, suspended
])
def test_of_two_changes_at_one_instant(place, keys, loaded, counts):
    place.contract("2026-04-05")
    place.status("2026-04-01", "suspended", keys[0], loaded[0]).status("2026-04-01", "active", keys[1], loaded[1])
    assert ("2026-05-01" in counted(place.evaluate())) == counts


def test_members_count_wherever_their_payer_does(place):
    place.location("m").customer("payer").team("payer", location="m").member("c").member("payer")
    place.booking("2026-05-07", customer="payer")
    place.invoiced("2026-05-01", location="m").invoiced("2026-06-01", location="m")
    result = place.evaluate()
    rows = [row for row in result["fct_active_user_sources"] if row["period_start_at"].month == 5]
    assert [(row["location_id"], row["customer_id"], row["source"], row["evidence_at"].day, row["payer_customer_id"])
            for row in rows] == [("l", "c", "team", 7, "payer"), ("l", "payer", "booking", 7, None)]
    assert uncounted(result) == {("m", "c", "team", "payer_not_counted")}


def test_by_membership_the_payer_counts_by_the_team_itself(place):
    place.customer("payer").team("payer").member("c", joined="2026-05-09")
    rows = [row for row in place.evaluate(ruleset="nexudus-2023-09-04")["fct_active_user_sources"]
            if row["period_start_at"].month == 5]
    assert [(row["customer_id"], row["evidence_id"], row["evidence_at"].day, row["is_paid"]) for row in rows] == [
        ("c", "h-c", 9, None), ("payer", "m", 1, None)]


def test_each_activity_has_the_first_reason_that_applies(place):
    place.add("invoices", invoice_id="i", customer_id="c", location_id="l", issued_at=at("2026-05-02"),
              is_draft="true", is_credit_note=None, voided_at=None, _loaded_at=at("2026-05-02"))
    for key, kind, amount in (("n1", "booking", "0"), ("n2", "booking", "9"), ("n3", "event_ticket", "9"),
                              ("n4", "plan", "-9"), ("n5", "deposit", "0")):
        place.add("invoice_lines", invoice_line_id=key, invoice_id="i", line_type=kind, amount=amount,
                  _loaded_at=at("2026-05-02"))
    assert uncounted(place.evaluate()) == {
        ("l", "c", "invoice_line:booking", "free_does_not_count"),
        ("l", "c", "invoice_line:booking", "invoice_not_valid"),
        ("l", "c", "invoice_line:event_ticket", "kind_does_not_count"),
        ("l", "c", "invoice_line:deposit", "kind_does_not_count"),
    }


def test_the_running_count_of_a_day_holds_what_happened_before_its_end(landing):
    landing.account("nutrium", "Europe/Lisbon").customer().edit("2026-05-02T22:59:59Z")
    rows = [row for row in landing.evaluate()["fct_daily_active_users"]
            if (row["active_on"].year, row["active_on"].month) == (2026, 5)]
    assert [row["active_users_to_date"] for row in rows] == [0] + [1] * 30


# -- random landing zones --------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_random_landing_balances_and_its_closed_periods_never_change(tmp_path, fmt):
    as_ofs = write_random_landing(tmp_path, random.Random(20260421), fmt, 3)
    runs = [marts.evaluate(tmp_path, as_of, SEEDS) for as_of in as_ofs]
    for run in runs:
        for row in run["landing_reconciliation"]:
            assert row["landed_rows"] == row["accepted_rows"] + row["redelivered_rows"] + row["rejected_rows"]
    for earlier, later in zip(runs, runs[1:], strict=False):
        closed = {(row["location_id"], row["period_start_at"]) for row in earlier["dim_billing_periods"]
                  if row["period_status"] == "closed"}
        for name in ("dim_billing_periods", "fct_active_users", "fct_active_user_sources", "fct_active_user_counts",
                     "fct_daily_active_users", "fct_uncounted_activity"):
            was, now = ([row for row in run[name] if (row["location_id"], row["period_start_at"]) in closed]
                        for run in (earlier, later))
            assert was == now, name


# -- words without a case; members -----------------------------------------------------------


@pytest.mark.parametrize(("line_type", "counts"), [
    ("event_ticket", False), ("Event_Ticket", False), ("EVENT_TICKET", False), ("Deposit", True),
])  # fmt: skip
def test_a_ticket_is_a_ticket_however_its_line_is_spelled(place, line_type, counts):
    """X10."""
    place.add("invoices", invoice_id="i", customer_id="c", location_id="l", issued_at=at("2026-05-04"),
              _loaded_at=at("2026-05-04"))
    place.add("invoice_lines", invoice_line_id="il", invoice_id="i", line_type=line_type, amount="20",
              _loaded_at=at("2026-05-04"))
    assert ("2026-05-01" in counted(place.evaluate(ruleset="nexudus-2022-11-02"))) == counts


def test_an_edit_counts_however_its_kind_is_spelled(landing):
    """N1; the same edit in another case is a redelivery."""
    landing.account("nutrium").customer().edit("2026-05-04", kind="Food_Plan")
    landing.edit("2026-05-04", kind="food_plan")
    result = landing.evaluate()
    assert counted(result) == ["2026-05-01"]
    assert [row["redelivered_rows"] for row in result["landing_reconciliation"] if row["source_table"] == "edits"] == [1]


@pytest.mark.parametrize(("created", "starts", "cancelled", "kind"), [
    ("2026-05-01", "2026-05-01", None, "member"),
    ("2026-05-01", "2026-05-09", None, "contact"),
    ("2026-05-09", "2026-05-01", None, "contact"),
    ("2026-05-01", "2026-05-01", "2026-05-07", "contact"),
    ("2026-05-01", "2026-05-07", "2026-05-09", "member"),
])  # fmt: skip
def test_a_member_has_a_contract_that_has_started(place, created, starts, cancelled, kind):
    """X14, as of 7 May 2026."""
    place.add("contracts", contract_id="t", customer_id="c", location_id="l", price="0", created_at=at(created),
              starts_at=at(starts), cancelled_at=cancelled and at(cancelled), _loaded_at=at("2026-05-01"))
    (customer,) = place.evaluate(as_of=datetime(2026, 5, 7))["dim_customers"]
    assert customer["customer_kind"] == kind
