"""Every rule has a page and a test that names it.

A rule is a page of docs/rules, with a paragraph each for its article, an example, where it lives, how it is tested and how
to change it; the models and tests that the page names must exist. What names a rule: the description of a unit test, the
first comment of an assertion, the docstring of a test in tests/python (or of its file), the docstring of a scenario of the
sample.

`python -m tests.checks.rules_covered` prints the table.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import yaml

from tests.checks.report import ROOT, Finding, Outcome, judged, ours

ID = re.compile(r"\b[NXPF][1-9][0-9]?\b")
NAMED = re.compile(r"`((?:stg|int|fct|dim|rule|map|assert)_\w+)`")
PARAGRAPH = re.compile(r"^\*\*([^*]+)\.\*\* (.*?)(?=\n\n|\n*\Z)", re.DOTALL | re.MULTILINE)
PARAGRAPHS = ("Article", "Example", "Where it lives", "How it is tested", "How to change it")
RULES = "docs/rules"
CONTRACT = "docs/contract/rules.md"
SCENARIOS = "headcount/sample/scenarios"


def rules(root: Path = ROOT) -> list[str]:
    """The ids of the rules that have a page, in the order of their families and numbers."""
    found = [path.stem for path in (root / RULES).glob("*.md") if ID.fullmatch(path.stem)]
    return sorted(found, key=lambda rule: ("NXPF".index(rule[0]), int(rule[1:])))


def coverage(root: Path = ROOT) -> dict[str, list[str]]:
    """Rule id to the tests that name it; a rule that only a test names is in it too."""
    found: dict[str, list[str]] = {rule: [] for rule in rules(root)}
    for test, words in (*unit_tests(root), *assertions(root), *python_tests(root), *scenarios(root)):
        for rule in dict.fromkeys(ID.findall(words)):
            found.setdefault(rule, []).append(test)
    return found


def unit_tests(root: Path) -> list[tuple[str, str]]:
    """dbt's unit tests with their descriptions."""
    found = []
    for path in ours(root, "models", suffixes=(".yml",)):
        content = yaml.safe_load(path.read_text("utf-8")) or {}
        found += [(test["name"], test.get("description") or "") for test in content.get("unit_tests") or []]
    return found


def assertions(root: Path) -> list[tuple[str, str]]:
    """Singular tests with the comment that opens them."""
    found = []
    for path in ours(root, "tests/assertions", suffixes=(".sql",)):
        opening = re.match(r"(?:[ \t]*--[^\n]*\n)*", path.read_text("utf-8"))
        found.append((path.stem, opening[0] if opening else ""))
    return found


def python_tests(root: Path) -> list[tuple[str, str]]:
    """Tests in Python with their docstrings, and each file with its own."""
    found = []
    for path in ours(root, "tests/python", suffixes=(".py",)):
        tree = ast.parse(path.read_text("utf-8"))
        found.append((path.name, ast.get_docstring(tree) or ""))
        found += [(f"{path.name}::{name}", words) for name, words in functions(tree) if name.startswith("test_")]
    return [(test, words) for test, words in found if Path(test.split("::")[0]).name.startswith("test_")]


def scenarios(root: Path) -> list[tuple[str, str]]:
    """Scenarios of the sample, each of which says what it should show."""
    found = []
    for path in ours(root, SCENARIOS, suffixes=(".py",)):
        tree = ast.parse(path.read_text("utf-8"))
        found += [(f"scenario {name}", words) for name, words in functions(tree, decorated="scenario")]
    return found


def functions(tree: ast.Module, decorated: str | None = None) -> list[tuple[str, str]]:
    """Functions with their docstrings; only those with this decorator, if one is named."""
    return [
        (node.name, ast.get_docstring(node) or "")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (decorated is None or decorated in [getattr(mark, "id", None) for mark in node.decorator_list])
    ]


def wrong(root: Path = ROOT) -> list[Finding]:
    """Rules without a test, rules without a page, and pages without a rule in the contract."""
    found = coverage(root)
    pages = rules(root)
    findings = [] if pages else [Finding(RULES, 1, "rules", "there are no rules")]
    for rule in pages:
        if not found[rule]:
            findings.append(Finding(f"{RULES}/{rule}.md", 1, rule, "no test names it"))
    for rule in found:
        if rule not in pages:
            findings.append(Finding(RULES, 1, rule, f"has no page, and is named by {', '.join(found[rule][:3])}"))
    findings += strangers(root) + incomplete(root)
    contract = root / CONTRACT
    listed = set(ID.findall(contract.read_text("utf-8"))) if contract.exists() else set()
    for rule in sorted(listed ^ set(pages)):
        where = "a page and not in" if rule in pages else "no page and is in"
        findings.append(Finding(CONTRACT, 1, rule, f"has {where} the contract"))
    return findings


def strangers(root: Path) -> list[Finding]:
    """Models, seeds and tests that a page names and that do not exist."""
    names = {path.stem for path in ours(root, "models", "seeds", "tests/assertions", suffixes=(".sql", ".csv"))}
    names |= {test for test, _ in unit_tests(root)}
    return [
        Finding(str(path.relative_to(root)), 1, path.stem, f"names {name}, which does not exist")
        for path in ours(root, RULES, suffixes=(".md",))
        for name in sorted(set(NAMED.findall(path.read_text("utf-8"))) - names)
    ]


def incomplete(root: Path) -> list[Finding]:
    """Pages without one of the paragraphs, and those whose paragraph on tests names no test, or one that is not there."""
    tests = {name for name, _ in (*unit_tests(root), *assertions(root))}
    tests |= {name.removeprefix("scenario ") for name, _ in scenarios(root)}
    tests |= {str(path.relative_to(root)) for path in ours(root, "tests/python", suffixes=(".py",))}
    models = {path.stem for path in ours(root, "models", "macros", suffixes=(".sql",))}
    findings = []
    for rule in rules(root):
        page = f"{RULES}/{rule}.md"
        found = dict(PARAGRAPH.findall((root / page).read_text("utf-8")))
        if tuple(found) != PARAGRAPHS:
            findings.append(Finding(page, 1, rule, f"should have the paragraphs {', '.join(PARAGRAPHS)}; has {', '.join(found)}"))
        # The model whose tests they are may be named, and a column that they look at.
        named = set(re.findall(r"`([\w./]*_[\w./]*)`", found.get("How it is tested", "")))
        for name in sorted(named - tests - models):
            findings.append(Finding(page, 1, rule, f"names the test {name}, which does not exist"))
        if not named & tests and not any(test.startswith(f"{model}__") for model in named & models for test in tests):
            findings.append(Finding(page, 1, rule, "names no test"))
    return findings


def table(root: Path = ROOT) -> str:
    """The rules, how many tests name each, and the first of them."""
    lines = [f"  {'rule':<5}{'tests':>5}  the first of them"]
    for rule, tests in coverage(root).items():
        lines.append(f"  {rule:<5}{len(tests):>5}  {tests[0] if tests else '-'}")
    return "\n".join(lines)


def main() -> Outcome:
    """The table, and one check."""
    print(table())
    return judged("every rule has a page and a test", wrong())


if __name__ == "__main__":
    sys.exit(main().failed > 0)
