"""The end of a night says what somebody has to look at: money, limits, history that leaves, dates that cannot be, and
what of the landing zone was passed over."""

import pytest

from headcount.exports.job import Export
from headcount.landing import inspect
from headcount.nightly.summary import summary
from headcount.words import sentence
from tests.oracle.small_landing import SmallLanding
from tests.support.warehouse import DATABASE, build


@pytest.fixture
def said(compiled, tmp_path):
    """The summary of a small landing zone, with the final lines of the warehouse as its export."""

    def end_of_night(landing: SmallLanding, as_of="2026-06-10T00:00:00Z", **held) -> list[str]:
        landing.folder.mkdir(parents=True, exist_ok=True)
        landing.write()
        file = tmp_path / f"{DATABASE}.duckdb"
        file.unlink(missing_ok=True)
        with build(compiled, landing.folder, as_of, file=file) as connection:
            (lines,) = connection.execute("select count(*) from marts.fct_billing_lines").fetchone()
        export = Export(tmp_path / "not there yet", lines, totals={}, **held)
        return summary(file, export, ["as it was"], inspect(landing.folder), file).splitlines()

    return end_of_night


@pytest.fixture
def landing(tmp_path):
    return SmallLanding(tmp_path / "landing")


def test_what_was_not_billed_and_what_leaves_late_is_said(landing, said):
    landing.account("nutrium", loaded="2026-06-02", created="2019-01-01").customer(loaded="2026-06-02")
    landing.subscription("2025-01-01", loaded="2026-06-02").change("2025-01-01", limit=10, loaded="2026-06-02")
    landing.subscription("2026-05-01", loaded="2026-06-02", key="bare")
    landing.subscription("2026-05-01", loaded="2026-06-02", key="odd")
    landing.change("2026-05-01", limit=11, loaded="2026-06-02", key="odd", subscription="odd")
    for number in range(11):
        landing.customer(f"c{number}", loaded="2026-06-02")
        landing.add("edits", edit_id=f"e{number}", account_id="a", customer_id=f"c{number}", edit_kind="information",
                    edited_at="2026-06-03T00:00:00Z", _loaded_at="2026-06-03T00:00:00Z")  # fmt: skip
    lines = said(landing)
    text = "\n".join(lines)
    assert "18 package charges and 0 lines of users among them are older than the landing of their account" in text
    assert "from 2025-01-01 on" in text
    assert "not billed          3 billing exceptions; see marts.billing_exceptions" in lines
    assert f"1, of 1 account: {sentence('exception', 'no_package')} (no_package)" in text
    assert f"2, of 1 account: {sentence('exception', 'no_package_price')} (no_package_price)" in text
    assert "warning     as it was" in lines


def test_lines_that_wait_for_an_approval_are_said(landing, said):
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    held = {"held_lines": 1234, "held_totals": {"EUR": "120.50", "JPY": "9000"}}
    lines = said(landing, **held)
    first = lines.index("held            1,234 billing lines wait for approval: 120.50 EUR, 9000 JPY")
    assert lines[first + 1].startswith("            headcount held --exports ")
    assert not [line for line in said(landing) if line.startswith("held")]


def test_more_active_clients_than_the_package_has_are_said(landing, said):
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    landing.subscription("2026-05-01", loaded="2026-05-01").change("2026-05-01", limit=10)
    for number in range(11):
        landing.customer(f"c{number}")
        landing.add("edits", edit_id=f"e{number}", account_id="a", customer_id=f"c{number}", edit_kind="information",
                    edited_at="2026-06-03T00:00:00Z", _loaded_at="2026-06-03T00:00:00Z")  # fmt: skip
    lines = said(landing)
    assert "over limit          1 account, in the open period or the last one that has ended: a 11 of 10" in lines
    assert not [line for line in lines if "older than" in line or "not billed" in line or "first activity" in line]


def test_an_account_created_before_anything_is_warned_of(landing, said):
    landing.account("nutrium", created="1900-01-01", loaded="2026-05-01").customer(loaded="2026-05-02").edit("2026-06-02")
    assert "warning     account 'a': 1,517 periods before its first activity; is created_at right?" in said(landing)


