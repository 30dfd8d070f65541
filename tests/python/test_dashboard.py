"""The pages say what the marts say, whatever is chosen; every link of every page leads somewhere; an empty warehouse does not
break them (run.md).

In a browser: `make browser`. About 60 s of one core.
"""

import csv
import io
import re
import shutil
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urljoin, urlsplit

import duckdb
import pytest
from starlette.testclient import TestClient

from headcount.dashboard.application import application
from headcount.nightly.job import keep_warnings
from headcount.pages.account import account_page, find_account
from headcount.pages.accounts import account_states, period_amount
from headcount.pages.forecast import forecasts
from headcount.pages.lists import LISTINGS
from headcount.pages.lists.people import history_of
from headcount.pages.overview import overview
from headcount.pages.periods import place_periods
from headcount.pages.prices import Cards
from headcount.pages.reading import Reading, Shelf
from headcount.pages.render import whole_days
from headcount.pages.spelled import day as spelled_day
from headcount.pages.spelled import money
from headcount.pages.work import KINDS
from headcount.sample import SAMPLE_AS_OF
from tests.fuzz import spelled
from tests.support.pages import bare_amounts, links_of, tables_of, text_of
from tests.support.warehouse import DATABASE, build

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture(scope="module")
def ask(sample_warehouse):
    """Rows of the sample warehouse."""

    def asked(sql, *values):
        with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    return asked


