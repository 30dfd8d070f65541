"""The project's own pages: every Markdown text of docs/, the README, the recipes, the analyses, and a page a mart."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from headcount.docs.articles import article_pages
from headcount.docs.codes import codes_page
from headcount.docs.nodes import Nodes
from headcount.docs.tables import mart_page, marts_index
from headcount.docs.texts import first_paragraph, linked, title
from headcount.errors import CheckFailed
from headcount.project import PROJECT

_OUTSIDE_DOCS = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "analyses/README.md": "analyses.md"}
# The page on which names of metrics are no other words.
_METRICS = "docs/semantic_layer.md"
# Folders that a page may link to as a whole.
_FOLDERS = {
    "docs/contract": "contract/index.md",
    "docs/rules": "rules/index.md",
    "docs/articles": "articles/index.md",
    "analyses": "analyses.md",
    "models/marts": "marts/index.md",
}
_ABOUT = {
    "contract": ("The contract", "What comes in, who counts, what it costs, what comes out, and how it is run."),
    "rules": ("The rules", "One page for each: what it says, by which article, an example, and the tests that prove it."),
    "articles": ("The articles", "The vendors' texts, sentence by sentence, each with the rules and tests that hold it."),
}
_GENERATED = """# Models and lineage

What other programs say of the project:

- <a href="dbt/index.html">Every model, seed and test</a>, with columns, SQL and graph: dbt's documentation.
- <a href="lineage/index.html">Lineage of columns</a>: from which columns each is made.
"""


def write_pages(site: Path, work: Path, nodes: Nodes) -> None:
    """Write all of them. Raises CheckFailed for what Sphinx warns of: a link to no heading, a page that no list has."""
    source = work / "source"
    for name, text in _all_texts(nodes).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, "utf-8")
    for picture in (PROJECT / "docs").glob("*.svg"):
        shutil.copy(picture, source)
    # In a process of its own: Sphinx and what it reads Markdown with leave traces in the one that runs them.
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "--no-color", "-c", str(Path(__file__).parent)]
    done = subprocess.run([*command, "-d", work / "doctrees", source, site], capture_output=True, text=True)
    if done.returncode != 0:
        lines = done.stderr.replace(f"{source}/", "").splitlines()
        said = [line for line in lines if "WARNING" in line] or lines[-1:]
        raise CheckFailed(f"{''.join(said[:1])}{f', and {len(said) - 1} more' if said[1:] else ''}; nothing was written")
    for left in (site / "objects.inv", site / ".buildinfo", *site.rglob("*.map"), *site.rglob("*.LICENSE.txt")):
        left.unlink(missing_ok=True)
    shutil.rmtree(site / "_sources", ignore_errors=True)


def _all_texts(nodes: Nodes) -> dict[str, str]:
    """The pages by name: those of the repository, a list for each folder of docs/, and the marts."""
    own = _own_texts()
    texts = {source: name for source, (name, _) in own.items()} | _FOLDERS
    found = {
        name: linked(text, source, texts, nodes.pages | (nodes.metrics if source == _METRICS else {}))
        for source, (name, text) in own.items()
    }
    for folder, (heading, about) in _ABOUT.items():
        listed = {name: text for name, text in own.values() if name.startswith(f"{folder}/")}
        rows = [f"| [{title(text)}]({Path(name).name}) | {_cell(first_paragraph(text))} |" for name, text in listed.items()]
        table = "\n".join(["| page | in short |", "| --- | --- |", *rows])
        found[f"{folder}/index.md"] = f"# {heading}\n\n{about}\n\n{table}\n\n{_tree('', [Path(name).stem for name in listed])}"
    for name, node in nodes.marts.items():
        source = node["original_file_path"].removesuffix(".sql") + ".md"
        page = f"marts/{name}.md"
        found[page] = linked(mart_page(nodes, node), source, texts | {source: page}, nodes.pages)
    found["marts/index.md"] = linked(marts_index(nodes), "models/marts/index.md", {"models/marts/index.md": "marts/index.md"},
                                     nodes.pages) + _tree("", list(nodes.marts))  # fmt: skip
    # Columns are called like other things: `source` is a macro too.
    tables = {name: page for name, page in nodes.pages.items() if name in nodes.marts or name.startswith("rule_")}
    found["codes.md"] = linked(codes_page(), "codes.md", {"codes.md": "codes.md"}, tables)
    found["generated.md"] = _GENERATED
    indexes = [f"{folder}/index" for folder in (*_ABOUT, "marts")]
    rest = [Path(name).stem for name in found if "/" not in name and name not in ("index.md", "contributing.md")]
    found["index.md"] += _tree("Start", ["Overview <self>", "Recipes <contributing>", *indexes])
    found["index.md"] += _tree("Background", rest)
    return found


def _own_texts() -> dict[str, tuple[str, str]]:
    """Files of the repository, each with the name and the text of its page, in the order in which the menu has them."""
    paths = sorted((PROJECT / "docs").rglob("*.md"), key=lambda path: _in_order(path.stem))
    names = _OUTSIDE_DOCS | {f"docs/{name}": name for name in (path.relative_to(PROJECT / "docs").as_posix() for path in paths)}
    texts = {source: (name, (PROJECT / source).read_text("utf-8")) for source, name in names.items()}
    return texts | {f"docs/articles/{name}.yml": (f"articles/{name}.md", text) for name, text in article_pages().items()}


def _in_order(stem: str) -> tuple:
    """Rules in the order of their families and numbers, other pages by name."""
    rule = re.fullmatch(r"([NPXF])(\d+)", stem)
    return ("PNXF".index(rule[1]), int(rule[2]), "") if rule else (9, 0, stem)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _tree(caption: str, entries: list[str]) -> str:
    """The entries of the menu under a page."""
    said = f":caption: {caption}\n" if caption else ""
    return f"\n\n```{{toctree}}\n:hidden:\n{said}\n" + "\n".join(entries) + "\n```\n"
