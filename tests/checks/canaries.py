"""Every rule and check that is switched on, with what is wrong on purpose and makes it fire.

    python -m tests.checks.canaries        prints the table

Each within its own step: sqlfluff (tests/checks/sql.py), dbt-bouncer and `dbt parse` without a warning (bouncer.py), properties
(properties.py), ruff and yamllint (linters.py), style and vocabulary (style.py). Here are the checks that read the project as a
whole: each thing that one can say, a message in its code, has to be said of one of its canaries, small projects in
tests/canaries/<check>. A check of tests/checks that is in no list fails.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from tests.checks import exposures, linters, pages, properties, rules_covered, sql, style
from tests.checks.bouncer import promises
from tests.checks.report import CANARIES, ROOT, Finding, Outcome, judged, ours

# Checks with small projects for canaries.
WHOLE = (exposures, pages, rules_covered)
# Modules with canaries of their own, in their step or in the test named for them.
OTHERWISE = {"articles": "tests/python/test_articles.py", "bouncer": "", "linters": "", "properties": "", "sql": "", "style": ""}
# What is no check: helpers, and what belongs to one of the others.
HELPERS = {"__init__", "canaries", "commands", "report", "vocabulary"}


def name_of(check: ModuleType) -> str:
    return check.__name__.rpartition(".")[2]


def messages(check: ModuleType) -> list[str]:
    """Everything that a check can say, as patterns: the last argument of each finding in its code."""
    tree = ast.parse(Path(check.__file__).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Finding", "say")]
    found = [pattern(call.args[-1]) for call in calls if call.args]
    return sorted({one for one in found if one is not None})


def pattern(node: ast.expr) -> str | None:
    """A text of the code as a pattern; None for a variable, which holds a text that stands elsewhere."""
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".*" for part in node.values)
    return None


def said(check: ModuleType, folder: Path = CANARIES) -> dict[str, list[str]]:
    """What a check says of each of its canaries."""
    cases = sorted(path for path in (folder / name_of(check)).glob("*") if path.is_dir())
    return {case.name: [str(finding) for finding in check.wrong(case)] for case in cases}


def silent(check: ModuleType, folder: Path = CANARIES) -> list[Finding]:
    """Messages that no canary provokes, and canaries that are fine and are spoken of."""
    found = [line for lines in said(check, folder).values() for line in lines]
    where = f"tests/canaries/{name_of(check)}"
    wrong = [Finding(where, 1, name_of(check), f"no canary makes it say: {one}")
             for one in messages(check) if not any(re.search(f"{one}$", line) for line in found)]  # fmt: skip
    return wrong + [Finding(where, 1, name_of(check), f"is fine, and was flagged: {line}") for line in found if "fine" in line]


def unlisted(root: Path = ROOT) -> list[Finding]:
    """Modules of tests/checks that are in no list of this one."""
    listed = {*map(name_of, WHOLE), *OTHERWISE, *HELPERS}
    there = {path.stem for path in (root / "tests" / "checks").glob("*.py")}
    return [Finding(f"tests/checks/{one}.py", 1, "canaries", "is a check without canaries, or none: say so in canaries.py")
            for one in sorted(there ^ listed)]  # fmt: skip


def kinds(path: Path) -> set[str]:
    """The kinds of things that a property file describes: its first keys."""
    return set(re.findall(r"^(\w+):", path.read_text("utf-8"), re.MULTILINE)) - {"version"}


def unproven_kinds(root: Path = ROOT, folder: Path = CANARIES / "properties") -> list[Finding]:
    """Kinds of things in the project's property files of which no canary has a key that dbt does not know."""
    files = ours(root, *properties.FOLDERS, suffixes=(".yml",))
    used = set().union(*map(kinds, files))
    proven = set().union(*(kinds(path) for path in folder.glob("*.yml") if properties.MARK.search(path.read_text("utf-8"))))
    return [Finding("tests/canaries/properties", 1, kind, "no canary has a key of it that dbt does not know")
            for kind in sorted(used - proven)]  # fmt: skip


def wrong() -> list[Finding]:
    """All of it."""
    return [finding for check in WHOLE for finding in silent(check)] + unlisted() + unproven_kinds()


# -- the table -------------------------------------------------------------------------------


def table() -> Iterator[tuple[str, str, str]]:
    """(convention, rule or message, canary) of all of them."""
    own = {path.stem for path in (CANARIES / "ruff").glob("*.py")}
    for code in linters.ruff_rules():
        yield "ruff", code, linters.SILENT.get(code) or (f"ruff/{code}.py" if code in own else f"`ruff rule {code}`")
    for rule in linters.yaml_settings().enabled_rules("any.yml"):
        yield "yamllint", rule.ID, f"yamllint/{rule.ID}.yml"
    folder = CANARIES / "dbt_project"
    for path in sorted((folder / "models" / "sql").glob("*.sql")):
        for line, code in sql.marked(path):
            yield "sqlfluff", code, f"{path.relative_to(CANARIES)}:{line}"
    for promise in promises():
        yield "dbt-bouncer", promise["description"], "dbt_project"
    for path in sorted((CANARIES / "properties").glob("*.yml")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if match := properties.MARK.search(line):
                yield "properties", match["word"], f"properties/{path.name}:{number}"
    for check in style.CHECKS:
        for path in sorted((CANARIES / "style" / check.__name__).rglob("*")):
            if path.is_file() and not path.name.startswith("fine"):
                yield "style", check.__name__, str(path.relative_to(CANARIES))
    for check in WHOLE:
        for case, lines in said(check).items():
            for line in lines:
                yield name_of(check), line, f"{name_of(check)}/{case}"


def main() -> Outcome:
    """The table, and one check."""
    for convention, rule, canary in table():
        print(f"  {convention:<14}{rule:<60.60}  {canary}")
    return judged("everything that is checked has been seen to fail", wrong())


if __name__ == "__main__":
    sys.exit(main().failed > 0)
