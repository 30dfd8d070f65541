"""ruff and yamllint, and the proof that each of their rules that is switched on fires.

A rule of yamllint has a file of its name in tests/canaries/yamllint that it must flag. A rule of ruff must flag the bad example
that ruff itself tells of it (`ruff rule`); where that flags nothing, there is a file in tests/canaries/ruff. One run of each goes
over all of them.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

from yamllint import linter
from yamllint.config import YamlLintConfig

from tests.checks.commands import captured, run
from tests.checks.report import CANARIES, ROOT, Finding, Outcome, judged

RUFF = (sys.executable, "-m", "ruff")
# The first is bad, and the second how to write it instead.
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```", re.DOTALL)
# What a rule says of the file's name.
NAMES = {"A005": "string.py"}
# Switched on with their family, and silent by what else pyproject.toml says. One that fires comes off this list.
SILENT = {
    "B911": "asks for Python 3.13",
    "B912": "asks for Python 3.14",
    "F621": "flags no file that this version of ruff has been shown",
    "I002": "no import is required",
    "UP040": "asks for Python 3.12",
    "UP043": "asks for Python 3.13",
    "UP046": "asks for Python 3.12",
    "UP047": "asks for Python 3.12",
    "W505": "lines of documentation have no length of their own",
}


def ruff_rules() -> list[str]:
    """The codes of the rules that pyproject.toml switches on."""
    said = captured(*RUFF, "check", "--show-settings", "tests/run.py").stdout
    return re.findall(r"\(([A-Z]+\d+)\)", said.partition("linter.rules.enabled")[2].partition("]")[0])


def ruff_canaries() -> dict[str, bytes]:
    """A bad file for each rule of ruff that has one, by its code."""
    told = json.loads(captured(*RUFF, "rule", "--all", "--output-format", "json").stdout)
    examples = {rule["code"]: EXAMPLE.search(rule["explanation"] or "") for rule in told}
    found = {code: match["code"].encode() for code, match in examples.items() if match}
    return found | {path.stem: path.read_bytes() for path in sorted((CANARIES / "ruff").glob("*.py"))}


def ruff_fired(files: dict[str, bytes]) -> set[tuple[str, str]]:
    """(file, rule) of whatever ruff flags in these files, with the project's settings, in one run."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        shutil.copy(ROOT / "pyproject.toml", folder)
        for code, content in files.items():
            (folder / NAMES.get(code, f"{code}.py")).write_bytes(content)
        said = captured(*RUFF, "check", "--no-cache", "--output-format", "json", ".", cwd=folder).stdout
    codes = {Path(name).stem: code for code, name in NAMES.items()}
    flagged = [(Path(found["filename"]).stem, found["code"]) for found in json.loads(said)]
    return {(codes.get(name, name), code) for name, code in flagged}


def ruff_unproven(rules: list[str], files: dict[str, bytes]) -> list[Finding]:
    """Rules of ruff that are switched on and flag nothing."""
    fired = ruff_fired({code: content for code, content in files.items() if code in (*rules, "fine")})
    wrong = [
        Finding("pyproject.toml", 1, code, "is switched on and flags nothing: give it a file in tests/canaries/ruff")
        for code in rules
        if (code, code) not in fired and code not in SILENT
    ]
    wrong += [Finding("pyproject.toml", 1, code, "fires: it is silent no more") for code in SILENT if (code, code) in fired]
    wrong += [Finding("tests/canaries/ruff/fine.py", 1, code, "flags what is fine") for name, code in fired if name == "fine"]
    if not rules:
        wrong.append(Finding("pyproject.toml", 1, "ruff", "no rule is switched on"))
    return wrong


def yaml_settings(text: str | None = None) -> YamlLintConfig:
    """The project's settings, with the folders that it leaves out."""
    text = (ROOT / ".yamllint").read_text("utf-8") if text is None else text
    return YamlLintConfig(re.sub(r"^ignore:\n(?:  - .*\n)+", "", text, flags=re.MULTILINE))


def yaml_unproven(settings: YamlLintConfig, folder: Path = CANARIES / "yamllint") -> list[Finding]:
    """Rules of yamllint that are switched on and do not flag the file of their name."""
    wrong = []
    for rule in [one.ID for one in settings.enabled_rules("any.yml")]:
        path = folder / f"{rule}.yml"
        flagged = {problem.rule for problem in linter.run(path.read_bytes(), settings, str(path))} if path.exists() else set()
        if rule not in flagged:
            wrong.append(Finding(f"tests/canaries/yamllint/{rule}.yml", 1, rule, "is not flagged, or is not there"))
    fine = folder / "fine.yml"
    wrong += [Finding(fine.name, found.line, found.rule, "flags what is fine")
              for found in linter.run(fine.read_bytes(), settings, str(fine))]  # fmt: skip
    return wrong


def ruff() -> Outcome:
    """Canaries and project."""
    rules = ruff_rules()
    proven = judged(f"ruff canaries, {len(rules)} rules", ruff_unproven(rules, ruff_canaries()))
    return proven + (Outcome(passed=1) if run(*RUFF, "check", ".") == 0 else Outcome(failed=1))


def yamllint() -> Outcome:
    """Canaries and project."""
    proven = judged("yamllint canaries", yaml_unproven(yaml_settings()))
    done = run(sys.executable, "-m", "yamllint", "--strict", ".")
    return proven + (Outcome(passed=1) if done == 0 else Outcome(failed=1))
