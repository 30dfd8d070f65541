"""Follows the links of the dashboard, changes its filters, and holds what it says against the marts; without a browser.

    python -m tests.follow --warehouse build/headcount.duckdb [--most 40] [--orders 40] [--site build/site]

Of each kind of page at most so many are opened, spread over all that lead to one, and of all that are only the same rows in
another order at most so many of each kind; how many were left is said. Of each list every value of every filter is chosen,
and held against the rows of its CSV. With --site every link of every file of a static copy has to lead to a file, and to a
place in it.
Exit code 1 when a page answers with anything else than itself, leads outside, says another number than the mart, or an amount
without its currency.
"""

import argparse
import csv
import io
import re
import sys
from collections import Counter, deque
from functools import cache
from html import unescape
from pathlib import Path
from time import perf_counter
from urllib.parse import unquote, urljoin, urlsplit

import duckdb
from starlette.testclient import TestClient

from headcount.dashboard.application import application
from headcount.pages.lists import LISTINGS
from tests.support.pages import bare_amounts, links_of

OWN_PAGE = ("counted", "lost", "uncounted", "history")
# What a page may ask for: itself and its own styles and script.
OUTSIDE = re.compile(r"""(?:src|href|action)=["'](?:[a-z]+:)?//""")

_LISTED = {
    "accounts": "select count(*) from marts.dim_accounts",
    "periods": "select count(*) from marts.fct_active_user_counts",
    "over-limit": "select count(*) from marts.fct_package_usage where is_over_limit",
    "thresholds": "select count(*) from marts.fct_threshold_crossings",
    "lines": "select count(*) from marts.fct_billing_lines",
    "exceptions": "select count(*) from marts.billing_exceptions",
    "invoices": "select count(*) from marts.fct_invoice_reconciliation",
    "adjustments": "select count(*) from marts.fct_billing_adjustments",
    "charges": "select count(*) from marts.fct_package_charges",
    "corrections": "select count(*) from marts.fct_active_user_corrections",
    "customers": "select count(*) from marts.dim_customers",
    "landed": "select count(*) from marts.landing_reconciliation",
    "rejected": "select count(*) from marts.rejected_records",
    "files": "select count(*) from marts.landing_files",
}

_COUNTED = """
    select coalesce(sum(users), 0) from (
        select max_by(active_users, period_start_at) as users from marts.fct_active_user_counts
        where account_id = ? and period_start_on <= cast(? as date) and (? is null or location_id = ?)
        group by location_id
    )
"""


