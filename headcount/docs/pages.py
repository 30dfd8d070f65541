"""The project's own pages: every Markdown text of docs/, the README, the recipes, the analyses, and a page a mart."""

import html
import re
from dataclasses import dataclass
from pathlib import Path

from headcount.docs.links import Links
from headcount.docs.markdown import first_paragraph, rendered, title
from headcount.docs.nodes import Nodes
from headcount.docs.tables import mart_page, marts_index
from headcount.project import PROJECT

_HERE = Path(__file__).parent
_OUTSIDE_DOCS = {"README.md": "index.html", "CONTRIBUTING.md": "contributing.html", "analyses/README.md": "analyses.html"}
# The page on which names of metrics are no other words.
_METRICS = "docs/semantic_layer.md"
# Folders that a page may link to as a whole.
_FOLDERS = {"docs/contract": "contract/index.html", "docs/rules": "rules/index.html", "analyses": "analyses.html"}
_INDEXES = {
    "contract": ("The contract", "What comes in, who counts, what it costs, what comes out, and how it is run."),
    "rules": ("The rules", "One page for each: what it says, by which article, an example, and the tests that prove it."),
}


@dataclass(frozen=True)
class Page:
    """A page of the site: its address, seen from the top, its title, its text, and the file that the text is from."""

    address: str
    title: str
    text: str
    source: str


def write_pages(site: Path, nodes: Nodes) -> None:
    """Write all of them, and what they look like."""
    own = own_pages()
    written = own + indexes(own) + mart_pages(nodes)
    files = {page.source: page.address for page in own} | _FOLDERS | {"models/marts": "marts/index.html"}
    menu = _menu(own, nodes)
    for page in written:
        links = Links(files, nodes.pages | (nodes.metrics if page.source == _METRICS else {}))
        path = site / page.address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_whole(page, links, menu, nodes), "utf-8")
    (site / "site.css").write_text((_HERE / "site.css").read_text("utf-8"), "utf-8")


def own_pages() -> list[Page]:
    """The texts of the repository, in the order in which the menu has them."""
    found = [*_OUTSIDE_DOCS.items()]
    for path in sorted((PROJECT / "docs").rglob("*.md"), key=lambda path: _in_order(path.stem)):
        source = path.relative_to(PROJECT).as_posix()
        found.append((source, source.removeprefix("docs/").removesuffix(".md") + ".html"))
    texts = [(source, address, (PROJECT / source).read_text("utf-8")) for source, address in found]
    return [Page(address, title(text), text, source) for source, address, text in texts]


def indexes(own: list[Page]) -> list[Page]:
    """A page for each folder of docs/ that lists its pages."""
    found = []
    for folder, (name, about) in _INDEXES.items():
        rows = "\n".join(
            f"| [{page.title}]({page.source.rpartition('/')[2]}) | {_plain(first_paragraph(page.text))} |"
            for page in own
            if page.address.startswith(f"{folder}/")
        )
        text = f"# {name}\n\n{about}\n\n| page | in short |\n| --- | --- |\n{rows}\n"
        found.append(Page(f"{folder}/index.html", name, text, f"docs/{folder}/index.md"))
    return found


def mart_pages(nodes: Nodes) -> list[Page]:
    """The marts' list, and a page for each of them."""
    pages = [Page("marts/index.html", "The marts", marts_index(nodes), "models/marts/index.md")]
    for name, node in nodes.marts.items():
        source = node["original_file_path"].removesuffix(".sql") + ".md"
        pages.append(Page(f"marts/{name}.html", name, mart_page(nodes, node), source))
    return pages


def _plain(text: str) -> str:
    """Without the links of another folder's page and the marks of a table."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("|", "\\|")


def _in_order(stem: str) -> tuple:
    """Rules in the order of their families and numbers, other pages by name."""
    rule = re.fullmatch(r"([NPX])(\d+)", stem)
    return ("PNX".index(rule[1]), int(rule[2]), "") if rule else (9, 0, stem)


def _menu(own: list[Page], nodes: Nodes) -> list[tuple[str, str | None, list[tuple[str, str]]]]:
    """Headings, each with its own page or none, and the pages under it."""

    def under(folder: str, short: bool = False) -> list[tuple[str, str]]:
        pages = [page for page in own if page.address.startswith(folder)]
        return [(Path(page.address).stem if short else page.title, page.address) for page in pages]

    top = {page.source: page for page in own if page.address.count("/") == 0 or page.source in _OUTSIDE_DOCS}
    first = [(label, _OUTSIDE_DOCS[source]) for source, label in (("README.md", "Overview"), ("CONTRIBUTING.md", "Recipes"))]
    rest = [(page.title, page.address) for source, page in top.items() if source not in ("README.md", "CONTRIBUTING.md")]
    return [
        ("Start", None, first),
        ("Contract", "contract/index.html", under("contract/")),
        ("Rules", "rules/index.html", under("rules/", short=True)),
        ("Marts", "marts/index.html", [(name, f"marts/{name}.html") for name in nodes.marts]),
        ("Background", None, rest),
        (
            "Generated",
            None,
            [("Every model, seed and test", "dbt/index.html"), ("Lineage of columns", "lineage/index.html")],
        ),
    ]


def _whole(page: Page, links: Links, menu, nodes: Nodes) -> str:
    """The page with its frame."""
    files = Links({**links.pages, page.source: page.address}, links.parts)
    body = rendered(
        page.text,
        link=lambda address: _of_part(page.address, address, links, nodes) or files.of_file(page.source, address),
        named=lambda name: files.of_name(page.address, name),
    )
    return (_HERE / "page.html").read_text("utf-8").format(
        title=html.escape(page.title),
        style=links.between(page.address, "site.css"),
        home=links.between(page.address, "index.html"),
        menu=_drawn(menu, page.address, links),
        body=body,
        source=html.escape(page.source),
    )


def _of_part(page: str, link: str, links: Links, nodes: Nodes) -> str | None:
    """The address for a link of a mart's page: `part:<key>` is the page about a part, `dbt:<key>` dbt's own,
    `lineage:<key>` that of its columns."""
    kind, _, key = link.partition(":")
    if kind == "part":
        return links.between(page, nodes.page(nodes.all[key], key))
    if kind == "dbt":
        return links.between(page, nodes.dbt_page(key))
    return links.between(page, f"lineage/index.html?model={key}&parents=2&children=1") if kind == "lineage" else None


def _drawn(menu, address: str, links: Links) -> str:
    def entry(label: str, target: str) -> str:
        here = ' aria-current="page"' if target == address else ""
        return f'<a href="{html.escape(links.between(address, target))}"{here}>{html.escape(label)}</a>'

    parts = []
    for heading, target, entries in menu:
        kind = ' class="chips"' if all(len(label) < 5 for label, _ in entries) else ""
        listed = "".join(f"<li>{entry(label, to)}</li>" for label, to in entries)
        parts.append(f"<h2>{entry(heading, target) if target else html.escape(heading)}</h2><ul{kind}>{listed}</ul>")
    return "".join(parts)
