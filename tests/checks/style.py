"""The style that no other tool holds. Each check reads a project folder and returns what is wrong.

Canaries: `tests/canaries/style/<check>/` is a small project folder for each check. Every file in it must be flagged,
except those whose name starts with `fine`, which must not be. A check without canaries fails.

To add one: a function in CHECKS, and a folder of canaries with the function's name.
`python -m tests.checks.style` shows what is wrong.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from tests.checks.report import CANARIES, FOREIGN, ROOT, Finding, Outcome, judged, ours
from tests.checks.vocabulary import words_are_in_the_vocabulary

SQL_FOLDERS = ("models", "macros", "tests/assertions", "tests/generic", "analyses", "snapshots")
MODEL_LINES = 120
MACRO_LINES = 60
MODEL_STEP = re.compile(r"^\w+ as \($", re.MULTILINE)

COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/|{#.*?#}", re.DOTALL)
CLOCK = re.compile(
    r"\b(now|today|getdate|sysdate|unix_timestamp|get_current_timestamp|transaction_timestamp|utcnow)\s*\("
    r"|\bcurrent_(date|time|timestamp)(_backcompat|_in_utc_backcompat)?\b"
    r"|\blocaltime(stamp)?\b|\brun_started_at\b|modules\.datetime",
    re.IGNORECASE,
)
SWITCHED_OFF = re.compile(
    r"""['"+]?\benabled['"]?\s*[:=]\s*['"]?false"""
    r"""|['"+]?\bseverity['"]?\s*[:=]\s*['"]?warn"""
    r"""|['"+]?\b(warn_if|error_if|fail_calc)['"]?\s*[:=]""",
    re.IGNORECASE,
)
# Built from pieces, so that this file does not flag itself.
MACHINE = re.compile(
    r"(?<![\w.)}\]*>-])/(?:" + "|".join(["home", "root", "work", "Users", "mnt", "opt", "tmp"]) + r")/[\w.]"
    r"|\b[A-Z]:\\Users\b"
    r"|py[p]i\.org|pythonh[o]sted|--(?:extra-)?index-u[r]l|--find-l[i]nks"
)
FLOAT = re.compile(r"\b(?:as|::)\s*(double|float|real)\b|::(double|float|real)\b", re.IGNORECASE)
UNION = re.compile(r"\bunion\b(?!\s+(all|distinct|by)\b)", re.IGNORECASE)
STEP = re.compile(r"^(final|base|joined|temp|tmp|cte\d*)\s+as\s*\(", re.IGNORECASE | re.MULTILINE)
WITH = re.compile(r"^[ \t]*with\b[ \t]*(?P<rest>[^\n]*)\n(?P<next>[^\n]*)", re.IGNORECASE | re.MULTILINE)
BLOCK = re.compile(r"{%-?\s*(macro|test)\s+(\w+).*?{%-?\s*end\1\s*-?%}", re.DOTALL)
TEXTS = (".cfg", ".csv", ".in", ".json", ".md", ".py", ".sh", ".sql", ".toml", ".txt", ".yaml", ".yml")


def without_comments(text: str) -> str:
    """SQL with its comments blanked, every line where it was."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def sql_files(root: Path) -> list[Path]:
    return ours(root, *SQL_FOLDERS, suffixes=(".sql",))


def yaml_files(root: Path, *folders: str) -> list[Path]:
    found = ours(root, *(folders or ("models", "seeds", "macros", "tests", "analyses")), suffixes=(".yml", ".yaml"))
    return found + [path for path in [root / "dbt_project.yml"] if path.exists() and not folders]


def matches(
    root: Path, files: Iterable[Path], pattern: re.Pattern, message: str, comments: bool = False
) -> list[Finding]:
    """A finding for each match of the pattern; in SQL outside comments, unless they are asked for."""
    found = []
    for path in files:
        text = path.read_text("utf-8", errors="replace")
        if path.suffix == ".sql" and not comments:
            text = without_comments(text)
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Finding(str(path.relative_to(root)), line, "style", f"{match[0].strip()}: {message}"))
    return found


def no_wall_clock(root: Path) -> list[Finding]:
    """The only clock is the as_of of the run: the same input gives the same bytes on every day."""
    return matches(root, sql_files(root), CLOCK, "reads the wall clock; compare with the as_of of the run")


def nothing_switched_off(root: Path) -> list[Finding]:
    """No test or model is disabled, warns only, or has a threshold: a known exception is a dated row in a seed."""
    return matches(root, sql_files(root) + yaml_files(root), SWITCHED_OFF, "a check holds or is not written")


def no_machine_paths(root: Path) -> list[Finding]:
    """No file names a folder of somebody's machine or the host of a package registry."""
    hidden = [path for path in (root / ".ci").glob("*") if path.is_file()]
    plain = [path for path in root.iterdir() if path.is_file() and (path.name == "Makefile" or path.name[0] == ".")]
    texts = [path for path in ours(root, ".", suffixes=TEXTS) if not FOREIGN.intersection(path.relative_to(root).parts)]
    message = "belongs to one machine or network; name it relative to the project, or by an option"
    return matches(root, {*texts, *hidden, *plain}, MACHINE, message, comments=True)


