"""The text of the marts' pages, from what dbt's manifest says of them."""

import re

from headcount.docs.nodes import Nodes
from headcount.docs.texts import anchor

NO_BREAK = "\u00a0"


def marts_index(nodes: Nodes) -> str:
    """All marts by area, each with what its rows are."""
    lines = ["# The marts", "", "What is built for others to read, in the schema `marts` of the warehouse file.", ""]
    area = None
    for name, node in nodes.marts.items():
        folder = node["original_file_path"].split("/")[2]
        if folder != area:
            lines += ["", f"## {folder.capitalize()}", "", "| mart | rows |", "| --- | --- |"]
            area = folder
        lines.append(f"| `{name}` | {_cell(first_sentence(node['description']))} |")
    return "\n".join(lines) + "\n"


def first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text.strip(), maxsplit=1)[0]


def _in_the_file(data_type: str) -> str:
    """A contract's type, which every engine knows, as DuckDB calls it in the warehouse."""
    return data_type.replace("string", "varchar").replace(" ", NO_BREAK)


def mart_page(nodes: Nodes, node: dict) -> str:
    """What a mart's description says, its grain, its columns, what it is made of and who reads it."""
    key, area = node["unique_id"], node["original_file_path"].split("/")[2]
    grain, page = node["config"]["meta"]["grain"], f"marts/{node['name']}.md"
    lines = [f"# {node['name']}", "", node["description"].strip(), "", "## Columns", ""]
    lines += ["| column | type | meaning |", "| --- | --- | --- |"]
    for name, column in node["columns"].items():
        shown = f"**{name}**" if name in grain else name
        lines.append(f"| {shown} | {_in_the_file(column['data_type'])} | {_cell(column['description'])} |")
    lines += ["", f"One row for each combination of the columns in **bold**; the area is {area}."]
    lines += ["", "## Made of and read by", ""]
    for word, keys in (("Made of", nodes.parents(key)), ("Read by", nodes.children(key))):
        known = {other: nodes.all[other] for other in keys if other in nodes.all}
        names = [anchor(page, nodes.page(other, key), other["name"]) for key, other in known.items()]
        lines.append(f"- {word}: {', '.join(dict.fromkeys(names)) or 'nothing in this project'}")
    lineage = f"lineage/index.html?model={key}&parents=2&children=1"
    lines.append(f"- SQL, tests and the graph: {anchor(page, nodes.dbt_page(key), 'dbt')}")
    lines.append(f"- Column by column: {anchor(page, lineage, 'lineage')}")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
