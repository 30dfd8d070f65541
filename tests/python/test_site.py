"""`headcount site` and `headcount dashboard`: accounts kept apart, nobody named, nothing half-written (run.md)."""

import hashlib
import re
import shutil
import socket
from html import unescape
from pathlib import Path
from urllib.parse import quote_plus

import duckdb
import pytest
from starlette.testclient import TestClient

from headcount.cli import main
from headcount.dashboard.application import application
from headcount.dashboard.site import LISTS, MARK
from headcount.pages.addresses import folder_of
from headcount.warehouse import open_warehouse
from tests.support.pages import links_of, text_of

pytestmark = pytest.mark.xdist_group("sample")


@pytest.fixture
def own_warehouse(sample_warehouse, tmp_path):
    """A copy that a test may change."""
    (tmp_path / "warehouse").mkdir()
    return Path(shutil.copy(sample_warehouse, tmp_path / "warehouse" / sample_warehouse.name))


def test_a_site_keeps_accounts_apart_and_names_no_person(sample_warehouse, tmp_path, capsys):
    accounts = ["nx-places", "nu-over-limit"]
    site = tmp_path / "site"
    words = ["site", "--warehouse", str(sample_warehouse), "--output", str(site)]
    assert main([*words, "--account", accounts[0], "--account", accounts[1]]) == 0
    pages_of_all = 2 + len(LISTS)
    assert f"{pages_of_all + 6} pages for 2 accounts" in capsys.readouterr().out
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        found = connection.execute("select distinct display_name from marts.dim_customers where display_name is not null")
        names = [name for (name,) in found.fetchall()]
        others = dict(connection.execute("select account_id, account_name from marts.dim_accounts").fetchall())
    pages = {path: text_of(path.read_text()) for path in site.rglob("*.html")}
    assert len(pages) == pages_of_all + 6
    assert len(names) > 10
    for path, text in pages.items():
        assert not [name for name in names if name in text], path
        assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", path.read_text()), path
        if "accounts" in path.parts:
            mine = path.parent.name
            assert others[mine] in unescape(text)
            assert not [other for other in others if other != mine and re.search(rf"(?<![\w-]){other}(?![\w-])", text)], path
    for path in pages:
        for link in links_of(path.read_text()):
            assert not re.match("[a-z]+:|/", link), path
            file, _, period = link.partition("#")
            there = (path.parent / file).read_text()
            assert not period or f'id="{period}"' in there, f"{path}: {link}"
    # Complete: every user and source, every place.
    with duckdb.connect(str(sample_warehouse), read_only=True) as connection:
        records = connection.execute(
            "select evidence_id, customer_id from marts.fct_active_user_sources where account_id = $1", accounts[:1]
        )
        people = "".join(path.read_text() for path in sorted((site / "accounts" / "nx-places").glob("people*.html")))
        found = re.findall(r"<tr><td>([^<]+)<td>[^<]*<td>([^<]+)<td>\d{1,2} [A-Z]", people)
        assert sorted(found) == sorted((customer, record) for record, customer in records.fetchall())
    assert 'href="accounts/nx-places/account.html"' in (site / "accounts.html").read_text()
    assert not [path for path in pages if 'href="accounts/nx-2022/' in path.read_text()]


