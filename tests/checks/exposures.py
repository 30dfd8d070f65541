"""Each exposure depends on exactly what the thing it stands for reads.

An exposure names its files in `meta.reads`. What they read: in Python `marts.<name>`, `seeds.<name>` and
`exports.exported_<name>`, in the semantic layer the `model:` of a semantic model and the model that is its time spine.
And each file that reads a mart belongs to an exposure, so that none of them
can be forgotten.

`python -m tests.checks.exposures` shows what is wrong.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import yaml

from tests.checks.report import ROOT, Finding, Outcome, judged, ours

FOLDER = "models/exposures"
# Not the page of the contract that is called so.
RELATION = re.compile(r"\b(?:marts|seeds|exports(?=\.exported_))\.(?!md\b)([a-z]\w*)")
REF = re.compile(r"""\bref\(\s*['"](\w+)['"]""")
# Where something may read marts without being a model: what is looked at, with which files.
READERS = {"headcount": (".py",), "models/semantic": (".yml",)}
# They go over all marts, whichever there are: one lists them, the other publishes every row.
NO_READERS = ("headcount/docs", "headcount/publish")


def reads(path: Path) -> set[str]:
    """The marts and seeds that a file reads."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return set(RELATION.findall(text))
    content = yaml.safe_load(text) or {}
    spines = [model["name"] for model in content.get("models") or [] if "time_spine" in model]
    return {*spines, *(REF.search(model["model"])[1] for model in content.get("semantic_models") or [])}


def exposures(root: Path) -> list[tuple[Path, dict]]:
    """The exposures with the files that describe them."""
    files = ours(root, FOLDER, suffixes=(".yml",))
    return [(path, one) for path in files for one in (yaml.safe_load(path.read_text("utf-8")) or {}).get("exposures") or []]


def wrong(root: Path = ROOT) -> list[Finding]:
    """Exposures that depend on more or less than is read, and readers without an exposure."""
    found, covered = [], set()
    listed = exposures(root)
    if not listed:
        found.append(Finding(FOLDER, 1, "exposures", "there are none"))
    for path, exposure in listed:

        def say(message: str, path=path, exposure=exposure) -> None:
            found.append(Finding(str(path.relative_to(root)), 1, exposure["name"], message))

        for key in ("description", "maturity", "label"):
            if not exposure.get(key):
                say(f"has no {key}")
        read = set()
        for pattern in exposure.get("config", {}).get("meta", {}).get("reads") or ["(none)"]:
            files = [file for file in sorted(root.glob(pattern)) if file.is_file()]
            covered.update(files)
            read.update(*(reads(file) for file in files))
            if not files:
                say(f"reads {pattern}, where no file is")
        if not read:
            say("its files read nothing")
        says = [REF.search(one)[1] for one in exposure.get("depends_on") or []]
        for name in sorted(read - set(says)):
            say(f"reads {name}, which its depends_on lacks")
        for name in sorted(set(says) - read):
            say(f"depends on {name}, which it does not read")
    for folder, suffixes in READERS.items():
        for path in ours(root, folder, suffixes=suffixes):
            name = str(path.relative_to(root))
            if path not in covered and not name.startswith(NO_READERS) and reads(path):
                found.append(Finding(name, 1, "exposures", f"reads {', '.join(sorted(reads(path)))}, and no exposure names it"))
    return found


def main() -> Outcome:
    """One check."""
    return judged("exposures depend on what is read", wrong())


if __name__ == "__main__":
    sys.exit(main().failed > 0)
