"""SQL conventions: sqlfluff with the dbt templater, and the proof that each of its rules is switched on.

sqlfluff passes over a file that dbt does not know, and over a misspelt setting, without failing: here both fail.
"""

from __future__ import annotations

import configparser
import json
import re
import shutil
import sys
from pathlib import Path

from tests.checks.commands import WORK, captured, program
from tests.checks.report import CANARIES, ROOT, Finding, Outcome, judged, ours
from tests.checks.style import without_comments

LINTED = ("models", "tests/assertions", "analyses", "snapshots")
TEMPLATE = re.compile(r"{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
MARK = re.compile(r"flagged(?P<where>| above| in this file): (?P<codes>[A-Z0-9, ]+)")


def lint(root: Path, *paths: str) -> list[Finding]:
    """What sqlfluff says about these paths of a dbt project."""
    # -v would mix progress into the JSON; warnings come on the other stream.
    done = captured(program("sqlfluff"), "lint", "--format", "json", *paths, cwd=root)
    try:
        files = json.loads(done.stdout)
    except ValueError:
        lines = (done.stderr or done.stdout).strip().splitlines()
        return [Finding(".sqlfluff", 1, "sqlfluff", f"did not run: {line}") for line in lines[-8:] or ["no output"]]
    findings = [
        Finding(file["filepath"], found["start_line_no"], found["code"], " ".join(found["description"].split()))
        for file in files
        for found in file["violations"]
    ]
    for line in done.stderr.splitlines():
        if "not found in dbt project" in line or "CRITICAL" in line or "Skipped file" in line:
            findings.append(Finding(".sqlfluff", 1, "sqlfluff", f"a file was not linted: {line.strip()}"))
    if done.returncode != 0 and not findings:
        findings.append(Finding(".sqlfluff", 1, "sqlfluff", f"exit {done.returncode} without a finding"))
    return findings


def project() -> Outcome:
    """The project's own SQL."""
    files = ours(ROOT, *LINTED, suffixes=(".sql",))
    written = [str(path.relative_to(ROOT)) for path in files if has_sql(path)]
    if not written:
        return judged("sqlfluff", [Finding("models", 1, "sqlfluff", "there is no SQL to lint")])
    calls = len(files) - len(written)
    return judged(f"sqlfluff, {len(written)} files ({calls} more are only macro calls)", lint(ROOT, *written))


def has_sql(path: Path) -> bool:
    """Whether a model has SQL of its own. Of one that is only a macro call sqlfluff reads nothing but the macro's
    long result, which it must not judge: half of its time for no finding."""
    return bool(re.search(r"\w", without_comments(TEMPLATE.sub("", path.read_text("utf-8")))))


def canary() -> Outcome:
    """Each rule of .sqlfluff flags the line that is there for it, and the well written file is left alone."""
    copy = WORK / "sqlfluff_canary"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(CANARIES / "dbt_project", copy)
    shutil.copy(ROOT / ".sqlfluff", copy)
    findings = lint(copy, "models/sql")
    return judged("sqlfluff canary", missed(copy, findings) + unproven(copy))


def missed(copy: Path, findings: list[Finding]) -> list[Finding]:
    """Marks that no finding answers, and files without marks that were flagged."""
    wrong = [found for found in findings if found.rule in ("sqlfluff", "PRS", "TMP")]
    for path in sorted((copy / "models" / "sql").glob("*.sql")):
        name = str(path.relative_to(copy))
        here = {(found.line, found.rule) for found in findings if found.path == name}
        codes = {code for _, code in here}
        marks = marked(path)
        for line, code in marks:
            if (line, code) not in here and not (line == 0 and code in codes):
                wrong.append(Finding(name, line, code, "is not flagged: look at its section in .sqlfluff"))
        if not marks:
            wrong += [found for found in findings if found.path == name]
    return wrong


def marked(path: Path) -> list[tuple[int, str]]:
    """The (line, rule) pairs that a canary file says must be flagged; line 0 stands for the whole file."""
    marks = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if match := MARK.search(line):
            where = {"": number, " above": number - 1, " in this file": 0}[match["where"]]
            marks += [(where, code.strip()) for code in match["codes"].split(",")]
    return marks


def unproven(copy: Path) -> list[Finding]:
    """Rules that .sqlfluff switches on and no canary shows."""
    settings = configparser.ConfigParser()
    settings.read(copy / ".sqlfluff", "utf-8")
    rules = {code.strip() for code in settings["sqlfluff"]["rules"].split(",")}
    shown = {code for path in (copy / "models" / "sql").glob("*.sql") for _, code in marked(path)}
    return [Finding(".sqlfluff", 1, code, "no canary shows that this rule works") for code in sorted(rules - shown)]


def main() -> Outcome:
    """Both, as one outcome."""
    return canary() + project()


if __name__ == "__main__":
    sys.exit(main().failed > 0)
