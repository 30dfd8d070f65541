"""Every key of the property files is one that dbt knows.

On DuckDB dbt does not check them: a test under `dat_tests:` is silently no test. dbt-core ships the JSON schemas that
it uses elsewhere; this applies them to dbt_project.yml and to each YAML file beside models, seeds, macros and tests.
The newest knows only the newer spec of the semantic layer. MetricFlow reads the older one, whose keys are the fields of
dbt's own classes.

`python -m tests.checks.properties` shows what is wrong.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Union, get_args, get_origin, get_type_hints

import dbt_common.events  # noqa: F401  before dbt.contracts, which otherwise imports itself in a circle
import yaml
from dbt.contracts.graph.unparsed import UnparsedMetric, UnparsedSemanticModel
from dbt.jsonschemas import JSONSCHEMAS_PATH
from jsonschema import Draft7Validator, ValidationError

from tests.checks.report import CANARIES, ROOT, Finding, Outcome, judged, ours

FOLDERS = ("models", "seeds", "macros", "tests", "analyses", "snapshots")
RULE = "properties"
MARK = re.compile(r"#\s*flagged: (?P<word>\S+)")


class TextualDates(yaml.SafeLoader):
    """YAML without its own idea of dates: in a property file 2026-01-01 is the text that dbt will read."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@cache
def validator(kind: str) -> Draft7Validator:
    """The newest schema that this dbt-core ships for `resources` (property files) or `project` (dbt_project.yml)."""
    folder = Path(JSONSCHEMAS_PATH) / kind
    files = sorted(folder.glob("*.json"), key=lambda path: [int(part) for part in re.findall(r"\d+", path.stem)])
    newest = folder / "latest.json" if (folder / "latest.json").exists() else files[-1]
    schema = json.loads(newest.read_text("utf-8"))
    if kind == "resources":
        schema["properties"] |= {"semantic_models": listed(UnparsedSemanticModel), "metrics": listed(UnparsedMetric)}
    return Draft7Validator(schema)


def listed(form: type) -> dict:
    """A schema for a list of this class of dbt's: the keys are its fields, all the way down."""
    return {"type": ["array", "null"], "items": keys_of(form)}


def keys_of(form: object) -> dict:
    """A schema for the keys of a class; of a choice of types the classes are taken, and other types are not looked at."""
    if is_dataclass(form):
        types = get_type_hints(form)
        named = {field.name: keys_of(types[field.name]) for field in fields(form) if not field.name.startswith("_")}
        return {"type": ["object", "string", "null"], "additionalProperties": False, "properties": named}
    inner = [part for part in get_args(form) if part is not type(None)]
    if get_origin(form) is list:
        return {"items": keys_of(inner[0])}
    if get_origin(form) is Union:
        return next((found for found in map(keys_of, inner) if found), {})
    return {}


def inspect(path: Path, root: Path, kind: str = "resources") -> list[Finding]:
    """What is wrong with one YAML file."""
    name = str(path.relative_to(root))
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=TextualDates)
    except yaml.YAMLError as error:
        line = error.problem_mark.line + 1 if getattr(error, "problem_mark", None) else 1
        return [Finding(name, line, RULE, f"is not YAML: {getattr(error, 'problem', error)}")]
    if not isinstance(content, dict):
        return [Finding(name, 1, RULE, "holds no properties")]
    tree = yaml.compose(path.read_text("utf-8"), Loader=TextualDates)
    errors = map(innermost, validator(kind).iter_errors(content))
    return [Finding(name, line_of(tree, list(error.absolute_path)), RULE, explain(error, content)) for error in errors]


def innermost(error: ValidationError) -> ValidationError:
    """Of the forms that a value could have had, the complaint that reaches deepest: the form that was meant."""
    while error.context:
        # "is not a text, is not null" says nothing to a person who wrote a mapping.
        telling = [part for part in error.context if part.validator not in ("type", "enum", "const")] or error.context
        deepest = max(telling, key=lambda part: (len(part.absolute_path), part.validator == "additionalProperties"))
        if deepest.validator == "required" and error.validator == "anyOf":
            break
        error = deepest
    return error


def explain(error: ValidationError, content: dict) -> str:
    """The complaint in a sentence."""
    where = called(list(error.absolute_path), content)
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        strangers = [str(key) for key in error.instance if key not in known]
        moved = "`meta` goes under `config`" if "meta" in strangers and "config" in known else ""
        return f"{where}: dbt knows no {', '.join(strangers)} here; {moved or 'it knows ' + ', '.join(known)}"
    if error.validator in ("anyOf", "oneOf"):
        return f"{where}: not a form that dbt knows: {json.dumps(error.instance, default=str)}"
    return f"{where}: {error.message}"


def called(path: list, content: object) -> str:
    """A path in words: things in a list are called by their name, where they have one."""
    words = []
    for part in path:
        content = content[part]
        name = content.get("name", part) if isinstance(part, int) and isinstance(content, dict) else part
        words.append(str(name))
    return ".".join(words) or "the file"


def line_of(node: yaml.Node, path: list) -> int:
    """The line of the value at this path."""
    line = node.start_mark.line + 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            inner = next((pair for pair in node.value if pair[0].value == str(part)), None)
            if inner is None:
                return line
            line, node = inner[0].start_mark.line + 1, inner[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            return line
    return line


def project() -> Outcome:
    """The project's own YAML."""
    files = ours(ROOT, *FOLDERS, suffixes=(".yml", ".yaml"))
    findings = [finding for path in files for finding in inspect(path, ROOT)]
    findings += inspect(ROOT / "dbt_project.yml", ROOT, "project")
    if not files:
        findings.append(Finding("models", 1, RULE, "there are no property files"))
    return judged(f"YAML properties, {len(files) + 1} files", findings)


def canary() -> Outcome:
    """Each canary is flagged on the line marked in it, with the marked word; a file without a mark is not."""
    root = CANARIES / "properties"
    wrong = []
    files = sorted(root.glob("*.yml"))
    for path in files:
        findings = inspect(path, root, "project" if path.name.startswith("project_") else "resources")
        marks = {
            (number, match["word"])
            for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
            if (match := MARK.search(line))
        }
        for line, word in sorted(marks):
            if not any(found.line == line and word in found.message for found in findings):
                seen = "; ".join(str(found) for found in findings) or "nothing"
                wrong.append(Finding(path.name, line, RULE, f"`{word}` should be flagged; found: {seen}"))
        if not marks:
            wrong += findings
    if len(files) < 2:
        wrong.append(Finding(str(root), 1, RULE, "there are no canaries"))
    return judged("YAML properties canaries", wrong)


def main() -> Outcome:
    """Both, as one outcome."""
    return canary() + project()


if __name__ == "__main__":
    sys.exit(main().failed > 0)
