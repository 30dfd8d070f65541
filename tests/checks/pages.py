"""Every name and file that a page writes in code exists in the project.

A page is a Markdown text for people: README, recipes, docs/, the analyses, the benchmarks. A name is a word like `int_periods` or
`grace_hours`; it has to stand in the code somewhere: models, macros, seeds, package, tests or settings. A file is a word with
a slash and an ending.

`python -m tests.checks.pages` shows what is wrong.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.checks.report import ROOT, Finding, Outcome, judged, ours

CODE = ("models", "macros", "seeds", "headcount", "tests", "analyses", "profiles", "benchmarks", "examples")
SUFFIXES = (".sql", ".yml", ".csv", ".py", ".html", ".toml")
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
NAME = re.compile(r"[a-z][a-z0-9]*(?:_+[a-z0-9]+)+")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.\w+")


def pages(root: Path) -> list[Path]:
    """The texts for people, without the docs blocks beside models, whose words dbt and their own tests hold."""
    top = [root / name for name in ("README.md", "CONTRIBUTING.md", "analyses/README.md", "benchmarks/README.md")]
    return [path for path in top if path.exists()] + ours(root, "docs", suffixes=(".md",))


def words(root: Path) -> set[str]:
    """Every word of the code, and the name of every file."""
    found = set()
    for path in [*ours(root, *CODE, suffixes=SUFFIXES), *root.glob("*.yml"), *root.glob("Makefile"), *root.glob("*.toml")]:
        found.update(re.findall(r"\w+", path.read_text("utf-8")), path.stem.split("."))
    return found


def wrong(root: Path = ROOT) -> list[Finding]:
    """Names that stand nowhere in the code, and files that do not exist."""
    known, found = words(root), []
    read = pages(root)
    if not read:
        found.append(Finding("docs", 1, "pages", "there are none"))
    for path in read:
        text = FENCE.sub(lambda block: re.sub(r"[^\n]", " ", block[0]), path.read_text("utf-8"))
        for span in SPAN.finditer(text):
            line = text.count("\n", 0, span.start()) + 1

            def say(message: str, line=line, path=path) -> None:
                found.append(Finding(str(path.relative_to(root)), line, "pages", message))

            # A file of a landing zone, say, is an example.
            if FILE.fullmatch(span[1]) and (root / span[1].split("/")[0]).exists() and not (root / span[1]).exists():
                say(f"{span[1]} does not exist")
            for name in NAME.findall(re.sub(r"\S*/\S*", "", span[1])):
                # The semantic layer joins an entity and a dimension like this.
                if name not in known and not known.issuperset(name.split("__")):
                    say(f"{name} stands nowhere in the code")
    return found


def main() -> Outcome:
    """One check."""
    return judged("names and files on the pages exist", wrong())


if __name__ == "__main__":
    sys.exit(main().failed > 0)
