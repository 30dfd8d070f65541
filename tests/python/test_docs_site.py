"""The documentation site is whole and stands alone: every link leads somewhere, no page asks another machine, no row of
the warehouse is in it, and what would break that stops it. About 40 s, most of them dbt's and colibri's.
"""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from headcount import words
from headcount.docs import build_site, offline
from headcount.docs.flowchart import picture
from headcount.docs.nodes import Nodes
from headcount.docs.pages import write_pages
from headcount.docs.shape import copy_shape
from headcount.docs.texts import linked
from headcount.errors import CheckFailed, UsageError
from headcount.project import PROJECT
from tests.checks.rules_covered import rules
from tests.support.command import environment

pytestmark = pytest.mark.xdist_group("sample")

MARTS = sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql"))


@pytest.fixture(scope="module")
def warehouse(sample_warehouse, tmp_path_factory) -> Path:
    """A copy: other tests have the sample open."""
    return Path(shutil.copy(sample_warehouse, tmp_path_factory.mktemp("documented") / sample_warehouse.name))


@pytest.fixture(scope="module")
def site(warehouse, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("site") / "docs"
    before = warehouse.read_bytes()
    assert build_site(warehouse, out) == len(list(out.rglob("*.html")))
    assert [path.name for path in out.parent.iterdir()] == ["docs"]
    assert warehouse.read_bytes() == before
    return out


class Links(HTMLParser):
    def __init__(self, page: Path):
        super().__init__()
        self.found = set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.found.add(dict(attributes).get("href", ""))


def followed(site: Path) -> set[str]:
    """The pages that links lead to, from the first page on."""
    reached, to_do = set(), [site / "index.html"]
    while to_do:
        page = to_do.pop()
        if page in reached:
            continue
        reached.add(page)
        if page.parent.name not in ("dbt", "lineage"):
            links = [re.split(r"[?#]", link)[0] for link in Links(page).found if ":" not in link]
            to_do += [(page.parent / link).resolve() for link in links if link]
    return {page.relative_to(site).as_posix() for page in reached}


def test_every_page_can_be_reached_and_every_link_leads_to_a_file(site):
    """That it leads to a heading of the file is seen by Sphinx, of whose warnings none may be."""
    assert 'action="search.html"' in (site / "index.html").read_text("utf-8")
    assert followed(site) | {"search.html"} == {page.relative_to(site).as_posix() for page in site.rglob("*.html")}


def test_every_mart_rule_and_text_of_the_project_has_its_page(site):
    reached = followed(site)
    assert {f"marts/{name}.html" for name in MARTS} <= reached
    assert {f"rules/{rule}.html" for rule in rules()} <= reached
    texts = (PROJECT / "docs").rglob("*.md")
    assert {text.relative_to(PROJECT / "docs").with_suffix(".html").as_posix() for text in texts} <= reached
    assert {"index.html", "contributing.html", "analyses.html", "dbt/index.html", "lineage/index.html"} <= reached


def text_of(page: Path) -> str:
    """What a reader sees, with the quotes that typesetting has turned turned back."""
    return unescape(re.sub(r"<[^>]+>", "", page.read_text("utf-8"))).translate({0x2019: "'", 0x201C: '"', 0x201D: '"'})


def test_each_code_stands_with_its_sentence(site):
    """What pages, packets and commands say, from the one place they have it from."""
    text = text_of(site / "codes.html")
    assert "codes.html" in followed(site)
    for kind in set(words.kinds()) - {"rule"}:
        for code in words.codes(kind):
            assert code in text, code
            assert "*" in code or words.sentence(kind, code) in text, code


def test_the_search_knows_every_page_of_ours_and_works_from_a_disk(site):
    """The index is a script beside the pages, which a browser loads without a server."""
    index = (site / "searchindex.js").read_text("utf-8")
    assert index.startswith("Search.setIndex(")
    said = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    own = {page.relative_to(site).with_suffix("").as_posix() for page in site.rglob("*.html")} - {"search"}
    assert {name for name in own if not name.startswith(("dbt/", "lineage/"))} == set(said["docnames"])
    assert "searchindex.js" in (site / "search.html").read_text("utf-8")
    assert "X5: A booking" in said["titles"]


def test_rules_are_called_by_their_names(site):
    text = text_of(site / "rules" / "index.html")
    for rule in rules():
        assert f"{rule}: {words.name('rule', rule)}" in text


def test_dbts_page_begins_with_a_welcome_of_ours(site):
    page = (site / "dbt" / "index.html").read_text("utf-8")
    assert "doc.headcount.__overview__" in page
    assert "Every model, seed and test of headcount" in page


def test_links_into_dbts_page_name_what_it_knows(site):
    known = (site / "dbt" / "index.html").read_text("utf-8")
    keys = {
        link.split("#!/")[1].split("/")[1] for page in site.rglob("*.html") for link in Links(page).found if "#!/" in link
    }
    assert {key for key in keys if f'"{key}"' not in known} == set()
    assert {key.split(".")[0] for key in keys} >= {"model", "seed", "macro", "analysis", "unit_test", "exposure"}


def test_a_marts_page_has_its_questions_query_columns_and_readers(site):
    page = (site / "marts" / "fct_package_usage.html").read_text("utf-8")
    for part in ('<section id="questions">', '<section id="query">', "<strong>account_id</strong>"):
        assert part in page
    assert "marts.fct_package_usage" in re.sub("<[^>]+>", "", page)
    assert "exposure.headcount.dashboard" in page


def test_columns_that_come_through_a_union_have_their_lineage(site):
    """colibri needs a name that sqlglot has dropped; without it these columns have no origin."""
    page = (site / "lineage" / "index.html").read_text("utf-8")
    edges = re.findall(r'"source":"([\w.]+)","target":"([\w.]+)","sourceColumn":"(\w+)","targetColumn":"(\w+)"', page)
    assert ("model.headcount.fct_package_charges", "model.headcount.fct_billing_lines", "amount", "amount") in edges


def test_no_page_asks_another_machine_or_tells_of_this_one(site):
    assert offline.outside(site) == []
    for file in site.rglob("*.*"):
        assert str(site.parent).encode() not in file.read_bytes()


def test_the_search_knows_rules_marts_and_columns_and_is_loaded_as_a_script(site):
    """A browser that shows a page from a disk loads scripts, and fetches nothing."""
    assert '<script src="searchindex.js"' in (site / "search.html").read_text("utf-8")
    index = json.loads((site / "searchindex.js").read_text("utf-8").removeprefix("Search.setIndex(").removesuffix(")"))
    known = {*index["terms"], *index["titleterms"]}
    assert {"n5", "smallest_sufficient_limit"} <= known
    assert {f"rules/{rule}" for rule in rules()} | {f"marts/{name}" for name in MARTS} <= set(index["docnames"])
    # Who is called like what is looked for comes first, and the decisions, which speak of everything, last.
    assert 'page === "decisions"' in (site / "_static" / "language_data.js").read_text("utf-8")


def test_no_row_of_the_warehouse_is_in_it(site, warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select display_name from marts.dim_customers").fetchall() if name}
        raw = {record for (record,) in connection.execute("select raw_record from marts.rejected_records").fetchall()}
    assert len(names) > 20
    assert len(raw) > 20
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert [one for one in (*names, *raw) if one in text] == [], page


def test_the_shape_of_a_warehouse_has_its_columns_and_none_of_its_rows(warehouse, tmp_path):
    copy_shape(warehouse, tmp_path / "new" / "headcount.duckdb")
    columns = "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal order by all"
    with duckdb.connect(str(warehouse), read_only=True) as one, duckdb.connect(str(tmp_path / "new/headcount.duckdb")) as other:
        assert one.execute(columns).fetchall() == other.execute(columns).fetchall()
        relations = other.execute("select distinct schema_name, table_name from duckdb_columns() where not internal").fetchall()
        assert not any(other.execute(f"select 1 from {schema}.{name}").fetchall() for schema, name in relations)


# What would break it


def test_without_a_warehouse_there_is_one_line_and_nothing_written(tmp_path):
    asked = ["--warehouse", str(tmp_path / "none.duckdb"), "--out", str(tmp_path / "docs")]
    command = [sys.executable, "-m", "headcount.docs", *asked]
    done = subprocess.run(command, cwd=PROJECT, env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"headcount docs: warehouse {tmp_path / 'none.duckdb'} does not exist; `make build` makes one, "
        "HEADCOUNT_WAREHOUSE names another\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_warehouse_and_one_without_marts_are_refused(tmp_path):
    (tmp_path / "text.duckdb").write_text("no warehouse")
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    for name, said in (("text.duckdb", "is no DuckDB database"), ("empty.duckdb", "has no marts")):
        with pytest.raises(UsageError, match=said):
            build_site(tmp_path / name, tmp_path / "docs")
    assert not (tmp_path / "docs").exists()


def test_a_folder_with_something_else_is_left_alone(warehouse, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else"):
        build_site(warehouse, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_site_that_is_not_whole_leaves_the_one_in_use(warehouse, tmp_path, monkeypatch):
    out = tmp_path / "docs"
    out.mkdir()
    (out / "index.html").write_text("before")
    monkeypatch.setattr("headcount.docs.generated.dbt_pages", lambda *_: pytest.fail("is not asked for"))
    monkeypatch.setattr("headcount.docs.site.copy_shape", lambda *_: (_ for _ in ()).throw(CheckFailed("on purpose")))
    with pytest.raises(CheckFailed, match="on purpose"):
        build_site(warehouse, out)
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]
    assert (out / "index.html").read_text() == "before"


GOOD = '<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="x"></head><body>{}</body></html>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<script src="https://cdn.example.com/a.js"></script>', "names cdn.example.com"),
        ('<script src="//cdn.example.com/a.js"></script>', "loads //cdn.example.com/a.js"),
        ('<link rel="stylesheet" href="//fonts.example.com/a.css">', "loads //fonts.example.com/a.css"),
        ("<style>@import url(https://fonts.example.com/a.css)</style>", "names fonts.example.com"),
        ("<style>body{background:url(//pictures.example.com/a.png)}</style>", "names pictures.example.com"),
        ("<script>fetch('wss://live.example.com/x')</script>", "names live.example.com"),
        ('<img src="http://localhost/a.png">', "loads http://localhost/a.png"),
        ("<script>init('https://eu.i.posthog.com')</script>", "has the tracker https://eu.i.posthog.com"),
        (f"<p>{PROJECT}</p>", "tells where on this machine"),
    ],
)
def test_what_asks_another_machine_is_found(tmp_path, body, said):
    (tmp_path / "page.html").write_text(GOOD.format(body))
    assert any(said in finding for finding in offline.outside(tmp_path)), offline.outside(tmp_path)


def test_a_page_in_order_passes_and_one_without_a_policy_does_not(tmp_path):
    (tmp_path / "page.html").write_text(GOOD.format('<img src="data:image/png;base64,AA=="><a href="other.html">x</a>'))
    assert offline.outside(tmp_path) == []
    (tmp_path / "page.html").write_text("<html><head></head></html>")
    assert offline.outside(tmp_path) == ["page.html: has no policy against asking other machines"]


def test_sealing_takes_out_trackers_and_adds_a_policy(tmp_path):
    (tmp_path / "lineage").mkdir()
    page = tmp_path / "lineage" / "index.html"
    page.write_text("<html><head></head><body><script>go('https://eu.i.posthog.com')</script></body></html>")
    offline.seal(tmp_path, [tmp_path])
    assert offline.outside(tmp_path) == []
    assert "connect-src data: blob:;" in page.read_text()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("[a](b.md#there)", "index.md:3: WARNING: local id not found in doc 'b': 'there'"),
        ("[a](#there)", "'myst' cross-reference target not found: 'there'"),
        ("# again\n\n#### too deep", "Non-consecutive header level increase"),
    ],
)
def test_what_the_generator_warns_of_stops_the_site(tmp_path, monkeypatch, said, found):
    texts = {"index.md": f"# A\n\n{said}\n\n```{{toctree}}\nb\n```\n", "b.md": "# B\n\n## Here\n"}
    monkeypatch.setattr("headcount.docs.pages._all_texts", lambda _: texts)
    with pytest.raises(CheckFailed, match=re.escape(found)):
        write_pages(tmp_path / "site", tmp_path, Nodes({}))