def test_the_month_that_ended_over_its_limit_is_said_on_the_morning_after(landing, said):
    """On the first of a month the open period has nobody yet."""
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    landing.subscription("2026-05-01", loaded="2026-05-01").change("2026-05-01", limit=10)
    for number in range(12):
        landing.customer(f"c{number}")
        landing.add("edits", edit_id=f"e{number}", account_id="a", customer_id=f"c{number}", edit_kind="information",
                    edited_at="2026-05-03T00:00:00Z", _loaded_at="2026-05-03T00:00:00Z")  # fmt: skip
    lines = said(landing, "2026-06-01T12:00:00Z")
    assert "over limit          1 account, in the open period or the last one that has ended: a 12 of 10" in lines


def test_users_whom_nothing_bills_are_said(landing, said):
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer().edit("2026-05-05")
    assert "no package          1 account without a package, of 1 active users whom nothing bills: a 1" in said(landing)


def test_what_somebody_has_to_look_at_comes_first(landing, said):
    """After the headline: what is not billed, then limits, lines that wait, warnings and refused rows; figures after them."""
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    landing.subscription("2026-05-01", loaded="2026-05-01").change("2026-05-01", limit=10)
    landing.subscription("2026-05-01", loaded="2026-05-01", key="bare")
    for number in range(12):
        landing.customer(f"c{number}")
        landing.add("edits", edit_id=f"e{number}", account_id="a", customer_id=f"c{number}", edit_kind="information",
                    edited_at="2026-06-03T00:00:00Z", _loaded_at="2026-06-03T00:00:00Z")  # fmt: skip
    landing.add("edits", edit_id="odd", account_id="a", customer_id="nobody", edit_kind="information",
                edited_at="2026-06-03T00:00:00Z", _loaded_at="2026-06-03T00:00:00Z")  # fmt: skip
    labels = [line[:12].strip() for line in said(landing, held_lines=1, held_totals={"EUR": "1.00"})]
    order = ["not billed", "over limit", "held", "warning", "rejected", "closed", "landed", "export", "dashboard"]
    assert [label for label in labels if label in order] == order


def test_accounts_are_those_on_record_and_others_are_told_apart(landing, said):
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    landing.add("accounts", account_id="placeless", product="nexudus", timezone="UTC", currency="EUR",
                created_at="2026-05-01T00:00:00Z", _loaded_at="2026-05-01T00:00:00Z")  # fmt: skip
    assert said(landing)[0].endswith(": 2 accounts on record (1 of them without a place to count at), 1 places")


def test_an_empty_landing_zone_is_warned_of(landing, said):
    assert [line for line in said(landing) if line.startswith(f"warning     the landing folder {landing.folder} holds no file")]
    landing.account("nutrium", created="2026-08-01", loaded="2026-08-01")
    assert [line for line in said(landing) if line.startswith("warning     the landing zone holds no row that was loaded by")]


def test_what_was_passed_over_is_said(landing, said):
    """landing.md: no file in silence. By table what writers left, with one of it; and every entry that is no table."""
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    for name in ("edits/_SUCCESS", "edits/load=1/._part.crc", "edits/load=1/.hidden", "teams/_committed_7", ".git", "README"):
        (landing.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (landing.folder / name).write_text("")
    for number in range(10):
        (landing.folder / f"table {number}").mkdir()
    lines = said(landing)
    first = lines.index("passed over         3 left by writers in edits, such as edits/_SUCCESS")
    assert lines[first + 1] == "                    1 left by writers in teams, such as teams/_committed_7"
    (named,) = [line for line in lines if "not a landed table" in line]
    assert named.startswith("warning     not a landed table, passed over: README, table 0, ")
    assert named.endswith(", table 8, and 1 more")


def test_nothing_passed_over_is_no_word(landing, said):
    landing.account("nutrium", created="2026-05-01", loaded="2026-05-01").customer()
    assert not [line for line in said(landing) if "passed over" in line]