def no_binary_floats(root: Path) -> list[Finding]:
    """Money and counts are decimals or integers: a binary float has no exact cent."""
    message = "is a binary float; take a decimal or an integer"
    found = matches(root, sql_files(root), FLOAT, message)
    for path in yaml_files(root):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if re.search(r"\bdata_type:\s*['\"]?(double|float|real)\b", line, re.IGNORECASE):
                found.append(Finding(str(path.relative_to(root)), number, "style", f"{line.strip()}: {message}"))
    return found


def unions_are_spelled_out(root: Path) -> list[Finding]:
    """`union all` or `union distinct`: a bare `union` drops rows without saying so."""
    return matches(root, sql_files(root), UNION, "write `union all` or `union distinct`")


def steps_say_their_result(root: Path) -> list[Finding]:
    """A step is named for its result."""
    return matches(root, sql_files(root), STEP, "name the step for what its rows are")


def with_stands_alone(root: Path) -> list[Finding]:
    """`with`, or `with recursive`, alone on its line, an empty line under it."""
    found = []
    for path in ours(root, "models", "tests/assertions", "analyses", suffixes=(".sql",)):
        text = without_comments(path.read_text("utf-8"))
        for match in WITH.finditer(text):
            if match["rest"].strip().lower() not in ("", "recursive") or match["next"].strip():
                line = text.count("\n", 0, match.start()) + 1
                name = str(path.relative_to(root))
                found.append(Finding(name, line, "style", "write `with` alone on its line, and an empty line under it"))
    return found


def one_model_a_yaml(root: Path) -> list[Finding]:
    """<model>.yml beside <model>.sql holds that model; files with a leading underscore hold none."""
    found = []
    for path in yaml_files(root, "models"):
        content = yaml.safe_load(path.read_text("utf-8")) or {}
        names = [model.get("name") for model in content.get("models") or []]
        expected = [] if path.name.startswith("_") else [path.stem]
        if names != expected:
            should = f"should hold one, {path.stem}" if expected else "should hold none (leading underscore)"
            message = f"holds the models {', '.join(map(str, names)) or '(none)'}; {should}"
            found.append(Finding(str(path.relative_to(root)), 1, "style", message))
    for path in ours(root, "models", suffixes=(".sql",)):
        if not path.with_suffix(".yml").exists():
            found.append(Finding(str(path.relative_to(root)), 1, "style", f"has no {path.stem}.yml beside it"))
    return found


def models_are_short(root: Path) -> list[Finding]:
    """A model has one idea and at most 120 lines."""
    found = []
    for path in ours(root, "models", suffixes=(".sql",)):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MODEL_LINES:
            message = f"{lines} lines; at most {MODEL_LINES}: give its second idea a model of its own"
            found.append(Finding(str(path.relative_to(root)), lines, "style", message))
    return found


def macros_are_short(root: Path) -> list[Finding]:
    """A macro has at most 60 lines; one with the steps of a model is held as a model, to 120."""
    found = []
    for path in ours(root, "macros", "tests/generic", suffixes=(".sql",)):
        text = path.read_text("utf-8")
        for match in BLOCK.finditer(text):
            lines = match[0].count("\n") + 1
            most = MODEL_LINES if MODEL_STEP.search(match[0]) else MACRO_LINES
            if lines > most:
                line = text.count("\n", 0, match.start()) + 1
                message = f"{match[2]} has {lines} lines; at most {most}"
                found.append(Finding(str(path.relative_to(root)), line, "style", message))
    return found


def assertions_are_sentences(root: Path) -> list[Finding]:
    """A singular test is called assert_<sentence that is true>."""
    return [
        Finding(str(path.relative_to(root)), 1, "style", "call it assert_<sentence that is true>.sql")
        for path in ours(root, "tests/assertions", suffixes=(".sql",))
        if not re.fullmatch(r"assert_[a-z0-9]+(_[a-z0-9]+)+", path.stem)
    ]


CHECKS = (
    no_wall_clock,
    nothing_switched_off,
    no_machine_paths,
    no_binary_floats,
    unions_are_spelled_out,
    steps_say_their_result,
    with_stands_alone,
    one_model_a_yaml,
    models_are_short,
    macros_are_short,
    assertions_are_sentences,
    words_are_in_the_vocabulary,
)


def unflagged(check) -> list[Finding]:
    """Canaries of a check that it does not flag, and fine files that it does."""
    root = CANARIES / "style" / check.__name__
    flagged = {finding.path for finding in check(root)} if root.is_dir() else set()
    wrong = []
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    for path in files:
        name = str(path.relative_to(root))
        fine = path.name.startswith("fine")
        if fine and name in flagged:
            wrong.append(Finding(name, 1, check.__name__, "is fine, and was flagged"))
        if not fine and name not in flagged:
            wrong.append(Finding(name, 1, check.__name__, "should be flagged and is not"))
    if not any(not path.name.startswith("fine") for path in files):
        wrong.append(Finding(f"tests/canaries/style/{check.__name__}", 1, check.__name__, "the check has no canary"))
    return wrong


def main() -> Outcome:
    """Each check counts twice: its canaries, and the project."""
    outcome = Outcome()
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        outcome += judged(f"{name}: canaries", unflagged(check)) + judged(name, check(ROOT))
    return outcome


if __name__ == "__main__":
    sys.exit(main().failed > 0)