def test_links_lead_to_pages_and_names_to_what_they_name():
    text = "# A `int_x`\n\n`int_x` and [`int_x`](../CONTRIBUTING.md#here), [z](../Makefile)\n\n```sql\nselect `int_x`\n```\n"
    pages = {"docs/a.md": "a.md", "CONTRIBUTING.md": "contributing.md"}
    assert linked(text, "docs/a.md", pages, {"int_x": "dbt/index.html#!/model/int_x"}) == (
        '# A `int_x`\n\n<a href="dbt/index.html#!/model/int_x"><code>int_x</code></a> and '
        "[`int_x`](contributing.md#here), z\n\n```sql\nselect `int_x`\n```\n"
    )
    with pytest.raises(CheckFailed, match=r"docs/a.md: links to gone.md, which does not exist"):
        linked("[x](gone.md)", "docs/a.md", pages, {})


def test_the_flowchart_of_the_readme_is_drawn_whole():
    source = re.search(r"```mermaid\n(.+?)```", (PROJECT / "README.md").read_text(), re.DOTALL)[1]
    drawn = picture(source)
    assert drawn.count("<p>") == len(set(re.findall(r"\b(\w+)(?=[\[{(])", source)))
    led = re.findall("→ (.+?)</i>", drawn)
    assert sum(len(names.split(", ")) for names in led) == source.count("-->") > 10
    with pytest.raises(CheckFailed, match="no arrow"):
        picture("sequenceDiagram\n a->>b: c")