class Follower:
    """Opens pages and keeps what is wrong with them."""

    def __init__(self, warehouse: Path, most: int, orders: int):
        self.browser = TestClient(application(warehouse), base_url="http://127.0.0.1")
        self.warehouse, self.most, self.orders = warehouse, most, orders
        self.opened, self.left, self.wrong, self.slowest = Counter(), Counter(), [], (0.0, "")

    def ask(self, sql: str, *values):
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchone()[0]

    def hold(self, true: bool, otherwise: str) -> None:
        """Keep a fault."""
        if not true:
            self.wrong.append(otherwise)
            print(f"  wrong: {otherwise}")

    def open(self, address: str) -> str:
        begun = perf_counter()
        answer = self.browser.get(address)
        # The first page of a file works out what all share.
        if self.opened:
            self.slowest = max(self.slowest, (perf_counter() - begun, address))
        self.opened[urlsplit(address).path] += 1
        self.hold(answer.status_code == 200, f"{address}: {answer.status_code}")
        self.hold(not OUTSIDE.search(answer.text), f"{address}: leads outside")
        if not answer.headers["content-type"].startswith("text/html"):
            return ""
        for amount in bare_amounts(answer.text):
            self.hold(False, f"{address}: {amount} has no currency")
        return answer.text

    def follow(self) -> None:
        """Every page that can be reached, of each kind at most so many."""
        waiting = ["/", *(f"/list/{name}" for name in LISTINGS if name not in (*OWN_PAGE, "live"))]
        waiting = deque(waiting)
        seen, asked, ordered = set(waiting), Counter(), Counter()
        while waiting:
            address = waiting.popleft()
            kind = urlsplit(address).path
            of_its_kind, most = (ordered, self.orders) if "sort=" in address else (asked, self.most)
            of_its_kind[kind] += 1
            if of_its_kind[kind] > most:
                self.left[kind] += 1
                continue
            page = self.open(address)
            if kind == "/account":
                self._hold_count(address, page)
            found = [urljoin(address, link).partition("#")[0] for link in links_of(page)]
            # Some of all places of the page: what stands at its end would otherwise never have its turn.
            for link in sorted(set(found) - seen, key=lambda link: hash_of(link)):
                seen.add(link)
                waiting.append(link)

    def change_filters(self) -> int:
        """Every value of every filter of every list leaves as many rows as it says, in the page and in the CSV."""
        changed = 0
        for name in LISTINGS:
            if name in (*OWN_PAGE, "live"):
                continue
            page = self.open(f"/list/{name}")
            if name in _LISTED:
                total = self.ask(_LISTED[name])
                self.hold(f" of {total:,}</span>" in page or not total, f"/list/{name}: the mart has {total}")
            for select, options in re.findall(r'<select name="(\w+)">(.*?)</select>', page, re.S):
                for value, rows in re.findall(r'<option value="([^"]+)"[^>]*>.*?\(([\d,]+)\)</option>', options)[: self.most]:
                    self._choose(name, {select: unescape(value)}, int(rows.replace(",", "")))
                    changed += 1
        return changed

    def _choose(self, name: str, chosen: dict, rows: int) -> None:
        page = self.browser.get(f"/list/{name}", params=chosen).text
        self.hold(f" of {rows:,}</span>" in page, f"/list/{name} {chosen}: not {rows} rows")
        written = csv.reader(io.StringIO(self.browser.get(f"/list/{name}.csv", params=chosen).text))
        self.hold(sum(1 for _ in written) == rows + 1, f"/list/{name}.csv {chosen}: not {rows} rows")

    def _hold_count(self, address: str, page: str) -> None:
        account = re.search(r'<input type="hidden" name="account" value="([^"]*)">', page)
        on = re.search(r'<option value="([\d-]+)" selected>', page)
        if not account or not on:
            return
        place = re.search(r'<select name="location">.*?<option value="([^"]+)" selected>', page, re.S)
        place = unescape(place.group(1)) if place else None
        users = self.ask(_COUNTED, unescape(account.group(1)), on.group(1), place, place)
        said = re.search(r"<dt>Active users</dt><dd>(?:<a [^>]*>)?([\d,]+)", page).group(1)
        self.hold(said == f"{users:,}", f"{address}: says {said}, the mart has {users}")


def hash_of(link: str) -> int:
    """The same order at each run, and no other's."""
    return int.from_bytes(link.encode("utf-8", "surrogatepass")[-8:], "little") * 2654435761 % 2**32


def follow_site(folder: Path) -> tuple[int, list[str]]:
    """How many links the files have, and those that lead nowhere, or out of the folder of an account."""

    @cache
    def places(file: Path) -> set[str] | None:
        return set(re.findall(r' id="([^"]+)"', file.read_text("utf-8", "surrogatepass"))) if file.is_file() else None

    links, wrong = 0, []
    for file in sorted(folder.rglob("*.html")):
        text = file.read_text("utf-8", "surrogatepass")
        if OUTSIDE.search(text):
            wrong.append(f"{file}: leads outside")
        for link in links_of(text):
            links += 1
            there, _, place = unescape(link).partition("#")
            target = (file.parent / unquote(there)).resolve() if there else file
            found = places(target) if target.suffix == ".html" else set() if target.is_file() else None
            if found is None or (place and place not in found):
                wrong.append(f"{file}: {link}")
            if "accounts" in file.parts and file.parent.resolve() != target.parent.resolve():
                wrong.append(f"{file}: {link} leads out of its folder")
    return links, wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, default=Path("build/headcount.duckdb"))
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--site", type=Path)
    options = parser.parse_args()
    follower = Follower(options.warehouse, options.most, options.orders)
    follower.follow()
    changed = follower.change_filters()
    seconds, slowest = follower.slowest
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(follower.opened.items()))
    print(f"{follower.opened.total():,} pages opened, {changed} filters changed, {len(follower.wrong)} faults; {kinds}")
    print("left: " + (", ".join(f"{kind} {number}" for kind, number in sorted(follower.left.items())) or "none"))
    print(f"slowest page {seconds:.2f} s: {slowest}")
    wrong = list(follower.wrong)
    if options.site:
        links, lost = follow_site(options.site)
        print(f"{links:,} links of files followed, {len(lost)} lead nowhere")
        print("".join(f"  wrong: {one}\n" for one in lost[:20]), end="")
        wrong += lost
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