def test_a_site_replaces_only_a_site(sample_warehouse, tmp_path, capsys):
    kept = tmp_path / "mine.txt"
    kept.write_text("mine")
    assert main(["site", "--warehouse", str(sample_warehouse), "--output", str(tmp_path)]) == 2
    assert main(["site", "--warehouse", str(sample_warehouse), "--output", str(tmp_path / "s"), "--account", "nobody"]) == 2
    assert main(["site", "--warehouse", str(tmp_path / "none.duckdb"), "--output", str(tmp_path / "s")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert "has other things in it" in said[0]
    assert "'nobody'" in said[1]
    assert "no such file" in said[2]
    assert len(said) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_page_that_cannot_be_made_leaves_the_old_site(own_warehouse, tmp_path, capsys):
    site = tmp_path / "site"
    site.mkdir()
    (site / MARK).touch()
    with duckdb.connect(str(own_warehouse)) as connection:
        connection.execute("drop table marts.landing_reconciliation")
    assert main(["site", "--warehouse", str(own_warehouse), "--output", str(site)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "landing_reconciliation" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "warehouse"]
    assert [path.name for path in site.iterdir()] == [MARK]


IDS = [
    *("plain", "PLAIN", "Plain", "plain ", "a/b", "a_b", "a b", "..", ".", "", " ", "a b&c", "Ünï", "ünï", "ÜNÏ"),
    *("nul", "東京" * 15, "x" * 300, "X" * 300, "a\nb", "a'b", 'a"b', "a%2Fb", "a~b", "\ud83d"),
]


def test_an_account_has_a_folder_of_its_own_whatever_its_id():
    """Also on a disk that folds case; an ID that needs no change is its own folder."""
    names = [folder_of(account) for account in IDS]
    assert len({name.casefold() for name in names}) == len(IDS)
    for name in names:
        assert re.fullmatch(r"[a-z0-9_~-]{1,60}", name)
    assert folder_of("plain") == "plain"
    assert folder_of("PLAIN") == "plain~" + hashlib.sha256(b"PLAIN").hexdigest()[:16]


def rename(connection, column: str, old: str, new: str) -> None:
    """Give an ID another spelling wherever it stands."""
    tables = connection.execute(
        "select table_schema, table_name from information_schema.columns inner join information_schema.tables "
        "using (table_schema, table_name) where column_name = ? and table_schema = 'marts' and table_type = 'BASE TABLE'",
        [column],
    ).fetchall()
    for schema, table in tables:
        connection.execute(f"update {schema}.{table} set {column} = ? where {column} = ?", [new, old])


def test_ids_with_quotes_and_newlines_are_drawn(own_warehouse, tmp_path, capsys):
    """On the pages of the site and on the board that is served."""
    account = 'it\'s\na "b"/c.. {{ y }}'
    with duckdb.connect(str(own_warehouse)) as connection:
        rename(connection, "location_id", "nx-places-loft", "king's-cross")
        rename(connection, "location_id", "nx-places-mill", 'new\nline "q" {{ x }} \\ é\x01')
        rename(connection, "account_id", "nx-places", account)
    site = tmp_path / "site"
    assert main(["site", "--warehouse", str(own_warehouse), "--output", str(site), "--account", account]) == 0
    page = (site / "accounts" / folder_of(account) / "account.html").read_text()
    assert account in unescape(page)
    assert f'href="accounts/{folder_of(account)}/account.html"' in (site / "accounts.html").read_text()
    browser = TestClient(application(own_warehouse), base_url="http://127.0.0.1")
    for where in ("/account", "/people", "/bill"):
        page = browser.get(where, params={"account": account})
        assert page.status_code == 200
        links = sorted({link for link in links_of(page.text) if quote_plus(account) in link})
        assert links
        assert all(browser.get(link).status_code == 200 for link in links[:: 1 + len(links) // 6])


def test_the_server_answers_only_this_machine_and_shows_the_warehouse_in_use(own_warehouse):
    warehouse = own_warehouse
    browser = TestClient(application(warehouse), base_url="http://127.0.0.1")
    page = browser.get("/")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert browser.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    assert browser.post("/").status_code == 405
    for elsewhere in ("/data/", "/static/../application.py", "/static/base.html", "/docs"):
        assert browser.get(elsewhere).status_code == 404
    for asset in ("pages.css", "pages.js"):
        assert browser.get(f"/static/{asset}").status_code == 200
        assert f"/static/{asset}" in page.text
    assert "Pumpkin Lane Practice" in browser.get("/account?account=nu-over-limit").text
    # A night puts another file in its place, by a rename.
    following = warehouse.with_name("following")
    shutil.copy(warehouse, following)
    with duckdb.connect(str(following)) as connection:
        connection.execute("update marts.dim_accounts set account_name = 'Renamed' where account_id = 'nu-over-limit'")
    following.rename(warehouse)
    assert "Renamed" in browser.get("/account?account=nu-over-limit").text
    warehouse.unlink()
    gone = browser.get("/")
    assert (gone.status_code, "cannot be read now" in gone.text) == (503, True)


def test_a_port_that_is_taken_is_said_in_one_line(sample_warehouse, capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["dashboard", "--warehouse", str(sample_warehouse), "--port", str(other.getsockname()[1])]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "name another with --port" in said


@pytest.mark.parametrize("name", [
    "march.duckdb", "marts.duckdb", "seeds.duckdb", "landing.duckdb", "staging", "temp.duckdb", "main.duckdb",
    "system.duckdb", "it's \"ours\"; really.duckdb", "März [1].duckdb",
])  # fmt: skip
def test_a_warehouse_opens_under_any_name(own_warehouse, semantic_manifest, tmp_path, capsys, name):
    """run.md: its views name no database, and every command opens it in one way."""
    renamed = own_warehouse.rename(own_warehouse.with_name(name))
    with open_warehouse(renamed) as connection:
        account, customer = connection.execute("select min(account_id), min(customer_id) from marts.fct_active_users").fetchone()
    assert main(["explain", "--warehouse", str(renamed), "--customer", customer]) == 0
    assert main(["whatif", "--warehouse", str(renamed), "--ruleset", "nexudus-2022-11-02"]) == 0
    asked = ["--metrics", "active_users", "--manifest", str(semantic_manifest)]
    assert main(["metrics", "--warehouse", str(renamed), *asked]) == 0
    browser = TestClient(application(renamed), base_url="http://127.0.0.1")
    assert browser.get("/account", params={"account": account}).status_code == 200
    assert capsys.readouterr().err == ""
