"""Every word that the intermediate models coin stands in docs/vocabulary.md, so that a second one for the same thing is seen.

Words are the suffixes of models (`int_bookings__judged`) and the names of instants, days and flags (`*_at`, `*_on`, `is_*`,
`has_*`), in any step of a model and in its YAML. The columns of landed tables are stated in the sources and not again.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.checks.report import Finding, ours

PAGE = "docs/vocabulary.md"
MODELS = "models/intermediate"
SOURCES = "models/staging/_landing__sources.yml"
COMMENT = re.compile(r"--[^\n]*|{#.*?#}", re.DOTALL)
# What is called is a macro, and no column.
COLUMN = re.compile(r"\b(?:(?:is|has)_[a-z0-9_]+|[a-z][a-z0-9_]*_(?:at|on))\b(?!\s*\()")
FIRST_CELL = re.compile(r"\|\s*([^|]*?)\s*\|")


def stated(page: Path) -> dict[str, dict[str, int]]:
    """Of each table of the page, called by its first heading, the words of its first column and their lines."""
    tables: dict[str, dict[str, int]] = {}
    table = None
    for number, line in enumerate(page.read_text("utf-8").splitlines() if page.exists() else [], start=1):
        cell = FIRST_CELL.match(line)
        if cell is None:
            table = None
        elif table is None:
            table = tables.setdefault(cell[1], {})
        elif not cell[1].startswith("---"):
            table |= {word.strip().strip("`"): number for word in cell[1].split(",")}
    return tables


def coined(root: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """The suffixes and the columns of the intermediate models, each with the first file that has it."""
    suffixes: dict[str, Path] = {}
    columns: dict[str, Path] = {}
    for path in ours(root, MODELS, suffixes=(".sql", ".yml")):
        if "__" in path.stem:
            suffixes.setdefault(path.stem.split("__", 1)[1], path)
        text = path.read_text("utf-8")
        if path.suffix == ".yml":
            models = (yaml.safe_load(text) or {}).get("models") or []
            text = "\n".join(column["name"] for model in models for column in model.get("columns") or [])
        for word in COLUMN.findall(COMMENT.sub("", text)):
            columns.setdefault(word, path)
    return suffixes, columns


def landed(root: Path) -> set[str]:
    """The columns of the landed tables."""
    path = root / SOURCES
    content = yaml.safe_load(path.read_text("utf-8")) if path.exists() else {"sources": []}
    tables = [table for source in content["sources"] for table in source["tables"]]
    return {column["name"] for table in tables for column in table.get("columns") or []}


def words_are_in_the_vocabulary(root: Path) -> list[Finding]:
    """A suffix of a model, and an instant, day or flag in it, is written down, and nothing is that no model has."""
    tables, found = stated(root / PAGE), []
    suffixes, columns = coined(root)
    known = landed(root)
    for kind, words in (("suffix", suffixes), ("column", columns)):
        lines = tables.get(kind, {})
        for word in sorted(set(words) - set(lines) - known):
            name = str(words[word].relative_to(root))
            found.append(Finding(name, 1, "style", f"{word}: {PAGE} lacks this {kind}; take its word, or add this one"))
        for word in sorted(set(lines) - set(words)):
            found.append(Finding(PAGE, lines[word], "style", f"{word}: no intermediate model has this {kind}"))
    return found
