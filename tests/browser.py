"""Opens every kind of page of the dashboard and of a static copy in Chromium, at three widths, by keyboard too, and holds
what is shown against the marts.

    python -m tests.browser --warehouse build/headcount.duckdb --pictures build/pictures

Needs Debian's package chromium. With --axe FILE (axe.min.js of the npm package axe-core) every page goes through that checker
of accessibility as well. Exit code 1 when a page asks another machine for anything, fails to load a part of itself, is wider
than its screen or its sheet, shows another number than the mart, or has a serious finding.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import duckdb
from playwright.sync_api import sync_playwright

from headcount.dashboard.site import site

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS = (1400, 800, 400)
SHEET = 673  # pixels between the margins of A4
BUSIEST = "select account_id from marts.fct_active_user_counts group by account_id order by sum(active_users) desc limit 2"
PATIENCE = 60_000  # milliseconds for a page
SERIOUS = ("serious", "critical")


class Visitor:
    """Opens pages, takes their pictures and keeps what is wrong with them."""

    def __init__(self, browser, address: str, pictures: Path, axe: Path | None):
        self.browser, self.address, self.pictures, self.axe = browser, address, pictures, axe
        self.wrong: list[str] = []
        self.opened = 0

    def open(self, where: str, width: int, picture: str = ""):
        """A page that has been drawn."""
        # A page's policy lets no script of others in; axe comes from outside.
        page = self.browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=bool(self.axe))
        page.on("request", lambda request: self._asked(where, request.url))
        page.on("response", lambda response: self._answered(where, response))
        page.on("pageerror", lambda error: self.hold(False, f"{where}: {error}"))
        page.goto(where if where.startswith("file:") else f"{self.address}{where}", timeout=PATIENCE)
        page.wait_for_load_state("networkidle", timeout=PATIENCE)
        self.opened += 1
        if picture:
            page.screenshot(path=self.pictures / f"{picture}_{width}.png", full_page=True)
        across = page.evaluate("document.documentElement.scrollWidth")
        self.hold(across <= width, f"{where} at {width}: {across} pixels wide")
        if self.axe:
            self._check_access(page, where)
        return page

    def hold(self, true: bool, otherwise: str) -> None:
        """Keep a fault."""
        if not true:
            self.wrong.append(otherwise)
            print(f"  wrong: {otherwise}")

    def _check_access(self, page, where: str) -> None:
        page.add_script_tag(path=self.axe)
        for finding in page.evaluate("axe.run(document).then((found) => found.violations)"):
            if finding["impact"] in SERIOUS:
                first = finding["nodes"][0]["html"][:120]
                self.hold(False, f"{where}: {finding['id']} ({finding['help']}), {len(finding['nodes'])} times: {first}")

    def _asked(self, where: str, url: str) -> None:
        self.hold(url.startswith((self.address, "data:", "file:", "blob:")), f"{where}: asks {url}")

    def _answered(self, where: str, response) -> None:
        self.hold(response.status < 400, f"{where}: {response.status} for {response.url}")


def visit(visitor: Visitor, ask) -> None:
    """Every kind of page at each width, a filter changed by keyboard, and figures compared."""
    accounts = [account for (account,) in ask(BUSIEST)]
    customer = ask("select min(customer_id) from marts.fct_active_users")[0][0]
    pages = {"overview": "/", "rules": "/rules", "find": "/find?q=a", "list": "/list/accounts", "lines": "/list/lines"}
    if customer:
        pages["customer"] = "/customer?" + urlencode({"customer": customer})
    for number, account in enumerate(accounts):
        pages |= {f"{kind}_{number}": f"/{kind}?" + urlencode({"account": account}) for kind in ("account", "people", "bill")}
    for width in WIDTHS:
        for name, where in pages.items():
            visitor.open(where, width, name).close()
        for account in accounts:
            _choose_a_period(visitor, ask, account, width)
    for name in ("overview", "account_0", "bill_0", "customer"):
        if name in pages:
            _print(visitor, name, pages[name])


def _print(visitor: Visitor, name: str, where: str) -> None:
    """A page as a browser lays it out for paper: nothing beside the sheet, no total at the foot of every one, nothing folded."""
    page = visitor.open(where, WIDTHS[0])
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 900})
    across = page.evaluate("Math.max(...[...document.querySelectorAll('table, svg')].map((one) => one.scrollWidth), 0)")
    visitor.hold(across <= SHEET, f"{where} on paper: {across} of {SHEET} pixels wide")
    repeated = page.evaluate(
        "[...document.querySelectorAll('tfoot')].filter((one) => getComputedStyle(one).display === 'table-footer-group').length"
    )
    visitor.hold(not repeated, f"{where} on paper: {repeated} totals stand on every sheet")
    visitor.hold(not page.locator("details:not([open])").count(), f"{where} on paper: something is folded")
    page.pdf(path=visitor.pictures / f"{name}.pdf", prefer_css_page_size=True)
    page.close()


def _choose_a_period(visitor: Visitor, ask, account: str, width: int) -> None:
    """With the keyboard alone: another period in the select, Enter, and its count on the page."""
    page = visitor.open("/account?" + urlencode({"account": account}), width)
    options = page.locator("select[name=on] option")
    if options.count() > 1:
        page.locator("select[name=on]").focus()
        page.keyboard.press("End")
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.tagName") != "BUTTON":
            page.keyboard.press("Tab")
        with page.expect_navigation(timeout=PATIENCE):
            page.keyboard.press("Enter")
        on = page.locator("select[name=on]").input_value()
        (users,) = ask(
            """
            select coalesce(sum(users), 0) from (
                select max_by(active_users, period_start_at) as users from marts.fct_active_user_counts
                where account_id = ? and period_start_on <= cast(? as date) group by location_id
            )
            """,
            account, on,
        )[0]  # fmt: skip
        shown = page.locator(".tiles dd").first.text_content().strip()
        visitor.hold(shown == f"{users:,}", f"account {account} from {on} at {width}: shows {shown}, the mart has {users}")
        print(f"  account {account} from {on} at {width}: {users:,} users, shown and in the mart")
    page.close()


def visit_site(visitor: Visitor, warehouse: Path, ask) -> None:
    """The static pages of all accounts and of one, from their files: opened, searched, sorted."""
    busiest = [account for (account,) in ask(BUSIEST)][:1]
    with tempfile.TemporaryDirectory() as folder:
        site(warehouse, Path(folder) / "site", busiest or None)
        pages = sorted(Path(folder).rglob("*.html"))
        for width in WIDTHS:
            for path in pages:
                page = visitor.open(path.as_uri(), width, f"site_{path.stem}")
                if path.stem == "people" and page.locator("tbody tr td").count():
                    _search(visitor, page, path, width)
                page.close()


def _search(visitor: Visitor, page, path: Path, width: int) -> None:
    """What is searched for leaves the rows that hold it, and stands in the address."""
    first = page.locator("tbody tr td:first-child").first.text_content()
    page.locator("[data-filter]").fill(first)
    left = page.locator("tbody tr:has(td):visible").all_text_contents()
    visitor.hold(bool(left) and all(first in row for row in left), f"{path.name} at {width}: search for {first}")
    visitor.hold(page.url.endswith(f"#q={first}"), f"{path.name} at {width}: {page.url}")
    page.locator("thead button").first.click()
    visitor.hold(page.locator("[aria-sort]").count() == 1, f"{path.name} at {width}: does not sort")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, default=Path("build/headcount.duckdb"))
    parser.add_argument("--pictures", type=Path, default=Path("build/pictures"))
    parser.add_argument("--port", type=int, default=8109)
    parser.add_argument("--axe", type=Path)
    options = parser.parse_args()
    options.pictures.mkdir(parents=True, exist_ok=True)

    def ask(sql, *values):
        with duckdb.connect(str(options.warehouse), read_only=True) as connection:
            return connection.execute(sql, values).fetchall()

    command = [sys.executable, "-m", "headcount.cli", "dashboard"]
    command += ["--warehouse", str(options.warehouse), "--port", str(options.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, sync_playwright() as playwright:
        try:
            address = re.search(r"http://[\d.:]+", server.stdout.readline()).group()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            visitor = Visitor(browser, address, options.pictures, options.axe)
            visit(visitor, ask)
            visit_site(visitor, options.warehouse, ask)
            browser.close()
        finally:
            server.terminate()
    print(f"{visitor.opened} pages opened, {len(visitor.wrong)} faults; pictures in {options.pictures}")
    return 1 if visitor.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
