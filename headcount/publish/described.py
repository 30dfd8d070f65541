"""What the project says of its models: grain, columns and descriptions, from the YAML beside each.

dbt would say the same after it has parsed the whole project, which takes seconds; one model's YAML takes milliseconds.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from headcount.project import PROJECT

_BLOCK = re.compile(r"{%-?\s*docs\s+(\w+)\s*-?%}(.*?){%-?\s*enddocs\s*-?%}", re.DOTALL)
_NAMED = re.compile(r"{{\s*doc\(\s*['\"](?:headcount['\"]\s*,\s*['\"])?(\w+)['\"]\s*\)\s*}}")


@dataclass(frozen=True)
class Described:
    """What the YAML of one model says. `columns` are descriptions by name, `required` the columns that are never null."""

    description: str
    grain: tuple[str, ...]
    columns: dict[str, str]
    required: frozenset[str]


def marts() -> list[str]:
    """The names of all marts."""
    return sorted(path.stem for path in (PROJECT / "models" / "marts").rglob("*.sql"))


@cache
def described(model: str) -> Described:
    """What the project says of a model."""
    path = next((PROJECT / "models").rglob(f"{model}.yml"))
    (said,) = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["models"]
    columns = said.get("columns", [])
    # The page of questions and queries that a mart's description ends with is for people who read pages.
    sentences = _NAMED.sub(lambda found: "" if found[1] == model else found[0], said["description"])
    return Described(
        description=_written_out(sentences),
        grain=tuple(said["config"]["meta"]["grain"]),
        columns={column["name"]: _written_out(column["description"]) for column in columns},
        required=frozenset(column["name"] for column in columns if _is_required(column)),
    )


def _is_required(column: dict) -> bool:
    return any(constraint["type"] == "not_null" for constraint in column.get("constraints", []))


def _written_out(text: str) -> str:
    """A description with the docs blocks that it names, on one line."""
    return " ".join(_NAMED.sub(lambda found: _blocks()[found[1]], text).split())


@cache
def _blocks() -> dict[str, str]:
    """The docs blocks by name."""
    files: list[Path] = [*(PROJECT / "models").rglob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    return {name: text for file in files for name, text in _BLOCK.findall(file.read_text("utf-8"))}