@pytest.fixture(scope="module")
def browser(sample_warehouse):
    return TestClient(application(sample_warehouse), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def empty(compiled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("empty")
    (folder / "landing").mkdir()
    file = folder / f"{DATABASE}.duckdb"
    build(compiled, folder / "landing", spelled(SAMPLE_AS_OF), file=file).close()
    return TestClient(application(file), base_url="http://127.0.0.1")


def shown(browser, address: str, **query) -> str:
    # Empty parameters would take away what the address has.
    answer = browser.get(address, params=query or None)
    assert answer.status_code == 200, f"{address} {query}"
    return answer.text


def followed(browser, begin: list[str], most: dict[str, int]) -> dict[str, str]:
    """Every page that can be reached, by its address; of each kind of page at most so many, spread over all of them."""
    pages, waiting, seen = {}, list(begin), set(begin)
    left = dict(most)
    while waiting:
        address = waiting.pop(0)
        kind = address.partition("?")[0]
        if left.setdefault(kind, 3) <= 0:
            continue
        left[kind] -= 1
        answer = browser.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        pages[address] = answer.text
        found = [urljoin(address, link) for link in links_of(answer.text)]
        # The last ones first: what stands at a page's end would otherwise never have its turn.
        for link in reversed(found):
            assert link.startswith("/"), f"{address} leads to {link}"
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return pages


def test_every_link_of_every_kind_of_page_leads_somewhere(browser, ask):
    accounts = [account for (account,) in ask("select account_id from marts.dim_accounts order by account_id")]
    begin = [
        "/",
        *(f"/list/{name}" for name in ("accounts", "lines", "periods", "files", "left", "held", "rejected", "customers")),
    ]
    begin += [f"/account?account={account}" for account in accounts[:: max(1, len(accounts) // 6)]]
    pages = followed(browser, begin, {"/account": 9, "/people": 9, "/bill": 6, "/customer": 5, "/list/work": 8})
    kinds = {address.partition("?")[0] for address in pages}
    assert {"/", "/account", "/people", "/bill", "/customer", "/rules", "/list/work", "/list/corrections"} <= kinds
    for address, page in pages.items():
        assert page.startswith('<!doctype html>\n<html lang="en">'), address
        assert len(re.findall(r"<h1\b", page)) == 1, address
        assert re.search(r"<title>[^<]+ · headcount</title>", page), address
        # What no template may leave behind: unfilled places, Python's nothing, figures that are none. Rows were rejected for it,
        # and a rule says it.
        assert address.startswith(("/list/rejected", "/rules")) or not re.search(
            r"\{\{|\bNone\b|\bNaN\b|undefined", text_of(page)
        ), address
        assert not bare_amounts(page), address


def test_every_filter_of_every_list_leaves_the_rows_that_it_says(browser, ask):
    places = dict(account=ask("select min(account_id) from marts.dim_accounts")[0][0])
    tried = 0
    for name, listing in LISTINGS.items():
        if "day" in listing.needs or name in ("history", "live"):
            continue
        page = shown(browser, f"/list/{name}")
        for select, options in re.findall(r'<select name="(\w+)">(.*?)</select>', page, re.S):
            several = re.findall(r'<option value="([^"]+)"[^>]*>.*?\(([\d,]+)\)</option>', options)
            if not several:
                continue
            value, rows = several[-1]
            rows = int(rows.replace(",", ""))
            chosen = shown(browser, f"/list/{name}", **{select: unescape(value)})
            assert f" of {rows:,}</span>" in chosen, f"{name} by {select}"
            written = browser.get(f"/list/{name}.csv", params={select: unescape(value)}).text
            assert len(list(csv.reader(io.StringIO(written)))) == rows + 1, f"{name} by {select}"
            tried += 1
        for column in (listing.columns[0], listing.columns[-1]):
            shown(browser, f"/list/{name}", sort=column.name, dir="desc", **places)
    assert tried > 12


def test_a_csv_holds_every_row_and_page_after_page_shows_them_all(browser, ask, monkeypatch):
    monkeypatch.setattr("headcount.pages.reading.BATCH_ROWS", 7)
    (number,) = ask("select count(*) from marts.fct_billing_lines")[0]
    rows = list(csv.DictReader(io.StringIO(browser.get("/list/lines.csv").text)))
    digits = dict(ask("select currency, minor_units from seeds.map_currencies"))
    kept = ask("select billing_line_id, amount, currency from marts.fct_billing_lines")
    assert {row["billing_line_id"]: row["amount"] for row in rows} == {
        line: f"{amount:.{digits[currency]}f}" for line, amount, currency in kept
    }
    seen, page = set(), 1
    while len(seen) < number:
        text = shown(browser, "/list/lines", page=page)
        found = set(re.findall(r"<code>([0-9a-f]{32})</code>", text))
        assert found
        assert not found & seen
        seen |= found
        page += 1
    assert seen == {line for line, _, _ in kept}


def test_the_overview_counts_what_the_marts_count(browser, ask):
    page = text_of(shown(browser, "/"))
    over = {account for (account,) in ask(
        """
        select usage.account_id from marts.fct_package_usage as usage
        inner join marts.dim_billing_periods as periods using (account_id, period_start_at)
        where usage.is_over_limit and periods.period_status in ('open', 'grace')
        """
    )}  # fmt: skip
    listed = csv.DictReader(io.StringIO(browser.get("/list/work.csv", params={"kind": "over_limit"}).text))
    assert over
    assert over <= {row["account_id"] for row in listed}
    live = ask("select sum(active_users) from marts.fct_active_user_counts where period_status = 'open'")[0][0]
    assert f"In open periods so far {live:,}" in page
    exceptions = ask("select count(*) from marts.billing_exceptions")[0][0]
    corrections = ask("select count(*) from marts.fct_active_user_corrections")[0][0]
    assert f"{exceptions:,} billing exceptions in all" in page
    assert f"{corrections:,} corrections to closed periods" in page
    rejected = ask("select sum(rejected_rows) from marts.landing_reconciliation")[0][0]
    assert f"{rejected:,} rows were refused" in page
    assert exceptions
    assert corrections
    assert rejected


def test_who_counts_and_is_billed_by_nothing_is_on_the_worklist(browser, ask):
    unbilled = {account for (account,) in ask(
        """
        select usage.account_id from marts.fct_package_usage as usage
        inner join marts.dim_billing_periods as periods using (account_id, period_start_at)
        where usage.plan is null and usage.active_clients > 0 and periods.period_status = 'open'
        """
    )}  # fmt: skip
    listed = csv.DictReader(io.StringIO(browser.get("/list/work.csv", params={"kind": "without_package"}).text))
    assert unbilled
    assert unbilled <= {row["account_id"] for row in listed}


@pytest.mark.parametrize("account", ["nu-over-limit", "nx-2026", "nx-places"])
def test_the_bridge_of_an_account_comes_to_both_counts(browser, ask, account):
    page = shown(browser, "/account", account=account)
    (movements,) = tables_of(page, "Movements by place")
    for row in movements:
        place, before, lost, new, returning, now, kept = (cell.replace("−", "-") for cell in row[:7])
        assert int(before) + int(lost) + int(new) + int(returning) == int(now), place
        assert int(kept) == int(now) - int(new) - int(returning), place
    on = re.search(r'<option value="([\d-]+)" selected>', page).group(1)
    for source in tables_of(page, "Movements by source"):
        assert sum(int(row[-1]) for row in source) <= sum(int(row[5]) for row in movements if row[0] != "All places")
    counted = ask(
        """
        select sum(active_users) from (
            select max_by(active_users, period_start_at) as active_users from marts.fct_active_user_counts
            where account_id = ? and period_start_on <= cast(? as date) group by location_id
        )
        """,
        account, on,
    )[0][0]  # fmt: skip
    assert f'</dt><dd><a href="/people?account={account}&amp;on={on}">{counted:,}</a>' in page


@pytest.mark.parametrize("shown_list", ["counted", "lost", "uncounted"])
def test_the_people_of_a_period_are_those_of_the_marts(browser, ask, shown_list):
    where = {"account": "nx-2026", "day": "2026-09-10"}
    rows = list(csv.DictReader(io.StringIO(browser.get(f"/list/{shown_list}.csv", params=where).text)))
    chosen = """
        inner join (
            select location_id, max(period_start_at) as period_start_at from marts.dim_billing_periods
            where account_id = 'nx-2026' and period_start_on <= date '2026-09-10' group by location_id
        ) as chosen using (location_id, period_start_at)
    """
    kept = ask({
        "counted": f"select customer_id, source from marts.fct_active_user_sources {chosen}",
        "lost": f"select customer_id, '' from marts.fct_active_user_movements {chosen} where movement = 'lost'",
        "uncounted": f"select customer_id, reason from marts.fct_uncounted_activity {chosen}",
    }[shown_list])  # fmt: skip
    column = {"counted": "source", "lost": "", "uncounted": "reason"}[shown_list]
    # What a spreadsheet would run has a sign before it.
    assert sorted((row["customer_id"].removeprefix("'"), row.get(column, "")) for row in rows) == sorted(kept)
    assert kept or shown_list == "lost"
    shown(browser, "/people", account="nx-2026", on="2026-09-10", shown=shown_list)


@pytest.mark.parametrize("shown_list", ["counted", "lost", "uncounted"])
def test_sorting_paging_and_csv_of_people_keep_what_is_chosen(browser, ask, shown_list):
    """Not of the newest period, and of a search."""
    account, on, searched = ask(
        "select account_id, period_start_on, min(customer_id)[:4] from marts.fct_active_users where period_start_on "
        "< (select max(period_start_on) - 90 from marts.fct_active_users) group by all order by count(*) desc, 1, 2"
    )[0]
    chosen = {"account": account, "on": str(on), "shown": shown_list}
    page = shown(browser, "/people", **chosen, q=searched)
    links = [unescape(link) for link in re.findall(r'<th scope="col"[^>]*><a href="([^"]+)"', page)]
    links += [unescape(link) for link in re.findall(r'<a rel="next" href="([^"]+)"', page)]
    for link in links:
        query = dict(parse_qsl(urlsplit(link).query))
        assert {**query, **chosen, "q": searched} == query, link
    csv_link, total = re.search(r'<a href="([^"]+)">CSV of all ([\d,]+)</a>', page).groups() if links else ("", "0")
    if csv_link:
        rows = list(csv.reader(io.StringIO(browser.get(unescape(csv_link)).text)))
        assert len(rows) - 1 == int(total.replace(",", ""))
    assert links or shown_list != "counted"


def test_the_csv_of_a_customer_keeps_what_is_chosen(browser, ask):
    customer = ask(
        "select customer_id from marts.fct_uncounted_activity "
        "where customer_id in (select customer_id from marts.fct_active_user_sources) order by 1"
    )[0][0]
    page = shown(browser, "/customer", customer=customer, verdict="counts")
    link, total = re.search(r'<a href="([^"]+)">CSV of all ([\d,]+)</a>', page).groups()
    rows = list(csv.reader(io.StringIO(browser.get(unescape(link)).text)))
    everything = list(csv.reader(io.StringIO(browser.get("/list/history.csv", params={"customer": customer}).text)))
    assert len(rows) - 1 == int(total.replace(",", "")) < len(everything) - 1


def test_users_cost_by_the_card_what_their_lines_say(sample_warehouse):
    """What open periods and forecasts come to is worked out as lines are: every billed period comes out the same."""
    with Reading(Shelf(sample_warehouse)) as reading:
        place_periods(reading)
        cards, today, tried = Cards(reading), reading.as_of.date(), 0
        for period in reading.rows("select * from place_periods where amount is not null and product is not null"):
            assert period_amount(period, cards, today, period["active_users"]) == period["amount"], period
            tried += 1
    assert tried > 50


def test_a_bill_adds_up_for_whoever_has_it_alone(browser, ask):
    tried = set()
    for account, on in ask(
        "select distinct account_id, period_start_on from marts.fct_billed_amounts where line_kind = 'active_users' "
        "order by account_id, period_start_on desc limit 12"
    ):
        page = shown(browser, "/bill", account=account, on=str(on))
        (lines,) = re.findall(r'<table class="lines">.*?</table>', page, re.S)[:1]
        total = Decimal(0)
        for row in re.findall(r"<tr>(.*?)</tr>", lines.partition("<tfoot>")[0], re.S)[1:]:
            quantity, each, flat, amount = (
                Decimal(re.sub(r"[^\d.-]", "", text_of(cell).replace("−", "-")) or 0)
                for cell in re.findall(r'<td class="num">(.*?)</td>', row, re.S)
            )
            assert quantity * each + flat == amount, f"{account} {on}"
            total += amount
        (said,) = re.findall(r"Total</th><td class=\"num\"><b>([\d,.]+) (\w+)</b>", page)
        assert Decimal(said[0].replace(",", "")) == total
        tried.add(said[1])
    assert tried


def test_amounts_carry_their_currency_and_its_minor_digits(browser, ask):
    """Half the sample's currencies have no or three minor digits; nothing passes through a binary float."""
    digits = dict(ask("select currency, minor_units from seeds.map_currencies"))
    one_of_each = (
        "select min(account_id), currency from marts.fct_billing_lines group by currency having currency in ('EUR', 'JPY', 'KWD')"
    )
    seen = set()
    for account, currency in ask(one_of_each):
        amounts = ask("select amount from marts.fct_billing_lines where account_id = ?", account)
        page = text_of(shown(browser, "/list/lines", account=account))
        assert f" {amounts[0][0]:,.{digits[currency]}f} {currency} " in page or len(amounts) > 50
        seen.add(digits[currency])
        assert all(isinstance(amount, Decimal) for (amount,) in amounts)
    assert seen == {0, 2, 3}


def test_an_account_is_found_by_a_part_of_its_id_or_name_and_a_customer_by_a_part_of_its_id(browser, ask):
    account, name = ask("select account_id, account_name from marts.dim_accounts where account_id = 'nu-over-limit'")[0]
    for part in (account[3:9].upper(), name[2:9].lower()):
        assert f'href="/account?account={account}' in shown(browser, "/find", q=part)
    customer, accounts = ask(
        "select customer_id, list(distinct account_id) from marts.active_user_explanations "
        "group by 1 order by count(*) desc, 1 limit 1"
    )[0]
    assert f"/customer?customer={customer}" in shown(browser, "/find", q=customer[:-1])
    rows = list(csv.DictReader(io.StringIO(browser.get("/list/history.csv", params={"customer": customer}).text)))
    assert len(rows) == ask("select count(*) from marts.active_user_explanations where customer_id = ?", customer)[0][0]
    assert {row["account_id"] for row in rows} == set(accounts)
    shown(browser, "/customer", customer=customer)


def test_warnings_of_the_night_and_old_data_stand_on_the_first_page(sample_warehouse, tmp_path):
    warehouse = tmp_path / sample_warehouse.name
    shutil.copy(sample_warehouse, warehouse)
    browser = TestClient(application(warehouse), base_url="http://127.0.0.1")
    for warnings in (["edits: expected <more> rows"], []):
        keep_warnings(warehouse, warnings)
        page = unescape(shown(browser, "/"))
        assert ("edits: expected <more> rows" in page) == bool(warnings)
        assert "days before this run" not in page
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.landing_files set last_loaded_at = last_loaded_at - interval 9 days")
    assert re.search(r"\b[89] days before this run", text_of(shown(browser, "/")))


@pytest.mark.parametrize(("address", "says"), [
    ("/account?account=nobody", "No account has the ID “nobody”"), ("/bill?account=", "No account has the ID"),
    ("/people?account=nobody", "No such account"), ("/customer?customer=nobody", "Nothing is known of customer “nobody”"),
    ("/list/nothing", "There is no list “nothing”"), ("/somewhere", "Nothing is at /somewhere"),
    ("/list/counted", "stands on the page of its account"),
])  # fmt: skip
def test_what_is_not_there_says_so(browser, address, says):
    answer = browser.get(address)
    assert answer.status_code == 404
    assert says in text_of(unescape(answer.text))


@pytest.mark.parametrize(("address", "status", "says"), [
    ("/account?account=nx-places&on=2026-99-99", 400, "on=2026-99-99"),
    ("/account?account=nx-places&on=1999-01-01", 404, "No period of nx-places had begun by 1 Jan 1999"),
    ("/account?account=nx-places&location=nu-over-limit", 404, "has no place with the ID “nu-over-limit”"),
    ("/bill?account=nx-places&location=nobody", 404, "has no place with the ID “nobody”"),
    ("/people?account=nx-places&shown=nothing", 404, "There is no list “nothing”"),
    ("/people?account=nx-places&page=7", 404, "no page 7"), ("/list/accounts?page=999999", 404, "no page 999999"),
    ("/list/accounts?page=-1", 400, "page=-1"), ("/list/lines?page=two", 400, "page=two"),
    ("/list/counted.csv?account=nx-places&day=yesterday", 400, "day=yesterday"),
    ("/list/counted.csv?account=nx-places&day=2026-09-15&location=nobody", 404, "“nobody”"),
])  # fmt: skip
def test_an_address_that_makes_no_sense_says_so(browser, address, status, says):
    """It is typed, kept for months and shared: something else in its place would be taken for what was asked."""
    answer = browser.get(address)
    assert (answer.status_code, says in text_of(unescape(answer.text))) == (status, True), text_of(answer.text)


def test_order_search_and_filters_that_fit_nothing_are_no_fault(browser):
    for address in ("/list/accounts?sort=nothing&dir=up", "/list/accounts?q=%25_'\"%00", "/list/work?kind=nothing"):
        assert browser.get(address).status_code == 200, address


def test_ids_are_found_whatever_their_capitals_and_exact_ones_first(browser, ask, sample_warehouse, tmp_path):
    assert "Pumpkin Lane Practice" in shown(browser, "/account", account="NU-Over-Limit")
    customer = ask("select min(customer_id) from marts.fct_active_users where customer_id = lower(customer_id)")[0][0]
    assert f"<h1>Customer {customer}</h1>" in shown(browser, "/customer", customer=customer.upper())
    warehouse = tmp_path / sample_warehouse.name
    shutil.copy(sample_warehouse, warehouse)
    copied = TestClient(application(warehouse), base_url="http://127.0.0.1")
    first, *_, last = re.findall(r'<td><a href="/account\?account=([^&"]+)', shown(copied, "/list/accounts"))
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.dim_accounts set account_name = ? where account_id = ?", [f"not {last}", first])
    assert re.findall(r'<td><a href="/account\?account=([^&"]+)', shown(copied, "/find", q=last.upper()))[:2] == [last, first]


def test_an_open_period_has_a_provisional_bill_by_now_and_by_the_forecast(sample_warehouse, browser):
    with Reading(Shelf(sample_warehouse)) as reading:
        forecasts(reading)
        cards = Cards(reading)
        periods = reading.rows(
            "select periods.*, forecast from place_periods as periods inner join forecasts "
            "using (account_id, location_id, period_start_at) where forecast > periods.active_users order by account_id limit 6"
        )
        today, digits, tried = reading.as_of.date(), reading.digits, 0
        for period in periods:
            query = {"account": period["account_id"], "on": str(period["period_start_on"]), "location": period["location_id"]}
            page = text_of(shown(browser, "/bill", **query))
            assert "Provisional: not billed yet" in page
            assert f"{period['forecast']} expected by the period's end" in unescape(page)
            for users in (period["active_users"], period["forecast"]):
                amount = cards.amount(period["product"], period["currency"], today, users)
                if amount is not None:
                    assert money(amount, period["currency"], digits) in page, query
                    tried += 1
        assert tried


def test_what_is_expected_of_an_account_is_no_less_than_has_been_counted(sample_warehouse):
    """Of an account with a new place, too, which has no forecast of its own; and the money of all of them beside it."""
    with Reading(Shelf(sample_warehouse)) as reading:
        account_states(reading)
        rows = reading.rows("select * from account_states where forecast is not null")
        assert [row["account_id"] for row in rows if row["forecast"] < row["live"]] == []
        page = account_page(reading, find_account(reading, "nx-places"), None, None)
        assert 0 < page["coming"]["known"] < page["coming"]["places"]
        assert page["coming"]["forecast"] >= page["coming"]["users"]
        kept = overview(reading)["money_rows"]
        assert any(row["running"] for row in kept)
        assert all(row["expected"] >= row["running"] for row in kept if row["running"] is not None)


def test_days_in_sentences_are_spelled_as_days_beside_them(browser):
    """What a mart says of an exception, and what a ruleset is called, have their days as `1 Oct 2026`."""
    for address in ("/", "/list/work", "/list/exceptions", "/rules"):
        assert not re.findall(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])", text_of(shown(browser, address))), address
    assert "nexudus-2022-11-02-archived" in shown(browser, "/rules")
    # That of a billing line stays as the export has it, and in one piece.
    assert whole_days("<b> until 2026-10-02") == '&lt;b&gt; until <span class="day">2026-10-02</span>'


def test_a_customer_who_always_counted_has_the_same_history_without_looking_for_records(sample_warehouse, ask):
    ((customer,),) = ask(
        "select customer_id from marts.fct_active_user_sources "
        "where customer_id not in (select customer_id from marts.fct_uncounted_activity) "
        "group by customer_id order by count(*) desc, customer_id limit 1"
    )
    with Reading(Shelf(sample_warehouse)) as reading:
        cheaper, listing = history_of(reading, customer), LISTINGS["history"]
        assert cheaper.sql != listing.sql
        whole = f"select * from ({{}}) order by {listing.order}"
        rows = [reading.rows(whole.format(one.sql), customer=customer) for one in (cheaper, listing)]
        assert rows[0] == rows[1] != []


def test_who_does_not_count_has_the_rule_that_the_explanation_says(browser, ask):
    """Of somebody suspended it is that of suspension, and not that of the contract."""
    said = ask(
        "select customer_id, account_id, any_value(rule_id) from marts.active_user_explanations "
        "where reason = 'suspended' and not is_counted group by all order by all limit 3"
    )
    for customer, account, rule in said:
        page = shown(browser, "/list/history.csv", customer=customer, account_id=account, verdict="does not count")
        rules = {row["rule_id"] for row in csv.DictReader(io.StringIO(page)) if row["reason"] == "suspended"}
        assert rules == {rule}, customer
    assert said


def test_a_column_that_no_row_has_is_left_out_of_a_customer_s_page(browser, ask):
    ((customer, places),) = ask(
        "select customer_id, count(payer_customer_id) from marts.fct_active_user_sources "
        "group by customer_id having count(payer_customer_id) = 0 order by count(*) desc, customer_id limit 1"
    )
    page = shown(browser, "/customer", customer=customer)
    assert places == 0
    assert "Paid for by" not in page
    assert "Verdict" in page
    ((paid_for,),) = ask("select max(customer_id) from marts.fct_active_user_sources where payer_customer_id is not null")
    assert "Paid for by" in shown(browser, "/customer", customer=paid_for)


def test_users_of_several_places_are_said_to_be_how_many_people(browser, ask):
    account, users, people = ask(
        """
        select account_id, sum(active_users), any_value(people) from (
            select account_id, location_id, max_by(active_users, period_start_at) as active_users
            from marts.fct_active_user_counts where period_status = 'open' group by all
        )
        inner join (
            select account_id, count(distinct customer_id) as people from marts.fct_active_users
            inner join marts.dim_billing_periods using (account_id, location_id, period_start_at)
            where period_status = 'open' group by account_id
        ) using (account_id)
        group by account_id having sum(active_users) > any_value(people) order by account_id limit 1
        """
    )[0]
    on = ask("select max(period_start_on) from marts.fct_active_user_counts where account_id = ?", account)[0][0]
    for address in ("/account", "/people", "/bill"):
        page = text_of(shown(browser, address, account=account, on=str(on)))
        assert f"{people} different people" in page, address
        assert str(users) in page


def test_the_worklist_says_until_when_whose_and_since_first(browser, ask):
    rows = list(csv.DictReader(io.StringIO(browser.get("/list/work.csv").text)))
    assert all(row["whose"] for row in rows)
    due = {row["due_at"] for row in rows if row["due_at"]}
    ends = ask(
        "select distinct unnest([period_end_at, knowledge_cutoff_at]) from marts.dim_billing_periods "
        "where period_status != 'closed'"
    )
    assert due
    assert due <= {f"{end:%Y-%m-%dT%H:%M:%S}Z" for (end,) in ends if end}
    first = dict(
        ask(
            "select account_id, min(period_start_on)::varchar from marts.billing_exceptions "
            "group by 1 having count(distinct (location_id, exception)) = 1"
        )
    )
    said = {row["account_id"]: row["since_on"] for row in rows if row["kind"] == "not_billed" and row["account_id"] in first}
    assert said == first
    page = text_of(shown(browser, "/"))
    urgent = sum(KINDS[row["kind"]][0] == 1 for row in rows)
    assert f"with {urgent} of the {len(rows)} rows below" in page


def test_money_in_two_currencies_is_said_in_each(browser, ask):
    invoices = ask(
        "select billed_amount, billed_currency, computed_amount, currency from marts.fct_invoice_reconciliation "
        "where billed_currency != currency and computed_amount is not null"
    )
    digits = dict(ask("select currency, minor_units from seeds.map_currencies"))
    page = text_of(shown(browser, "/list/invoices"))
    assert "in other currencies" in page
    for billed, billed_in, computed, computed_in in invoices:
        assert f"{money(billed, billed_in, digits)} {money(computed, computed_in, digits)}" in page
    assert invoices


def test_an_amount_without_a_currency_is_in_that_of_its_account(browser, ask):
    """So the marts compare it, and an amount that agrees is no reason to name both."""
    ((account, billed, computed, currency),) = ask(
        "select account_id, billed_amount, computed_amount, currency from marts.fct_invoice_reconciliation "
        "where billed_amount is not null and billed_currency is null and difference_amount != 0"
    )
    digits = dict(ask("select currency, minor_units from seeds.map_currencies"))
    billed, computed = money(billed, currency, digits), money(computed, currency, digits)
    assert f"{billed} {computed}" in text_of(shown(browser, "/list/invoices"))
    assert f"{billed} invoiced, {computed} computed" in text_of(shown(browser, "/account", account=account))
    assert money(Decimal("1.5"), None, digits) == "1.5 in no currency known"


def test_an_account_that_is_its_own_place_is_named_once(browser, ask):
    whole = {account for (account,) in ask("select account_id from marts.dim_locations where account_id = location_id")}
    (rows,) = tables_of(shown(browser, "/list/periods"), "Table: Periods")
    assert {(account in whole, bool(place)) for account, _, place, *_ in rows} == {(True, False), (False, True)}
    assert all(name for _, name, *_ in rows)
    # Nothing closed in the night of this sample.
    assert next(column for column in LISTINGS["closed"].columns if column.name == "location_name").kind == "place"


def test_what_leads_to_people_leads_to_as_many(browser, ask):
    """Movements by place and by source, totals too; the tabs count what a search leaves."""
    page = shown(browser, "/account", account="cw-01")
    # Of each kind of link one: by place or not, by source or not, of each movement.
    links = {
        (*re.findall(r"(location|sources)=|movement=(\w+)", link),): (link, number)
        for link, number in re.findall(r'<td class="num"><a href="(/people[^"]+)">[+−]?([\d,]+)</a></td>', page)
    }
    assert len(links) > 6
    for link, number in links.values():
        written = re.search(r'<a href="([^"]+)">CSV of all', shown(browser, unescape(link))).group(1)
        rows = csv.DictReader(io.StringIO(browser.get(unescape(written)).text))
        assert len({(row["location_id"], row["customer_id"]) for row in rows}) == int(number.replace(",", "")), link
    customer = ask("select min(customer_id) from marts.fct_uncounted_activity where account_id = 'cw-01'")[0][0]
    for tab in ("counted", "uncounted"):
        page = shown(browser, "/people", account="cw-01", q=customer, shown=tab)
        for other, said in re.findall(r'<a href="/people[^"]*shown=(\w+)[^"]*"[^>]*>[^<]*<b>([\d,]+)</b>', page):
            rows = browser.get("/people", params={"account": "cw-01", "q": customer, "shown": other}).text
            assert f"of {said}</span>" in rows or said == "0", other


def test_rules_and_records_lead_to_what_they_are(browser):
    page = shown(browser, "/people", account="cw-01")
    rules = shown(browser, "/rules")
    linked = set(re.findall(r'href="/rules#(\w+)"', page))
    assert linked
    assert all(f'id="{rule}"' in rules for rule in linked)
    link, record = re.search(r'href="(/customer\?[^"]+q=[^"]+)"><code>([^<]+)</code>', page).groups()
    assert record in text_of(shown(browser, unescape(link)))


def test_thresholds_on_the_page_of_a_period_are_its_own(browser, ask):
    account = ask("select account_id from marts.fct_threshold_crossings group by 1 order by count(*) desc, 1 limit 1")[0][0]
    periods = ask(
        "select period_start_on, count(crossed_on) as crossed from marts.fct_active_user_counts "
        "left join marts.fct_threshold_crossings using (account_id, location_id, period_start_at, period_start_on) "
        "where account_id = ? group by 1 order by crossed desc, 1 desc",
        account,
    )
    # Of those with most and with least.
    periods = [*periods[:2], periods[-1]]
    found = {
        on: tables_of(shown(browser, "/account", account=account, on=str(on)), "Table: Thresholds reached") for on, _ in periods
    }
    assert any(found.values())
    for on, tables in found.items():
        assert all(spelled_day(on) in row for table in tables for row in table), on


def test_the_first_record_of_who_did_not_count_is_that_of_the_judgement(browser, ask):
    judged = ask(
        """
        select uncounted.account_id, uncounted.customer_id, uncounted.reason, min(conditions.evidence_at)::varchar
        from marts.fct_uncounted_activity as uncounted
        inner join intermediate.int_judgements as judgements using (account_id, location_id, period_start_at)
        inner join intermediate.int_conditions__all as conditions using (judgement_id, customer_id, activity_type, reason)
        where judgements.is_billed and uncounted.activity_type = 'event_ticket'
        group by uncounted.account_id, uncounted.customer_id, uncounted.reason
        having count(distinct uncounted.period_start_at) = 1
        order by all limit 5
        """
    )
    assert judged
    for account, customer, reason, at in judged:
        (found,) = ask(
            "select max(period_start_on) from marts.fct_uncounted_activity where (account_id, customer_id, reason) = (?, ?, ?)",
            account, customer, reason,
        )[0]  # fmt: skip
        written = browser.get("/list/uncounted.csv", params={"account": account, "day": str(found), "q": customer}).text
        rows = [row for row in csv.DictReader(io.StringIO(written)) if row["activity_type"] == "event_ticket"]
        assert [row["evidence_at"] for row in rows if row["reason"] == reason] == [f"{at[:10]}T{at[11:19]}Z"]


def test_the_csv_of_people_says_of_which_account_and_period(browser):
    for name in ("counted", "lost", "uncounted"):
        head, *rows = csv.reader(io.StringIO(browser.get(f"/list/{name}.csv?account=cw-01&day=2026-09-15").text))
        assert head[:3] == ["account_id", "location_id", "period_start_on"]
        assert {row[0] for row in rows} <= {"cw-01"}


def test_pages_of_an_empty_warehouse_say_what_is_missing(empty):
    pages = followed(empty, ["/", "/find?q=a", *(f"/list/{name}" for name, one in LISTINGS.items()
                     if "day" not in one.needs and name not in ("history", "live"))], {})  # fmt: skip
    assert "No accounts. None has been received and accepted yet" in text_of(pages["/"])
    assert "No row has been received" in text_of(pages["/"])
    assert "No what-if yet" in text_of(pages["/rules"])
    assert empty.get("/account?account=nobody").status_code == 404
